import QtQuick
import QtQuick.Templates as T
import RouterExample

/// Asks whether a page may be left.
T.Dialog {
    id: dialog

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(360, (parent ? parent.width : 400) - 48)
    padding: 24
    implicitHeight: implicitContentHeight + topPadding + bottomPadding
    modal: true
    focus: true

    T.Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        radius: 20
        color: Theme.surface
        border.width: 1
        border.color: Theme.line
    }
    contentItem: Column {
        spacing: 8

        Text {
            text: "Leave the note?"
            font.pixelSize: Theme.title
            font.weight: Font.Bold
            color: Theme.ink
        }
        Text {
            width: parent.width
            text: "What you have written is not saved. Nothing has moved yet: the address is that of the note."
            wrapMode: Text.Wrap
            font.pixelSize: Theme.body
            color: Theme.muted
            bottomPadding: 16
        }
        Row {
            spacing: 12
            layoutDirection: Qt.RightToLeft
            width: parent.width

            Button {
                text: "Keep writing"
                focus: true
                onClicked: dialog.reject()
            }
            Button {
                text: "Leave"
                isQuiet: true
                onClicked: dialog.accept()
            }
        }
    }
}
