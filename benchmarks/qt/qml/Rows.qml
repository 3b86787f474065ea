import QtQuick
import Bench

ListView {
    width: 300
    height: 600
    cacheBuffer: 0 // what is shown, and no more
    delegate: Item {
        required property int number
        property int seen: number
        readonly property Made made: Made {}

        width: 300
        height: 20
    }
}
