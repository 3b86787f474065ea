import QtQuick
import Shop

/// The shelves before there is anything on them: cards where the products will be.
GridView {
    id: shelf

    property int columns: 4
    property real side: 40
    /// Goes round while it is seen; every card takes its light from it.
    property real phase: 0.35

    objectName: "skeletonShelf"
    clip: true
    interactive: false
    leftMargin: side
    model: visible ? columns * Math.max(1, Math.ceil((height - 160) / cellHeight)) : 0

    Accessible.role: Accessible.Animation
    Accessible.name: Texts.served.filling

    header: Item {
        width: 1
        height: 160 // of the words of welcome
    }

    delegate: SkeletonCard {
        required property int index

        width: (GridView.view as GridView).cellWidth - 24
        height: (GridView.view as GridView).cellHeight - 32
        // A wave from the upper left to the lower right.
        glow: 0.5 + 0.5 * Math.cos(2 * Math.PI * ((GridView.view as SkeletonShelf).phase
                                                  - (index % (GridView.view as SkeletonShelf).columns
                                                     + Math.floor(index / (GridView.view as SkeletonShelf).columns)) * 0.12))
    }

    NumberAnimation {
        target: shelf
        property: "phase"
        from: 0
        to: 1
        duration: 1600
        loops: Animation.Infinite
        running: shelf.visible && Appearance.isAnimated
    }
}
