import QtQuick
import NanoStores.Router
import RouterExample

/// A note that is not left while it is written: links, tabs and back keys ask first.
Item {
    id: page

    required property int id
    readonly property int row: Notes.rowOf(id)
    readonly property var note: row >= 0 ? Notes.get(row) : null
    readonly property bool isChanged: note !== null && editor.text !== note.text // qmllint disable compiler
    property RouteChange asked: null

    Route.onLeaving: change => {
        if (page.isChanged) {
            change.wait();
            page.asked = change;
            change.superseded.connect(ask.close);
            ask.open();
        }
    }

    function save() {
        Notes.setProperty(row, "text", editor.text);
    }

    MissingPage {
        anchors.fill: parent
        visible: page.note === null
        url: page.Route.url
        router: page.Route.router
    }
    Flickable {
        id: scroll
        anchors.fill: parent
        visible: page.note !== null
        contentHeight: content.height
        clip: true

        Column {
            id: content
            x: 24
            width: Math.min(scroll.width - 48, 640)
            topPadding: 16
            bottomPadding: 32
            spacing: 20

            Row {
                spacing: 20

                Disc {
                    width: 96
                    height: 96
                    tint: page.note?.tint ?? "black" // qmllint disable compiler
                    size: page.note?.size ?? 1 // qmllint disable compiler
                    ring: page.note?.ring ?? false // qmllint disable compiler
                }
                Column {
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: 4

                    Text {
                        text: page.note?.title ?? "" // qmllint disable compiler
                        font.pixelSize: Theme.display
                        font.weight: Font.Bold
                        font.letterSpacing: -0.8
                        color: Theme.ink
                    }
                    Text {
                        text: page.note?.seen ?? "" // qmllint disable compiler
                        font.pixelSize: Theme.body
                        color: Theme.muted
                    }
                }
            }
            Rectangle {
                width: parent.width
                height: Math.max(160, editor.contentHeight + 40)
                radius: Theme.radius
                color: Theme.surface
                border.width: editor.activeFocus ? 2 : 1
                border.color: editor.activeFocus ? Theme.accent : Theme.line

                TextEdit {
                    id: editor
                    anchors.fill: parent
                    anchors.margins: 20
                    focus: true
                    text: page.note?.text ?? "" // qmllint disable compiler
                    wrapMode: TextEdit.Wrap
                    font.pixelSize: Theme.body
                    color: Theme.ink
                    selectionColor: Theme.accent
                    selectedTextColor: Theme.accentInk
                    Accessible.name: "What was seen"
                    Component.onCompleted: cursorPosition = length
                }
            }
            Row {
                spacing: 16

                Button {
                    text: "Save"
                    enabled: page.isChanged
                    onClicked: page.save()
                }
                Text {
                    anchors.verticalCenter: parent.verticalCenter
                    text: page.isChanged ? "Not saved: going elsewhere asks first" : "Saved"
                    font.pixelSize: Theme.small
                    color: page.isChanged ? Theme.accent : Theme.muted
                }
            }
        }
    }
    AskDialog {
        id: ask
        onAccepted: page.asked.accept()
        onRejected: page.asked.abort()
    }
}
