import QtQml
import NanoStores
import NanoStoresTest

/// A binding on a computed store.
QtObject {
    id: reader

    property Computed store
    readonly property Counter counter: Counter {}
    property var seen: reader.counter.pass(reader.store.value)
}
