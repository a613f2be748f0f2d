#!/usr/bin/env python3
"""Makes quantile.json: batches padded on the left and cut at a quantile of their start positions, with NumPy and PyTorch.

The padded computation itself: rows of numbered tokens are padded to the whole length, the batch is cut at the quantile,
and what remains of each row is written down. Both libraries must agree. python3 make_quantile.py
"""
import json
import pathlib
import random

import numpy
import torch

PAD = -1
draw = random.Random(7)
cases = []
for length in (16, 257):
    for count in (1, 2, 3, 4, 5, 8, 11):
        for q in (0.0, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.62, 0.75, 0.9, 0.99, 1.0):
            lengths = [draw.randint(2, length) for _ in range(count)]
            batch = numpy.full((count, length), PAD)
            for row, size in enumerate(lengths):
                batch[row, length - size:] = numpy.arange(size)
            starts = (batch != PAD).argmax(axis=1)
            if q == 0:
                cut = 0
            elif q == 1:
                cut = int(starts.min())
            else:
                cut = int(numpy.floor(numpy.quantile(starts.astype(float), 1 - q)))
                other = int(torch.floor(torch.quantile(torch.tensor(starts, dtype=torch.float64), 1 - q)))
                assert cut == other, (lengths, q, cut, other)
            batch = batch[:, cut:]
            first = [int(row[row != PAD][0]) for row in batch]
            cases.append({"length": length, "q": q, "lengths": lengths, "first_kept": first})

here = pathlib.Path(__file__).resolve().parent
(here / "quantile.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
