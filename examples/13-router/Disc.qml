import QtQuick
import RouterExample

/// What was seen, on a tile of its tint.
Rectangle {
    id: tile

    required property color tint
    required property real size
    required property bool ring

    implicitWidth: 56
    implicitHeight: 56
    radius: Math.min(Theme.radius, width / 4)
    color: Theme.tile(tint)
    clip: true

    Rectangle {
        id: disc
        anchors.centerIn: parent
        width: Math.round(tile.width * 0.62 * tile.size)
        height: width
        radius: width / 2
        color: Qt.darker(tile.tint, 1.18)

        Rectangle { // the side in the light
            width: Math.round(disc.width * 0.86)
            height: width
            radius: width / 2
            color: tile.tint
        }
    }
    Rectangle {
        anchors.centerIn: parent
        visible: tile.ring
        rotation: -18
        antialiasing: true
        width: tile.width * 0.78
        height: tile.width * 0.17
        radius: height / 2
        color: "transparent"
        border.width: Math.max(1.5, tile.width / 40)
        border.color: Theme.isDark ? Qt.lighter(tile.tint, 1.2) : Qt.darker(tile.tint, 1.5)
    }
}
