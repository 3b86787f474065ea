// Test functions are interpreted.
// qmllint disable compiler
// The clock is set by tst_qmlqueue.cpp.
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores.Persistent
import NanoStores.Query

TestCase {
    id: test

    property var sent: []
    property var waiting: []
    property var ends: []

    name: "MutationQueue"

    function settle(milliseconds) {
        wait(0);
        wait(0);
        clock.advance(milliseconds ?? 0);
        wait(0);
    }
    function send(context, id, name) {
        sent.push(id + ":" + name + "#" + context.attempt);
        return new Promise((resolve, reject) => waiting.push({ id: context.id, resolve, reject }));
    }
    function answer(value) {
        waiting.shift().resolve(value);
        settle();
    }
    function refuse(error) {
        waiting.shift().reject(error);
        settle();
    }
    function init() {
        sent = [];
        waiting = [];
        ends = [];
    }

    Component {
        id: fileComponent
        PersistentEngine {
            format: PersistentEngine.Memory
        }
    }
    /// A run of the program.
    Component {
        id: runComponent
        QtObject {
            id: program
            required property PersistentEngine file
            property bool isOnline: true
            property var verdict
            property var dropped: []
            property alias outbox: outbox
            property alias rename: rename
            property int count: outbox.count
            property int state: outbox.state
            property bool loading: rename.loading
            property string problem: rename.errorString

                        property string name: user.data ? user.data.name : ""

            readonly property QueryClient cache: QueryClient {
                id: client
                retry: () => 4000
            }
            readonly property Query query: Query {
                id: user
                client: program.cache
                key: ["users", 7]
                fetcher: () => ({ name: "server" })
            }
            readonly property MutationQueue queue: MutationQueue {
                id: outbox
                client: program.cache
                engine: program.file
                enabled: program.isOnline
                verdict: program.verdict
                onDropped: (id, mutation, error) => program.dropped.push(mutation + ": " + error)
            }
            readonly property QueuedMutation mutation: QueuedMutation {
                id: rename
                queue: outbox
                name: "rename"
                show: (call, id, name) => call.update(["users", id], data => Object.assign({}, data, { name }))
                send: (context, id, name) => test.send(context, id, name)
            }
        }
    }
    Component {
        id: mutationComponent
        QueuedMutation {
            name: "other"
        }
    }
    Component {
        id: queueComponent
        MutationQueue {}
    }
    /// A queue that may end before the client of a run.
    Component {
        id: otherQueueComponent
        QtObject {
            id: other
            required property QueryClient cache
            required property PersistentEngine file
            property alias rename: otherRename

            readonly property MutationQueue queue: MutationQueue {
                id: otherOutbox
                client: other.cache
                engine: other.file
                prefix: "other/"
            }
            readonly property QueuedMutation mutation: QueuedMutation {
                id: otherRename
                queue: otherOutbox
                name: "rename"
                show: (call, id, name) => call.update(["users", id], data => Object.assign({}, data, { name }))
                send: (context, id, name) => test.send(context, id, name)
            }
        }
    }
    component CallRow: QtObject {
        required property string callId
        required property string mutation
        required property string state
        required property int attempts
        required property string error
        readonly property string text: (mutation + " " + state + " " + attempts + " " + error).trim()
    }
    Instantiator {
        id: rows
        property var run
        model: run ? run.outbox.model : null
        delegate: CallRow {}
    }
    function field(number, name) {
        return rows.objectAt(number)[name];
    }
    function texts() {
        const all = [];
        for (let number = 0; number < rows.count; ++number)
            all.push(field(number, "text"));
        return all;
    }

    function newFile() {
        return createTemporaryObject(fileComponent, test);
    }
    function start(file, properties) {
        const run = createTemporaryObject(runComponent, test, Object.assign({ file }, properties));
        run.cache.mutate(["users", 7], { name: "Ann" });
        run.cache.mutate(["users", 8], { name: "Bob" });
        return run;
    }
    function end(run) {
        run.destroy();
        settle();
        waiting = [];
    }

    function test_callsAreShownAndSentInOrder() {
        const run = start(newFile());
        run.rename.mutate(7, "Eva").then(end => ends.push(end));
        run.rename.mutate(8, "Tom").then(end => ends.push(end));
        compare(run.name, "Eva");
        compare(run.cache.cached(["users", 8]).name, "Tom");
        compare(run.count, 2);
        compare(run.state, MutationQueue.Sending);
        verify(run.loading);
        compare(sent, ["7:Eva#1"]);
        answer("first");
        compare(sent, ["7:Eva#1", "8:Tom#1"]);
        answer("second");
        compare(ends, ["first", "second"]);
        compare(run.count, 0);
        compare(run.state, MutationQueue.Idle);
        verify(!run.loading);
        compare(run.name, "Eva");
    }

    function test_nothingIsSentWhileItIsNotEnabled() {
        const run = start(newFile(), { isOnline: false });
        run.rename.mutate(7, "Eva");
        compare(run.name, "Eva");
        compare(run.state, MutationQueue.Waiting);
        settle(10000);
        compare(sent, []);
        run.isOnline = true;
        compare(sent, ["7:Eva#1"]);
        answer();
        compare(run.count, 0);
    }

    function test_aLaterRunShowsAndSendsIt() {
        const file = newFile();
        const first = start(file);
        first.rename.mutate(7, "Eva");
        first.rename.mutate(8, "Tom");
        const id = waiting[0].id;
        end(first);
        compare(clock.kept(file).length, 2);
        const second = start(file);
        compare(second.name, "Eva");
        compare(second.count, 2);
        settle();
        compare(sent, ["7:Eva#1", "7:Eva#2"]);
        compare(waiting[0].id, id);
        answer();
        answer();
        compare(sent[2], "8:Tom#1");
        compare(clock.kept(file), []);
        compare(second.name, "Eva");
    }

    function test_aFailureIsTriedAgainAsTheClientSays() {
        const run = start(newFile());
        rows.run = run;
        run.rename.mutate(7, "Eva");
        refuse(new Error("no line"));
        compare(run.state, MutationQueue.Retrying);
        compare(texts(), ["rename waiting 1 no line"]);
        compare(run.name, "Eva");
        settle(4000);
        compare(sent, ["7:Eva#1", "7:Eva#2"]);
        refuse(new Error("no line"));
        run.outbox.retry();
        compare(sent.length, 3);
        answer();
        compare(texts(), []);
        rows.run = null;
    }

    function test_verdictDecides() {
        let asked;
        const run = start(newFile(), { verdict: failure => {
            asked = failure;
            return { "busy": 100, "conflict": MutationQueue.Hold, "no": MutationQueue.Drop }[failure.error];
        } });
        run.rename.mutate(7, "Eva").catch(error => ends.push(error));
        refuse("busy");
        compare(asked.attempt, 1);
        settle(100);
        compare(sent.length, 2);
        refuse("conflict");
        compare(run.state, MutationQueue.Held);
        settle(100000);
        compare(sent.length, 2);
        run.outbox.retry();
        refuse("other"); // as the client says
        compare(run.state, MutationQueue.Retrying);
        settle(4000);
        refuse("no");
        compare(run.count, 0);
        compare(run.dropped, ["rename: no"]);
        compare(ends, ["no"]);
        compare(run.name, "Ann");
        compare(run.problem, "no");
    }

    function test_aWrongVerdictHolds() {
        const run = start(newFile(), { verdict: () => "later" });
        run.rename.mutate(7, "Eva");
        ignoreWarning(/verdict must return milliseconds, MutationQueue.Hold, MutationQueue.Drop or undefined, not/);
        refuse("no line");
        compare(run.state, MutationQueue.Held);
        ignoreWarning(/verdict must be a function, not the number 7/);
        run.outbox.verdict = 7;
        run.outbox.clear();
    }

    function test_dropTakesBackWhatIsSeen() {
        const file = newFile();
        const run = start(file, { isOnline: false });
        rows.run = run;
        run.rename.mutate(7, "Eva").catch(error => ends.push(error.message));
        run.rename.mutate(7, "Ida");
        verify(!run.outbox.drop("another"));
        verify(run.outbox.drop(field(1, "callId")));
        compare(run.name, "Eva");
        run.outbox.clear();
        settle();
        compare(run.name, "Ann");
        compare(ends.length, 1);
        compare(clock.kept(file), []);
        rows.run = null;
    }

    function test_whatTheServerHasAnsweredIsWritten() {
        const run = start(newFile());
        run.rename.send = (context, id, name) => {
            context.set(["users", id], { name: name.toUpperCase() });
            return Promise.resolve();
        };
        run.rename.mutate(7, "Eva");
        settle();
        compare(run.count, 0);
        compare(run.name, "EVA");
    }

    function test_argumentsAreWhatJsonHas() {
        const file = newFile();
        const run = start(file);
        run.rename.mutate(7, () => 1).catch(error => ends.push(error.message));
        settle();
        compare(ends.length, 1);
        verify(/kept as JSON/.test(ends[0]), ends[0]);
        compare(run.count, 0);
        run.rename.mutate(7, null);
        compare(sent, ["7:null#1"]);
        run.outbox.clear();
        run.rename.send = (context, list, object) => { ends = [list, object]; };
        run.rename.mutate([1, [2]], { a: [{ b: true }] });
        settle();
        compare(ends, [[1, [2]], { a: [{ b: true }] }]);
    }

    function test_whatShowsFailsAtOnce() {
        const file = newFile();
        const run = start(file);
        run.rename.show = () => { throw new Error("no such user"); };
        run.rename.mutate(7, "Eva").catch(error => ends.push(error.message));
        run.rename.show = () => new Promise(() => {});
        run.rename.mutate(7, "Eva").catch(error => ends.push(error.message));
        settle();
        compare(ends.length, 2);
        compare(ends[0], "no such user");
        verify(/show returns a promise/.test(ends[1]), ends[1]);
        compare(clock.kept(file), []);
        run.rename.show = undefined;
        run.rename.mutate(7, "Eva");
        compare(sent, ["7:Eva#1"]);
        answer();
    }

    function test_aCallThatFindsNoPlace() {
        const file = newFile();
        const queue = createTemporaryObject(queueComponent, test, { engine: file, maxCalls: 1, enabled: false });
        const other = createTemporaryObject(mutationComponent, test, { queue });
        other.mutate(1);
        other.mutate(2).catch(error => ends.push(error.message));
        settle();
        compare(ends.length, 1);
        compare(queue.count, 1);
        queue.clear();
    }

    function test_aQueueThatEndsTakesBackWhatItShows() {
        const file = newFile();
        const run = start(file, { isOnline: false });
        const other = createTemporaryObject(otherQueueComponent, test, { cache: run.cache, file });
        run.rename.mutate(8, "Tom");
        other.rename.mutate(7, "Eva");
        other.rename.mutate(8, "Tim").then(end => ends.push(end), error => ends.push("error"));
        compare(run.name, "Eva");
        compare(run.cache.cached(["users", 8]).name, "Tim");
        other.destroy();
        settle();
        compare(run.name, "Ann");
        compare(run.cache.cached(["users", 8]).name, "Tom");
        compare(ends, ["error"]);
        answer("late");
        compare(run.name, "Ann");
        compare(clock.kept(file).length, 1); // those of the other queue have a prefix of their own
        const next = createTemporaryObject(otherQueueComponent, test, { cache: run.cache, file });
        compare(run.name, "Eva");
        compare(run.cache.cached(["users", 8]).name, "Tim");
        settle();
        compare(sent, ["7:Eva#1", "7:Eva#2"]);
        verify(next);
    }

    function test_damagedCallsAreRefused() {
        const file = newFile();
        clock.put(file, "queue/000000000000007-0b1f9c2e", "{ damaged");
        const run = start(file);
        rows.run = run;
        settle();
        compare(run.count, 0);
        compare(field(0, "state"), "refused");
        verify(/it is damaged/.test(field(0, "error")));
        run.rename.mutate(7, "Eva");
        answer();
        compare(rows.count, 1);
        verify(run.outbox.drop(field(0, "callId")));
        compare(clock.kept(file), []);
        rows.run = null;
    }

    function test_wrongUseIsNamed() {
        ignoreWarning(/engine must be a PersistentEngine, not .*TestCase/);
        const queue = createTemporaryObject(queueComponent, test, { engine: test });
        const other = createTemporaryObject(mutationComponent, test, { queue });
        ignoreWarning(/mutate\(\) is for a mutation that is complete/);
        other.mutate(1);
        ignoreWarning(/prefix of a MutationQueue is read once/);
        queue.prefix = "another/";
        ignoreWarning(/send must be a function, not the number 7/);
        other.send = 7;
        const unsent = createTemporaryObject(queueComponent, test, { engine: newFile(), verdict: () => MutationQueue.Drop });
        const nothing = createTemporaryObject(mutationComponent, test, { queue: unsent });
        nothing.mutate(1).catch(error => ends.push(error.message));
        settle();
        compare(ends.length, 1);
        verify(/there is nothing that sends/.test(ends[0]), ends[0]);
    }

    function test_theObjectsMayGoWhileItSends() {
        const file = newFile();
        const run = start(file);
        run.rename.mutate(7, "Eva");
        const answerOf = waiting[0];
        end(run);
        answerOf.resolve("late");
        settle();
        verify(clock.kept(file).length <= 1);
    }
}
