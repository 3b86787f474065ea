import QtQuick
import QtQuick.Templates as T
import Shop

/// A button of words: filled for the one thing to do, quiet for all others.
T.Button {
    id: button

    property bool isQuiet: false
    property color ink: isQuiet ? Theme.ink : Theme.accentInk

    implicitWidth: Math.ceil(implicitContentWidth) + leftPadding + rightPadding
    implicitHeight: 48
    leftPadding: 24
    rightPadding: 24
    focusPolicy: Qt.StrongFocus
    font.pixelSize: Theme.body
    font.weight: Font.DemiBold

    Accessible.name: text
    Accessible.onPressAction: if (enabled) clicked()

    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Text {
        text: button.text
        font.pixelSize: button.font.pixelSize
        font.weight: button.font.weight
        color: button.ink
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        elide: Text.ElideRight
    }

    background: Rectangle {
        radius: Theme.radius
        border.width: button.isQuiet ? 1 : 0
        border.color: Theme.line
        color: {
            if (button.isQuiet)
                return button.down || button.hovered ? Theme.raised : "transparent";
            if (button.down)
                return Theme.accentDown;
            return button.hovered ? Theme.accentHover : Theme.accent;
        }

        Behavior on color {
            ColorAnimation { duration: Theme.moment }
        }

        FocusRing {
            radius: Theme.radius + gap
            visible: button.visualFocus
        }
    }
}
