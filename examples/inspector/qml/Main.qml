import QtQuick
import LensApp

/// The inspector's window.
Window {
    id: window

    property alias tab: tabs.current
    /// On a small window one of the panes is shown: stores, timeline, details.
    property int page: 0
    readonly property bool isNarrow: width < 820

    width: 1440
    height: 900
    minimumWidth: 380
    minimumHeight: 480
    visible: true
    title: Lens.title !== "" ? Lens.title + " \u2013 Inspector" : "Inspector"
    color: Theme.window

    function asks(dialog: PathDialog) {
        dialog.path = Lens.sessionPath();
        dialog.open();
    }

    function showDetail(tab: int) {
        tabs.current = tab;
        page = 2;
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
        onActivated: {
            window.page = storesPane.activeFocus ? 1 : 0;
            (window.page === 1 ? timelinePane.list : storesPane.list).forceActiveFocus();
        }
    }
    Shortcut {
        sequence: "Ctrl+1"
        onActivated: window.showDetail(0)
    }
    Shortcut {
        sequence: "Ctrl+2"
        onActivated: window.showDetail(1)
    }
    Shortcut {
        sequence: "Ctrl+3"
        onActivated: window.showDetail(2)
    }
    Shortcut {
        sequence: "Ctrl+4"
        onActivated: window.showDetail(3)
    }
    Shortcut {
        sequence: "Ctrl+5"
        onActivated: window.showDetail(4)
    }

    Connections {
        target: Lens
        function onDifferencesTitleChanged() {
            if (Lens.differencesTitle !== "") {
                window.showDetail(4);
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
        isNarrow: window.isNarrow
        onPicks: Lens.isPicking = true
        onSaves: window.asks(saveDialog)
        onOpens: window.asks(openDialog)
        onCompares: window.asks(compareDialog)
    }

    ProgramPicker {
        x: 16
        y: 52
    }

    Row {
        id: pages
        x: Theme.gap
        y: top.height + 6
        visible: window.isNarrow
        spacing: 2
        TabKey {
            text: "Stores"
            isCurrent: window.page === 0
            onChosen: window.page = 0
        }
        TabKey {
            text: "Timeline"
            isCurrent: window.page === 1
            onChosen: window.page = 1
        }
        TabKey {
            text: "Details"
            isCurrent: window.page === 2
            onChosen: window.page = 2
        }
    }

    Item {
        id: place
        x: Theme.gap
        y: top.height + (window.isNarrow ? 44 : Theme.gap)
        width: parent.width - 2 * Theme.gap
        height: bottomBar.y - y - Theme.gap
    }

    StoresPane {
        id: storesPane
        x: place.x
        y: place.y
        width: window.isNarrow ? place.width : Math.round((place.width - Theme.gap) * 0.44)
        height: place.height
        visible: !window.isNarrow || window.page === 0
        focus: true
    }

    TimelinePane {
        id: timelinePane
        x: window.isNarrow ? place.x : storesPane.x + storesPane.width + Theme.gap
        y: place.y
        width: parent.width - x - Theme.gap
        height: window.isNarrow ? place.height : Math.round((place.height - Theme.gap) * 0.52)
        visible: !window.isNarrow || window.page === 1
    }

    Pane {
        id: detail
        x: timelinePane.x
        y: window.isNarrow ? place.y : timelinePane.y + timelinePane.height + Theme.gap
        width: timelinePane.width
        height: window.isNarrow ? place.height : place.height - timelinePane.height - Theme.gap
        visible: !window.isNarrow || window.page === 2
        title: ""

        tools: Text {
            height: 44
            readonly property real room: detail.width - tabs.width - 48
            width: Math.min(implicitWidth, room)
            visible: room > 60
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

    Item {
        id: bottomBar
        anchors.bottom: parent.bottom
        width: parent.width
        height: Lens.isTravelling ? travelBar.height : timeBar.height

        TimeBar {
            id: timeBar
            width: parent.width
            isNarrow: window.isNarrow
            visible: !Lens.isTravelling
        }
        TravelBar {
            id: travelBar
            width: parent.width
            isNarrow: window.isNarrow
            visible: Lens.isTravelling
        }
        Rectangle {
            width: parent.width
            height: 1
            color: Theme.line
        }
    }
}
