import QtQml
import NanoStores
import NanoStoresTest

/// Stores with a binding on each, which QML evaluates before the stores are complete.
QtObject {
    id: bound

    property string name
    readonly property Trace trace: Trace {}
    readonly property Atom atom: Atom {
        name: bound.name
        value: 1
        onMounted: bound.trace.add("atom")
        onUnmounted: bound.trace.add("-atom")
    }
    readonly property MapStore map: MapStore {
        value: ({ k: 2 })
        onMounted: bound.trace.add("map")
        onUnmounted: bound.trace.add("-map")
    }
    readonly property Computed computed: Computed {
        compute: () => bound.atom.value + 2
        onMounted: bound.trace.add("computed")
        onUnmounted: bound.trace.add("-computed")
    }
    property int seenAtom: bound.atom.value
    property int seenKey: bound.map.value.k
    property int seenComputed: bound.computed.value
}
