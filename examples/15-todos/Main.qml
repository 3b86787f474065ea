import QtQuick
import QtQuick.Window
import NanoStores.Query
import TodosExample

/// Choose what is shown, check things off, and see what happens when the server refuses.
Window {
    id: window

    property string filter: "all"
    property alias server: server
    property alias toggle: toggle
    property alias isNight: theme.isDark

    width: 420
    height: 560
    minimumWidth: 320
    minimumHeight: 400
    visible: true
    title: "To do"
    color: Theme.background

    QtObject {
        id: theme
        property bool isDark: false
        onIsDarkChanged: Theme.isDark = isDark
    }
    Server {
        id: server
    }

    Query {
        id: todos
        key: ["todos", window.filter]
        retry: false
        fetcher: filter => server.list(filter)
    }
    Mutation {
        id: toggle
        calls: Mutation.AtOnce
        run: (call, id, done) => {
            // Seen at once, in all lists that are known, and taken back if the server refuses.
            call.update("todos", list => list.map(todo => todo.id === id ? Object.assign({}, todo, { done }) : todo));
            call.revalidate("todos");
            return server.setDone(id, done);
        }
    }

    Column {
        id: head
        x: 20
        y: 20
        width: parent.width - 40
        spacing: 16

        Row {
            width: parent.width
            spacing: 12
            Text {
                text: "To do"
                font.pixelSize: Theme.display
                font.weight: Font.Bold
                color: Theme.ink
            }
            Text {
                anchors.verticalCenter: parent.verticalCenter
                visible: todos.loading || toggle.loading
                text: toggle.loading ? "saving …" : "loading …"
                font.pixelSize: Theme.small
                color: Theme.muted
            }
        }
        Row {
            spacing: 8
            Repeater {
                model: ["all", "open", "done"]
                delegate: Chip {
                    required property string modelData
                    text: modelData
                    isChosen: window.filter === modelData // qmllint disable unqualified
                    onChosen: window.filter = modelData // qmllint disable unqualified
                }
            }
        }
        Rectangle {
            visible: todos.errorString !== "" || toggle.errorString !== ""
            width: parent.width
            height: 44
            radius: Theme.radius
            color: Theme.warning
            Text {
                x: 16
                width: parent.width - again.width - 40
                anchors.verticalCenter: parent.verticalCenter
                text: toggle.errorString || todos.errorString
                elide: Text.ElideRight
                font.pixelSize: Theme.small
                color: Theme.ink
            }
            Chip {
                id: again
                x: parent.width - width - 4
                anchors.verticalCenter: parent.verticalCenter
                text: "again"
                onChosen: todos.revalidate()
            }
        }
    }
    ListView {
        id: list
        anchors.fill: parent
        anchors.topMargin: head.y + head.height + 16
        anchors.leftMargin: 20
        anchors.rightMargin: 20
        anchors.bottomMargin: 76
        spacing: 8
        clip: true
        model: todos.data ?? (todos.loading ? 3 : 0)
        delegate: TodoRow {
            required property var modelData
            required property int index
            width: list.width // qmllint disable unqualified
            todo: todos.data ? modelData : undefined // qmllint disable unqualified
            onToggled: toggle.mutate(todo.id, !todo.done) // qmllint disable unqualified
        }
        Text {
            anchors.centerIn: parent
            visible: list.count === 0
            text: todos.errorString ? "Nothing is known yet." : "Nothing here."
            font.pixelSize: Theme.body
            color: Theme.muted
        }
    }
    Chip {
        x: 20
        y: parent.height - height - 20
        text: server.refuses ? "the server refuses" : "the server answers"
        isChosen: server.refuses
        onChosen: server.refuses = !server.refuses
    }
}
