import QtQuick
import Shop

/// What is shown where the products would be, when there are none yet and none can be fetched.
Column {
    id: problem

    objectName: "serverProblem"
    spacing: 8

    Image {
        anchors.horizontalCenter: parent.horizontalCenter
        width: 216
        height: 180
        sourceSize.width: width
        sourceSize.height: height
        source: "qrc:/catalogue/empty.svg"
    }

    Item { width: 1; height: 8 }

    Text {
        objectName: "problemTitle"
        width: parent.width
        text: Server.isOnline ? Texts.served.unreachable : Texts.served.outOfRange
        font.pixelSize: Theme.heading
        font.weight: Font.Bold
        font.letterSpacing: Theme.tracking(-0.6)
        color: Theme.ink
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
    }

    Text {
        width: parent.width
        text: Server.isOnline ? Texts.served.unreachableReason : Texts.served.outOfRangeReason
        font.pixelSize: Theme.body
        lineHeight: 1.4
        color: Theme.muted
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
    }

    Item { width: 1; height: 8 }

    TextButton {
        objectName: "tryAgain"
        anchors.horizontalCenter: parent.horizontalCenter
        visible: Server.isOnline
        text: Texts.served.tryAgain
        onClicked: Server.refresh()
    }

    Text {
        objectName: "problemReason"
        width: parent.width
        topPadding: 8
        visible: text !== "" && Server.isOnline
        text: Server.problem
        textFormat: Text.PlainText
        font.family: "monospace"
        font.pixelSize: Theme.caption
        color: Theme.muted
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
    }
}
