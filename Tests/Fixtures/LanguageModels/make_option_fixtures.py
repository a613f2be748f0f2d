#!/usr/bin/env python3
"""Writes options/draws.safetensors: one training step with every random draw of training, in PyTorch.

    python make_fixtures.py options && python make_option_fixtures.py

The draws themselves are Kiseki's own counter-based ones (Philox 4x32-10, Salmon et al., SC 2011), written again here from
their definition; what is done with them is done by Transformers' GPT-2 and PEFT's LoRA and DoRA layers.

With the batch, the labels and the adapters of options/, and T targets:
  losses.<draw>          [T] negative log-likelihoods in nats
  grad.<draw>/<name>     gradient of their mean, of adapter tensors under PEFT names, of base weights under Hugging
                         Face names
  hidden                 int32 [N], the tokens that the draw `mask` hides
The draws: `dora`, `dora-all` and `lora` (PEFT's lora_dropout), `hidden` (GPT-2's three dropouts, all weights trained),
`noise` (NEFTune) and `mask` (masked tokens).
"""

import copy
import math

import numpy
import peft
import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2LMHeadModel
from transformers.models.gpt2 import modeling_gpt2

from make_fixtures import HERE, ROW_LENGTHS, peft_names

SEED, STEP, FIRST_TOKEN = 5 << 32 | 77, 3, 16
ADAPTER_DROPOUT, HIDDEN_DROPOUT, NOISE_ALPHA, MASK_PROBABILITY = 0.3, 0.2, 5.0, 0.3
ADAPTER, HIDDEN, ATTENTION, NOISE, MASK = 4, 5, 6, 20, 23
MASK_ID, MASK_STEP, LONGEST = 2, 7, 32


