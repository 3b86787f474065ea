import QtQuick
import LensApp

/// Which program is looked at.
Sheet {
    id: picker

    visible: Lens.isPicking
    onClosed: Lens.isPicking = false
    width: parent ? Math.min(380, parent.width - 32) : 380
    height: column.implicitHeight + 24
    padding: 12
    onAboutToShow: Lens.lookForPrograms()

    Column {
        id: column
        width: parent.width
        spacing: 4
        Text {
            text: "Programs of this user"
            font.pixelSize: Theme.small
            color: Theme.muted
            bottomPadding: 4
        }
        Repeater {
            id: rows
            model: Lens.programs
            ProgramEntry {
                width: parent ? parent.width : 0
            }
        }
        Text {
            visible: rows.count === 0
            width: column.width
            text: "None. Start a program that has an inspector with NANOSTORES_INSPECT=1."
            font.pixelSize: Theme.body
            color: Theme.soft
            wrapMode: Text.Wrap
            bottomPadding: 6
        }
    }
}
