import QtQml
import NanoStores

QtObject {
    id: reader
    property Atom store: null
    property int seen: reader.store ? reader.store.value : -1
}
