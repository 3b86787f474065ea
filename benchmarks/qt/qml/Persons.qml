import QtQuick
import Bench

ListView {
    width: 300
    height: 600
    cacheBuffer: 0 // what is shown, and no more
    delegate: Item {
        required property string name
        required property string city
        required property int age
        required property double score
        property string seen: name + city + age + score

        width: 300
        height: 20
    }
}
