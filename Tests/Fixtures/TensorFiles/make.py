"""Makes the safetensors fixtures with the reference library: python3 make.py (needs torch and safetensors)."""

import pathlib

import torch
from safetensors.torch import save_file

folder = pathlib.Path(__file__).parent

save_file(
    {
        "transformer.h.0.attn.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
        "alpha": torch.tensor([1.5, -2.25], dtype=torch.float64),
        "steps": torch.tensor([-1, 2**40], dtype=torch.int64),
        "rank": torch.tensor(7, dtype=torch.int32),
        "brain": torch.tensor([1.0, -0.5, 3.0], dtype=torch.bfloat16),
        "half": torch.tensor([0.5], dtype=torch.float16),
        "short": torch.tensor([-3], dtype=torch.int16),
        "bytes": torch.tensor([-128, 127, 0], dtype=torch.int8),
        "codes": torch.tensor([0, 255], dtype=torch.uint8),
        "flags": torch.tensor([True, False, True]),
        "empty": torch.zeros(0, 5),
        "名前 \"q\"\\\n\u2028\x7f": torch.tensor([2.0]),
    },
    folder / "every-type.safetensors",
    metadata={"format": "pt"},
)
save_file({}, folder / "no-tensors.safetensors")
