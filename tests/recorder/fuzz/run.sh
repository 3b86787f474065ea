#!/bin/sh
# Lets libFuzzer look for bytes that break the reader of sessions, or that it does not read as it writes them.
#
#   sh tests/recorder/fuzz/run.sh [<seconds>]      60 by default; needs clang with its runtimes (libclang-rt-dev)
set -eu

cd "$(dirname "$0")/../../.."
. tests/support/fuzz.sh
fuzz_begin session "$@"

fuzz_layers core inspect logger recorder
src=src/nanostores
fuzz_compile $src/core/*.cpp $src/core/graph/*.cpp $src/inspect/*.cpp $src/inspect/detail/*.cpp \
    $src/logger/logvalue.cpp $src/logger/redaction.cpp $src/logger/detail/text.cpp $src/logger/detail/valuereader.cpp \
    $src/recorder/session.cpp $src/recorder/sessionreading.cpp $src/recorder/sessionfile.cpp \
    $src/recorder/sessionvalues.cpp \
    $src/recorder/detail/jsonvalue.cpp $src/recorder/detail/valuesource.cpp \
    tests/recorder/fuzz/fuzz_session.cpp -o "$folder/fuzz_session"
printf '%s\n' '{"nanostores":1,"app":"a"}' '{"s":1,"name":"x","kind":"store","type":"int","v":{"a":[1,2.5,null,true]}}' \
    '{"e":1,"turn":1,"t":5,"w":1,"key":"a","v":[1],"old":[2],"by":[{"function":"f","file":"g","line":1}]}' \
    '{"e":2,"t":6,"run":1,"because":[1],"changes":[{"at":["a",0],"v":{"$int":"9007199254740993"}}]}' \
    >"$folder/corpus/session"
printf '%s\n' '"\"$map\":[["' '"\"$cut\":"' '"\"$size\":"' '"\"$bytes\":\""' '"\"$float\":\"nan\""' '"\"$type\":"' \
    '"\\\\ud83d\\\\ude00"' '"\"changes\":["' '"\"at\":["' '"\"outcome\":\"equal\""' '"\"key\":"' '"\x0a{\"e\":"' \
    '"\x0a{\"s\":"' >"$folder/words"
fuzz_run "$folder/fuzz_session" 2048 1024
