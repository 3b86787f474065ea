pragma Singleton

import QtQuick

/// Colours and sizes, in one place.
QtObject {
    property bool isDark: false

    readonly property color background: isDark ? "#17161c" : "#f8f6f1"
    readonly property color surface: isDark ? "#211f28" : "#ffffff"
    readonly property color raised: isDark ? "#2c2a35" : "#efece4"
    readonly property color line: isDark ? "#37343f" : "#e6e1d7"
    readonly property color ink: isDark ? "#f4f1ea" : "#1d1b26"
    readonly property color muted: isDark ? "#aaa5b4" : "#67636f"
    readonly property color accent: isDark ? "#ff8a61" : "#c8411b"

    readonly property int small: 13
    readonly property int body: 16
    readonly property int display: 26
    readonly property int radius: 12
}
