// Test functions are interpreted.
// qmllint disable compiler
// The clock is set by tst_qmlquery.cpp.
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores.Query

TestCase {
    id: test

    property var waiting: []

    name: "Mutation"

    function send() {
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    }
    function settle() {
        wait(0);
        wait(0);
        clock.advance(0);
        wait(0);
    }
    function init() {
        waiting = [];
        api.invalidate(() => true);
        api.mutate(["users", 7], { name: "Ann" });
        api.mutate(["users", 8], { name: "Bob" });
    }

    QueryClient {
        id: api
    }
    Query {
        id: user
        client: api
        key: ["users", 7]
        fetcher: () => ({ name: "server" })
    }
    Mutation {
        id: rename
        client: api
        run: (call, id, name) => {
            call.update(["users", id], data => Object.assign({}, data, { name }));
            return test.send();
        }
    }
    Item {
        id: view
        property string name: user.data ? user.data.name : ""
        property bool loading: rename.loading
        property string error: rename.errorString
        property var result: rename.data
    }
    Component {
        id: mutationComponent
        Mutation {
            client: api
        }
    }

    Component {
        id: namesComponent
        QtObject {
            id: run
            property Mutation mutation: Mutation {
                client: api
                run: (call, number) => number + 1
            }
        }
    }

    function make(properties) {
        return createTemporaryObject(mutationComponent, test, properties);
    }

    function test_showsAtOnce() {
        const ends = [];
        rename.mutate(7, "Eva").then(end => ends.push(end));
        compare(view.name, "Eva");
        verify(view.loading);
        waiting[0].resolve("done");
        settle();
        compare(view.name, "Eva");
        verify(!view.loading);
        compare(view.result, "done");
        compare(ends, ["done"]);
    }

    function test_failureIsUndone() {
        const ends = [];
        rename.mutate(7, "Eva").catch(error => ends.push(error.message));
        compare(view.name, "Eva");
        waiting[0].reject(new Error("refused"));
        settle();
        compare(view.name, "Ann");
        compare(view.error, "refused");
        verify(rename.error instanceof Error);
        compare(ends, ["refused"]);
    }

    function test_mutateIsUnderWhatACallChanges() {
        rename.mutate(7, "Eva");
        const seen = [];
        api.mutate(["users", 7], data => {
            seen.push(data.name);
            return Object.assign({}, data, { age: 30 });
        });
        user.mutate(data => {
            seen.push(data.name + data.age);
            return Object.assign({}, data, { age: 31 });
        });
        compare(seen, ["Ann", "Ann30"]);
        compare(view.name, "Eva");
        waiting[0].reject(new Error("refused"));
        settle();
        compare(view.name, "Ann");
        compare(api.cached(["users", 7]).age, 31);
    }

    function test_throwingIsUndone() {
        const mutation = make({ run: call => {
            call.set(["users", 7], { name: "Eva" });
            compare(call.data(["users", 7]).name, "Eva");
            throw "at once";
        } });
        mutation.mutate();
        compare(view.name, "Ann");
        compare(mutation.errorString, "at once");
    }

    function test_updateThatThrowsIsUndone() {
        for (const thrown of [new TypeError("no"), "no", 7]) {
            const mutation = make({ run: call => {
                call.set(["users", 7], { name: "Eva" });
                call.update(["users", 7], () => {
                    throw thrown;
                });
            } });
            mutation.mutate();
            compare(view.name, "Ann");
            verify(mutation.error === thrown);
        }
    }

    function test_severalInFlightAreRebased() {
        const both = make({ calls: Mutation.AtOnce, run: (call, key, value) => {
            call.update(["users", 7], data => Object.assign({}, data, { [key]: value }));
            return test.send();
        } });
        both.mutate("name", "Eva");
        both.mutate("age", 30);
        compare(user.data, { name: "Eva", age: 30 });
        waiting[0].reject("no");
        settle();
        compare(user.data, { name: "Ann", age: 30 });
        waiting[1].resolve();
        settle();
        compare(user.data, { name: "Ann", age: 30 });
    }

    function test_idsOfTheDocumentMayBeAnyName() {
        const object = createTemporaryObject(namesComponent, test);
        const ends = [];
        object.mutation.mutate(1).then(end => ends.push(end));
        settle();
        compare(ends, [2]);
    }

    function test_secondCallEndsWithAnError() {
        const ends = [];
        rename.mutate(7, "Eva");
        rename.mutate(7, "Ida").catch(error => ends.push(error.message));
        settle();
        verify(ends[0].includes("takes one call at a time"));
        compare(waiting.length, 1);
        waiting[0].resolve();
        settle();
    }

    function test_inOrder() {
        const log = [];
        const mutation = make({ calls: Mutation.InOrder, run: (call, name) => {
            log.push(name);
            return test.send();
        } });
        mutation.mutate("a");
        mutation.mutate("b");
        compare(log, ["a"]);
        waiting[0].resolve();
        settle();
        compare(log, ["a", "b"]);
        waiting[1].resolve();
        settle();
    }

    function test_allOfAName() {
        make({ run: call => {
            call.update("users", data => Object.assign({}, data, { seen: true }));
        } }).mutate();
        compare(api.cached(["users", 7]), { name: "Ann", seen: true });
        compare(api.cached(["users", 8]), { name: "Bob", seen: true });
    }

    function test_revalidatesAfterwards() {
        compare(view.name, "Ann");
        make({ run: call => {
            call.revalidate(["users", 7]);
            call.invalidate(key => key[1] === 8);
        } }).mutate();
        settle();
        compare(view.name, "server");
        compare(api.cached(["users", 8]), undefined);
    }

    function test_signals() {
        const log = [];
        const mutation = make({ run: (call, isGood) => {
            if (!isGood)
                throw "no";
            return "yes";
        } });
        mutation.succeeded.connect(data => log.push("good " + data));
        mutation.failed.connect(error => log.push("bad " + error));
        mutation.mutate(true);
        mutation.mutate(false);
        compare(log, ["good yes", "bad no"]);
    }

    function test_mistakesAreErrors() {
        const message = run => {
            const mutation = make({ run });
            mutation.mutate();
            return mutation.errorString;
        };
        verify(message(undefined).includes("there is nothing to run"));
        verify(message(call => call.update(["users", 7], 5)).includes("takes a function of the data, not the number 5"));
        verify(message(call => call.update(["users", 7], () => {})).includes("returned nothing: return the new data"));
        verify(message(call => call.update([5], () => 1)).includes("a key begins with a name"));
        verify(message(call => call.set(["users", undefined], 1)).includes("a part of the key is missing"));
        compare(view.name, "Ann");
        let kept;
        make({ run: call => {
            kept = call;
        } }).mutate();
        let late = "";
        try {
            kept.set(["users", 7], 1);
        } catch (error) {
            late = String(error);
        }
        verify(late !== "");
        ignoreWarning(/run must be a function, not the text "save"/);
        make({ run: "save" });
    }
}
