pragma Singleton

import QtQuick
import LensApp

/// Colours and sizes, in one place.
QtObject {
    readonly property bool isDark: Lens.isDark

    readonly property color window: isDark ? "#15161b" : "#f3f2ee"
    readonly property color surface: isDark ? "#1c1e25" : "#ffffff"
    readonly property color raised: isDark ? "#262932" : "#f5f4f0"
    readonly property color line: isDark ? "#2f323d" : "#e4e1d9"
    readonly property color ink: isDark ? "#e9e8e4" : "#1f2027"
    readonly property color soft: isDark ? "#b4b5bf" : "#50525c"
    readonly property color muted: isDark ? "#9a9da9" : "#686763"
    readonly property color accent: isDark ? "#7aa5ff" : "#2c5bd8"
    readonly property color accentInk: isDark ? "#0d1530" : "#ffffff"
    readonly property color accentWash: isDark ? "#26345a" : "#e3eaff"

    readonly property color store: isDark ? "#7aa5ff" : "#2c5bd8"
    readonly property color computed: isDark ? "#5ec9a4" : "#12805c"
    readonly property color effect: isDark ? "#f0a35e" : "#b85f0b"
    readonly property color listener: isDark ? "#a9a5bd" : "#77728c"
    readonly property color removed: isDark ? "#ff8f8a" : "#bb2f2a"
    readonly property color added: isDark ? "#6dd3a0" : "#167544"
    readonly property color removedWash: isDark ? "#3a2226" : "#fcebe9"
    readonly property color addedWash: isDark ? "#1c3329" : "#e6f5ec"
    readonly property color warn: isDark ? "#ffb454" : "#9c5400"
    readonly property color shade: isDark ? "#90000000" : "#501f2027"

    readonly property int small: 11
    readonly property int body: 13
    readonly property int title: 15
    readonly property int radius: 10
    readonly property int gap: 12
    readonly property int row: 28
    readonly property string mono: "DejaVu Sans Mono"

    /// Whether a table of this width has room for all columns.
    function isWide(width: real): bool {
        return width > 520;
    }
    /// Of a table of this width: what the numbers leave is for the name and the value.
    function nameWidth(width: real): real {
        const room = width - (isWide(width) ? 280 : 158);
        return Math.max(90, Math.min(room * 0.58, room - 70));
    }

    function colorOf(kind: string): color {
        switch (kind) {
        case "effect":
            return effect;
        case "computed":
        case "batched":
        case "run":
            return computed;
        case "listener":
        case "batch":
        case "mount":
        case "unmount":
            return listener;
        case "leftOut":
        case "error":
            return warn;
        default:
            return store;
        }
    }
}
