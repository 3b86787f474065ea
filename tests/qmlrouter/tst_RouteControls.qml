// SPDX-License-Identifier: MIT
// Test functions are interpreted.
// qmllint disable compiler
// qmllint disable unqualified
import QtQml
import QtQuick
import QtQuick.Controls
import QtTest
import NanoStores
import NanoStores.Router

TestCase {
    id: test
    name: "RouteControls"
    when: windowShown
    width: 400
    height: 300
    visible: true

    Component {
        id: sceneComponent
        Item {
            width: 400
            height: 300
            property alias nav: router
            property alias tabs: tabBar
            property alias pages: swipeView
            property alias link: routeLink
            property alias loader: routeLoader
            property alias section: routeIndex
            Router {
                id: router
                routes: ({
                        home: "/",
                        cart: "/cart",
                        checkout: "/cart/checkout",
                        post: {
                            path: "/posts/:id",
                            params: {
                                id: "int"
                            }
                        },
                        settings: "/settings"
                    })
            }
            RouteIndex {
                id: routeIndex
                router: router
                routes: ["home", ["cart", "checkout"], "/settings"]
            }
            TabBar {
                id: tabBar
                width: parent.width
                TabButton {
                    text: "Home"
                }
                TabButton {
                    text: "Cart"
                }
                TabButton {
                    text: "Settings"
                }
                Bind on currentIndex {
                    store: routeIndex
                }
            }
            SwipeView {
                id: swipeView
                y: 60
                width: 200
                height: 100
                Item {}
                Item {}
                Item {}
                Bind on currentIndex {
                    store: routeIndex
                }
            }
            RouteLink {
                id: routeLink
                y: 200
                router: router
                to: "post"
                params: ({
                        id: 7
                    })
                text: "Read"
            }
            RouteLoader {
                id: routeLoader
                y: 230
                width: 100
                height: 50
                router: router
                Route {
                    name: "post"
                    Item {
                        required property int id
                        implicitWidth: 33
                    }
                }
                Route {
                    name: "*"
                    Item {
                        objectName: "other"
                    }
                }
            }
        }
    }
    property var scene: null
    property Router nav: null

    function init() {
        scene = createTemporaryObject(sceneComponent, test);
        nav = scene["nav"];
        tryCompare(scene["tabs"], "currentIndex", 0);
        wait(0);
    }

    function test_tabsFollow() {
        nav.open("/settings");
        compare(scene["tabs"].currentIndex, 2);
        compare(scene["pages"].currentIndex, 2);
        nav.open("checkout");
        compare(scene["section"].value, 1);
        compare(scene["tabs"].currentIndex, 1);
        nav.back();
        compare(scene["tabs"].currentIndex, 2);
        nav.open("/posts/1");
        compare(scene["section"].value, -1);
        compare(scene["tabs"].currentIndex, -1);
        nav.back();
        compare(scene["tabs"].currentIndex, 2);
        compare(scene["pages"].currentIndex, 2);
    }
    function test_tabsOpen() {
        mouseClick(scene["tabs"].itemAt(1));
        compare(nav.url, "/cart");
        compare(scene["pages"].currentIndex, 1);
        scene["pages"].incrementCurrentIndex();
        compare(nav.url, "/settings");
        compare(scene["tabs"].currentIndex, 2);
        compare(nav.depth, 3);
        nav.back();
        compare(scene["tabs"].currentIndex, 1);
        scene["section"].redirects = true;
        mouseClick(scene["tabs"].itemAt(2));
        compare(nav.depth, 2);
    }
    function test_rejectedControlsFallBack() {
        nav.blocked = true;
        mouseClick(scene["tabs"].itemAt(1));
        compare(nav.url, "/");
        tryCompare(scene["tabs"], "currentIndex", 0);
        verify(scene["tabs"].itemAt(0).checked);
        scene["pages"].incrementCurrentIndex();
        tryCompare(scene["pages"], "currentIndex", 0);
        nav.blocked = false;
        mouseClick(scene["tabs"].itemAt(1));
        compare(nav.url, "/cart");
    }
    function test_waitingControlsFallBack() {
        let change = null;
        const ask = asked => {
            asked.wait();
            change = asked;
        };
        nav.leaving.connect(ask);
        mouseClick(scene["tabs"].itemAt(1));
        compare(scene["tabs"].currentIndex, 0);
        change.accept();
        compare(scene["tabs"].currentIndex, 1);
        nav.leaving.disconnect(ask);
    }
    function test_indexOutside() {
        ignoreWarning(/there is no route with the index 9; routes has 3/);
        scene["section"].value = 9;
        compare(scene["section"].value, 0);
    }
    function test_link() {
        const link = scene["link"];
        verify(!link.current);
        mouseClick(link);
        compare(nav.url, "/posts/7");
        verify(link.current);
        nav.open("/posts/8");
        verify(!link.current);
        nav.open("/posts/7?q=1");
        verify(link.current);
    }
    function test_linkByKeys_data() {
        return [{ tag: "return", key: Qt.Key_Return }, { tag: "enter", key: Qt.Key_Enter }, { tag: "space", key: Qt.Key_Space }];
    }
    function test_linkByKeys(data) {
        scene["link"].forceActiveFocus();
        keyClick(data.key);
        compare(nav.url, "/posts/7");
        compare(nav.depth, 2);
    }
    function test_linkIsAccessible() {
        compare(scene["link"].Accessible.role, Accessible.Link);
        compare(scene["link"].Accessible.name, "Read");
        scene["link"].Accessible.pressAction();
        compare(nav.url, "/posts/7");
    }
    function test_linkThatIsStopped() {
        nav.blocked = true;
        mouseClick(scene["link"]);
        compare(nav.url, "/");
        verify(!scene["link"].current);
    }
    function test_linkThatRedirects() {
        scene["link"].redirects = true;
        mouseClick(scene["link"]);
        compare(nav.depth, 1);
        compare(nav.url, "/posts/7");
    }
    function test_linkToNowhere() {
        scene["link"].to = "pst";
        ignoreWarning(/"pst" is not opened: there is no route "pst"/);
        mouseClick(scene["link"]);
        compare(nav.url, "/");
    }
    function test_loader() {
        const loader = scene["loader"];
        compare(loader.page.objectName, "other");
        compare(loader.page.width, 100);
        nav.open("/posts/1");
        const first = loader.page;
        compare(first.id, 1);
        compare(loader.implicitWidth, 33);
        nav.open("/posts/2");
        compare(loader.page.id, 2);
        loader.width = 50;
        compare(loader.page.width, 50);
        nav.back();
        compare(loader.page.id, 1);
        verify(loader.page !== first);
    }
}
