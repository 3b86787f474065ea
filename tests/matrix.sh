#!/bin/sh
# Runs the README's commands on bare Debian systems of three ages, and prints one line for each.
#
#   sh tests/matrix.sh                        bookworm trixie forky
#   sh tests/matrix.sh trixie forky           some of them
#   sh tests/matrix.sh trixie -- -R tst_atom  only these tests: what follows -- goes to tests/run.sh
#
# A system is made by debootstrap once, and kept, with what was installed in it and a compiler cache. In it run sh
# tests/run.sh, sh examples/run.sh cart (without a display), and the tests of the installed package, those of the night
# included. The sources are seen read-only. Needs root, or sudo. All mounts are in a namespace of their own: they end
# with this script, however it ends.
#
# NANOSTORES_CHROOTS       where the systems are kept (/var/cache/nanostores), and the log of the last run of each
# NANOSTORES_PRESET        the preset to build (ci: Debug; release)
# NANOSTORES_JOBS          how many compilers at once
# NANOSTORES_MIRROR        where Debian comes from (http://deb.debian.org/debian)
set -eu
cd "$(dirname "$0")/.."
. tests/install-deps.sh

settings='NANOSTORES_CHROOTS NANOSTORES_PRESET NANOSTORES_JOBS NANOSTORES_MIRROR'
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || deps_fail "tests/matrix.sh makes file systems of their own: please run it as root."
    exec sudo "--preserve-env=$(echo "$settings" | tr ' ' ,)" sh tests/matrix.sh "$@"
fi
if [ "${1:-}" = --inside ]; then
    shift
else
    exec unshare --mount --propagation private --pid --fork --kill-child sh tests/matrix.sh --inside "$@"
fi

source=$PWD
chroots=${NANOSTORES_CHROOTS:-/var/cache/nanostores}
preset=${NANOSTORES_PRESET:-ci}
jobs=${NANOSTORES_JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}
mirror=${NANOSTORES_MIRROR:-http://deb.debian.org/debian}
build=/var/tmp/nanostores-$preset # in the system

suites=
while [ $# -gt 0 ]; do
    case $1 in
        --) break ;;
        -*)
            echo "usage: sh tests/matrix.sh [bookworm|trixie|forky]... [-- argument of tests/run.sh...]" >&2
            exit 2
            ;;
    esac
    suites="$suites $1"
    shift
done
only_tests=
if [ $# -gt 0 ]; then
    only_tests=1
    shift
fi
: "${suites:=bookworm trixie forky}"

# bootstrap <suite>: makes the system, unless it is there. A suite that debootstrap is too old to know is made as sid
# is.
bootstrap() {
    [ ! -e "$chroots/$1/etc/os-release" ] || return 0
    rm -rf "${chroots:?}/$1.part"
    mkdir -p "$chroots/$1.part"
    scripts=/usr/share/debootstrap/scripts
    script=$scripts/$1
    [ -e "$script" ] || script=$scripts/sid
    debootstrap --variant=minbase "$1" "$chroots/$1.part" "$mirror" "$script" || return 1
    rmdir "$chroots/$1" 2>/dev/null || :
    mv "$chroots/$1.part" "$chroots/$1"
}

# mounts <suite>: what a system needs to run, and the sources.
mounts() {
    root=$chroots/$1
    mkdir -p "$root/nanostores"
    mount -t proc proc "$root/proc" || return 1
    mount --rbind /dev "$root/dev" || return 1
    mount --bind "$source" "$root/nanostores" || return 1
    mount -o remount,bind,ro "$root/nanostores" || return 1
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    # What this system's apt says of proxies, and of mirrors whose lists are old, holds for theirs.
    ! command -v apt-config >/dev/null 2>&1 || apt-config dump 2>/dev/null \
        | grep -E '^Acquire::(Check-|https?::|Retries)' >"$root/etc/apt/apt.conf.d/90matrix" || :
}

# inside <suite> <command>...
inside() {
    root=$chroots/$1
    shift
    chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        CCACHE_DIR=/var/cache/ccache NANOSTORES_PRESET="$preset" NANOSTORES_BUILD_DIR="$build" NANOSTORES_JOBS="$jobs" \
        "$@"
}

# run_suite <suite> [argument of tests/run.sh...]: leaves the names of the steps that failed in $steps, for the line. A
# step runs also when one before it has failed: what it finds is known a run earlier.
run_suite() {
    suite=$1
    shift
    steps=bootstrap
    bootstrap "$suite" || return 1
    steps=mount
    mounts "$suite" || return 1
    steps=clean
    inside "$suite" rm -rf "$build" || return 1 # its times are those of some other state of the sources
    steps=
    inside "$suite" sh /nanostores/tests/run.sh "$@" || steps=tests
    if [ -z "$only_tests" ]; then
        inside "$suite" sh /nanostores/examples/run.sh cart || steps="$steps cart"
        inside "$suite" ctest --test-dir "$build" --output-on-failure --no-tests=error -L '^(package|night)$' \
            || steps="$steps package"
    fi
    [ -z "$steps" ]
}

# failures <log>: the names of the tests that failed, as ctest lists them at the end
failures() {
    sed -n 's/^[[:space:]]*[0-9]* - \([^ ]*\) (.*/\1/p' "$1" | sort -u | paste -s -d ' ' -
}

deps_apt=debootstrap
install_dependencies
mkdir -p "$chroots"

failed=0
for suite in $suites; do
    log=$chroots/$suite.log
    exec 9>"$chroots/$suite.lock"
    flock 9 # one at a time in a system
    started=$(date +%s)
    result=passed
    run_suite "$suite" "$@" >"$log" 2>&1 || {
        failed=1
        names=$(failures "$log")
        result="FAILED (${steps# }${names:+: $names}); see $log"
    }
    exec 9>&-
    qt=$(inside "$suite" qtpaths6 --qt-version 2>/dev/null || inside "$suite" qmake6 -query QT_VERSION 2>/dev/null || echo '?')
    gcc=$(inside "$suite" g++ -dumpfullversion 2>/dev/null || echo '?')
    printf '%-10s Qt %-7s g++ %-7s %-8s %5d s  %s\n' "$suite" "$qt" "$gcc" "$preset" $(($(date +%s) - started)) "$result"
done
exit $failed
