// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtTest
import NanoStoresTest

TestCase {
    id: test
    name: "Computed"

    property Sums sums

    Component {
        id: sumsComponent
        Sums {}
    }
    Component {
        id: readerComponent
        ComputedReader {}
    }
    Component {
        id: tiedComponent
        Tied {}
    }

    function init() {
        sums = createTemporaryObject(sumsComponent, test);
    }

    function test_compute_mustBeAFunction() {
        for (const value of [7, "text", {}]) {
            ignoreWarning(/compute must be a function, not/);
            createTemporaryObject(sumsComponent, test).listed.compute = value;
        }
    }

    function test_compute_thatReadsNoStoreIsNamed() {
        const sums = createTemporaryObject(sumsComponent, test);
        sums.tracked.compute = () => test.name;
        ignoreWarning(/has read no store/);
        compare(sums.tracked.value, "Computed");
        sums.tracked.compute = () => 5; // said once
        compare(sums.tracked.value, 5);
    }

    function test_plainProperty_isTiedByABinding_data() {
        return [{ tag: "tied", observed: true }, { tag: "rebound", observed: true },
                { tag: "tied", observed: false }, { tag: "rebound", observed: false }];
    }

    function test_plainProperty_isTiedByABinding(row) {
        const page = createTemporaryObject(tiedComponent, test);
        const store = page[row.tag];
        const reader = row.observed ? createTemporaryObject(readerComponent, test, { store: store }) : null;
        const seen = () => reader ? reader.seen : store.value;
        compare(seen(), 6);
        page.width = 5;
        compare(seen(), 10);
        page.price.value = 3;
        compare(seen(), 15);
        page.width = 7;
        compare(seen(), 21);
    }

    function test_listed_getsTheValues() {
        compare(sums.listed.value, 3);
        sums.a.value = 5;
        compare(sums.listed.value, 7);
        compare(sums.listed.get(), 7);
    }

    function test_tracked_dropsABranch() {
        const reader = createTemporaryObject(readerComponent, test, { store: sums.tracked });
        compare(reader.seen, 1);
        sums.runs.take();
        sums.b.value = 9;
        compare(sums.runs.take(), 0);
        sums.a.value = -1;
        compare(reader.seen, 9);
        sums.b.value = 10;
        compare(reader.seen, 10);
        compare(sums.runs.take(), 2);
    }

    function test_binding_isWokenByTheResultAlone() {
        const reader = createTemporaryObject(readerComponent, test, { store: sums.parity });
        compare(reader.seen, 1);
        reader.counter.take();
        sums.a.value = 3;
        compare(reader.counter.take(), 0);
        sums.a.value = 4;
        compare(reader.counter.take(), 1);
        compare(reader.seen, 0);
    }

    function test_unobserved_runsWhenRead() {
        compare(sums.listed.value, 3);
        sums.runs.take();
        sums.a.value = 2;
        sums.a.value = 3;
        compare(sums.runs.take(), 0);
        compare(sums.listed.value, 5);
        compare(sums.listed.value, 5);
        compare(sums.runs.take(), 1);
    }

    function test_error_keepsTheLastValue() {
        compare(sums.failing.value, 1);
        ignoreWarning(/Sums.qml:\d+.*unlucky/);
        sums.a.value = 13;
        compare(sums.failing.value, 1);
        sums.a.value = 14;
        compare(sums.failing.value, 14);
    }

    function test_circle_isNamed() {
        const reader = createTemporaryObject(readerComponent, test, { store: sums.circleToo });
        compare(reader.seen, 1);
        ignoreWarning(/Sums.qml:\d+.*waits for itself/);
        sums.a.value = 0;
        compare(reader.seen, 1);
        compare(sums.circleToo.get(), 1);
    }

    function test_sources_mountWithIt() {
        verify(!sums.a.isMounted);
        const reader = readerComponent.createObject(test, { store: sums.listed }) as ComputedReader;
        compare(reader.seen, 3);
        verify(sums.a.isMounted);
        reader.destroy();
        wait(0);
        Clock.advance(1999); // its own delay, and then that of its sources
        verify(sums.a.isMounted);
        Clock.advance(1);
        verify(!sums.a.isMounted);
    }

    function test_function_mayChange() {
        const reader = createTemporaryObject(readerComponent, test, { store: sums.listed });
        compare(reader.seen, 3);
        sums.listed.compute = (x, y) => x * y;
        compare(reader.seen, 2);
    }
}
