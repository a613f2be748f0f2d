#!/usr/bin/env python3
"""Rebuilds what the base model is made from, and the demo's data that it must not have seen.

    rebuild_inputs.py DATA_FOLDER [--record]

DATA_FOLDER holds `corpus.ja.txt` and `ui-strings.en-ja.csv` (see templates/sample/NOTICE.md). Written are

    templates/sample/model/   tokenizer and configuration
    templates/sample/data/    the demo's train, validation and test rows
    inputs/                   what the base model reads; not tracked, because this script makes it

and every file is compared with SHA256SUMS (`--record` writes that list instead). Needs Python's standard library and
Debian's `sentencepiece` package, 0.1.97.
"""
import argparse
import csv
import hashlib
import pathlib
import re
import sys

import hugging_face
import sentencepiece_tools as spm
from near_duplicates import Index, folded

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parent.parent / "templates" / "sample"
INPUTS = HERE / "inputs"
SUMS = HERE / "SHA256SUMS"
SOURCES = {
    "corpus.ja.txt": "578d7df82c2ad3dd39a4377eb67e871b3cd0fa50cf9bc6dc033c8db6d9da080b",
    "ui-strings.en-ja.csv": "6f3ccf2c0cb8ae81d43e8b81f198e3e16a9361c9ae0179b2b7e1d1e50e437596",
}

INSTRUCTION = "次の英文を日本語に訳してください。"
VALIDATION_ROWS, TEST_ROWS, TRAIN_ROWS, BASE_VALIDATION_PAIRS = 100, 100, 1200, 100

# A held-out row is unlike every other row: in English and in Japanese fewer than half of the n-grams that it and any
# other row have together are shared. From 0.5 on the pairs found are one template with one word exchanged ("Internal
# storage total space" and "... free space" are 0.57); at 0.4 they are different sentences about one thing.
NEAR_DUPLICATE = 0.5
ENGLISH_GRAM, JAPANESE_GRAM = 3, 2

# A Japanese string of the demo shorter than this may stand in the corpus by chance.
QUOTATION_CHARACTERS = 8

# Corpus lines are held out for validation in blocks, so that a held-out text is not continued in training.
BLOCK_LINES, HELD_OUT_BLOCK_IN = 50, 40

# One token less than a row holds, for the end of sequence. Most rows are short, as in the demo; every fourth is long,
# so that the late positions are learned too.
CHUNK_TOKENS = [127, 127, 127, 255]
COPIES = 400


def main():
    parser = argparse.ArgumentParser(description="Rebuilds the inputs of the base model and the demo's data.")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--record", action="store_true", help="write SHA256SUMS instead of comparing with it")
    arguments = parser.parse_args()
    for name, expected in SOURCES.items():
        if not (arguments.data / name).is_file():
            sys.exit(f"{arguments.data / name} is not there; templates/sample/NOTICE.md says where it comes from")
        if digest(arguments.data / name) != expected:
            sys.exit(f"{arguments.data / name} is not the file this script was written for")
    for folder in (SAMPLE / "model", SAMPLE / "data", INPUTS):
        folder.mkdir(parents=True, exist_ok=True)

    splits = split(read_pairs(arguments.data / "ui-strings.en-ja.csv"))
    for name in ("train", "validation", "test"):
        # The bare English text serves the baseline that asks the base model in the form it was made with.
        rows = [(INSTRUCTION + english, japanese, english) for english, japanese in splits[name]]
        write_csv(SAMPLE / "data" / f"{name}.csv", ("instruction", "output", "english"), rows)

    demo = [japanese for name in ("train", "validation", "test") for _, japanese in splits[name]]
    corpus, held_out = read_corpus(arguments.data / "corpus.ja.txt", demo)

    training_text = corpus + [text for pair in splits["base"] for text in pair]
    (INPUTS / "tokenizer-training.txt").write_text("".join(t + "\n" for t in training_text), encoding="utf-8")
    spm.train(INPUTS, "tokenizer-training.txt", "tokenizer")
    model = (INPUTS / "tokenizer.model").replace(SAMPLE / "model" / "tokenizer.model")
    hugging_face.write(SAMPLE / "model", model)

    write_base_rows("train.csv", model, splits["base"], corpus, copies=COPIES, repeated=True)
    write_base_rows("validation.csv", model, splits["base validation"], held_out, copies=0, repeated=False)
    compare(record=arguments.record)


