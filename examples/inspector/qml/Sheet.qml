import QtQuick
import QtQuick.Templates as T
import LensApp

/// What lies over the window until it is done. The keyboard is given back to what had it before.
T.Popup {
    property Item former: null

    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside // qmllint disable compiler
    margins: 16
    T.Overlay.modal: Rectangle {
        color: Theme.shade
    }
    onAboutToShow: former = parent.Window.activeFocusItem
    onClosed: {
        if (former !== null) {
            former.forceActiveFocus(Qt.PopupFocusReason);
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: 1
        border.color: Theme.line
    }
}
