#!/usr/bin/env bash
# Seconds from the start of `kiseki run` to the end of the first training step of the embedded model: the moment
# its line stands in timings.jsonl, looked for every few milliseconds. Median of ROUNDS; the peer's beside it.
source "$(dirname "$0")/common.sh"
rounds=${ROUNDS:-5}

workspace=$scratch/startup
rm -rf "$workspace" && mkdir -p "$workspace"
# A repository of its own: without one, the runs would be recorded in the repository it lies in.
git init -q "$workspace"
"$kiseki" init "$workspace" >/dev/null
cd "$workspace"
config=${CONFIG:-experiments/demo.yaml}

first_step() {
  local name=startup-$1 begun ended process
  local timings=experiments/$name/timings.jsonl
  begun=$(date +%s%N)
  # Without the function: the process to be ended is the program itself, not a shell around it.
  taskset --cpu-list "0-$((threads - 1))" "$kiseki" run "$config" epochs=1 evaluate_before_training=false -n "$name" >"$name.log" 2>&1 </dev/null &
  process=$!
  until grep -q '"step":[ ]*[1-9]' "$timings" 2>/dev/null; do
    kill -0 "$process" 2>/dev/null || break
    sleep 0.002
  done
  ended=$(date +%s%N)
  grep -q '"step"' "$timings" 2>/dev/null || { tail -n 5 "$name.log" >&2; exit 1; }
  kill -TERM "$process" 2>/dev/null || true
  wait "$process" || true
  echo $(((ended - begun) / 1000000))
}

for round in $(seq "$rounds"); do first_step "$round"; done | sort -n >milliseconds
median=$(sed -n "$(((rounds + 1) / 2))p" milliseconds)
printf 'start-up to the first step  ours %d ms (%s)\n' "$median" "$(paste -sd ' ' milliseconds)"

skip_without_peer "start-up of the peer"
sample=$(sample_model)
printf 'PyTorch + PEFT on the same model: %s\n' \
  "$(on_cores "$python" "$repository/benchmarks/training_peer.py" "$sample" 3 "$threads" 2>/dev/null)"
