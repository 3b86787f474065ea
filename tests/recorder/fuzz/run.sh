#!/bin/sh
# Lets libFuzzer look for bytes that break the reader of sessions, or that it does not read as it writes them.
#
#   sh tests/recorder/fuzz/run.sh [<seconds>]      60 by default; needs clang with its runtimes (libclang-rt-dev)
set -eu

cd "$(dirname "$0")/../../.."
seconds=${1:-60}
folder=${NANOSTORES_BUILD_DIR:-build}/fuzz-session
compiler=
for name in ${CXX:-} clang++ clang++-19 clang++-16 clang++-14; do
    if command -v "$name" >/dev/null 2>&1; then
        compiler=$name
        break
    fi
done
[ -n "$compiler" ] || { echo "clang++ is needed: install clang, or set CXX" >&2; exit 1; }

mkdir -p "$folder/corpus"
for layer in core inspect logger recorder; do # CMake makes these headers for the libraries
    mkdir -p "$folder/include/nanostores/$layer"
    echo "#define NANOSTORES_$(echo $layer | tr '[:lower:]' '[:upper:]')_EXPORT" \
        >"$folder/include/nanostores/$layer/export.h"
done
src=src/nanostores
"$compiler" -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Isrc -I"$folder/include" \
    $src/core/*.cpp $src/core/graph/*.cpp $src/inspect/*.cpp $src/inspect/detail/*.cpp \
    $src/logger/logvalue.cpp $src/logger/redaction.cpp $src/logger/detail/text.cpp $src/logger/detail/valuereader.cpp \
    $src/recorder/session.cpp $src/recorder/sessionfile.cpp $src/recorder/sessionvalues.cpp \
    $src/recorder/detail/jsonvalue.cpp $src/recorder/detail/valuesource.cpp \
    tests/recorder/fuzz/fuzz_session.cpp -o "$folder/fuzz_session"
printf '%s\n' '{"nanostores":1,"app":"a"}' '{"s":1,"name":"x","kind":"store","type":"int","v":{"a":[1,2.5,null,true]}}' \
    '{"e":1,"turn":1,"t":5,"w":1,"key":"a","v":[1],"old":[2],"by":[{"function":"f","file":"g","line":1}]}' \
    '{"e":2,"t":6,"run":1,"because":[1],"changes":[{"at":["a",0],"v":{"$int":"9007199254740993"}}]}' \
    >"$folder/corpus/session"
printf '%s\n' '"\"$map\":[["' '"\"$cut\":"' '"\"$size\":"' '"\"$bytes\":\""' '"\"$float\":\"nan\""' '"\"$type\":"' \
    '"\\\\ud83d\\\\ude00"' '"\"changes\":["' '"\"at\":["' '"\"outcome\":\"equal\""' '"\"key\":"' '"\x0a{\"e\":"' \
    '"\x0a{\"s\":"' >"$folder/words"
"$folder/fuzz_session" -dict="$folder/words" -max_len=2048 -rss_limit_mb=1024 -max_total_time="$seconds" \
    -artifact_prefix="$folder/" -print_final_stats=1 "$folder/corpus"
