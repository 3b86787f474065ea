import QtQuick
import QtQuick.Templates as T
import LensApp

/// Goes back in what was recorded: the table shows the values of that time.
Item {
    id: bar

    height: 52

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
    }

    Row {
        id: keys
        x: 16
        height: parent.height
        spacing: 4
        FlatButton {
            path: "M6 5 V19 M19 5 L9 12 L19 19 Z"
            hint: "A turn back (Ctrl+Left)"
            enabled: Lens.eventCount > 0
            onClicked: Lens.step(-1)
        }
        FlatButton {
            path: Lens.isPlaying ? "M8 5 V19 M16 5 V19" : "M8 5 L18 12 L8 19 Z"
            hint: Lens.isPlaying ? "Stop" : "Play"
            enabled: Lens.cursor >= 0
            onClicked: Lens.isPlaying = !Lens.isPlaying
        }
        FlatButton {
            path: "M18 5 V19 M5 5 L15 12 L5 19 Z"
            hint: "A turn on (Ctrl+Right)"
            enabled: Lens.cursor >= 0
            onClicked: Lens.step(1)
        }
    }

    T.Slider {
        id: slider
        anchors.left: keys.right
        anchors.leftMargin: 16
        anchors.right: place.left
        anchors.rightMargin: 16
        height: parent.height
        from: 0
        to: Math.max(1, Lens.eventCount - 1)
        stepSize: 1
        enabled: Lens.eventCount > 1
        value: Lens.cursor < 0 ? to : Lens.cursor
        focusPolicy: Qt.StrongFocus
        onMoved: Lens.setCursor(Math.round(value))
        Accessible.name: "Time"

        background: Item {
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width
                height: 4
                radius: 2
                color: Theme.line
            }
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: slider.visualPosition * parent.width
                height: 4
                radius: 2
                color: slider.enabled ? Theme.accent : Theme.line
            }
        }
        handle: Rectangle {
            x: slider.visualPosition * (slider.width - width)
            anchors.verticalCenter: parent.verticalCenter
            width: 16
            height: 16
            radius: 8
            visible: slider.enabled
            color: Theme.surface
            border.width: slider.visualFocus ? 4 : 3
            border.color: Theme.accent
        }
    }

    Row {
        id: place
        anchors.right: parent.right
        anchors.rightMargin: 16
        height: parent.height
        spacing: 12
        Text {
            height: parent.height
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
    }
}
