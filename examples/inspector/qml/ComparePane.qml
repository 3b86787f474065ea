import QtQuick
import QtQuick.Templates as T
import LensApp

/// Where this session and another one differ, store by store.
Item {
    ListView {
        anchors.fill: parent
        anchors.leftMargin: 16
        anchors.rightMargin: 16
        clip: true
        model: Lens.differences
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollMark {}
        header: Text {
            width: ListView.view.width
            height: 30
            text: Lens.differencesTitle
            font.pixelSize: Theme.body
            color: Theme.muted
            elide: Text.ElideMiddle
        }
        delegate: Item {
            id: row
            required property string path
            required property string before
            required property string after
            width: ListView.view.width
            height: 58
            Text {
                width: parent.width
                text: row.path
                font.pixelSize: Theme.body
                font.weight: Font.DemiBold
                color: Theme.ink
                elide: Text.ElideMiddle
            }
            Text {
                y: 19
                width: parent.width
                text: "there  " + (row.before || "no more changes")
                textFormat: Text.PlainText
                font.family: Theme.mono
                font.pixelSize: Theme.small
                color: Theme.removed
                elide: Text.ElideRight
            }
            Text {
                y: 35
                width: parent.width
                text: "here   " + (row.after || "no more changes")
                textFormat: Text.PlainText
                font.family: Theme.mono
                font.pixelSize: Theme.small
                color: Theme.added
                elide: Text.ElideRight
            }
        }
    }
    Text {
        anchors.centerIn: parent
        visible: Lens.differencesTitle === ""
        text: "Compare with a session that was saved: Ctrl+D."
        font.pixelSize: Theme.body
        color: Theme.muted
    }
}
