#!/bin/sh
# Lets libFuzzer look for bytes that the reader of RESP and its model read differently, or that break it.
#
#   sh tests/redis/fuzz/run.sh [<seconds>]      60 by default; needs clang with its runtimes (libclang-rt-dev)
set -eu

cd "$(dirname "$0")/../../.."
. tests/support/fuzz.sh
fuzz_begin redis "$@"

fuzz_layers redis
fuzz_compile src/nanostores/redis/detail/resp.cpp tests/redis/fuzz/fuzz_resp.cpp -o "$folder/fuzz_resp"
printf '%s\n' '"$-1\x0d\x0a"' '"*-1\x0d\x0a"' '"*2\x0d\x0a"' '"%1\x0d\x0a"' '"|1\x0d\x0a"' '"$3\x0d\x0a"' \
    '"=7\x0d\x0atxt:"' '"_\x0d\x0a"' '"#t\x0d\x0a"' '",inf\x0d\x0a"' '":-1\x0d\x0a"' '"\x0d\x0a"' >"$folder/words"
fuzz_run "$folder/fuzz_resp" 512 512
