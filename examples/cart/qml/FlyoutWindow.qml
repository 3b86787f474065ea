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
    title: qsTr("Small Orbit: cart")
    color: Theme.surface

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
            text: qsTr("The cart is closed")
            font.pixelSize: Theme.body
            color: Theme.muted
        }

        TextButton {
            objectName: "openCart"
            anchors.horizontalCenter: parent.horizontalCenter
            isQuiet: true
            focus: !Cart.isOpen
            text: Cart.count === 0 ? qsTr("Open cart") : qsTr("Open cart (%1)").arg(Cart.count)
            onClicked: Cart.isOpen = true
        }
    }
}
