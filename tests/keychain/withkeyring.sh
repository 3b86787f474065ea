#!/bin/sh
# Runs a program with an empty keyring that is unlocked: withkeyring.sh DBUS_RUN_SESSION KEYRING_DAEMON PROGRAM
# Nothing of the person's own keyring is touched.
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME="$home" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache"
export XDG_RUNTIME_DIR="$home/run" KEYRING_DAEMON="$2" PROGRAM="$3" NANOSTORES_TEST_KEYCHAIN=1
mkdir -m 700 "$XDG_RUNTIME_DIR"
mkdir -p "$XDG_DATA_HOME/keyrings"
unset KDE_FULL_SESSION DBUS_SESSION_BUS_ADDRESS
export XDG_CURRENT_DESKTOP=GNOME
"$1" -- sh -c '
    printf "password" | "$KEYRING_DAEMON" --unlock --components=secrets >/dev/null 2>&1
    "$PROGRAM"
'
