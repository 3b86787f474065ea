import QtQuick
import Shop

/// Shows where the keyboard is.
Rectangle {
    property real gap: 3

    anchors.fill: parent
    anchors.margins: -gap
    color: "transparent"
    border.width: 2
    border.color: Theme.accent
}
