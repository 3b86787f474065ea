import QtQuick
import QtQuick.Shapes
import QtQuick.Templates as T
import LensApp

/// What the selected store depends on, and what depends on it, two steps each way.
Item {
    id: pane

    /// Where it is as a whole: a new one is looked at in its middle.
    readonly property string centre: Lens.selectedStore + " " + Lens.graphCentreX + " " + Lens.graphCentreY

    clip: true
    onCentreChanged: later.start()
    onVisibleChanged: later.start()

    Timer { // when it has its size
        id: later
        interval: 0
        onTriggered: pane.lookAtCentre()
    }

    function lookAtCentre() {
        const zoom = view.zoom;
        view.contentX = Math.max(0, Math.min(Lens.graphCentreX * zoom - view.width / 2, view.contentWidth - view.width));
        view.contentY = Math.max(0, Math.min(Lens.graphCentreY * zoom - view.height / 2, view.contentHeight - view.height));
    }

    Flickable {
        id: view
        anchors.fill: parent
        anchors.bottomMargin: note.visible ? 24 : 0
        contentWidth: Math.max(width, Lens.graphWidth * zoom)
        contentHeight: Math.max(height, Lens.graphHeight * zoom)
        boundsBehavior: Flickable.StopAtBounds

        T.ScrollBar.vertical: ScrollMark {}
        T.ScrollBar.horizontal: ScrollMark {}

        /// Smaller it cannot be read: then it is looked at in parts.
        readonly property real fitting: Lens.graphWidth > 0 ? Math.min(1, width / Lens.graphWidth, height / Lens.graphHeight) : 1
        readonly property real zoom: fitting < 0.7 ? 1 : fitting

        Item {
            width: Lens.graphWidth
            height: Lens.graphHeight
            scale: view.zoom
            transformOrigin: Item.TopLeft
            x: Math.max(0, (view.width - width * view.zoom) / 2)
            y: Math.max(0, (view.height - height * view.zoom) / 2)

            Shape {
                anchors.fill: parent
                antialiasing: true
                ShapePath {
                    fillColor: "transparent"
                    strokeColor: Theme.muted
                    strokeWidth: 1.4
                    PathSvg {
                        path: Lens.solidLines
                    }
                }
                ShapePath {
                    fillColor: "transparent"
                    strokeColor: Theme.muted
                    strokeWidth: 1.4
                    strokeStyle: ShapePath.DashLine
                    dashPattern: [3, 3]
                    PathSvg {
                        path: Lens.dashedLines
                    }
                }
                ShapePath {
                    fillColor: Theme.muted
                    strokeColor: "transparent"
                    PathSvg {
                        path: Lens.arrowHeads
                    }
                }
            }

            Repeater {
                model: Lens.boxes
                GraphBox {}
            }
        }
    }
    Text {
        id: note
        anchors.bottom: parent.bottom
        x: 16
        height: 20
        visible: Lens.graphLeftOut > 0
        text: Lens.graphLeftOut + " more are farther away"
        font.pixelSize: Theme.small
        color: Theme.muted
    }
    Text {
        anchors.centerIn: parent
        visible: Lens.graphWidth === 0
        text: Lens.selectedStore && !Lens.isConnected ? "A session does not say." : "Choose a store."
        font.pixelSize: Theme.body
        color: Theme.muted
    }
}
