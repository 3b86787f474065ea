import QtQml
import NanoStores
import Shop

/// Linted, with the types of the package.
QtObject {
    id: settings

    readonly property Atom volume: Atom {
        value: 20
    }
    property bool open
    property int prices: Cart.prices.rowCount()
    readonly property StoreKey mug: StoreKey {
        store: Cart.byName
        key: "mug"
    }
    Bind on open {
        store: Cart
        key: "isOpen"
    }
}
