import QtQuick
import QtQuick.Controls
import NanoStores
import Todos6

ApplicationWindow {
    visible: true
    width: 360
    height: 480
    title: Todos.openCount + " to do"

    header: TextField {
        placeholderText: "What is to be done?"
        focus: true
        onAccepted: {
            Todos.add(text);
            clear();
        }
    }
    ListView {
        anchors.fill: parent
        model: Todos.items
        delegate: CheckDelegate {
            required property int number
            required property string title
            required property bool done

            width: ListView.view.width
            text: title
            checked: done
            onToggled: Todos.setDone(number, checked)
        }
    }
    footer: Row {
        Switch {
            text: "Only what is open"

            Bind on checked {
                store: Todos.onlyOpenStore
            }
        }
        Button {
            text: "Remove what is done"
            onClicked: Todos.removeDone()
        }
        Button {
            text: "Undo"
            enabled: Edits.canUndo
            onClicked: Edits.undo()
        }
    }
}
