import QtQuick
import QtQuick.Templates as T
import LensApp

/// The whole value, and another one in its place.
Item {
    id: pane

    readonly property bool isEditable: Lens.canEdit && Lens.selection.isEditable

    Text {
        id: type
        x: 16
        width: parent.width - 32 - apply.width - 12
        height: 30
        text: Lens.selection.type
        font.family: Theme.mono
        font.pixelSize: Theme.body - 1
        color: Theme.muted
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
    }
    FlatButton {
        id: apply
        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: type.verticalCenter
        text: "Set"
        isStrong: true
        visible: pane.isEditable
        onClicked: Lens.edit(editor.text)
    }
    Rectangle {
        anchors.fill: parent
        anchors.margins: 16
        anchors.topMargin: 38
        anchors.bottomMargin: problem.visible ? problem.height + 20 : 8
        radius: 7
        color: Theme.raised
        border.width: editor.activeFocus ? 2 : 1
        border.color: problem.visible ? Theme.removed : editor.activeFocus ? Theme.accent : Theme.line
        Flickable {
            anchors.fill: parent
            anchors.margins: 12
            contentHeight: editor.implicitHeight
            clip: true
            T.ScrollBar.vertical: ScrollMark {}
            TextEdit {
                id: editor
                width: parent.width
                readOnly: !pane.isEditable
                text: Lens.editText
                textFormat: TextEdit.PlainText
                selectByMouse: true
                activeFocusOnTab: true
                Accessible.name: "The value, as JSON"
                font.family: Theme.mono
                font.pixelSize: Theme.body
                color: Theme.ink
                selectionColor: Theme.accent
                wrapMode: TextEdit.WrapAnywhere
                Keys.onPressed: event => {
                    if (event.key === Qt.Key_Return && (event.modifiers & Qt.ControlModifier) && pane.isEditable) {
                        Lens.edit(editor.text);
                        event.accepted = true;
                    } else if (event.key === Qt.Key_Tab || event.key === Qt.Key_Backtab) {
                        // Not a part of the text: who came here by the keyboard gets away again.
                        editor.nextItemInFocusChain(event.key === Qt.Key_Tab).forceActiveFocus(Qt.TabFocusReason);
                        event.accepted = true;
                    }
                }
            }
        }
    }
    Text {
        id: problem
        x: 16
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 6
        width: parent.width - 32
        visible: text !== ""
        text: Lens.editProblem
        font.pixelSize: Theme.body
        color: Theme.removed
        wrapMode: Text.Wrap
    }
    Text {
        anchors.centerIn: parent
        visible: Lens.selectedStore === 0
        text: "Choose a store."
        font.pixelSize: Theme.body
        color: Theme.muted
    }
}
