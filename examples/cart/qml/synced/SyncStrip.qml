import QtQuick
import NanoStores.Persistent
import Shop

/// One line below the header: whether the cart is the same everywhere, and what is not sent yet.
Rectangle {
    id: strip

    readonly property int side: Math.max(40, (width - 1280) / 2)
    readonly property string message: {
        if (sync.needsAttention)
            return Texts.sync.problem({ reason: sync.lastError });
        if (sync.isOffline)
            return sync.pending > 0 ? Texts.sync.offlineChanges(sync.pending) : Texts.sync.offline;
        if (sync.isStale)
            return Texts.sync.connecting;
        return sync.pending > 0 ? Texts.sync.sending(sync.pending) : Texts.sync.shared;
    }

    objectName: "syncStrip"
    height: 40
    color: sync.isSynced ? Qt.tint(Theme.background, Qt.rgba(Theme.good.r, Theme.good.g, Theme.good.b, 0.16)) : Theme.raised

    Accessible.role: Accessible.StatusBar
    Accessible.name: message

    SyncStatus {
        id: sync
        engine: CartSync
    }

    Row {
        anchors.left: parent.left
        anchors.leftMargin: strip.side
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12

        Rectangle {
            id: dot
            anchors.verticalCenter: parent.verticalCenter
            width: 8
            height: 8
            radius: 4
            color: sync.isSynced ? Theme.good : sync.isOffline || sync.needsAttention ? Theme.accent : Theme.muted
        }

        Text {
            objectName: "syncText"
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, strip.width - 2 * strip.side - dot.width - 12)
            text: strip.message
            elide: Text.ElideRight
            font.pixelSize: Theme.small
            font.weight: Font.DemiBold
            color: Theme.ink
        }
    }

    Rectangle {
        width: parent.width
        height: 1
        anchors.bottom: parent.bottom
        color: Theme.line
    }
}
