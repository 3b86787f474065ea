// SPDX-License-Identifier: MIT
import QtQuick
import NanoStores

/// Stores of each kind, set to what properties hold.
Item {
    id: page

    property color tint: "#000000"
    property point place
    property rect area
    property font face
    property list<int> numbers
    property list<string> words
    property list<Item> items

    readonly property Atom atom: Atom {}
    readonly property Atom queued: Atom {
        queued: true
    }
    readonly property MapStore map: MapStore {}
    readonly property Atom object: Atom {
        value: ({ part: null, deep: { part: null } })
    }
    readonly property StoreKey part: StoreKey {
        store: page.object
        key: "part"
    }
    readonly property StoreKey deep: StoreKey {
        store: page.object
        path: "deep.part"
    }
    readonly property StoreKey mapPart: StoreKey {
        store: page.map
        key: "other"
    }
    readonly property Atom replaced: Atom {
        property var next
        onSetting: change => change.newValue = next
    }

    property string which: "tint"
    readonly property Computed computed: Computed {
        compute: () => page[page.which]
    }
    readonly property Computed listed: Computed {
        stores: [page.atom]
        compute: value => value
    }
}
