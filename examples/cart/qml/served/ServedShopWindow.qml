import QtQuick
import Shop

/// The shop with a server behind it: what is loading, what has failed, and what waits for the network.
ShopWindow {
    id: window

    readonly property bool isBare: shelfCount === 0 && Catalogue.currentId === ""

    objectName: "servedShopWindow"
    bannerHeight: banner.height
    footerHeight: strip.height
    canBePulled: true

    Shortcut {
        sequences: ["F5", "Ctrl+R"]
        onActivated: Server.refresh()
    }

    SkeletonShelf {
        y: window.headerHeight + window.bannerHeight
        width: window.width
        height: window.height - y - window.footerHeight
        visible: Server.isLoading && window.isBare
        columns: window.shelfColumns
        side: window.shelfSide
        cellWidth: window.shelfCell.width
        cellHeight: window.shelfCell.height
    }

    PullToRefresh {
        y: window.headerHeight + window.bannerHeight
        width: window.width
        pulledBy: window.pulledBy
        isHeld: window.isPulled
        isBusy: Server.isRefreshing
        visible: window.isShelfShown && window.shelfCount > 0
        onPulled: Server.refresh()
    }

    ServerProblem {
        x: Math.round((window.width - width) / 2)
        y: Math.round(window.headerHeight + window.bannerHeight + 160
                      + Math.max(0, (window.height - window.headerHeight - window.bannerHeight - 160
                                     - window.footerHeight - height) / 2 - 24))
        width: Math.min(520, window.width - 80)
        enabled: !Cart.isOpen
        visible: window.isBare && !Server.isLoading && (Server.problem !== "" || !Server.isOnline)
    }

    OfflineBanner {
        id: banner
        hasProducts: window.shelfCount > 0
        enabled: !Cart.isOpen
        y: window.headerHeight
        width: window.width
    }

    ServerStrip {
        id: strip
        enabled: !Cart.isOpen
        y: window.height - height
        width: window.width
    }
}
