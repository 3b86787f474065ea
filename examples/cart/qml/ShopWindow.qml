import QtQuick
import Shop

/// The first island: the shop.
Window {
    id: window

    objectName: "shopWindow"
    width: 1200
    height: 864
    minimumWidth: 640
    minimumHeight: 560
    title: Catalogue.currentId === "" ? qsTr("Small Orbit") : qsTr("%1 – Small Orbit").arg(Catalogue.current.name)
    color: Theme.background

    FocusScope {
        id: shop
        anchors.fill: parent
        focus: !Cart.isOpen
        enabled: !Cart.isOpen

        Keys.onEscapePressed: Catalogue.currentId = ""

        ProductGrid {
            anchors.fill: parent
            anchors.topMargin: header.height
            visible: Catalogue.currentId === "" && Catalogue.problem === ""
        }

        ProductPage {
            anchors.fill: parent
            anchors.topMargin: header.height
            visible: Catalogue.currentId !== ""
        }

        EmptyShelf {
            anchors.centerIn: parent
            anchors.verticalCenterOffset: header.height / 2
            width: Math.min(560, parent.width - 80)
            visible: Catalogue.problem !== ""
        }

        ShopHeader {
            id: header
            width: parent.width
        }
    }

    CartFlyout {
        anchors.fill: parent
        focus: Cart.isOpen
    }
}
