import QtQuick
import QtQuick.Templates as T
import LensApp

/// Where in a list or a text it is.
T.ScrollBar {
    id: mark

    implicitWidth: 8
    minimumSize: 0.08
    contentItem: Rectangle {
        radius: 4
        color: Theme.line
        visible: mark.size < 1
    }
}
