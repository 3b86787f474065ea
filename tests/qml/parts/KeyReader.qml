import NanoStores
import NanoStoresTest

/// A binding on one key.
StoreKey {
    id: reader

    readonly property Counter counter: Counter {}
    property var seen: reader.counter.pass(reader.value)
}
