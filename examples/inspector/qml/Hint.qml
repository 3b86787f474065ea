import QtQuick
import QtQuick.Templates as T
import LensApp

/// What a button without a text is for, beside the mouse.
T.ToolTip {
    id: hint

    delay: 600
    margins: 8
    leftPadding: 10
    rightPadding: 10
    topPadding: 6
    bottomPadding: 6
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: implicitContentHeight + topPadding + bottomPadding
    x: parent ? Math.round((parent.width - implicitWidth) / 2) : 0
    y: -implicitHeight - 6
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent | T.Popup.CloseOnReleaseOutsideParent // qmllint disable compiler

    contentItem: Text {
        text: hint.text
        font.pixelSize: Theme.body - 1
        color: Theme.window
    }
    background: Rectangle {
        radius: 6
        color: Theme.ink
    }
}
