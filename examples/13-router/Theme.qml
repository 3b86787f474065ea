pragma Singleton

import QtQuick

/// Colours and sizes, in one place: an 8 px grid, one type scale, one accent.
QtObject {
    property bool isDark: false

    readonly property color background: isDark ? "#17161c" : "#f8f6f1"
    readonly property color surface: isDark ? "#211f28" : "#ffffff"
    readonly property color raised: isDark ? "#2c2a35" : "#f1eee7"
    readonly property color line: isDark ? "#37343f" : "#e6e1d7"
    readonly property color ink: isDark ? "#f4f1ea" : "#1d1b26"
    readonly property color muted: isDark ? "#aaa5b4" : "#67636f"
    readonly property color accent: isDark ? "#ff8a61" : "#c8411b"
    readonly property color accentHover: isDark ? "#ff9f7d" : "#b23714"
    readonly property color accentInk: isDark ? "#26100a" : "#ffffff"
    readonly property color scrim: isDark ? "#8c0b0a0f" : "#5c1d1b26"

    readonly property int small: 13
    readonly property int body: 15
    readonly property int title: 19
    readonly property int display: 34
    readonly property int radius: 12
    readonly property int moment: 130

    /// What lies behind a disc: its own tint by day, a breath of it by night.
    function tile(tint: color): color {
        return Qt.hsla(tint.hslHue, tint.hslSaturation * (isDark ? 0.35 : 0.75), isDark ? 0.22 : 0.91, 1);
    }
}
