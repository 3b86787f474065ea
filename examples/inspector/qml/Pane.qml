import QtQuick
import LensApp

/// A part of the window, with a title and its tools.
FocusScope {
    id: pane

    property string title
    property string note
    property alias tools: toolRow.data
    default property alias content: body.data

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.surface
        border.width: 1
        border.color: pane.activeFocus ? Theme.accent : Theme.line
    }

    Text {
        id: heading
        x: 16
        height: 44
        text: pane.title
        font.pixelSize: Theme.title
        font.weight: Font.DemiBold
        color: Theme.ink
        verticalAlignment: Text.AlignVCenter
    }

    Text {
        anchors.left: heading.right
        anchors.leftMargin: 10
        anchors.right: toolRow.left
        anchors.rightMargin: 10
        height: 44
        text: pane.note
        font.pixelSize: Theme.body
        color: Theme.muted
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
    }

    Row {
        id: toolRow
        anchors.right: parent.right
        anchors.rightMargin: 12
        height: 44
        spacing: 8
    }

    Item {
        id: body
        anchors.fill: parent
        anchors.topMargin: 44
        anchors.leftMargin: 1
        anchors.rightMargin: 1
        anchors.bottomMargin: 8
    }
}
