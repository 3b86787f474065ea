import QtQuick
import LensApp

/// Points to what can be unfolded. Of two lines, as each row has one and a drawing takes longer.
Item {
    id: chevron

    property bool isOpen: false

    width: 9
    height: 9
    rotation: isOpen ? 90 : 0

    Rectangle {
        x: 1.5
        y: 2
        width: 6.5
        height: 1.5
        radius: 0.75
        rotation: 45
        antialiasing: true
        color: Theme.muted
    }
    Rectangle {
        x: 1.5
        y: 5.5
        width: 6.5
        height: 1.5
        radius: 0.75
        rotation: -45
        antialiasing: true
        color: Theme.muted
    }
}
