import QtQuick
import Example

/// Click, or press the arrow keys.
Window {
    width: 320
    height: 240
    visible: true
    title: "Nano Stores"

    Text {
        anchors.centerIn: parent
        text: Counter.count + "² = " + Counter.square
        font.pixelSize: 40
    }

    TapHandler {
        onTapped: ++Counter.count
    }

    Item {
        focus: true
        Keys.onUpPressed: ++Counter.count
        Keys.onDownPressed: --Counter.count
    }
}
