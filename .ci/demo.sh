#!/usr/bin/env bash
# The main job on the embedded model and data, in a workspace of its own under .build/: ask the untouched model,
# fine-tune it, look at the record, ask again. Checks that this repository stays as it was.
set -euo pipefail
cd "$(dirname "$0")/.."
kiseki=$(realpath "$1")
workspace=$PWD/.build/demo
experiment=demo

state() { git for-each-ref; git status --porcelain; git config --local --list | sort; }
before=$(state)
bold='' plain=''
[ ! -t 1 ] || bold=$'\033[1m' plain=$'\033[0m'

times=()
part() {
  local name=$1 begun ended
  shift
  printf '\n%s$ kiseki %s%s\n' "$bold" "$*" "$plain"
  begun=$(date +%s%N)
  (cd "$workspace" && "$kiseki" "$@")
  ended=$(date +%s%N)
  times+=("$(awk -v ns=$((ended - begun)) -v name="$name" 'BEGIN { printf "%-22s %7.2f s", name, ns / 1e9 }')")
}

rm -rf "$workspace"
mkdir -p "$workspace"
part 'init' init
config=$(cd "$workspace" && find . -name '*.yaml' -not -path './.git/*' | sort | head -n 1)
[ -n "$config" ] || { echo 'demo: kiseki init left no configuration' >&2; exit 1; }
question='The file could not be opened.'

part 'fine-tuning' run "$config" -n "$experiment"
part 'ls' ls
part 'show' show "$experiment"
part 'log' log "$experiment"
part 'generate, before' generate "$experiment" "$question" --base
part 'generate, after' generate "$experiment" "$question"

printf '\n%sthe same with plain git%s\n' "$bold" "$plain"
git -C "$workspace" log --oneline "refs/experiments/$experiment"
git -C "$workspace" ls-tree -r --name-only "refs/experiments/$experiment"
git -C "$workspace" fsck --full --strict --no-progress

printf '\n%stimes%s\n' "$bold" "$plain"
printf '%s\n' "${times[@]}"
printf '\nThe workspace is %s; go on there.\n' "${workspace#"$PWD"/}"

if [ "$(state)" != "$before" ]; then
  echo 'demo: the refs, the configuration or the status of this repository changed, which must not happen:' >&2
  diff <(printf '%s\n' "$before") <(state) >&2 || true
  exit 1
fi
