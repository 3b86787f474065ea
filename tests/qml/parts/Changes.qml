import QtQml
import NanoStores
import NanoStoresTest

/// Stores that write down their changes.
QtObject {
    id: changes

    readonly property Trace trace: Trace {}
    /// What is aborted is decided here.
    property bool isMuted: false

    readonly property Atom count: Atom {
        value: 1
        onChanged: (value, oldValue) => changes.trace.add(oldValue + ">" + value)
    }
    readonly property Atom queued: Atom {
        queued: true
        value: 1
        onChanged: (value, oldValue) => changes.trace.add(oldValue + ">" + value)
    }
    readonly property MapStore map: MapStore {
        value: ({ a: 1 })
        onChanged: (value, oldValue, key) => {
            changes.trace.add(key + JSON.stringify(oldValue) + ">" + JSON.stringify(value));
        }
    }
    readonly property Computed twice: Computed {
        stores: [changes.count]
        compute: count => count * 2
    }
    readonly property Connections ofTwice: Connections {
        target: changes.twice
        enabled: false
        function onChanged(value: var, oldValue: var) {
            changes.trace.add("twice" + oldValue + ">" + value);
        }
    }
    readonly property StoreKey a: StoreKey {
        store: changes.map
        key: "a"
        onChanged: (value, oldValue) => changes.trace.add("a" + oldValue + ">" + value)
    }
    readonly property Atom guarded: Atom {
        value: 1
        onSetting: change => {
            change.shared.seen = "set" + change.newValue;
        }
        onNotifying: change => {
            changes.trace.add("notifying" + change.oldValue + ">" + change.newValue + change.key + change.shared.seen);
            if (changes.isMuted) {
                change.abort();
            }
        }
    }
    readonly property Connections ofGuarded: Connections {
        target: changes.guarded
        function onSetting(change: StoreChange) {
            changes.trace.add(change.shared.seen);
        }
        function onChanged(value: var) {
            changes.trace.add("changed" + value);
        }
    }
    readonly property MapStore guardedMap: MapStore {
        value: ({ a: 1 })
        onNotifying: change => {
            const was = JSON.stringify(change.oldValue);
            changes.trace.add(change.key + ":" + was + ">" + JSON.stringify(change.newValue));
        }
    }
    readonly property Atom hooked: Atom {
        value: 1
        unmountDelay: 500
        onStarted: changes.trace.add("started")
        onStopped: changes.trace.add("stopped")
        onMounted: changes.trace.add("mounted")
        onUnmounted: changes.trace.add("unmounted")
    }
    readonly property StoreEffect ofHooked: StoreEffect {
        enabled: false
        stores: [changes.hooked]
        run: () => {}
    }
    readonly property Atom near: Atom {
        value: 10
        equal: (a, b) => Math.abs(a - b) < 5
        onChanged: (value, oldValue) => changes.trace.add(oldValue + ">" + value)
    }
    readonly property MapStore folded: MapStore {
        value: ({ a: "x" })
        equal: (a, b, key) => key === "a" ? a.toLowerCase() === b.toLowerCase() : a === b
        onChanged: (value, oldValue, key) => changes.trace.add(key + value[key])
    }
    readonly property Computed parity: Computed {
        stores: [changes.count]
        compute: count => ({ odd: count % 2 })
        equal: (a, b) => a.odd === b.odd
    }
    readonly property Connections ofParity: Connections {
        target: changes.parity
        enabled: false
        function onValueChanged() {
            changes.trace.add("parity" + changes.parity.value.odd);
        }
    }
}
