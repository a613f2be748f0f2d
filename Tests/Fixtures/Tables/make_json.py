"""Makes records.json, records.jsonl and records-expected.json with Python's json module: python3 make_json.py.

The cells expected are put down by hand: what a person who wrote these rows would call their text.
"""

import json
import pathlib

folder = pathlib.Path(__file__).parent
rows = [
    {"instruction": "訳してください\n\"Hello\"", "output": "こんにちは", "n": 1},
    {"output": "NA", "instruction": "null", "extra": "NaN"},
    {"instruction": None, "output": "", "n": 1.50, "extra": True},
    {},
    {"n": 12345678901234567890123, "instruction": "\N{PARTY POPPER}\t\\ / \x7f", "output": "e\N{COMBINING ACUTE ACCENT}"},
    {"n": 1e-07, "output": " spaces ", "instruction": "ａ"},
]
columns = ["instruction", "output", "n", "extra"]
expected = [
    ["訳してください\n\"Hello\"", "こんにちは", "1", None],
    ["null", "NA", None, "NaN"],
    [None, None, "1.5", "true"],
    [None, None, None, None],
    ["\N{PARTY POPPER}\t\\ / \x7f", "e\N{COMBINING ACUTE ACCENT}", "12345678901234567890123", None],
    ["ａ", " spaces ", "1e-07", None],
]
(folder / "records.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
# A byte order mark, CRLF, blank lines and no line end at the last: as files come from other machines.
(folder / "records.jsonl").write_bytes(
    b"\xef\xbb\xbf" + "\r\n\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())
(folder / "records-expected.json").write_text(
    json.dumps({"columns": columns, "rows": expected}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
