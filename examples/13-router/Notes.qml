pragma Singleton

import QtQuick

/// The notes: a page for each, by its id.
ListModel {
    id: notes

    ListElement {
        noteId: 1
        title: "The Moon"
        seen: "Tuesday, 21:40"
        tint: "#e8c268"
        size: 1.0
        ring: false
        text: "Terminator across Copernicus. The central peaks caught the light before the floor did."
    }
    ListElement {
        noteId: 2
        title: "Saturn"
        seen: "Wednesday, 23:05"
        tint: "#e59a63"
        size: 0.66
        ring: true
        text: "Rings nearly edge on. Titan to the east, some five ring widths out."
    }
    ListElement {
        noteId: 3
        title: "Vega"
        seen: "Friday, 22:15"
        tint: "#8fb6e8"
        size: 0.34
        ring: false
        text: "Blue and steady, even through thin cloud. Used it to align the finder."
    }
    ListElement {
        noteId: 4
        title: "Mars"
        seen: "Sunday, 05:30"
        tint: "#d9694a"
        size: 0.5
        ring: false
        text: "Small, but the polar cap was there whenever the air held still."
    }

    /// The row of the note, or -1.
    function rowOf(noteId: int): int {
        for (let row = 0; row < count; ++row) { // qmllint disable compiler
            if (get(row)["noteId"] === noteId)
                return row;
        }
        return -1;
    }
}
