import QtQml
import Bench

QtObject {
    required property ByHand source
    property int seen: source.a
}
