#!/bin/sh
# Installs what is missing, builds everything and runs the tests; no display needed.
#
#   sh tests/run.sh                   all tests
#   sh tests/run.sh -R tst_atom       arguments go to ctest
#
# NANOSTORES_PRESET (default: ci) names the preset, NANOSTORES_BUILD_DIR the build directory (default: build/<preset>).
# NANOSTORES_RANDOM_SEED (default: of the sources) is where the random cases of tests begin: what passes once passes
# again, and each change of the sources tries others.
set -eu
cd "$(dirname "$0")/.."
. tests/install-deps.sh

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

deps_say "Building with $jobs jobs"
NINJA_STATUS='[%f/%t, %es] ' cmake --build "$build" -j "$jobs" -- -k 0 # all that does not compile, not just the first

if [ -z "${NANOSTORES_RANDOM_SEED:-}" ]; then
    tree=$(git rev-parse -q --verify 'HEAD^{tree}' 2>/dev/null | cut -c 1-7)
    NANOSTORES_RANDOM_SEED=$((0x${tree:-1}))
fi
export NANOSTORES_RANDOM_SEED

deps_say "Testing, random cases from $NANOSTORES_RANDOM_SEED"
QT_QPA_PLATFORM=offscreen ctest --test-dir "$build" --output-on-failure --no-tests=error -LE '^(package|night)$' -j "$jobs" "$@"
