import QtQuick
import Shop

/// The place of a product that has not arrived.
Item {
    id: card

    /// From 0, in the shade, to 1.
    property real glow: 0
    readonly property color shade: Qt.tint(Theme.raised, Qt.rgba(Theme.line.r, Theme.line.g, Theme.line.b, glow * 0.8))

    Rectangle {
        id: tile
        width: parent.width
        height: width
        radius: Theme.radiusLarge
        color: card.shade

        Rectangle {
            anchors.centerIn: parent
            width: parent.width * 0.44
            height: width
            radius: width / 2
            color: Theme.background
            opacity: 0.55
        }

        Rectangle {
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: 12
            width: 40
            height: 40
            radius: 20
            color: Theme.background
            opacity: 0.55
        }
    }

    Rectangle {
        anchors.left: parent.left
        y: tile.height + 18
        width: parent.width * 0.52
        height: 14
        radius: 7
        color: card.shade
    }

    Rectangle {
        anchors.right: parent.right
        y: tile.height + 18
        width: parent.width * 0.18
        height: 14
        radius: 7
        color: card.shade
    }

    Rectangle {
        anchors.left: parent.left
        y: tile.height + 42
        width: parent.width * 0.7
        height: 10
        radius: 5
        color: card.shade
        opacity: 0.7
    }
}
