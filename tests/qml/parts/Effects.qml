import QtQml
import NanoStores
import NanoStoresTest

/// Two numbers, and effects on them; none is on at first.
QtObject {
    id: effects

    readonly property Trace trace: Trace {}
    readonly property Atom a: Atom {
        value: 1
    }
    readonly property Atom b: Atom {
        value: 2
    }
    property StoreEffect listed: StoreEffect {
        enabled: false
        stores: [effects.a, effects.b]
        run: (x, y) => {
            effects.trace.add("run" + x + y);
            return () => effects.trace.add("end" + x + y);
        }
    }
    readonly property StoreEffect tracked: StoreEffect {
        enabled: false
        run: () => effects.trace.add("saw" + effects.a.value)
    }
    readonly property StoreEffect writer: StoreEffect {
        enabled: false
        stores: [effects.a]
        run: x => {
            effects.b.value = x * 10;
        }
    }
    readonly property StoreEffect failing: StoreEffect {
        enabled: false
        run: () => {
            if (effects.a.value === 13) {
                throw new Error("unlucky");
            }
            effects.trace.add("saw" + effects.a.value);
        }
    }
}
