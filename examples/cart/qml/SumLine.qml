import QtQuick
import Shop

/// A word where lines begin, an amount where they end.
Item {
    id: line

    required property string label
    required property string amount
    property bool isStrong: false
    property string amountName: ""

    implicitHeight: isStrong ? 32 : 26

    Text {
        anchors.left: parent.left
        anchors.verticalCenter: parent.verticalCenter
        text: line.label
        font.pixelSize: line.isStrong ? Theme.title : Theme.body
        font.weight: line.isStrong ? Font.Bold : Font.Normal
        color: line.isStrong ? Theme.ink : Theme.muted
    }

    Text {
        objectName: line.amountName
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        text: line.amount
        font.pixelSize: line.isStrong ? Theme.title : Theme.body
        font.weight: line.isStrong ? Font.Bold : Font.Normal
        color: Theme.ink
    }
}
