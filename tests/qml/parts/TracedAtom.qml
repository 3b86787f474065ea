import NanoStores
import NanoStoresTest

/// Tells of its mounting.
Atom {
    id: store

    readonly property Trace trace: Trace {}

    value: 1
    unmountDelay: 500
    onMounted: store.trace.add("mounted")
    onUnmounted: store.trace.add("unmounted")
}
