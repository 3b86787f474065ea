import QtQuick
import QtQuick.Templates as T
import LensApp

/// Where in time it is.
T.Slider {
    id: slider

    signal asked(place: int)

    from: 0
    stepSize: 1
    focusPolicy: Qt.StrongFocus
    Accessible.name: "Time"
    Keys.onPressed: event => {
        const page = Math.max(1, Math.round(to / 10));
        const places = {
            [Qt.Key_Home]: from,
            [Qt.Key_End]: to,
            [Qt.Key_PageUp]: Math.max(from, value - page),
            [Qt.Key_PageDown]: Math.min(to, value + page)
        };
        const place = event.modifiers === Qt.NoModifier ? places[event.key] : undefined;
        if (place !== undefined) {
            event.accepted = true;
            slider.asked(place);
        }
    }
    onMoved: asked(Math.round(value))

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
