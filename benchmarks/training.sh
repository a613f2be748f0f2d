#!/usr/bin/env bash
# Training speed and peak memory on dense batches of 4 x 256 tokens at the GPT-2 124M layout, float32:
# ours and PyTorch + Transformers + PEFT in turn, ROUNDS times, on the same THREADS processors.
source "$(dirname "$0")/common.sh"
skip_without_peer "training"
rounds=${ROUNDS:-3} steps=${STEPS:-12}

# The peer's allocator keeps its big blocks and uses huge pages: without that it loses a tenth to page faults.
tuned=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=8589934592:glibc.malloc.trim_threshold=17179869184

workspace=$scratch/training
rm -rf "$workspace" && mkdir -p "$workspace"
# A repository of its own: without one, the runs would be recorded in the repository it lies in.
git init -q "$workspace"
"$kiseki" init "$workspace" >/dev/null
"$python" "$repository/benchmarks/make_random_gpt2.py" "$workspace" "$(sample_model)" $((4 * steps + 1))
head -n 2 "$workspace/train.csv" >"$workspace/validation.csv"

cat >"$workspace/bench.yaml" <<YAML
llm_backbone: model
dataset:
  train_dataframe: train.csv
  validation_strategy: custom
  validation_dataframe: validation.csv
  prompt_column: [instruction]
  answer_column: output
  text_prompt_start: ""
  text_answer_separator: ""
  mask_prompt_labels: false
tokenizer:
  max_length_prompt: 128
  max_length_answer: 128
  max_length: 256
architecture:
  backbone_dtype: float32
  intermediate_dropout: 0.0
training:
  optimizer: AdamW
  learning_rate: 0.00015
  batch_size: 4
  epochs: 1
  weight_decay: 0.0
  lora: true
  lora_r: 4
  lora_alpha: 16
  lora_dropout: 0.0
  lora_target_modules: c_attn
prediction:
  metric: Perplexity
  max_length_inference: 2
environment:
  mixed_precision: false
  seed: 1
YAML

for round in $(seq "$rounds"); do
  printf 'round %d: ' "$round" >&2
  on_cores "$python" "$repository/benchmarks/training_ours.py" \
    "$kiseki" "$workspace" bench.yaml "round-$round" 2>"$workspace/ours-$round.log" >>"$workspace/ours.jsonl" ||
    { tail -n 20 "$workspace/ours-$round.log" >&2; exit 1; }
  printf 'ours %s ' "$(tail -n 1 "$workspace/ours.jsonl")" >&2
  GLIBC_TUNABLES=$tuned on_cores "$python" "$repository/benchmarks/training_peer.py" \
    "$workspace/model" "$steps" "$threads" 2>"$workspace/peer-$round.log" >>"$workspace/peer.jsonl" ||
    { tail -n 20 "$workspace/peer-$round.log" >&2; exit 1; }
  printf 'peer %s\n' "$(tail -n 1 "$workspace/peer.jsonl")" >&2
done

"$python" - "$workspace" <<'PYTHON'
import json, pathlib, statistics, sys

def median(side, key):
    lines = (pathlib.Path(sys.argv[1]) / f"{side}.jsonl").read_text().splitlines()
    return statistics.median(json.loads(line)[key] for line in lines)

for key, unit in [("tokens_per_second", "tokens/s"), ("peak_mebibytes", "MiB peak")]:
    ours, peer = median("ours", key), median("peer", key)
    print(f"{unit:9}  ours {ours:8.1f}   PyTorch + PEFT {peer:8.1f}   ratio {ours / peer:.2f}")
PYTHON
