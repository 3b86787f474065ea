import QtQuick
import LensApp

/// Back, play, and on.
Row {
    id: keys

    property bool goesBack: true
    property bool goesOn: true

    spacing: 4

    FlatButton {
        path: "M6 5 V19 M19 5 L9 12 L19 19 Z"
        hint: Lens.isTravelling ? "A step back (Ctrl+Left)" : "A turn back (Ctrl+Left)"
        enabled: keys.goesBack
        onClicked: Lens.step(-1)
    }
    FlatButton {
        path: Lens.isPlaying ? "M8 5 V19 M16 5 V19" : "M8 5 L18 12 L8 19 Z"
        hint: (Lens.isPlaying ? "Stop" : "Play") + " (Ctrl+Space)"
        enabled: keys.goesOn
        onClicked: Lens.isPlaying = !Lens.isPlaying
    }
    FlatButton {
        path: "M18 5 V19 M5 5 L15 12 L5 19 Z"
        hint: Lens.isTravelling ? "A step on (Ctrl+Right)" : "A turn on (Ctrl+Right)"
        enabled: keys.goesOn
        onClicked: Lens.step(1)
    }
}
