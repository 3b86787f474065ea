import QtQml
import NanoStores
import NanoStoresTest

/// Parts of values, by path.
QtObject {
    id: paths

    readonly property Trace trace: Trace {}
    readonly property MapStore settings: MapStore {
        value: ({ notifications: { push: true, list: [{ name: "a" }] }, other: { kept: 1 } })
    }
    readonly property StoreKey push: StoreKey {
        store: paths.settings
        path: "notifications.push"
        onChanged: (value, oldValue) => paths.trace.add("push" + oldValue + ">" + value)
    }
    readonly property StoreKey name: StoreKey {
        store: paths.settings
        key: "notifications"
        path: "list[0].name"
    }
    readonly property Atom document: Atom {
        value: ({ title: "t", author: { name: "n" } })
    }
    readonly property StoreKey author: StoreKey {
        store: paths.document
        path: "author.name"
        onValueChanged: paths.trace.add("author" + paths.author.value)
    }
    property StoreKey ofCpp: StoreKey {
        store: Settings.document
    }
    readonly property Atom quiet: Atom {
        value: 1
        onMounted: paths.trace.add("mounted")
        onStarted: paths.trace.add("started")
    }
    property StoreKey watched: StoreKey {
        noMount: true
        onValueChanged: paths.trace.add("value" + paths.watched.value)
    }
}
