// SPDX-License-Identifier: MIT

// Random navigation under a RouteView, against a plain model: a list of paths and an index. After each step that the
// view has come to rest, its stack is the model's, and no page is alive that has no entry.

#include "pages.h"

#include <nanostores/core/scheduler.h>
#include <nanostores/qmlrouter.h>
#include <nanostores/qt.h>

#include <QPointer>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QRandomGenerator>
#include <QTest>

#include <memory>

using namespace nanostores;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype Most = 6;

struct Model
{
    QStringList urls{u"/"_s};
    qsizetype index = 0;

    void open(const QString &url)
    {
        if (urls.at(index) == url) {
            return;
        }
        urls.resize(index + 1);
        urls.append(url);
        if (urls.size() > Most) {
            urls.removeFirst();
        }
        index = urls.size() - 1;
    }
    void redirect(const QString &url) { urls[index] = url; }
    void go(int steps)
    {
        if (index + steps >= 0 && index + steps < urls.size()) {
            index += steps;
        }
    }
    QStringList stack() const { return urls.mid(0, index + 1); }
};

const QByteArray scene = withParts(R"(
    import QtQuick
    import QtQuick.Controls
    import NanoStores.Router
    Item {
        id: root
        width: 200; height: 100
        property int alive: 0
        property alias nav: nav
        property alias view: view
        Router {
            id: nav
            maxEntries: 6
            routes: ({ home: "/", a: "/a/:id", b: { path: "/b/:id", params: { id: "int" } } })
        }
        RouteView {
            id: view
            anchors.fill: parent
            router: nav
            Route { name: "home"; Part {} }
            Route { name: "a"; reuse: true; Part { property string id } }
            Route { name: "b"; Part { required property int id } }
            Route { name: "*"; Part {} }
        }
    })");

} // namespace

class tst_RandomRouteView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void navigation_viewsFollow_data();
    void navigation_viewsFollow();

private:
    void run(QObject *root, quint32 seed, bool isAnimated);
    static QStringList urlsOf(QObject *view) { return view->findChild<RouteStack *>()->urls(); }
};

void tst_RandomRouteView::navigation_viewsFollow_data()
{
    QTest::addColumn<bool>("isAnimated");
    QTest::addRow("at once") << false;
    QTest::addRow("with transitions") << true;
}

void tst_RandomRouteView::navigation_viewsFollow()
{
    QFETCH(const bool, isAnimated);
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    const quint32 first = qEnvironmentVariableIsSet("NANOSTORES_RANDOM_SEED")
                              ? static_cast<quint32>(qEnvironmentVariableIntValue("NANOSTORES_RANDOM_SEED"))
                              : QRandomGenerator::global()->generate();
    const int cases = isSet ? asked / 100 + 1 : isAnimated ? 2 : 20;
    for (quint32 i = 0; i < static_cast<quint32>(cases); ++i) {
        QQmlEngine engine;
        QQmlComponent component(&engine);
        component.setData(scene, QUrl(u"qrc:/scene.qml"_s));
        QQuickWindow window;
        const std::unique_ptr<QObject> root(component.create());
        QVERIFY2(root, qPrintable(component.errorString()));
        qobject_cast<QQuickItem *>(root.get())->setParentItem(window.contentItem());
        window.show();
        run(root.get(), first + i, isAnimated);
        if (QTest::currentTestFailed()) {
            qWarning() << "seed" << first + i;
            return;
        }
    }
}

void tst_RandomRouteView::run(QObject *root, quint32 seed, bool isAnimated)
{
    QRandomGenerator random(seed);
    auto *const router = qvariant_cast<RouterObject *>(root->property("nav"));
    auto *const view = qvariant_cast<QObject *>(root->property("view"));
    QVERIFY(router && view);
    view->setProperty("animated", isAnimated);
    view->setProperty("keep", random.bounded(3) == 0 ? 1 : -1);
    const QStringList urls{u"/"_s, u"/a/1"_s, u"/a/2"_s, u"/b/1"_s, u"/b/2?q=1"_s, u"/b/2"_s, u"/nowhere"_s};
    Model model;
    for (int step = 0; step < 60; ++step) {
        const bool isStopped = random.bounded(8) == 0;
        router->setBlocked(isStopped);
        const QString url = urls.at(random.bounded(static_cast<int>(urls.size())));
        const int kind = random.bounded(7);
        const int steps = random.bounded(-3, 4);
        if (kind < 3) {
            router->open(url);
        } else if (kind == 3) {
            router->redirect(url);
        } else {
            router->go(steps);
        }
        if (!isStopped) {
            kind < 3 ? model.open(url) : kind == 3 ? model.redirect(url) : model.go(steps);
        } else if (kind > 3 && model.index + steps >= 0 && model.index + steps < model.urls.size()
                   && model.urls.at(model.index + steps) == model.urls.at(model.index)) {
            model.go(steps); // another entry of the same page, which is not left
        }
        QCOMPARE(router->url(), model.urls.at(model.index));
        if (isAnimated && random.bounded(3) != 0) {
            if (random.bounded(2) == 0) {
                QCoreApplication::processEvents();
            }
            continue;
        }
        QTRY_VERIFY(!view->property("busy").toBool());
        QTRY_COMPARE(urlsOf(view), model.stack());
        QTRY_VERIFY(!view->property("busy").toBool());
        QCOMPARE(view->property("page").value<QQuickItem *>() != nullptr, true);
        const auto *const page = placeOf(view->property("page").value<QQuickItem *>());
        QVERIFY(page && page->isActive());
        QCOMPARE(page->url(), model.urls.at(model.index));
        // As many as there are entries, at most; those that were never shown are not made.
        const int most = view->property("keep").toInt() < 0 ? static_cast<int>(model.index) + 1 : 2;
        QTRY_VERIFY(root->property("alive").toInt() <= most);
    }
}

QTEST_MAIN(tst_RandomRouteView)

#include "tst_randomrouteview.moc"
