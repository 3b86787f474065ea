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

    property var calls: []
    property var waiting: []
    property string topic: "sky"
    property var cursors: []

    name: "InfiniteQuery"
    when: windowShown
    width: 200
    height: 100

    /// A fetcher that is answered by hand.
    function load(topic, cursor) {
        calls.push(topic + ":" + cursor);
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
    /// The page of two posts that begins with the number; the next one has a cursor, unless it is the last.
    function page(first, isLast) {
        const posts = [];
        for (let id = first; id < first + 2; ++id)
            posts.push({ id: id, title: "post " + id });
        return { posts: posts, next: isLast ? null : first + 2 };
    }
    function init() {
        calls = [];
        waiting = [];
        topic = "sky";
        settle(100000);
        api.invalidate(() => true);
    }

    QueryClient {
        id: api
        retry: false
    }
    Component {
        id: feedComponent
        Item {
            id: view
            property alias feed: feed
            property alias list: list
            property var pages: feed.data
            property bool loading: feed.loading
            property bool hasNext: feed.hasNext
            property bool loadingNext: feed.loadingNext
            property string nextError: feed.nextErrorString
            width: 100
            height: 100
            InfiniteQuery {
                id: feed
                client: api
                key: ["feed", test.topic]
                fetcher: (topic, cursor) => test.load(topic, cursor)
                next: page => page.next
                rows: page => page.posts
            }
            ListView {
                id: list
                anchors.fill: parent
                model: feed.model
                delegate: Text {
                    required property var value
                    height: 60
                    text: value.title
                }
            }
        }
    }
    Component {
        id: bareComponent
        InfiniteQuery {
            client: api
            key: ["bare", 1]
            fetcher: (id, cursor) => test.load(id, cursor)
        }
    }
    component Post: Item {
        required property string title
        required property var key
        required property var storeKey
        required property var value
        height: 10
    }
    Component {
        id: rolesComponent
        ListView {
            width: 100
            height: 100
            delegate: Post {}
        }
    }
    function roles(view) {
        const all = [];
        for (let row = 0; row < view.count; ++row) {
            const item = view.itemAtIndex(row);
            all.push(item ? item["title"] + " " + item["key"] + " " + item["storeKey"] : "?");
        }
        return all;
    }
    SignalSpy {
        id: inserted
        signalName: "rowsInserted"
    }
    SignalSpy {
        id: removed
        signalName: "rowsRemoved"
    }
    SignalSpy {
        id: reset
        signalName: "modelReset"
    }

    function make() {
        const view = createTemporaryObject(feedComponent, test);
        verify(view);
        return view;
    }
    /// Texts of the delegates.
    function shown(view) {
        const all = [];
        view.list.forceLayout();
        for (let row = 0; row < view.list.count; ++row) {
            const item = view.list.itemAtIndex(row);
            all.push(item ? item.text : "?");
        }
        return all.join(",");
    }

    function test_fetchesTheFirstPageAndThenWhatTheViewAsksFor() {
        const view = make();
        compare(calls, ["sky:undefined"]);
        verify(view.loading);
        verify(!view.hasNext);
        answer(page(1));
        compare(view.pages.length, 1);
        verify(view.hasNext);
        view.list.forceLayout();
        tryVerify(() => calls.length === 2); // 120 px of rows in 100, and a buffer
        compare(calls[1], "sky:3");
        verify(view.loadingNext);
        answer(page(3, true));
        compare(view.list.count, 4);
        compare(view.pages.length, 2);
        verify(!view.hasNext);
        verify(!view.feed.model.canFetchMore(view.feed.model.index(-1, -1)));
        view.list.positionViewAtEnd();
        view.list.forceLayout();
        settle();
        compare(calls.length, 2);
        compare(view.list.itemAtIndex(3).text, "post 4");
    }

    function test_pagesOfAnotherKey() {
        const view = make();
        answer(page(1, true));
        test.topic = "sea";
        settle();
        compare(calls, ["sky:undefined", "sea:undefined"]);
        compare(view.list.count, 0);
        answer(page(10, true));
        compare(shown(view), "post 10,post 11");
        test.topic = "sky";
        compare(shown(view), "post 1,post 2");
    }

    function test_fetchedAnewKeepsRows() {
        const view = make();
        answer(page(1));
        if (waiting.length === 0)
            view.feed.fetchMore();
        answer(page(3, true));
        inserted.target = removed.target = reset.target = view.feed.model;
        inserted.clear();
        removed.clear();
        reset.clear();
        calls = [];
        view.feed.revalidate();
        answer({ posts: [{ id: 0, title: "new" }, { id: 1, title: "post 1" }], next: 2 });
        compare(inserted.count, 0); // shown when all pages are there
        answer({ posts: [{ id: 2, title: "changed" }, { id: 3, title: "post 3" }], next: null });
        compare(calls, ["sky:undefined", "sky:2"]);
        compare(inserted.count, 1);
        compare(removed.count, 1);
        compare(reset.count, 0);
        view.list.positionViewAtBeginning();
        view.list.forceLayout();
        compare(view.list.itemAtIndex(2).text, "changed");
    }

    function test_anErrorOfTheNextPageIsItsOwn() {
        const view = make();
        answer(page(1));
        if (waiting.length === 0)
            view.feed.fetchMore();
        refuse(new Error("no line"));
        compare(view.nextError, "no line");
        compare(view.feed.errorString, "");
        compare(view.list.count, 2);
        verify(view.hasNext);
        settle(1000);
        compare(waiting.length, 0); // views do not ask again
        view.feed.fetchMore();
        compare(view.nextError, "");
        answer(page(3, true));
        compare(view.list.count, 4);
    }

    function test_fieldsAreRoles() {
        const feed = createTemporaryObject(bareComponent, test, { next: "next", rows: "posts" });
        compare(calls, []); // a model that nothing shows fetches nothing
        const view = createTemporaryObject(rolesComponent, test, { model: feed.model });
        compare(calls, ["1:undefined"]);
        compare(view.count, 0);
        answer({ posts: [{ id: 1, title: "one", key: "k" }, { id: 2, title: "two" }], next: 3 });
        view.forceLayout();
        compare(roles(view), ["one k 1", "two undefined 2"]);
        if (waiting.length === 0)
            feed.fetchMore();
        answer({ posts: [{ id: 3, title: "three", key: "m", late: true }], next: null });
        view.forceLayout();
        compare(roles(view), ["one k 1", "two undefined 2", "three m 3"]);
        const first = view.itemAtIndex(0);
        feed.revalidate();
        answer({ posts: [{ id: 2, title: "TWO" }, { id: 1, title: "one", key: "k" }], next: 3 });
        answer({ posts: [{ id: 3, title: "three", key: "n" }], next: null });
        view.forceLayout();
        compare(roles(view), ["TWO undefined 2", "one k 1", "three n 3"]);
        verify(view.itemAtIndex(1) === first);
        view.destroy();
        settle();
        feed.invalidate();
        settle();
        compare(waiting.length, 0); // nor one that nothing shows any more
    }

    function test_fetchMoreIsAPromise() {
        const feed = createTemporaryObject(bareComponent, test, { next: "next", rows: "posts" });
        let pages;
        feed.fetch().then(all => pages = all);
        answer(page(1));
        compare(pages.length, 1);
        let error;
        feed.fetchMore().catch(thrown => error = thrown);
        refuse("offline");
        compare(error, "offline");
        feed.fetchMore().then(all => pages = all);
        feed.fetchMore();
        compare(calls, ["1:undefined", "1:3", "1:3"]);
        answer(page(3, true));
        compare(pages.length, 2);
        compare(pages[1].posts[0].title, "post 3");
        compare(feed.model.count, 4);
        feed.fetchMore().then(all => pages = all.length); // there is none
        settle();
        compare(pages, 2);
        compare(calls.length, 3);
    }

    function test_dataIsTheSameListWhileThePagesAre() {
        const view = make();
        answer(page(1, true));
        const pages = view.feed.data;
        view.feed.revalidate();
        verify(view.loading);
        verify(view.feed.data === pages);
        answer(page(1, true));
        compare(view.feed.data.length, 1);
    }

    function test_pagesThatAreListsNeedNoRows() {
        const feed = createTemporaryObject(bareComponent, test, { rowKey: "" });
        feed.fetch();
        answer(["one", "two"]);
        compare(feed.model.count, 2);
        verify(!feed.hasNext);
    }

    function test_wrongPagesAreNamed() {
        const feed = createTemporaryObject(bareComponent, test, { rows: "posts" });
        feed.fetch();
        ignoreWarning(/rows: page 0 has no list of rows, but undefined. Write `rows: page => ...`/);
        answer({ items: [] });
        compare(feed.model.count, 0);
        ignoreWarning(/next must be a function, or the name of what a page has its cursor in, not the number 7/);
        feed.next = 7;
        ignoreWarning(/rows must be a function, or the name of what a page has its rows in, not the number 7/);
        ignoreWarning(/rows: page 0 has no list of rows/);
        feed.rows = 7;
        compare(feed.model.count, 0);
    }

    function test_isDestroyedWhileItFetches() {
        const view = make();
        view.destroy();
        settle();
        answer(page(1));
        settle();
        compare(calls.length, 1);
    }

    function test_disabledFetchesByHandOnly() {
        const feed = createTemporaryObject(bareComponent, test, { enabled: false, next: "next", rows: "posts" });
        settle();
        compare(calls, []);
        feed.fetchMore();
        compare(calls, ["1:undefined"]);
        answer(page(1));
        compare(feed.model.count, 2);
    }
}
