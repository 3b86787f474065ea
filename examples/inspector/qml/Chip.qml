import QtQuick
import QtQuick.Templates as T
import LensApp

/// A filter that is on or off.
T.CheckBox {
    id: chip

    implicitHeight: 26
    implicitWidth: implicitContentWidth + 22
    anchors.verticalCenter: parent ? parent.verticalCenter : undefined
    focusPolicy: Qt.StrongFocus
    Accessible.name: text
    Accessible.onPressAction: press()
    Accessible.onToggleAction: press()
    Keys.onReturnPressed: press()
    Keys.onEnterPressed: press()

    /// As a click does, which toggle() alone does not say.
    function press() {
        toggle();
        toggled();
    }

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Text {
        text: chip.text
        font.pixelSize: Theme.body - 1
        color: chip.checked ? Theme.accent : Theme.soft
        font.weight: chip.checked ? Font.DemiBold : Font.Normal
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
    background: Rectangle {
        radius: height / 2
        color: chip.checked ? Theme.accentWash : "transparent"
        border.width: chip.visualFocus ? 2 : 1
        border.color: chip.checked || chip.visualFocus ? Theme.accent : Theme.line
    }
}
