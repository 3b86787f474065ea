import QtQuick
import QtQuick.Shapes
import Shop

/// A ring that is drawn while the list is pulled down, and turns while it is fetched anew.
Item {
    id: pull

    property real pulledBy: 0
    property bool isHeld: false
    property bool isBusy: false
    readonly property real distance: 72
    readonly property real progress: Math.min(1, pulledBy / distance)
    readonly property real side: Math.max(40, (width - 1280) / 2)
    property bool isArmed: false

    signal pulled()

    objectName: "pullToRefresh"
    height: Math.max(isBusy ? 80 : 0, pulledBy)

    Accessible.role: Accessible.Indicator
    Accessible.name: isBusy ? Texts.served.fillingAnew : Texts.served.pull

    onPulledByChanged: {
        if (isHeld)
            isArmed = progress >= 1;
    }
    onIsHeldChanged: {
        if (!isHeld && isArmed) {
            isArmed = false;
            pulled();
        }
    }

    Shape {
        id: ring
        objectName: "pullRing"
        width: 28
        height: 28
        // Where it is pulled; beside the words of welcome when it was asked for by the keyboard.
        x: pull.pulledBy > 0 ? Math.round((pull.width - width) / 2)
                             : Texts.isMirrored ? pull.side : pull.width - width - pull.side
        y: pull.pulledBy > 0 ? 8 : 44
        opacity: pull.isBusy ? 1 : pull.progress
        visible: opacity > 0
        layer.enabled: true
        layer.samples: 4

        ShapePath {
            strokeColor: pull.isArmed || pull.isBusy ? Theme.accent : Theme.muted
            strokeWidth: 3
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap

            PathAngleArc {
                centerX: 14
                centerY: 14
                radiusX: 11
                radiusY: 11
                startAngle: -90
                sweepAngle: pull.isBusy ? 270 : Math.max(1, 330 * pull.progress)
            }
        }

        RotationAnimation on rotation {
            from: 0
            to: 360
            duration: 900
            loops: Animation.Infinite
            running: pull.isBusy && Appearance.isAnimated
        }
    }
}
