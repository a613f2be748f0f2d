# Sourced by the drivers: where things are, and what to say when the peer is missing.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kiseki=${KISEKI:-$repository/.build/release/kiseki}
python=${PYTHON:-python3}
threads=${THREADS:-2}
scratch=$repository/.build/bench

[ -x "$kiseki" ] || {
  echo "bench: no program at $kiseki; run 'make build' first or set KISEKI" >&2
  exit 1
}

# The directory of the embedded model, wherever under templates/ it lies.
sample_model() {
  local config
  config=$(find "$repository/templates" -name config.json -printf '%h\n' | sort | head -n 1)
  [ -n "$config" ] || {
    echo "bench: no sample model under templates/" >&2
    exit 1
  }
  echo "$config"
}

# Both programs get the same processors.
on_cores() {
  taskset --cpu-list "0-$((threads - 1))" "$@"
}

has_peer() {
  "$python" -c 'import torch, transformers, peft, safetensors, numpy' 2>/dev/null
}

skip_without_peer() {
  has_peer && return
  printf '\n*** SKIPPED: %s: %s has no torch, transformers, peft, safetensors and numpy.\n' "$1" "$python" >&2
  printf '*** Make a virtual environment with them and call: make bench PYTHON=/path/to/its/bin/python\n\n' >&2
  exit 0
}
