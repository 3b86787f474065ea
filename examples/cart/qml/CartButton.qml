import QtQuick
import QtQuick.Templates as T
import Shop

/// Opens the cart, and tells how much is in it.
T.Button {
    id: button

    objectName: "cartButton"
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    leftPadding: 16
    rightPadding: 16
    implicitHeight: 40
    focusPolicy: Qt.StrongFocus
    text: Texts.t.cart

    Accessible.name: Texts.t.cartItems(Cart.count)
    Accessible.onPressAction: if (enabled) clicked()

    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    onClicked: Cart.isOpen = !Cart.isOpen

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Row {
        spacing: 8

        Icon {
            width: 20
            height: 20
            path: "M5 8 H19 L18 20 H6 Z M9 8 V7 A3 3 0 0 1 15 7 V8"
            anchors.verticalCenter: parent.verticalCenter
        }

        Text {
            text: button.text
            font.pixelSize: Theme.small
            font.weight: Font.DemiBold
            color: Theme.ink
            anchors.verticalCenter: parent.verticalCenter
        }

        Badge {
            number: Cart.count
            numberName: "cartBadge"
            anchors.verticalCenter: parent.verticalCenter
        }
    }

    background: Rectangle {
        radius: height / 2
        color: button.hovered || button.down ? Theme.raised : Theme.surface
        border.width: 1
        border.color: Theme.line

        FocusRing {
            radius: height / 2
            visible: button.visualFocus
        }
    }
}
