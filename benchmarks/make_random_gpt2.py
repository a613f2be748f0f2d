"""Writes a GPT-2 of the 124M layout with random weights, and data that fills batches of 4 x 256 tokens.

    python make_random_gpt2.py WORKSPACE SAMPLE_MODEL ROWS [LAYERS WIDTH]

makes WORKSPACE/model (config.json, model.safetensors, the tokenizer files of SAMPLE_MODEL) and
WORKSPACE/train.csv. LAYERS and WIDTH, a multiple of 64, make another model than the 124M one. Needs numpy and
safetensors. The tokenizer knows fewer pieces than the model's 50257.
"""

import csv
import json
import pathlib
import random
import shutil
import sys

import numpy
from safetensors.numpy import save_file

LAYERS, WIDTH = map(int, sys.argv[4:6]) if len(sys.argv) > 4 else (12, 768)
HEADS, POSITIONS, VOCABULARY = WIDTH // 64, 1024, 50257
KANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"


def weights():
    generator = numpy.random.default_rng(1)

    def matrix(*shape):
        return (0.02 * generator.standard_normal(shape, dtype=numpy.float32)).astype(numpy.float32)

    def constant(value, size):
        return numpy.full(size, value, dtype=numpy.float32)

    tensors = {"transformer.wte.weight": matrix(VOCABULARY, WIDTH), "transformer.wpe.weight": matrix(POSITIONS, WIDTH)}
    for layer in range(LAYERS):
        prefix = f"transformer.h.{layer}."
        for name, rows, columns in [
            ("attn.c_attn", WIDTH, 3 * WIDTH), ("attn.c_proj", WIDTH, WIDTH),
            ("mlp.c_fc", WIDTH, 4 * WIDTH), ("mlp.c_proj", 4 * WIDTH, WIDTH),
        ]:  # fmt: skip
            tensors[f"{prefix}{name}.weight"] = matrix(rows, columns)
            tensors[f"{prefix}{name}.bias"] = constant(0, columns)
        for name in ["ln_1", "ln_2"]:
            tensors[f"{prefix}{name}.weight"] = constant(1, WIDTH)
            tensors[f"{prefix}{name}.bias"] = constant(0, WIDTH)
    tensors["transformer.ln_f.weight"] = constant(1, WIDTH)
    tensors["transformer.ln_f.bias"] = constant(0, WIDTH)
    return tensors


def main():
    workspace, sample, rows = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    model = workspace / "model"
    model.mkdir(parents=True, exist_ok=True)
    config = dict(
        architectures=["GPT2LMHeadModel"], model_type="gpt2", n_layer=LAYERS, n_embd=WIDTH, n_head=HEADS,
        n_positions=POSITIONS, vocab_size=VOCABULARY, activation_function="gelu_new", layer_norm_epsilon=1e-5,
        attn_pdrop=0.0, embd_pdrop=0.0, resid_pdrop=0.0, eos_token_id=1, bos_token_id=1, pad_token_id=0,
        tie_word_embeddings=True, dtype="float32",
    )  # fmt: skip
    (model / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    save_file(weights(), model / "model.safetensors", metadata={"format": "pt"})
    for file in sample.iterdir():
        if file.suffix == ".model" or file.name.startswith(("tokenizer", "special_tokens")):
            shutil.copy(file, model / file.name)

    # Far more text than fits on either side, so that truncation makes every row 256 tokens long.
    text = random.Random(1)
    with open(workspace / "train.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["instruction", "output"])
        for _ in range(rows):
            writer.writerow(["".join(text.choices(KANA, k=1000)) for _ in range(2)])


if __name__ == "__main__":
    main()
