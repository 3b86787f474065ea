import QtQuick
import QtQuick.Templates as T
import LensApp

/// What stores did, turn by turn.
Pane {
    id: pane

    property alias list: list
    property bool isFollowing: true

    function follow() {
        if (isFollowing && Lens.cursor < 0 && !Lens.isInPast) {
            list.forceLayout();
            list.positionViewAtEnd();
        }
    }

    Timer { // when the list is laid out: before that it knows neither its rows nor their place
        id: later
        interval: 0
        onTriggered: pane.follow()
    }
    Connections {
        target: Lens
        function onSelectedEventChanged() {
            if (Lens.selectedLine() >= 0) {
                list.positionViewAtIndex(Lens.selectedLine(), ListView.Contain);
            }
        }
        function onCursorChanged() {
            later.start();
        }
        function onFilterChanged() {
            later.start();
        }
        function onRecordVersionChanged() {
            later.start();
        }
    }

    title: "Timeline"
    note: list.count + (list.count === 1 ? " line" : " lines") + (Lens.lostCount > 0 ? " \u00b7 " + Lens.lostCount + " events missing" : "")
    tools: [
        FlatButton {
            path: "M12 5 V19 M6 13 L12 19 L18 13"
            hint: "Follow the newest turn"
            checkable: true
            checked: pane.isFollowing
            onToggled: pane.isFollowing = checked
        },
        FlatButton {
            path: "M5 7 H19 M9 7 V4.5 H15 V7 M7 7 L8 20 H16 L17 7"
            hint: "Forget what was recorded"
            onClicked: Lens.clear()
        }
    ]

    ListView {
        id: list
        objectName: "timeline"
        anchors.fill: parent
        clip: true
        focus: true
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: "Timeline"
        model: Lens.timeline
        boundsBehavior: Flickable.StopAtBounds
        reuseItems: true
        T.ScrollBar.vertical: ScrollMark {}
        delegate: TimelineRow {
            width: ListView.view.width
        }
        function select() {
            // Not asked whether it is there: Qt 6.4 compiles a cast object to one that is never true by itself.
            const row = itemAtIndex(currentIndex) as TimelineRow;
            Lens.selectEvent(row?.number ?? 0); // qmllint disable compiler
        }
        Keys.onUpPressed: {
            decrementCurrentIndex();
            select();
        }
        Keys.onDownPressed: {
            incrementCurrentIndex();
            select();
        }
        Keys.onPressed: event => {
            const row = itemAtIndex(currentIndex) as TimelineRow;
            const opens = event.key === Qt.Key_Right && row?.isOpen === false;
            const closes = event.key === Qt.Key_Left && row?.isOpen === true;
            if (opens || closes || event.key === Qt.Key_Return) {
                Lens.toggle(row?.number ?? 0);
                event.accepted = true;
            }
        }
    }
    Text {
        anchors.centerIn: parent
        visible: list.count === 0
        text: Lens.isConnected ? "Use the program: what its stores do appears here." : "Choose a program, or open a session."
        font.pixelSize: Theme.body
        color: Theme.muted
    }
}
