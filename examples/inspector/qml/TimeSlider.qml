import QtQuick
import QtQuick.Templates as T
import LensApp

/// Where in time it is.
T.Slider {
    id: slider

    from: 0
    stepSize: 1
    focusPolicy: Qt.StrongFocus
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
