import QtQml

QtObject {
    required property var source
    required property string key
    property int seen: source[key]
}
