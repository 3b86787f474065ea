// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtTest
import NanoStores
import NanoStoresTest

TestCase {
    id: test
    name: "MapStore"

    Component {
        id: mapComponent
        MapStore {
            value: ({ a: 1, b: 2 })
        }
    }

    Component {
        id: guardedComponent
        GuardedMap {}
    }

    Component {
        id: keyComponent
        KeyReader {}
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

    function test_value_isTheObjectSet() {
        const store = createTemporaryObject(mapComponent, test);
        compare(store.value, { a: 1, b: 2 });
        const object = { c: 3, d: [1] };
        store.value = object;
        verify(store.value === object);
        verify(store.value.d === object.d);
        compare(store.keys, ["c", "d"]);
        compare(store.count, 2);
    }

    function test_value_mustBeAnObject_data() {
        return [
            { tag: "null", value: null, kind: /not null/ },
            { tag: "undefined", value: undefined, kind: /not undefined/ },
            { tag: "number", value: 3, kind: /not the number 3/ },
            { tag: "text", value: "text", kind: /not the text "text"/ },
            { tag: "bool", value: true, kind: /not true/ },
            { tag: "array", value: [1, 2], kind: /not an array/ },
            { tag: "function", value: () => 1, kind: /not a function/ },
            { tag: "date", value: new Date(1), kind: /type Date/ },
            { tag: "Map", value: new Map([[1, 2]]), kind: /type Map/ },
            { tag: "QML object", value: test, kind: /not a QML object/ }
        ];
    }

    function test_value_mustBeAnObject(data: var) {
        const store = createTemporaryObject(mapComponent, test);
        const before = store.value;
        const connections = createTemporaryObject(connectionsComponent, test, { target: store });
        ignoreWarning(data.kind);
        store.value = data.value;
        verify(store.value === before);
        compare(connections.calls, 1); // what wrote it falls back
        ignoreWarning(data.kind);
        store.set(data.value);
        compare(store.value, { a: 1, b: 2 });
    }

    function test_key_mustBeText() {
        const store = createTemporaryObject(mapComponent, test);
        for (const key of [undefined, null, true, {}, ["a"], () => 1]) {
            for (const call of ["setKey", "removeKey", "getKey", "hasKey"]) {
                ignoreWarning(new RegExp(call + "\\(\\): the key must be text, not"));
                if (call === "setKey")
                    store.setKey(key, 1);
                else
                    store[call](key);
            }
        }
        compare(store.value, { a: 1, b: 2 });
        store.setKey(5, "five");
        store.setKey("", "empty");
        compare(store.value, { "5": "five", a: 1, b: 2, "": "empty" });
        compare(store.getKey(5), "five");
        verify(store.hasKey(""));
        store.removeKey("");
        store.removeKey(5);
        compare(store.value, { a: 1, b: 2 });
    }

    function test_value_isOneObjectBetweenChanges() {
        const store = createTemporaryObject(mapComponent, test);
        const before = store.value;
        store.setKey("a", 1);
        verify(store.value === before);
        store.setKey("a", 5);
        verify(store.value !== before);
        compare(before.a, 1);
        verify(store.value === store.get());
    }

    function test_key_isSetAndRemoved() {
        const store = createTemporaryObject(mapComponent, test);
        const object = {};
        store.setKey("o", object);
        verify(store.getKey("o") === object);
        verify(store.hasKey("o"));
        store.removeKey("o");
        verify(!store.hasKey("o"));
        store.setKey("a", undefined);
        compare(store.value, { b: 2 });
        store.setKey("", 1);
        compare(store.getKey(""), 1);
    }

    function test_key_wakesItsReadersOnly() {
        const store = createTemporaryObject(mapComponent, test);
        const a = createTemporaryObject(keyComponent, test, { store: store, key: "a" });
        const b = createTemporaryObject(keyComponent, test, { store: store, key: "b" });
        compare(b.seen, 2);
        a.counter.take();
        b.counter.take();
        store.setKey("a", 3);
        compare(a.seen, 3);
        compare(a.counter.take(), 1);
        compare(b.counter.take(), 0);
    }

    function test_initialValue_isPlain() {
        const store = createTemporaryObject(mapComponent, test, { value: { list: [1, 2], object: { a: 3 } } });
        verify(Array.isArray(store.value.list));
        compare(JSON.stringify(store.value), '{"list":[1,2],"object":{"a":3}}');
        const deep = createTemporaryObject(mapComponent, test, { value: { a: { b: [[1], { c: [2] }] } } }).value;
        verify(Array.isArray(deep.a.b) && Array.isArray(deep.a.b[0]) && Array.isArray(deep.a.b[1].c));
        store.value = { whole: [4] };
        compare(store.getKey("whole").concat([5]).length, 2);
    }

    function test_selection_wakesTwoRowsOfMany() {
        const store = createTemporaryObject(mapComponent, test, { value: { "17": true } });
        const rows = [];
        for (let i = 0; i < 10000; ++i) {
            rows.push(createTemporaryObject(keyComponent, test, { store: store, key: String(i) }));
        }
        compare(rows[17].seen, true);
        rows.forEach(row => row.counter.take());
        store.removeKey("17");
        store.setKey("8000", true);
        compare(rows.reduce((sum, row) => sum + row.counter.take(), 0), 2);
        compare(rows[17].seen, undefined);
        compare(rows[8000].seen, true);
    }

    function test_setting_tellsTheKey() {
        const store = createTemporaryObject(guardedComponent, test);
        store.trace.take();
        store.setKey("secret", 1);
        verify(!store.hasKey("secret"));
        store.setKey("max", 50);
        compare(store.getKey("max"), 10);
        store.removeKey("max");
        compare(store.trace.take(), "secret:1 max:50 max:undefined");
        store.value = { z: 1 };
        compare(store.trace.take(), ':{"z":1}');
        compare(store.value, { z: 1 });
    }
}
