import QtQuick
import QtQuick.Templates as T
import NanoStores
import NanoStores.Router
import RouterExample

/// Click, go back and forward with Alt+Left and Alt+Right, or use the side buttons of the mouse.
T.ApplicationWindow {
    id: window

    property string start: "/"
    property bool isAnimated: true
    property bool isNight: false
    property alias router: nav
    readonly property bool isWide: width >= 760

    onIsNightChanged: Theme.isDark = isNight

    width: 960
    height: 640
    minimumWidth: 340
    minimumHeight: 420
    visible: true
    title: "Observing log – " + nav.url
    color: Theme.background

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

    SideBar {
        id: side
        visible: window.isWide
        width: 264
        height: parent.height
        router: nav
    }
    Item {
        id: main
        anchors.fill: parent
        anchors.leftMargin: window.isWide ? side.width : 0

        TopBar {
            id: top
            width: parent.width
            router: nav
        }
        RouteView {
            id: view
            anchors.fill: parent
            anchors.topMargin: top.height
            anchors.bottomMargin: tabs.visible ? tabs.height : 0
            router: nav
            animated: window.isAnimated
            focus: true
            clip: true

            Route {
                name: "home"
                HomePage {}
            }
            Route {
                name: "note"
                preload: true // made while the pointer rests on a link
                NotePage {}
            }
            Route {
                name: "settings"
                SettingsPage {}
            }
            Route {
                name: "*"
                MissingPage {}
            }
        }
        T.TabBar {
            id: tabs
            anchors.bottom: parent.bottom
            visible: !window.isWide
            width: parent.width
            implicitHeight: 56
            contentItem: ListView {
                model: tabs.contentModel
                currentIndex: tabs.currentIndex
                orientation: ListView.Horizontal
                interactive: false
            }
            background: Rectangle {
                color: Theme.surface

                Rectangle {
                    width: parent.width
                    height: 1
                    color: Theme.line
                }
            }
            TabLink {
                width: tabs.width / 2
                text: "Notes"
            }
            TabLink {
                width: tabs.width / 2
                text: "Settings"
            }
            Bind on currentIndex { store: section }
        }
    }
}
