import QtQuick
import NanoStores.Router
import RouterExample

/// All notes. Where the list was scrolled to is in the page's entry of the history, and comes back with it.
Item {
    id: page

    GridView {
        id: grid

        readonly property int columns: Math.max(1, Math.floor(width / 300))

        anchors.fill: parent
        anchors.leftMargin: 24
        anchors.rightMargin: 8
        cellWidth: Math.floor(width / columns)
        cellHeight: 120
        clip: true
        model: Notes
        header: Column {
            topPadding: 16
            bottomPadding: 20
            spacing: 6

            Text {
                text: "Four clear nights"
                font.pixelSize: Theme.display
                font.weight: Font.Bold
                font.letterSpacing: -0.8
                color: Theme.ink
            }
            Text {
                text: "Each note is a page with an address of its own."
                font.pixelSize: Theme.body
                color: Theme.muted
            }
        }
        footer: Item {
            width: parent?.width ?? 0 // qmllint disable compiler
            height: 56

            RouteLink {
                id: missing
                anchors.verticalCenter: parent.verticalCenter
                router: page.Route.router // qmllint disable unqualified compiler
                to: "/notes/seven"
                text: "A page that is missing"
                contentItem: Text {
                    text: missing.text
                    font.pixelSize: Theme.small
                    font.underline: missing.hovered || missing.visualFocus
                    color: Theme.accent
                }
            }
        }
        delegate: NoteLink {
            width: grid.cellWidth - 16 // qmllint disable unqualified compiler
            height: grid.cellHeight - 16 // qmllint disable unqualified compiler
            isCard: true
            router: page.Route.router // qmllint disable unqualified compiler
        }
        Component.onCompleted: contentY = page.Route.state["top"] ?? contentY // qmllint disable compiler
        onMovementEnded: page.Route.setState("top", contentY)
    }
}
