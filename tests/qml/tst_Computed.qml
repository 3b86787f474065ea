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
        id: plainComponent
        Plain {}
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

    function test_compute_thatReadsByGetAloneIsNamed() {
        const sums = createTemporaryObject(sumsComponent, test);
        sums.tracked.compute = () => sums.a.get();
        ignoreWarning(/reads stores by get\(\) alone/);
        compare(sums.tracked.value, sums.a.value);
        sums.tracked.compute = () => sums.a.get() + 1; // said once
        compare(sums.tracked.value, sums.a.value + 1);
    }

    function test_plainProperty_isFollowed_data() {
        return [{ tag: "area", observed: true }, { tag: "area", observed: false },
                { tag: "bound", observed: true }, { tag: "bound", observed: false }];
    }

    function test_plainProperty_isFollowed(row) {
        const plain = createTemporaryObject(plainComponent, test);
        const store = plain[row.tag];
        const reader = row.observed ? createTemporaryObject(readerComponent, test, { store: store }) : null;
        const seen = () => reader ? reader.seen : store.value;
        const times = row.tag === "bound" ? 2 : 1;
        compare(seen(), 6 * times);
        plain.runs.take();
        plain.width = 5;
        compare(seen(), 10 * times);
        plain.price.value = 3;
        compare(seen(), 15 * times);
        plain.width = 7;
        compare(seen(), 21 * times);
        compare(plain.runs.take(), 3); // once for each change
    }

    function test_plainProperty_ofABranchThatIsLeft() {
        const plain = createTemporaryObject(plainComponent, test);
        const reader = createTemporaryObject(readerComponent, test, { store: plain.chosen });
        compare(reader.seen, 3);
        plain.isWide = false;
        compare(reader.seen, 0);
        plain.runs.take();
        plain.width = 8;
        compare(plain.runs.take(), 0);
        plain.isWide = true;
        compare(reader.seen, 8);
    }

    function test_plainProperty_isNotWatchedUnobserved() {
        const plain = createTemporaryObject(plainComponent, test);
        const reader = readerComponent.createObject(test, { store: plain.area }) as ComputedReader;
        compare(reader.seen, 6);
        verify(plain.price.isMounted);
        reader.destroy();
        wait(0);
        Clock.advance(2000);
        verify(!plain.price.isMounted);
        plain.runs.take();
        plain.width = 4;
        compare(plain.runs.take(), 0);
        compare(plain.area.value, 8);
    }

    function test_unobserved_runsOnceARead() {
        const plain = createTemporaryObject(plainComponent, test);
        plain.runs.take();
        compare(plain.twice.value, 12);
        compare(plain.runs.take(), 1);
        plain.width = 4;
        compare(plain.twice.get(), 16);
        compare(plain.runs.take(), 1);
    }

    function test_listed_followsItsStoresAlone() {
        const plain = createTemporaryObject(plainComponent, test);
        const reader = createTemporaryObject(readerComponent, test, { store: plain.listed });
        compare(reader.seen, 6);
        plain.width = 5;
        compare(reader.seen, 6);
        plain.price.value = 3;
        compare(reader.seen, 15);
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

    /// What is thrown need be no Error.
    function test_thrownText_keepsTheLastValue() {
        sums.tracked.compute = () => {
            if (sums.a.value === 13) {
                throw "unlucky";
            }
            return sums.a.value;
        };
        const reader = createTemporaryObject(readerComponent, test, { store: sums.tracked });
        compare(reader.seen, 1);
        ignoreWarning(/unlucky/);
        sums.a.value = 13;
        compare(reader.seen, 1);
        sums.a.value = 14;
        compare(reader.seen, 14);
    }

    /// As what a request has failed with.
    function test_returnedError_isAValue() {
        const offline = new Error("offline");
        sums.tracked.compute = () => sums.a.value > 1 ? offline : null;
        compare(sums.tracked.value, null);
        sums.a.value = 2;
        verify(sums.tracked.value === offline);
        sums.a.value = 1;
        compare(sums.tracked.value, null);
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
