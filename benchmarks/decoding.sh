#!/usr/bin/env bash
# Decoding speed of the plain model at the GPT-2 124M layout: ours and Transformers' generate in turn, on the same
# THREADS processors, for 1 and 4 prompts, greedy and with 2 beams, beside the machine's memory bandwidth.
# TYPES are the number types of the weights, one table each; NEW the tokens to each prompt.
source "$(dirname "$0")/common.sh"
skip_without_peer "decoding"
swift=${SWIFT:-swift}
"$swift" build -c release --package-path "$repository" --product decoding-benchmark >&2
clang=$(dirname "$(readlink -f "$(command -v "$swift")")")/clang
workspace=$scratch/decoding
rm -rf "$workspace" && mkdir -p "$workspace"
"$clang" -O3 -ffast-math -march=native "$repository/benchmarks/decoding/bandwidth.c" -o "$workspace/bandwidth" -lpthread
"$python" "$repository/benchmarks/make_random_gpt2.py" "$workspace" "$(sample_model)" 1

# As in training.sh: the peer's best.
tuned=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=8589934592:glibc.malloc.trim_threshold=17179869184
for type in ${TYPES:-float32}; do
  GLIBC_TUNABLES=$tuned on_cores "$python" "$repository/benchmarks/decoding_peer.py" \
    "$repository/.build/release/decoding-benchmark" "$workspace/bandwidth" "$workspace" "$threads" "${ROUNDS:-3}" \
    "${NEW:-128}" "$type"
done
