#!/usr/bin/env bash
# Makes a report and a site of a tiny sweep to look at.
#
#   Tests/Browser/material.sh .build/release/kiseki FOLDER
set -euo pipefail

program="$(realpath "$1")"
folder="$2"
export HOME="$folder/home" KISEKI_THREADS="${KISEKI_THREADS:-2}" GIT_CONFIG_NOSYSTEM=1
exec 5>&2
mkdir "$folder/home" "$folder/work"
exec 2>"$folder/log"
trap 'test $? = 0 || cat "$folder/log" >&5' EXIT

cd "$folder/work"
"$program" -q init >&2
head -n 33 sample/data/train.csv >sample/data/few.csv
head -n 13 sample/data/validation.csv >sample/data/some.csv
# Text that must not become markup, links or commands.
printf '%s,%s,%s\n' '"<script>document.title = 1</script><img src=x onerror=alert(1)>"' '"</script> & <b>設定</b>"' x \
  >>sample/data/some.csv
cat >experiments/tiny.yaml <<'END'
llm_backbone: ../sample/model
dataset:
  train_dataframe: ../sample/data/few.csv
  validation_strategy: custom
  validation_dataframe: ../sample/data/some.csv
  prompt_column: instruction
  answer_column: output
training:
  epochs: 2
  batch_size: 8
  evaluation_epochs: 0.5
  evaluate_before_training: true
prediction:
  max_length_inference: 16
environment:
  seed: 1
END
for rank in 2 4; do
  for rate in 0.001 0.01; do
    "$program" -q run experiments/tiny.yaml -n "grid/lora_r=$rank,learning_rate=$rate" \
      "lora_r=$rank" "learning_rate=$rate" >&2
  done
done
"$program" -q run experiments/tiny.yaml -n '実験<b>&1' -m '<script>alert(1)</script>' lora_r=8 >&2
"$program" -q report -o "$folder/report.html" >&2
"$program" -q report grid -o "$folder/grid.html" --lang ja >&2
"$program" -q publish "$folder/site" >&2
