#!/usr/bin/env python3
"""Makes optimizers.safetensors and schedules.json: 50 steps of every optimizer and learning-rate schedule.

The optimizers are PyTorch's. AdamW8bit is made twice: with bitsandbytes, the authors' program, whose CPU code rounds to the
nearest code through a table and so sometimes to a neighbour; and in numpy from the paper (arXiv:2110.02861, section 2), with
the nearest code always. The schedules are those of transformers, with the floor of training.min_learning_rate_ratio on top.

Values and gradients come from a formula of integers that float32 holds exactly, so that the test makes the same ones.
Needs torch, transformers, bitsandbytes, safetensors.
"""
import json
import pathlib

import bitsandbytes
import numpy as np
import torch
import transformers
from safetensors.numpy import save_file

here = pathlib.Path(__file__).resolve().parent
STEPS, KEPT = 50, (1, 10, 50)
DECAY = 0.05
# name: (number, shape, decays, rate factor)
TENSORS = {"single": (0, (1,), True, 1.0), "gain": (1, (7,), False, 1.0), "matrix": (2, (13, 17), True, 0.25)}
# 16 blocks and 3 elements; the largest size that keeps 32-bit states.
LARGE = {"blockwise": (3, (4099,), True, 1.0), "plain": (4, (4095,), True, 1.0)}
RATES = {"Adam": 0.01, "AdamW": 0.01, "SGD": 0.05, "RMSprop": 0.01, "Adadelta": 1.0, "AdamW8bit": 0.01}


def uniform(count, step, tensor):
    """In [-0.5, 0.5), multiples of 2^-24."""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + step * 2246822519 + tensor * 3266489917) % 2**32
    h ^= h >> 15
    h = h * 2246822519 % 2**32
    h ^= h >> 13
    return (h >> 8).astype(np.float64) / 2**24 - 0.5


def start(tensor, count):
    return uniform(count, 0, tensor).astype(np.float32)


def gradient(tensor, count, step):
    """Of different sizes within a block, most with a mean."""
    i = np.arange(count)
    return ((uniform(count, step, tensor) + (i % 5 - 2) / 8) / 2.0 ** (i % 4)).astype(np.float32)


def rate(name, step):
    """Falling, so that it matters where in the momentum the rate stands; steps count from 1."""
    return RATES[name] * (1 - (step - 1) / 100)


def run(name, make, tensors, after_first=lambda optimizer, parameters: None):
    """The tensors after some of the steps, and the optimizer."""
    parameters = {}
    groups = []
    for key, (number, shape, decays, factor) in tensors.items():
        values = start(number, int(np.prod(shape))).reshape(shape)
        parameters[key] = torch.nn.Parameter(torch.from_numpy(values.copy()))
        groups.append({"params": [parameters[key]], "weight_decay": DECAY if decays else 0.0, "factor": factor})
    optimizer = make(groups)
    kept = {}
    for step in range(1, STEPS + 1):
        for group in optimizer.param_groups:
            group["lr"] = rate(name, step) * group["factor"]
        for key, (number, shape, _, _) in tensors.items():
            values = gradient(number, int(np.prod(shape)), step).reshape(shape)
            parameters[key].grad = torch.from_numpy(values)
        optimizer.step()
        if step == 1:
            after_first(optimizer, parameters)
        if step in KEPT:
            for key, parameter in parameters.items():
                kept[f"{name}/{key}/{step}"] = parameter.detach().numpy().copy()
    return kept, optimizer, parameters


def dynamic_code(signed):
    """Values of dynamic tree quantisation: a decade per leading zero bit, the rest of the bits a linear fraction."""
    values = [0.0, 1.0]
    for zeros in range(7):
        parts = 2 ** (6 - zeros) * (1 if signed else 2)
        edges = np.linspace(0.1, 1, parts + 1)
        means = (edges[:-1] + edges[1:]) / 2 * 10.0**-zeros
        values += list(means) + (list(-means) if signed else [])
    return np.sort(np.array(values))


