import QtQuick
import Shop

/// A product's picture on its tint.
Rectangle {
    id: tile

    property alias source: picture.source
    property color tint
    property real fraction: 0.76
    property real lift: 0

    radius: Theme.radiusLarge
    color: Theme.tile(tint)

    Behavior on color {
        ColorAnimation { duration: Theme.moment }
    }

    Image {
        id: picture
        anchors.centerIn: parent
        anchors.verticalCenterOffset: -tile.lift
        width: Math.round(Math.min(tile.width, tile.height) * tile.fraction)
        height: width
        sourceSize.width: width
        sourceSize.height: height
        fillMode: Image.PreserveAspectFit
    }
}