def read_pairs(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert all(instruction.startswith(INSTRUCTION) for instruction, _ in rows)
    return [(instruction[len(INSTRUCTION):], japanese) for instruction, japanese in rows]


def shuffled(items, purpose):
    """A fixed random order that depends on the items alone, and on no library's generator."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{purpose}\0{item}".encode()).digest())


def split(pairs):
    english = Index([e for e, _ in pairs], ENGLISH_GRAM)
    japanese = Index([j for _, j in pairs], JAPANESE_GRAM)
    unlike = [
        pair for number, pair in enumerate(pairs)
        if english.nearest(pair[0], number)[0] < NEAR_DUPLICATE
        and japanese.nearest(pair[1], number)[0] < NEAR_DUPLICATE
    ]
    print(f"{len(pairs)} pairs, {len(unlike)} of them without a near-duplicate")
    held_out = shuffled(unlike, "held out")
    splits, start = {}, 0
    for name, count in (("validation", VALIDATION_ROWS), ("test", TEST_ROWS), ("base validation", BASE_VALIDATION_PAIRS)):
        splits[name] = held_out[start:start + count]
        start += count

    taken = set(held_out[:start])
    rest = shuffled([pair for pair in pairs if pair not in taken], "demo training")
    splits["train"] = rest[:TRAIN_ROWS]
    demo = splits["train"] + splits["validation"] + splits["test"] + splits["base validation"]
    demo_texts = {folded(text) for pair in demo for text in pair}
    # In the file's order again.
    base = set(rest[TRAIN_ROWS:])
    splits["base"] = [
        pair for pair in pairs if pair in base and not any(folded(text) in demo_texts for text in pair)]
    for name, rows in splits.items():
        print(f"  {name}: {len(rows)} pairs")
    return splits


def read_corpus(path, demo):
    """The lines to learn from and those held out, without any that quotes the demo's Japanese."""
    lines = path.read_text(encoding="utf-8").split("\n")
    quotable = [text for text in demo if len(text) >= QUOTATION_CHARACTERS]
    kept, held_out, quoting = [], [], 0
    for number, line in enumerate(lines):
        if not line:
            continue
        if any(text in line for text in quotable):
            quoting += 1
        elif number // BLOCK_LINES % HELD_OUT_BLOCK_IN == HELD_OUT_BLOCK_IN - 1:
            held_out.append(line)
        else:
            kept.append(line)
    print(f"corpus: {len(kept)} lines, {len(held_out)} held out, {quoting} left out for quoting the demo")
    return kept, held_out


def chunks(model, lines):
    """Texts of whole paragraphs, or sentences where a paragraph is long, each as long as its row may be."""
    parts = []
    for line in lines:
        sentences = re.findall(r".*?(?:[。！？](?:」|』|）)*|$)", line)
        parts += [(sentence, number == 0) for number, sentence in enumerate(s for s in sentences if s)]
    counts = [len(ids) for ids in spm.encode(model, (text for text, _ in parts))]
    texts, text, length = [], "", 0
    for (part, begins_line), count in zip(parts, counts):
        # A sentence longer than any row is cut there by the training's own length limit.
        joint = "\n" if begins_line and text else ""
        if text and length + len(joint) + count > CHUNK_TOKENS[len(texts) % len(CHUNK_TOKENS)]:
            texts.append(text)
            text, length, joint = "", 0, ""
        text += joint + part
        length += len(joint) + count
    return texts + [text] if text else texts


def token_count(model, texts):
    """Tokens of texts that may hold newlines, which are one byte piece each."""
    lines = [line for text in texts for line in text.split("\n")]
    return sum(map(len, spm.encode(model, lines))) + len(lines) - len(texts)


def variants(pairs):
    """A pair as it is, with small English letters, and without its final stops, so that spelling matters less."""
    yield list(pairs)
    yield [(e.lower(), j) for e, j in pairs]
    yield [(e.removesuffix("."), j.removesuffix("。")) for e, j in pairs]


def write_base_rows(name, model, pairs, lines, copies, repeated):
    corpus_rows = [("", text) for text in chunks(model, lines)]
    corpus_tokens = token_count(model, [text for _, text in corpus_rows])
    rounds = [[(e + "\n", j) for e, j in variant] for variant in variants(pairs)]
    tokens = [token_count(model, [e + j for e, j in rows]) for rows in rounds]
    repetitions = max(1, round(corpus_tokens / (sum(tokens) / len(tokens)))) if repeated else 1
    pair_rows = [row for number in range(repetitions) for row in rounds[number % len(rounds)]]
    pair_tokens = sum(tokens[number % len(rounds)] for number in range(repetitions))
    texts = shuffled({text for pair in pairs for text in pair}, "copies")[:copies]
    copy_rows = [(text + "\n", text) for text in texts]
    copy_tokens = token_count(model, [a + b for a, b in copy_rows])
    write_csv(INPUTS / name, ("prompt", "answer"), pair_rows + copy_rows + corpus_rows)
    print(f"{name}: tokens without ends of sequence")
    print(f"  pairs: {len(pair_rows)} rows ({repetitions} times {len(pairs)}), {pair_tokens} tokens")
    print(f"  copies: {len(copy_rows)} rows, {copy_tokens} tokens")
    print(f"  corpus: {len(corpus_rows)} rows, {corpus_tokens} tokens")


def write_csv(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compare(record):
    outputs = {
        "templates/sample/model": ("tokenizer.model", "tokenizer.json", "tokenizer_config.json", "config.json"),
        "templates/sample/data": ("train.csv", "validation.csv", "test.csv"),
        "experiments/base-model/inputs": ("tokenizer-training.txt", "train.csv", "validation.csv"),
    }
    root = HERE.parent.parent
    found = {
        f"{folder}/{name}": digest(root / folder / name) for folder, names in outputs.items() for name in names}
    for path, value in found.items():
        print(f"{value}  {path}")
    if record:
        SUMS.write_text("".join(f"{value}  {path}\n" for path, value in found.items()))
        return
    expected = dict(reversed(line.split("  ")) for line in SUMS.read_text().splitlines())
    differing = [path for path in expected if found.get(path) != expected[path]]
    if differing or expected.keys() != found.keys():
        sys.exit(f"not as recorded in {SUMS.name}: {', '.join(differing) or 'the list of files'}")
    print(f"all {len(found)} files as recorded")


if __name__ == "__main__":
    main()
