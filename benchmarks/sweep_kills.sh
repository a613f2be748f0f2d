#!/usr/bin/env bash
# A sweep of TRIALS small trials with WORKERS at once, whose workers and parent are killed at random, and which is
# resumed until it is done: every trial must be there once, nothing stuck, and git content with it.
source "$(dirname "$0")/common.sh"
trials=${TRIALS:-100}
workers=${WORKERS:-4}
kills=${KILLS:-60}

workspace=$scratch/sweep-kills
rm -rf "$workspace" && mkdir -p "$workspace"
git init -q "$workspace"
"$kiseki" init "$workspace" >/dev/null 2>&1
cd "$workspace"
head -n 5 sample/data/train.csv >train.csv
head -n 3 sample/data/validation.csv >validation.csv

sweep=("$kiseki" sweep experiments/demo.yaml -n torture -j "$workers" "seed=1..$trials:lin$trials"
  train_dataframe=../train.csv validation_dataframe=../validation.csv 'test_dataframe=""' epochs=1
  max_length_inference=2)
resume=("$kiseki" resume torture -j "$workers")

# The processes of the trials that run: children of the parent alone.
children() { cat "/proc/$1/task/$1/children" 2>/dev/null || true; }

begun=$(date +%s)
parents=0 workers_killed=0 rounds=0
"${sweep[@]}" >log 2>&1 &
process=$!
while :; do
  rounds=$((rounds + 1))
  [ "$rounds" -le 2000 ] || { echo "sweep-kills: no end after $rounds rounds" >&2; exit 1; }
  sleep "0.$((RANDOM % 90 + 10))"
  if ! kill -0 "$process" 2>/dev/null; then
    code=0
    wait "$process" || code=$?
    [ "$code" -ne 0 ] || break
    "${resume[@]}" >>log 2>&1 &
    process=$!
    continue
  fi
  [ $((parents + workers_killed)) -lt "$kills" ] || continue
  child=$(children "$process" | tr ' ' '\n' | grep . | shuf -n 1 || true)
  if [ $((RANDOM % 3)) -ne 0 ] && [ -n "$child" ]; then
    kill -9 "$child" 2>/dev/null && workers_killed=$((workers_killed + 1)) || true
    continue
  fi
  kill -9 "$process" && parents=$((parents + 1))
  wait "$process" 2>/dev/null || true
  if git rev-parse -q --verify refs/experiments/torture/plan >/dev/null; then
    "${resume[@]}" >>log 2>&1 &
  else
    "${sweep[@]}" >>log 2>&1 &
  fi
  process=$!
done
seconds=$(($(date +%s) - begun))

fail() {
  echo "sweep-kills: $1" >&2
  exit 1
}
refs=$(git for-each-ref --format='%(refname)' refs/experiments | grep -v '/plan$')
[ "$(wc -l <<<"$refs")" -eq "$trials" ] || fail "$(wc -l <<<"$refs") results instead of $trials"
while read -r ref; do
  [ "$(git rev-list --count "$ref")" -eq 1 ] || fail "$ref was recorded more than once"
  git show "$ref:result.json" | grep -q '"status": "completed"' || fail "$ref is not completed"
done <<<"$refs"
# A dangling object is what a kill leaves behind, and a workspace without a commit has no HEAD: neither is an error.
git fsck --full --strict --no-dangling >fsck.log 2>&1 || fail "git fsck complains: $(cat fsck.log)"
! grep -v '^notice: HEAD points to an unborn branch' fsck.log || fail "git fsck complains"
! "$kiseki" ls --json | grep -Eq '"status": *"(running|interrupted)"' || fail "a run is stuck"
"${resume[@]}" 2>&1 | grep -q '^nothing to do' || fail "resume found something to do"
printf 'sweep under kills  %d trials, %d at once: %d workers and %d parents killed, %d s; %d results, none twice\n' \
  "$trials" "$workers" "$workers_killed" "$parents" "$seconds" "$trials"
