import QtQuick
import QtQuick.Templates as T
import Shop

/// Shows the language, and takes the next one.
T.Button {
    id: button

    objectName: "languageButton"
    implicitWidth: 40
    implicitHeight: 40
    focusPolicy: Qt.StrongFocus
    text: Language.current.toUpperCase()
    visible: Language.all.length > 1

    Accessible.name: Texts.t.language({ name: Language.nameOf(Language.current) })
    Accessible.onPressAction: if (enabled) clicked()

    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    onClicked: Language.choose(next())

    function next(): string {
        const all = Language.all;
        let place = 0;
        while (place < all.length && all[place] !== Language.current)
            ++place;
        return all[(place + 1) % all.length];
    }

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    contentItem: Text {
        text: button.text
        font.pixelSize: Theme.small
        font.weight: Font.DemiBold
        color: Theme.ink
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }

    background: Rectangle {
        radius: height / 2
        color: button.hovered || button.down ? Theme.raised : "transparent"

        FocusRing {
            radius: height / 2
            visible: button.visualFocus
        }
    }
}
