#!/bin/sh
# Installs the peers, builds in release and measures against the bars; fails when one that must be met is missed.
#
#   sh benchmarks/run.sh core             everything of the core
#   sh benchmarks/run.sh core 'set|get'   the cases whose name matches
#   sh benchmarks/run.sh history          what recording for undo costs
#   sh benchmarks/run.sh query            the cache of what a server knows
#   sh benchmarks/run.sh router           finding a route among many
#   sh benchmarks/run.sh i18n             texts in the user's language, and its switch
#   sh benchmarks/run.sh persistent       what persistent stores cost
#   sh benchmarks/run.sh redis            programs on one server, and a thousand of them
#   sh benchmarks/run.sh mqtt             the same on a broker of MQTT, beside Redis
#   sh benchmarks/run.sh qt               everything of the Qt layer
#   sh benchmarks/run.sh script           everything of the JavaScript modules
#   sh benchmarks/run.sh size             code, start and memory of a program that uses the library
#   sh benchmarks/run.sh inspector        the inspector's application with 100 000 events
#   sh benchmarks/run.sh scale            the cost of an element at 100 to 100 000 of them (BENCH_TIMES=1: a million)
#
# BENCH_ROUNDS=5           paired rounds of each case; ratios are medians over them
# BENCH_BUILD_DIR          build/benchmarks by default; npm's peers and the results are in it, too
# BENCH_INSTRUCTIONS=0     no callgrind
set -eu
cd "$(dirname "$0")/.."
. tests/install-deps.sh

suite=${1:-}
if [ ! -f "benchmarks/$suite/bars.mjs" ]; then
    echo "usage: sh benchmarks/run.sh <suite> [filter]; suites:" benchmarks/*/bars.mjs >&2
    exit 2
fi
shift

build=${BENCH_BUILD_DIR:-build/benchmarks}
jobs=${NANOSTORES_JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}

layers=OFF
if [ "$suite" != core ] && [ "$suite" != history ]; then
    layers=ON
fi

deps_apt="cmake g++ ninja-build ccache libbenchmark-dev qt6-base-dev valgrind nodejs npm"
deps_rpm="cmake gcc-c++ ninja-build|ninja ccache google-benchmark-devel|benchmark-devel cmake(Qt6Core) valgrind nodejs npm"
deps_pacman="cmake gcc ninja ccache benchmark qt6-base valgrind nodejs npm"
deps_brew="cmake ninja ccache google-benchmark qt node"
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && {
    deps_apt=${deps_apt%nodejs npm}
    deps_rpm=${deps_rpm%nodejs npm}
    deps_pacman=${deps_pacman%nodejs npm}
}
[ "$layers" = OFF ] || {
    deps_apt="$deps_apt qt6-declarative-dev qt6-declarative-dev-tools qml6-module-qtqml qml6-module-qtquick qml6-module-qtquick-window"
    deps_rpm="$deps_rpm cmake(Qt6Quick)"
    deps_pacman="$deps_pacman qt6-declarative"
}
[ "$suite" != i18n ] || {
    deps_apt="$deps_apt qt6-l10n-tools"
    deps_rpm="$deps_rpm cmake(Qt6LinguistTools)"
    deps_pacman="$deps_pacman qt6-tools"
}
[ "$suite" != inspector ] || {
    deps_apt="$deps_apt qml6-module-qtquick-controls qml6-module-qtquick-templates qml6-module-qtquick-shapes"
}
[ "$suite" != redis ] && [ "$suite" != mqtt ] || {
    deps_apt="$deps_apt redis-tools"
    deps_rpm="$deps_rpm redis|valkey"
    deps_pacman="$deps_pacman redis"
    deps_brew="$deps_brew redis"
}
[ "$suite" != mqtt ] || {
    deps_apt="$deps_apt libmosquitto-dev" # mosquitto itself starts a service on Debian: who wants that installs it
    deps_rpm="$deps_rpm mosquitto-devel mosquitto"
    deps_pacman="$deps_pacman mosquitto"
    deps_brew="$deps_brew mosquitto"
}
install_dependencies

# The peers of the suite, at the versions given; what is there already is not fetched again.
mkdir -p "$build/npm"
peers_from_npm() {
    [ -f "$build/npm/package.json" ] || echo '{ "private": true }' >"$build/npm/package.json"
    for peer in "$@"; do
        if [ ! -d "$build/npm/node_modules/${peer%@*}" ]; then
            deps_say "Peers from npm"
            (cd "$build/npm" && npm install --silent --no-audit --no-fund "$@")
            return
        fi
    done
}
case $suite in
    core) peers_from_npm nanostores@1.5.5 alien-signals@3.2.1 ;;
    script)
        peers_from_npm nanostores@1.5.5 esbuild@0.28.2
        BENCH_UPSTREAM=$(cd "$build" && pwd)
        export BENCH_UPSTREAM
        node benchmarks/script/upstream.mjs "$build/npm" "$BENCH_UPSTREAM"
        ;;
esac

deps_say "Building"
cmake -S . -B "$build/cmake" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG" \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
    -DNANOSTORES_BUILD_BENCHMARKS=ON -DNANOSTORES_BUILD_TESTS=OFF -DNANOSTORES_BUILD_EXAMPLES=OFF \
    -DNANOSTORES_BUILD_QT=$layers -DNANOSTORES_BUILD_SCRIPT=$layers -DNANOSTORES_BUILD_QML=$layers \
    -DNANOSTORES_BUILD_WIDGETS=OFF -DNANOSTORES_INSTALL=OFF \
    >"$build/configure.log" 2>&1 || {
    cat "$build/configure.log" >&2
    exit 1
}
NINJA_STATUS='[%f/%t, %es] ' cmake --build "$build/cmake" -j "$jobs" --target "bench_$suite"

exec node benchmarks/run.mjs "$suite" "$build" "$@"
