"""Makes the table fixtures with Python's csv module: python3 make.py."""

import csv
import json
import pathlib

folder = pathlib.Path(__file__).parent
columns = ["instruction", "output", "メモ, \"引用\""]
rows = [
    ["次の英文を日本語に訳してください。Hello, world", "こんにちは、世界", "NA"],
    ["two\nlines", "CR\r inside, CRLF\r\ntoo", "null"],
    ["he said \"no\"", "\"", "\"\"quoted\"\""],
    ["", "", ""],
    ["NaN", " leading and trailing ", "\ttab\t"],
    ["\N{PARTY POPPER}\N{ZERO WIDTH JOINER}", "e\N{COMBINING ACUTE ACCENT}", "'single'"],
    [",", "\n", "0"],
]

for name, options in {
    "minimal-crlf.csv": {},
    "quoted-lf.csv": {"quoting": csv.QUOTE_ALL, "lineterminator": "\n"},
    "tabs.tsv": {"delimiter": "\t", "lineterminator": "\n"},
    "bom-cr.csv": {"quoting": csv.QUOTE_ALL, "lineterminator": "\r"},
}.items():
    encoding = "utf-8-sig" if name.startswith("bom") else "utf-8"
    with open(folder / name, "w", encoding=encoding, newline="") as file:
        csv.writer(file, **options).writerows([columns, *rows])

(folder / "expected.json").write_text(
    json.dumps({"columns": columns, "rows": rows}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
)
