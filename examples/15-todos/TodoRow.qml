import QtQuick
import TodosExample

/// A thing to do; without one, the shape of it.
Rectangle {
    id: row

    property var todo
    readonly property bool isDone: Boolean(todo && todo.done)
    signal toggled

    implicitHeight: 56
    radius: Theme.radius
    color: Theme.surface
    border.color: activeFocus ? Theme.ink : Theme.line
    border.width: activeFocus ? 2 : 1
    activeFocusOnTab: Boolean(todo)

    Accessible.role: Accessible.CheckBox
    Accessible.name: todo ? todo.text : ""
    Accessible.checked: isDone
    Keys.onSpacePressed: toggled()

    Rectangle {
        id: box
        x: 16
        width: 22
        height: 22
        radius: 7
        anchors.verticalCenter: parent.verticalCenter
        color: !row.todo ? Theme.raised : row.isDone ? Theme.accent : "transparent"
        border.width: row.todo && !row.isDone ? 2 : 0
        border.color: Theme.muted
        Text {
            anchors.centerIn: parent
            visible: row.isDone
            text: "✓"
            font.pixelSize: 15
            font.weight: Font.Bold
            color: Theme.accentInk
        }
    }
    Text {
        visible: Boolean(row.todo)
        anchors.left: box.right
        anchors.leftMargin: 14
        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        text: row.todo ? row.todo.text : ""
        elide: Text.ElideRight
        font.pixelSize: Theme.body
        font.strikeout: row.isDone
        color: row.isDone ? Theme.muted : Theme.ink
    }
    Rectangle {
        visible: !row.todo
        anchors.left: box.right
        anchors.leftMargin: 14
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width * 0.5
        height: 14
        radius: 7
        color: Theme.raised
    }
    TapHandler {
        enabled: Boolean(row.todo)
        onTapped: row.toggled()
    }
}
