import QtQuick
import QtQuick.Templates as T
import LensApp

/// All stores: what they hold, who observes them, and what they cost.
Pane {
    id: pane

    property alias list: list
    readonly property real nameWidth: Theme.nameWidth(list.width)

    title: "Stores"
    note: list.count
    tools: [
        Chip {
            text: "Unobserved"
            checked: Lens.isUnobservedOnly
            onToggled: Lens.isUnobservedOnly = checked
        },
        Chip {
            text: "Wasted runs"
            checked: Lens.isWastedOnly
            onToggled: Lens.isWastedOnly = checked
        },
        Chip {
            text: "Effects"
            checked: Lens.showsEffects
            onToggled: Lens.showsEffects = checked
        }
    ]

    Item {
        id: head
        width: parent.width
        height: 26
        HeaderCell {
            x: 34
            width: pane.nameWidth
            column: "name"
            text: "Name"
        }
        HeaderCell {
            x: 34 + pane.nameWidth + 12
            width: 80
            column: "value"
            text: "Value"
        }
        Row {
            anchors.right: parent.right
            anchors.rightMargin: 16
            HeaderCell {
                width: 42
                column: "observers"
                text: "Obs"
                isRight: true
            }
            HeaderCell {
                width: 54
                column: "writes"
                text: "Runs"
                isRight: true
            }
            HeaderCell {
                width: 56
                visible: Theme.isWide(pane.width)
                column: "wasted"
                text: "Wasted"
                isRight: true
            }
            HeaderCell {
                width: 66
                visible: Theme.isWide(pane.width)
                column: "time"
                text: "Time"
                isRight: true
            }
        }
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: 1
            color: Theme.line
        }
    }

    ListView {
        id: list
        objectName: "stores"
        anchors.fill: parent
        anchors.topMargin: head.height + 4
        clip: true
        focus: true
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: "Stores"
        model: Lens.stores
        boundsBehavior: Flickable.StopAtBounds
        reuseItems: true
        T.ScrollBar.vertical: ScrollMark {}
        delegate: StoreRow {
            width: ListView.view.width
        }
        // Not when the current row is another one by itself, as when the table is sorted.
        function select() {
            // Not asked whether it is there: Qt 6.4 compiles a cast object to one that is never true by itself.
            const row = itemAtIndex(currentIndex) as StoreRow;
            Lens.selectStore(row?.number ?? 0); // qmllint disable compiler
        }
        Keys.onUpPressed: {
            decrementCurrentIndex();
            select();
        }
        Keys.onDownPressed: {
            incrementCurrentIndex();
            select();
        }
    }
    Text {
        anchors.centerIn: parent
        visible: list.count === 0
        text: Lens.filter !== "" ? "No store's name has \u201c" + Lens.filter + "\u201d in it." : "No stores yet."
        font.pixelSize: Theme.body
        color: Theme.muted
    }
}
