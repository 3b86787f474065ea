import QtQml
import NanoStores

QtObject {
    required property KeyAdapter source
    property int seen: source.value
}
