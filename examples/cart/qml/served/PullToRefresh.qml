import QtQuick
import QtQuick.Shapes
import Shop

/// A ring that is drawn while the list is pulled down, and turns while it is fetched anew.
Item {
    id: pull

    required property Flickable flickable
    property bool isBusy: false
    readonly property real distance: 72
    readonly property real pulledBy: Math.max(0, -flickable.verticalOvershoot)
    readonly property real progress: Math.min(1, pulledBy / distance)
    property bool isArmed: false

    signal pulled()

    objectName: "pullToRefresh"
    height: Math.max(isBusy ? 44 : 0, pulledBy)

    Accessible.role: Accessible.Indicator
    Accessible.name: isBusy ? qsTr("The shelves are being filled anew") : qsTr("Pull to fill the shelves anew")

    Connections {
        target: pull.flickable
        function onVerticalOvershootChanged() {
            if (pull.flickable.dragging)
                pull.isArmed = pull.progress >= 1;
        }
        function onDraggingChanged() {
            if (!pull.flickable.dragging && pull.isArmed) {
                pull.isArmed = false;
                pull.pulled();
            }
        }
    }

    Shape {
        id: ring
        objectName: "pullRing"
        width: 28
        height: 28
        anchors.horizontalCenter: parent.horizontalCenter
        y: 8
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
