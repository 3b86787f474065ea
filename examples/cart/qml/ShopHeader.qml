import QtQuick
import Shop

/// The sign over the door, the price switch, day and night, and the cart.
Rectangle {
    id: header

    property alias cartButton: cartButton
    readonly property int side: Math.max(40, (width - 1280) / 2)

    implicitHeight: 72
    color: Theme.background

    Image {
        id: mark
        anchors.left: parent.left
        anchors.leftMargin: header.side
        width: 36
        height: 36
        sourceSize.width: width
        sourceSize.height: height
        source: "qrc:/catalogue/logo.svg"
        anchors.verticalCenter: parent.verticalCenter
    }

    Text {
        id: sign
        anchors.left: mark.right
        anchors.leftMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        text: Texts.t.shop
        font.pixelSize: Theme.title
        font.weight: Font.Bold
        font.letterSpacing: Theme.tracking(-0.4)
        color: Theme.ink
    }

    Text {
        objectName: "address"
        anchors.left: sign.right
        anchors.leftMargin: 16
        anchors.right: switches.left
        anchors.rightMargin: 24
        anchors.baseline: sign.baseline
        visible: Catalogue.address !== "/"
        text: Catalogue.address
        font.pixelSize: Theme.small
        color: Theme.muted
        elide: Text.ElideMiddle
    }

    Row {
        id: switches
        anchors.right: parent.right
        anchors.rightMargin: header.side
        anchors.verticalCenter: parent.verticalCenter
        spacing: 16

        Toggle {
            objectName: "livePrices"
            text: Texts.t.livePrices
            checked: PriceFeed.isShown
            onToggled: PriceFeed.isShown = checked
        }

        IconButton {
            objectName: "appearanceButton"
            text: Theme.isDark ? Texts.t.lightColours : Texts.t.darkColours
            iconPath: Theme.isDark
                ? "M12 8 A4 4 0 0 1 12 16 A4 4 0 0 1 12 8 M12 2.500 V4.500 M12 19.500 V21.500 M2.500 12 H4.500 M19.500 12 H21.500 M5.300 5.300 L6.700 6.700 M17.300 17.300 L18.700 18.700 M5.300 18.700 L6.700 17.300 M17.300 6.700 L18.700 5.300"
                : "M20 14 A8.500 8.500 0 1 1 10 4 A7 7 0 0 0 20 14 Z"
            onClicked: Appearance.isDark = !Appearance.isDark
        }

        LanguageButton {}

        CartButton {
            id: cartButton
        }
    }

    Rectangle {
        width: parent.width
        height: 1
        anchors.bottom: parent.bottom
        color: Theme.line
    }
}
