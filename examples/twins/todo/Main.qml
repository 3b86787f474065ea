import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Todo

/// Both twins: it knows a singleton Todos, and not what is behind it.
ApplicationWindow {
    visible: true
    width: 360
    height: 480
    title: "To do"

    header: RowLayout {
        TextField {
            objectName: "entry"
            Layout.fillWidth: true
            Layout.margins: 8
            placeholderText: "What is to be done?"
            focus: true
            onAccepted: {
                Todos.add(text);
                clear();
            }
        }
        ComboBox {
            objectName: "filter"
            Layout.rightMargin: 8
            model: ["All", "Open", "Done"]
            currentIndex: Todos.filter
            onActivated: index => Todos.filter = index
        }
    }
    ListView {
        objectName: "list"
        anchors.fill: parent
        clip: true
        model: Todos.items
        delegate: CheckDelegate {
            id: row

            required property int number
            required property string title
            required property bool done
            required property var model

            objectName: "row-" + number
            width: ListView.view.width
            text: title
            font.strikeout: done
            checked: done
            onToggled: row.model.done = checked // qmllint disable compiler
        }
    }
    footer: RowLayout {
        Label {
            objectName: "count"
            Layout.fillWidth: true
            Layout.leftMargin: 12
            text: Todos.openCount + " to do"
        }
        Button {
            objectName: "removeDone"
            Layout.margins: 8
            text: "Remove what is done"
            onClicked: Todos.removeDone()
        }
    }
}
