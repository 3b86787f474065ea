// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtTest
import NanoStores
import NanoStoresTest

TestCase {
    id: test
    name: "Changes"

    property Changes stores

    Component {
        id: changesComponent
        Changes {}
    }
    Component {
        id: keyComponent
        StoreKey {}
    }
    Component {
        id: atomComponent
        Atom {}
    }
    Component {
        id: handlerComponent
        Connections {
            property var seen: []
            function onChanged(value: var, oldValue: var) {
                seen.push([value, oldValue]);
            }
        }
    }

    function init() {
        wait(0); // what the last test left goes
        Clock.advance(1000);
        stores = createTemporaryObject(changesComponent, test);
        compare(stores.trace.take(), "");
    }

    function trace(): string {
        return stores.trace.take();
    }

    function test_changed_ofAnAtom() {
        stores.count.value = 2;
        stores.count.value = 2;
        stores.count.set(5);
        compare(trace(), "1>2 2>5");
    }

    function test_changed_handsOverTheSameObjects() {
        const store = createTemporaryObject(atomComponent, test, { value: { a: 1 } });
        const first = store.value;
        const second = { a: 2 };
        const handler = createTemporaryObject(handlerComponent, test, { target: store });
        store.value = second;
        compare(handler.seen.length, 1);
        verify(handler.seen[0][0] === second);
        verify(handler.seen[0][1] === first);
    }

    function test_changed_onceATurnOfAQueuedStore() {
        stores.queued.value = 2;
        stores.queued.value = 3;
        compare(trace(), "");
        Clock.advance(0);
        compare(trace(), "1>3");
        stores.queued.value = 4;
        stores.queued.value = 3;
        Clock.advance(0);
        compare(trace(), ""); // it is what it was
    }

    function test_changed_ofAMap() {
        stores.map.setKey("b", 2);
        compare(trace(), 'b{"a":1}>{"a":1,"b":2}');
        stores.map.setKey("a", 3);
        compare(trace(), 'a{"a":1,"b":2}>{"a":3,"b":2} a1>3');
        stores.map.value = { a: 4 };
        compare(trace(), 'undefined{"a":3,"b":2}>{"a":4} a3>4');
        stores.map.removeKey("a");
        compare(trace(), 'a{"a":4}>{} a4>undefined');
    }

    function test_changed_onceABatch() {
        NanoStores.batch(() => {
            stores.count.value = 2;
            stores.count.value = 3;
            stores.map.setKey("a", 2);
            stores.map.setKey("b", 3);
        });
        compare(trace(), '1>3 undefined{"a":1}>{"a":2,"b":3} a1>2');
    }

    function test_changed_observes() {
        stores.ofTwice.enabled = true;
        verify(stores.twice.isMounted);
        stores.count.value = 2;
        compare(trace(), "1>2 twice2>4");
        stores.ofTwice.target = null;
        Clock.advance(0);
        Clock.advance(1000);
        verify(!stores.twice.isMounted);
    }

    function test_changed_ofAKeyThatMovesOn() {
        const key = createTemporaryObject(keyComponent, test, { store: stores.map, key: "a" });
        const handler = createTemporaryObject(handlerComponent, test, { target: key });
        key.key = "none";
        key.key = "absent"; // undefined as well
        key.store = null;
        key.store = stores.map;
        key.key = "a";
        compare(JSON.stringify(handler.seen), "[[null,1],[1,null]]"); // null is JSON's undefined
    }

    function test_changed_ofAKeyThatWasNotActive() {
        const key = createTemporaryObject(keyComponent, test, { store: stores.map, key: "a" });
        const handler = createTemporaryObject(handlerComponent, test, { target: key });
        key.active = false;
        stores.map.setKey("a", 2);
        stores.map.setKey("a", 3);
        compare(handler.seen.length, 0);
        key.active = true;
        compare(JSON.stringify(handler.seen), "[[3,1]]");
        key.active = false;
        key.active = true;
        compare(handler.seen.length, 1);
    }

    function test_changed_ofAHandlerThatComesLater() {
        const key = createTemporaryObject(keyComponent, test, { store: stores.map, key: "a" });
        const first = createTemporaryObject(handlerComponent, test, { target: key });
        stores.map.setKey("a", 2);
        first.target = null;
        Clock.advance(0);
        stores.map.setKey("a", 3);
        first.target = key;
        stores.map.setKey("a", 4);
        compare(JSON.stringify(first.seen), "[[2,1],[4,3]]");
    }

    function test_notifying_mayAbort() {
        stores.guarded.value = 2;
        compare(trace(), "set2 notifying1>2undefined changed2");
        stores.isMuted = true;
        stores.guarded.value = 3;
        compare(trace(), "set3 notifying2>3undefined");
        compare(stores.guarded.value, 3);
        stores.isMuted = false;
        stores.guarded.value = 3;
        compare(trace(), "set3"); // no change
    }

    function test_notifying_ofAMap() {
        stores.guardedMap.setKey("b", 2);
        stores.guardedMap.setKey("a", 3);
        stores.guardedMap.removeKey("b");
        compare(trace(), "b:undefined>2 a:1>3 b:2>undefined");
        stores.guardedMap.value = { c: 1 };
        compare(trace(), ':{"a":3}>{"c":1}');
    }

    function test_started_isAtOnce() {
        stores.ofHooked.enabled = true;
        compare(trace(), "started mounted");
        stores.ofHooked.enabled = false;
        compare(trace(), "stopped");
        stores.ofHooked.enabled = true;
        compare(trace(), "started");
        stores.ofHooked.enabled = false;
        Clock.advance(500);
        compare(trace(), "stopped unmounted");
    }

    function test_started_ofAStoreThatIsObservedAlready() {
        const first = createTemporaryObject(atomComponent, test, { name: "changes/observed" });
        const handler = createTemporaryObject(handlerComponent, test, { target: first });
        stores.hooked.name = "changes/observed";
        compare(trace(), "started mounted");
        handler.target = null;
        Clock.advance(0);
        compare(trace(), "stopped");
        stores.hooked.name = "";
    }

    function test_equal_ofAnAtom() {
        stores.near.value = 12;
        compare(stores.near.value, 10);
        stores.near.value = 20;
        compare(trace(), "10>20");
        stores.near.equal = undefined;
        stores.near.value = 21;
        compare(trace(), "20>21");
    }

    function test_equal_ofAKey() {
        stores.folded.setKey("a", "X");
        stores.folded.setKey("b", "x");
        stores.folded.setKey("b", "X");
        compare(trace(), "bx bX");
        compare(stores.folded.value.a, "x");
    }

    function test_equal_ofAComputed() {
        stores.ofParity.enabled = true;
        stores.count.value = 3;
        compare(trace(), "1>3");
        stores.count.value = 4;
        compare(trace(), "3>4 parity0");
    }

    function test_equal_thatThrowsIsAChange() {
        const store = createTemporaryObject(atomComponent, test, { value: 1, equal: () => { throw new Error("unequal"); } });
        ignoreWarning(/unequal/);
        store.value = 2;
        compare(store.value, 2);
        ignoreWarning(/equal must be a function, not the number 3/);
        store.equal = 3;
        store.value = 2;
        compare(store.value, 2);
    }
}
