import QtQuick
import Shop

/// A word of welcome.
Item {
    implicitHeight: 160

    Text {
        id: headline
        y: 32
        width: parent.width
        text: qsTr("Good things for small astronauts")
        font.pixelSize: Theme.display
        font.weight: Font.Bold
        font.letterSpacing: -1.2
        color: Theme.ink
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.title
    }

    Text {
        anchors.top: headline.bottom
        anchors.topMargin: 8
        width: parent.width
        text: qsTr("Designed on the ground, tested in the bath, shipped with care.")
        font.pixelSize: Theme.body
        color: Theme.muted
        elide: Text.ElideRight
    }
}
