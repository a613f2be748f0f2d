#!/usr/bin/env python3
"""Loads an adapter that Kiseki wrote with PEFT, exactly as PEFT's users would, and shows what it computes.

    python check_adapter_in_peft.py MODEL_DIR ADAPTER_DIR PROMPT_IDS [OUR_LOGITS]

PROMPT_IDS are token ids with commas between. OUR_LOGITS, a file of little-endian float32 [tokens, vocabulary], is
compared with PEFT's. Prints one JSON line; fails when a tensor of the adapter found no place in the model, when a
placed matrix was not in the file, or when the logits differ by more than rounding.
"""

import hashlib
import json
import sys
import warnings

import numpy
import peft
import torch
import transformers
from safetensors.torch import load_file

TOLERANCE = 1e-5


def main():
    model_directory, adapter_directory, prompt = sys.argv[1:4]
    warnings.simplefilter("ignore", FutureWarning)
    warnings.simplefilter("error", UserWarning)  # PEFT only warns of missing keys.
    base = transformers.AutoModelForCausalLM.from_pretrained(model_directory, dtype=torch.float32).eval()
    tokens = torch.tensor([[int(token) for token in prompt.split(",")]])
    with torch.no_grad():
        untouched = base(input_ids=tokens).logits[0].numpy()
        model = peft.PeftModel.from_pretrained(base, adapter_directory).eval()
        logits = model(input_ids=tokens).logits[0].numpy()
    stored = load_file(f"{adapter_directory}/adapter_model.safetensors")
    placed = {n.replace(".default.", "."): p for n, p in model.named_parameters() if ".lora_" in n}
    assert stored.keys() == placed.keys(), sorted(stored.keys() ^ placed.keys())
    assert all(torch.equal(stored[name], placed[name]) for name in stored)
    record = {
        "tensors": len(stored),
        "target_modules": sorted(model.peft_config["default"].target_modules),
        "adapter_changes_logits_by": float(numpy.linalg.norm(logits - untouched) / numpy.linalg.norm(untouched)),
        "logits_sha256": hashlib.sha256(logits.astype("<f4").tobytes()).hexdigest(),
        "last_logits": [round(float(value), 6) for value in logits[-1][:8]],
    }
    if len(sys.argv) > 4:
        ours = numpy.fromfile(sys.argv[4], "<f4").reshape(logits.shape)
        record["relative_difference"] = float(numpy.linalg.norm(ours - logits) / numpy.linalg.norm(logits))
    print(json.dumps(record))
    sys.exit(record.get("relative_difference", 0) > TOLERANCE)


if __name__ == "__main__":
    main()
