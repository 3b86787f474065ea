import QtQuick
import Shop

/// One line below the header: no network, an order that waits, or a catalogue that could not be fetched anew.
Rectangle {
    id: banner

    property bool hasProducts: false
    readonly property bool isOffline: !Server.isOnline
    readonly property bool isWaiting: Server.waitingOrders > 0
    readonly property bool isStale: Server.problem !== "" && hasProducts
    readonly property bool isDone: !isOffline && !isWaiting && !isStale && Server.orderNumber > 0 && Cart.paid !== 0
    readonly property bool isShown: isOffline || isWaiting || isStale || isDone
    readonly property string orders: Server.waitingOrders === 1 ? qsTr("Your order") : qsTr("%1 orders").arg(Server.waitingOrders)
    readonly property string message: {
        if (Server.isOrderHeld)
            return qsTr("The server does not take your order as it is. It stays here.");
        if (isOffline)
            return isWaiting ? qsTr("No network. %1 will be sent when it is back.").arg(orders)
                             : qsTr("No network. This is what we knew of the shelves.");
        if (isWaiting)
            return Server.problem !== "" ? qsTr("The server is not well. %1 will be sent again soon.").arg(orders)
                                         : qsTr("%1 is being sent…").arg(orders);
        if (isStale)
            return qsTr("The shelves could not be filled anew. We try again soon.");
        return qsTr("Order %1 has arrived. Thank you!").arg(Server.orderNumber);
    }

    objectName: "offlineBanner"
    height: isShown ? 48 : 0
    visible: height > 0
    clip: true
    color: isDone ? Qt.tint(Theme.background, Qt.rgba(Theme.good.r, Theme.good.g, Theme.good.b, 0.16)) : Theme.raised

    Accessible.role: Accessible.AlertMessage
    Accessible.name: isShown ? message : ""

    Behavior on height {
        NumberAnimation { duration: Theme.breath; easing.type: Easing.OutCubic }
    }

    Row {
        anchors.verticalCenter: parent.verticalCenter
        x: Math.max(40, (banner.width - 1280) / 2)
        spacing: 12

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: 8
            height: 8
            radius: 4
            color: banner.isDone ? Theme.good : banner.isOffline || Server.isOrderHeld || banner.isStale ? Theme.accent : Theme.muted
        }

        Text {
            objectName: "bannerText"
            anchors.verticalCenter: parent.verticalCenter
            text: banner.message
            font.pixelSize: Theme.small
            font.weight: Font.DemiBold
            color: Theme.ink
        }
    }

    LinkButton {
        objectName: "bannerAction"
        anchors.right: parent.right
        anchors.rightMargin: Math.max(40, (banner.width - 1280) / 2) - padding
        anchors.verticalCenter: parent.verticalCenter
        visible: banner.isShown && !banner.isOffline && !banner.isDone
        text: banner.isWaiting ? qsTr("Send now") : qsTr("Try now")
        iconPath: "M20 11 A8 8 0 1 0 19 15 M20 4 V11 H13"
        onClicked: {
            if (banner.isWaiting)
                Server.sendAgain();
            else
                Server.refresh();
        }
    }

    Rectangle {
        width: parent.width
        height: 1
        anchors.bottom: parent.bottom
        color: Theme.line
    }
}
