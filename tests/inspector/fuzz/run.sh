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
# What a client may say, from which the search begins: the first byte is odd where the hello has been said.
seed() {
    name=$1
    shift
    printf '%s\n' "$@" >"$folder/corpus/$name"
}
seed looks '1a{"id":1,"do":"list","since":0}' '{"id":2,"do":"get","store":"m"}' '{"id":3,"do":"why","store":"c"}' \
    '{"id":4,"do":"graph","store":"n","steps":1}' '{"id":5,"do":"graph","dot":true}'
seed sets '1b{"id":1,"do":"set","store":"n","value":2}' \
    '{"id":2,"do":"set","store":"m","key":"b","value":{"name":"B","quantity":1}}' \
    '{"id":3,"do":"set","store":"m","key":"a","remove":true}' '{"id":4,"do":"set","store":"l","value":[[1,2.5]]}' \
    '{"id":5,"do":"set","store":"k","value":{"$map":[[1,true],[2,null]]}}' \
    '{"id":6,"do":"set","store":"t","value":"b"}'
seed watches '1c{"id":1,"do":"watch","stores":["*"]}' '{"id":2,"do":"more","n":10}' \
    '{"id":3,"do":"set","store":"n","value":3}' \
    '{"id":4,"do":"unwatch"}'
seed records '1d{"id":1,"do":"record"}' '{"id":2,"do":"set","store":"n","value":4}' '{"id":3,"do":"lines"}'
seed replays '1e{"id":1,"do":"replay","lines":"{\"nanostores\":1}\n{\"s\":1,\"name\":\"n\"}\n","more":true}' \
    '{"id":2,"do":"replay","lines":"{\"e\":1,\"w\":1,\"v\":2}\n","values":true,"ignore":["t"]}'
seed travels '1f{"id":1,"do":"set","store":"n","value":5}' '{"id":2,"do":"set","store":"n","value":6}' \
    '{"id":3,"do":"steps","from":0}' \
    '{"id":4,"do":"travel","to":1}' '{"id":5,"do":"set","store":"t","value":"c"}' '{"id":6,"do":"travel","skip":1}' \
    '{"id":7,"do":"travel","by":-1}' '{"id":8,"do":"travel","to":"here"}' \
    '{"id":9,"do":"travel","to":"now","held":"drop"}'
seed greets '0a{"nanostores":1,"capabilities":["read","edit"]}' '{"id":1,"do":"list"}'
printf '%s\n' '"{\"id\":1,\"do\":\""' '"\"store\":\""' '"\"value\":"' '"\"key\":"' '"\"remove\":true"' '"list"' '"get"' \
    '"set"' '"why"' '"graph"' '"watch"' '"more"' '"unwatch"' '"\"since\":"' '"\"steps\":"' '"\"dot\":true"' \
    '"\"stores\":[\"*\"]"' '"\"n\":"' '"{\"$map\":[["' '"{\"$int\":\""' '"{\"$float\":\"nan\"}"' '"{\"$bytes\":\""' \
    '"}\x0a"' '"\x0a"' '"null"' '"quantity"' \
    '"record"' '"lines"' '"replay"' '"steps"' '"travel"' '"\"to\":"' '"\"by\":-1"' '"\"now\""' '"\"here\""' \
    '"\"skip\":1"' '"\"skipped\":false"' \
    '"\"held\":\"drop\""' '"\"values\":true"' '"\"ignore\":["' '"\"lines\":\"{\\\"nanostores\\\":1}\\n"' \
    '"{\\\"s\\\":1,\\\"name\\\":\\\"n\\\"}\\n"' '"{\\\"e\\\":1,\\\"w\\\":1,\\\"v\\\":2}\\n"' >"$folder/words"
# Its stores and its desk live as long as the process, and grow: looking for leaks in them takes most of the time.
fuzz_run "$folder/tests/inspector/fuzz/fuzz_inspector" 2048 1024 -detect_leaks=0
