import QtQuick
import LensApp

/// A turn, or what happened in it.
Item {
    id: row

    required property int index
    required property double number
    required property double place
    required property int depth
    required property int inside
    required property bool isOpen

    readonly property eventRow shown: Lens.eventRow(place, inside)
    readonly property string kind: shown.kind
    readonly property string outcome: shown.outcome
    readonly property bool isSelected: Lens.selectedEvent === number
    readonly property color tint: Theme.colorOf(kind)
    readonly property real indent: 78 + depth * 18

    height: Theme.row
    Accessible.role: Accessible.ListItem
    Accessible.name: "turn " + shown.turn + ", " + shown.name + " " + shown.change
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
        text: row.shown.time
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
    Chevron {
        x: row.indent
        anchors.verticalCenter: parent.verticalCenter
        visible: row.inside > 0
        isOpen: row.isOpen
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
        text: row.shown.name
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
        text: row.shown.change !== "" ? row.shown.change : row.kind === "effect" ? "ran" : row.kind === "batch" ? "" : row.outcome === "equal" ? "same value" : row.outcome !== "changed" && row.outcome !== "" ? row.outcome : row.kind
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
            visible: row.shown.by !== "" && row.width > 640
            width: visible ? Math.min(implicitWidth, row.width * 0.3) : 0
            text: row.shown.by
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
            visible: row.width > 420
            text: row.shown.duration
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
