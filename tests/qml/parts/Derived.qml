import QtQml
import NanoStores
import NanoStoresTest

/// Stores that come from others, scopes, and functions of the module.
QtObject {
    id: derived

    readonly property Trace trace: Trace {}
    readonly property Atom a: Atom {
        value: 1
    }
    readonly property Atom b: Atom {
        value: 10
    }
    readonly property Batched sum: Batched {
        stores: [derived.a, derived.b]
        compute: (a, b) => {
            derived.trace.add("sum");
            return a + b;
        }
    }
    readonly property Batched trackedSum: Batched {
        compute: () => {
            derived.trace.add("tracked");
            return derived.a.value + derived.b.value;
        }
    }
    readonly property Connections ofSum: Connections {
        target: null
        function onChanged(value: var, oldValue: var) {
            derived.trace.add(oldValue + ">" + value);
        }
    }
    readonly property StoreEffect pair: StoreEffect {
        enabled: false
        stores: [derived.a, derived.b]
        run: (a, b) => derived.trace.add(a + "," + b)
    }

    readonly property Readonly shown: Readonly {
        store: derived.a
    }
    readonly property StoreEffect ofShown: StoreEffect {
        enabled: false
        stores: [derived.shown]
        run: value => derived.trace.add("shown" + value)
    }

    readonly property Selector selector: Selector {
        store: derived.a
    }
    readonly property StoreKey isOne: StoreKey {
        store: derived.selector
        key: "1"
        onChanged: value => derived.trace.add("one" + value)
    }
    readonly property StoreKey isTwo: StoreKey {
        store: derived.selector
        key: "2"
        onChanged: value => derived.trace.add("two" + value)
    }
    readonly property StoreEffect three: StoreEffect {
        run: () => derived.trace.add("three" + derived.selector.isSelected(3))
    }

    property bool isInnerActive: true
    readonly property EffectScope scope: EffectScope {
        active: false
        StoreEffect {
            stores: [derived.b]
            run: b => {
                derived.trace.add("first" + b);
                return () => derived.trace.add("-first");
            }
        }
        EffectScope {
            active: derived.isInnerActive
            StoreEffect {
                run: () => {
                    derived.trace.add("inner" + derived.b.value);
                    return () => derived.trace.add("-inner");
                }
            }
        }
        StoreEffect {
            enabled: false
            run: () => derived.trace.add("never")
        }
    }
}
