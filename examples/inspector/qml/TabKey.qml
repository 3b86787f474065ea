import QtQuick
import LensApp

/// Chooses what is shown of the selection.
Item {
    id: tab

    property string text
    property bool isCurrent: false
    signal chosen

    width: label.implicitWidth + 22
    height: 32
    activeFocusOnTab: true
    Accessible.role: Accessible.PageTab
    Accessible.name: text
    Accessible.focusable: true
    Accessible.selected: isCurrent
    Accessible.onPressAction: chosen()
    Keys.onReturnPressed: chosen()
    Keys.onEnterPressed: chosen()
    Keys.onSpacePressed: chosen()

    Rectangle {
        anchors.fill: parent
        radius: 7
        color: tab.isCurrent ? Theme.raised : "transparent"
        border.width: tab.activeFocus ? 2 : 0
        border.color: Theme.accent
    }
    Text {
        id: label
        anchors.centerIn: parent
        text: tab.text
        font.pixelSize: Theme.body
        font.weight: tab.isCurrent ? Font.DemiBold : Font.Normal
        color: tab.isCurrent ? Theme.ink : Theme.muted
    }
    MouseArea {
        anchors.fill: parent
        cursorShape: Qt.PointingHandCursor
        onClicked: tab.chosen()
    }
}
