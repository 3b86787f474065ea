import QtQuick
import QtQuick.Shapes
import LensApp

/// A line drawing on a grid of 24.
Item {
    id: glyph

    property string path
    property color color: Theme.soft

    implicitWidth: 18
    implicitHeight: 18

    Shape {
        width: 24
        height: 24
        scale: glyph.width / 24
        transformOrigin: Item.TopLeft
        antialiasing: true

        ShapePath {
            fillColor: "transparent"
            strokeColor: glyph.color
            strokeWidth: 2
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg {
                path: glyph.path
            }
        }
    }
}
