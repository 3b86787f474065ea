import QtQuick
import QtQuick.Templates as T
import LensApp

/// A button with a drawing or a text, or both.
T.Button {
    id: button

    property string path
    property string hint: text
    property bool isStrong: false

    implicitHeight: 30
    leftPadding: text ? 12 : 6
    rightPadding: leftPadding
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    anchors.verticalCenter: parent ? parent.verticalCenter : undefined
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.4
    Accessible.name: hint
    Accessible.onToggleAction: press()
    Keys.onReturnPressed: press()
    Keys.onEnterPressed: press()

    /// As a click does.
    function press() {
        if (checkable) {
            toggle();
            toggled();
        }
        clicked();
    }

    HoverHandler {
        id: hover
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Row {
        spacing: 7
        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            visible: button.path !== ""
            path: button.path
            color: button.isStrong ? Theme.accentInk : button.checked ? Theme.accent : Theme.soft
        }
        Text {
            anchors.verticalCenter: parent.verticalCenter
            visible: text !== ""
            text: button.text
            font.pixelSize: Theme.body
            font.weight: Font.Medium
            color: button.isStrong ? Theme.accentInk : button.checked ? Theme.accent : Theme.ink
        }
    }

    background: Rectangle {
        radius: 7
        color: button.isStrong ? Theme.accent : button.checked ? Theme.accentWash : button.down || hover.hovered ? Theme.raised : button.text ? Theme.surface : "transparent"
        border.width: button.visualFocus ? 2 : button.text && !button.isStrong ? 1 : 0
        border.color: button.visualFocus || button.checked ? Theme.accent : Theme.line
    }

    Hint {
        text: button.hint
        visible: hover.hovered && button.hint !== button.text && Lens.isAnimated
    }
}
