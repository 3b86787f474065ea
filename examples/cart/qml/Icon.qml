import QtQuick
import QtQuick.Shapes
import Shop

/// A line drawing on a grid of 24, in the colour of the text around it.
Item {
    id: icon

    required property string path
    property color color: Theme.ink
    property real thickness: 1.8

    implicitWidth: 24
    implicitHeight: 24

    Shape {
        width: 24
        height: 24
        scale: icon.width / 24
        transformOrigin: Item.TopLeft
        antialiasing: true

        ShapePath {
            fillColor: "transparent"
            strokeColor: icon.color
            strokeWidth: icon.thickness
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin

            PathSvg {
                path: icon.path
            }
        }
    }
}
