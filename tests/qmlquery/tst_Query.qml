// Test functions are interpreted.
// qmllint disable compiler
// The clock and the client of C++ are set by tst_qmlquery.cpp.
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores
import NanoStores.Query

TestCase {
    id: test

    property var calls: []
    property var waiting: []
    property var userId: 7

    name: "Query"

    /// A fetcher that is answered by hand.
    function load(id) {
        calls.push(id);
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    }
    function settle(milliseconds) {
        wait(0);
        wait(0);
        clock.advance(milliseconds ?? 0);
        wait(0);
    }
    function answer(data) {
        waiting.shift().resolve(data);
        settle();
    }
    function refuse(error) {
        waiting.shift().reject(error);
        settle();
    }
    function init() {
        calls = [];
        waiting = [];
        userId = 7;
        settle(100000);
    }

    QueryClient {
        id: api
    }
    Component {
        id: userComponent
        Item {
            id: view
            property alias query: query
            property bool isShown: true
            property var shown: isShown ? query.data : undefined
            property var failure: isShown ? query.error : undefined
            property bool loading: isShown && query.loading
            property var states: []
            Query {
                id: query
                client: api
                key: ["users", test.userId]
                fetcher: id => test.load(id)
            }
        }
    }
    Component {
        id: bareComponent
        Query {
            key: ["bare", 1]
            fetcher: id => test.load(id)
        }
    }

    Component {
        id: nameComponent
        Computed {
            property QtObject query
            compute: () => query.data ? query.data.name : "none"
        }
    }

    function make(properties) {
        const view = createTemporaryObject(userComponent, test, properties ?? {});
        verify(view);
        return view;
    }
    function fresh(client) {
        (client ?? api).invalidate(() => true);
    }

    function test_fetchesAndShows() {
        fresh();
        const view = make();
        compare(calls, [7]);
        verify(view.loading);
        compare(view.shown, undefined);
        const ann = { name: "Ann" };
        answer(ann);
        verify(!view.loading);
        verify(view.shown === ann);
        compare(view.query.errorString, "");
    }

    function test_unobservedFetchesNothing() {
        fresh();
        const view = make({ isShown: false });
        settle();
        compare(calls, []);
        compare(view.query.loading, false);
        view.isShown = true;
        compare(calls, [7]);
        answer({ name: "Ann" });
    }

    function test_fetcherMayReturnAValueOrThrow() {
        const value = createTemporaryObject(bareComponent, test, { key: ["value"], fetcher: () => 5 });
        compare(value.data, undefined);
        value.fetch();
        compare(value.data, 5);
        const thrown = createTemporaryObject(bareComponent, test, { key: ["thrown"], retry: false, fetcher: () => {
            throw new TypeError("no");
        } });
        thrown.fetch();
        verify(thrown.error instanceof TypeError);
        compare(thrown.errorString, "no");
        const bad = createTemporaryObject(bareComponent, test, { key: ["bad"], fetcher: undefined, retry: false });
        bad.fetch();
        compare(bad.errorString, "Query: there is nothing that fetches: write `fetcher: id => ...`");
    }

    function test_errorIsWhatWasThrown() {
        fresh();
        const view = make();
        view.query.retry = false;
        refuse("offline");
        compare(view.failure, "offline");
        compare(view.query.errorString, "offline");
        verify(!view.loading);
        view.query.revalidate();
        answer({ name: "Ann" });
        compare(view.failure, undefined);
        compare(view.shown.name, "Ann");
        view.query.revalidate();
        refuse(new Error("gone"));
        compare(view.query.errorString, "gone");
        compare(view.shown.name, "Ann");
    }

    function test_keyChanges() {
        fresh();
        const view = make();
        answer({ name: "Ann" });
        test.userId = 8;
        verify(view.loading);
        compare(view.shown, undefined);
        settle();
        compare(calls, [7, 8]);
        answer({ name: "Bob" });
        compare(view.shown.name, "Bob");
        test.userId = 7;
        compare(view.shown.name, "Ann");
        test.userId = undefined;
        compare(view.shown, undefined);
        verify(!view.loading);
        settle();
        compare(calls, [7, 8]);
    }

    function test_lateAnswerGoesToTheCache() {
        fresh();
        const view = make();
        test.userId = 8;
        settle();
        answer({ name: "Ann" });
        compare(view.shown, undefined);
        compare(api.cached(["users", 7]).name, "Ann");
        answer({ name: "Bob" });
        compare(view.shown.name, "Bob");
    }

    function test_queriesOfOneKeyShare() {
        fresh();
        const first = make();
        const second = make();
        compare(calls, [7]);
        answer({ name: "Ann" });
        verify(first.shown === second.shown);
        compare(api.fetching, 0);
    }

    function test_keepPrevious() {
        fresh();
        const view = make();
        view.query.keepPrevious = true;
        answer({ name: "Ann" });
        test.userId = 8;
        settle();
        compare(view.shown.name, "Ann");
        verify(view.query.previous);
        verify(view.query.stale);
        answer({ name: "Bob" });
        compare(view.shown.name, "Bob");
        verify(!view.query.previous);
    }

    function test_keepPreviousIsNotWhatMutateChanges() {
        fresh();
        const view = make();
        view.query.keepPrevious = true;
        answer({ name: "Ann" });
        test.userId = 8;
        settle();
        verify(view.query.previous);
        view.query.mutate(data => data ?? { name: "Bob" });
        compare(view.shown.name, "Bob");
        compare(api.cached(["users", 7]).name, "Ann");
    }

    function test_enabled() {
        fresh();
        const view = make({ isShown: false });
        view.query.enabled = false;
        view.isShown = true;
        settle();
        compare(calls, []);
        view.query.enabled = true;
        settle();
        compare(calls, [7]);
        answer({ name: "Ann" });
    }

    function test_interval() {
        fresh();
        const view = make();
        answer({ name: "Ann" });
        view.query.interval = 1000;
        settle(1000);
        compare(calls, [7, 7]);
        verify(view.query.stale);
        answer({ name: "Eva" });
        compare(view.shown.name, "Eva");
        view.isShown = false;
        settle();
        settle(5000);
        compare(calls, [7, 7]);
    }

    function test_dedupeTime() {
        fresh();
        const view = make();
        answer({ name: "Ann" });
        view.isShown = false;
        settle(3999);
        view.isShown = true;
        settle();
        compare(calls, [7]);
        view.isShown = false;
        settle(1);
        view.isShown = true;
        compare(calls, [7, 7]);
        answer({ name: "Ann" });
        view.query.dedupeTime = 60000;
        view.isShown = false;
        settle(10000);
        view.isShown = true;
        settle();
        compare(calls, [7, 7]);
    }

    function test_retry() {
        fresh();
        const view = make({ isShown: false });
        const failures = [];
        view.query.retry = failure => {
            failures.push([failure.error, failure.key, failure.attempt]);
            return failure.attempt * 100;
        };
        view.isShown = true;
        refuse("no");
        settle(99);
        compare(calls.length, 1);
        settle(1);
        compare(calls.length, 2);
        refuse("no");
        settle(200);
        compare(calls.length, 3);
        answer({ name: "Ann" });
        compare(failures, [["no", ["users", 7], 1], ["no", ["users", 7], 2]]);
        compare(view.shown.name, "Ann");
    }

    function test_focus() {
        fresh();
        const view = make();
        view.query.revalidateOnFocus = true;
        answer({ name: "Ann" });
        settle(10000);
        clock.setActive(false);
        settle();
        compare(calls, [7]);
        clock.setActive(true);
        settle();
        compare(calls, [7, 7]);
        answer({ name: "Eva" });
    }

    function test_abort() {
        fresh();
        const view = make({ isShown: false });
        const log = [];
        let handed;
        view.query.fetcher = (id, fetch) => {
            handed = fetch;
            fetch.onAbort(() => log.push("abort " + id));
            return new Promise(() => {});
        };
        view.isShown = true;
        verify(!handed.aborted);
        test.userId = 8;
        compare(log, ["abort 7"]);
        settle();
        view.isShown = false;
        settle();
        settle();
        compare(log, ["abort 7", "abort 8"]);
        verify(handed.aborted);
    }

    function test_mutateWrites() {
        fresh();
        const view = make();
        answer({ name: "Ann" });
        view.query.mutate({ name: "Eva" });
        compare(view.shown.name, "Eva");
        view.query.mutate(user => Object.assign({}, user, { age: 30 }));
        compare(view.shown, { name: "Eva", age: 30 });
        api.mutate(["users", 7], user => Object.assign({}, user, { age: 31 }));
        compare(view.shown.age, 31);
        compare(api.cached(["users", 7]).age, 31);
        view.query.mutate();
        compare(view.shown, undefined);
    }

    /// What a function throws need be no Error, and an Error that it returns was not thrown.
    function test_thrownIsNoData() {
        fresh();
        const view = make();
        answer({ name: "Ann" });
        for (const thrown of [new TypeError("no user"), "no user", { toString: () => "no user" }]) {
            const fail = () => {
                throw thrown;
            };
            ignoreWarning(/no user/);
            view.query.mutate(fail);
            ignoreWarning(/no user/);
            api.mutate(["users", 7], fail);
            ignoreWarning(/no user/);
            api.invalidate(fail);
            compare(view.shown, { name: "Ann" });
        }
        const returned = new Error("is data");
        view.query.mutate(() => returned);
        verify(view.shown === returned);
        api.mutate(["users", 7], () => "data again");
        compare(view.shown, "data again");
    }

    function test_thrownInAbort_isReported() {
        fresh();
        const view = make({ isShown: false });
        view.query.fetcher = (id, fetch) => {
            fetch.onAbort(() => {
                throw "cannot stop";
            });
            return new Promise(() => {});
        };
        view.isShown = true;
        ignoreWarning(/cannot stop/);
        test.userId = 8;
        settle();
        ignoreWarning(/cannot stop/);
        view.isShown = false;
        settle();
        settle();
    }

    function test_keysBeginSo() {
        fresh();
        api.mutate(["a", 1], "one");
        api.mutate(["a", 1, "x"], "one x");
        api.mutate(["a", 12], "twelve");
        api.mutate(["ab", 1], "other");
        const left = keys => {
            api.invalidate(keys);
            return api.keys().map(key => key.join("/")).sort();
        };
        compare(left(["a", 1]), ["a/12", "ab/1"]);
        compare(left("a"), ["ab/1"]);
        api.mutate(["ab", 2], "two");
        compare(left(key => key[1] === 2), ["ab/1"]);
        fresh();
    }

    function test_fetchIsAPromise() {
        fresh();
        const query = createTemporaryObject(bareComponent, test, { client: api, retry: false });
        const log = [];
        query.fetch().then(data => log.push(data));
        compare(calls, [1]);
        answer("one");
        query.fetch().then(data => log.push(data));
        settle();
        compare(calls, [1]);
        query.invalidate();
        query.fetch().catch(error => log.push("!" + error));
        refuse("no");
        compare(log, ["one", "one", "!no"]);
    }

    function test_failedIsSignalled() {
        const log = [];
        const query = createTemporaryObject(bareComponent, test, { client: api, retry: false, key: ["failing"] });
        const client = error => log.push("client " + error);
        api.failed.connect(client);
        query.fetch();
        refuse("a");
        query.failed.connect(error => log.push("query " + error));
        query.invalidate();
        query.fetch();
        refuse("b");
        api.failed.disconnect(client);
        compare(log, ["client a", "query b"]);
    }

    function test_badKeysWarn() {
        ignoreWarning(/key: a key begins with a name, a text that is not empty and has no \[, as in \["users", 7\], not with the number 5/);
        const query = createTemporaryObject(bareComponent, test, { key: [5] });
        ignoreWarning(/key: the parts of a key are texts, numbers, booleans.*not a QML object: give it a value of that/);
        query.key = ["users", test];
        ignoreWarning(/invalidate\(\): a part of the key is missing/);
        api.invalidate(["users", undefined]);
        ignoreWarning(/fetcher must be a function, not the text "url"/);
        query.fetcher = "url";
    }

    function test_defaultClientIsTheEngines() {
        const first = createTemporaryObject(bareComponent, test, { key: ["shared"] });
        const second = createTemporaryObject(bareComponent, test, { key: ["shared"] });
        verify(first.client === second.client);
        verify(first.client !== api);
        first.fetch();
        answer("data");
        compare(second.data, "data");
    }

    function test_clientOfCpp() {
        const query = createTemporaryObject(bareComponent, test, { client: nativeClient, key: ["fromQml", 1] });
        query.fetch();
        answer({ name: "Ann" });
        compare(nativeClient.cached(["fromQml", 1]).name, "Ann");
        clock.setNative(7, "Ann");
        verify(clock.hasNative(7));
        nativeClient.invalidate(["nativeUsers", 7]);
        verify(!clock.hasNative(7));
        clock.setNative(7, "Ann");
        ignoreWarning(/mutate|the query key "nativeUsers" is one of/);
        nativeClient.mutate(["nativeUsers", 7], "text");
        verify(clock.hasNative(7));
    }

    function test_readInComputed() {
        fresh();
        const view = make();
        const store = createTemporaryObject(nameComponent, test, { query: view.query });
        const seen = [];
        const watch = () => seen.push(store.value);
        store.valueChanged.connect(watch);
        answer({ name: "Ann" });
        store.valueChanged.disconnect(watch);
        compare(store.value, "Ann");
        compare(seen, ["Ann"]);
    }
}
