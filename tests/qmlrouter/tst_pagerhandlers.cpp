// SPDX-License-Identifier: MIT

// A RoutePager whose pages and handlers do what they like: they navigate, take the Routes or the router away, or delete
// the pager, while it makes, shows and drops pages.

#include <nanostores/core.h>
#include <nanostores/qmlrouter.h>
#include <nanostores/qt.h>

#include <support/handlers.h>

#include <QHash>
#include <QPointer>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QRegularExpression>
#include <QTest>

#include <functional>
#include <memory>

using namespace nanostores;
using namespace Qt::StringLiterals;
using support::ErrorLog;

namespace {

const QByteArray part = R"(
    Item {
        property string name: "NAME"
        property int number
        property alias button: button
        onNumberChanged: root.at("number NAME")
        onParentChanged: root.at(parent ? "in NAME" : "out NAME")
        Route.onActiveChanged: root.at(Route.active ? "on NAME" : "off NAME")
        Route.onPageChanged: root.at("page NAME")
        Component.onCompleted: root.at("made NAME")
        Component.onDestruction: root.at("gone NAME")
        Item {
            id: button
            signal clicked()
            onClicked: root.at("clicked NAME")
        }
    }
)";

/// What happens at a place is the function `act`, once. PART(x) is a page.
const QByteArray world = R"(
    import QtQuick
    import NanoStores.Router
    Item {
        id: root
        width: 300
        height: 200
        property alias pager: pager
        property alias nav: nav
        property alias other: other
        property string place: ""
        property bool always: false
        property int done: 0
        property var act: () => {}
        function at(name) {
            if (root.place === name) {
                if (!root.always)
                    root.place = ""
                ++root.done
                root.act()
            }
        }
        function open(name) { nav.open(name) }
        function swap() { pager.router = pager.router === nav ? other : nav }
        function clear() { pager.routes = [] }
        function reverse() { pager.routes = [pager.routes[2], pager.routes[1], pager.routes[0]] }
        function drop() { pager.destroy() }

        Component {
            id: same
            PART(same)
        }
        readonly property var names: ({
            a: "/",
            b: { path: "/b/:number", params: { number: "int" } },
            c: "/c",
            d: "/d",
            e: "/e"
        })
        Router { id: nav; routes: root.names }
        Router { id: other; routes: root.names }
        RoutePager {
            id: pager
            router: nav
            keep: 0
            onAdding: slot => {
                slot.parent = root
                slot.width = 300
                slot.height = 200
                root.at("adding")
            }
            onGoingTo: index => {
                shownIndex = index
                root.at("going")
            }
            onCurrentIndexChanged: root.at("index")
            onPageChanged: root.at("page")
            onRouterChanged: root.at("router")
            Route { name: "a"; PART(a) }
            Route { name: "b"; PART(b) }
            Route { name: "c"; PART(c) }
            Route { name: "d"; component: same }
            Route { name: "e"; component: same }
        }
        function click() {
            pager.page.button.clicked()
        }
    }
)";

} // namespace

class tst_PagerHandlers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void page_mayDoAnythingAtAnyTime_data();
    void page_mayDoAnythingAtAnyTime();
    void neighbour_mayShowAPageOfItsOwnComponent();
    void neighbour_mayTakeTheRouterAway();
    void handler_thatNavigatesEachTimeIsGivenUp();
    void handler_thatTakesAnotherRouterEachTimeIsGivenUp();
    void view_isNotSentToAPageThatHasGone();
    void view_thatShowsTheIndexAsItChangesOpensNothing();
    void view_thatIsNeverWhereItShouldBe();
    void route_thatWasTakenOutMayGo();
    void pager_mayBeDeletedByItsSlots_data();
    void pager_mayBeDeletedByItsSlots();

private:
    void call(const char *function) { QVERIFY(QMetaObject::invokeMethod(m_root.get(), function)); }
    /// Has `act` be called at the place.
    void actAt(const QString &place, const QString &act, bool always = false)
    {
        QJSEngine::setObjectOwnership(m_root.get(), QJSEngine::CppOwnership);
        const QJSValue make = m_engine->evaluate(u"(root => () => root.%1)"_s.arg(act));
        m_root->setProperty("act", QVariant::fromValue(make.call({m_engine->newQObject(m_root.get())})));
        m_root->setProperty("always", always);
        m_root->setProperty("place", place);
    }
    int done() const { return m_root->property("done").toInt(); }
    RoutePager *pager() const { return m_root->property("pager").value<RoutePager *>(); }
    RouterObject *nav() const { return m_root->property("nav").value<RouterObject *>(); }
    void turn()
    {
        for (int i = 0; i < 3; ++i) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }

    std::unique_ptr<QQmlEngine> m_engine;
    std::unique_ptr<QObject> m_root;
};

