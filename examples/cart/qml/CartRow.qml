import QtQuick
import Shop

/// One line of the cart: what, how many, how much, and the way out.
Item {
    id: row

    required property int index
    required property string productId
    required property string name
    required property url illustration
    required property color tint
    required property int price
    required property int quantity
    required property int lineTotal

    implicitHeight: 120

    ProductTile {
        id: tile
        anchors.left: parent.left
        y: 16
        width: 88
        height: 88
        radius: Theme.radius
        fraction: 0.82
        source: row.illustration
        tint: row.tint
    }

    Text {
        id: title
        anchors.left: tile.right
        anchors.leftMargin: 16
        y: 18
        width: parent.width - 104 - remove.width - 8
        text: row.name
        font.pixelSize: Theme.body
        font.weight: Font.DemiBold
        color: Theme.ink
        elide: Text.ElideRight
    }

    Text {
        anchors.left: title.left
        anchors.top: title.bottom
        anchors.topMargin: 2
        text: Texts.t.each({ sum: Texts.money(row.price) })
        font.pixelSize: Theme.small
        color: Theme.muted
    }

    LinkButton {
        id: remove
        objectName: "remove-" + row.productId
        anchors.right: parent.right
        anchors.rightMargin: -padding
        y: 14
        text: Texts.t.remove
        Accessible.name: Texts.t.removeItem({ name: row.name })
        onClicked: Cart.remove(row.productId)
    }

    Stepper {
        id: stepper
        objectName: "quantity-" + row.productId
        anchors.left: title.left
        y: 68
        value: row.quantity
        onValueModified: Cart.setQuantity(row.productId, value)
        Accessible.name: Texts.t.quantityOf({ name: row.name })
    }

    Text {
        objectName: "lineTotal-" + row.productId
        anchors.right: parent.right
        anchors.verticalCenter: stepper.verticalCenter
        text: Texts.money(row.lineTotal)
        font.pixelSize: Theme.body
        font.weight: Font.DemiBold
        color: Theme.ink
    }

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
        visible: row.index > 0
    }
}
