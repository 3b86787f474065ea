#!/bin/sh
# Installs what is missing to build, test and run this project. Run it, or source it and call install_dependencies.
#
#   sh tests/install-deps.sh          what tests/run.sh and examples/run.sh need
#   sh tests/install-deps.sh lint     and what .ci/run needs on top: clang-format, clang-tidy
#
# Does nothing, quickly, when all of it is there. a|b in a list: whichever of the two the system knows; a? where it is
# known.

deps_apt='ninja-build ccache cmake g++ pkg-config
    qt6-base-dev qt6-base-dev-tools qt6-declarative-dev qt6-declarative-dev-tools qt6-svg-dev|libqt6svg6-dev
    qt6-svg-plugins? libgl1-mesa-dev|libgl-dev
    qml6-module-qtqml qml6-module-qtqml-models qml6-module-qtqml-workerscript qml6-module-qtquick
    qml6-module-qtquick-controls qml6-module-qtquick-layouts qml6-module-qtquick-shapes qml6-module-qtquick-templates
    qml6-module-qtquick-window qml6-module-qttest
    libsqlite3-dev qtkeychain-qt6-dev? gnome-keyring? dbus-bin|dbus openssl? redis-tools? valkey-tools? librapidcheck-dev
    libmosquitto-dev? libbenchmark-dev qt6-l10n-tools? fonts-dejavu-core'
# Debian's mosquitto starts a service, which is nothing for a user's machine: without it the tests of MQTT skip.
deps_apt_lint='clang-format-16|clang-format clang-tidy git python3 mosquitto?'

deps_rpm='ninja-build|ninja ccache cmake gcc-c++ cmake(Qt6Core) cmake(Qt6Widgets) cmake(Qt6Test) cmake(Qt6Qml)
    cmake(Qt6Quick) cmake(Qt6QuickControls2) cmake(Qt6QuickTest) cmake(Qt6Svg) pkgconfig(gl) pkgconfig(sqlite3) openssl?
    valkey? mosquitto-devel? mosquitto? dejavu-sans-fonts|dejavu-fonts'
deps_rpm_lint='clang-tools-extra|clang-tools git python3'

deps_pacman='ninja ccache cmake gcc pkgconf qt6-base qt6-declarative qt6-svg mesa sqlite openssl valkey mosquitto ttf-dejavu
    benchmark'
deps_pacman_lint='clang git python'

deps_brew='ninja ccache cmake pkgconf qt sqlite redis mosquitto rapidcheck google-benchmark'
deps_brew_lint='clang-format llvm'

deps_say() { printf '%s\n' "==> $*"; }

deps_fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# deps_as_root <command>...: directly, or through sudo.
deps_as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        deps_fail "These have to be installed first, and neither root nor sudo is at hand. As root, please run:" "    $*"
    fi
}

deps_unknown_system() {
    deps_fail "No known package manager (apt, dnf, zypper, pacman, brew) on this system. Please install:" \
        "  a C++20 compiler (g++ 12, clang 15 or later), CMake 3.24 or later, Ninja, pkg-config; ccache if you like" \
        "  Qt 6.4 or later, with development files: Core, Gui, Widgets, Qml, Quick, Quick Controls 2, Svg, Test," \
        "    Quick Test, and the QML modules QtQml, QtQuick, QtQuick.Controls, .Layouts, .Shapes, .Window, QtTest" \
        "  optional: libmosquitto and Mosquitto (MQTT), RapidCheck (random tests), Google Benchmark (benchmarks)," \
        "    clang-format, clang-tidy, DejaVu fonts" \
        "then run this again with NANOSTORES_SKIP_DEPS=1, and CMAKE_PREFIX_PATH if Qt is in a place of its own."
}

# deps_missing <is installed> <is known> <name|alternative>...: prints the entries of which no alternative is installed.
deps_missing() {
    deps_installed=$1
    deps_known=$2
    shift 2
    for deps_entry in "$@"; do
        deps_found=
        case $deps_entry in
            *\?)
                deps_entry=${deps_entry%\?}
                "$deps_installed" "$deps_entry" || ! "$deps_known" "$deps_entry" || printf '%s\n' "$deps_entry"
                continue
                ;;
        esac
        for deps_name in $(printf '%s' "$deps_entry" | tr '|' ' '); do
            if "$deps_installed" "$deps_name"; then
                deps_found=1
                break
            fi
        done
        [ -n "$deps_found" ] || printf '%s\n' "$deps_entry"
    done
}

