#!/bin/sh
# Installs what is missing, builds an example and opens it.
#
#   sh examples/run.sh                lists the examples
#   sh examples/run.sh cart           opens one
#   sh examples/run.sh cart --ui till further arguments go to the example
#
# Without a display it is rendered offscreen into pictures instead.
set -eu
invoked_from=$PWD
cd "$(dirname "$0")/.."
. tests/install-deps.sh

name=${1:-}
if [ -z "$name" ] || [ ! -f "examples/$name/CMakeLists.txt" ]; then
    [ -z "$name" ] || echo "There is no example '$name'." >&2
    echo "usage: sh examples/run.sh <example> [argument...]"
    echo "examples:"
    for file in examples/*/CMakeLists.txt examples/twins/*/*/CMakeLists.txt; do
        folder=${file#examples/}
        grep -q 'add_executable' "$file" && echo "    ${folder%/CMakeLists.txt}"
    done
    [ -z "$name" ] && exit 0
    exit 2
fi
shift

preset=${NANOSTORES_PRESET:-ci}
build=${NANOSTORES_BUILD_DIR:-build/$preset}
jobs=${NANOSTORES_JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}

deps_say "Dependencies"
install_dependencies

deps_say "Configuring into $build"
cmake --preset "$preset" -B "$build" >"${TMPDIR:-/tmp}/nanostores-configure.$$" 2>&1 || {
    cat "${TMPDIR:-/tmp}/nanostores-configure.$$" >&2
    exit 1
}
rm -f "${TMPDIR:-/tmp}/nanostores-configure.$$"

# The program that the folder declares: examples/01-atom has example_atom.
target=$(sed -n 's/^ *\(qt_\)\{0,1\}add_executable(\([A-Za-z0-9_]*\).*/\2/p' "examples/$name/CMakeLists.txt" | head -n 1)
deps_say "Building $name"
NINJA_STATUS='[%f/%t, %es] ' cmake --build "$build" -j "$jobs" --target "$target"

program=$(cd "$build" && pwd)/examples/$name/$target
QML_IMPORT_PATH=$(cd "$build" && pwd)/qml
export QML_IMPORT_PATH

if [ "$(uname)" = Darwin ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    deps_say "Running $name"
    cd "$invoked_from"
    exec "$program" "$@"
fi

if ! grep -Eq 'Quick|Widgets|twin_add' "examples/$name/CMakeLists.txt"; then
    deps_say "Running $name"
    exec "$program" "$@" # prints only
fi
if ! grep -qs screenshot "examples/$name/main.cpp"; then
    deps_say "No display (neither DISPLAY nor WAYLAND_DISPLAY is set), and $name is nothing but a window."
    deps_say "It is built; on a machine with a display, start it by the same command."
    exit 1
fi
case " $* " in
    *" --screenshot "* | *" --screenshot="*) ;;
    *)
        pictures=$(dirname "$program")/screenshots
        mkdir -p "$pictures"
        set -- "$@" --screenshot "$pictures"
        ;;
esac
cd "$invoked_from"
deps_say "No display (neither DISPLAY nor WAYLAND_DISPLAY is set): $name is rendered offscreen"
QT_QPA_PLATFORM=offscreen "$program" "$@"
if [ -n "${pictures:-}" ]; then
    deps_say "The pictures are in $pictures:"
    ls "$pictures"
fi
