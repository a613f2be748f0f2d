#!/usr/bin/env bash
# BLEU, chrF and chrF++ beside sacreBLEU: how far the scores are apart on hostile text, and seconds for 10,000 pairs.
# The peer is a Python with sacrebleu[ja]. Ours are the files of Sources/Scores, compiled with the driver.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
scratch=$repository/.build/bench/metrics
mkdir -p "$scratch"
"${PYTHON:-python3}" -c 'import sacrebleu, MeCab, ipadic' 2>/dev/null || {
  printf '\n*** SKIPPED: scores beside sacreBLEU: %s has no sacrebleu[ja].\n\n' "${PYTHON:-python3}" >&2
  exit 0
}
"$(dirname "$(command -v "${SWIFT:-swift}")")/swiftc" -O -swift-version 6 -package-name kiseki -module-name Scores \
  -I "$repository/Sources/CMeCab" "$repository"/Sources/Scores/*.swift "$repository/benchmarks/metrics/main.swift" \
  -o "$scratch/ours"
"${PYTHON:-python3}" "$repository/benchmarks/metrics_peer.py" "$scratch/ours" "$scratch" "${ROUNDS:-3}"
