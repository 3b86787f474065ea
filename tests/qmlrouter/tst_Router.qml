// SPDX-License-Identifier: MIT
// Test functions are interpreted.
// qmllint disable compiler
// The C++ router is set by tst_qmlrouter.cpp.
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores.Router

TestCase {
    id: test
    name: "Router"

    Component {
        id: routerComponent
        Router {
            routes: ({
                    home: "/",
                    post: {
                        path: "/posts/:category/:id/:tab?",
                        params: {
                            id: "int"
                        }
                    },
                    files: "/files/*",
                    flag: {
                        path: "/flag/:on/:size",
                        params: {
                            on: "bool",
                            size: "real"
                        }
                    },
                    year: /^\/archive\/(\d{4})$/
                })
            links: ({
                    shop: [],
                    https: ["shop.example"]
                })
        }
    }
    property Router nav: null
    Item {
        id: view
        property string url: test.nav ? test.nav.url : ""
        property var id: test.nav ? test.nav.params.id : undefined
        property bool canGoBack: test.nav ? test.nav.canGoBack : false
        property int depth: test.nav ? test.nav.depth : 0
        property string pending: test.nav ? test.nav.pending : ""
    }
    SignalSpy {
        id: stopped
        target: test.nav
        signalName: "stopped"
    }

    function init() {
        nav = createTemporaryObject(routerComponent, test);
        stopped.clear();
    }
    function cleanup() {
        nav = null;
    }

    function test_open() {
        compare(view.url, "/");
        verify(nav.open("post", { category: "news", id: 7 }));
        compare(view.url, "/posts/news/7");
        compare(view.id, 7);
        compare(nav.route, "post");
        compare(view.depth, 2);
        verify(nav.open("/posts/a%23b/8/x?sort=name&sort=date#top"));
        compare(nav.params, { category: "a#b", id: 8, tab: "x" });
        compare(nav.search, { sort: "date" });
        compare(nav.hash, "top");
        compare(nav.page.path, "/posts/a%23b/8/x");
        verify(nav.back());
        verify(nav.back());
        verify(!view.canGoBack);
        verify(!nav.back());
        verify(nav.go(2));
        compare(view.id, 8);
        verify(nav.redirect("home"));
        compare(view.depth, 3);
        verify(nav.back());
        compare(view.url, "/posts/news/7");
    }
    function test_searchAndHash() {
        verify(nav.open("home", {}, { q: "a b", tag: ["x", 2], none: undefined }, "end"));
        compare(view.url, "/?q=a%20b&tag=x&tag=2#end");
        verify(nav.open("/files/a/b", {}, { page: 2 }));
        compare(nav.params, { splat: "a/b" });
        compare(nav.search, { page: "2" });
    }
    function test_typesAreChecked() {
        verify(nav.open("/posts/news/seven"));
        verify(!nav.found);
        compare(nav.route, "");
        verify(nav.open("/flag/true/1.5"));
        compare(nav.params, { on: true, size: 1.5 });
        verify(nav.open("flag", { on: false, size: 2 }));
        compare(view.url, "/flag/false/2");
        verify(nav.open("/archive/2024"));
        compare(nav.route, "year");
    }
    function test_pathOf() {
        compare(nav.pathOf("post", { category: "a/b", id: 7 }), "/posts/a%2Fb/7");
        compare(nav.pathOf("files", { splat: ["a", "b c"] }), "/files/a/b%20c");
        ignoreWarning(/"post" has no path: the parameter "category" is missing/);
        compare(nav.pathOf("post", { id: 7 }), "");
    }
    function test_whatIsNoPage_data() {
        return [
            { tag: "name", target: "pst", params: {}, reason: /there is no route "pst"/ },
            { tag: "missing", target: "post", params: { id: 1 }, reason: /the parameter "category" is missing/ },
            { tag: "unknown", target: "post", params: { category: "a", id: 1, x: 1 }, reason: /has no parameter "x"/ },
            { tag: "type", target: "post", params: { category: "a", id: "b" }, reason: /a parameter is of another type/ },
            { tag: "object", target: "post", params: { category: {}, id: 1 }, reason: /has a value that is no text/ },
            { tag: "path", target: "/posts/..", params: {}, reason: /\.\./ },
            { tag: "both", target: "/files/a", params: { splat: "a" }, reason: /a path has its parameters in it/ },
            { tag: "expression", target: "year", params: {}, reason: /is a regular expression, so it makes no paths/ }
        ];
    }
    function test_whatIsNoPage(data) {
        ignoreWarning(data.reason);
        verify(!nav.open(data.target, data.params));
        let reason = "";
        const take = (target, why) => reason = target + " " + why;
        nav.refused.connect(take);
        verify(!nav.redirect(data.target, data.params));
        verify(data.reason.test(reason), reason);
        verify(reason.startsWith(data.target));
        nav.refused.disconnect(take);
        compare(view.url, "/");
    }
    function test_blocked() {
        nav.open("/files/a");
        nav.blocked = true;
        verify(!nav.open("/"));
        verify(!nav.back());
        compare(view.url, "/files/a");
        compare(stopped.count, 2);
        compare(stopped.signalArguments[1][0].url, "/");
        nav.blocked = false;
        verify(nav.back());
    }
    function test_leaving() {
        nav.open("/files/a");
        const seen = [];
        const refuse = change => {
            seen.push(change.current.url + " " + change.next.url);
            change.abort();
        };
        nav.leaving.connect(refuse);
        verify(!nav.back());
        verify(!nav.open("post", { category: "x", id: 1 }));
        compare(seen, ["/files/a /", "/files/a /posts/x/1"]);
        nav.leaving.disconnect(refuse);
        verify(nav.back());
    }
    function test_waiting() {
        nav.open("/files/a");
        let change = null;
        let superseded = 0;
        const ask = asked => {
            asked.wait();
            asked.superseded.connect(() => ++superseded);
            change = asked;
        };
        nav.leaving.connect(ask);
        verify(!nav.back());
        compare(view.pending, "/");
        compare(view.url, "/files/a");
        change.accept();
        compare(view.url, "/");
        compare(view.pending, "");
        nav.open("/files/b");
        change.abort();
        compare(view.url, "/");
        compare(view.pending, "");
        compare(superseded, 0);
        nav.open("/files/c");
        nav.open("/files/d");
        compare(superseded, 1);
        nav.cancel();
        compare(superseded, 2);
        compare(view.url, "/");
        nav.leaving.disconnect(ask);
    }
    function test_state() {
        nav.setState("scroll", 120);
        nav.open("/files/a");
        verify(nav.state.scroll === undefined);
        nav.back();
        compare(nav.state.scroll, 120);
        const saved = JSON.parse(JSON.stringify(nav.saveState()));
        nav.open("/files/b");
        verify(nav.restoreState(saved));
        compare(view.url, "/");
        compare(nav.state.scroll, 120);
        ignoreWarning(/"a saved history" is not opened/);
        verify(!nav.restoreState({}));
    }
    function test_openUrl() {
        verify(nav.openUrl("shop://files/mug"));
        compare(view.url, "/files/mug");
        verify(nav.openUrl("https://shop.example/files/cup"));
        compare(view.url, "/files/cup");
        ignoreWarning(/links to the host "evil.example" are not taken/);
        verify(!nav.openUrl("https://evil.example/files/cup"));
    }
    function test_otherRoutes() {
        nav.open("/files/a");
        nav.open("/posts/x/1");
        nav.routes = { start: "/", post: "/posts/:category/:id" };
        compare(view.url, "/posts/x/1");
        compare(view.id, "1");
        verify(nav.back());
        compare(nav.route, "start");
    }
    function test_whatIsNoRoute_data() {
        return [
            { tag: "pattern", routes: { a: "no" }, warning: /the route "a" is left out/ },
            { tag: "number", routes: { a: 7 }, warning: /its path is a text/ },
            { tag: "type", routes: { a: { path: "/:x", params: { x: "integer" } } }, warning: /"integer" is no type of a parameter/ },
            { tag: "param", routes: { a: { path: "/:x", params: { y: "int" } } }, warning: /its path has no parameter "y"/ },
            { tag: "array", routes: ["/"], warning: /routes is an object of patterns/ }
        ];
    }
    function test_whatIsNoRoute(data) {
        ignoreWarning(data.warning);
        const router = createTemporaryObject(routerComponent, test, { routes: data.routes });
        ignoreWarning(/the router is not complete, or has no routes/);
        verify(!router.open("/"));
        compare(router.url, "");
    }
    function test_optionsAreReadOnce() {
        ignoreWarning(/are read once/);
        nav.initial = "/files/x";
        compare(nav.initial, "/");
    }
    function test_basePath() {
        const router = createTemporaryObject(routerComponent, test, { basePath: "/app", initial: "/app" });
        compare(router.route, "home");
        verify(router.open("post", { category: "a", id: 1 }));
        compare(router.url, "/app/posts/a/1");
    }
    function test_routerOfCpp() {
        compare(cppRouter.route, "home");
        verify(cppRouter.open("post", { category: "news", id: 7, tab: "x" }));
        compare(setup.cppUrl(), "/posts/news/7/x");
        compare(cppRouter.params, { category: "news", id: 7, tab: "x" });
        setup.cppOpen(8);
        compare(cppRouter.params.id, 8);
        verify(cppRouter.params.tab === undefined);
        setup.setStopping(true);
        verify(!cppRouter.back());
        setup.setStopping(false);
        verify(cppRouter.openUrl("shop://posts/x/9"));
        compare(cppRouter.params.id, 9);
        cppRouter.go(-3);
        compare(cppRouter.url, "/");
    }
}
