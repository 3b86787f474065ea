import QtQml
import NanoStores

/// Writes the store from a handler of a property that is bound to it.
QtObject {
    id: clamp

    readonly property Atom store: Atom {
        value: 1
    }
    property int number: clamp.store.value

    onNumberChanged: {
        if (clamp.number > 10) {
            clamp.store.value = 10;
        }
    }
}
