import QtQml

/// Two documents, and a window on each. Closing a window ends what is in its scope.
QtObject {
    id: app

    property bool isNight: false
    onIsNightChanged: Theme.isDark = isNight

    // qmllint disable compiler
    function open(title: string, text: string): DocumentWindow {
        const window = component.createObject(app, { startTitle: title, startText: text });
        window.another.connect(() => app.open("Untitled", ""));
        window.closing.connect(() => window.destroy());
        return window;
    }
    // qmllint enable compiler

    readonly property Component component: Component {
        DocumentWindow {}
    }
    property DocumentWindow letter: open("Letter to Ada", "Dear Ada, the engine is ready.")
    property DocumentWindow list: open("Shopping", "tea, cake")
}
