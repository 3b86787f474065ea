pragma Singleton
// What is in a Scoped is a component, which finds the others by the id.
// qmllint disable unqualified compiler

import QtQml
import NanoStores
import NanoStores.History

/// The stores of a document, each declared once, and one that all documents share.
QtObject {
    id: documents

    readonly property Scoped title: Scoped {
        Atom {
            value: "Untitled"
        }
    }
    readonly property Scoped text: Scoped {
        Atom {
            value: ""
        }
    }
    // Made of stores of a document, and so one for each document.
    readonly property Scoped words: Scoped {
        Computed {
            stores: [documents.text]
            compute: text => text.split(/\s+/).filter(word => word !== "").length
        }
    }
    readonly property Scoped edits: Scoped {
        History {
            stores: [documents.title, documents.text]
            mergeWithin: 500
            text: "typing"
        }
    }
    // No window provides it: one for the program.
    readonly property Scoped clipboard: Scoped {
        Atom {
            value: ""
        }
    }
}
