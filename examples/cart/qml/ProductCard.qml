import QtQuick
import QtQuick.Templates as T
import Shop

/// One product in the window: its picture, name and price; opens its page, or adds it at once.
Item {
    id: card

    required property int index
    required property string productId
    required property string name
    required property string tagline
    required property url illustration
    required property color tint
    required property int price
    required property int regularPrice

    function show() {
        GridView.view.positionViewAtIndex(index, GridView.Contain);
    }

    T.AbstractButton {
        id: opener

        objectName: "card-" + card.productId
        width: parent.width
        height: parent.height
        focusPolicy: Qt.StrongFocus
        text: card.name

        Accessible.name: card.name + ", " + Texts.money(card.price)
        Accessible.description: card.tagline
        Accessible.onPressAction: if (enabled) clicked()

        Keys.onReturnPressed: clicked()
        Keys.onEnterPressed: clicked()
        onClicked: Catalogue.currentId = card.productId
        onActiveFocusChanged: {
            if (activeFocus)
                card.show();
        }

        HoverHandler {
            cursorShape: Qt.PointingHandCursor
        }

        ProductTile {
            id: tile
            width: parent.width
            height: width
            source: card.illustration
            tint: card.tint
            lift: opener.hovered ? 6 : 0

            Behavior on lift {
                NumberAnimation { duration: Theme.breath; easing.type: Easing.OutCubic }
            }

            FocusRing {
                radius: Theme.radiusLarge + gap
                visible: opener.visualFocus
            }
        }

        Text {
            id: title
            anchors.left: parent.left
            y: tile.height + 16
            width: parent.width - amount.width - 16
            text: card.name
            font.pixelSize: Theme.body
            font.weight: Font.DemiBold
            color: Theme.ink
            elide: Text.ElideRight
        }

        PriceTag {
            id: amount
            anchors.right: parent.right
            anchors.baseline: title.baseline
            price: card.price
            regularPrice: card.regularPrice
        }

        Text {
            anchors.top: title.bottom
            anchors.topMargin: 4
            width: parent.width
            text: card.tagline
            font.pixelSize: Theme.small
            color: Theme.muted
            elide: Text.ElideRight
        }
    }

    IconButton {
        objectName: "add-" + card.productId
        anchors.right: parent.right
        anchors.rightMargin: 12
        y: tile.height - height - 12
        text: Texts.t.addItem({ name: card.name })
        iconPath: "M5 12 H19 M12 5 V19"
        fill: Theme.surface
        fillHover: Theme.accent
        ink: hovered || down ? Theme.accentInk : Theme.ink
        onClicked: Cart.add(card.productId)
        onActiveFocusChanged: {
            if (activeFocus)
                card.show();
        }
    }
}
