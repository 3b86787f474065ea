import QtQml
import NanoStores
import NanoStoresTest

/// A store and a plain property, and what is made of both.
QtObject {
    id: plain

    property real width: 3
    property bool isWide: true
    readonly property real doubled: 2 * plain.width
    readonly property Counter runs: Counter {}
    readonly property Trace trace: Trace {}
    readonly property Atom price: Atom {
        value: 2
    }
    readonly property Computed area: Computed {
        compute: () => plain.runs.pass(plain.price.value * plain.width)
    }
    readonly property Computed twice: Computed {
        compute: () => plain.area.value + plain.area.value
    }
    readonly property Computed chosen: Computed {
        compute: () => plain.runs.pass(plain.isWide ? plain.width : 0)
    }
    readonly property Computed bound: Computed {
        compute: () => plain.runs.pass(plain.price.value * plain.doubled)
    }
    readonly property Computed listed: Computed {
        stores: [plain.price]
        compute: price => plain.runs.pass(price * plain.width)
    }
    readonly property StoreEffect effect: StoreEffect {
        enabled: false
        run: () => {
            const seen = plain.price.value + "x" + plain.width;
            plain.trace.add(seen);
            return () => plain.trace.add("end" + seen);
        }
    }
}
