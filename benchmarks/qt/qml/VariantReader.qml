import QtQml
import NanoStores

QtObject {
    required property StoreAdapter source
    property int seen: source.value
}
