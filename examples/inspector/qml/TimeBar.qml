import QtQuick
import LensApp

/// Goes back in what was recorded: the table shows the values of that time, and the program goes on.
Item {
    id: bar

    property bool isNarrow: false

    height: 52

    StepKeys {
        id: keys
        x: 16
        height: parent.height
        goesBack: Lens.eventCount > 0
        goesOn: Lens.cursor >= 0
    }
    TimeSlider {
        anchors.left: keys.right
        anchors.leftMargin: 16
        anchors.right: place.left
        anchors.rightMargin: 16
        height: parent.height
        to: Math.max(1, Lens.eventCount - 1)
        enabled: Lens.eventCount > 1
        value: Lens.cursor < 0 ? to : Lens.cursor
        onAsked: place => Lens.setCursor(place)
    }

    Row {
        id: place
        anchors.right: parent.right
        anchors.rightMargin: 16
        height: parent.height
        spacing: 12
        Text {
            height: parent.height
            visible: !bar.isNarrow
            width: 150 // so that the slider stays under the hand
            horizontalAlignment: Text.AlignRight
            elide: Text.ElideRight
            text: Lens.cursor < 0 ? Lens.eventCount + " events" : Lens.cursorText
            font.pixelSize: Theme.body
            color: Theme.soft
            verticalAlignment: Text.AlignVCenter
        }
        FlatButton {
            text: "Live"
            isStrong: Lens.cursor < 0
            onClicked: Lens.setCursor(-1)
        }
        FlatButton {
            text: "Travel\u2026"
            hint: "Take the program itself back in time (Ctrl+T)"
            visible: Lens.canTravel
            onClicked: Lens.isTravelling = true
        }
    }
}
