// SPDX-License-Identifier: MIT
// Test functions are interpreted.
// qmllint disable compiler
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores.Router

/*! Pages that are made before they are shown: how many, and for how long. */
TestCase {
    id: test
    name: "RoutePreload"
    when: windowShown
    width: 300
    height: 200
    visible: true

    property var made: []
    property int destroyed: 0

    component Part: Item {
        property string id: ""
        property bool wasActive: Route.active
        Component.onCompleted: test.made = test.made.concat([Route.url])
        Component.onDestruction: ++test.destroyed
    }
    Component {
        id: sceneComponent
        Item {
            width: 300
            height: 200
            property alias nav: router
            property alias view: routeView
            property alias link: routeLink
            Router {
                id: router
                routes: ({
                        home: "/",
                        post: "/posts/:id",
                        plain: "/plain"
                    })
            }
            RouteView {
                id: routeView
                anchors.fill: parent
                router: router
                animated: false
                Route {
                    name: "home"
                    Part {}
                }
                Route {
                    name: "post"
                    preload: true
                    Part {}
                }
                Route {
                    name: "plain"
                    Part {}
                }
            }
            RouteLink {
                id: routeLink
                router: router
                to: "post"
                params: ({
                        id: "9"
                    })
                text: "Nine"
            }
        }
    }
    Component {
        id: loaderComponent
        RouteLoader {
            width: 300
            height: 200
            Route {
                name: "home"
                Part {}
            }
            Route {
                name: "post"
                preload: true
                Part {}
            }
        }
    }
    property var scene: null
    property Router nav: null
    property RouteView view: null

    function init() {
        scene = createTemporaryObject(sceneComponent, test);
        nav = scene["nav"];
        view = scene["view"];
        wait(0);
        made = [];
        destroyed = 0;
    }

    function test_pageIsMadeAndThenShown() {
        nav.preload("post", { id: 1 });
        compare(made, []); // not while others wait for it
        tryCompare(test, "made", ["/posts/1"]);
        compare(view.depth, 1);
        nav.open("/posts/1");
        compare(made, ["/posts/1"]);
        compare(view.page.Route.url, "/posts/1");
        verify(view.page.Route.active);
        compare(view.page.width, 300);
        wait(0);
        compare(destroyed, 0);
    }
    function test_pageIsNotActiveBefore() {
        const seen = [];
        nav.preload("post", { id: 1 });
        tryVerify(() => made.length === 1);
        nav.leaving.connect(() => seen.push(nav.url));
        nav.open("/posts/1?q=a"); // the same page
        compare(made, ["/posts/1"]);
        compare(view.page.Route.search, { q: "a" });
        compare(seen, ["/"]);
        verify(view.page.Route.setState("scroll", 1));
    }
    function test_atMostSoMany() {
        for (const id of [1, 2, 3, 4, 5])
            nav.preload("post", { id });
        tryVerify(() => made.length === 2);
        wait(0);
        compare(made.slice().sort(), ["/posts/4", "/posts/5"]); // the last ones alone
        nav.preload("post", { id: 4 });
        nav.preload("post", { id: 6 });
        tryVerify(() => made.length === 3);
        tryCompare(test, "destroyed", 1);
        nav.open("/posts/4");
        compare(made.length, 3);
        view.preloads = 0;
        nav.back();
        nav.preload("post", { id: 7 });
        wait(0);
        compare(made.length, 3);
    }
    function test_goWhenAnotherPageIsShown() {
        nav.preload("post", { id: 1 });
        nav.preload("post", { id: 2 });
        tryVerify(() => made.length === 2);
        nav.open("/plain");
        tryCompare(test, "destroyed", 2);
        nav.back();
        nav.open("/posts/1");
        compare(made.length, 4);
    }
    function test_otherRoutesAreOnlyCompiled() {
        nav.preload("plain");
        nav.preload("/nowhere");
        nav.preload("/"); // is shown
        wait(0);
        wait(0);
        compare(made, []);
    }
    function test_goWithTheView() {
        nav.preload("post", { id: 1 });
        tryVerify(() => made.length === 1);
        view.router = null;
        tryCompare(test, "destroyed", 2);
    }
    function test_linkUnderThePointer() {
        mouseMove(scene["link"], 3, 3);
        tryCompare(test, "made", ["/posts/9"]);
        mouseClick(scene["link"]);
        compare(nav.url, "/posts/9");
        compare(made, ["/posts/9"]);
    }
    function test_loader() {
        const loader = createTemporaryObject(loaderComponent, test, { router: nav });
        view.preloads = 0;
        wait(0);
        made = [];
        nav.preload("post", { id: 1 });
        tryCompare(test, "made", ["/posts/1"]);
        nav.open("/posts/1");
        compare(loader.page["id"], "1");
        compare(made, ["/posts/1", "/posts/1"]); // that of the view is another one
    }
}
