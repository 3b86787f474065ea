import QtQuick
import QtQuick.Shapes
import Shop

/// A line drawing on a grid of 24, in the colour of the text around it.
Item {
    id: icon

    required property string path
    property color color: Theme.ink
    property real thickness: 1.8
    property bool isDirectional: false ///< Points the other way where texts are written from right to left.

    implicitWidth: 24
    implicitHeight: 24

    Shape {
        width: 24
        height: 24
        transform: Scale {
            readonly property real factor: icon.width / 24

            origin.x: icon.isDirectional && Texts.isMirrored ? icon.width / (factor + 1) : 0
            xScale: icon.isDirectional && Texts.isMirrored ? -factor : factor
            yScale: factor
        }
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
