import QtQuick
import QtQuick.Templates as T
import LensApp

/// Why the selected store has its value.
Item {
    Flickable {
        anchors.fill: parent
        anchors.leftMargin: 16
        anchors.rightMargin: 16
        contentHeight: text.implicitHeight
        clip: true
        T.ScrollBar.vertical: ScrollMark {}
        TextEdit {
            id: text
            width: parent.width
            text: Lens.why
            textFormat: TextEdit.PlainText
            readOnly: true
            activeFocusOnTab: true
            Accessible.name: "Why the store has its value"
            selectByMouse: true
            font.family: Theme.mono
            font.pixelSize: Theme.body
            color: Theme.ink
            selectionColor: Theme.accent
            wrapMode: TextEdit.Wrap
        }
    }
    Text {
        anchors.centerIn: parent
        visible: Lens.why === ""
        text: Lens.selectedStore ? "A session does not say." : "Choose a store."
        font.pixelSize: Theme.body
        color: Theme.muted
    }
}
