import QtQuick
import Shop

/// A word of welcome.
Item {
    implicitHeight: 160

    Text {
        id: headline
        y: 32
        width: parent.width - 24 // as far as the last card
        text: Texts.t.headline
        font.pixelSize: Theme.display
        font.weight: Font.Bold
        font.letterSpacing: Theme.tracking(-1.2)
        color: Theme.ink
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.title
    }

    Text {
        anchors.top: headline.bottom
        anchors.topMargin: 8
        width: parent.width - 24
        text: Texts.t.subline
        font.pixelSize: Theme.body
        color: Theme.muted
        elide: Text.ElideRight
    }
}
