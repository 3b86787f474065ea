// SPDX-License-Identifier: MIT

// What C++ does to routers and pages of QML: listeners that throw, and slots that change the Routes.

#include <nanostores/core.h>
#include <nanostores/qmlrouter.h>
#include <nanostores/qt.h>

#include <router/routes.h>
#include <support/handlers.h>

#include <QPointer>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQmlListReference>
#include <QQuickItem>
#include <QTest>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

using namespace nanostores;
using namespace Qt::StringLiterals;
using support::ErrorLog;

namespace {

const QByteArray pagerOfTwo = R"(
    import QtQuick
    import NanoStores.Router
    Item {
        id: root
        property alias pager: pager
        property Component more: Route { Item {} }
        Router {
            id: nav
            routes: ({ a: "/", b: "/b", c: "/c", d: "/d" })
        }
        RoutePager {
            id: pager
            router: nav
            Route { name: "a"; Item {} }
            Route { name: "b"; Item {} }
        }
        function make(name) { return more.createObject(root, { name: name }) }
    }
)";

/// A pager of two Routes, and the slots that its view was handed.
struct Pager
{
    Pager()
    {
        QQmlComponent component(&engine);
        component.setData(pagerOfTwo, QUrl(u"pager.qml"_s));
        root.reset(component.create());
        if (!root) {
            qWarning() << component.errors();
            return;
        }
        pager = root->property("pager").value<RoutePager *>();
        QObject::connect(pager, &RoutePager::adding, pager, [this](QQuickItem *slot) {
            added.append(slot);
            if (const auto act = std::exchange(atNext, nullptr)) {
                act();
            }
        });
    }
    void add(const char *name)
    {
        QVariant made;
        QMetaObject::invokeMethod(root.get(), "make", Q_RETURN_ARG(QVariant, made),
                                  Q_ARG(QVariant, QString::fromLatin1(name)));
        QQmlListReference(pager, "routes").append(made.value<QObject *>());
    }
    QObject *route(int index) const { return QQmlListReference(pager, "routes").at(index); }
    /// Those of the slots that are there.
    qsizetype slotsLeft() const
    {
        return std::count_if(added.begin(), added.end(), [](const auto &slot) { return !slot.isNull(); });
    }

    QList<QPointer<QQuickItem>> added; // before the view: it hands slots over while it ends, when its router has gone
    std::function<void()> atNext; ///< When a slot is handed over.
    QQmlEngine engine;
    std::unique_ptr<QObject> root;
    RoutePager *pager = nullptr;
};

const QByteArray stackOfTwo = R"(
    import QtQuick
    import NanoStores.Router
    Item {
        id: root
        property alias stack: stack
        property bool leaves: false
        property int shown: 0
        function replace() { nav.redirect("/b") }
        Router {
            id: nav
            routes: ({ a: "/", b: "/b" })
        }
        RouteStack {
            id: stack
            router: nav
            onPushing: array => root.shown += array.length
            onReplacing: (slot, array) => root.shown += array.length - 1
            onClearing: root.shown = 0
            Route {
                name: "a"
                Item {
                    Route.onActiveChanged: {
                        if (root.leaves && !Route.active)
                            stack.router = null
                    }
                }
            }
            Route { name: "b"; Item {} }
        }
    }
)";

std::unique_ptr<QObject> makeStack(QQmlEngine &engine)
{
    QQmlComponent component(&engine);
    component.setData(stackOfTwo, QUrl(u"stack.qml"_s));
    std::unique_ptr<QObject> root(component.create());
    if (!root) {
        qWarning() << component.errors();
    }
    return root;
}

} // namespace

class tst_RouterObjects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void state_errorsOfListenersAreReported();
    void cancel_errorsOfListenersAreReported();
    void pager_routesMayComeWhileItIsBuilt();
    void pager_routesMayGoWhileItIsBuilt();
    void pager_mayGoWhileItIsBuilt();
    void stack_pageMayTakeItsRouterAway();
    void stack_mayGoWithItsPages();
};

void tst_RouterObjects::state_errorsOfListenersAreReported()
{
    const auto router = routes::makeRouter();
    RouterObject nav(router);
    const auto listening = router.state().listen([] { support::fail("of a listener"); });
    ErrorLog errors;
    nav.setState(u"scroll"_s, 7);
    QCOMPARE(errors.take(), QList<QString>{u"of a listener"_s});
    QCOMPARE(router.state().get().value(u"scroll"_s).toInt(), 7);
}

void tst_RouterObjects::cancel_errorsOfListenersAreReported()
{
    const auto router = routes::makeRouter();
    RouterObject nav(router);
    const TaskSource<bool> answer;
    const RouterGuard asks = guard(router, [&] { return answer.task(); });
    QVERIFY(!nav.open(u"/files/a"_s));
    QCOMPARE(nav.pending(), u"/files/a"_s);
    const auto listening = router.pending().listen([] { support::fail("of a listener"); });
    ErrorLog errors;
    nav.cancel();
    QCOMPARE(errors.take(), QList<QString>{u"of a listener"_s});
    QCOMPARE(nav.pending(), QString());
    answer.resolve(false);
}

void tst_RouterObjects::pager_routesMayComeWhileItIsBuilt()
{
    Pager view;
    QVERIFY(view.pager);
    view.atNext = [&view] { view.add("d"); };
    view.add("c");
    QCOMPARE(view.slotsLeft(), 4);
}

void tst_RouterObjects::pager_routesMayGoWhileItIsBuilt()
{
    Pager view;
    QVERIFY(view.pager);
    view.atNext = [&view] { delete view.route(1); };
    view.add("c");
    QCOMPARE(view.slotsLeft(), 2);
}

void tst_RouterObjects::pager_mayGoWhileItIsBuilt()
{
    Pager view;
    QVERIFY(view.pager);
    const QPointer<RoutePager> alive(view.pager);
    view.atNext = [&alive] { delete alive.data(); };
    view.add("c");
    QVERIFY(!alive);
    QCOMPARE(view.slotsLeft(), 0);
}

/// When another page takes its place, in the middle of that.
void tst_RouterObjects::stack_pageMayTakeItsRouterAway()
{
    QQmlEngine engine;
    const auto root = makeStack(engine);
    QVERIFY(root);
    auto *const stack = root->property("stack").value<RouteStack *>();
    root->setProperty("leaves", true);
    QMetaObject::invokeMethod(root.get(), "replace");
    QVERIFY(!stack->router());
    QCOMPARE(stack->depth(), 0);
    QCOMPARE(root->property("shown").toInt(), 0);
}

void tst_RouterObjects::stack_mayGoWithItsPages()
{
    QQmlEngine engine;
    const auto root = makeStack(engine);
    QVERIFY(root);
    const QPointer<RouteStack> stack(root->property("stack").value<RouteStack *>());
    connect(stack, &RouteStack::pageChanged, stack, [stack] { delete stack.data(); });
    stack->setRouter(nullptr);
    QVERIFY(!stack);
}

QTEST_MAIN(tst_RouterObjects)
#include "tst_routerobjects.moc"
