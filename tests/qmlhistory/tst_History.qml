// Test functions are interpreted.
// qmllint disable compiler
// The clock and the C++ stores are set by tst_qmlhistory.cpp.
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores
import NanoStores.History

TestCase {
    id: test
    name: "History"

    Atom {
        id: title
        value: "a"
    }
    MapStore {
        id: layers
        value: ({ sky: 1, sea: 2, land: 3 })
    }
    Atom {
        id: twice
        value: 0
    }
    Computed {
        id: length
        stores: [title]
        compute: t => t.length
    }

    History {
        id: edits
        stores: [title, layers]
        limit: 5
        text: "Edit"
    }
    History {
        id: merging
        stores: title
        mergeWithin: 500
    }
    Component {
        id: historyComponent
        History {}
    }
    Item {
        id: view
        property bool canUndo: edits.canUndo
        property string undoText: edits.undoText
        property int position: edits.position
    }
    Repeater {
        id: rows
        model: edits.steps
        delegate: Item {
            required property string text
            required property bool done
        }
    }

    function cleanup() {
        edits.clear();
        merging.clear();
    }

    function test_undo() {
        title.value = "b";
        verify(view.canUndo);
        compare(view.undoText, "Edit");
        verify(edits.undo());
        compare(title.value, "a");
        verify(!view.canUndo);
        verify(edits.canRedo);
        verify(edits.redo());
        compare(title.value, "b");
        edits.undo();
        verify(!edits.undo());
    }

    function test_objectsKeepTheirIdentity() {
        const object = { name: "x" };
        title.value = object;
        title.value = "c";
        edits.undo();
        verify(title.value === object);
        edits.undo();
    }

    function test_mapsComeBackInTheirOrder() {
        layers.removeKey("sky");
        compare(layers.keys, ["sea", "land"]);
        edits.undo();
        compare(layers.keys, ["sky", "sea", "land"]);
        verify(String(edits.touched(0)[0]).endsWith("/sky"));
    }

    function test_beginAndEnd() {
        edits.begin("Drag");
        verify(!edits.canUndo);
        for (let i = 0; i < 10; ++i)
            layers.setKey("sea", i);
        edits.end();
        compare(edits.position, 1);
        compare(edits.undoText, "Drag");
        edits.undo();
        compare(layers.getKey("sea"), 2);
    }

    function test_group() {
        compare(edits.group("Both", () => {
            title.value = "z";
            layers.setKey("sea", 9);
            return 7;
        }), 7);
        compare(view.position, 1);
        edits.undo();
        compare(title.value, "a");
    }

    function test_groupThatThrows() {
        // A Promise takes what its function throws.
        let message = "";
        new Promise(() => edits.group("Bad", () => {
            title.value = "z";
            throw new Error("no");
        })).catch(error => message = error.message);
        tryVerify(() => message === "no");
        compare(edits.position, 1);
        edits.undo();
    }

    function test_untracked() {
        title.value = "b";
        edits.untracked(() => title.value = "c");
        verify(!edits.canUndo);
        title.value = "a";
    }

    function test_limit() {
        for (let i = 0; i < 8; ++i)
            title.value = i;
        compare(rows.count, 5);
        verify(edits.goTo(0));
        compare(title.value, 2);
        compare(rows.itemAt(0).done, false);
        title.value = "a";
    }

    function test_merging() {
        title.value = "b";
        clock.advance(400);
        title.value = "bc";
        clock.advance(600);
        title.value = "bcd";
        compare(merging.position, 2);
        merging.undo();
        compare(title.value, "bc");
        merging.undo();
        compare(title.value, "a");
    }

    function test_cleanState() {
        verify(edits.isClean);
        title.value = "b";
        verify(!edits.isClean);
        edits.setClean();
        edits.undo();
        verify(!edits.isClean);
        edits.redo();
        verify(edits.isClean);
        edits.undo();
        edits.setClean();
    }

    function test_settingRefusesUndo() {
        title.value = "b";
        const refuse = change => change.abort();
        title.setting.connect(refuse);
        verify(!edits.undo());
        title.setting.disconnect(refuse);
        compare(title.value, "b");
        verify(edits.undo());
        compare(title.value, "a");
    }

    function test_otherStores() {
        const history = createTemporaryObject(historyComponent, test, { stores: [title] });
        title.value = "b";
        verify(history.canUndo);
        history.stores = [layers];
        verify(!history.canUndo);
        title.value = "a";
        verify(!history.canUndo);
        layers.setKey("sea", 5);
        verify(history.undo());
    }

    function test_whatCannotBeRecorded() {
        ignoreWarning(/a computed store cannot be written, so there is nothing to undo/);
        createTemporaryObject(historyComponent, test, { stores: [length] });
        ignoreWarning(/StoreAdapter is no store that is declared in QML. A history of C\+\+ stores is made in C\+\+/);
        createTemporaryObject(historyComponent, test, { stores: [countAdapter] });
        ignoreWarning(/7 is no store. List the stores themselves, by their ids, and not their values/);
        createTemporaryObject(historyComponent, test, { stores: [7] });
    }

    function test_observersThatThrow() {
        const own = createTemporaryObject(historyComponent, test, { stores: [title] });
        title.value = "b";
        title.value = "c";
        clock.beginThrowing(own);
        own.limit = 1;
        compare(own.limit, 1);
        compare(clock.endThrowing(), ["no"]);
        compare(own.position, 1);
        clock.beginThrowing(own);
        own.stores = [];
        compare(clock.endThrowing(), ["no"]);
        verify(!own.canUndo);
        own.stores = [title];
        clock.beginThrowing(own);
        compare(own.group("Both", () => {
            title.value = "d";
            return 7;
        }), 7);
        compare(clock.endThrowing(), ["no"]);
        verify(own.canUndo);
        title.value = "a";
    }

    function test_historyOfCpp() {
        countAdapter.value = 3;
        verify(countEdits.canUndo);
        verify(countEdits.undo());
        compare(countAdapter.value, 0);
    }
}
