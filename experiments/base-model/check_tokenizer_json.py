#!/usr/bin/env python3
"""Compares tokenizer.json, loaded by Transformers' AutoTokenizer, with Debian's spm_encode on held-out lines.

    check_tokenizer_json.py DATA_FOLDER

The lines are the demo's validation and test rows, corpus lines that the tokenizer was not trained on, and some made up
here: several spaces, newlines, emoji, characters never seen. Needs `transformers` and `sentencepiece` tools. Exits with
1 when any line differs.
"""
import argparse
import csv
import pathlib
import sys

import rebuild_inputs
import sentencepiece_tools as spm

NEWLINE = "<0x0A>"
MADE_UP = [
    "", " ", "  two  spaces  ", "\ttab\t", "　全角　空白　", "🎉🎊", "👩‍👩‍👧‍👦 家族", "🏳️‍🌈", "鸞鳳麒麟饕餮魑魅魍魎", "𠮷野家", "e\u0301", "é",
    "ﾊﾝｶｸ ｶﾅ", "ＡＢＣ１２３", "1,024 行", "3.14159", "▁", "▁▁ a", "<0x41>", "<0xE3>", "한국어", "Ünïcödé ß", "\u200b\ufeff",
    "\U0010ffff", "a" * 300, "あ" * 300, " " * 40, "line\nline", "\n", "\n\n", "a\r\nb", " \n ", "一行目。\n二行目。\n",
    "### 指示:\n次の英文を日本語に訳してください。Open the file.\n\n### 応答:\n", "NA", "null", "100%", "https://example.org/?q=1&r=2",
]


def held_out_lines(data):
    demo = []
    for name in ("validation", "test"):
        with open(rebuild_inputs.SAMPLE / "data" / f"{name}.csv", encoding="utf-8", newline="") as file:
            demo += list(csv.reader(file))[1:]
    lines = [text for row in demo for text in row]
    _, corpus = rebuild_inputs.read_corpus(data / "corpus.ja.txt", [japanese for _, japanese, _ in demo])
    lines += corpus
    # Neighbours joined: what a prompt with its answer looks like.
    lines += [f"{first}\n{second}" for first, second in zip(lines[::2], lines[1::2])]
    return MADE_UP + lines


def reference(model, texts):
    """spm_encode reads lines; a newline is one byte piece, because no piece of the model can hold it."""
    newline = next(n for n, (text, _, _) in enumerate(spm.pieces(model)) if text == NEWLINE)
    encoded = iter(spm.encode(model, (line for text in texts for line in text.split("\n"))))
    result = []
    for text in texts:
        ids = next(encoded)
        for _ in range(text.count("\n")):
            ids = ids + [newline] + next(encoded)
        result.append(ids)
    return result


def main():
    parser = argparse.ArgumentParser(description="Compares tokenizer.json with spm_encode on held-out lines.")
    parser.add_argument("data", type=pathlib.Path, help="the folder that holds corpus.ja.txt")
    texts = held_out_lines(parser.parse_args().data)
    # Only now: what the arguments should be can be asked without it.
    from transformers import AutoTokenizer

    folder = rebuild_inputs.SAMPLE / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id) == (spm.PAD, spm.EOS, spm.UNK)
    equal = decoded = 0
    for text, expected in zip(texts, reference(folder / "tokenizer.model", texts)):
        ids = tokenizer(text)["input_ids"]
        equal += ids == expected
        # A literal U+2581 is read as a space by both.
        decoded += tokenizer.decode(ids) == text.replace("\u2581", " ")
        if ids != expected:
            print(f"differs: {text!r}\n  spm_encode     {expected}\n  tokenizer.json {ids}")
    print(f"{equal} of {len(texts)} lines have the same ids, {decoded} come back as they were")
    sys.exit(equal != len(texts))


if __name__ == "__main__":
    main()
