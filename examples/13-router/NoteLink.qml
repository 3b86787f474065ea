import QtQuick
import NanoStores.Router
import RouterExample

/// A note as a link to its page: a row of a list.
RouteLink {
    id: link

    required property int noteId
    required property string title
    required property string seen
    required property color tint
    required property real size
    required property bool ring
    /// A card of its own, and not a row among others.
    property bool isCard: false

    to: "note"
    params: ({ id: noteId })
    text: title
    padding: isCard ? 16 : 8

    contentItem: Row {
        spacing: 14

        Disc {
            width: link.isCard ? 72 : 44
            height: width
            tint: link.tint
            size: link.size
            ring: link.ring
        }
        Column {
            anchors.verticalCenter: parent.verticalCenter
            spacing: 3

            Text {
                text: link.title
                font.pixelSize: link.isCard ? Theme.title : Theme.body
                font.weight: Font.DemiBold
                color: Theme.ink
            }
            Text {
                text: link.seen
                font.pixelSize: Theme.small
                color: Theme.muted
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: link.current || link.hovered ? Theme.raised : link.isCard ? Theme.surface : "transparent"
        border.width: link.visualFocus ? 2 : link.isCard ? 1 : 0
        border.color: link.visualFocus ? Theme.accent : Theme.line

        Rectangle {
            visible: link.current && !link.isCard
            anchors.verticalCenter: parent.verticalCenter
            width: 3
            height: 24
            radius: 1.5
            color: Theme.accent
        }
        Behavior on color {
            ColorAnimation { duration: Theme.moment }
        }
    }
}
