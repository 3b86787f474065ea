import QtQuick

/// A button with a text.
Rectangle {
    id: key

    property alias text: label.text
    signal pressed

    width: label.width + 28
    height: 34
    radius: height / 2
    color: touch.containsMouse && key.enabled ? Theme.line : Theme.raised
    opacity: enabled ? 1 : 0.45

    Text {
        id: label
        anchors.centerIn: parent
        font.pixelSize: Theme.small
        color: Theme.ink
    }
    MouseArea {
        id: touch
        anchors.fill: parent
        hoverEnabled: true
        onClicked: key.pressed()
    }
}
