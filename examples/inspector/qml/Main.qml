import QtQuick
import LensApp

/// The inspector's window.
Window {
    id: window

    property alias tab: tabs.current

    width: 1440
    height: 900
    minimumWidth: 960
    minimumHeight: 600
    visible: true
    title: Lens.title !== "" ? Lens.title + " \u2013 Inspector" : "Inspector"
    color: Theme.window

    function asks(dialog: PathDialog) {
        dialog.path = Lens.sessionPath();
        dialog.open();
    }

    Shortcut {
        sequences: ["Ctrl+F", "/"]
        onActivated: top.search.forceActiveFocus()
    }
    Shortcut {
        sequence: "Ctrl+L"
        onActivated: Lens.isPicking = true
    }
    Shortcut {
        sequence: "Ctrl+S"
        onActivated: window.asks(saveDialog)
    }
    Shortcut {
        sequence: "Ctrl+O"
        onActivated: window.asks(openDialog)
    }
    Shortcut {
        sequence: "Ctrl+D"
        onActivated: window.asks(compareDialog)
    }
    Shortcut {
        sequence: "Ctrl+Left"
        onActivated: Lens.step(-1)
    }
    Shortcut {
        sequence: "Ctrl+Right"
        onActivated: Lens.step(1)
    }
    Shortcut {
        sequence: "Ctrl+End"
        onActivated: Lens.isTravelling ? Lens.returnToPresent() : Lens.setCursor(-1)
    }
    Shortcut {
        sequence: "Ctrl+Space"
        enabled: Lens.isPlaying || (Lens.isTravelling ? Lens.isInPast : Lens.cursor >= 0)
        onActivated: Lens.isPlaying = !Lens.isPlaying
    }
    Shortcut {
        sequence: "Ctrl+T"
        enabled: Lens.canTravel
        onActivated: Lens.isTravelling = !Lens.isTravelling
    }
    Shortcut {
        sequence: "Ctrl+K"
        enabled: Lens.isTravelling
        onActivated: Lens.skipStep(!Lens.isStepSkipped)
    }
    Shortcut {
        sequence: "Ctrl+Shift+Return"
        enabled: Lens.isTravelling
        onActivated: Lens.continueFromHere()
    }
    Shortcut {
        sequence: "Ctrl+P"
        onActivated: Lens.isPaused = !Lens.isPaused
    }
    Shortcut {
        sequence: "F6"
        onActivated: storesPane.activeFocus ? timelinePane.list.forceActiveFocus() : storesPane.list.forceActiveFocus()
    }
    Shortcut {
        sequence: "Ctrl+1"
        onActivated: tabs.current = 0
    }
    Shortcut {
        sequence: "Ctrl+2"
        onActivated: tabs.current = 1
    }
    Shortcut {
        sequence: "Ctrl+3"
        onActivated: tabs.current = 2
    }
    Shortcut {
        sequence: "Ctrl+4"
        onActivated: tabs.current = 3
    }
    Shortcut {
        sequence: "Ctrl+5"
        onActivated: tabs.current = 4
    }

    Connections {
        target: Lens
        function onDifferencesTitleChanged() {
            if (Lens.differencesTitle !== "") {
                tabs.current = 4;
            }
        }
    }

    PathDialog {
        id: saveDialog
        title: "Save the session"
        verb: "Save"
        onAccepted: path => Lens.save(path)
    }
    PathDialog {
        id: openDialog
        title: "Open a session"
        verb: "Open"
        onAccepted: path => Lens.open(path)
    }
    PathDialog {
        id: compareDialog
        title: "Compare with a session"
        verb: "Compare"
        onAccepted: path => Lens.compare(path)
    }

    TopBar {
        id: top
        width: parent.width
        onPicks: Lens.isPicking = true
        onSaves: window.asks(saveDialog)
        onOpens: window.asks(openDialog)
        onCompares: window.asks(compareDialog)
    }

    ProgramPicker {
        x: 16
        y: top.height - 4
    }

    StoresPane {
        id: storesPane
        x: Theme.gap
        y: top.height + Theme.gap
        width: Math.round((parent.width - 3 * Theme.gap) * 0.44)
        height: parent.height - y - timeBar.height - Theme.gap
        focus: true
    }

    TimelinePane {
        id: timelinePane
        x: storesPane.x + storesPane.width + Theme.gap
        y: storesPane.y
        width: parent.width - x - Theme.gap
        height: Math.round((storesPane.height - Theme.gap) * 0.52)
    }

    Pane {
        id: detail
        x: timelinePane.x
        y: timelinePane.y + timelinePane.height + Theme.gap
        width: timelinePane.width
        height: storesPane.height - timelinePane.height - Theme.gap
        title: ""

        tools: Text {
            height: 44
            width: Math.min(implicitWidth, detail.width - tabs.width - 48)
            text: Lens.selection.name
            font.pixelSize: Theme.body
            font.weight: Font.DemiBold
            color: Theme.soft
            elide: Text.ElideMiddle
            verticalAlignment: Text.AlignVCenter
        }

        Row {
            id: tabs
            property int current: 0
            x: 8
            y: -38
            spacing: 2
            TabKey {
                text: "Change"
                isCurrent: tabs.current === 0
                onChosen: tabs.current = 0
            }
            TabKey {
                text: "Graph"
                isCurrent: tabs.current === 1
                onChosen: tabs.current = 1
            }
            TabKey {
                text: "Why"
                isCurrent: tabs.current === 2
                onChosen: tabs.current = 2
            }
            TabKey {
                text: "Value"
                isCurrent: tabs.current === 3
                onChosen: tabs.current = 3
            }
            TabKey {
                text: "Compare"
                isCurrent: tabs.current === 4
                onChosen: tabs.current = 4
            }
        }

        ChangesPane {
            anchors.fill: parent
            visible: tabs.current === 0
        }
        GraphPane {
            anchors.fill: parent
            visible: tabs.current === 1
        }
        WhyPane {
            anchors.fill: parent
            visible: tabs.current === 2
        }
        EditPane {
            anchors.fill: parent
            visible: tabs.current === 3
        }
        ComparePane {
            anchors.fill: parent
            visible: tabs.current === 4
        }
    }

    TimeBar {
        id: timeBar
        anchors.bottom: parent.bottom
        width: parent.width
        visible: !Lens.isTravelling
    }
    TravelBar {
        anchors.bottom: parent.bottom
        width: parent.width
        visible: Lens.isTravelling
    }
    Rectangle {
        y: timeBar.y
        width: parent.width
        height: 1
        color: Theme.line
    }
}
