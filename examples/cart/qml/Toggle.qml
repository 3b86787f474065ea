import QtQuick
import QtQuick.Templates as T
import Shop

/// A switch with its label in front.
T.Switch {
    id: control

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    leftPadding: mirrored ? 52 : 0
    rightPadding: mirrored ? 0 : 52
    implicitHeight: 40
    focusPolicy: Qt.StrongFocus
    font.pixelSize: Theme.small

    Accessible.name: text
    // Without these a screen reader sets `checked`, of which toggled() says nothing.
    Accessible.onToggleAction: flip()
    Accessible.onPressAction: flip()

    Keys.onReturnPressed: flip()
    Keys.onEnterPressed: flip()

    function flip() {
        if (enabled) {
            toggle();
            toggled();
        }
    }

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Text {
        text: control.text
        font.pixelSize: control.font.pixelSize
        font.weight: control.font.weight
        color: control.hovered || control.checked ? Theme.ink : Theme.muted
        verticalAlignment: Text.AlignVCenter
    }

    indicator: Rectangle {
        x: control.mirrored ? 0 : control.width - width
        anchors.verticalCenter: parent.verticalCenter
        width: 40
        height: 24
        radius: 12
        color: control.checked ? Theme.accent : Theme.line

        Behavior on color {
            ColorAnimation { duration: Theme.moment }
        }

        Rectangle {
            x: control.checked ? parent.width - width - 3 : 3
            y: 3
            width: 18
            height: 18
            radius: 9
            color: control.checked ? Theme.accentInk : Theme.isDark ? Theme.muted : Theme.surface

            Behavior on x {
                NumberAnimation { duration: Theme.moment; easing.type: Easing.OutCubic }
            }
        }

        FocusRing {
            radius: height / 2
            visible: control.visualFocus
        }
    }
}
