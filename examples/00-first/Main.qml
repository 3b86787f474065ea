// Main.qml
import QtQuick
import QtQuick.Controls
import First

ApplicationWindow {
    visible: true
    width: 320
    height: 240

    header: Row {
        Button { text: "Add a mug"; onClicked: Cart.add("mug", "Mug") }
        Button { text: "Cart (" + Cart.count + ")"; onClicked: Cart.isOpen = !Cart.isOpen }
    }
    ListView {
        anchors.fill: parent
        visible: Cart.isOpen
        model: Cart.items                           // rows come and go one by one, never a reset
        delegate: Label {
            required property string name           // CartItem's own properties
            required property int quantity
            text: quantity + " × " + name
        }
    }
}
