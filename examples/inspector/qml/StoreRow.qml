import QtQuick
import LensApp

/// A store in the table.
Item {
    id: row

    required property int index
    required property double number
    required property string name
    required property string kind
    required property string type
    required property string value
    required property int observers
    required property int writes
    required property int runs
    required property int wasted
    required property double time
    required property bool isMounted
    required property bool isStale
    required property bool isHidden

    readonly property bool isSelected: Lens.selectedStore === number
    readonly property bool isEffect: kind === "effect"
    readonly property bool isWide: Theme.isWide(width)
    readonly property real nameWidth: Theme.nameWidth(width)

    height: Theme.row
    Accessible.role: Accessible.ListItem
    Accessible.name: name + ", " + value
    Accessible.selected: isSelected
    Accessible.onPressAction: select()

    function select() {
        ListView.view.currentIndex = index; // qmllint disable compiler
        ListView.view.forceActiveFocus();
        Lens.selectStore(number);
    }
    function timeText(us: real): string {
        return us <= 0 ? "" : us < 1000 ? us.toFixed(us < 10 ? 1 : 0) + " \u00b5s" : (us / 1000).toFixed(1) + " ms";
    }

    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: 6
        anchors.rightMargin: 6
        radius: 6
        color: row.isSelected ? Theme.accentWash : touch.containsMouse ? Theme.raised : "transparent"
    }
    Rectangle {
        x: 16
        anchors.verticalCenter: parent.verticalCenter
        width: 9
        height: 9
        radius: row.isEffect ? 2 : 4.5
        rotation: row.isEffect ? 45 : 0
        color: row.isMounted || row.isEffect ? Theme.colorOf(row.kind) : "transparent"
        border.width: 1.5
        border.color: Theme.colorOf(row.kind)
    }
    Text {
        x: 34
        width: row.nameWidth
        height: parent.height
        text: row.name
        font.pixelSize: Theme.body
        font.weight: row.isSelected ? Font.DemiBold : Font.Normal
        color: Theme.ink
        elide: Text.ElideMiddle
        verticalAlignment: Text.AlignVCenter
    }
    Text {
        x: 34 + row.nameWidth + 12
        width: parent.width - x - (row.isWide ? 234 : 112)
        height: parent.height
        text: row.isEffect ? "effect" : row.value
        font.family: Theme.mono
        font.pixelSize: Theme.body - 1
        font.italic: row.isStale || row.isEffect
        color: row.isEffect || row.isHidden || row.isStale ? Theme.muted : Theme.soft
        elide: Text.ElideRight
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
    }
    Row {
        anchors.right: parent.right
        anchors.rightMargin: 16
        height: parent.height
        NumberCell {
            width: 42
            text: row.isEffect ? "" : row.observers
            color: row.observers === 0 ? Theme.muted : Theme.soft
        }
        NumberCell {
            width: 54
            text: row.writes + row.runs > 0 ? row.writes + row.runs : ""
        }
        NumberCell {
            width: 56
            visible: row.isWide
            text: row.wasted > 0 ? row.wasted : ""
            color: Theme.warn
        }
        NumberCell {
            width: 66
            visible: row.isWide
            text: row.timeText(row.time)
        }
    }
    MouseArea {
        id: touch
        anchors.fill: parent
        hoverEnabled: true
        onClicked: row.select()
    }
}
