import QtQml
import NanoStores
import NanoStoresTest

/// A binding on an atom.
QtObject {
    id: reader

    property Atom store
    readonly property Counter counter: Counter {}
    property var seen: reader.counter.pass(reader.store.value)
}
