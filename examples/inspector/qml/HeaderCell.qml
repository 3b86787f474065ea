import QtQuick
import LensApp

/// The head of a column: sorts by it.
Item {
    id: cell

    property string column
    property string text
    property bool isRight: false
    readonly property bool isSorted: Lens.sortColumn === column

    height: 26
    activeFocusOnTab: true
    Accessible.role: Accessible.Button
    Accessible.name: "Sort by " + text
    Accessible.focusable: true
    Accessible.onPressAction: sort()
    Keys.onReturnPressed: sort()
    Keys.onEnterPressed: sort()
    Keys.onSpacePressed: sort()

    function sort() {
        Lens.sortBy(column);
    }

    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: -4
        anchors.rightMargin: -4
        visible: cell.activeFocus
        radius: 5
        color: "transparent"
        border.width: 2
        border.color: Theme.accent
    }
    Text {
        anchors.fill: parent
        text: cell.text + (cell.isSorted ? Lens.isDescending ? "  \u2193" : "  \u2191" : "")
        font.pixelSize: Theme.small
        font.weight: cell.isSorted ? Font.DemiBold : Font.Normal
        color: cell.isSorted ? Theme.accent : Theme.muted
        horizontalAlignment: cell.isRight ? Text.AlignRight : Text.AlignLeft
        verticalAlignment: Text.AlignVCenter
    }
    MouseArea {
        anchors.fill: parent
        cursorShape: Qt.PointingHandCursor
        onClicked: cell.sort()
    }
}
