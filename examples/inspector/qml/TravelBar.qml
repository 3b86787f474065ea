import QtQuick
import LensApp

/// Takes the program itself back in time: its windows show the past, effects do not run, and writes wait.
Rectangle {
    id: bar

    /// What can be done stands below the slider.
    property bool isNarrow: false

    height: isNarrow ? 96 : 52
    color: Lens.isInPast ? Theme.accentWash : Theme.window

    StepKeys {
        id: keys
        x: 16
        height: 52
        goesBack: Lens.travelPosition > 0
        goesOn: Lens.isInPast
    }
    TimeSlider {
        id: slider
        anchors.left: keys.right
        anchors.leftMargin: 16
        anchors.right: bar.isNarrow ? end.left : deeds.left
        anchors.rightMargin: 16
        height: 52
        to: Math.max(1, Lens.travelCount)
        enabled: Lens.travelCount > 0
        value: Lens.travelCount > 0 ? Lens.travelPosition : to
        onAsked: place => Lens.travelTo(place)
        Accessible.name: "Time of the program"

        Repeater { // what is left out
            model: Lens.skippedSteps
            Rectangle {
                required property int number
                x: parent ? 7 + (parent.width - 16) * number / Math.max(1, Lens.travelCount) : 0
                y: parent ? parent.height / 2 - 15 : 0
                width: 2
                height: 6
                color: Theme.warn
            }
        }
    }

    Row {
        id: deeds
        anchors.right: bar.isNarrow ? parent.right : end.left
        anchors.rightMargin: bar.isNarrow ? 16 : 12
        y: bar.isNarrow ? 46 : 0
        height: bar.isNarrow ? 44 : 52
        spacing: bar.isNarrow ? 8 : 12
        Text {
            height: parent.height
            visible: !bar.isNarrow
            width: Math.round(bar.width * 0.16) // so that the slider stays under the hand
            horizontalAlignment: Text.AlignRight
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
            onToggled: Lens.skipStep(checked)
        }
        FlatButton {
            text: bar.isNarrow ? "Continue" : "Continue from here"
            hint: "Make this the present (Ctrl+Shift+Return)"
            enabled: Lens.isInPast
            onClicked: Lens.continueFromHere()
        }
        Item { // as wide, whatever it says
            width: 124
            height: parent.height
            FlatButton {
                anchors.right: parent.right
                text: Lens.heldWrites === 0 ? "Drop writes" : "Drop " + Lens.heldWrites + (Lens.heldWrites === 1 ? " write" : " writes")
                hint: "Return to the present without what was written meanwhile"
                enabled: Lens.heldWrites > 0
                onClicked: Lens.dropHeldWrites()
            }
        }
        FlatButton {
            text: "Now"
            hint: "Return to the present (Ctrl+End)"
            isStrong: !Lens.isInPast
            onClicked: Lens.returnToPresent()
        }
    }
    Item {
        id: end
        anchors.right: parent.right
        anchors.rightMargin: 16
        width: close.width
        height: 52
        FlatButton {
            id: close
            path: "M6 6 L18 18 M18 6 L6 18"
            hint: "End travelling (Ctrl+T)"
            onClicked: Lens.isTravelling = false
        }
    }
}
