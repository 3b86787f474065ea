import QtQuick
import QtQuick.Controls
import NanoStores.Router

Page {
    id: page

    Column {
        padding: 24
        spacing: 12

        RouteLink {
            router: page.Route.router
            to: "note"
            params: ({ id: 1 })
            text: "The first note"
        }
        RouteLink {
            router: page.Route.router
            to: "note"
            params: ({ id: 2 })
            text: "The second note"
        }
        RouteLink {
            router: page.Route.router
            to: "/nowhere"
            text: "A page that is missing"
        }
    }
}