void tst_PagerHandlers::init()
{
    m_engine = std::make_unique<QQmlEngine>();
    QQmlComponent component(m_engine.get());
    QByteArray text = world;
    for (const char *const name : {"a", "b", "c", "same"}) {
        text.replace("PART(" + QByteArray(name) + ')', QByteArray(part).replace("NAME", name));
    }
    component.setData(text, QUrl(u"world.qml"_s));
    m_root.reset(component.create());
    QVERIFY2(m_root, qPrintable(component.errorString()));
    turn();
}

void tst_PagerHandlers::cleanup()
{
    m_root.reset();
    m_engine.reset();
}

void tst_PagerHandlers::page_mayDoAnythingAtAnyTime_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("act");
    const QStringList places{u"number b"_s, u"in b"_s,  u"page b"_s, u"made b"_s,   u"on b"_s,
                             u"off a"_s,    u"out a"_s, u"gone a"_s, u"adding"_s,   u"going"_s,
                             u"index"_s,    u"page"_s,  u"router"_s, u"clicked b"_s};
    for (const QString &place : places) {
        for (const char *const act : {"open('c')", "open('a')", "swap()", "clear()", "reverse()", "drop()"}) {
            const QString what = QString::fromLatin1(act);
            QTest::addRow("%s: %s", qPrintable(place), act) << place << what;
        }
    }
}

void tst_PagerHandlers::page_mayDoAnythingAtAnyTime()
{
    QFETCH(const QString, place);
    QFETCH(const QString, act);
    const QPointer<RoutePager> view(pager());
    actAt(place, act);
    nav()->open(u"b"_s, {{u"number"_s, 8}});
    turn();
    if (view && view->page()) {
        call("click");
    }
    turn();
    if (view) {
        nav()->open(u"b"_s, {{u"number"_s, 9}});
        turn();
        nav()->open(u"c"_s);
        call("swap");
    }
    turn();
    QCOMPARE(done(), 1);
    QCOMPARE(view.isNull(), act == u"drop()"_s);
    if (!view || act == u"clear()"_s) {
        return;
    }
    m_root->setProperty("place", QString());
    view->setRouter(nav());
    nav()->open(u"a"_s);
    turn();
    QVERIFY(view->page());
    QCOMPARE(view->page()->property("name").toString(), u"a"_s);
    QCOMPARE(view->shownIndex(), view->currentIndex());
}

/// One component makes one page at a time.
void tst_PagerHandlers::neighbour_mayShowAPageOfItsOwnComponent()
{
    nav()->open(u"c"_s);
    turn();
    actAt(u"made same"_s, u"open('e')"_s);
    pager()->setKeep(1);
    turn();
    QCOMPARE(done(), 1);
    QCOMPARE(pager()->currentIndex(), 4);
    QVERIFY(pager()->page());
    QCOMPARE(pager()->page()->property("name").toString(), u"same"_s);
}

void tst_PagerHandlers::neighbour_mayTakeTheRouterAway()
{
    nav()->open(u"e"_s);
    turn();
    actAt(u"made same"_s, u"swap()"_s);
    call("swap");
    turn();
    pager()->setKeep(1);
    nav()->open(u"c"_s);
    turn();
    QVERIFY(pager()->router());
    m_root->setProperty("place", QString());
    pager()->setRouter(nav());
    turn();
    QVERIFY(pager()->page());
    QCOMPARE(pager()->page()->property("name").toString(), u"c"_s);
}

/// By the core, which is quicker here than its usual limit.
void tst_PagerHandlers::handler_thatNavigatesEachTimeIsGivenUp()
{
    setFeedbackLimit(500);
    actAt(u"index"_s, u"open(root.pager.currentIndex === 0 ? 'c' : 'a')"_s, true);
    ErrorLog errors;
    nav()->open(u"c"_s);
    m_root->setProperty("place", QString());
    setFeedbackLimit(100000);
    QCOMPARE(errors.take().size(), 1);
    turn();
    nav()->open(u"b"_s, {{u"number"_s, 7}});
    QCOMPARE(pager()->currentIndex(), 1);
}

