import QtQuick

/// Stands for a server in the net: answers after a while, and refuses when it is told to.
QtObject {
    id: server

    property int delay: 900
    property bool refuses: false
    property var todos: [
        { id: 1, text: "Water the plants", done: false },
        { id: 2, text: "Bring the lenses back", done: true },
        { id: 3, text: "Ask Ida about Saturday", done: false },
        { id: 4, text: "Book the observatory", done: false }
    ]
    property Component timer: Component {
        Timer {
            id: once
            signal over
            repeat: false
            running: true
            onTriggered: {
                over();
                destroy();
            }
        }
    }

    function later(work) {
        return new Promise((resolve, reject) => {
            const once = timer.createObject(server, { interval: delay });
            once.over.connect(() => {
                if (server.refuses)
                    reject(new Error("The server is not available."));
                else
                    resolve(work());
            });
        });
    }
    function list(filter) {
        return later(() => server.todos.filter(todo => filter === "all" || todo.done === (filter === "done")));
    }
    function setDone(id, done) {
        return later(() => {
            server.todos = server.todos.map(todo => todo.id === id ? Object.assign({}, todo, { done }) : todo);
        });
    }
}
