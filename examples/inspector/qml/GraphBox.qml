import QtQuick
import LensApp

/// A store, an effect or a listener in the picture of a graph.
Rectangle {
    id: box
    required property double boxX
    required property double boxY
    required property double boxWidth
    required property double boxHeight
    required property double store
    required property string name
    required property string kind
    required property string shown
    required property bool isCentre
    readonly property bool isPill: shown === ""
    readonly property bool isStore: store > 0

    activeFocusOnTab: isStore
    Accessible.role: isStore ? Accessible.Button : Accessible.StaticText
    Accessible.name: isPill ? name : name + ", " + shown
    Accessible.focusable: isStore
    Accessible.onPressAction: choose()
    Keys.onReturnPressed: choose()
    Keys.onEnterPressed: choose()
    Keys.onSpacePressed: choose()

    function choose() {
        if (isStore) {
            Lens.selectStore(store);
        }
    }

    x: boxX
    y: boxY
    width: boxWidth
    height: boxHeight
    radius: isPill ? height / 2 : kind === "store" ? 6 : 16
    color: isCentre ? Theme.accentWash : isPill ? "transparent" : Theme.surface
    border.width: activeFocus ? 3 : isCentre ? 2 : 1
    border.color: isCentre || activeFocus ? Theme.accent : touch.containsMouse ? Theme.accent : Theme.line

    Rectangle {
        x: 12
        y: box.isPill ? (parent.height - height) / 2 : 15
        width: 8
        height: 8
        radius: box.kind === "effect" ? 2 : 4
        rotation: box.kind === "effect" ? 45 : 0
        color: Theme.colorOf(box.kind)
    }
    Text {
        x: 28
        y: box.isPill ? 0 : 8
        width: parent.width - 38
        height: box.isPill ? parent.height : 20
        text: box.name
        font.pixelSize: Theme.body - 1
        font.weight: box.isCentre ? Font.Bold : box.isPill ? Font.Normal : Font.DemiBold
        color: box.isPill ? Theme.soft : Theme.ink
        elide: Text.ElideMiddle
        verticalAlignment: Text.AlignVCenter
    }
    Text {
        x: 28
        y: 27
        width: parent.width - 38
        visible: !box.isPill
        text: box.shown
        textFormat: Text.PlainText
        font.family: Theme.mono
        font.pixelSize: Theme.small
        color: Theme.soft
        elide: Text.ElideRight
    }
    MouseArea {
        id: touch
        anchors.fill: parent
        hoverEnabled: box.isStore
        onClicked: box.choose()
    }
}
