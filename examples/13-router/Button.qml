import QtQuick
import QtQuick.Templates as T
import RouterExample

/// Filled for the one thing to do, quiet for all others.
T.Button {
    id: button

    property bool isQuiet: false
    property bool isRound: false

    implicitWidth: isRound ? 40 : Math.ceil(implicitContentWidth) + leftPadding + rightPadding
    implicitHeight: 40
    leftPadding: isRound ? 0 : 18
    rightPadding: isRound ? 0 : 18
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.35

    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    contentItem: Text {
        text: button.text
        font.pixelSize: button.isRound ? 22 : Theme.body
        font.weight: button.isRound ? Font.Normal : Font.DemiBold
        color: button.isQuiet ? Theme.ink : Theme.accentInk
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
    background: Rectangle {
        radius: button.isRound ? height / 2 : 10
        color: {
            if (button.isQuiet)
                return button.hovered || button.down ? Theme.raised : button.isRound ? "transparent" : Theme.surface;
            return button.hovered || button.down ? Theme.accentHover : Theme.accent;
        }
        border.width: button.visualFocus ? 2 : button.isQuiet && !button.isRound ? 1 : 0
        border.color: button.visualFocus ? Theme.accent : Theme.line

        Behavior on color {
            ColorAnimation { duration: Theme.moment }
        }
    }
}
