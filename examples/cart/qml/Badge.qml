import QtQuick
import Shop

/// A number in a circle, as wide as it has to be.
Rectangle {
    id: badge

    required property int number
    property alias numberName: label.objectName

    implicitWidth: Math.max(22, label.implicitWidth + 12)
    implicitHeight: 22
    radius: 11
    color: number > 0 ? Theme.accent : Theme.raised

    Text {
        id: label
        anchors.centerIn: parent
        text: Texts.number(badge.number)
        font.pixelSize: Theme.caption
        font.weight: Font.Bold
        color: badge.number > 0 ? Theme.accentInk : Theme.muted
    }
}
