#!/usr/bin/env bash
# Installs the Debian packages the build needs and this machine lacks; does and says nothing when all are there.
set -euo pipefail

if [ -z "${SWIFT:-}" ]; then
  echo "deps: no Swift toolchain found; install Swift 6.3 or newer and put its bin directory on PATH, or call make SWIFT=/path/to/swift" >&2
  exit 1
fi

missing=()
lacks() { [[ " ${missing[*]} " == *" $1 "* ]] || missing+=("$1"); }

command -v pkg-config >/dev/null || lacks pkg-config
while read -r library package; do
  pkg-config --exists "$library" 2>/dev/null || lacks "$package"
done <<'LIST'
openblas libopenblas-dev
libgit2 libgit2-dev
libfyaml libfyaml-dev
libcrypto libssl-dev
sentencepiece libsentencepiece-dev
LIST

# What the toolchain itself links with: the C and C++ headers, the gold linker, time zones, the libraries of its tools.
headers() { compgen -G "$1" >/dev/null; }
headers '/usr/include/stdlib.h' && headers '/usr/include/c++/*/string' || lacks g++
headers '/usr/include/kainjow/mustache.hpp' || lacks libkainjow-mustache-dev
headers '/usr/include/curl/curl.h' || headers '/usr/include/*/curl/curl.h' || lacks libcurl4-openssl-dev
headers '/usr/include/mecab.h' || lacks libmecab-dev
headers '/var/lib/mecab/dic/ipadic-utf8/sys.dic' || lacks mecab-ipadic-utf8
headers '/usr/include/oneapi/dnnl/dnnl_types.h' || lacks libdnnl-dev
command -v ld.gold >/dev/null || lacks binutils
[ -e /usr/share/zoneinfo ] || lacks tzdata
if ! "$SWIFT" --version >/dev/null 2>&1; then
  for package in libxml2 libcurl4 libedit2 libncurses6 libsqlite3-0 zlib1g; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || lacks "$package"
  done
fi

if [ ${#missing[@]} -gt 0 ]; then
  by_hand="install ${missing[*]} (or what your system calls them) and try again"
  command -v apt-get >/dev/null || { echo "deps: this is no Debian system; $by_hand" >&2; exit 1; }
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "deps: neither root nor sudo; $by_hand" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "deps: installing ${missing[*]}" >&2
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}")
  # A fresh machine has no package lists; one with lists need not wait for new ones.
  if ! "${install[@]}" >"$log" 2>&1; then
    if ! { "${as_root[@]}" apt-get update -q && "${install[@]}"; } >"$log" 2>&1; then
      tail -n 15 "$log" >&2
      echo "deps: apt-get could not install them; $by_hand" >&2
      exit 1
    fi
  fi
fi

"$SWIFT" --version >/dev/null 2>&1 || {
  "$SWIFT" --version >&2 || true
  echo "deps: the Swift toolchain at $SWIFT does not start (see above)" >&2
  exit 1
}