def published(name, number, count):
    """AdamW with 8-bit moments in blocks of 256, in float32 with the nearest code."""
    codes = [dynamic_code(True), dynamic_code(False)]
    edges = [((code[:-1] + code[1:]) / 2).astype(np.float32) for code in codes]
    codes = [code.astype(np.float32) for code in codes]
    blocks = -(-count // 256)
    block_of = np.arange(count) // 256
    states = [(np.zeros(count, np.uint8), np.zeros(blocks, np.float32)) for _ in codes]
    p, one = start(number, count), np.float32(1)
    for step in range(1, STEPS + 1):
        g = gradient(number, count, step)
        m, v = (code[state] * scales[block_of] for code, (state, scales) in zip(codes, states))
        m = np.float32(0.9) * m + np.float32(0.1) * g
        v = np.float32(0.999) * v + np.float32(0.001) * g * g
        lr = rate(name, step)
        p = p * np.float32(1 - lr * DECAY)
        denominator = np.sqrt(v) / np.float32(np.sqrt(1 - 0.999**step)) + np.float32(1e-8)
        p = p - np.float32(lr / (1 - 0.9**step)) * m / denominator
        for which, moment in enumerate((m, v)):
            scales = np.array([np.abs(moment[b * 256:(b + 1) * 256]).max() for b in range(blocks)], np.float32)
            states[which] = (np.searchsorted(edges[which], moment / scales[block_of]).astype(np.uint8), scales)
        assert p.dtype == np.float32
    return p, states


kept = {}
for name, make in {
    "Adam": lambda groups: torch.optim.Adam(groups, betas=(0.9, 0.999), eps=1e-8),
    "AdamW": lambda groups: torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8),
    "SGD": lambda groups: torch.optim.SGD(groups, lr=1, momentum=0.9, nesterov=True),
    "RMSprop": lambda groups: torch.optim.RMSprop(groups, alpha=0.9, momentum=0.9, eps=1e-8),
    "Adadelta": lambda groups: torch.optim.Adadelta(groups, rho=0.9, eps=1e-6),
}.items():
    kept |= run(name, make, TENSORS)[0]


def keep_state(optimizer, parameters, step):
    assert optimizer.state[parameters["plain"]]["state1"].dtype == torch.float32
    state = optimizer.state[parameters["blockwise"]]
    for number, moment in enumerate(("first", "second"), start=1):
        kept[f"bitsandbytes/{moment}.codes/{step}"] = state[f"state{number}"].numpy().copy()
        kept[f"bitsandbytes/{moment}.scales/{step}"] = state[f"absmax{number}"].numpy().copy()
        kept[f"bitsandbytes/{moment}.values"] = state[f"qmap{number}"].numpy()


eight, optimizer, parameters = run(
    "AdamW8bit", lambda groups: bitsandbytes.optim.AdamW8bit(groups, betas=(0.9, 0.999), eps=1e-8), LARGE,
    after_first=lambda optimizer, parameters: keep_state(optimizer, parameters, 1))
kept["bitsandbytes/blockwise"] = eight["AdamW8bit/blockwise/50"]
kept["bitsandbytes/plain"] = eight["AdamW8bit/plain/50"]
keep_state(optimizer, parameters, 50)

values, states = published("AdamW8bit", LARGE["blockwise"][0], 4099)
kept["published/blockwise"] = values
for moment, (codes, scales) in zip(("first", "second"), states):
    kept[f"published/{moment}.codes"], kept[f"published/{moment}.scales"] = codes, scales

for signed in (True, False):
    theirs = bitsandbytes.functional.create_dynamic_map(signed).numpy().astype(np.float64)
    assert np.abs(theirs - dynamic_code(signed)).max() < 1e-7
difference = np.linalg.norm(values - kept["bitsandbytes/blockwise"]) / np.linalg.norm(values)
print(f"the two makings of AdamW8bit differ by {difference:.2e}")
exact = run("AdamW8bit", lambda groups: torch.optim.AdamW(groups), LARGE)[0]["AdamW8bit/blockwise/50"]
moved = np.linalg.norm(exact - start(3, 4099))
print(f"8 bits against 32 bits: {np.linalg.norm(values - exact) / moved:.2e} of the way gone")
save_file({key: np.ascontiguousarray(value) for key, value in kept.items()}, here / "optimizers.safetensors")

schedules = []
for shape, make in {
    "constant": transformers.get_constant_schedule_with_warmup,
    "linear": transformers.get_linear_schedule_with_warmup,
    "cosine": transformers.get_cosine_schedule_with_warmup,
}.items():
    for warmup in (0, 1, 2.5, 7):
        for floor in (0.0, 0.2):
            optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=3e-4)
            arguments = {} if shape == "constant" else {"num_training_steps": STEPS}
            schedule = make(optimizer, num_warmup_steps=warmup, **arguments)
            rates = []
            for step in range(STEPS):
                value = schedule.get_last_lr()[0]
                rates.append(max(value, floor * 3e-4))
                optimizer.step()
                schedule.step()
            schedules.append({"shape": shape, "warmup": warmup, "floor": floor, "rates": rates})
(here / "schedules.json").write_text(
    json.dumps({"base_rate": 3e-4, "steps": STEPS, "schedules": schedules}, separators=(",", ":")) + "\n")
