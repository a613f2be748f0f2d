#!/usr/bin/env python3
"""Makes samples.json: rows encoded as the training parameters say, with the ids of Debian's spm_encode.

Written from the description alone, without the program: start and prompt as one string, separator and answer as their
own, end of sequence by id, then the cuts. Uses the model of the tokenization fixtures.
"""
import itertools
import json
import pathlib
import subprocess

here = pathlib.Path(__file__).resolve().parent
model = here.parent / "Tokenization" / "plain.model"
EOS = 1

ROWS = [
    ("Open the file.", "ファイルを開く。"),
    ("", "設定を保存しますか。"),
    ("Save the file. " * 12, "保存する。" * 15),
    ("a</s>b", "</s>"),
    ("鸞鳳 🎉", "é"),
]
OPTIONS = [
    dict(zip(("start", "separator", "eos_prompt", "eos_answer", "mask", "max_prompt", "max_answer", "max_joined"), values))
    for values in itertools.chain(
        itertools.product(("", "### 指示: "), ("", " ### 応答: "), (True, False), (True, False), (True, False), (128,), (128,), (256,)),
        [("### 指示: ", " ### 応答: ", True, True, mask, *lengths)
         for mask in (True, False) for lengths in ((10, 8, 256), (24, 16, 20), (1, 1, 2), (40, 40, 13))],
    )
]

ids_of = {}


def ids(text):
    if text not in ids_of:
        output = subprocess.run(
            ["spm_encode", f"--model={model}", "--output_format=id"], input=(text + "\n").encode(), check=True,
            capture_output=True).stdout
        ids_of[text] = [int(word) for word in output.split()]
    return ids_of[text]


def sample(prompt, answer, o):
    prompt_side = ids(o["start"] + prompt) + ([EOS] if o["eos_prompt"] else []) + ids(o["separator"])
    prompt_side = prompt_side[-o["max_prompt"]:]
    answer_side = ids(answer)
    if o["eos_answer"]:
        answer_side = answer_side[:o["max_answer"] - 1] + [EOS]
    else:
        answer_side = answer_side[:o["max_answer"]]
    tokens = prompt_side + answer_side
    learned = [not o["mask"]] * len(prompt_side) + [True] * len(answer_side)
    tokens, learned = tokens[-o["max_joined"]:], learned[-o["max_joined"]:]
    learned[0] = False
    return {"tokens": tokens, "targets": [n for n, yes in enumerate(learned) if yes],
            "prompt": prompt_side[-o["max_joined"]:]}


document = [
    {"options": options, "samples": [sample(prompt, answer, options) for prompt, answer in ROWS]}
    for options in OPTIONS
]
(here / "samples.json").write_text(
    json.dumps({"rows": ROWS, "cases": document}, ensure_ascii=True, separators=(",", ":")) + "\n")
