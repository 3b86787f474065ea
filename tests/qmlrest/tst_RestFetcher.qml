// Test functions are interpreted.
// qmllint disable compiler
// The server is set by tst_qmlrest.cpp.
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores.Query

TestCase {
    id: test

    property var outcome
    property var failure
    property int userId: 7

    name: "RestFetcher"

    function init() {
        server.answer(200, "");
        server.askFor("");
        server.requests();
        api.authorization = "";
        api.renew = undefined;
        outcome = undefined;
        failure = undefined;
    }
    /// What the promise ends with is in outcome or failure.
    function take(promise) {
        outcome = undefined;
        failure = undefined;
        let isOver = false;
        promise.then(value => { outcome = value; isOver = true; }, error => { failure = error; isOver = true; });
        tryVerify(() => isOver);
    }

    RestFetcher {
        id: api
        baseUrl: server.url()
        headers: ({ "X-Shop": "7" })
    }
    QueryClient {
        id: cache
        retry: false
    }
    Component {
        id: viewComponent
        Item {
            property alias user: user
            property var shown: user.data
            property string problem: user.errorString
            Query {
                id: user
                client: cache
                key: ["users", test.userId]
                fetcher: api.fetcher("users/%1")
            }
        }
    }
    RestProgress {
        id: transfer
    }
    SignalSpy {
        id: renewSpy
        target: api
        signalName: "renewChanged"
    }
    Component {
        id: stepComponent
        Query {
            client: cache
            key: ["users", ".."]
            fetcher: api.fetcher("users/%1/photos")
        }
    }
    QtObject {
        id: bar
        property real value: transfer.download
        property real size: bar.sizeOf(transfer)
        // A property of 64-bit integers is not known to the linter of Qt 6.4.
        function sizeOf(progress) {
            return progress.uploadSize;
        }
    }
    Component {
        id: loaderComponent
        Query {
            client: cache
            key: ["photos", 5]
            fetcher: api.fetcher("photos/%1", { progress: transfer, headers: { "X-Kind": "small" } })
        }
    }
    Component {
        id: feedComponent
        InfiniteQuery {
            client: cache
            key: ["feed", "a/b"]
            fetcher: api.fetcher("feed/%1?from=%2")
            next: "next"
            rows: "posts"
        }
    }

    function test_methods() {
        server.answer(200, '{"name":"Ann"}');
        take(api.get("users/7"));
        compare(outcome.name, "Ann");
        take(api.post("users", { name: "Eva", tags: ["a"] }));
        take(api.put("users/7", [1, 2]));
        take(api.patch("users/7", null));
        take(api.del("users/7"));
        compare(server.requests(), ["GET /api/users/7", 'POST /api/users {"name":"Eva","tags":["a"]}',
                                    "PUT /api/users/7 [1,2]", "PATCH /api/users/7 null", "DELETE /api/users/7"]);
    }

    function test_emptyBodyIsUndefined() {
        server.answer(204, "");
        take(api.del("users/7"));
        compare(outcome, undefined);
        compare(failure, undefined);
    }

    function test_requestHasQueryAndHeaders() {
        take(api.get("users", { query: { name: "a&b c", page: 2, none: undefined }, headers: { "X-Shop": "8" } }));
        compare(server.requests("X-Shop"), ["GET /api/users?name=a%26b%20c&page=2 8"]);
        take(api.get("users"));
        compare(server.requests("X-Shop"), ["GET /api/users 7"]);
        take(api.get("users", { headers: { "X-Token": undefined, "X-Other": null } }));
        compare(server.requests("X-Token"), ["GET /api/users "]);
    }

    function test_progressOfMoreThan32Bits() {
        server.answerLength(5000000000);
        take(api.get("film", { progress: transfer }));
        compare(failure.kind, "TooLarge");
        compare(transfer.downloadSize, 5000000000);
        server.answerLength(-1);
    }

    function test_fetcherTakesNoStepInThePath() {
        const query = createTemporaryObject(stepComponent, test);
        let error;
        query.fetch().catch(thrown => error = thrown);
        tryVerify(() => error !== undefined);
        verify(error.message.indexOf("cannot be a part of a path") >= 0);
        compare(server.requests(), []);
        server.advance(5000);
        query.fetcher = api.fetcher("users?name=%1");
        query.fetch();
        tryVerify(() => server.waiting() === 1);
        compare(server.requests(), ["GET /api/users?name=.."]);
    }

    function test_renewIsSignalled() {
        renewSpy.clear();
        api.renew = () => 1;
        compare(renewSpy.count, 1);
    }

    function test_failureIsAnErrorWithItsStatus() {
        server.answer(422, '{"field":"name"}');
        take(api.post("users", {}));
        verify(failure instanceof Error);
        compare(failure.kind, "Status");
        compare(failure.status, 422);
        compare(failure.body.field, "name");
        server.answer(500, "sorry");
        take(api.get("users"));
        compare(failure.body, "sorry");
        server.answer(200, "{");
        take(api.get("users"));
        compare(failure.kind, "Decode");
    }

    function test_timeoutIsOfTheRequest() {
        server.answer(200, "", true);
        let error;
        api.get("slow", { timeout: 500 }).catch(thrown => error = thrown);
        tryVerify(() => server.waiting() === 1);
        server.advance(499);
        wait(0);
        compare(error, undefined);
        server.advance(1);
        tryVerify(() => error !== undefined);
        compare(error.kind, "Timeout");
        for (const timeout of [0.4, 4294967296, Infinity]) {
            error = undefined;
            api.get("slow", { timeout }).catch(thrown => error = thrown);
            tryVerify(() => server.waiting() > 0);
            server.requests();
            server.advance(0);
            wait(0);
            compare(error, undefined);
        }
    }

    function test_fetcherOfAQuery() {
        cache.invalidate(() => true);
        server.answer(200, '{"name":"Ann"}');
        const view = createTemporaryObject(viewComponent, test);
        tryVerify(() => view.shown !== undefined);
        compare(view.shown.name, "Ann");
        compare(server.requests(), ["GET /api/users/7"]);
        server.answer(404, "");
        view.user.revalidate();
        tryVerify(() => view.problem !== "");
        compare(view.user.error.status, 404);
        compare(view.shown.name, "Ann");
    }

    function test_fetcherIsAbortedWithItsQuery() {
        cache.invalidate(() => true);
        server.answer(200, "", true);
        const ended = server.ended();
        const view = createTemporaryObject(viewComponent, test);
        tryVerify(() => server.waiting() === 1);
        view.destroy();
        wait(0);
        server.advance(0);
        tryVerify(() => server.ended() === ended + 1);
    }

    function test_fetcherOfPages() {
        cache.invalidate(() => true);
        server.answer(200, '{"posts":[{"id":1}],"next":"x y"}');
        const feed = createTemporaryObject(feedComponent, test);
        take(feed.fetch());
        take(feed.fetchMore());
        compare(outcome.length, 2);
        compare(server.requests(), ["GET /api/feed/a%2Fb?from=", "GET /api/feed/a%2Fb?from=x%20y"]);
    }

    function test_progressOfBothBodies() {
        server.answer(200, JSON.stringify("y".repeat(99998)));
        take(api.post("photos", "x".repeat(49998), { progress: transfer }));
        compare(outcome.length, 99998);
        compare(bar.size, 50000);
        compare(transfer.downloadedBytes, 100000);
        compare(transfer.downloadSize, 100000);
        compare(bar.value, 1);
        server.answer(204, "");
        take(api.get("photos/1", { progress: transfer })); // shown anew
        compare(bar.size, 0);
        compare(bar.value, 0);
        compare(transfer.upload, 0);
    }

    function test_progressOfAQuery() {
        cache.invalidate(() => true);
        server.answer(200, "[1,2,3]");
        const query = createTemporaryObject(loaderComponent, test);
        take(query.fetch());
        compare(outcome, [1, 2, 3]);
        compare(server.requests("X-Kind"), ["GET /api/photos/5 small"]);
        compare(transfer.downloadedBytes, 7);
    }

    function test_renewedOnceForAll() {
        let renewals = 0;
        server.askFor("Bearer new");
        server.answer(200, "1");
        api.authorization = "Bearer old";
        api.renew = () => {
            ++renewals;
            api.authorization = "Bearer new";
            return Promise.resolve();
        };
        let done = 0;
        api.get("a").then(() => ++done);
        api.get("b").then(() => ++done);
        tryVerify(() => done === 2);
        compare(renewals, 1);
        compare(server.requests().length, 4);
    }

    function test_mistakesAreNamed() {
        ignoreWarning(/get\(\): it takes query, headers, timeout, authorized, progress and fetch, not page with the number 2/);
        take(api.get("users", { page: 2 }));
        verify(failure.message.indexOf("not sent") >= 0);
        ignoreWarning(/get\(\): progress is a RestProgress, not the number 1/);
        take(api.get("users", { progress: 1 }));
        ignoreWarning(/get\(\): its last parameter is an object/);
        take(api.get("users", 7));
        ignoreWarning(/get: the header "X" has a line break/);
        take(api.get("users", { headers: { X: "a\r\nb" } }));
        ignoreWarning(/renew must be a function, not the number 7/);
        api.renew = 7;
        compare(server.requests(), []);
    }
}
