#!/usr/bin/env bash
# Pictures of a report and a site for a person to look at: desktop, dark, narrow and print.
#
#   Tests/Browser/screenshots.sh .build/release/kiseki FOLDER [REPORT.html]
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
program="$(realpath "${1:?give the program, as .build/release/kiseki}")"
pictures="$(realpath -m "${2:?give the folder for the pictures}")"
report="${3:+$(realpath "$3")}"
browser="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
if [ -z "$browser" ] || ! command -v python3 >/dev/null; then
  echo "SKIPPED: screenshots need Chromium and python3 (on Debian: apt-get install chromium python3)" >&2
  exit 0
fi

mkdir -p "$pictures"
if [ -n "$report" ]; then
  python3 "$here/screenshots.py" "$browser" "$pictures" "report=$report"
else
  folder="$(mktemp -d)"
  trap 'rm -rf "$folder"' EXIT
    "$here/material.sh" "$program" "$folder"
  page="$(find "$folder/site/experiments/grid" -name index.html | sort | head -n 1)"
  python3 "$here/screenshots.py" "$browser" "$pictures" "report=$folder/report.html" "grid=$folder/grid.html" \
    "site=$folder/site/index.html" "experiment=$page"
fi

# Print is a PDF; its pages as pictures where poppler is there.
if command -v pdftoppm >/dev/null; then
  for file in "$pictures"/*.pdf; do pdftoppm -r 60 -png "$file" "${file%.pdf}-print"; done
else
  echo "the printed pages stay PDF: pdftoppm is not there (on Debian: apt-get install poppler-utils)" >&2
fi
ls "$pictures"
