"""Sets our decoding beside Transformers' `generate`: the driver of decoding.sh, and the peer's side of it.

    python decoding_peer.py OURS BANDWIDTH WORKSPACE THREADS ROUNDS NEW TYPE

loads WORKSPACE/model in both programs, and then lets them continue the same prompts in turn, ROUNDS times for each
size: greedy or with beams, with their key-value caches, exactly NEW tokens more for each prompt. What reading the
prompts takes is found from a call for one token, so that the time of a step is that of decoding alone. Medians.
"""

import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time

import torch
import transformers

ours, bandwidth, workspace, threads, rounds, new, type_name = sys.argv[1:]
workspace, rounds, new = pathlib.Path(workspace), int(rounds), int(new)
SIZES = [(1, 1), (4, 1), (1, 2), (4, 2)]  # prompts, beams
PROMPT = 32

generator = random.Random(3)
# The tokenizer's special pieces come first.
prompts = [[generator.randrange(8, 8000) for _ in range(PROMPT)] for _ in range(4)]
(workspace / "prompts.txt").write_text("".join(" ".join(map(str, prompt)) + "\n" for prompt in prompts))

torch.set_num_threads(int(threads))
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
model = transformers.AutoModelForCausalLM.from_pretrained(workspace / "model", dtype=getattr(torch, type_name)).eval()
# The position table is looked up, not read through; the tied head is the token table.
weight_bytes = sum(p.numel() * p.element_size() for name, p in model.named_parameters() if "wpe" not in name)

# The tuning of the allocator is the peer's alone.
environment = {key: value for key, value in os.environ.items() if key != "GLIBC_TUNABLES"}
program = subprocess.Popen(
    [ours, str(workspace / "model"), str(workspace / "prompts.txt"), threads, type_name],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
)  # fmt: skip


def run_ours(batch, beams, count):
    print(batch, beams, count, file=program.stdin, flush=True)
    line = program.stdout.readline()
    if not line:
        sys.exit(f"{ours} ended")
    answer = json.loads(line)
    return answer["seconds"], answer["tokens"]


def run_peer(batch, beams, count):
    tokens = torch.tensor(prompts[:batch])
    begun = time.perf_counter()
    with torch.inference_mode():
        output = model.generate(
            tokens, attention_mask=torch.ones_like(tokens), max_new_tokens=count, min_new_tokens=count,
            num_beams=beams, do_sample=False, use_cache=True, pad_token_id=0,
        )  # fmt: skip
    return time.perf_counter() - begun, output[:, PROMPT:].tolist()


def equal_tokens(a, b):
    return sum(x == y for p, q in zip(a, b) for x, y in zip(p, q))


def measured_bandwidth():
    run = subprocess.run([bandwidth, threads], capture_output=True, text=True, check=True, env=environment)
    return float(run.stdout)


print(f"{type_name}, {threads} threads, prompts of {PROMPT} tokens, {new} new ones, medians of {rounds} rounds")
for run in (run_ours, run_peer):
    for batch, beams in SIZES:
        run(batch, beams, 4)
bandwidths = []
results = {}
for _ in range(rounds):
    bandwidths.append(measured_bandwidth())
    for size in SIZES:
        for side, run in [("ours", run_ours), ("peer", run_peer)]:
            short, _ = run(*size, 1)
            long, tokens = run(*size, new)
            results.setdefault((size, side), []).append((long, (long - short) / (new - 1), tokens))
program.stdin.close()

gigabytes = statistics.median(bandwidths)
print(f"memory bandwidth {gigabytes:.1f} GB/s, read by {threads} threads; weights of a step {weight_bytes / 1e9:.3f} GB")
print("                        tokens/s of the call      milliseconds of a step    part of the bandwidth")
print("prompts x beams       ours   peer   ratio        ours    peer   ratio         ours   peer   equal tokens")
for size in SIZES:
    batch, beams = size
    sides = {side: results[size, side] for side in ("ours", "peer")}
    rate = {side: batch * new / statistics.median(r[0] for r in found) for side, found in sides.items()}
    step = {side: statistics.median(r[1] for r in found) for side, found in sides.items()}
    part = {side: weight_bytes / 1e9 / step[side] / gigabytes for side in sides}
    same = equal_tokens(sides["ours"][-1][2], sides["peer"][-1][2])
    print(
        f"{batch} x {beams}             {rate['ours']:8.1f} {rate['peer']:6.1f} {rate['ours'] / rate['peer']:6.2f}x"
        f"     {1e3 * step['ours']:7.2f} {1e3 * step['peer']:7.2f} {step['peer'] / step['ours']:6.2f}x"
        f"     {part['ours']:7.0%} {part['peer']:6.0%}   {same} of {batch * new}"
    )
