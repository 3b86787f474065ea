import QtQuick
import Shop

/// One product, with room to breathe.
Flickable {
    id: page

    readonly property bool isWide: width >= 880
    readonly property int side: Math.max(40, (width - 1280) / 2)
    readonly property int columnWidth: isWide ? (width - 2 * side - 72) / 2 : width - 2 * side

    objectName: "productPage"
    contentWidth: width
    contentHeight: words.y + words.height + 48
    boundsBehavior: Flickable.StopAtBounds

    LinkButton {
        id: back
        objectName: "backButton"
        x: page.side - padding
        y: 24
        text: qsTr("All products")
        iconPath: "M19 12 H5 M11 6 L5 12 L11 18"
        onClicked: Catalogue.currentId = ""
    }

    ProductTile {
        id: tile
        x: page.side
        y: page.isWide ? Math.max(72, Math.round((page.height - height) / 2) - 8) : 72
        width: page.columnWidth
        height: page.isWide ? Math.max(320, Math.min(width, page.height - 72 - 40)) : Math.min(width, 400)
        source: Catalogue.current.illustration
        tint: Catalogue.current.tint
        fraction: 0.7
    }

    Column {
        id: words
        x: page.isWide ? page.side + page.columnWidth + 72 : page.side
        y: page.isWide ? tile.y + Math.max(0, (tile.height - height) / 2) : tile.y + tile.height + 32
        width: page.columnWidth

        Text {
            text: Catalogue.current.category.toUpperCase()
            font.pixelSize: Theme.caption
            font.weight: Font.DemiBold
            font.letterSpacing: 1.4
            color: Theme.accent
        }

        Item { width: 1; height: 12 }

        Text {
            objectName: "productName"
            width: parent.width
            text: Catalogue.current.name
            font.pixelSize: Theme.display
            font.weight: Font.Bold
            font.letterSpacing: -1.2
            color: Theme.ink
            wrapMode: Text.WordWrap
        }

        Item { width: 1; height: 4 }

        Text {
            width: parent.width
            text: Catalogue.current.tagline
            font.pixelSize: Theme.title
            color: Theme.muted
            wrapMode: Text.WordWrap
        }

        Item { width: 1; height: 32 }

        Text {
            width: Math.min(parent.width, 480)
            text: Catalogue.current.description
            font.pixelSize: Theme.body
            lineHeight: 1.5
            color: Theme.ink
            wrapMode: Text.WordWrap
        }

        Item { width: 1; height: 16 }

        Text {
            width: parent.width
            text: Catalogue.current.details
            font.pixelSize: Theme.small
            color: Theme.muted
            wrapMode: Text.WordWrap
        }

        Item { width: 1; height: 32 }

        PriceTag {
            layoutDirection: Qt.RightToLeft
            price: Catalogue.current.price
            regularPrice: Catalogue.current.regularPrice
            size: Theme.heading
        }

        Item { width: 1; height: 24 }

        TextButton {
            objectName: "addToCart"
            width: Math.min(parent.width, 240)
            text: qsTr("Add to cart")
            onClicked: {
                Cart.add(Catalogue.currentId);
                Cart.isOpen = true;
            }
        }
    }
}
