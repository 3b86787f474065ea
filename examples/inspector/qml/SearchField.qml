import QtQuick
import QtQuick.Templates as T
import LensApp

/// Where the filter is written.
T.TextField {
    id: field

    property string glyph: "M16 16 L21 21 M10.5 18 A7.5 7.5 0 1 1 10.5 3 A7.5 7.5 0 0 1 10.5 18"

    implicitHeight: 30
    leftPadding: glyph !== "" ? 32 : 10
    rightPadding: 10
    font.pixelSize: Theme.body
    color: Theme.ink
    placeholderTextColor: Theme.muted
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    selectByMouse: true
    verticalAlignment: Text.AlignVCenter
    Accessible.name: placeholderText

    Text {
        x: field.leftPadding
        height: parent.height
        visible: field.text === ""
        text: field.placeholderText
        font: field.font
        color: Theme.muted
        verticalAlignment: Text.AlignVCenter
    }
    Glyph {
        x: 9
        width: 16
        height: 16
        anchors.verticalCenter: parent.verticalCenter
        visible: field.glyph !== ""
        path: field.glyph
        color: Theme.muted
    }
    background: Rectangle {
        radius: 7
        color: Theme.raised
        border.width: field.activeFocus ? 2 : 1
        border.color: field.activeFocus ? Theme.accent : Theme.line
    }
}
