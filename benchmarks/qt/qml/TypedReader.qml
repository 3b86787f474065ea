import QtQml
import Bench

QtObject {
    required property Typed source
    property int seen: source.a
}
