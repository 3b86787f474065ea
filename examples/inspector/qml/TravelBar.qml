import QtQuick
import LensApp

/// Takes the program itself back in time: its windows show the past, effects do not run, and writes wait.
Rectangle {
    id: bar

    height: 52
    color: Lens.isInPast ? Theme.accentWash : Theme.window

    StepKeys {
        id: keys
        x: 16
        height: parent.height
        goesBack: Lens.travelPosition > 0
        goesOn: Lens.isInPast
    }
    TimeSlider {
        id: slider
        anchors.left: keys.right
        anchors.leftMargin: 16
        anchors.right: place.left
        anchors.rightMargin: 16
        height: parent.height
        to: Math.max(1, Lens.travelCount)
        enabled: Lens.travelCount > 0
        value: Lens.travelCount > 0 ? Lens.travelPosition : to
        onMoved: Lens.travelTo(Math.round(value))
        Accessible.name: "Time of the program"

        Repeater { // what is left out
            model: Lens.skippedSteps
            Rectangle {
                required property int number
                x: 8 + (slider.width - 16) * number / slider.to - 1
                y: slider.height / 2 - 11
                width: 2
                height: 6
                color: Theme.warn
            }
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
            width: Math.min(implicitWidth, bar.width * 0.22)
            text: Lens.travelText
            font.pixelSize: Theme.body
            color: Theme.soft
            elide: Text.ElideRight
            verticalAlignment: Text.AlignVCenter
        }
        FlatButton {
            text: "Skip"
            hint: "Leave this step out (Ctrl+K)"
            checkable: true
            checked: Lens.isStepSkipped
            enabled: Lens.travelPosition > 0
            onToggled: {
                Lens.skipStep(checked);
                checked = Qt.binding(() => Lens.isStepSkipped);
            }
        }
        FlatButton {
            text: "Continue from here"
            hint: "Make this the present (Ctrl+Shift+Return)"
            enabled: Lens.isInPast
            onClicked: Lens.continueFromHere()
        }
        FlatButton {
            text: "Drop " + Lens.heldWrites + (Lens.heldWrites === 1 ? " write" : " writes")
            hint: "Return to the present without what was written meanwhile"
            visible: Lens.heldWrites > 0
            onClicked: Lens.dropHeldWrites()
        }
        FlatButton {
            text: "Now"
            hint: "Return to the present (Ctrl+End)"
            isStrong: !Lens.isInPast
            onClicked: Lens.returnToPresent()
        }
        FlatButton {
            path: "M6 6 L18 18 M18 6 L6 18"
            hint: "End travelling (Ctrl+T)"
            onClicked: Lens.isTravelling = false
        }
    }
}
