pragma Singleton

import QtQml
import "cartStore.mjs" as Store

/// The live prices, and the clock behind them: JavaScript has none here, QML has.
QtObject {
    id: feed

    property bool isShown
    readonly property bool isLive: Store.feedIsLive.value

    readonly property Timer clock: Timer {
        interval: 800
        repeat: true
        running: feed.isLive
        onTriggered: Store.movePrice()
    }

    readonly property Binding shownness: Binding {
        target: feed
        property: "isShown"
        value: Store.shopShowsFeed.value
    }
    onIsShownChanged: Store.shopShowsFeed.set(isShown)
}
