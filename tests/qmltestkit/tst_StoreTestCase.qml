// qmllint disable compiler
import QtQml
import NanoStores
import NanoStores.Test

StoreTestCase {
    id: test
    name: "StoreTestCase"

    property int setUps: 0
    property int tearDowns: 0

    function setUp() {
        ++setUps;
        spy.clear();
    }
    function tearDown() {
        ++tearDowns;
    }

    Atom {
        id: count
        value: 1
    }
    MapStore {
        id: items
        value: ({ tea: 1 })
    }
    Computed {
        id: twice
        stores: [count]
        compute: value => value * 2
    }
    Computed {
        id: half
        stores: [count]
        compute: value => Math.floor(value / 2)
    }
    StoreSpy {
        id: spy
        store: count
    }

    Component {
        id: atomComponent
        Atom {}
    }
    Component {
        id: spyComponent
        StoreSpy {}
    }
    Component {
        id: readerComponent
        Reader {}
    }
    Component {
        id: guardComponent
        StoreGuard {}
    }

    function test_1_values_areSet() {
        count.value = 5;
        items.setKey("mug", 2);
        compare(twice.value, 10);
        compare(setUps, 1);
    }

    function test_2_values_areThoseOfBefore() {
        compare(count.value, 1);
        compare(JSON.stringify(items.value), '{"tea":1}');
        compare(twice.value, 2);
        compare(setUps, 2);
        compare(tearDowns, 1);
    }

    function test_spy_recordsValues() {
        count.value = 2;
        count.value = 2;
        count.value = 3;
        compare(spy.count, 2);
        compare(spy.values, [2, 3]);
        compare(spy.take(), [2, 3]);
        compare(spy.values, []);
    }

    function test_spy_timeline() {
        count.value = 2;
        advance(300);
        count.value = 3;
        compare(spy.timeline, [[0, 2], [300, 3]]);
    }

    function test_spy_ofAKey() {
        const ofKey = createTemporaryObject(spyComponent, test, { store: items, key: "tea" });
        items.setKey("tea", 2);
        items.setKey("mug", 3);
        items.setKey("tea", 4);
        compare(ofKey.values, [2, 4]);
    }

    function test_spy_ofAComputed() {
        const ofTwice = createTemporaryObject(spyComponent, test, { store: twice });
        count.value = 4;
        compare(ofTwice.values, [8]);
        ofTwice.store = items;
        compare(ofTwice.values, []);
    }

    function test_temporaryObjects_areNoLeaks() {
        const reader = createTemporaryObject(readerComponent, test, { store: count }) as Reader;
        count.value = 7;
        compare(reader.seen, 7);
        createTemporaryObject(atomComponent, test, { value: 1 });
    }

    function test_pin_holds() {
        const reader = createTemporaryObject(spyComponent, test, { store: twice });
        pin(twice, 99);
        compare(twice.value, 99);
        count.value = 3;
        compare(twice.value, 99);
        pin(twice, 100);
        compare(twice.value, 100);
        unpin(twice);
        compare(twice.value, 6);
        compare(reader.values, [99, 6, 100, 6]);
        pin(twice, 5); // until the function ends
    }

    function test_pin_endsWithTheFunction() {
        compare(twice.value, 2);
    }

    function test_pin_refusesAnAtom() {
        ignoreWarning(/pin\(\) takes a Computed.*set an Atom or a MapStore instead/);
        pin(count, 5);
        compare(count.value, 1);
    }

    function test_settle_isQuiet() {
        count.value = 2;
        settle();
    }

    function test_guard_findsWhatIsLeft() {
        const inner = createTemporaryObject(guardComponent, test);
        inner.begin();
        const reader = readerComponent.createObject(test, { store: count }) as Reader;
        compare(reader.seen, 1);
        count.value = 8;
        const left = inner.finish();
        verify(left.includes("left behind"), left);
        verify(left.includes("listener of"), left);
        compare(count.value, 1);
        reader.destroy();
        wait(0);
    }

    function test_guard_showsHints() {
        const inner = createTemporaryObject(guardComponent, test);
        const halfSpy = createTemporaryObject(spyComponent, test, { store: half });
        inner.begin();
        count.value = 0;
        compare(halfSpy.count, 0);
        compare(inner.finish(), "");
        verify(inner.hints.join().includes("without a change"), inner.hints.join());
    }

    function test_guard_outsideOfATest() {
        const inner = createTemporaryObject(guardComponent, test);
        ignoreWarning(/advance\(\) is called outside of a test/);
        inner.advance(5);
        verify(!inner.active);
        inner.begin();
        verify(inner.active);
        ignoreWarning(/begin\(\) is called twice/);
        inner.begin();
        inner.finish();
    }
}