def words(first, count, site, purpose, step=STEP):
    """The 32-bit words of `count` elements from `first` on."""
    blocks = numpy.arange(first // 4, (first + count + 3) // 4, dtype=numpy.uint64)
    low = numpy.uint64(0xFFFFFFFF)
    c = [blocks & low, numpy.full_like(blocks, site), numpy.full_like(blocks, step), numpy.full_like(blocks, purpose)]
    k0, k1 = SEED & 0xFFFFFFFF, SEED >> 32
    for _ in range(10):
        first_product, second_product = c[0] * numpy.uint64(0xD2511F53), c[2] * numpy.uint64(0xCD9E8D57)
        c = [
            (second_product >> numpy.uint64(32)) ^ c[1] ^ numpy.uint64(k0), second_product & low,
            (first_product >> numpy.uint64(32)) ^ c[3] ^ numpy.uint64(k1), first_product & low,
        ]  # fmt: skip
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    skipped = first - first // 4 * 4
    return numpy.stack(c, axis=1).astype(numpy.uint32).reshape(-1)[skipped : skipped + count]


def factors(first, count, site, purpose, probability):
    kept = words(first, count, site, purpose) < numpy.uint32(min((1 - probability) * 2**32, 2**32 - 1))
    return torch.from_numpy(numpy.where(kept, numpy.float32(1 / (1 - probability)), numpy.float32(0)))


class Place:
    """Where in the packed batch the row being computed starts."""

    start = 0


class Drawn(torch.nn.Module):
    """Dropout with the mask of a site over [tokens, width]."""

    def __init__(self, site, purpose, probability):
        super().__init__()
        self.site, self.purpose, self.p = site, purpose, probability

    def forward(self, x):
        # A batch's values are numbered one after another; only its first has a place that is rounded up.
        width = x.shape[-1]
        first = FIRST_TOKEN * ((width + 3) // 4 * 4) + Place.start * width
        return x * factors(first, x.numel(), self.site, self.purpose, self.p).view(x.shape)


def drawn_attention(module, query, key, value, attention_mask, scaling=None, dropout=0.0, **_):
    """Transformers' eager attention with the mask of a site over [tokens, heads, longest row]."""
    weights = torch.matmul(query, key.transpose(-1, -2)) * (query.size(-1) ** -0.5 if scaling is None else scaling)
    weights = torch.nn.functional.softmax(weights + attention_mask, dim=-1)
    if isinstance(module.attn_dropout, Drawn):
        site, heads, length = module.attn_dropout.site, weights.shape[1], weights.shape[2]
        for head in range(heads):
            for token in range(length):
                place = ((FIRST_TOKEN + Place.start + token) * heads + head) * LONGEST
                mask = factors(place, length, site, ATTENTION, HIDDEN_DROPOUT)
                weights = torch.cat([  # in place would break the gradient
                    weights[:, :head],
                    torch.cat([weights[:, head : head + 1, :token], weights[:, head : head + 1, token : token + 1] * mask,
                               weights[:, head : head + 1, token + 1 :]], dim=2),
                    weights[:, head + 1 :],
                ], dim=1)  # fmt: skip
    return torch.matmul(weights, value).transpose(1, 2), weights


def step(model, rows, labelled, hidden=None):
    """Losses of the targets, and the gradients of their mean."""
    losses, start = [], 0
    for row, marks in zip(rows, labelled):
        Place.start = start
        visible = torch.ones_like(row) if hidden is None else 1 - hidden[start : start + len(row)]
        ids = torch.where(visible.bool(), row, MASK_ID)
        logits = model(
            input_ids=ids[None], attention_mask=visible[None], position_ids=torch.arange(len(row))[None], use_cache=False
        ).logits[0]
        counted = (marks & visible.bool())[1:]
        losses.append(torch.nn.functional.cross_entropy(logits[:-1], row[1:], reduction="none")[counted])
        start += len(row)
    losses = torch.cat(losses)
    model.zero_grad()
    losses.mean().backward()
    return losses.detach(), {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}


def with_adapter(name):
    model = peft.PeftModel.from_pretrained(base(), HERE / "options" / f"adapter-{name}", is_trainable=True)
    places = ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"]
    for layer, block in enumerate(model.base_model.model.transformer.h):
        for index, place in enumerate(places):
            module = block.get_submodule(place)
            if hasattr(module, "lora_dropout"):
                module.lora_dropout["default"] = Drawn(layer * 8 + 4 + index, ADAPTER, ADAPTER_DROPOUT)
    return model.train()


def base():
    # Transformers reads no dropout from this configuration but 0.
    return GPT2LMHeadModel.from_pretrained(HERE / "options", attn_implementation="eager")


def with_hidden_dropout():
    model = base()
    body, layers = model.transformer, len(model.transformer.h)
    body.drop = Drawn(layers * 8 + 1, HIDDEN, HIDDEN_DROPOUT)
    for layer, block in enumerate(body.h):
        block.attn.attn_dropout = Drawn(layer * 8, ATTENTION, HIDDEN_DROPOUT)
        block.attn.resid_dropout = Drawn(layer * 8 + 1, HIDDEN, HIDDEN_DROPOUT)
        block.mlp.dropout = Drawn(layer * 8 + 2, HIDDEN, HIDDEN_DROPOUT)
    return model.train()


def with_noise():
    model = base()

    def add_noise(module, inputs, output):
        # neftune_post_forward_hook of Transformers, for a row by itself: then its padded length is the row's own.
        length, width = output.shape[1:]
        bound = numpy.float32(NOISE_ALPHA / math.sqrt(length * width))
        stride = (width + 3) // 4 * 4
        noise = [
            words((FIRST_TOKEN + Place.start + token) * stride, width, 0, NOISE).view(numpy.int32).astype(numpy.float32)
            for token in range(length)
        ]
        return output + torch.from_numpy(numpy.stack(noise) * (bound * numpy.float32(2**-31)))

    model.transformer.wte.register_forward_hook(add_noise)
    return model.train()


def masked_tokens(count):
    drawn = words(FIRST_TOKEN, count, 0, MASK, step=MASK_STEP) < numpy.uint32(MASK_PROBABILITY * 2**32)
    return torch.from_numpy(drawn.astype(numpy.int32))


def main():
    torch.set_num_threads(1)
    modeling_gpt2.eager_attention_forward = drawn_attention
    batch = load_file(HERE / "options" / "expected.safetensors")
    rows = [row.long() for row in batch["tokens"].split(ROW_LENGTHS)]
    labelled = [row.bool() for row in batch["labelled"].split(ROW_LENGTHS)]
    hidden = masked_tokens(sum(ROW_LENGTHS))
    # Transformers lets a query that sees no key look at all of them, which means nothing: here every row begins seen.
    starts = [sum(ROW_LENGTHS[:index]) for index in range(len(ROW_LENGTHS))]
    assert hidden.sum() > 8 and not any(hidden[start] for start in starts if start != 5), hidden
    runs = {
        "dora": (with_adapter("dora"), None),
        "dora-all": (with_adapter("dora-all"), None),
        "lora": (with_adapter("embedding"), None),
        "hidden": (with_hidden_dropout(), None),
        "noise": (with_noise(), None),
        "mask": (base().train(), hidden),
    }
    tensors = {"hidden": hidden}
    for name, (model, tokens) in runs.items():
        tensors[f"losses.{name}"], gradients = step(model, rows, labelled, tokens)
        for key, gradient in peft_names(gradients).items():
            tensors[f"grad.{name}/{key}"] = gradient
        print(name, tensors[f"losses.{name}"].mean().item(), len(gradients))
    path = HERE / "options" / "draws.safetensors"
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, path)
    path.chmod(0o644)


if __name__ == "__main__":
    main()
