import QtQml
import NanoStores

QtObject {
    id: reader

    required property MapStore source
    required property string key
    readonly property StoreKey entry: StoreKey {
        store: reader.source
        key: reader.key
    }
    property int seen: entry.value
}
