import QtQuick
import QtQuick.Templates as T
import LensApp

/// A program that can be looked at.
T.Button {
    id: entry

    required property double pid
    required property string app
    required property string where

    height: 38
    focusPolicy: Qt.StrongFocus
    Keys.onReturnPressed: clicked()
    Accessible.name: app + " " + pid
    onClicked: {
        Lens.isPicking = false;
        Lens.attach(where);
    }

    contentItem: Item {
        Text {
            x: 12
            height: parent.height
            text: entry.app
            font.pixelSize: Theme.body
            font.weight: Font.DemiBold
            color: Theme.ink
            verticalAlignment: Text.AlignVCenter
        }
        Text {
            anchors.right: parent.right
            anchors.rightMargin: 12
            height: parent.height
            text: entry.pid
            font.pixelSize: Theme.body
            color: Theme.muted
            verticalAlignment: Text.AlignVCenter
        }
    }
    background: Rectangle {
        radius: 7
        color: entry.hovered || entry.down ? Theme.raised : "transparent"
        border.width: entry.visualFocus ? 2 : 0
        border.color: Theme.accent
    }
}
