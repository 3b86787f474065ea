import QtQuick
import NanoStores.Router
import RouterExample

/// What a wide window has on its left: all notes, and the settings.
Rectangle {
    id: bar

    required property RouterObject router

    color: Theme.surface

    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.line
    }
    RouteLink {
        id: brand
        x: 16
        y: 18
        padding: 8
        router: bar.router
        to: "home"
        text: "Observing log"
        contentItem: Text {
            text: brand.text
            font.pixelSize: Theme.title
            font.weight: Font.Bold
            font.letterSpacing: -0.3
            color: Theme.ink
        }
    }
    Column {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: brand.bottom
        anchors.margins: 16
        spacing: 4

        Repeater {
            model: Notes
            NoteLink {
                width: parent?.width ?? 0 // qmllint disable compiler
                router: bar.router // qmllint disable unqualified compiler
            }
        }
    }
    RouteLink {
        id: settings
        anchors.left: parent.left
        anchors.bottom: parent.bottom
        anchors.margins: 16
        padding: 8
        router: bar.router
        to: "settings"
        text: "Settings"
        contentItem: Text {
            text: settings.text
            font.pixelSize: Theme.body
            font.weight: settings.current ? Font.DemiBold : Font.Normal
            color: settings.current ? Theme.accent : settings.hovered ? Theme.ink : Theme.muted
        }
    }
}
