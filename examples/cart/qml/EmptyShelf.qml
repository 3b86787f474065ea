import QtQuick
import Shop

/// What the shop shows when it has nothing to sell, and why.
Column {
    id: shelf

    spacing: 8

    Image {
        anchors.horizontalCenter: parent.horizontalCenter
        width: 288
        height: 240
        sourceSize.width: width
        sourceSize.height: height
        source: "qrc:/catalogue/empty.svg"
    }

    Item { width: 1; height: 8 }

    Text {
        width: parent.width
        text: Texts.t.shelvesEmpty
        font.pixelSize: Theme.heading
        font.weight: Font.Bold
        font.letterSpacing: Theme.tracking(-0.6)
        color: Theme.ink
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
    }

    Text {
        width: parent.width
        text: Texts.t.shelvesReason
        font.pixelSize: Theme.body
        lineHeight: 1.4
        color: Theme.muted
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
    }

    Item { width: 1; height: 16 }

    Rectangle {
        width: parent.width
        height: reason.implicitHeight + 32
        radius: Theme.radius
        color: Theme.raised

        Text {
            id: reason
            objectName: "catalogueProblem"
            x: 16
            y: 16
            width: parent.width - 32
            text: Catalogue.problem
            textFormat: Text.PlainText
            font.family: "monospace"
            font.pixelSize: Theme.small
            color: Theme.ink
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        }
    }
}
