// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtTest
import NanoStores
import NanoStoresTest

TestCase {
    id: test
    name: "Derived"

    property Derived stores

    Component {
        id: derivedComponent
        Derived {}
    }
    Component {
        id: keyComponent
        StoreKey {}
    }

    function init() {
        wait(0); // what the last test left goes
        Clock.advance(1000);
        stores = createTemporaryObject(derivedComponent, test);
        stores.trace.take();
    }

    function trace(): string {
        return stores.trace.take();
    }

    /// In a list, since anything may be thrown. The linter does not know `try`.
    readonly property var thrownBy: new Function("run", "try { run(); return [] } catch (error) { return [error] }")

    function test_batched_runsOnceATurn_data() {
        return [
            { tag: "listed", name: "sum" },
            { tag: "tracked", name: "trackedSum" }
        ];
    }

    function test_batched_runsOnceATurn(data: var) {
        const word = data.name === "sum" ? "sum" : "tracked";
        const store = stores[data.name];
        stores.ofSum.target = store;
        compare(store.value, 11);
        stores.selector.store = null;
        trace();
        stores.a.value = 2;
        stores.b.value = 20;
        stores.a.value = 3;
        compare(trace(), "");
        Clock.advance(0);
        compare(trace(), word + " 11>23");
        stores.a.value = 4;
        compare(store.get(), 24); // who reads does not wait
        Clock.advance(0);
        compare(trace(), word + " 23>24");
    }

    function test_batch_notifiesOnce() {
        stores.pair.enabled = true;
        compare(trace(), "1,10");
        compare(NanoStores.batch(() => {
            stores.a.value = 2;
            stores.b.value = 20;
            return "done";
        }), "done");
        compare(trace(), "2,20 onefalse twotrue");
    }

    function test_batch_throwsWhatIsThrown_data() {
        return [
            { tag: "error", thrown: new Error("no") },
            { tag: "text", thrown: "no" },
            { tag: "undefined", thrown: undefined }
        ];
    }

    function test_batch_throwsWhatIsThrown(data: var) {
        stores.pair.enabled = true;
        trace();
        const caught = thrownBy.call(test, () => NanoStores.batch(() => {
                stores.a.value = 5;
                throw data.thrown;
            }));
        compare(caught.length, 1);
        verify(caught[0] === data.thrown);
        verify(trace().indexOf("5,10") >= 0); // what was set stays, and is notified
        verify(thrownBy.call(test, () => NanoStores.batch(3))[0] instanceof TypeError);
    }

    function test_readonly() {
        compare(stores.shown.value, 1);
        stores.ofShown.enabled = true;
        stores.a.value = 2;
        verify(trace().indexOf("shown2") >= 0);
        const key = createTemporaryObject(keyComponent, test, { store: stores.shown });
        verify(key.readOnly);
        ignoreWarning(/read-only/);
        key.value = 3;
        compare(stores.a.value, 2);
        stores.shown.store = stores.b;
        compare(stores.shown.value, 10);
        compare(trace(), "shown10");
        stores.shown.store = null;
        compare(stores.shown.value, undefined);
    }

    function test_readonly_mountsItsStore() {
        verify(!stores.b.isMounted);
        stores.shown.store = stores.b;
        stores.ofShown.enabled = true;
        verify(stores.b.isMounted);
    }

    function test_selector_wakesTwoKeys() {
        verify(stores.isOne.value);
        verify(!stores.isTwo.value);
        stores.a.value = 2;
        const words = trace().split(" ").sort().join(" ");
        compare(words, "onefalse twotrue");
        stores.a.value = 3;
        compare(trace().split(" ").sort().join(" "), "threetrue twofalse");
        stores.a.value = 7;
        compare(trace(), "threefalse");
        stores.a.value = 8;
        compare(trace(), "");
        stores.a.value = { id: 1 };
        compare(trace(), "");
        stores.a.value = "1";
        compare(trace(), "onetrue"); // keys are text
        verify(!stores.selector.isSelected(undefined));
        verify(!stores.selector.isSelected({}));
        compare(stores.selector.value, "1");
    }

    function test_effectScope_beginsAndEndsAll() {
        compare(trace(), "");
        stores.scope.active = true;
        compare(trace(), "first10 inner10");
        stores.b.value = 11;
        compare(trace().split(" ").sort().join(" "), "-first -inner first11 inner11");
        stores.isInnerActive = false;
        compare(trace(), "-inner");
        stores.scope.active = false;
        compare(trace(), "-first");
        stores.isInnerActive = true;
        compare(trace(), ""); // the outer one is not active
        stores.scope.active = true;
        compare(trace(), "first11 inner11");
        stores.scope.active = false;
        compare(trace(), "-inner -first");
        stores.b.value = 12;
        compare(trace(), "");
    }
}
