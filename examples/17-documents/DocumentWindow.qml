import QtQuick
import QtQuick.Window
import NanoStores

/// A window on a document of its own. What is in it names the stores of Documents, and finds those of this window.
Window {
    id: window

    property string startTitle: "Untitled"
    property string startText: ""
    property alias editor: editor
    signal another

    // A document of its own, which begins with what is in the file.
    readonly property Provide ownTitle: Provide {
        scoped: Documents.title
        Atom {
            value: window.startTitle
        }
    }
    readonly property Provide ownText: Provide {
        scoped: Documents.text
        Atom {
            value: window.startText
        }
    }
    Scope.provides: [window.ownTitle, window.ownText]

    width: 420
    height: 440
    minimumWidth: 360
    minimumHeight: 320
    visible: true
    title: titleOf.value + (isClean.value ? "" : " *")
    color: Theme.background

    readonly property StoreKey titleOf: StoreKey {
        store: Documents.title
    }
    readonly property StoreKey words: StoreKey {
        store: Documents.words
    }
    readonly property StoreKey clipboard: StoreKey {
        store: Documents.clipboard
    }
    readonly property StoreKey canUndo: StoreKey {
        store: Documents.edits
        key: "canUndo"
    }
    readonly property StoreKey canRedo: StoreKey {
        store: Documents.edits
        key: "canRedo"
    }
    readonly property StoreKey isClean: StoreKey {
        store: Documents.edits
        key: "isClean"
    }

    function undo() {
        window.Scope.inject(Documents.edits).undo();
    }
    function redo() {
        window.Scope.inject(Documents.edits).redo();
    }
    function copy() {
        clipboard.value = editor.selectedText || editor.text;
    }
    function paste() {
        editor.insert(editor.cursorPosition, clipboard.value);
    }

    TextInput {
        id: heading
        x: 20
        y: 18
        width: parent.width - 40
        font.pixelSize: Theme.display
        font.weight: Font.Bold
        color: Theme.ink
        selectByMouse: true
        clip: true
        Bind on text {
            store: Documents.title
        }
    }
    Row {
        id: tools
        x: 20
        y: heading.y + heading.height + 10
        spacing: 8
        ToolKey {
            text: "Undo"
            enabled: window.canUndo.value
            onPressed: window.undo()
        }
        ToolKey {
            text: "Redo"
            enabled: window.canRedo.value
            onPressed: window.redo()
        }
        ToolKey {
            text: "Copy"
            onPressed: window.copy()
        }
        ToolKey {
            text: "Paste"
            enabled: window.clipboard.value !== ""
            onPressed: window.paste()
        }
        ToolKey {
            text: "New"
            onPressed: window.another()
        }
    }
    Rectangle {
        x: 20
        y: tools.y + tools.height + 14
        width: parent.width - 40
        height: foot.y - y - 14
        radius: Theme.radius
        color: Theme.surface
        border.color: editor.activeFocus ? Theme.accent : Theme.line
        Flickable {
            anchors.fill: parent
            anchors.margins: 16
            contentHeight: editor.height
            clip: true
            TextEdit {
                id: editor
                width: parent.width
                height: Math.max(contentHeight, 120)
                wrapMode: TextEdit.Wrap
                font.pixelSize: Theme.body
                color: Theme.ink
                selectByMouse: true
                Bind on text {
                    store: Documents.text
                }
            }
        }
    }
    Row {
        id: foot
        x: 20
        y: parent.height - height - 18
        spacing: 16
        Text {
            text: window.words.value === 1 ? "1 word" : window.words.value + " words"
            font.pixelSize: Theme.small
            color: Theme.muted
        }
        Text {
            width: Math.min(implicitWidth, window.width - 140)
            text: window.clipboard.value === "" ? "the clipboard is empty" : "clipboard: " + window.clipboard.value
            elide: Text.ElideRight
            maximumLineCount: 1
            font.pixelSize: Theme.small
            color: Theme.muted
        }
    }
}
