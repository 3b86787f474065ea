import QtQuick
import NanoStores // qmllint disable unused-imports
import "counter.mjs" as Stores

/// Click, or press the arrow keys. Hide the text with the space bar, and wait a second.
Window {
    width: 320
    height: 240
    visible: true
    title: "Nano Stores"

    Loader {
        id: text
        anchors.centerIn: parent
        sourceComponent: Text {
            text: Stores.$count.value + "² = " + Stores.$square.value
            font.pixelSize: 40
        }
    }

    TapHandler {
        onTapped: Stores.$count.set(Stores.$count.get() + 1)
    }

    Item {
        focus: true
        Keys.onUpPressed: Stores.$count.value += 1
        Keys.onDownPressed: Stores.$count.value -= 1
        Keys.onSpacePressed: text.active = !text.active
    }
}
