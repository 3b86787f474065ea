// SPDX-License-Identifier: MIT
import QtQml
import NanoStores.Persistent

/*!
    How far the values of an engine are in step with its storage: `SyncStatus { id: sync; engine: settings }`, and then
    `Label { text: sync.text; visible: !sync.isSynced }`. Without an engine it is Loading.

    All of it is made of the stores that StorageEngine::status() is of, and changes with them.
*/
QtObject {
    id: sync

    property EngineObject engine: null
    readonly property int state: engine ? engine.state : EngineObject.State.Loading
    /*! How many entries are set here and not written yet. */
    readonly property int pending: engine ? engine.pending : 0
    /*! How many of them wait for a decision: see ConflictArea. */
    readonly property int conflicts: engine ? engine.conflicts : 0
    /*! The last failure, also after it is over: what happened, and the remedy. */
    readonly property string lastError: engine ? engine.lastError : ""
    /*! Values may be older than those of the storage, which does not answer, or has not answered yet. */
    readonly property bool isStale: state === EngineObject.State.Loading || state === EngineObject.State.Stale || isOffline
    /*! Out of reach. It is tried again. */
    readonly property bool isOffline: state === EngineObject.State.Offline
    /*! Nothing is under way: values are those of the storage, and what was set is written. */
    readonly property bool isSynced: state === EngineObject.State.Live && pending === 0
    /*! It does not come right by itself: a person has to decide, or to look at lastError. */
    readonly property bool needsAttention: conflicts > 0 || state === EngineObject.State.ReadOnly
        || state === EngineObject.State.Full || state === EngineObject.State.Newer || state === EngineObject.State.Failed
    /*! All of it in a line for people. Empty: isSynced. */
    readonly property string text: how === "" || waiting === "" ? how + waiting : qsTr("%1, %2").arg(how).arg(waiting)
    /*! \internal */
    readonly property string waiting: pending === 0 ? "" : qsTr("%n not saved", "", pending)
    /*! \internal */
    readonly property string how: {
        if (conflicts > 0)
            return qsTr("%n in conflict", "", conflicts);
        switch (state) {
        case EngineObject.State.Live:
            return "";
        case EngineObject.State.Loading:
            return qsTr("Loading");
        case EngineObject.State.Stale:
            return qsTr("Connecting");
        case EngineObject.State.Offline:
            return qsTr("Offline");
        case EngineObject.State.ReadOnly:
            return qsTr("Read only");
        case EngineObject.State.Full:
            return qsTr("No room");
        case EngineObject.State.Newer:
            return qsTr("Written by a newer version");
        default:
            return qsTr("Failed");
        }
    }
}
