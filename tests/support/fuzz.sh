# What the scripts that run libFuzzer have in common; each sources this file, from the project's folder.

# fuzz_begin <name> [<seconds>]: finds clang, and makes the folder of what is built and found; sets compiler, folder and
# seconds.
fuzz_begin() {
    folder=${NANOSTORES_BUILD_DIR:-build}/fuzz-$1
    seconds=${2:-60}
    compiler=
    for name in ${CXX:-} clang++ clang++-19 clang++-16 clang++-14; do
        if command -v "$name" >/dev/null 2>&1; then
            compiler=$name
            break
        fi
    done
    [ -n "$compiler" ] || { echo "clang++ is needed: install clang, or set CXX" >&2; exit 1; }
    mkdir -p "$folder/corpus"
}

# fuzz_layers <layer>...: makes the headers of exports, which CMake makes for libraries that it builds.
fuzz_layers() {
    for layer in "$@"; do
        mkdir -p "$folder/include/nanostores/$layer"
        echo "#define NANOSTORES_$(echo "$layer" | tr '[:lower:]' '[:upper:]')_EXPORT" \
            >"$folder/include/nanostores/$layer/export.h"
    done
}

# fuzz_compile <argument>...: with what libFuzzer and the sanitizers need.
fuzz_compile() {
    "$compiler" -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Isrc \
        -I"$folder/include" "$@"
}

# fuzz_run <program> <longest input> <megabytes of memory> [<argument>...]: lets it search, with the folder's words.
fuzz_run() {
    program=$1
    longest=$2
    memory=$3
    shift 3
    "$program" -dict="$folder/words" -max_len="$longest" -rss_limit_mb="$memory" -max_total_time="$seconds" \
        -artifact_prefix="$folder/" -print_final_stats=1 "$folder/corpus" "$@"
}
