import QtQuick
import LensApp

/// The program, the filter, and what can be done with all of it.
Item {
    id: bar

    property alias search: search
    property alias programs: programs
    signal picks
    signal saves
    signal opens
    signal compares

    /// There is one column, and the filter below the keys.
    property bool isNarrow: false

    height: isNarrow ? 98 : 56

    Row {
        x: 16
        height: 56
        spacing: 12

        FlatButton {
            id: programs
            path: "M4 6 H20 V18 H4 Z M4 10 H20"
            text: Lens.title !== "" ? Lens.title : "Choose a program"
            onClicked: bar.picks()
        }
        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: 8
            height: 8
            radius: 4
            color: Lens.isConnected ? Theme.added : Theme.muted
        }
        Text {
            anchors.verticalCenter: parent.verticalCenter
            visible: !bar.isNarrow
            width: Math.min(implicitWidth, bar.width * 0.28)
            text: Lens.status
            font.pixelSize: Theme.body
            color: Theme.muted
            elide: Text.ElideMiddle
        }
    }

    SearchField {
        id: search
        x: bar.isNarrow ? 16 : (parent.width - width) / 2 + 60
        y: bar.isNarrow ? 56 : 13
        width: bar.isNarrow ? parent.width - 32 : Math.min(320, parent.width * 0.26)
        placeholderText: "Filter by name"
        text: Lens.filter
        onTextEdited: Lens.filter = text
        Keys.onEscapePressed: {
            Lens.filter = "";
            text = "";
        }
    }

    Row {
        anchors.right: parent.right
        anchors.rightMargin: 16
        height: 56
        spacing: bar.isNarrow ? 0 : 6

        FlatButton {
            path: Lens.isPaused ? "M8 5 L18 12 L8 19 Z" : "M8 5 V19 M16 5 V19"
            hint: Lens.isPaused ? "Record again" : "Pause recording"
            checkable: true
            checked: Lens.isPaused
            onToggled: Lens.isPaused = checked
        }
        FlatButton {
            path: "M12 4 V15 M7 10.5 L12 15.5 L17 10.5 M5 20 H19"
            hint: "Save the session (Ctrl+S)"
            onClicked: bar.saves()
        }
        FlatButton {
            path: "M3 7 V19 H21 V9 H12 L10 6 H3 Z"
            hint: "Open a session (Ctrl+O)"
            onClicked: bar.opens()
        }
        FlatButton {
            path: "M8 4 V20 M4 8 L8 4 L12 8 M16 20 V4 M12 16 L16 20 L20 16"
            hint: "Compare with a session (Ctrl+D)"
            onClicked: bar.compares()
        }
        FlatButton {
            path: Lens.isDark ? "M12 7 A5 5 0 1 1 12 17 A5 5 0 0 1 12 7 M12 1.5 V3 M12 21 V22.5 M1.5 12 H3 M21 12 H22.5 M4.6 4.6 L5.6 5.6 M18.4 18.4 L19.4 19.4 M4.6 19.4 L5.6 18.4 M18.4 5.6 L19.4 4.6" : "M20 14 A8.5 8.5 0 1 1 10 4 A7 7 0 0 0 20 14"
            hint: Lens.isDark ? "By day" : "By night"
            onClicked: Lens.isDark = !Lens.isDark
        }
    }

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
    }
}
