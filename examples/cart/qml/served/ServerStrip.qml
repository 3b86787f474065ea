import QtQuick
import QtQuick.Templates as T
import Shop

/// For those who try the example: how the server answers, and whether there is a network.
Rectangle {
    id: strip

    readonly property int side: Math.max(40, (width - 1280) / 2)

    component Choice: T.AbstractButton {
        id: choice

        property string mode
        readonly property bool isChosen: Server.mode === mode

        objectName: "mode-" + mode
        width: Math.ceil(implicitContentWidth) + 28
        height: 28
        focusPolicy: Qt.StrongFocus
        checked: isChosen
        onClicked: Server.mode = mode

        Accessible.role: Accessible.RadioButton
        Accessible.name: text

        HoverHandler {
            cursorShape: Qt.PointingHandCursor
        }

        background: Rectangle {
            radius: 14
            color: choice.isChosen ? Theme.surface : "transparent"
            border.width: choice.isChosen ? 1 : 0
            border.color: Theme.line

            FocusRing {
                radius: 14 + gap
                visible: choice.visualFocus
            }
        }

        contentItem: Text {
            text: choice.text
            font.pixelSize: Theme.small
            font.weight: choice.isChosen ? Font.DemiBold : Font.Normal
            color: choice.isChosen ? Theme.ink : Theme.muted
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
        }
    }

    objectName: "serverStrip"
    height: 56
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
    }

    Text {
        id: label
        anchors.left: parent.left
        anchors.leftMargin: strip.side
        anchors.verticalCenter: parent.verticalCenter
        text: Texts.served.serverIs
        font.pixelSize: Theme.small
        color: Theme.muted
    }

    Rectangle {
        id: modes
        anchors.left: label.right
        anchors.leftMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        width: choices.width + 8
        height: 36
        radius: 18
        color: Theme.raised

        Row {
            id: choices
            anchors.centerIn: parent

            Choice {
                mode: "usual"
                text: Texts.served.well
            }
            Choice {
                mode: "slow"
                text: Texts.served.slow
            }
            Choice {
                mode: "failing"
                text: Texts.served.failing
            }
        }
    }

    Toggle {
        objectName: "online"
        anchors.right: parent.right
        anchors.rightMargin: strip.side
        anchors.verticalCenter: parent.verticalCenter
        text: Texts.served.network
        checked: Server.isOnline
        onToggled: Server.isOnline = checked
    }
}
