#!/usr/bin/env bash
# Looks at a report and a site in a real browser: sorting, hiding, reading off, links, no error, no request.
#
#   Tests/Browser/browser_test.sh .build/release/kiseki
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
program="$(realpath "${1:?give the program to test, as .build/release/kiseki}")"
browser="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
if [ -z "$browser" ] || ! command -v python3 >/dev/null; then
  echo "SKIPPED: the browser test needs Chromium and python3 (on Debian: apt-get install chromium python3)" >&2
  exit 0
fi

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$here/material.sh" "$program" "$folder"
python3 "$here/browser_test.py" "$browser" "$folder"
