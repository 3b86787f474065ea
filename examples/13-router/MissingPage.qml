import QtQuick
import NanoStores.Router
import RouterExample

/// A path that no route matches is a page as others: in the history, and with an address.
Item {
    id: page

    property string url: Route.url
    property RouterObject router: Route.router

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 48, 420)
        spacing: 12

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: 72
            height: 72
            radius: 36
            color: "transparent"
            border.width: 2
            border.color: Theme.line

            Rectangle {
                x: 50
                y: 6
                width: 14
                height: 14
                radius: 7
                color: Theme.accent
            }
        }
        Text {
            anchors.horizontalCenter: parent.horizontalCenter
            text: "Nothing up there"
            font.pixelSize: Theme.display
            font.weight: Font.Bold
            font.letterSpacing: -0.8
            color: Theme.ink
        }
        Text {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            text: "There is no page " + page.url
            font.pixelSize: Theme.body
            color: Theme.muted
            bottomPadding: 12
        }
        Button {
            anchors.horizontalCenter: parent.horizontalCenter
            text: "All notes"
            onClicked: page.router.open("home")
        }
    }
}
