// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtQuick
import QtTest
import NanoStores
import NanoStoresTest

TestCase {
    id: test
    name: "Atom"

    Component {
        id: deepComponent
        Atom {
            value: {
                let deep = {};
                for (let i = 0; i < 20000; ++i) {
                    deep = { inner: deep };
                }
                return deep;
            }
        }
    }

    Component {
        id: getterComponent
        Atom {
            value: ({ get fresh() { return {} }, list: [1] })
        }
    }

    Atom {
        id: items
        value: [test, { item: test }]
    }

    Atom {
        id: count
        name: "tests/count"
        value: 1
    }

    Component {
        id: atomComponent
        Atom {}
    }

    Component {
        id: boundComponent
        Bound {}
    }

    Component {
        id: animatedComponent
        Atom {
            value: 10
            Behavior on value {
                NumberAnimation {
                    duration: 0
                }
            }
        }
    }

    Component {
        id: guardedComponent
        GuardedAtom {}
    }

    Component {
        id: tracedComponent
        TracedAtom {}
    }

    Component {
        id: clampComponent
        Clamp {}
    }

    Component {
        id: readerComponent
        AtomReader {}
    }

    Component {
        id: connectionsComponent
        Connections {
            property int calls: 0
            function onValueChanged() {
                ++calls;
            }
        }
    }

    function test_value_isWhatWasSet_data() {
        return [
            { tag: "number", value: 1.5 },
            { tag: "string", value: "text" },
            { tag: "bool", value: true },
            { tag: "null", value: null },
            { tag: "undefined", value: undefined },
            { tag: "object", value: { a: { b: 1 } } },
            { tag: "array", value: [1, [2]] },
            { tag: "function", value: () => 3 },
            { tag: "date", value: new Date(5) },
            { tag: "QObject", value: test }
        ];
    }

    function test_value_isWhatWasSet(data: var) {
        const store = createTemporaryObject(atomComponent, test);
        store.value = data.value;
        verify(store.value === data.value);
        verify(store.get() === data.value);
        store.set(data.value);
        verify(store.value === data.value);
    }

    function test_value_mayBeAnimated() {
        const store = createTemporaryObject(animatedComponent, test);
        compare(store.value, 10);
        store.value = 50;
        tryVerify(() => store.value === 50);
        store.set(70);
        tryVerify(() => store.value === 70);
    }

    function test_binding_followsTheStore() {
        const store = createTemporaryObject(atomComponent, test, { value: 1 });
        const reader = createTemporaryObject(readerComponent, test, { store: store });
        compare(reader.seen, 1);
        reader.counter.take();
        store.value = 2;
        compare(reader.seen, 2);
        store.value = 2;
        const object = { a: 1 };
        store.value = object;
        store.value = object;
        compare(reader.counter.take(), 2);
    }

    function test_initialValue_keepsItems() {
        verify(items.value[0] === test);
        verify(items.value[1].item === test);
    }

    function test_initialValue_isPlain() {
        const object = createTemporaryObject(atomComponent, test, { value: { list: [1, [2]], text: "a" } }).value;
        verify(Array.isArray(object.list) && Array.isArray(object.list[1]));
        compare(JSON.stringify(object), '{"list":[1,[2]],"text":"a"}');
        verify(Array.isArray(createTemporaryObject(atomComponent, test, { value: [[1]] }).value[0]));
        const literal = createTemporaryObject(getterComponent, test);
        verify(literal.value.fresh !== literal.value.fresh); // a getter stays one
        const nested = createTemporaryObject(deepComponent, test);
        let depth = 0;
        for (let inner = nested.value; inner.inner; inner = inner.inner) {
            ++depth;
        }
        compare(depth, 20000); // too deep to be looked through
    }

    function test_setting_mayAbortOrReplace() {
        const store = createTemporaryObject(guardedComponent, test);
        store.value = 5;
        compare(store.value, 5);
        store.value = -1;
        compare(store.value, 5);
        store.set(50);
        compare(store.value, 10);
    }

    function test_refusedWrite_signalsAChange() {
        const store = createTemporaryObject(guardedComponent, test);
        const connections = createTemporaryObject(connectionsComponent, test, { target: store });
        store.value = -1;
        compare(connections.calls, 1);
    }

    function test_queued_signalsOnceATurn() {
        const store = createTemporaryObject(atomComponent, test, { value: 1, queued: true });
        const reader = createTemporaryObject(readerComponent, test, { store: store });
        compare(reader.seen, 1);
        reader.counter.take();
        store.value = 2;
        store.value = 3;
        compare(reader.counter.take(), 0);
        compare(store.value, 3);
        Clock.advance(0);
        compare(reader.counter.take(), 1);
        compare(reader.seen, 3);
    }

    function test_handlerOfABoundProperty_mayWrite() {
        failOnWarning(/.*/); // "binding loop"
        const clamp = createTemporaryObject(clampComponent, test);
        clamp.store.value = 20;
        compare(clamp.store.value, 10);
        compare(clamp.number, 10);
    }

    function test_lifecycle_followsItsObservers() {
        const store = createTemporaryObject(tracedComponent, test);
        compare(store.value, 1);
        verify(!store.isMounted);
        const reader = readerComponent.createObject(test, { store: store });
        const connections = connectionsComponent.createObject(test, { target: store });
        compare(store.trace.take(), "mounted");
        verify(store.isMounted);
        reader.destroy();
        wait(0);
        Clock.advance(1000);
        verify(store.isMounted);
        connections.destroy();
        wait(0);
        Clock.advance(499);
        verify(store.isMounted);
        Clock.advance(1);
        compare(store.trace.take(), "unmounted");
        verify(!store.isMounted);
        compare(store.get(), 1);
        Clock.advance(500);
        compare(store.trace.take(), "mounted unmounted");
    }

    /// A binding is evaluated, and observes, before the store is complete.
    function test_mounted_byABindingMadeWithIt_data() {
        return [{ tag: "plain", name: "" }, { tag: "named", name: "bound" }];
    }

    function test_mounted_byABindingMadeWithIt(row) {
        const bound = createTemporaryObject(boundComponent, test, { name: row.name });
        const words = bound.trace.take().split(" ").sort();
        compare(words.join(" "), "atom computed map");
        for (const store of [bound.atom, bound.map, bound.computed]) {
            verify(store.isMounted);
        }
        bound.seenAtom = 0; // ends the bindings
        bound.seenKey = 0;
        bound.seenComputed = 0;
        wait(0);
        Clock.advance(5000);
        compare(bound.trace.take().split(" ").sort().join(" "), "-atom -computed -map");
        for (const store of [bound.atom, bound.map, bound.computed]) {
            verify(!store.isMounted);
        }
    }

    function test_mounted_ofANamedStoreThatAnotherObserves() {
        const first = createTemporaryObject(boundComponent, test, { name: "observed" });
        const second = createTemporaryObject(atomComponent, test, { name: "observed" });
        verify(first.atom.isMounted);
        verify(second.isMounted);
        second.name = "tests/count";
        verify(!second.isMounted);
        second.name = "observed";
        verify(second.isMounted);
        first.destroy();
        wait(0);
        const third = createTemporaryObject(atomComponent, test, { name: "observed" });
        verify(!third.isMounted); // in its unmount delay: there is no mount that this one could see the end of
        Clock.advance(5000);
        verify(!second.isMounted);
        verify(!third.isMounted);
        createTemporaryObject(readerComponent, test, { store: third });
        verify(second.isMounted);
        verify(third.isMounted);
    }

    /// A comparison that fails, with whatever it throws, loses no write.
    function test_equal_mayThrow_data() {
        return [{ tag: "text", thrown: "no" }, { tag: "error", thrown: new Error("no") }];
    }

    function test_equal_mayThrow(row) {
        const store = createTemporaryObject(atomComponent, test, { value: 1 });
        store.equal = () => {
            throw row.thrown;
        };
        ignoreWarning(/no$/);
        store.value = 2;
        store.equal = undefined;
        compare(store.value, 2);
    }

    function test_name_isShared() {
        const other = createTemporaryObject(atomComponent, test, { name: "tests/count", value: 7 });
        compare(other.value, 1);
        other.value = 2;
        compare(count.value, 2);
        other.destroy();
        wait(0);
        count.value = 1;
    }

    function test_name_mayBeSetLater() {
        const other = createTemporaryObject(atomComponent, test, { value: 7 });
        const reader = createTemporaryObject(readerComponent, test, { store: other });
        compare(reader.seen, 7);
        other.name = "tests/count";
        compare(reader.seen, 1);
        count.value = 3;
        compare(reader.seen, 3);
        count.value = 1;
    }
}
