// SPDX-License-Identifier: MIT

// Random navigation and random choices in a RouteSwipeView, against a plain model: a list of addresses, an index, and
// what each page of the view was opened with last.

#include "pages.h"

#include <nanostores/core/scheduler.h>
#include <nanostores/qmlrouter.h>
#include <nanostores/qt.h>

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

/// The pages of the view: a, b of 1, b of any other number, c.
struct Model
{
    QStringList urls{u"/"_s};
    qsizetype index = 0;
    int shown = 0; // where the view is
    QStringList lastUrls{u"/"_s, u"/b/1"_s, {}, u"/c"_s};

    static int pageOf(const QString &url)
    {
        const QString path = url.section(u'?', 0, 0);
        return path == u"/"_s ? 0 : path == u"/b/1"_s ? 1 : path.startsWith(u"/b/"_s) ? 2 : path == u"/c"_s ? 3 : -1;
    }
    void arrive()
    {
        if (const int page = pageOf(urls.at(index)); page >= 0) {
            shown = page;
            lastUrls[page] = urls.at(index);
        }
    }
    void open(const QString &url)
    {
        if (urls.at(index) != url) {
            urls.resize(index + 1);
            urls.append(url);
            ++index;
        }
        arrive();
    }
    void redirect(const QString &url)
    {
        urls[index] = url;
        arrive();
    }
    bool canGo(int steps) const { return index + steps >= 0 && index + steps < urls.size(); }
    void go(int steps)
    {
        if (canGo(steps)) {
            index += steps;
            arrive();
        }
    }
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
            routes: ({ a: "/", b: { path: "/b/:id", params: { id: "int" } }, c: "/c", other: "/other" })
            onRefused: {}
        }
        RouteSwipeView {
            id: view
            anchors.fill: parent
            router: nav
            Route { name: "a"; Part {} }
            Route { name: "b"; params: ({ id: 1 }); Part { property int id: 0 } }
            Route { name: "b"; Part { property int id: 0 } }
            Route { name: "c"; Part {} }
        }
    })");

} // namespace

class tst_RandomSwipeView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void choices_andNavigationAgree();

private:
    void run(QObject *root, quint32 seed);
};

void tst_RandomSwipeView::choices_andNavigationAgree()
{
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    const quint32 first = qEnvironmentVariableIsSet("NANOSTORES_RANDOM_SEED")
                              ? static_cast<quint32>(qEnvironmentVariableIntValue("NANOSTORES_RANDOM_SEED"))
                              : QRandomGenerator::global()->generate();
    const int cases = isSet ? asked / 100 + 1 : 20;
    for (quint32 i = 0; i < static_cast<quint32>(cases); ++i) {
        QQmlEngine engine;
        QQmlComponent component(&engine);
        component.setData(scene, QUrl(u"qrc:/scene.qml"_s));
        QQuickWindow window;
        const std::unique_ptr<QObject> root(component.create());
        QVERIFY2(root, qPrintable(component.errorString()));
        qobject_cast<QQuickItem *>(root.get())->setParentItem(window.contentItem());
        window.show();
        run(root.get(), first + i);
        if (QTest::currentTestFailed()) {
            qWarning() << "seed" << first + i;
            return;
        }
    }
}

void tst_RandomSwipeView::run(QObject *root, quint32 seed)
{
    QRandomGenerator random(seed);
    auto *const router = qvariant_cast<RouterObject *>(root->property("nav"));
    auto *const view = qvariant_cast<QQuickItem *>(root->property("view"));
    QVERIFY(router && view);
    const int keep = random.bounded(-1, 3);
    const bool redirects = random.bounded(3) == 0;
    view->setProperty("keep", keep);
    view->setProperty("redirects", redirects);
    const QStringList urls{u"/"_s, u"/b/1"_s, u"/b/2"_s, u"/b/3"_s, u"/b/1?q=1"_s, u"/c"_s, u"/other"_s, u"/nowhere"_s};
    Model model;
    for (int step = 0; step < 60; ++step) {
        const bool isStopped = random.bounded(6) == 0;
        router->setBlocked(isStopped);
        const QString url = urls.at(random.bounded(static_cast<int>(urls.size())));
        const int steps = random.bounded(-3, 4);
        switch (random.bounded(6)) {
        case 0:
            router->open(url);
            if (!isStopped) {
                model.open(url);
            }
            break;
        case 1:
            router->redirect(url);
            if (!isStopped) {
                model.redirect(url);
            }
            break;
        case 2:
            router->go(steps);
            if (!isStopped
                || (model.canGo(steps) && model.urls.at(model.index + steps) == model.urls.at(model.index))) {
                model.go(steps); // another entry of the same page is not asked about
            }
            break;
        default: {
            const int chosen = random.bounded(4);
            view->setProperty("currentIndex", chosen); // as a swipe that has come to rest
            const QString last = model.lastUrls.at(chosen);
            if (chosen != model.shown && !isStopped && !last.isEmpty()) {
                redirects ? model.redirect(last) : model.open(last);
            }
            break;
        }
        }
        QCOMPARE(router->url(), model.urls.at(model.index));
        QCOMPARE(router->depth(), static_cast<int>(model.index) + 1);
        QCOMPARE(view->property("currentIndex").toInt(), model.shown);
        auto *const page = view->property("page").value<QQuickItem *>();
        QCOMPARE(page != nullptr, Model::pageOf(router->url()) >= 0);
        if (page) {
            const auto *const place = placeOf(page);
            QVERIFY(place && place->isActive());
            QCOMPARE(place->url(), router->url());
        }
        if (random.bounded(3) == 0) {
            const int most = keep < 0 ? 4 : 2 * keep + 1;
            QTRY_VERIFY(root->property("alive").toInt() <= most);
        }
    }
}

QTEST_MAIN(tst_RandomSwipeView)

#include "tst_randomswipeview.moc"
