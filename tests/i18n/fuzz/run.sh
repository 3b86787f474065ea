#!/bin/sh
# Lets libFuzzer look for a file of translations that is read other than it is written, or that breaks what reads it.
#
#   sh tests/i18n/fuzz/run.sh [<seconds>]       60 by default; needs Qt, and clang with its runtimes (libclang-rt-dev)
set -eu

cd "$(dirname "$0")/../../.."
. tests/support/fuzz.sh
fuzz_begin i18n "$@"

mkdir -p "$folder/seeds" "$folder/large"
fuzz_layers core qt i18n
{
    find src/nanostores/core -name '*.cpp' ! -name notes.cpp | sort
    for file in translation plural pseudolocale detail/translationtext detail/messagetable detail/localetag \
        detail/cldrplurals detail/cldrlocales; do
        echo "src/nanostores/i18n/$file.cpp"
    done
} | sed 's|.*|#include "&"|' >"$folder/all.cpp"
# shellcheck disable=SC2046
fuzz_compile -fPIC $(pkg-config --cflags Qt6Core) -I. "$folder/all.cpp" src/nanostores/core/graph/notes.cpp \
    tests/i18n/fuzz/fuzz_translation.cpp $(pkg-config --libs Qt6Core) -pthread -o "$folder/fuzz_translation"

# The first byte chooses the locale.
seed() {
    { printf '%s' "$1"; cat; } >"$folder/seeds/$2"
}
seed 0 whole <<'END'
{"c": {"text": "Текст", "params": "{b}, {a}",
       "count": {"one": "{count} {a}", "few": "{count}", "many": "-", "other": "{a}", "0": "none", "-1": "minus"},
       "ordinal": {"other": "{count}."}, "match": {"x": "X", "y": "{a}", "other": "O"},
       "rich": "<a>Т <i>{c}</i></a><br> &amp; <b>b</b>"}}
END
seed 1 arabic <<'END'
{"c": {"count": {"zero": "0", "one": "1", "two": "2", "few": "{count}f", "many": "{count}m", "other": "{count}o"}}}
END
seed 2 wrong <<'END'
{"a": 1, "c": {"text": null, "params": {"one": "{x}"}, "match": {"z": 1}, "rich": "<b><a></b></a>", "text": "\u0001\ud800"},
"c": {}, "b\"": [{"c": "d"}]}
END
seed 0 twice <<'END'
{"c": {"match": {"x": "X", "other": "O", "x": "Y"}, "": "A", "count": {"other": "a", "other": "b"}},
 "c": {"match": {"x": [{"x": 1, "x": 2}], "other": "O"}, "text": {"a": {"a": 1, "a": 2}}}}
END
printf '1\357\273\277{"c":\r\n{"text": "T\\u009b",\r\n"params" \t:\r\n"{a}"}}\r\n' >"$folder/seeds/windows"
python3 - "$folder/large" <<'END' # at the limit of 4 MB and above
import sys
def write(name, text):
    open(f"{sys.argv[1]}/{name}", "w", encoding="utf-8").write("3" + text)
write("4mb-keys", '{"c": {' + ",\n".join(f'"k{i}": "{{a}} <b>"' for i in range(150000)) + "}}")
write("4mb-twice", '{"c": {' + ",".join('"text": "T"' for _ in range(320000)) + "}}")
write("4mb-text", '{"c": {"text": "' + "{a}<" * 1000000 + '"}}')
write("4mb-deep", '{"c": ' * 600000)
write("10mb-text", '{"c": {"text": "' + "\\u0041\\n" * 1250000 + '"}}')
write("10mb-components", "{" + ",".join(f'"c{i}": {{}}' for i in range(800000)) + "}")
END
printf '%s\n' '"\\"c\\""' '"\\"text\\""' '"\\"params\\""' '"\\"count\\""' '"\\"ordinal\\""' '"\\"match\\""' \
    '"\\"rich\\""' '"\\"one\\""' '"\\"other\\""' '"{a}"' '"{b}"' '"{c}"' '"{count}"' '"<b>"' '"</b>"' '"<a>"' '"</a>"' \
    '"<br>"' '"\\\\u0000"' '"\\\\\\""' '"\\xef\\xbb\\xbf"' >"$folder/words"
"$folder/fuzz_translation" -timeout=120 -rss_limit_mb=4096 -artifact_prefix="$folder/" "$folder/large"/*
fuzz_run "$folder/fuzz_translation" 10485760 2048 -timeout=60 "$folder/seeds"
