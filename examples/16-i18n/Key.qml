import QtQuick
import I18nExample

/// A round button, or one of several that are to be chosen from.
Rectangle {
    id: key

    required property string text
    property string label: text
    property bool isChoice: false
    property bool isChosen: false
    signal pressed

    implicitWidth: Math.max(40, letters.implicitWidth + 28)
    implicitHeight: 40
    radius: height / 2
    color: isChosen ? Theme.accent : isChoice ? "transparent" : Theme.raised
    opacity: enabled ? 1 : 0.4
    activeFocusOnTab: true
    border.width: activeFocus ? 2 : 0
    border.color: Theme.ink

    Accessible.role: isChoice ? Accessible.RadioButton : Accessible.Button
    Accessible.name: label
    Accessible.checked: isChosen
    Keys.onSpacePressed: pressed()
    Keys.onReturnPressed: pressed()

    Text {
        id: letters
        anchors.centerIn: parent
        text: key.text
        font.pixelSize: key.isChoice ? Theme.small : Theme.large
        font.weight: key.isChoice ? Font.DemiBold : Font.Normal
        color: key.isChosen ? Theme.accentInk : Theme.ink
    }
    TapHandler {
        onTapped: key.pressed()
    }
}
