// SPDX-License-Identifier: MIT
// qmllint disable unqualified compiler
import QtQuick
import QtTest
import NanoStores.Persistent

TestCase {
    id: testCase
    name: "SyncStatus"

    SyncStatus {
        id: sync
    }
    Component {
        id: storeComponent
        PersistentAtom {
            engine: sync.engine
            key: "n"
            value: "initial"
            Persistent.policy: Persistent.Reject
        }
    }
    Component {
        id: areaComponent
        ConflictArea {}
    }

    function cleanup() {
        sync.engine = null;
    }

    function test_withoutAnEngine_isLoading() {
        compare(sync.state, EngineObject.State.Loading);
        verify(sync.isStale);
        verify(!sync.isSynced);
        compare(sync.text, "Loading");
    }

    function test_live_isSynced() {
        sync.engine = storage.faulty();
        tryCompare(sync, "isSynced", true);
        verify(!sync.isStale && !sync.isOffline && !sync.needsAttention);
        compare(sync.text, "");
        compare(sync.lastError, "");
    }

    function test_offline_saysHowMuchWaits() {
        sync.engine = storage.faulty();
        tryCompare(sync, "isSynced", true);
        storage.fail("unavailable");
        storage.setRaw(sync.engine, "a", "1");
        storage.setRaw(sync.engine, "b", "1");
        tryCompare(sync, "isOffline", true);
        verify(sync.isStale && !sync.isSynced && !sync.needsAttention);
        compare(sync.pending, 2);
        verify(sync.lastError !== "");
        compare(sync.text, "Offline, 2 not saved");
        storage.fail("");
        verify(storage.flush(sync.engine));
        tryCompare(sync, "isSynced", true);
        compare(sync.text, "");
        verify(sync.lastError !== ""); // what it was
    }

    function test_failures_needAttention_data() {
        return [{ tag: "full", text: "No room" }, { tag: "read only", text: "Read only" }];
    }
    function test_failures_needAttention(data) {
        sync.engine = storage.faulty();
        tryCompare(sync, "isSynced", true);
        storage.fail(data.tag);
        storage.setRaw(sync.engine, "a", "1");
        tryCompare(sync, "needsAttention", true);
        verify(!sync.isOffline && !sync.isStale);
        compare(sync.text, data.text + ", 1 not saved");
    }

    function test_conflict_needsAttention() {
        sync.engine = storage.faulty();
        const store = storeComponent.createObject(testCase);
        const area = areaComponent.createObject(testCase, { store: store });
        tryCompare(sync, "isSynced", true);
        storage.fail("unavailable");
        store.value = "mine";
        tryCompare(sync, "isOffline", true);
        storage.setElsewhere("n", "theirs");
        storage.fail("");
        storage.flush(sync.engine);
        tryCompare(sync, "conflicts", 1);
        verify(sync.needsAttention);
        compare(sync.text, "1 in conflict, 1 not saved");
        area.conflict.takeTheirs();
        tryCompare(sync, "isSynced", true);
        area.destroy();
        store.destroy();
    }
}
