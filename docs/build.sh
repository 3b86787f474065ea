#!/bin/sh
# Builds the site, and the help file for Qt Creator, out of the pages and the headers' comments.
#
#   sh docs/build.sh            installs what is missing, builds into build/docs: site/ and nanostores.qch
#   sh docs/build.sh --check    only checks that each public name and QML type has a comment
#
# Look at the site by: python3 -m http.server -d build/docs/site
# In Qt Creator: Preferences, Help, Documentation, Add. An installation of the library takes both along.
set -eu
cd "$(dirname "$0")/.."
. tests/install-deps.sh

check=${1:-}
deps_apt='doxygen python3' deps_rpm='doxygen python3' deps_pacman='doxygen python' deps_brew='doxygen python3'
if [ -z "$check" ]; then
    deps_apt="$deps_apt mkdocs-material qt6-documentation-tools libqt6sql6-sqlite"
    deps_rpm="$deps_rpm mkdocs-material qt6-doctools|qt6-qttools-devel"
    deps_pacman="$deps_pacman mkdocs-material qt6-tools"
    deps_brew="$deps_brew mkdocs-material qt"
fi
install_dependencies

out=${NANOSTORES_DOCS_DIR:-build/docs}
rm -rf "$out/doxygen" "$out/pages"
mkdir -p "$out/doxygen"
help=''
for bin in "$(qtpaths6 --query QT_HOST_LIBEXECS 2>/dev/null || qmake6 -query QT_HOST_LIBEXECS 2>/dev/null || true)" \
    /usr/lib/qt6/libexec "$(qtpaths6 --query QT_HOST_BINS 2>/dev/null || true)"; do
    [ -n "$help" ] || [ ! -x "$bin/qhelpgenerator" ] || help=$bin/qhelpgenerator
done

deps_say "Reading the headers"
{
    cat tools/site/Doxyfile
    echo "OUTPUT_DIRECTORY = \"$out/doxygen\""
    echo "WARN_LOGFILE = \"$out/doxygen/warnings.txt\""
    if [ -n "$check" ] || [ -z "$help" ]; then
        printf 'GENERATE_HTML = NO\nGENERATE_QHP = NO\n'
    fi
} | QT_QPA_PLATFORM=offscreen doxygen - >"$out/doxygen/log.txt" 2>&1 || {
    cat "$out/doxygen/log.txt" >&2
    exit 1
}

python3 tools/site/reference.py --check . "$out/doxygen/xml"
[ -z "$check" ] || exit 0

if [ -n "$help" ]; then
    deps_say "Building the help file"
    python3 tools/site/help.py "$out/doxygen/html/index.qhp"
    QT_QPA_PLATFORM=offscreen "$help" "$out/doxygen/html/index.qhp" -o "$out/nanostores.qch" >"$out/doxygen/help.txt" 2>&1 || {
        cat "$out/doxygen/help.txt" >&2
        exit 1
    }
else
    deps_say "There is no qhelpgenerator: no help file is made"
fi

deps_say "Building the site"
python3 tools/site/build.py . "$out"
deps_say "The site is in $out/site${help:+, the help file is $out/nanostores.qch}"
