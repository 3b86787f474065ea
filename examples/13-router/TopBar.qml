import QtQuick
import NanoStores.Router
import RouterExample

/// Back, forward, and where the program is.
Item {
    id: bar

    required property RouterObject router

    implicitHeight: 64

    Row {
        id: buttons
        anchors.verticalCenter: parent.verticalCenter
        x: 12

        Button {
            isQuiet: true
            isRound: true
            text: "‹"
            enabled: bar.router.canGoBack
            Accessible.name: "Back"
            onClicked: bar.router.back()
        }
        Button {
            isQuiet: true
            isRound: true
            text: "›"
            enabled: bar.router.canGoForward
            Accessible.name: "Forward"
            onClicked: bar.router.forward()
        }
    }
    Rectangle {
        anchors.left: buttons.right
        anchors.right: parent.right
        anchors.margins: 16
        anchors.leftMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        height: 36
        radius: height / 2
        color: Theme.raised

        Text {
            anchors.fill: parent
            leftPadding: 18
            rightPadding: 18
            verticalAlignment: Text.AlignVCenter
            elide: Text.ElideMiddle
            text: bar.router.pending !== "" ? bar.router.url + "  →  " + bar.router.pending : bar.router.url
            font.pixelSize: Theme.small
            font.letterSpacing: 0.3
            color: Theme.muted
        }
    }
}
