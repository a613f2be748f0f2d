#!/usr/bin/env bash
# Twelve trials on the embedded model three ways, in turn, on the same THREADS processors: one `kiseki sweep -j 2`,
# the same twelve started one by one with `kiseki run`, and twelve PyTorch + PEFT scripts. Same rows, same settings,
# one epoch, then validation loss and BLEU of greedy answers. Prints the wall times and their ratios.
source "$(dirname "$0")/common.sh"
epochs=${EPOCHS:-1} ranks=(2 4 8 16) rates=(0.0005 0.002 0.008)

workspace=$scratch/sweep
rm -rf "$workspace" && mkdir -p "$workspace"
git init -q "$workspace"
"$kiseki" init -q "$workspace" >/dev/null
cd "$workspace"
# Short rows only, so that no side cuts any and both train on the same tokens.
short() { awk -v most="$2" 'kept <= most && (NR == 1 || length($0) < 300) { print; kept++ }' "$1"; }
short sample/data/train.csv 400 >train.csv
short sample/data/validation.csv 64 >validation.csv
settings=(dataset.train_dataframe=../train.csv dataset.validation_dataframe=../validation.csv dataset.test_dataframe=\"\" \
  "epochs=$epochs" drop_last_batch=true evaluate_before_training=false max_length_inference=48 lora_alpha=32 seed=1)
list() { local IFS=,; echo "$*"; }

timed() {
  local name=$1 begun ended
  shift
  begun=$(date +%s%N)
  "$@" >"$name.log" 2>&1 </dev/null || { tail -n 20 "$name.log" >&2; exit 1; }
  ended=$(date +%s%N)
  seconds[$name]=$(awk -v ns=$((ended - begun)) 'BEGIN { printf "%.1f", ns / 1e9 }')
  printf '%-28s %7s s\n' "$name" "${seconds[$name]}"
}
one_by_one() {
  local rank rate
  for rank in "${ranks[@]}"; do
    for rate in "${rates[@]}"; do
      on_cores "$kiseki" run experiments/demo.yaml "${settings[@]}" "lora_r=$rank" "learning_rate=$rate" -n "single-$rank-$rate"
    done
  done
}
peer() {
  local rank rate
  for rank in "${ranks[@]}"; do
    for rate in "${rates[@]}"; do
      on_cores "$python" "$repository/benchmarks/sweep_peer.py" sample/model train.csv validation.csv "$rank" "$rate" \
        "$epochs" "$threads"
    done
  done
}

declare -A seconds
timed sweep on_cores "$kiseki" sweep experiments/demo.yaml "${settings[@]}" "lora_r=$(list "${ranks[@]}")" \
  "learning_rate=$(list "${rates[@]}")" -n sweep -j 2
timed one-by-one one_by_one
awk -v a="${seconds[one-by-one]}" -v b="${seconds[sweep]}" 'BEGIN { printf "one by one / sweep -j 2        ratio %.2f\n", a / b }'
skip_without_peer "twelve trials of the peer"
timed peer peer
awk -v a="${seconds[peer]}" -v b="${seconds[sweep]}" 'BEGIN { printf "PyTorch + PEFT / sweep -j 2    ratio %.2f\n", a / b }'
