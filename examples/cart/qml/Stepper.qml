import QtQuick
import QtQuick.Templates as T
import Shop

/// A quantity between a minus and a plus; the arrow keys work too.
T.SpinBox {
    id: control

    implicitWidth: 104
    implicitHeight: 36
    from: 1
    to: 99
    focusPolicy: Qt.StrongFocus
    font.pixelSize: Theme.body

    // Without these a screen reader sets `value`, of which valueModified() says nothing.
    Accessible.onIncreaseAction: step(true)
    Accessible.onDecreaseAction: step(false)

    function step(isUp: bool) {
        const before = value;
        if (enabled && isUp)
            increase();
        else if (enabled)
            decrease();
        if (value !== before)
            valueModified();
    }

    // A spin box has Tab stop at its content as well, which is for those with a text field in it.
    Component.onCompleted: contentItem.activeFocusOnTab = false

    contentItem: Text {
        text: Texts.number(control.value)
        font.pixelSize: control.font.pixelSize
        font.weight: Font.DemiBold
        color: Theme.ink
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }

    down.indicator: StepperEnd {
        x: control.mirrored ? control.width - width : 0
        sign: "M6 12 H18"
        isHovered: control.down.hovered
        isPressed: control.down.pressed
        isUsable: control.value > control.from
    }

    up.indicator: StepperEnd {
        x: control.mirrored ? 0 : control.width - width
        sign: "M6 12 H18 M12 6 V18"
        isHovered: control.up.hovered
        isPressed: control.up.pressed
        isUsable: control.value < control.to
    }

    background: Rectangle {
        radius: height / 2
        color: "transparent"
        border.width: 1
        border.color: Theme.line

        FocusRing {
            radius: height / 2
            visible: control.visualFocus
        }
    }
}