void tst_PagerHandlers::handler_thatTakesAnotherRouterEachTimeIsGivenUp()
{
    actAt(u"index"_s, u"swap()"_s, true);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"the pages open other pages each time"_s));
    nav()->open(u"c"_s);
    m_root->setProperty("place", QString());
    pager()->setRouter(nav());
    turn();
    QCOMPARE(pager()->currentIndex(), 2);
    QVERIFY(pager()->page());
}

void tst_PagerHandlers::view_isNotSentToAPageThatHasGone()
{
    QList<int> sent;
    connect(pager(), &RoutePager::goingTo, pager(), [&](int index) { sent.append(index); });
    actAt(u"index"_s, u"clear()"_s);
    nav()->open(u"c"_s);
    turn();
    QCOMPARE(sent, QList<int>());
}

/// As one that binds its own index to that of the pager.
void tst_PagerHandlers::view_thatShowsTheIndexAsItChangesOpensNothing()
{
    connect(pager(), &RoutePager::currentIndexChanged, pager(),
            [view = pager()] { view->setShownIndex(view->currentIndex()); });
    int asked = 0;
    connect(nav(), &RouterObject::leaving, nav(), [&] { ++asked; });
    nav()->open(u"c"_s);
    turn();
    QCOMPARE(asked, 1);
    QCOMPARE(pager()->shownIndex(), 2);
}

void tst_PagerHandlers::view_thatIsNeverWhereItShouldBe()
{
    RoutePager *const view = pager();
    nav()->setBlocked(true);
    int calls = 0;
    connect(view, &RoutePager::goingTo, view, [&] {
        if (++calls < 20000) {
            view->setShownIndex(2 + calls % 2);
        }
    });
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"goes elsewhere each time"_s));
    view->setShownIndex(2);
    nav()->setBlocked(false);
    QCOMPARE(view->currentIndex(), 0);
    QVERIFY(calls < 1000);
}

void tst_PagerHandlers::route_thatWasTakenOutMayGo()
{
    auto routes = pager()->routes();
    const QPointer<DeclarativeRoute> first = routes.at(&routes, 0);
    const QPointer<DeclarativeRoute> second = routes.at(&routes, 2);
    routes.clear(&routes);
    routes.append(&routes, first);
    turn();
    QQuickItem *const page = pager()->page();
    QVERIFY(page);
    delete second.data();
    turn();
    QCOMPARE(pager()->page(), page);
}

void tst_PagerHandlers::pager_mayBeDeletedByItsSlots_data()
{
    QTest::addColumn<QString>("signal");
    for (const char *const signal : {"keep", "redirects", "shownIndex", "moving", "currentIndex", "page", "router"}) {
        QTest::newRow(signal) << QString::fromLatin1(signal);
    }
}

void tst_PagerHandlers::pager_mayBeDeletedByItsSlots()
{
    QFETCH(const QString, signal);
    const QPointer<RoutePager> view(pager());
    const QObject killer;
    const auto kill = [&view] { delete view.data(); };
    const QHash<QString, std::function<void()>> connectTo{
        {u"keep"_s, [&] { connect(view, &RoutePager::keepChanged, &killer, kill); }},
        {u"redirects"_s, [&] { connect(view, &RoutePager::redirectsChanged, &killer, kill); }},
        {u"shownIndex"_s, [&] { connect(view, &RoutePager::shownIndexChanged, &killer, kill); }},
        {u"moving"_s, [&] { connect(view, &RoutePager::movingChanged, &killer, kill); }},
        {u"currentIndex"_s, [&] { connect(view, &RoutePager::currentIndexChanged, &killer, kill); }},
        {u"page"_s, [&] { connect(view, &RoutePager::pageChanged, &killer, kill); }},
        {u"router"_s, [&] { connect(view, &RoutePager::routerChanged, &killer, kill); }}};
    connectTo.value(signal)();
    const QList<std::function<void()>> acts{[&] { view->setKeep(2); },       [&] { view->setRedirecting(true); },
                                            [&] { view->setShownIndex(3); }, [&] { view->setMoving(true); },
                                            [&] { nav()->open(u"c"_s); },    [&] { view->setRouter(nullptr); }};
    for (const auto &act : acts) {
        if (view) {
            act();
        }
    }
    QVERIFY(!view);
    turn();
}

QTEST_MAIN(tst_PagerHandlers)
#include "tst_pagerhandlers.moc"
