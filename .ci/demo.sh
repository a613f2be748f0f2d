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
# A repository of its own: without one, the workspace would belong to the repository it lies in.
git init -q "$workspace"
part 'init' init
config=experiments/demo.yaml
question='Could not load the settings.'

# The honest baseline: the untouched model, asked in the form it was made with, "English, newline, Japanese".
part 'baseline, plain form' run "$config" -n plain-form epochs=0 lora_r=1 prompt_column=english text_prompt_start= \
  'text_answer_separator="\n"' add_eos_token_to_prompt=false
part 'fine-tuning' run "$config" -n "$experiment"
part 'ls' ls
part 'show' show "$experiment"
part 'log' log "$experiment"
part 'generate, before' generate "$experiment" "次の英文を日本語に訳してください。$question" --base
part 'generate, after' generate "$experiment" "次の英文を日本語に訳してください。$question"

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
