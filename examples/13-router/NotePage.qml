import QtQuick
import QtQuick.Controls
import NanoStores.Router

/// A note that is not left while it is written: links, tabs and back keys ask first.
Page {
    id: page

    required property int id
    property RouteChange asked: null

    title: "Note " + id

    Route.onLeaving: change => {
        if (text.text !== "") {
            change.wait();
            page.asked = change;
            change.superseded.connect(dialog.close);
            dialog.open();
        }
    }

    TextArea {
        id: text
        anchors.fill: parent
        anchors.margins: 24
        focus: true
        placeholderText: page.title + ": type something, and go back"
    }
    Dialog {
        id: dialog
        anchors.centerIn: parent
        title: "Leave the note?"
        standardButtons: Dialog.Yes | Dialog.No // qmllint disable compiler
        modal: true
        onAccepted: page.asked.accept()
        onRejected: page.asked.abort()
    }
}
