import QtQuick
import QtQuick.Templates as T
import Shop

/// A round button with a drawing on it; `text` is what it is called.
T.Button {
    id: button

    required property string iconPath
    property bool isDirectional: false
    property color fill: "transparent"
    property color fillHover: Theme.raised
    property color ink: Theme.ink

    implicitWidth: 40
    implicitHeight: 40
    focusPolicy: Qt.StrongFocus

    Accessible.name: text
    Accessible.onPressAction: if (enabled) clicked()

    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            width: 20
            height: 20
            path: button.iconPath
            isDirectional: button.isDirectional
            color: button.ink
            opacity: button.enabled ? 1 : 0.28
        }
    }

    background: Rectangle {
        radius: height / 2
        color: button.hovered || button.down ? button.fillHover : button.fill

        Behavior on color {
            ColorAnimation { duration: Theme.moment }
        }

        FocusRing {
            radius: height / 2
            visible: button.visualFocus
        }
    }
}
