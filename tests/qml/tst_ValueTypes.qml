// SPDX-License-Identifier: MIT

// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQuick
import QtTest
import NanoStores
import NanoStoresTest

/// What QML reads from a property of a value type, or of a list, is a reference to the property. A store keeps what the
/// property held, and sees that another value is another one.
TestCase {
    id: test

    name: "ValueTypes"

    Component {
        id: heldComponent
        Held {}
    }
    Component {
        id: boundComponent
        Rectangle {
            id: bound
            property Atom store: Atom {
                value: "#000000"
            }
            Bind on color {
                store: bound.store
            }
        }
    }
    Component {
        id: listsComponent
        Item {
            id: lists
            property list<int> numbers: [1]
            property list<string> words
            property Atom store: Atom {
                value: [1, 2]
            }
            property Atom wordStore: Atom {
                value: ["a"]
            }
            Bind on numbers {
                store: lists.store
            }
            Bind on words {
                store: lists.wordStore
            }
        }
    }
    Component {
        id: anyComponent
        Item {
            id: any
            property var shown
            property string text
            property Atom store: Atom {
                value: 1
            }
            Bind on shown {
                store: any.store
            }
            Bind on text {
                store: any.store
            }
        }
    }
    SignalSpy {
        id: changes
        signalName: "valueChanged"
    }

    /// Another value of the property, by number.
    function change(page: Held, which: string, n: int) {
        switch (which) {
        case "tint":
            page.tint = Qt.rgba(n / 10, 0, 0, 1);
            break;
        case "place":
            page.place.x = n;
            break;
        case "area":
            page.area = Qt.rect(0, n, 1, 1);
            break;
        case "face":
            page.face.pixelSize = n + 1;
            break;
        case "numbers":
            page.numbers[0] = n;
            break;
        case "words":
            page.words = ["w", String(n)];
            break;
        }
    }

    function textOf(value: var): string {
        if (value === null || value === undefined) {
            return String(value);
        }
        return value.length === undefined || typeof value === "string" ? String(value) : Array.from(value).join();
    }

    readonly property var kinds: [
        { tag: "atom", set: (page, value) => page.atom.value = value, get: page => page.atom.value },
        { tag: "set()", set: (page, value) => page.atom.set(value), get: page => page.atom.get() },
        { tag: "queued", set: (page, value) => page.queued.value = value, get: page => page.queued.value },
        { tag: "map", set: (page, value) => page.map.setKey("part", value), get: page => page.map.getKey("part") },
        { tag: "all keys", set: (page, value) => page.map.value = { a: value }, get: page => page.map.getKey("a") },
        { tag: "map's key", set: (page, value) => page.mapPart.value = value, get: page => page.map.getKey("other") },
        { tag: "key", set: (page, value) => page.part.value = value, get: page => page.object.value.part },
        { tag: "path", set: (page, value) => page.deep.value = value, get: page => page.object.value.deep.part },
        { tag: "computed", set: (page, value) => page.atom.value = value, get: page => page.listed.value },
        {
            tag: "hook",
            set: (page, value) => {
                page.replaced.next = value;
                page.replaced.value = {};
            },
            get: page => page.replaced.value
        }
    ]
    readonly property var names: ["tint", "place", "area", "face", "numbers", "words"]

    function test_store_keepsWhatThePropertyHeld_data() {
        return kinds.reduce((all, kind) => all.concat(names.map(name => Object.assign({}, kind, {
            tag: kind.tag + ": " + name,
            name: name
        }))), []);
    }

    function test_store_keepsWhatThePropertyHeld(row: var) {
        const page = createTemporaryObject(heldComponent, test);
        let seed = 7;
        const random = n => {
            seed = (seed * 75 + 74) % 65537;
            return seed % n;
        };
        let expected = null;
        for (let i = 0; i < 40; ++i) {
            if (random(2) === 0) {
                change(page, row.name, random(4));
            } else {
                expected = textOf(page[row.name]);
                row.set(page, page[row.name]);
            }
            if (expected !== null) {
                compare(textOf(row.get(page)), expected, "step " + i);
            }
        }
    }

    function test_store_tellsOfAnotherValue_data() {
        return names.map(name => ({ tag: name }));
    }

    function test_store_tellsOfAnotherValue(row: var) {
        const page = createTemporaryObject(heldComponent, test);
        change(page, row.tag, 1);
        page.atom.value = page[row.tag];
        changes.target = page.atom;
        changes.clear();
        change(page, row.tag, 2);
        compare(changes.count, 0);
        page.atom.value = page[row.tag];
        compare(changes.count, 1);
        changes.target = page.part;
        page.part.value = page[row.tag];
        changes.clear();
        change(page, row.tag, 3);
        page.part.value = page[row.tag];
        compare(changes.count, 1);
    }

    function test_computed_followsTheProperty_data() {
        return names.map(name => ({ tag: name }));
    }

    function test_computed_followsTheProperty(row: var) {
        const page = createTemporaryObject(heldComponent, test, { which: row.tag });
        changes.target = page.computed;
        changes.clear();
        for (let n = 1; n < 4; ++n) {
            change(page, row.tag, n);
            compare(textOf(page.computed.value), textOf(page[row.tag]));
            compare(changes.count, n);
        }
    }

    function test_write_doesNotReachTheProperty() {
        const page = createTemporaryObject(heldComponent, test);
        page.atom.value = page.place;
        page.atom.value.x = 5;
        compare(page.place.x, 0);
    }

    function test_equalValue_isNoChange() {
        const page = createTemporaryObject(heldComponent, test);
        page.atom.value = page.place;
        changes.target = page.atom;
        changes.clear();
        page.atom.value = page.place;
        page.atom.value = Qt.point(0, 0);
        compare(changes.count, 0);
        verify(page.atom.value === page.place);
    }

    function test_listOfItems_isAnArray() {
        const page = createTemporaryObject(heldComponent, test);
        page.items = [page];
        page.atom.value = page.items;
        page.items = [];
        compare(page.atom.value.length, 1);
    }

    function test_bind_ofAListOfValues() {
        const item = createTemporaryObject(listsComponent, test);
        compare(textOf(item.numbers), "1,2");
        compare(textOf(item.words), "a");
        changes.target = item.store;
        changes.clear();
        item.store.value = [3];
        compare(textOf(item.numbers), "3");
        item.numbers = [4, 5];
        compare(textOf(item.store.value), "4,5");
        compare(changes.count, 2);
        item.store.value = ["x"]; // shows nothing of it, and keeps it
        compare(textOf(item.store.value), "x");
        item.words = ["b", "c"];
        compare(textOf(item.wordStore.value), "b,c");
    }

    function test_bind_ofASymbol() {
        const item = createTemporaryObject(anyComponent, test);
        const symbol = Symbol("s");
        item.store.value = symbol;
        verify(item.shown === symbol);
        compare(item.text, "Symbol(s)");
        verify(item.store.value === symbol);
        item.store.value = [symbol];
        verify(item.shown[0] === symbol);
    }

    function test_bind_ofAColour() {
        const item = createTemporaryObject(boundComponent, test);
        item.color = "#ff0000";
        compare(String(item.store.value), "#ff0000");
        item.color = "#00ff00";
        compare(String(item.store.value), "#00ff00");
        item.store.value = "#0000ff";
        compare(String(item.color), "#0000ff");
    }
}
