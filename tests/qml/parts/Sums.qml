import QtQml
import NanoStores
import NanoStoresTest

/// Two numbers, and what is computed from them.
QtObject {
    id: sums

    readonly property Counter runs: Counter {}
    readonly property Atom a: Atom {
        value: 1
    }
    readonly property Atom b: Atom {
        value: 2
    }
    readonly property Computed listed: Computed {
        stores: [sums.a, sums.b]
        compute: (x, y) => sums.runs.pass(x + y)
    }
    readonly property Computed tracked: Computed {
        compute: () => sums.runs.pass(sums.a.value > 0 ? sums.a.value : sums.b.value)
    }
    readonly property Computed parity: Computed {
        compute: () => sums.a.value % 2
    }
    readonly property Computed circle: Computed {
        compute: () => sums.a.value > 0 ? sums.a.value : sums.circleToo.value
    }
    readonly property Computed circleToo: Computed {
        compute: () => sums.circle.value
    }
    readonly property Computed failing: Computed {
        compute: () => {
            if (sums.a.value === 13) {
                throw new Error("unlucky");
            }
            return sums.a.value;
        }
    }
}
