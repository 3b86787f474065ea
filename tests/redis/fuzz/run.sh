#!/bin/sh
# Lets libFuzzer look for bytes that the reader of RESP and its model read differently, or that break it.
#
#   sh tests/redis/fuzz/run.sh [<seconds>]      60 by default; needs clang with its runtimes (libclang-rt-dev)
set -eu

cd "$(dirname "$0")/../../.."
seconds=${1:-60}
folder=${NANOSTORES_BUILD_DIR:-build}/fuzz
compiler=
for name in ${CXX:-} clang++ clang++-19 clang++-16 clang++-14; do
    if command -v "$name" >/dev/null 2>&1; then
        compiler=$name
        break
    fi
done
[ -n "$compiler" ] || { echo "clang++ is needed: install clang, or set CXX" >&2; exit 1; }

mkdir -p "$folder/corpus" "$folder/include/nanostores/redis"
echo '#define NANOSTORES_REDIS_EXPORT' >"$folder/include/nanostores/redis/export.h" # CMake makes it for the library
"$compiler" -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Isrc -I"$folder/include" \
    src/nanostores/redis/detail/resp.cpp tests/redis/fuzz/fuzz_resp.cpp -o "$folder/fuzz_resp"
printf '%s\n' '"$-1\x0d\x0a"' '"*-1\x0d\x0a"' '"*2\x0d\x0a"' '"%1\x0d\x0a"' '"|1\x0d\x0a"' '"$3\x0d\x0a"' \
    '"=7\x0d\x0atxt:"' '"_\x0d\x0a"' '"#t\x0d\x0a"' '",inf\x0d\x0a"' '":-1\x0d\x0a"' '"\x0d\x0a"' >"$folder/words"
"$folder/fuzz_resp" -dict="$folder/words" -max_len=512 -rss_limit_mb=512 -max_total_time="$seconds" \
    -artifact_prefix="$folder/" -print_final_stats=1 "$folder/corpus"
