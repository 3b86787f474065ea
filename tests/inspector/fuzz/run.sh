#!/bin/sh
# Lets libFuzzer look for requests that break an inspector, or that it answers by something else than a line of JSON.
#
#   sh tests/inspector/fuzz/run.sh [<seconds>]      60 by default; needs clang with its runtimes (libclang-rt-dev)
#
# The first run compiles the core and the layers on Qt Core with clang and its sanitizers.
set -eu

cd "$(dirname "$0")/../../.."
. tests/support/fuzz.sh
fuzz_begin inspector "$@"

off=
for layer in WIDGETS UNDO SCRIPT QML PERSISTENT ROUTER QUERY I18N TESTKIT; do
    off="$off -DNANOSTORES_BUILD_$layer=OFF"
done
# shellcheck disable=SC2086
cmake -S . -B "$folder" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_CXX_FLAGS="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all" -DBUILD_SHARED_LIBS=OFF \
    -DNANOSTORES_BUILD_TESTS=OFF -DNANOSTORES_BUILD_EXAMPLES=OFF -DNANOSTORES_FUZZ=ON -DCMAKE_UNITY_BUILD=ON \
    $off >"$folder.log" 2>&1 || { cat "$folder.log" >&2; exit 1; }
cmake --build "$folder" --target fuzz_inspector
printf '%s\n' '"{\"id\":1,\"do\":\""' '"\"store\":\""' '"\"value\":"' '"\"key\":"' '"\"remove\":true"' '"list"' '"get"' \
    '"set"' '"why"' '"graph"' '"watch"' '"more"' '"unwatch"' '"\"since\":"' '"\"steps\":"' '"\"dot\":true"' \
    '"\"stores\":[\"*\"]"' '"\"n\":"' '"{\"$map\":[["' '"{\"$int\":\""' '"{\"$float\":\"nan\"}"' '"{\"$bytes\":\""' \
    '"}\x0a"' '"\x0a"' '"null"' '"quantity"' \
    '"record"' '"lines"' '"replay"' '"steps"' '"travel"' '"\"to\":"' '"\"by\":-1"' '"\"now\""' '"\"here\""' \
    '"\"skip\":1"' '"\"skipped\":false"' '"\"held\":\"drop\""' '"\"values\":true"' '"\"ignore\":["' '"\"lines\":\"{\\\"nanostores\\\":1}\\n"' \
    '"{\\\"s\\\":1,\\\"name\\\":\\\"n\\\"}\\n"' '"{\\\"e\\\":1,\\\"w\\\":1,\\\"v\\\":2}\\n"' >"$folder/words"
fuzz_run "$folder/tests/inspector/fuzz/fuzz_inspector" 2048 1024
