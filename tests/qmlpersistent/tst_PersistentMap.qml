// SPDX-License-Identifier: MIT
// qmllint disable unqualified compiler
import QtQuick
import QtTest
import NanoStores.Persistent

TestCase {
    id: testCase
    name: "PersistentMap"

    property var engines: []
    readonly property EngineObject mine: engines[0] ?? null
    readonly property EngineObject theirs: engines[1] ?? null

    Component {
        id: draftsComponent
        PersistentMap {
            engine: testCase.mine
            prefix: "drafts/"
        }
    }
    Component {
        id: anyPrefixComponent
        PersistentMap {
            engine: testCase.mine
            prefix: ""
        }
    }
    Component {
        id: guardedComponent
        PersistentAtom {
            engine: testCase.mine
            key: "profile"
            value: "nothing"
            Persistent.policy: Persistent.Reject
        }
    }
    Component {
        id: mergedComponent
        PersistentAtom {
            engine: testCase.mine
            key: "tags"
            value: []
            Persistent.merge: (base, mine, theirs) => theirs.concat(mine.filter(tag => !theirs.includes(tag)))
        }
    }
    Component {
        id: areaComponent
        ConflictArea {}
    }
    Component {
        id: turningComponent
        ConflictArea {
            property PersistentAtom next
            onConflictFound: store = next
        }
    }
    SignalSpy {
        id: found
        signalName: "conflictFound"
    }

    function init() {
        engines = storage.pair();
    }

    function cleanup() {
        found.target = null;
        found.clear();
    }

    function test_anEntryForEachKey() {
        const drafts = createTemporaryObject(draftsComponent, testCase);
        drafts.setKey("a", "hello");
        drafts.setKey("b", { text: "world" });
        verify(storage.flush(mine));
        compare(storage.raw(mine, "drafts/a"), '"hello"');
        compare(storage.raw(mine, "drafts/b"), '{"text":"world"}');
        drafts.removeKey("a");
        verify(storage.flush(mine));
        compare(storage.raw(mine, "drafts/a"), undefined);
        drafts.destroy();
        const again = createTemporaryObject(draftsComponent, testCase);
        compare(again.keys, ["b"]);
        compare(again.getKey("b").text, "world");
    }

    function test_prefixIsEmptyAtFirst() {
        ignoreWarning(/prefix is empty: nothing is kept until it is set/);
        const drafts = createTemporaryObject(anyPrefixComponent, testCase);
        drafts.prefix = "drafts/";
        drafts.setKey("a", 1);
        storage.flush(mine);
        compare(storage.raw(mine, "drafts/a"), "1");
    }

    function test_keysArriveOneByOne() {
        const drafts = createTemporaryObject(draftsComponent, testCase);
        drafts.setKey("mine", 1);
        storage.setRaw(theirs, "drafts/theirs", "2");
        verify(storage.flush(theirs));
        tryVerify(() => drafts.hasKey("theirs"));
        compare(drafts.getKey("mine"), 1);
        compare(drafts.getKey("theirs"), 2);
    }

    function conflicting() {
        const profile = createTemporaryObject(guardedComponent, testCase);
        const area = createTemporaryObject(areaComponent, testCase, { store: profile });
        found.target = area;
        storage.setRaw(theirs, "profile", "theirs");
        profile.value = "mine"; // it has not seen theirs
        verify(storage.flush(theirs));
        storage.flush(mine);
        tryCompare(found, "count", 1);
        compare(area.conflict.base, "nothing");
        compare(area.conflict.mine, "mine");
        compare(area.conflict.theirs, "theirs");
        compare(profile.value, "mine");
        compare(mine.conflicts, 1);
        return { profile, area };
    }

    /// The handler of a conflict that is there already has the area show another store.
    function test_conflict_areaMayTurnToAnotherStore() {
        const { profile, area } = conflicting();
        const other = createTemporaryObject(mergedComponent, testCase);
        const turning = createTemporaryObject(turningComponent, testCase, { next: other });
        turning.store = profile;
        verify(turning.store === other);
        compare(turning.conflict, null);
        area.conflict.keepMine();
        tryCompare(area, "conflict", null);
        verify(storage.flush(mine));
        storage.setRaw(theirs, "profile", "theirs again");
        profile.value = "mine again";
        verify(storage.flush(theirs));
        storage.flush(mine);
        tryCompare(found, "count", 2);
        compare(turning.conflict, null); // it is none of the other store
    }

    /// What a listener in C++ throws does not end the program.
    function test_conflict_errorsOfListenersAreReported_data() {
        return [{ tag: "takeTheirs", left: "theirs" }, { tag: "resolve", left: "both" }];
    }

    function test_conflict_errorsOfListenersAreReported(row) {
        const { profile, area } = conflicting();
        storage.throwWhenSet(profile);
        area.conflict[row.tag]("both");
        compare(storage.takeErrors(), 1);
        tryCompare(area, "conflict", null);
        compare(profile.value, row.left);
    }

    function test_conflict_keepMine() {
        const { profile, area } = conflicting();
        area.conflict.keepMine();
        tryCompare(area, "conflict", null);
        verify(storage.flush(mine));
        compare(storage.raw(mine, "profile"), "mine");
    }

    function test_conflict_takeTheirs() {
        const { profile, area } = conflicting();
        area.conflict.takeTheirs();
        tryCompare(area, "conflict", null);
        compare(profile.value, "theirs");
    }

    function test_conflict_resolve() {
        const { profile, area } = conflicting();
        area.conflict.resolve("both");
        tryCompare(area, "conflict", null);
        compare(profile.value, "both");
        verify(storage.flush(mine));
        compare(storage.raw(mine, "profile"), "both");
    }

    function test_merge() {
        const tags = createTemporaryObject(mergedComponent, testCase);
        storage.setRaw(theirs, "tags", '["a"]');
        tags.value = ["b"];
        verify(storage.flush(theirs));
        tryVerify(() => { storage.flush(mine); return tags.value.length === 2; });
        compare(tags.value, ["a", "b"]);
        verify(storage.flush(mine));
        compare(storage.raw(mine, "tags"), '["a","b"]');
    }
}
