// SPDX-License-Identifier: MIT
// Test functions are interpreted.
// qmllint disable compiler
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores.Router

TestCase {
    id: test
    name: "RouteSwipeView"
    when: windowShown
    width: 300
    height: 200
    visible: true

    property int made: 0
    property int destroyed: 0

    component Part: Rectangle {
        property string kind
        property bool dirty: false
        Route.blocked: dirty
        Component.onCompleted: ++test.made
        Component.onDestruction: ++test.destroyed
    }
    Component {
        id: routerComponent
        Router {
            routes: ({
                    home: "/",
                    list: "/list",
                    day: {
                        path: "/days/:id",
                        params: {
                            id: "int"
                        }
                    },
                    settings: "/settings",
                    elsewhere: "/elsewhere"
                })
        }
    }
    Component {
        id: viewComponent
        RouteSwipeView {
            width: 300
            height: 200
            Route {
                name: "home"
                Part {
                    kind: "home"
                }
            }
            Route {
                name: "list"
                Part {
                    kind: "list"
                }
            }
            Route {
                name: "day"
                params: ({
                        id: 1
                    })
                Part {
                    required property int id
                    kind: "day 1"
                }
            }
            Route {
                name: "day"
                Part {
                    property int id: 0
                    kind: "day"
                }
            }
            Route {
                name: "settings"
                Part {
                    kind: "settings"
                }
            }
        }
    }
    property Router nav: null
    property var view: null

    function init() {
        made = 0;
        destroyed = 0;
        nav = createTemporaryObject(routerComponent, test);
        view = createTemporaryObject(viewComponent, test, {
            router: nav
        });
        waitForRest();
    }
    function waitForRest() {
        tryVerify(() => !view.contentItem.moving);
        wait(0);
        wait(0);
    }
    function compareState(url: string, index: int, kind: string) {
        compare(nav.url, url);
        compare(view.currentIndex, index);
        compare(view.page ? view.page["kind"] : "", kind);
        verify(!view.page || view.page.Route.active);
    }
    /*! As a finger does, over more than half of the view. */
    function swipe(by: int) {
        tryVerify(() => view.contentItem.contentX === view.currentIndex * 300);
        const from = by > 0 ? 280 : 20;
        const step = by > 0 ? -20 : 20;
        mousePress(view, from, 100);
        for (let i = 1; i <= 12; ++i)
            mouseMove(view, from + i * step, 100, 10, Qt.LeftButton);
        mouseRelease(view, from + 12 * step, 100);
        tryVerify(() => !view.contentItem.moving);
        wait(0);
    }

    function test_followsTheRouter() {
        compareState("/", 0, "home");
        nav.open("/list");
        compareState("/list", 1, "list");
        nav.open("/settings");
        compareState("/settings", 4, "settings");
        nav.back();
        compareState("/list", 1, "list");
        nav.go(-1);
        compareState("/", 0, "home");
        nav.go(2);
        compareState("/settings", 4, "settings");
    }
    function test_swipeOpens() {
        swipe(1);
        compareState("/list", 1, "list");
        compare(nav.depth, 2);
        swipe(1);
        compareState("/days/1", 2, "day 1");
        compare(view.page["id"], 1);
        swipe(-1);
        compareState("/list", 1, "list");
        compare(nav.depth, 4);
        nav.back();
        compareState("/days/1", 2, "day 1");
    }
    function test_indexThatIsSetOpens() {
        view.currentIndex = 4; // as a page indicator does
        compareState("/settings", 4, "settings");
        ignoreWarning(/"day" is not opened: .*the parameter "id" is missing/);
        view.decrementCurrentIndex();
        compareState("/settings", 4, "settings");
    }
    function test_halfASwipeOpensNothing() {
        mousePress(view, 280, 100);
        for (let i = 1; i <= 10; ++i)
            mouseMove(view, 280 - i * 20, 100, 10, Qt.LeftButton);
        compare(view.currentIndex, 1); // under the finger
        compare(nav.url, "/");
        for (let i = 10; i >= 0; --i)
            mouseMove(view, 280 - i * 20, 100, 10, Qt.LeftButton);
        mouseRelease(view, 280, 100);
        waitForRest();
        compareState("/", 0, "home");
        compare(nav.depth, 1);
    }
    function test_refusedSwipeGoesBack() {
        view.page["dirty"] = true;
        swipe(1);
        compareState("/", 0, "home");
        tryVerify(() => view.contentItem.contentX === 0);
        compare(nav.depth, 1);
        view.page["dirty"] = false;
        swipe(1);
        compareState("/list", 1, "list");
    }
    function test_swipeThatWaits() {
        let asked = null;
        nav.leaving.connect(change => {
            change.wait();
            asked = change;
        });
        swipe(1);
        compareState("/", 0, "home");
        compare(nav.pending, "/list");
        asked.accept();
        compareState("/list", 1, "list");
    }
    function test_swipeWithoutParameter() {
        ignoreWarning(/"day" is not opened: .*the parameter "id" is missing/);
        nav.open("/days/1");
        swipe(1);
        compareState("/days/1", 2, "day 1");
        nav.open("/days/5");
        compareState("/days/5", 3, "day");
        nav.open("/days/1");
        swipe(1);
        compareState("/days/5", 3, "day"); // where it was
    }
    function test_routerThatMovesUnderAFingerCounts() {
        mousePress(view, 280, 100);
        for (let i = 1; i <= 10; ++i)
            mouseMove(view, 280 - i * 20, 100, 10, Qt.LeftButton);
        nav.open("/settings");
        mouseRelease(view, 80, 100);
        waitForRest();
        compareState("/settings", 4, "settings");
        compare(nav.depth, 2);
    }
    function test_redirects() {
        view.redirects = true;
        swipe(1);
        compareState("/list", 1, "list");
        compare(nav.depth, 1);
    }
    function test_pagesAreMadeNearBy() {
        compare(made, 2); // home, and list beside it
        nav.open("/settings");
        waitForRest();
        tryCompare(test, "destroyed", 2);
        compare(made, 3); // "day" has no parameter
        view.keep = 0;
        nav.open("/list");
        waitForRest();
        tryCompare(test, "destroyed", 3);
        compare(made, 4);
        view.keep = -1;
        tryCompare(test, "made", 7); // all but "day"
        compare(destroyed, 3);
    }
    function test_otherParametersOfTheSameRoute() {
        nav.open("/days/5");
        const page = view.page;
        compare(page["id"], 5);
        nav.redirect("/days/5?q=1");
        verify(view.page === page);
        nav.redirect("/days/6");
        verify(view.page !== page);
        compare(view.page["id"], 6);
        compare(view.page.Route.params.id, 6);
    }
    function test_elsewhere() {
        swipe(1);
        const page = view.page;
        nav.open("/elsewhere");
        compare(view.currentIndex, 1);
        verify(view.page === null);
        verify(!page.Route.active);
        nav.back();
        compareState("/list", 1, "list");
        verify(view.page === page);
        nav.open("/elsewhere");
        swipe(1);
        compareState("/days/1", 2, "day 1");
    }
    function test_startsWhereTheRouterIs() {
        const other = createTemporaryObject(routerComponent, test, {
            initial: "/settings"
        });
        const late = createTemporaryObject(viewComponent, test, {
            router: other
        });
        compare(late.currentIndex, 4);
        compare(other.url, "/settings");
        compare(other.depth, 1);
        compare(late.page["kind"], "settings");
    }
    function test_otherRouter() {
        nav.open("/list");
        const other = createTemporaryObject(routerComponent, test, {
            initial: "/settings"
        });
        view.router = other;
        waitForRest();
        compare(view.currentIndex, 4);
        compare(nav.url, "/list");
        compare(other.depth, 1);
        view.router = null;
        waitForRest();
        compare(view.page, null);
        compare(other.url, "/settings");
    }
    function test_destroyedViewOpensNothing() {
        const other = viewComponent.createObject(test, {
            router: nav
        });
        nav.open("/settings");
        waitForRest();
        other.destroy();
        wait(0);
        wait(0);
        compareState("/settings", 4, "settings");
        compare(nav.depth, 2);
    }
    function test_keys() {
        nav.open("/list");
        view.forceActiveFocus();
        keyClick(Qt.Key_Left, Qt.AltModifier);
        compareState("/", 0, "home");
    }
    function test_state() {
        nav.open("/list");
        verify(view.page.Route.setState("scroll", 7));
        compare(nav.state, { scroll: 7 });
        nav.back();
        nav.forward();
        compare(view.page.Route.state, { scroll: 7 });
    }
}
