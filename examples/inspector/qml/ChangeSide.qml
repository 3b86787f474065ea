import QtQuick
import LensApp

/// A value before or after a change.
Rectangle {
    id: side

    property string value
    property bool isAfter: false

    height: visible ? content.implicitHeight + 10 : 0
    visible: value !== ""
    radius: 5
    color: isAfter ? Theme.addedWash : Theme.removedWash

    Text {
        x: 10
        y: 5
        text: side.isAfter ? "+" : "\u2212"
        font.family: Theme.mono
        font.pixelSize: Theme.body
        color: side.isAfter ? Theme.added : Theme.removed
    }
    Text {
        id: content
        x: 28
        y: 5
        width: parent.width - 38
        text: side.value
        textFormat: Text.PlainText
        font.family: Theme.mono
        font.pixelSize: Theme.body
        color: Theme.ink
        wrapMode: Text.WrapAnywhere
        maximumLineCount: 12
        elide: Text.ElideRight
    }
}
