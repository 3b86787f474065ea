import QtQuick
import AdapterTest

Item {
    property alias view: view
    property alias loader: loader

    width: 100
    height: 200

    ListView {
        id: view

        anchors.fill: parent
        model: Fruits.items
        delegate: Text {
            required property string key
            required property int count

            height: 10
            text: key + count
        }
    }

    Loader {
        id: loader

        active: false
        sourceComponent: Text {
            text: Settings.title
        }
    }
}
