// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls
import NanoStores.Router

/*!
    A SwipeView whose pages are routes:

        RouteSwipeView {
            router: nav
            Route { name: "today"; TodayPage {} }
            Route { name: "day"; params: ({ id: 7 }); DayPage {} }
        }

    It follows the router, and a page that the user swipes to is opened there; one that is refused, or waits for an
    answer, goes back. A Route that was shown before is opened where it was; before that, by its name and its params.
    While the router is at a page that has no Route here, the view stays where it is.
*/
SwipeView {
    id: view

    property alias router: pager.router
    default property alias routes: pager.routes
    /*! So many pages on each side of the one that is shown are loaded; negative: all. */
    property alias keep: pager.keep
    /*! Swiping replaces the entry of the history, so that back() passes these pages by. */
    property alias redirects: pager.redirects
    /*! The page that is shown; null while it is not loaded, or the router is elsewhere. */
    readonly property alias page: pager.page
    /*! Back keys and mouse buttons: `backKeys.escape: true`, `backKeys.enabled: false`. */
    readonly property alias backKeys: keys

    onCurrentIndexChanged: pager.shownIndex = currentIndex

    RoutePager {
        id: pager
        readonly property Flickable flickable: view.contentItem as Flickable
        moving: flickable !== null && flickable.moving // qmllint disable compiler
        onAdding: slot => {
            // Qt 6.4 sizes the pages of a view whose own size is fixed only when that changes.
            slot.width = Qt.binding(() => view.contentItem.width);
            slot.height = Qt.binding(() => view.contentItem.height);
            view.addItem(slot);
        }
        onGoingTo: index => view.setCurrentIndex(index)
    }
    BackKeys {
        id: keys
        router: pager.router
        target: view
    }
}
