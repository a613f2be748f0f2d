#!/usr/bin/env python3
"""Writes what the models of make_fixtures.py say in other number types, into number-types.* of every case.

    python make_number_types.py

needs torch, transformers, peft and safetensors, and the directories that make_fixtures.py has made.

number-types.safetensors, with N tokens and V vocabulary entries, for t in bfloat16 and float16:
  logits.<t>        [N, V] of the model whose weights, every one, are rounded to t and computed with in float32
  grad.<t>/<name>   gradient of the loss for each matrix of the adapter "all" beside those weights

number-types.json: how far PyTorch's own automatic mixed precision in bfloat16 (weights, adapter "all" and optimizer in
float32) is from its float32: the norm-relative distance of the logits and of each gradient.
"""

import json
import pathlib

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import GPT2LMHeadModel

from make_fixtures import CASES, ROW_LENGTHS, distance, gradients, packed_logits, peft_names

HERE = pathlib.Path(__file__).resolve().parent
TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def load(directory, dtype=None, adapter=None):
    model = GPT2LMHeadModel.from_pretrained(directory, attn_implementation="eager", dtype=torch.float32)
    if dtype is not None:
        # What loading in that type does to the weights; the arithmetic stays float32.
        model = model.to(dtype).float()
    if adapter is not None:
        model = peft.PeftModel.from_pretrained(model, directory / f"adapter-{adapter}", is_trainable=True)
    return model.eval()


def make_case(name):
    directory = HERE / name
    expected = load_file(directory / "expected.safetensors")
    rows = list(expected["tokens"].long().split(ROW_LENGTHS))
    labelled = list(expected["labelled"].bool().split(ROW_LENGTHS))
    tensors = {}
    for key, dtype in TYPES.items():
        with torch.no_grad():
            tensors[f"logits.{key}"] = packed_logits(load(directory, dtype), rows)
        for tensor, gradient in peft_names(gradients(load(directory, dtype, "all"), (rows, labelled))).items():
            tensors[f"grad.{key}/{tensor}"] = gradient
    model = load(directory, adapter="all")
    with torch.no_grad():
        exact = packed_logits(model, rows)
    exact_gradients = peft_names(gradients(model, (rows, labelled)))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with torch.no_grad():
            mixed = packed_logits(model, rows).float()
        mixed_gradients = peft_names(gradients(model, (rows, labelled)))
    record = {
        "made_with": {m.__name__: m.__version__ for m in (torch, transformers, peft)},
        "autocast_to_float32": {
            "logits": distance(mixed, exact),
            "gradients": {key: distance(mixed_gradients[key], exact_gradients[key]) for key in exact_gradients},
        },
    }
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, directory / "number-types.safetensors")
    (directory / "number-types.safetensors").chmod(0o644)
    (directory / "number-types.json").write_text(json.dumps(record, indent=1) + "\n")
    print(name, record["autocast_to_float32"]["logits"])


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for name in CASES:
        make_case(name)
