import QtQuick
import QtQuick.Templates as T
import Shop

/// A button that reads like text.
T.Button {
    id: button

    property string iconPath: ""

    implicitWidth: Math.ceil(implicitContentWidth) + leftPadding + rightPadding
    implicitHeight: Math.ceil(implicitContentHeight) + topPadding + bottomPadding
    padding: 4
    focusPolicy: Qt.StrongFocus
    font.pixelSize: Theme.small

    Accessible.name: text
    Accessible.onPressAction: if (enabled) clicked()

    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Row {
        spacing: 6

        Icon {
            path: button.iconPath
            isDirectional: true
            color: button.hovered || button.down ? Theme.ink : Theme.muted
            width: 18
            height: 18
            visible: button.iconPath !== ""
            anchors.verticalCenter: parent.verticalCenter
        }

        Text {
            text: button.text
            font.pixelSize: button.font.pixelSize
            font.underline: button.hovered
            color: button.hovered || button.down ? Theme.ink : Theme.muted
            anchors.verticalCenter: parent.verticalCenter
        }
    }

    background: Item {
        FocusRing {
            gap: 0
            radius: Theme.radiusSmall
            visible: button.visualFocus
        }
    }
}
