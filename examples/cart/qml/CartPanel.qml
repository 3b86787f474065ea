import QtQuick
import Shop

/// The cart itself: the same in the shop's flyout and in a window of its own.
FocusScope {
    id: panel

    readonly property bool isEmpty: Cart.count === 0

    Accessible.role: Accessible.Pane
    Accessible.name: Texts.t.cart

    Text {
        id: title
        anchors.left: parent.left
        anchors.leftMargin: 32
        y: 26
        text: Texts.t.yourCart
        font.pixelSize: Theme.title
        font.weight: Font.Bold
        font.letterSpacing: Theme.tracking(-0.4)
        color: Theme.ink
    }

    Text {
        objectName: "panelCount"
        anchors.left: title.right
        anchors.leftMargin: 12
        anchors.baseline: title.baseline
        text: Texts.t.items(Cart.count)
        visible: !panel.isEmpty
        font.pixelSize: Theme.small
        color: Theme.muted
    }

    Shortcut {
        sequences: ["Ctrl+Z"]
        enabled: Cart.canUndo
        onActivated: Cart.undo()
    }

    Shortcut {
        sequences: ["Ctrl+Shift+Z", "Ctrl+Y"]
        enabled: Cart.canRedo
        onActivated: Cart.redo()
    }

    IconButton {
        id: undoButton
        objectName: "undoCart"
        anchors.right: redoButton.left
        y: closer.y
        enabled: Cart.canUndo
        text: Cart.undoText === "" ? Texts.t.undo : Texts.t.undoEdit({ what: Cart.undoText })
        isDirectional: true
        iconPath: "M8.5 13 L4 8.5 L8.5 4 M4 8.5 H14 A5.25 5.25 0 0 1 14 19 H9.5"
        onClicked: Cart.undo()
    }

    IconButton {
        id: redoButton
        objectName: "redoCart"
        anchors.right: closer.left
        anchors.rightMargin: 8
        y: closer.y
        enabled: Cart.canRedo
        text: Cart.redoText === "" ? Texts.t.redo : Texts.t.redoEdit({ what: Cart.redoText })
        isDirectional: true
        iconPath: "M15.5 13 L20 8.5 L15.5 4 M20 8.5 H10 A5.25 5.25 0 0 0 10 19 H14.5"
        onClicked: Cart.redo()
    }

    IconButton {
        id: closer
        objectName: "closeCart"
        anchors.right: parent.right
        anchors.rightMargin: 24
        y: 18
        focus: true
        text: Texts.t.closeCart
        iconPath: "M6 6 L18 18 M18 6 L6 18"
        onClicked: Cart.isOpen = false
    }

    ListView {
        id: list
        objectName: "cartList"
        anchors.top: title.bottom
        anchors.topMargin: 12
        anchors.bottom: sums.top
        x: 32
        width: parent.width - 64
        visible: !panel.isEmpty
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        model: Cart.items

        delegate: CartRow {
            width: ListView.view.width
        }

        displaced: Transition {
            NumberAnimation { properties: "y"; duration: Theme.breath; easing.type: Easing.OutCubic }
        }
    }

    Column {
        id: sums
        x: 32
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 32
        width: parent.width - 64
        visible: !panel.isEmpty

        Rectangle {
            width: parent.width
            height: 1
            color: Theme.line
        }

        Item { width: 1; height: 16 }

        SumLine {
            width: parent.width
            label: Texts.t.subtotal
            amount: Texts.money(Cart.subtotal)
            amountName: "panelSubtotal"
        }

        SumLine {
            width: parent.width
            label: Texts.t.shipping
            amount: Texts.fee(Cart.shipping)
            amountName: "panelShipping"
        }

        Item { width: 1; height: 8 }

        SumLine {
            width: parent.width
            label: Texts.t.total
            amount: Texts.money(Cart.total)
            amountName: "panelTotal"
            isStrong: true
        }

        Item { width: 1; height: 4 }

        Text {
            width: parent.width
            text: Cart.toFreeShipping === 0 ? Texts.t.freeShipping
                                            : Texts.t.toFreeShipping({ sum: Texts.money(Cart.toFreeShipping) })
            font.pixelSize: Theme.small
            color: Cart.toFreeShipping === 0 ? Theme.good : Theme.muted
            wrapMode: Text.WordWrap
        }

        Item { width: 1; height: 16 }

        TextButton {
            objectName: "checkOut"
            width: parent.width
            text: Texts.t.checkOut
            onClicked: Cart.checkOut()
        }
    }

    Column {
        objectName: "emptyCart"
        anchors.centerIn: parent
        width: parent.width - 96
        visible: panel.isEmpty
        spacing: 8

        Image {
            anchors.horizontalCenter: parent.horizontalCenter
            width: 216
            height: 180
            sourceSize.width: width
            sourceSize.height: height
            source: "qrc:/catalogue/empty.svg"
        }

        Item { width: 1; height: 8 }

        Text {
            width: parent.width
            text: Cart.paid === 0 ? Texts.t.nothing : Cart.isWaiting ? Texts.t.waiting : Texts.t.onItsWay
            font.pixelSize: Theme.title
            font.weight: Font.Bold
            color: Theme.ink
            horizontalAlignment: Text.AlignHCenter
        }

        Text {
            width: parent.width
            objectName: "emptyText"
            text: Cart.paid === 0 ? Texts.t.nothingHint
                  : Cart.isWaiting ? Texts.t.noted({ sum: Texts.money(Cart.paid) })
                                  : Texts.t.thanks({ sum: Texts.money(Cart.paid), date: Texts.date(Cart.arrival) })
            font.pixelSize: Theme.body
            lineHeight: 1.3
            color: Theme.muted
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.WordWrap
        }
    }
}