# deps_choose <is known> <name|alternative>...: prints for each entry the first alternative that the system knows.
deps_choose() {
    deps_known=$1
    shift
    for deps_entry in "$@"; do
        for deps_name in $(printf '%s' "$deps_entry" | tr '|' ' '); do
            if "$deps_known" "$deps_name"; then
                break
            fi
        done
        printf '%s\n' "$deps_name"
    done
}

deps_apt_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
deps_apt_known() { apt-cache policy "$1" 2>/dev/null | grep 'Candidate:' | grep -qv '(none)'; }
deps_rpm_installed() { rpm -q --quiet --whatprovides "$1" 2>/dev/null; }
deps_dnf_known() { [ -n "$(dnf -q repoquery --whatprovides "$1" 2>/dev/null)" ]; }
deps_zypper_known() { zypper -q --non-interactive search --provides --match-exact "$1" >/dev/null 2>&1; }
deps_pacman_installed() { pacman -T "$1" >/dev/null 2>&1; }
deps_brew_installed() { brew ls --versions "$1" >/dev/null 2>&1; }

deps_install_apt() {
    [ -n "$(deps_missing deps_apt_installed deps_apt_known "$@")" ] || return 0
    deps_as_root apt-get -q -o DPkg::Lock::Timeout=300 update || return 1
    # shellcheck disable=SC2046
    set -- $(deps_missing deps_apt_installed deps_apt_known "$@") # now that all names are known
    deps_say "Installing: $*"
    # shellcheck disable=SC2046
    deps_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends $(deps_choose deps_apt_known "$@")
}

deps_install_dnf() {
    # shellcheck disable=SC2046
    set -- $(deps_missing deps_rpm_installed deps_dnf_known "$@")
    [ $# -gt 0 ] || return 0
    deps_say "Installing: $*"
    # shellcheck disable=SC2046
    deps_as_root dnf install -y --setopt=install_weak_deps=False $(deps_choose deps_dnf_known "$@")
}

deps_install_zypper() {
    # shellcheck disable=SC2046
    set -- $(deps_missing deps_rpm_installed deps_zypper_known "$@")
    [ $# -gt 0 ] || return 0
    deps_say "Installing: $*"
    # shellcheck disable=SC2046
    deps_as_root zypper --non-interactive install --no-recommends $(deps_choose deps_zypper_known "$@")
}

deps_install_pacman() {
    # shellcheck disable=SC2046
    set -- $(deps_missing deps_pacman_installed false "$@")
    [ $# -gt 0 ] || return 0
    deps_say "Installing: $*"
    deps_as_root pacman -S --needed --noconfirm "$@"
}

deps_install_brew() {
    # shellcheck disable=SC2046
    set -- $(deps_missing deps_brew_installed false "$@")
    [ $# -gt 0 ] || return 0
    deps_say "Installing: $*"
    brew install "$@"
}

# install_dependencies [lint]
install_dependencies() {
    [ -z "${NANOSTORES_SKIP_DEPS:-}" ] || return 0
    deps_lint=${1:-}
    # shellcheck disable=SC2086
    if command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; then
        deps_install_apt $deps_apt ${deps_lint:+$deps_apt_lint}
    elif command -v dnf >/dev/null 2>&1; then
        deps_install_dnf $deps_rpm ${deps_lint:+$deps_rpm_lint}
    elif command -v zypper >/dev/null 2>&1; then
        deps_install_zypper $deps_rpm ${deps_lint:+$deps_rpm_lint}
    elif command -v pacman >/dev/null 2>&1; then
        deps_install_pacman $deps_pacman ${deps_lint:+$deps_pacman_lint}
    elif command -v brew >/dev/null 2>&1; then
        deps_install_brew $deps_brew ${deps_lint:+$deps_brew_lint} || return 1
        CMAKE_PREFIX_PATH="$(brew --prefix qt)${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}"
        export CMAKE_PREFIX_PATH
    else
        deps_unknown_system
    fi
}

case ${0##*/} in
    install-deps.sh)
        install_dependencies "$@" && deps_say "All dependencies are there."
        ;;
esac
