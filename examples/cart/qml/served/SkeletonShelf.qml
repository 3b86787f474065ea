import QtQuick
import Shop

/// The shelves before there is anything on them: cards where the products will be.
Item {
    id: shelf

    property int columns: 4
    property real side: 40
    property real cellWidth: 264
    property real cellHeight: 336
    /// Goes round while it is seen; every card takes its light from it.
    property real phase: 0.35

    objectName: "skeletonShelf"
    clip: true

    Accessible.role: Accessible.Animation
    Accessible.name: qsTr("The shelves are being filled")

    NumberAnimation on phase {
        from: 0
        to: 1
        duration: 1600
        loops: Animation.Infinite
        running: shelf.visible && Appearance.isAnimated
    }

    Repeater {
        model: shelf.visible ? shelf.columns * Math.max(1, Math.ceil((shelf.height - 160) / shelf.cellHeight)) : 0

        SkeletonCard {
            required property int index
            readonly property int column: index % shelf.columns
            readonly property int row: Math.floor(index / shelf.columns)

            x: shelf.side + column * shelf.cellWidth
            y: 160 + row * shelf.cellHeight
            width: shelf.cellWidth - 24
            height: shelf.cellHeight - 32
            // A wave from the upper left to the lower right.
            glow: 0.5 + 0.5 * Math.cos(2 * Math.PI * (shelf.phase - (column + row) * 0.12))
        }
    }
}
