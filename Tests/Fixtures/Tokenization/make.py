#!/usr/bin/env python3
"""Makes the tokenizer fixtures: two small models, and the ids that Debian's spm_encode gives for some texts.

  plain.model    unigram, byte fallback, text taken as it is: the kind the sample model uses
  folding.model  BPE, a normalization table, dummy prefix, extra spaces removed, no byte fallback

Needs spm_train, spm_encode and spm_decode of the Debian package `sentencepiece` (0.1.97).
"""
import json
import pathlib
import subprocess

here = pathlib.Path(__file__).resolve().parent

COMMON = ["--input=training-text.txt", "--num_threads=1", "--minloglevel=2"]
MODELS = {
    "plain": [
        "--model_type=unigram", "--vocab_size=480", "--byte_fallback=true",
        "--normalization_rule_name=identity", "--add_dummy_prefix=false", "--remove_extra_whitespaces=false",
        "--split_digits=true", "--pad_id=0", "--eos_id=1", "--unk_id=2", "--bos_id=-1",
    ],
    "folding": [
        "--model_type=bpe", "--vocab_size=400", "--normalization_rule_tsv=folding.tsv",
        "--user_defined_symbols=<sep>,<sep><sep>",
    ],
}

# One line each, because spm_encode reads lines.
TEXTS = [
    "設定を保存しますか。", "The model reads a sequence of numbers.", "", " ", "   two  spaces   around   ",
    "吾輩は猫である。名前はまだ無い。", "鸞鳳麒麟", "a</s>b", "</s>", "<pad>", "<unk>", "<0x41>", "▁", "1,024 行と 21.5 度",
    "🎉👩‍👩‍👧‍👦🏳️‍🌈", "e\u0301 と é", "\u200b\ufeff\u202e", "\tタブ\t", "ａｂｃ　ｶﾞｶ①", "<sep>区切り<sep><sep>", "\u0001\u007f",
    "Ünïcödé ñ ß", "\U0010ffff", "ファイルを開く。Save the file.  もう一度",
]


def run(tool, *arguments, text=None):
    return subprocess.run([tool, *arguments], cwd=here, input=text, check=True, capture_output=True).stdout


for name, options in MODELS.items():
    run("spm_train", f"--model_prefix={name}", *COMMON, *options)
    (here / f"{name}.vocab").unlink()
    lines = "".join(text + "\n" for text in TEXTS).encode()
    ids = run("spm_encode", f"--model={name}.model", "--output_format=id", text=lines).decode().split("\n")
    pieces = run("spm_encode", f"--model={name}.model", text=lines).decode().split("\n")
    decoded = run("spm_decode", f"--model={name}.model", "--input_format=id", text="\n".join(ids).encode())
    decoded = decoded.decode().split("\n")
    cases = [
        {"text": text, "ids": [int(i) for i in ids[n].split()], "pieces": pieces[n], "decoded": decoded[n]}
        for n, text in enumerate(TEXTS)
    ]
    (here / f"{name}.json").write_text(
        "[\n" + ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases) + "\n]\n")
