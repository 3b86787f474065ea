import NanoStores
import NanoStoresTest

/// "secret" cannot be set, and "max" is no more than 10.
MapStore {
    id: store

    readonly property Trace trace: Trace {}

    value: ({ a: 1 })
    onSetting: change => {
        store.trace.add(change.key + ":" + JSON.stringify(change.newValue));
        if (change.key === "secret") {
            change.abort();
        } else if (change.key === "max" && change.newValue > 10) {
            change.newValue = 10;
        }
    }
}
