#!/usr/bin/env python3
"""Writes what Transformers says of the embedded sample model: logits and greedy answers.

    python make_fixtures.py

needs torch, transformers and safetensors. Building and testing Kiseki needs neither this script nor Python.

expected.safetensors: `logits` float32 [3, V], those of the last token of the first three prompts.
expected.json: prompts as text and ids (AutoTokenizer), 24 greedy tokens each, and the margin of every choice.
"""

import csv
import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parent.parent.parent / "templates" / "sample"
NEW_TOKENS = 24


def main():
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(SAMPLE / "model")
    model = AutoModelForCausalLM.from_pretrained(SAMPLE / "model", dtype=torch.float32).eval()
    with open(SAMPLE / "data" / "test.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:8]
    prompts, logits = [], []
    with torch.no_grad():
        for row in rows:
            text = row["english"] + "\n"
            ids = tokenizer(text, add_special_tokens=False)["input_ids"]
            answer, margins = [], []
            for _ in range(NEW_TOKENS):
                last = model(torch.tensor([ids + answer])).logits[0, -1]
                if not answer and len(logits) < 3:
                    logits.append(last.clone())
                best = torch.topk(last, 2)
                margins.append(round(float(best.values[0] - best.values[1]), 6))
                answer.append(int(best.indices[0]))
                if answer[-1] == tokenizer.eos_token_id:
                    break
            prompts.append({"text": text, "ids": ids, "answer": answer, "margins": margins})
    save_file({"logits": torch.stack(logits)}, HERE / "expected.safetensors")
    (HERE / "expected.json").write_text(json.dumps({"prompts": prompts}, ensure_ascii=False, indent=1) + "\n")


main()
