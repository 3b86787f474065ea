// SPDX-License-Identifier: MIT
// qmllint disable unqualified compiler
import QtQuick
import QtTest
import NanoStores
import NanoStores.Persistent

TestCase {
    id: testCase
    name: "PersistentAtom"

    property var engines: []
    readonly property EngineObject mine: engines[0] ?? null
    readonly property EngineObject theirs: engines[1] ?? null

    Component {
        id: themeComponent
        PersistentAtom {
            engine: testCase.mine
            key: "theme"
            value: "light"
        }
    }
    Component {
        id: keyComponent
        PersistentAtom {
            engine: testCase.mine
            key: ""
        }
    }
    Component {
        id: sizeComponent
        PersistentAtom {
            engine: testCase.mine
            key: "size"
            value: ({ width: 1, tags: [] })
        }
    }
    Component {
        id: attachedComponent
        Atom {
            name: "attached"
            value: 1
            Persistent.key: "attached"
            Persistent.engine: testCase.mine
            Persistent.format: Persistent.Json
        }
    }
    Component {
        id: lateComponent
        Atom {
            id: late
            function begin() {
                late.Persistent.key = "late";
            }
            name: "late"
            value: "none"
            Persistent.engine: testCase.mine
        }
    }
    Component {
        id: migratedComponent
        PersistentAtom {
            engine: testCase.mine
            key: "profile"
            value: ({})
            Persistent.schema: 2
            Persistent.migrations: ({ 1: old => ({ name: old.first + " " + old.last }) })
        }
    }
    Component {
        id: failingComponent
        PersistentAtom {
            property var failure
            engine: testCase.mine
            key: "profile"
            value: ({ name: "none" })
            Persistent.schema: 2
            Persistent.migrations: ({ 1: old => { throw failure } })
        }
    }
    Component {
        id: namedComponent
        PersistentAtom {
            name: "named user"
            engine: testCase.mine
            key: "user"
            value: null
        }
    }
    Component {
        id: defaultComponent
        QtObject {
            property PersistentEngine above: PersistentEngine { isDefault: true; format: PersistentEngine.Memory }
            property PersistentAtom first: PersistentAtom { key: "first"; value: 0 }
            property Atom second: Atom { value: 0; Persistent.key: "second" }
            property PersistentMap third: PersistentMap { prefix: "third/" }
        }
    }
    Component {
        id: defaultBelowComponent
        QtObject {
            property PersistentAtom first: PersistentAtom { key: "first"; value: 0 }
            property Atom second: Atom { value: 0; Persistent.key: "second" }
            property PersistentMap third: PersistentMap { prefix: "third/" }
            property PersistentEngine above: PersistentEngine { isDefault: true; format: PersistentEngine.Memory }
        }
    }
    Component {
        id: databaseComponent
        PersistentEngine {}
    }
    SignalSpy {
        id: changes
        signalName: "valueChanged"
    }
    SignalSpy {
        id: flushes
        signalName: "flushed"
    }
    SignalSpy {
        id: failures
        signalName: "flushFailed"
    }

    function init() {
        engines = storage.pair();
    }

    function cleanup() {
        changes.target = null;
        changes.clear();
        flushes.target = null;
        flushes.clear();
        failures.target = null;
        failures.clear();
    }

    function test_defaultIsNotWritten() {
        const theme = createTemporaryObject(themeComponent, testCase);
        compare(theme.value, "light");
        verify(storage.flush(mine));
        compare(storage.raw(mine, "theme"), undefined);
    }

    function test_textIsWrittenAsItIs() {
        const theme = createTemporaryObject(themeComponent, testCase);
        theme.value = "dark";
        verify(storage.flush(mine));
        compare(storage.raw(mine, "theme"), "dark");
        theme.destroy();
        const again = createTemporaryObject(themeComponent, testCase);
        compare(again.value, "dark");
    }

    function test_objectsAreJson() {
        const size = createTemporaryObject(sizeComponent, testCase);
        size.value = { width: 7, tags: ["a", null], nested: { b: true } };
        verify(storage.flush(mine));
        compare(storage.raw(mine, "size"), '{"width":7,"tags":["a",null],"nested":{"b":true}}');
        size.destroy();
        const again = createTemporaryObject(sizeComponent, testCase);
        compare(again.value.width, 7);
        verify(Array.isArray(again.value.tags));
        compare(Object.keys(again.value), ["width", "tags", "nested"]);
    }

    function test_changesElsewhereArrive() {
        const theme = createTemporaryObject(themeComponent, testCase);
        changes.target = theme;
        storage.setRaw(theirs, "theme", "blue");
        verify(storage.flush(theirs));
        tryCompare(theme, "value", "blue");
        compare(changes.count, 1);
        storage.deleteRaw(theirs, "theme");
        verify(storage.flush(theirs));
        tryCompare(theme, "value", "light");
    }

    function test_undefinedHasNoEntry() {
        storage.setRaw(mine, "size", '{"width":2}');
        const size = createTemporaryObject(sizeComponent, testCase);
        compare(size.value.width, 2);
        size.value = undefined;
        verify(storage.flush(mine));
        compare(storage.raw(mine, "size"), undefined);
    }

    function test_unreadableIsKept() {
        storage.setRaw(mine, "size", "{broken");
        const size = createTemporaryObject(sizeComponent, testCase);
        compare(size.value.width, 1);
        verify(storage.flush(mine));
        compare(storage.raw(mine, "size"), "{broken");
        compare(mine.unreadable, ["size"]);
        size.value = { width: 3 };
        verify(storage.flush(mine));
        compare(storage.raw(mine, "size"), '{"width":3}');
    }

    function test_attachedToAnAtom() {
        const first = createTemporaryObject(attachedComponent, testCase);
        first.value = 5;
        verify(storage.flush(mine));
        compare(storage.raw(mine, "attached"), "5");
        const second = createTemporaryObject(attachedComponent, testCase);
        compare(second.value, 5); // of the same name
    }

    /// Who hears of what was kept may delete the store, and what keeps it.
    function test_deletedByWhatWasKept() {
        storage.setRaw(mine, "late", "kept");
        const atom = createTemporaryObject(lateComponent, testCase);
        storage.deleteWhenSet(atom);
        atom.begin();
        verify(storage.hasDeleted());
        compare(storage.raw(mine, "late"), "kept");
    }

    function test_failedMigrationLeavesTheEntry_data() {
        return [{ tag: "error", failure: new Error("of no form") }, { tag: "text", failure: "of no form" }];
    }

    function test_failedMigrationLeavesTheEntry(row) {
        storage.setRaw(mine, "profile", '{"first":"Ann"}');
        const profile = createTemporaryObject(failingComponent, testCase, { failure: row.failure });
        compare(profile.value, { name: "none" });
        compare(mine.unreadable, ["profile"]);
        verify(storage.flush(mine));
        compare(storage.raw(mine, "profile"), '{"first":"Ann"}');
    }

    function test_olderFormsAreMigrated() {
        storage.setRaw(mine, "profile", '{"first":"Ann","last":"Lee"}'); // of form 1 or older
        const profile = createTemporaryObject(migratedComponent, testCase);
        compare(profile.value.name, "Ann Lee");
        profile.value = { name: "Ann Lee-Fox" };
        verify(storage.flush(mine));
        profile.destroy();
        const again = createTemporaryObject(migratedComponent, testCase);
        compare(again.value.name, "Ann Lee-Fox");
    }

    function test_keyIsFixed() {
        const theme = createTemporaryObject(themeComponent, testCase);
        ignoreWarning(/fixed once the store is complete/);
        theme.key = "other";
        compare(theme.key, "theme");
    }

    /// As after a reload: the store has its value still, and its engine is another one on the same file.
    function test_namedStoreIsKeptInItsForm() {
        const first = namedComponent.createObject(testCase);
        first.value = "Ann";
        storage.flush(mine);
        compare(storage.raw(mine, "user"), "\"Ann\"");
        const next = [theirs, mine];
        first.destroy();
        wait(0);
        engines = next;
        const again = createTemporaryObject(namedComponent, testCase);
        compare(again.value, "Ann");
        again.value = "Bea";
        storage.flush(mine);
        storage.flush(theirs);
        compare(storage.raw(mine, "user"), "\"Bea\"");
        tryVerify(() => storage.raw(theirs, "user") === "\"Bea\"");
    }

    function test_byteOrderMarkIsPartOfTheText() {
        const theme = themeComponent.createObject(testCase);
        theme.value = "\ufeffdark";
        storage.flush(mine);
        const next = [theirs, mine];
        theme.destroy();
        wait(0);
        engines = next;
        tryVerify(() => storage.raw(mine, "theme") !== undefined);
        compare(createTemporaryObject(themeComponent, testCase).value, "\ufeffdark");
    }

    function test_messagesHaveNoValues() {
        const theme = createTemporaryObject(themeComponent, testCase);
        storage.expectErrors();
        theme.value = 1234;
        storage.flush(mine);
        verify(storage.takeErrors() > 0);
        verify(mine.lastError.includes("\"theme\" cannot be written"), mine.lastError);
        verify(!mine.lastError.includes("1234"), mine.lastError);
    }

    function test_engineGoesBeforeTheTurnEnds_data() {
        return [
            { tag: "atom", code: "PersistentAtom { engine: storageEngine; key: 'a'; value: ({}) }", change: "value = { b: [1] }" },
            { tag: "map", code: "PersistentMap { engine: storageEngine; prefix: 'a' }", change: "setKey('', { b: [1] })" }
        ];
    }

    /// As when a window sets a store while it closes.
    function test_engineGoesBeforeTheTurnEnds(data) {
        const code = "import NanoStores.Persistent\n" + data.code;
        verify(storage.setAndDeleteEngine(mine, code, data.change, true));
        verify(storage.flush(mine));
        compare(storage.raw(mine, "a"), "{\"b\":[1]}");
        storage.expectErrors();
        verify(storage.setAndDeleteEngine(mine, code, data.change.replace("[1]", "[2]"), false));
        storage.flush(mine);
        compare(storage.raw(mine, "a"), "{\"b\":[1]}"); // the value has gone, and nothing takes its place
        compare(storage.takeErrors(), 1);
    }

    function test_engineComesLater() {
        storage.setRaw(mine, "theme", "dark");
        const keeping = mine;
        const late = storage.late();
        engines = [late];
        const theme = createTemporaryObject(themeComponent, testCase);
        compare(theme.value, "light");
        late.begin(keeping);
        compare(theme.value, "dark");
        theme.value = "blue";
        storage.flush(late);
        compare(storage.raw(keeping, "theme"), "blue");
    }

    /// A store whose engine is null is not kept elsewhere, where it would not be found again.
    function test_engineIsNullAtFirst() {
        const keeping = mine;
        storage.setRaw(keeping, "theme", "dark");
        engines = [];
        ignoreWarning(/engine of a persistent store is null: nothing is kept until it is set/);
        const theme = createTemporaryObject(themeComponent, testCase);
        compare(theme.value, "light");
        engines = [keeping];
        compare(theme.value, "dark");
        theme.value = "blue";
        storage.flush(keeping);
        compare(storage.raw(keeping, "theme"), "blue");
    }

    function test_keyIsEmptyAtFirst() {
        ignoreWarning(/key is empty: nothing is kept until it is set/);
        const note = createTemporaryObject(keyComponent, testCase, { value: "draft" });
        note.key = "note";
        note.value = "written";
        storage.flush(mine);
        compare(storage.raw(mine, "note"), "written");
    }

    function test_flushWithoutAnEngineFails() {
        const late = storage.late();
        engines = [late];
        failures.target = late;
        late.flush();
        compare(failures.count, 0); // as it is with an engine: later
        tryCompare(failures, "count", 1);
        verify(failures.signalArguments[0][0].includes("set one first"));
    }

    function test_defaultEngine_data() {
        return [{ tag: "above", component: defaultComponent }, { tag: "below", component: defaultBelowComponent }];
    }

    /// Wherever it stands, the stores of the document are in it.
    function test_defaultEngine(data) {
        const object = createTemporaryObject(data.component, testCase);
        object.first.value = 1;
        object.second.value = 2;
        object.third.setKey("a", 3);
        compare(storage.raw(object.above, "first"), "1");
        compare(storage.raw(object.above, "second"), "2");
        compare(storage.raw(object.above, "third/a"), "3");
    }

    function test_onlyForStores() {
        ignoreWarning(/Persistent can be attached to an Atom or a MapStore only/);
        const item = createTemporaryQmlObject('import QtQuick; import NanoStores.Persistent; Item { Persistent.key: "a" }',
                                              testCase);
        verify(item);
    }

    function test_engineSaysWhenAllIsWritten() {
        const theme = createTemporaryObject(themeComponent, testCase);
        compare(mine.state, EngineObject.State.Live);
        verify(mine.isSaved);
        theme.value = "green";
        flushes.target = mine;
        mine.flush();
        tryCompare(flushes, "count", 1);
        verify(mine.isSaved);
        compare(mine.pending, 0);
        compare(storage.raw(theirs, "theme") ?? "green", "green");
    }

    function test_files_data() {
        return [
            { tag: "database", file: "state.db" },
            { tag: "json", file: "state.json" },
        ];
    }

    function test_files(data) {
        const database = createTemporaryObject(databaseComponent, testCase, { file: storage.folder() + "/" + data.file });
        const theme = createTemporaryObject(themeComponent, testCase, { engine: database });
        tryCompare(database, "state", EngineObject.State.Live);
        theme.value = "from " + data.tag;
        verify(storage.flush(database));
        ignoreWarning(/file is fixed once the engine is in use/);
        database.file = "elsewhere.db";

        const same = createTemporaryObject(databaseComponent, testCase,
                                           { file: "file://" + storage.folder() + "/" + data.file });
        const again = createTemporaryObject(themeComponent, testCase, { engine: same });
        compare(again.value, "from " + data.tag);
    }

    function test_whatCannotBeKept_data() {
        return [
            { tag: "function", value: () => 1 },
            { tag: "object", value: testCase },
        ];
    }

    function test_whatCannotBeKept(data) {
        storage.setRaw(mine, "size", '{"width":2}');
        const size = createTemporaryObject(sizeComponent, testCase);
        size.value = data.value;
        storage.flush(mine);
        compare(storage.raw(mine, "size"), '{"width":2}');
    }
}
