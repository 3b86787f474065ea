// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls
import NanoStores.Router

/*!
    A StackView that follows a router:

        RouteView {
            router: nav
            Route { name: "home"; HomePage {} }
            Route { name: "post"; source: "PostPage.qml"; preload: true }
            Route { name: "*"; NotFoundPage {} }
        }

    Its stack is that of the router's history up to the page that is shown: forward pushes, back pops, and redirect()
    replaces. push(), pop() and replace() are not for callers; open pages in the router. A page is made when it is shown
    first, and destroyed when its entry has gone and its transition ended. The transitions are those of StackView.
*/
StackView {
    id: view

    property alias router: stack.router
    default property alias routes: stack.routes
    /*! So many pages below the one that is shown stay loaded; negative: all. */
    property alias keep: stack.keep
    /*! So many pages are made before they are shown, at most, of Routes with `preload: true`. */
    property alias preloads: stack.preloads
    /*! Whether pages change with a transition. */
    property bool animated: true
    /*! The page that is shown; null while it is not loaded. */
    readonly property alias page: stack.page
    /*! Back keys and mouse buttons: `backKeys.escape: true`, `backKeys.enabled: false`. */
    readonly property alias backKeys: keys
    /*! The addresses of the pages in the stack. */
    function urls(): var {
        return stack.urls();
    }

    RouteStack {
        id: stack
        busy: view.busy

        function operation(immediately: bool, transition: int): int {
            return immediately || !view.animated ? StackView.Immediate : transition;
        }
        onPushing: (routeSlots, immediately) => {
            view.push(routeSlots, operation(immediately, StackView.PushTransition));
        }
        onPopping: (slot, immediately) => {
            view.pop(slot, operation(immediately, StackView.PopTransition));
        }
        onReplacing: (slot, routeSlots, immediately) => {
            view.replace(slot, routeSlots, operation(immediately, StackView.ReplaceTransition));
        }
        onClearing: view.clear()
    }
    BackKeys {
        id: keys
        router: stack.router
        target: view
    }
}
