#!/usr/bin/env bash
# The memory a run says it will take against the most it took, for three models: the embedded one, the GPT-2 124M layout,
# and one in between (8 layers, width 512), the latter two with random weights. Then the same for evaluations.
source "$(dirname "$0")/common.sh"
"$python" -c 'import numpy, safetensors' 2>/dev/null || {
  printf '\n*** SKIPPED: memory: %s has no numpy and safetensors.\n\n' "$python" >&2
  exit 0
}

workspace=$scratch/memory
rm -rf "$workspace" && mkdir -p "$workspace"
git init -q "$workspace"
"$kiseki" init "$workspace" >/dev/null
for model in small:8:512 large:12:768; do
  IFS=: read -r name layers width <<<"$model"
  "$python" "$repository/benchmarks/make_random_gpt2.py" "$workspace" "$(sample_model)" 16 "$layers" "$width"
  mv "$workspace/model" "$workspace/$name"
done
head -n 3 "$workspace/train.csv" >"$workspace/validation.csv"
# Rows of many lengths: the longest ones never meet in a batch.
"$python" - "$workspace" <<'PYTHON'
import csv, pathlib, random, sys

draw, folder = random.Random(1), pathlib.Path(sys.argv[1])
rows = list(csv.reader(open(folder / "train.csv", encoding="utf-8")))
with open(folder / "varied.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(rows[0])
    for _ in range(200):
        length = min(600, int(draw.lognormvariate(3.5, 0.9)) + 2)
        writer.writerow([cell[:length] for cell in draw.choice(rows[1:])])
PYTHON

cat >"$workspace/bench.yaml" <<YAML
dataset:
  train_dataframe: train.csv
  validation_strategy: custom
  validation_dataframe: validation.csv
  prompt_column: [instruction]
  answer_column: output
  mask_prompt_labels: false
tokenizer:
  max_length_prompt: 128
  max_length_answer: 128
  max_length: 256
training:
  batch_size: 4
  lora_dropout: 0.0
prediction:
  max_length_inference: 32
YAML

printf '%-10s %-66s %12s %12s %7s\n' model settings 'expected MB' 'measured MB' ratio
number=0
measure() {
  local label=$1 config=$2
  shift 2
  number=$((number + 1))
  on_cores "$kiseki" -q -C "$workspace" run "$config" -n "run-$number" "$@" 2>"$workspace/run-$number.log" >/dev/null ||
    { tail -n 20 "$workspace/run-$number.log" >&2; exit 1; }
  "$python" - "$workspace/experiments/run-$number/result.json" "$label" "${*:-as it is}" <<'PYTHON'
import json, sys

result = json.load(open(sys.argv[1]))
expected, measured = result["expected_peak_bytes"] / 1e6, result["peak_bytes"] / 1e6
print(f"{sys.argv[2]:10} {sys.argv[3].split('llm_backbone')[0] or 'as it is':66} {expected:12.1f} {measured:12.1f} {expected / measured:7.3f}")
PYTHON
}

# An evaluation says what it expects with -v, and the system what it took.
evaluate() {
  local label=$1 experiment=$2
  shift 2
  "$python" - "$label" "$*" "$kiseki" -v -C "$workspace" evaluate "$experiment" --again "$@" <<'PYTHON'
import re, resource, subprocess, sys

ended = subprocess.run(sys.argv[3:], capture_output=True, text=True)
found = re.search(r"memory: about ([\d.]+) (MB|GB)", ended.stderr)
if ended.returncode or not found:
    sys.exit(ended.stderr)
expected = float(found[1]) * (1 if found[2] == "MB" else 1000)
measured = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
print(f"{sys.argv[1]:10} {'evaluate ' + sys.argv[2]:66} {expected:12.1f} {measured:12.1f} {expected / measured:7.3f}")
PYTHON
}

demo=$(find "$workspace" -name 'demo.yaml' | head -n 1)
measure embedded "$demo" epochs=1 data_sample=0.1
evaluate embedded run-1 --metric chrF
evaluate embedded run-1 --metric chrF num_beams=4
for settings in "batch_size=1" "batch_size=64 metric=Perplexity" "lora=false learning_rate=0.0002" \
  "backbone_dtype=bfloat16 gradient_checkpointing=true" "force_embedding_gradients=true lora_dropout=0.1" "use_dora=true"; do
  # shellcheck disable=SC2086
  measure embedded "$demo" epochs=1 data_sample=0.1 $settings
done
measure embedded "$demo" epochs=0 num_beams=4
for name in small large; do
  for settings in "metric=Perplexity" "metric=BLEU" "gradient_checkpointing=true" "backbone_dtype=bfloat16" \
    "backbone_dtype=float16 gradient_checkpointing=true metric=Perplexity" "lora_dropout=0.1 batch_size=8 metric=Perplexity" \
    "batch_size=16 train_dataframe=varied.csv max_length=512 metric=Perplexity" "epochs=0 num_beams=4" \
    "use_dora=true lora_target_modules=all-linear metric=Perplexity" "lora=false metric=Perplexity" \
    "lora=false optimizer=AdamW8bit metric=Perplexity" "lora=false optimizer=SGD metric=Perplexity"; do
    # shellcheck disable=SC2086
    measure "$name" "$workspace/bench.yaml" $settings llm_backbone="$name"
  done
done
