import QtQuick
import QtQuick.Templates as T
import RouterExample

/// A tab of the bar at the bottom of a narrow window.
T.TabButton {
    id: tab

    implicitHeight: 56
    focusPolicy: Qt.StrongFocus

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    contentItem: Text {
        text: tab.text
        font.pixelSize: Theme.small
        font.weight: tab.checked ? Font.DemiBold : Font.Normal
        color: tab.checked ? Theme.accent : tab.hovered ? Theme.ink : Theme.muted
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
    background: Item {
        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: tab.checked
            width: 28
            height: 3
            radius: 1.5
            color: Theme.accent
        }
        Rectangle {
            anchors.fill: parent
            anchors.margins: 4
            visible: tab.visualFocus
            color: "transparent"
            radius: 8
            border.width: 2
            border.color: Theme.accent
        }
    }
}
