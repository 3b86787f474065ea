pragma Singleton

import QtQuick
import Shop

/// Colours, sizes and times of every window, in one place: an 8 px grid, one type scale, one accent.
QtObject {
    readonly property bool isDark: Appearance.isDark

    readonly property color background: isDark ? "#17161c" : "#f8f6f1"
    readonly property color surface: isDark ? "#211f28" : "#ffffff"
    readonly property color raised: isDark ? "#2c2a35" : "#f1eee7"
    readonly property color line: isDark ? "#37343f" : "#e6e1d7"
    readonly property color ink: isDark ? "#f4f1ea" : "#1d1b26"
    readonly property color muted: isDark ? "#aaa5b4" : "#67636f"
    readonly property color accent: isDark ? "#ff8a61" : "#c8411b"
    readonly property color accentHover: isDark ? "#ff9f7d" : "#b23714"
    readonly property color accentDown: isDark ? "#f2764b" : "#992d0e"
    readonly property color accentInk: isDark ? "#26100a" : "#ffffff"
    readonly property color good: isDark ? "#6fcf97" : "#217a4b"
    readonly property color scrim: isDark ? "#8c0b0a0f" : "#5c1d1b26"
    readonly property color shadow: isDark ? "#66000000" : "#1f1d1b26"

    readonly property int caption: 12
    readonly property int small: 13
    readonly property int body: 15
    readonly property int title: 19
    readonly property int heading: 30
    readonly property int display: 42

    readonly property int radiusSmall: 8
    readonly property int radius: 12
    readonly property int radiusLarge: 20

    /// Zero while pictures are taken, so that nothing is caught half way.
    readonly property int moment: Appearance.isAnimated ? 130 : 0
    readonly property int breath: Appearance.isAnimated ? 240 : 0

    /// The letters of Arabic are joined: nothing comes between them.
    function tracking(spacing: real): real {
        return Texts.isMirrored ? 0 : spacing;
    }

    /// What lies behind a product: its own tint by day, a breath of it by night.
    function tile(tint: color): color {
        return isDark ? Qt.hsla(tint.hslHue, tint.hslSaturation * 0.27, 0.23, 1) : tint;
    }
}
