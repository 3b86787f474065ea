import QtQuick
import QtQuick.Templates as T
import LensApp

/// Asks for the path of a file.
Sheet {
    id: dialog

    property string title
    property string verb
    property alias path: field.text
    signal accepted(path: string)

    function accept() {
        if (field.text !== "") {
            dialog.close();
            dialog.accepted(field.text);
        }
    }

    anchors.centerIn: T.Overlay.overlay
    width: parent ? Math.min(520, parent.width - 32) : 520
    height: 136
    onOpened: {
        field.forceActiveFocus();
        field.selectAll();
    }

    Item {
        anchors.fill: parent
        Text {
            x: 20
            y: 16
            text: dialog.title
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            color: Theme.ink
        }
        SearchField {
            id: field
            x: 20
            y: 46
            width: parent.width - 40
            glyph: ""
            placeholderText: "Path of a file"
            Keys.onReturnPressed: dialog.accept()
        }
        Row {
            anchors.right: parent.right
            anchors.rightMargin: 20
            y: 88
            height: 34
            spacing: 8
            FlatButton {
                text: "Cancel"
                onClicked: dialog.close()
            }
            FlatButton {
                text: dialog.verb
                isStrong: true
                enabled: field.text !== ""
                onClicked: dialog.accept()
            }
        }
    }
}
