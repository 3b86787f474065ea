pragma Singleton

import QtQml
import "cartStore.mjs" as Store

/// The cart as the views know it.
QtObject {
    id: cart

    property bool isOpen
    readonly property int count: Store.cartCount.value
    readonly property int subtotal: Store.cartSubtotal.value
    readonly property int shipping: Store.cartShipping.value
    readonly property int total: Store.cartTotal.value
    readonly property int toFreeShipping: Store.toFreeShipping.value
    readonly property int paid: Store.lastOrder.value.total
    readonly property date arrival: Store.lastOrder.value.arrival ?? new Date(NaN)
    readonly property bool isWaiting: false
    readonly property bool canUndo: Store.cartEdits.$canUndo.value
    readonly property bool canRedo: Store.cartEdits.$canRedo.value
    readonly property string undoText: Store.cartEdits.$undoText.value
    readonly property string redoText: Store.cartEdits.$redoText.value
    readonly property Rows items: Rows {
        rows: Object.values(Store.cartItems.value).map(item => ({
            productId: item.id,
            name: item.name,
            illustration: item.imageSrc,
            tint: item.tint,
            price: item.price,
            quantity: item.quantity,
            lineTotal: item.price * item.quantity
        }))
    }

    /// Both ways: the store's value goes here, and what a view assigns goes to the store.
    readonly property Binding openness: Binding {
        target: cart
        property: "isOpen"
        value: Store.isCartOpen.value
    }
    onIsOpenChanged: Store.isCartOpen.set(isOpen)

    /// Adds one of the product, at the price the shop shows.
    function add(productId: string) {
        Store.addCartItem(Store.shelf.get().find(product => product.id === productId));
    }
    function setQuantity(productId: string, quantity: int) {
        Store.setQuantity(productId, quantity);
    }
    function remove(productId: string) {
        Store.removeCartItem(productId);
    }
    function checkOut() {
        Store.checkOut();
    }
    function undo() {
        Store.cartEdits.undo();
    }
    function redo() {
        Store.cartEdits.redo();
    }
}
