#!/usr/bin/env bash
# RUNS tiny runs of the embedded model, each killed with SIGKILL at a random moment, some several times, and resumed until
# it ends: every one must end with the adapter, metrics and predictions of a run that nobody killed. A checkpoint is
# written after every step, so kills fall into all that a run does: beginning, step, evaluation, checkpoint, commit.
source "$(dirname "$0")/common.sh"
runs=${RUNS:-200}

workspace=$scratch/resume-kills
rm -rf "$workspace" && mkdir -p "$workspace"
git init -q "$workspace"
"$kiseki" init "$workspace" >/dev/null 2>&1
cd "$workspace"
head -n 13 sample/data/train.csv >train.csv
head -n 3 sample/data/validation.csv >validation.csv
settings=(train_dataframe=../train.csv validation_dataframe=../validation.csv test_dataframe=../validation.csv epochs=4
  batch_size=4 evaluation_epochs=0.5 max_length_inference=4 save_best_checkpoint=true)

fail() {
  echo "resume-kills: $1" >&2
  exit 1
}

# What must be equal, of the newest version of an experiment: names and git's hashes of the contents.
results() {
  git ls-tree -r "refs/experiments/$1" -- adapter evaluations metrics.jsonl | cut -d' ' -f3 | sha256sum | cut -c1-16
}

now() { date +%s%N; }

"$kiseki" run experiments/demo.yaml -n whole "${settings[@]}" >log 2>&1 || fail "the whole run failed: $(tail -n 1 log)"
expected=$(results whole)
# The longest a run with checkpoints takes is the range of the moments.
begun=$(now)
"$kiseki" run experiments/demo.yaml -n pace "${settings[@]}" checkpoint_steps=1 >log 2>&1 || fail "a run failed"
span=$((($(now) - begun) / 1000))
[ "$(results pace)" = "$expected" ] || fail "checkpoints changed the result"

start=$(date +%s)
killed=0 late=0 empty=0 resumed=0 from_zero=0 equal=0 in_checkpoint=0 kills_of_run=0
state=experiments/victim/checkpoint/state
while [ "$equal" -lt "$runs" ]; do
  if [ -d experiments/victim ]; then
    command=("$kiseki" resume victim)
  else
    command=("$kiseki" run experiments/demo.yaml -n victim "${settings[@]}" checkpoint_steps=1)
  fi
  "${command[@]}" >log 2>&1 &
  process=$!
  # The shell would tell of every job that was killed.
  exec 3>&2 2>/dev/null
  # Every run is killed once, some are killed again while they go on.
  if [ "$kills_of_run" -eq 0 ] || [ $((RANDOM % 3)) -eq 0 ]; then
    moment=$(((RANDOM * 32768 + RANDOM) % span))
    sleep "$(printf '%d.%06d' $((moment / 1000000)) $((moment % 1000000)))"
    if kill -9 "$process"; then
      killed=$((killed + 1))
      kills_of_run=$((kills_of_run + 1))
    else
      late=$((late + 1))
    fi
    # A file that was being written tells where the kill fell.
    ls -A "$state" | grep -q '^\.' && in_checkpoint=$((in_checkpoint + 1)) || true
  fi
  code=0
  wait "$process" || code=$?
  exec 2>&3 3>&-
  if grep -q '^resumed from step' log; then
    resumed=$((resumed + 1))
    if grep -q '^resumed from step 0$' log; then from_zero=$((from_zero + 1)); fi
  fi
  if grep -q 'its folder is removed' log; then
    empty=$((empty + 1))
    continue
  fi
  [ "$code" -eq 0 ] || [ "$code" -eq 137 ] || fail "$(tail -n 3 log)"
  # The reference is the one sign that a run is complete.
  git rev-parse -q --verify refs/experiments/victim >/dev/null || continue
  [ "$(results victim)" = "$expected" ] || fail "after $killed kills a run ended with other bytes"
  [ "$(git rev-list --count refs/experiments/victim)" -eq 1 ] || fail "a run was recorded twice"
  if [ "$kills_of_run" -gt 0 ]; then equal=$((equal + 1)); fi
  kills_of_run=0
  "$kiseki" rm victim -y >/dev/null 2>&1 || fail "the finished run could not be removed"
done
git fsck --full --strict --no-dangling >fsck.log 2>&1 || fail "git fsck complains: $(cat fsck.log)"
printf 'runs under kills  %d runs, %d kills (%d within a checkpoint, %d more came too late); %d resumptions, %d of them ' \
  "$runs" "$killed" "$in_checkpoint" "$late" "$resumed" "$from_zero"
printf 'from step 0, %d beginnings cleared away; %d times the same adapter, metrics and predictions (%s), %d s\n' \
  "$empty" "$equal" "$expected" "$(($(date +%s) - start))"
