import QtQuick
import LensApp

/// A turn, or what happened in it.
Item {
    id: row

    required property int index
    required property double number
    required property double turn
    required property int depth
    required property string kind
    required property string outcome
    required property string name
    required property string change
    required property string by
    required property string time
    required property string duration
    required property int inside
    required property bool isOpen

    readonly property bool isSelected: Lens.selectedEvent === number
    readonly property color tint: Theme.colorOf(kind)
    readonly property real indent: 78 + depth * 18

    height: Theme.row
    Accessible.role: Accessible.ListItem
    Accessible.name: "turn " + turn + ", " + name + " " + change
    Accessible.selected: isSelected
    Accessible.onPressAction: Lens.selectEvent(number)

    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: 6
        anchors.rightMargin: 6
        radius: 6
        color: row.isSelected ? Theme.accentWash : touch.containsMouse ? Theme.raised : "transparent"
    }
    Text {
        x: 16
        width: 54
        height: parent.height
        visible: row.depth === 0
        text: row.time
        font.pixelSize: Theme.small
        color: Theme.muted
        verticalAlignment: Text.AlignVCenter
    }
    Rectangle {
        x: 78 + (row.depth - 1) * 18 + 9
        width: 1
        height: parent.height
        visible: row.depth > 0
        color: Theme.line
    }
    Glyph {
        x: row.indent - 4
        width: 16
        height: 16
        anchors.verticalCenter: parent.verticalCenter
        visible: row.inside > 0
        path: row.isOpen ? "M6 9 L12 15 L18 9" : "M9 6 L15 12 L9 18"
        color: Theme.muted
    }
    Rectangle {
        x: row.indent + 16
        anchors.verticalCenter: parent.verticalCenter
        width: 8
        height: 8
        radius: row.kind === "effect" ? 2 : 4
        rotation: row.kind === "effect" ? 45 : 0
        color: row.outcome === "equal" || row.kind === "mount" || row.kind === "unmount" ? "transparent" : row.tint
        border.width: 1.5
        border.color: row.tint
    }
    Text {
        id: nameText
        x: row.indent + 32
        height: parent.height
        width: Math.min(implicitWidth, (row.width - x) * 0.5)
        text: row.name
        font.pixelSize: Theme.body
        font.weight: row.depth === 0 ? Font.DemiBold : Font.Normal
        color: Theme.ink
        elide: Text.ElideMiddle
        verticalAlignment: Text.AlignVCenter
    }
    Text {
        id: changeText
        anchors.left: nameText.right
        anchors.leftMargin: 10
        anchors.right: tail.left
        anchors.rightMargin: 10
        height: parent.height
        text: row.change !== "" ? row.change : row.kind === "effect" ? "ran" : row.kind === "batch" ? "" : row.outcome === "equal" ? "same value" : row.outcome !== "changed" && row.outcome !== "" ? row.outcome : row.kind
        font.family: Theme.mono
        font.pixelSize: Theme.body - 1
        color: row.outcome === "threw" || row.outcome === "aborted" ? Theme.removed : row.outcome === "equal" ? Theme.warn : Theme.soft
        elide: Text.ElideRight
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
    }
    Row {
        id: tail
        anchors.right: parent.right
        anchors.rightMargin: 16
        height: parent.height
        spacing: 10
        Text {
            height: parent.height
            visible: row.by !== "" && row.width > 640
            width: visible ? Math.min(implicitWidth, row.width * 0.3) : 0
            text: row.by
            font.pixelSize: Theme.small
            color: Theme.muted
            elide: Text.ElideRight
            verticalAlignment: Text.AlignVCenter
        }
        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            visible: row.inside > 0
            width: count.implicitWidth + 12
            height: 18
            radius: 9
            color: Theme.raised
            Text {
                id: count
                anchors.centerIn: parent
                text: "+" + row.inside
                font.pixelSize: Theme.small
                color: Theme.soft
            }
        }
        Text {
            width: 58
            height: parent.height
            text: row.duration
            font.pixelSize: Theme.small
            color: Theme.muted
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
        }
    }
    MouseArea {
        id: touch
        anchors.fill: parent
        hoverEnabled: true
        onClicked: mouse => {
            row.ListView.view.currentIndex = row.index;
            row.ListView.view.forceActiveFocus();
            if (row.inside > 0 && mouse.x < row.indent + 14) {
                Lens.toggle(row.number);
            } else {
                Lens.selectEvent(row.number);
            }
        }
        onDoubleClicked: Lens.toggle(row.number)
    }
}
