import QtQuick
import TodosExample

/// One of several that are to be chosen from.
Rectangle {
    id: chip

    required property string text
    property bool isChosen: false
    signal chosen

    implicitWidth: label.implicitWidth + 28
    implicitHeight: 36
    radius: height / 2
    color: isChosen ? Theme.accent : Theme.raised
    activeFocusOnTab: true
    border.width: activeFocus ? 2 : 0
    border.color: Theme.ink

    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checked: isChosen
    Keys.onSpacePressed: chosen()
    Keys.onReturnPressed: chosen()

    Text {
        id: label
        anchors.centerIn: parent
        text: chip.text
        font.pixelSize: Theme.small
        font.weight: Font.DemiBold
        color: chip.isChosen ? Theme.accentInk : Theme.ink
    }
    TapHandler {
        onTapped: chip.chosen()
    }
}
