#!/usr/bin/env bash
# The whole circle on the embedded model and data, in a workspace of its own under .build/: a sweep, the comparison,
# going back, repeating, the report, the site. Checks that this repository stays as it was.
set -euo pipefail
cd "$(dirname "$0")/.."
kiseki=$(realpath "$1")
workspace=$PWD/.build/demo

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
prompt='次の英文を日本語に訳してください。Could not load the settings.'

# The honest baseline: the untouched model, asked in the form it was made with, "English, newline, Japanese".
part 'baseline, plain form' run "$config" -n plain-form epochs=0 lora_r=1 prompt_column=english text_prompt_start= \
  'text_answer_separator="\n"' add_eos_token_to_prompt=false
# Half of the rows, once: a toy to see the circle with, not the best this model can do.
part 'sweep, 2 x 3, -j 2' sweep "$config" -n grid -j 2 epochs=1 data_sample=0.5 'data_sample_choice=[Train]' \
  lora_r=4,16 learning_rate=5e-4,2e-3,8e-3
part 'ls' ls grid --sort -bleu
best=$(cd "$workspace" && "$kiseki" -q ls grid --sort -bleu --cols name --limit 1 --csv | tr -d "\"\r" | sed -n 2p)
part 'compare' compare grid
part 'tag' tag "$best" best
part 'show' show "$best"
part 'checkout' checkout "$best" taken-back
part 'verify: trained again' verify "$best"
part 'generate, before' generate "$best" "$prompt" --base
part 'generate, after' generate "$best" "$prompt"
part 'report' report grid plain-form -o report.html
part 'publish' publish site
part 'publish again' publish site

printf '\n%sthe same with plain git%s\n' "$bold" "$plain"
git -C "$workspace" for-each-ref --format='%(refname) %(objectname:short)' refs/experiments
git -C "$workspace" ls-tree -r --name-only "refs/experiments/$best"
git -C "$workspace" fsck --full --strict --no-progress
(cd "$workspace/site" && sha256sum --check --strict --quiet SHA256SUMS)
# What came back is what was recorded.
diff -r --exclude=checkpoint "$workspace/taken-back" "$workspace/experiments/$best"

printf '\n%stimes%s\n' "$bold" "$plain"
printf '%s\n' "${times[@]}"
printf '\nThe workspace is %s; open its report.html and site/index.html, and go on there.\n' "${workspace#"$PWD"/}"

if [ "$(state)" != "$before" ]; then
  echo 'demo: the refs, the configuration or the status of this repository changed, which must not happen:' >&2
  diff <(printf '%s\n' "$before") <(state) >&2 || true
  exit 1
fi
