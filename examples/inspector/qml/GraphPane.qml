import QtQuick
import QtQuick.Shapes
import LensApp

/// What the selected store depends on, and what depends on it, two steps each way.
Item {
    id: pane

    clip: true

    Flickable {
        id: view
        anchors.fill: parent
        contentWidth: Math.max(width, Lens.graphWidth * zoom)
        contentHeight: Math.max(height, Lens.graphHeight * zoom)
        boundsBehavior: Flickable.StopAtBounds

        readonly property real zoom: Lens.graphWidth > 0 ? Math.max(0.45, Math.min(1, width / Lens.graphWidth, height / Lens.graphHeight)) : 1

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
        anchors.centerIn: parent
        visible: Lens.graphWidth === 0
        text: Lens.selectedStore && !Lens.isConnected ? "A session does not say." : "Choose a store."
        font.pixelSize: Theme.body
        color: Theme.muted
    }
}
