import QtQuick
import LensApp

/// A number in a table; nothing for none.
Text {
    height: Theme.row
    font.pixelSize: Theme.body - 1
    color: Theme.soft
    horizontalAlignment: Text.AlignRight
    verticalAlignment: Text.AlignVCenter
}
