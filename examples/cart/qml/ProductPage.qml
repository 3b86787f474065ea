import QtQuick
import Shop

/// One product, with room to breathe.
Flickable {
    id: page

    readonly property bool isWide: width >= 880
    readonly property int side: Math.max(40, (width - 1280) / 2)
    readonly property int columnWidth: isWide ? (width - 2 * side - 72) / 2 : width - 2 * side

    /// Where the keyboard begins.
    readonly property Item firstControl: back

    objectName: "productPage"
    contentWidth: width
    contentHeight: words.y + words.height + 48
    boundsBehavior: Flickable.StopAtBounds

    LinkButton {
        id: back
        objectName: "backButton"
        anchors.left: parent.left
        anchors.leftMargin: page.side - padding
        y: 24
        text: Texts.t.allProducts
        iconPath: "M19 12 H5 M11 6 L5 12 L11 18"
        onClicked: Catalogue.currentId = ""
    }

    ProductTile {
        id: tile
        anchors.left: parent.left
        anchors.leftMargin: page.side
        y: page.isWide ? Math.max(72, Math.round((page.height - height) / 2) - 8) : 72
        width: page.columnWidth
        height: page.isWide ? Math.max(320, Math.min(width, page.height - 72 - 40)) : Math.min(width, 400)
        source: Catalogue.current.illustration
        tint: Catalogue.current.tint
        fraction: 0.7
    }

    Column {
        id: words
        anchors.left: parent.left
        anchors.leftMargin: page.isWide ? page.side + page.columnWidth + 72 : page.side
        y: page.isWide ? tile.y + Math.max(0, (tile.height - height) / 2) : tile.y + tile.height + 32
        width: page.columnWidth

        Text {
            anchors.left: parent.left
            text: Catalogue.current.category.toUpperCase()
            font.pixelSize: Theme.caption
            font.weight: Font.DemiBold
            font.letterSpacing: Theme.tracking(1.4)
            color: Theme.accent
        }

        Item { width: 1; height: 12 }

        Text {
            objectName: "productName"
            width: parent.width
            text: Catalogue.current.name
            font.pixelSize: Theme.display
            font.weight: Font.Bold
            font.letterSpacing: Theme.tracking(-1.2)
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
            anchors.left: parent.left
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
            anchors.left: parent.left
            layoutDirection: Qt.RightToLeft
            price: Catalogue.current.price
            regularPrice: Catalogue.current.regularPrice
            size: Theme.heading
        }

        Item { width: 1; height: 24 }

        TextButton {
            objectName: "addToCart"
            anchors.left: parent.left
            width: Math.min(parent.width, 240)
            text: Texts.t.addToCart
            onClicked: {
                Cart.add(Catalogue.currentId);
                Cart.isOpen = true;
            }
        }
    }
}
