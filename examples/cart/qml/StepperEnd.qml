import QtQuick
import Shop

/// One end of a Stepper.
Item {
    id: end

    required property string sign
    required property bool isHovered
    required property bool isPressed
    required property bool isUsable

    implicitWidth: 36
    implicitHeight: 36

    Rectangle {
        anchors.fill: parent
        anchors.margins: 4
        radius: height / 2
        color: end.isUsable && (end.isHovered || end.isPressed) ? Theme.raised : "transparent"
    }

    Icon {
        anchors.centerIn: parent
        width: 16
        height: 16
        thickness: 2.2
        path: end.sign
        color: Theme.ink
        opacity: end.isUsable ? 1 : 0.3
    }
}
