// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtTest
import NanoStores
import NanoStoresTest

TestCase {
    id: test
    name: "StoreKey"

    Atom {
        id: profile
        value: ({ name: "Anna", age: 30 })
    }
    MapStore {
        id: scores
        value: ({ anna: 1, berta: 2 })
    }
    Computed {
        id: best
        compute: () => Math.max(...Object.values(scores.value))
    }

    Component {
        id: keyComponent
        KeyReader {}
    }
    Component {
        id: plainComponent
        StoreKey {}
    }
    Component {
        id: mapComponent
        MapStore {}
    }
    Component {
        id: deafComponent
        QtObject {
            readonly property int fixed: 3
        }
    }

    function valueOf(store) {
        return store.value;
    }

    function init() {
        wait(0); // what the last test left goes
        Clock.advance(1000);
        scores.value = { anna: 1, berta: 2 };
        profile.value = { name: "Anna", age: 30 };
        Settings.reset();
    }

    function test_key_ofWhatHasNone_data() {
        return [
            { tag: "number", value: 2, kind: /"foo" cannot be set: the store holds the number 2/ },
            { tag: "text", value: "text", kind: /holds the text "text"/ },
            { tag: "bool", value: false, kind: /holds false/ },
            { tag: "function", value: () => 1, kind: /holds a function/ },
            { tag: "date", value: new Date(1), kind: /type Date/ },
            { tag: "Map", value: new Map([[1, 2]]), kind: /type Map/ },
            { tag: "QML object", value: test, kind: /holds a QML object/ }
        ];
    }

    function test_key_ofWhatHasNone(data: var) {
        profile.value = data.value;
        const key = createTemporaryObject(plainComponent, test, { store: profile, key: "foo" });
        ignoreWarning(data.kind);
        key.value = 9;
        verify(profile.value === data.value);
        compare(key.value, undefined);
    }

    function test_key_ofNothingBegins() {
        for (const nothing of [undefined, null]) {
            profile.value = nothing;
            const key = createTemporaryObject(plainComponent, test, { store: profile, key: "foo" });
            key.value = 9;
            compare(profile.value, { foo: 9 });
        }
    }

    function test_key_isTheObjectsOwn() {
        profile.value = {};
        for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
            const key = createTemporaryObject(plainComponent, test, { store: profile, key: name });
            compare(key.value, undefined);
        }
        class Person {
            get name() { return "Anna"; }
        }
        profile.value = new Person();
        const name = createTemporaryObject(plainComponent, test, { store: profile, key: "name" });
        compare(name.value, "Anna");
    }

    function test_key_ofAnArray() {
        profile.value = ["a", "b"];
        const key = createTemporaryObject(plainComponent, test, { store: profile, key: "1" });
        compare(key.value, "b");
        key.value = "c";
        compare(profile.value, ["a", "c"]);
        verify(Array.isArray(profile.value));
    }

    function test_key_thatIsNaNIsNoChange() {
        profile.value = { age: NaN };
        const before = profile.value;
        const key = createTemporaryObject(plainComponent, test, { store: profile, key: "age" });
        key.value = NaN;
        verify(profile.value === before);
    }

    function test_key_ofAMap() {
        const key = createTemporaryObject(keyComponent, test, { store: scores, key: "anna" });
        compare(key.seen, 1);
        key.value = 5;
        compare(scores.getKey("anna"), 5);
        compare(key.seen, 5);
        verify(!key.readOnly);
        scores.removeKey("anna");
        compare(key.seen, undefined);
    }

    function test_key_ofAnObjectInAnAtom() {
        const before = profile.value;
        const key = createTemporaryObject(keyComponent, test, { store: profile, key: "age" });
        compare(key.seen, 30);
        key.value = 31;
        compare(profile.value, { name: "Anna", age: 31 });
        compare(before.age, 30);
        compare(key.seen, 31);
    }

    function test_key_ofAStoreObject() {
        const key = createTemporaryObject(keyComponent, test, { store: Settings, key: "quality" });
        compare(key.seen, 1);
        key.value = 2;
        compare(Settings.quality, 2);
        Settings.quality = 4;
        compare(key.seen, 4);
        key.value = 3; // refused
        compare(key.value, 4);
    }

    function test_key_ofAMapInCpp() {
        const key = createTemporaryObject(keyComponent, test, { store: Settings.points, key: "anna" });
        compare(key.seen, undefined);
        key.value = 5;
        compare(key.seen, 5);
        verify(!key.readOnly);
        key.value = 500; // too much
        compare(key.seen, 100);
        key.counter.take();
        const other = createTemporaryObject(keyComponent, test, { store: Settings.points, key: "berta" });
        other.value = 7;
        compare(key.counter.take(), 0);
        key.key = "berta";
        compare(key.seen, 7);
        key.value = undefined;
        compare(other.seen, undefined);
        compare(valueOf(Settings.points), { anna: 100 });
    }

    function test_selection_inCpp_wakesTwoRowsOfTenThousand() {
        Settings.select(17, true);
        const rows = [];
        for (let i = 0; i < 10000; ++i) {
            rows.push(createTemporaryObject(keyComponent, test, { store: Settings.selected, key: String(i) }));
        }
        compare(rows[17].seen, true);
        rows.forEach(row => row.counter.take());
        Settings.select(17, false);
        Settings.select(8000, true);
        compare(rows.reduce((sum, row) => sum + row.counter.take(), 0), 2);
        compare(rows[17].seen, undefined);
        compare(rows[8000].seen, true);
        verify(Settings.isSelectedMounted());
        rows.forEach(row => row.destroy());
        wait(0);
        Clock.advance(1000);
        verify(!Settings.isSelectedMounted());
    }

    function test_noKey_isTheValue() {
        const key = createTemporaryObject(keyComponent, test, { store: best });
        compare(key.seen, 2);
        verify(key.readOnly);
        scores.setKey("carla", 9);
        compare(key.seen, 9);
        ignoreWarning(/read-only/);
        key.value = 1;
        compare(key.value, 9);
    }

    function test_key_mayBeBound() {
        const key = createTemporaryObject(keyComponent, test, { store: scores, key: "anna" });
        key.key = "berta";
        compare(key.seen, 2);
        key.counter.take();
        scores.setKey("anna", 7);
        compare(key.counter.take(), 0);
        scores.setKey("berta", 8);
        compare(key.seen, 8);
        key.store = profile;
        key.key = "name";
        compare(key.seen, "Anna");
    }

    function test_store_mayGo() {
        const store = mapComponent.createObject(test, { value: { a: 1 } });
        const key = createTemporaryObject(keyComponent, test, { store: store, key: "a" });
        compare(key.seen, 1);
        store.destroy();
        wait(0);
        compare(key.store, null);
        compare(key.seen, undefined);
        ignoreWarning(/no store/);
        key.value = 3;
    }

    function test_store_isMountedWhileObserved() {
        Clock.advance(1000);
        const unread = createTemporaryObject(plainComponent, test, { store: Settings, key: "volume" });
        compare(unread.value, 20);
        verify(!Settings.isVolumeMounted());
        const key = keyComponent.createObject(test, { store: Settings, key: "volume" });
        verify(Settings.isVolumeMounted());
        key.destroy();
        wait(0);
        Clock.advance(1000);
        verify(!Settings.isVolumeMounted());
    }

    function test_mistake_isNamed() {
        ignoreWarning(/has no property "colour"/);
        createTemporaryObject(plainComponent, test, { store: Settings, key: "colour" });
        ignoreWarning(/has no property "value"/);
        createTemporaryObject(plainComponent, test, { store: Settings });
        ignoreWarning(/"x" is no key of this map/);
        createTemporaryObject(plainComponent, test, { store: Settings.selected, key: "x" });
        const deaf = createTemporaryObject(deafComponent, test);
        createTemporaryObject(plainComponent, test, { store: deaf, key: "fixed" });
    }
}
