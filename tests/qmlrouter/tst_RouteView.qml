// SPDX-License-Identifier: MIT
// Test functions are interpreted.
// qmllint disable compiler
// qmllint disable unqualified
import QtQml
import QtQuick
import QtQuick.Controls
import QtTest
import NanoStores.Router

TestCase {
    id: test
    name: "RouteView"
    when: windowShown
    width: 400
    height: 300
    visible: true

    property int made: 0
    property int destroyed: 0

    component Page: Rectangle {
        property string kind
        readonly property string seen: Route.params.id ?? ""
        property bool dirty: false
        Route.blocked: dirty
        Component.onCompleted: ++test.made
        Component.onDestruction: ++test.destroyed
    }
    component PostPage: Page {
        required property int id
        property string text: ""
        kind: "post"
        focus: true
        TextInput {
            id: field
            objectName: "field"
            focus: true
        }
    }
    Component {
        id: sceneComponent
        Item {
            id: scene
            width: 400
            height: 300
            property alias nav: router
            property alias view: routeView
            Router {
                id: router
                routes: ({
                        home: "/",
                        post: {
                            path: "/posts/:id",
                            params: {
                                id: "int"
                            }
                        },
                        list: "/list/:id",
                        file: "/file",
                        broken: "/broken",
                        hop: "/hop"
                    })
            }
            RouteView {
                id: routeView
                anchors.fill: parent
                router: router
                animated: false
                Route {
                    name: "home"
                    Page {
                        kind: "home"
                    }
                }
                Route {
                    name: "post"
                    PostPage {}
                }
                Route {
                    name: "list"
                    reuse: true
                    Page {
                        property string id: ""
                        kind: "list"
                    }
                }
                Route {
                    name: "file"
                    source: "parts/FilePage.qml"
                    preload: true
                }
                Route {
                    name: "broken"
                    PostPage {}
                }
                Route {
                    name: "hop"
                    Page {
                        kind: "hop"
                        Component.onCompleted: router.redirect("/posts/77")
                    }
                }
                Route {
                    name: "*"
                    Page {
                        kind: "none"
                    }
                }
            }
        }
    }
    property var scene: null
    property Router nav: null
    property var view: null

    function init() {
        made = 0;
        destroyed = 0;
        scene = createTemporaryObject(sceneComponent, test);
        nav = scene["nav"];
        view = scene["view"];
        waitForRest();
    }
    function waitForRest() {
        tryVerify(() => !view.busy);
        wait(0);
    }
    function compareStacks(urls: var) {
        compare(view.urls(), urls);
        compare(view.depth, urls.length);
        compare(view.page ? view.page.Route.url : "", urls[urls.length - 1]);
    }

    function test_pushPopReplace() {
        compareStacks(["/"]);
        nav.open("/posts/1");
        compareStacks(["/", "/posts/1"]);
        compare(view.page["id"], 1);
        compare(view.page.width, 400);
        nav.redirect("/posts/2");
        compareStacks(["/", "/posts/2"]);
        nav.back();
        compareStacks(["/"]);
        nav.forward();
        compareStacks(["/", "/posts/2"]);
        nav.open("/nowhere");
        compare(view.page["kind"], "none");
        nav.go(-2);
        compareStacks(["/"]);
        nav.go(2);
        compareStacks(["/", "/posts/2", "/nowhere"]);
    }
    function test_pagesLiveAsLongAsTheirEntries() {
        const home = view.page;
        nav.open("/posts/1");
        nav.open("/posts/2");
        compare(made, 3);
        nav.back();
        nav.back();
        verify(view.page === home);
        tryCompare(test, "destroyed", 2);
        compare(made, 3);
    }
    function test_pagesBelowAreMadeWhenTheyAreShown() {
        const saved = nav.saveState();
        nav.open("/posts/1");
        nav.open("/posts/2");
        nav.open("/posts/3");
        const all = nav.saveState();
        nav.restoreState(saved);
        waitForRest();
        made = 0;
        nav.restoreState(all);
        compare(made, 1);
        compareStacks(["/", "/posts/1", "/posts/2", "/posts/3"]);
        nav.back();
        compare(made, 2);
        compare(view.page["id"], 2);
    }
    function test_keep() {
        view.keep = 1;
        const home = view.page;
        nav.open("/posts/1");
        waitForRest();
        compare(destroyed, 0);
        nav.open("/posts/2");
        tryCompare(test, "destroyed", 1);
        nav.go(-2);
        compare(view.page["kind"], "home");
        verify(view.page !== home);
    }
    function test_samePathKeepsThePage() {
        nav.open("/posts/1");
        const page = view.page;
        page["text"] = "draft";
        nav.redirect("/posts/1?q=a#b");
        verify(view.page === page);
        compare(page.Route.search, { q: "a" });
        compare(page.Route.hash, "b");
        nav.redirect("/posts/2");
        verify(view.page !== page);
    }
    function test_reuse() {
        nav.open("/list/a");
        const page = view.page;
        nav.redirect("/list/b");
        verify(view.page === page);
        compare(page["id"], "b");
        compare(page.Route.params.id, "b");
        nav.open("/list/c");
        verify(view.page !== page);
    }
    function test_attached() {
        nav.open("/posts/1");
        const first = view.page;
        verify(first.Route.active);
        compare(first.Route.name, "post");
        verify(first.Route.router === nav);
        verify(first.Route.setState("scroll", 5));
        compare(first.Route.state, { scroll: 5 });
        nav.open("/posts/2");
        verify(!first.Route.active);
        compare(first.Route.params.id, 1);
        verify(first.Route.setState("scroll", 6));
        nav.back();
        verify(view.page === first);
        verify(first.Route.active);
        compare(nav.state, { scroll: 6 });
    }
    function test_blockedPage() {
        nav.open("/posts/1");
        view.page["dirty"] = true;
        verify(!nav.back());
        verify(!nav.open("/posts/2"));
        compareStacks(["/", "/posts/1"]);
        const first = view.page;
        view.page["dirty"] = false;
        nav.open("/posts/2");
        first["dirty"] = true;
        verify(nav.open("/posts/3"));
        verify(nav.back());
    }
    function test_leavingOfThePage() {
        nav.open("/posts/1");
        const page = view.page;
        const refuse = change => change.abort();
        page.Route.leaving.connect(refuse);
        verify(!nav.back());
        page.Route.leaving.disconnect(refuse);
        verify(nav.back());
    }
    function test_source() {
        nav.open("/file");
        tryVerify(() => view.page !== null);
        compare(view.page["kind"], "file");
    }
    function test_pageWithoutItsParameter() {
        ignoreWarning(/the page of the route "broken", whose parameters are those of its path/);
        ignoreWarning(/Required property id was not initialized/);
        nav.open("/broken");
        verify(view.page === null);
        compare(view.depth, 2);
        nav.back();
        compareStacks(["/"]);
    }
    function test_pageThatRedirects() {
        nav.open("/hop");
        compareStacks(["/", "/posts/77"]);
    }
    function test_routeWithoutPage() {
        const other = createTemporaryObject(emptyComponent, test, { router: nav });
        ignoreWarning(/nothing is shown for \/list\/x: there is no Route { name: "list" }/);
        nav.open("/list/x");
        verify(other.page === null);
        nav.back();
    }
    Component {
        id: emptyComponent
        RouteView {
            animated: false
            Route {
                name: "home"
                Item {}
            }
        }
    }
    function test_otherRouter() {
        nav.open("/posts/1");
        const other = createTemporaryObject(routerComponent, test);
        view.router = other;
        waitForRest();
        compareStacks(["/posts/5"]);
        other.open("/posts/6");
        compareStacks(["/posts/5", "/posts/6"]);
        view.router = null;
        compare(view.depth, 0);
    }
    Component {
        id: routerComponent
        Router {
            initial: "/posts/5"
            routes: ({
                    post: {
                        path: "/posts/:id",
                        params: {
                            id: "int"
                        }
                    }
                })
        }
    }
    function test_transitionsAreWaitedFor() {
        view.animated = true;
        nav.open("/posts/1");
        verify(view.busy);
        nav.open("/posts/2");
        nav.back();
        nav.back();
        nav.open("/posts/3");
        compare(view.depth, 2); // as it was when the transition began
        waitForRest();
        tryVerify(() => view.page["id"] === 3);
        waitForRest();
        compareStacks(["/", "/posts/3"]);
        compare(made, 3); // the pages between were not made
    }
    function test_forgottenEntries() {
        const small = createTemporaryObject(smallComponent, test);
        view.router = small;
        for (let i = 1; i <= 80; ++i)
            small.open("/posts/" + i);
        waitForRest();
        compare(view.urls(), ["/posts/78", "/posts/79", "/posts/80"]);
        tryCompare(view, "depth", 3);
        const page = view.page;
        compare(page["id"], 80);
        small.go(-2);
        compare(view.urls(), ["/posts/78"]);
        compare(view.page["id"], 78);
        small.go(2);
        compare(view.page["id"], 80);
    }
    Component {
        id: smallComponent
        Router {
            maxEntries: 3
            routes: ({
                    post: {
                        path: "/posts/:id",
                        params: {
                            id: "int"
                        }
                    }
                })
            initial: "/posts/0"
        }
    }
    function test_keys() {
        nav.open("/posts/1");
        nav.open("/posts/2");
        keyClick(Qt.Key_Left, Qt.AltModifier);
        compareStacks(["/", "/posts/1"]);
        keyClick(Qt.Key_Right, Qt.AltModifier);
        compareStacks(["/", "/posts/1", "/posts/2"]);
        keyClick(Qt.Key_Back);
        compareStacks(["/", "/posts/1"]);
        keyClick(Qt.Key_Escape);
        compareStacks(["/", "/posts/1"]);
        view.backKeys.escape = true;
        keyClick(Qt.Key_Escape);
        compareStacks(["/"]);
        keyClick(Qt.Key_Back);
        compareStacks(["/"]);
        view.backKeys.enabled = false;
        keyClick(Qt.Key_Right, Qt.AltModifier);
        compareStacks(["/"]);
    }
    Component {
        id: grid
        GridView {
            property bool claims: false
            width: 100
            height: 100
            cellWidth: 20
            cellHeight: 20
            model: 9
            currentIndex: 4
            Keys.onShortcutOverride: event => {
                event.accepted = claims;
            }
            delegate: Item {
                width: 20
                height: 20
            }
        }
    }
    /*! A grid moves by any arrow key, unless that is a shortcut. */
    function test_keysInAGrid() {
        nav.open("/posts/1");
        const shelf = createTemporaryObject(grid, scene);
        shelf.forceActiveFocus();
        keyClick(Qt.Key_Left, Qt.AltModifier);
        compareStacks(["/"]);
        keyClick(Qt.Key_Right, Qt.AltModifier);
        compareStacks(["/", "/posts/1"]);
        compare(shelf.currentIndex, 4);
        keyClick(Qt.Key_Right);
        compare(shelf.currentIndex, 5);
        compareStacks(["/", "/posts/1"]);
        shelf["claims"] = true;
        keyClick(Qt.Key_Left, Qt.AltModifier);
        compareStacks(["/", "/posts/1"]);
    }
    function test_mouseButtons() {
        nav.open("/posts/1");
        mousePress(scene, 10, 10, Qt.BackButton);
        mouseRelease(scene, 10, 10, Qt.BackButton);
        compareStacks(["/"]);
        mousePress(scene, 10, 10, Qt.ForwardButton);
        mouseRelease(scene, 10, 10, Qt.ForwardButton);
        compareStacks(["/", "/posts/1"]);
        view.page["dirty"] = true;
        mousePress(scene, 10, 10, Qt.BackButton);
        mouseRelease(scene, 10, 10, Qt.BackButton);
        compareStacks(["/", "/posts/1"]);
    }
    function test_itemsTakeKeysFirst() {
        nav.open("/posts/1");
        view.backKeys.escape = true;
        const popup = createTemporaryObject(popupComponent, scene);
        popup.open();
        tryVerify(() => popup.opened);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !popup.visible);
        compareStacks(["/", "/posts/1"]);
        keyClick(Qt.Key_Escape);
        compareStacks(["/"]);
    }
    Component {
        id: popupComponent
        Popup {
            focus: true
            width: 50
            height: 50
        }
    }
    function test_destroyedRouter() {
        const other = routerComponent.createObject(test);
        view.router = other;
        compareStacks(["/posts/5"]);
        other.destroy();
        tryCompare(view, "depth", 0);
    }
}
