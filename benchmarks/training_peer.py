"""The peer's side of training.sh: PyTorch + Transformers + PEFT on dense batches, float32.

    python training_peer.py MODEL STEPS THREADS

prints one JSON line: median tokens/s after the warm-up steps, peak resident memory, seconds to the first step.
"""

import time

STARTED = time.perf_counter()

import json
import resource
import statistics
import sys

import peft
import torch
import transformers

BATCH, LENGTH, WARM_UP_STEPS = 4, 256, 2


def main():
    directory, steps, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = transformers.AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32)
    model.config.use_cache = False
    adapter = peft.LoraConfig(
        r=4, lora_alpha=16, lora_dropout=0.0, target_modules=["c_attn"], fan_in_fan_out=True, task_type="CAUSAL_LM"
    )
    model = peft.get_peft_model(model, adapter).train()
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1.5e-4, weight_decay=0.0)
    rates, first_step = [], None
    for _ in range(steps):
        tokens = torch.randint(0, 8000, (BATCH, LENGTH))
        begun = time.perf_counter()
        optimizer.zero_grad()
        loss = model(input_ids=tokens, labels=tokens).loss
        loss.backward()
        optimizer.step()
        loss.item()
        ended = time.perf_counter()
        rates.append(BATCH * LENGTH / (ended - begun))
        first_step = first_step or ended - STARTED
    print(
        json.dumps(
            {
                "tokens_per_second": round(statistics.median(rates[WARM_UP_STEPS:]), 1),
                "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "seconds_to_first_step": round(first_step, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
