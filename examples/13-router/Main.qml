import QtQuick
import QtQuick.Controls
import NanoStores
import NanoStores.Router

/// Click, swipe with Alt+Left and Alt+Right, or use the side buttons of the mouse.
ApplicationWindow {
    id: window

    property string start: "/"

    width: 480
    height: 360
    visible: true
    title: nav.url

    Router {
        id: nav
        initial: window.start
        routes: ({
            home: "/",
            note: { path: "/notes/:id", params: { id: "int" } },
            settings: "/settings"
        })
    }
    RouteIndex {
        id: section
        router: nav
        routes: [["home", "note"], "settings"]
    }

    header: TabBar {
        TabButton { text: "Notes" }
        TabButton { text: "Settings" }
        Bind on currentIndex { store: section }
    }

    RouteView {
        anchors.fill: parent
        router: nav
        focus: true

        Route {
            name: "home"
            HomePage {}
        }
        Route {
            name: "note"
            NotePage {}
        }
        Route {
            name: "settings"
            SettingsPage {}
        }
        Route {
            name: "*"
            Label {
                id: none
                text: "There is no page " + none.Route.url
                padding: 24
            }
        }
    }
}
