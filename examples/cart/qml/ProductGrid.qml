import QtQuick
import Shop

/// The shop window: a word of welcome and everything there is.
GridView {
    id: grid

    readonly property int columns: Math.max(1, Math.floor((width - leftMargin) / 264))

    objectName: "productGrid"
    leftMargin: Math.max(40, (width - 1280) / 2)
    rightMargin: leftMargin - 24
    bottomMargin: 40
    cellWidth: Math.floor((width - leftMargin - rightMargin) / columns)
    cellHeight: cellWidth - 24 + 96
    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: 2000
    model: Catalogue.products

    Accessible.role: Accessible.List
    Accessible.name: Texts.t.products

    header: ShopHeading {
        width: parent.width
    }

    delegate: ProductCard {
        width: (GridView.view as GridView).cellWidth - 24
        height: (GridView.view as GridView).cellHeight - 32
    }
}
