import QtQuick
import Shop

/// The cart as a drawer over the shop.
FocusScope {
    id: flyout

    property real progress: Cart.isOpen ? 1 : 0

    objectName: "cartFlyout"
    visible: progress > 0
    enabled: Cart.isOpen

    Keys.onEscapePressed: Cart.isOpen = false

    Behavior on progress {
        NumberAnimation { duration: Theme.breath; easing.type: Easing.OutCubic }
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.scrim
        opacity: flyout.progress

        TapHandler {
            onTapped: Cart.isOpen = false
        }
    }

    Rectangle {
        objectName: "flyoutPanel"
        x: Math.round(Texts.isMirrored ? width * (flyout.progress - 1) : parent.width - width * flyout.progress)
        width: Math.min(432, parent.width)
        height: parent.height
        color: Theme.surface

        // Nothing falls through to the scrim.
        TapHandler {}

        CartPanel {
            anchors.fill: parent
            focus: true
        }
    }
}
