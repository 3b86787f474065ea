import QtQuick
import Shop

/// The shop whose cart is shared with other machines, and how far it is in step with them.
ShopWindow {
    id: window

    objectName: "syncedShopWindow"
    bannerHeight: strip.height

    SyncStrip {
        id: strip
        y: window.headerHeight
        width: window.width
        enabled: !Cart.isOpen
    }
}
