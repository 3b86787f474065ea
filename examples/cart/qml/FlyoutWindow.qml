import QtQuick
import Shop

/// The second island: the cart alone, in an engine of its own.
Window {
    id: window

    objectName: "flyoutWindow"
    width: 416
    height: 720
    minimumWidth: 360
    minimumHeight: 480
    title: Texts.t.cartWindow
    color: Theme.surface

    LayoutMirroring.enabled: Texts.isMirrored
    LayoutMirroring.childrenInherit: true

    Binding {
        target: Texts
        property: "locale"
        value: Language.current
    }

    CartPanel {
        anchors.fill: parent
        visible: Cart.isOpen
        enabled: Cart.isOpen
        focus: Cart.isOpen
        Keys.onEscapePressed: Cart.isOpen = false
    }

    Column {
        anchors.centerIn: parent
        spacing: 16
        visible: !Cart.isOpen

        Image {
            anchors.horizontalCenter: parent.horizontalCenter
            width: 72
            height: 72
            sourceSize.width: width
            sourceSize.height: height
            source: "qrc:/catalogue/logo.svg"
        }

        Text {
            anchors.horizontalCenter: parent.horizontalCenter
            text: Texts.t.cartClosed
            font.pixelSize: Theme.body
            color: Theme.muted
        }

        TextButton {
            objectName: "openCart"
            anchors.horizontalCenter: parent.horizontalCenter
            isQuiet: true
            focus: !Cart.isOpen
            text: Texts.t.openCart(Cart.count)
            onClicked: Cart.isOpen = true
        }
    }
}
