import QtQuick
import QtQuick.Templates as T
import LensApp

/// Where the values before and after the selected event differ.
Item {
    id: pane

    ListView {
        id: list
        anchors.fill: parent
        anchors.leftMargin: 16
        anchors.rightMargin: 16
        clip: true
        spacing: 10
        model: Lens.changes
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollMark {}
        header: Text {
            width: ListView.view.width
            height: 30
            text: Lens.changeTitle
            font.pixelSize: Theme.body
            color: Theme.muted
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        delegate: Column {
            id: row
            required property string path
            required property string before
            required property string after
            width: ListView.view.width
            spacing: 2
            Text {
                visible: row.path !== ""
                text: row.path
                font.family: Theme.mono
                font.pixelSize: Theme.body
                font.weight: Font.DemiBold
                color: Theme.ink
                bottomPadding: 4
            }
            ChangeSide {
                width: row.width
                value: row.before
            }
            ChangeSide {
                width: row.width
                value: row.after
                isAfter: true
            }
        }
    }
    Text {
        anchors.centerIn: parent
        visible: list.count === 0
        text: Lens.changeTitle === "" ? "Choose an event in the timeline." : "It has changed no value."
        font.pixelSize: Theme.body
        color: Theme.muted
    }
}
