import QtQuick
import Shop

/// One line below the header: no network, an order that waits, or a catalogue that could not be fetched anew.
Rectangle {
    id: banner

    property bool hasProducts: false
    readonly property int side: Math.max(40, (width - 1280) / 2)
    readonly property bool isOffline: !Server.isOnline
    readonly property bool isWaiting: Server.waitingOrders > 0
    readonly property bool isStale: Server.problem !== "" && hasProducts
    readonly property bool isDone: !isOffline && !isWaiting && !isStale && Server.orderNumber > 0 && Cart.paid !== 0
    readonly property bool isShown: isOffline || isWaiting || isStale || isDone
    readonly property string message: {
        if (Server.isOrderHeld)
            return Texts.served.held;
        if (isOffline)
            return isWaiting ? Texts.served.offlineOrders(Server.waitingOrders) : Texts.served.offline;
        if (isWaiting)
            return Server.problem !== "" ? Texts.served.retriedOrders(Server.waitingOrders)
                                         : Texts.served.sentOrders(Server.waitingOrders);
        if (isStale)
            return Texts.served.stale;
        return Texts.served.arrived({ number: String(Server.orderNumber) });
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
        id: line
        anchors.left: parent.left
        anchors.leftMargin: banner.side
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12

        Rectangle {
            id: dot
            anchors.verticalCenter: parent.verticalCenter
            width: 8
            height: 8
            radius: 4
            color: banner.isDone ? Theme.good : banner.isOffline || Server.isOrderHeld || banner.isStale ? Theme.accent : Theme.muted
        }

        Text {
            objectName: "bannerText"
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, banner.width - 2 * banner.side - dot.width - 2 * line.spacing - action.width)
            text: banner.message
            elide: Text.ElideRight
            font.pixelSize: Theme.small
            font.weight: Font.DemiBold
            color: Theme.ink
        }
    }

    LinkButton {
        id: action
        objectName: "bannerAction"
        anchors.right: parent.right
        anchors.rightMargin: banner.side - padding
        anchors.verticalCenter: parent.verticalCenter
        visible: banner.isShown && !banner.isOffline && !banner.isDone
        text: banner.isWaiting ? Texts.served.sendNow : Texts.served.tryNow
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
