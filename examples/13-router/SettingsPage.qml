import QtQuick
import QtQuick.Controls
import NanoStores.Router // qmllint disable unused-imports

/// What the page remembers is in its entry of the history, and comes back with it.
Page {
    id: page

    Slider {
        anchors.centerIn: parent
        value: page.Route.state.volume ?? 0.5 // qmllint disable compiler
        onMoved: page.Route.setState("volume", value)
    }
}
