// SPDX-License-Identifier: MIT

// The history: back and forward, states of entries, what is kept over a restart.

#include "routes.h"

#include <nanostores/core.h>
#include <nanostores/router.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace nanostores;
using namespace routes;
using namespace Qt::StringLiterals;

class tst_RouterHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void back_and_forward();
    void go_pastAnEndMovesNothing();
    void open_dropsWhatWasAhead();
    void redirect_replacesEntry();
    void back_toEqualPageMovesHistoryAlone();
    void state_belongsToEntry();
    void state_ofOtherEntry();
    void state_isSilentForEqualValues();
    void maxEntries_forgetsTheOldest();
    void save_restoresPagesAndStates();
    void restore_leavesOutUnknownPages();
    void restore_refusesOtherThings_data();
    void restore_refusesOtherThings();
    void restore_asksHooks();
    void restore_limitsEntries();
};

void tst_RouterHistory::back_and_forward()
{
    const auto router = makeRouter();
    QVERIFY(!router.canGoBack().get());
    QVERIFY(!router.canGoForward().get());
    router.open("/files/1");
    router.open("/files/2");
    QCOMPARE(router.depth().get(), 3);
    QVERIFY(router.back() == Navigated::Done);
    QVERIFY(router.canGoBack().get());
    QVERIFY(router.canGoForward().get());
    QCOMPARE(router.page().get().path(), u"/files/1"_s);
    QVERIFY(router.back() == Navigated::Done);
    QVERIFY(!router.canGoBack().get()); // at the first entry, though there are more
    QVERIFY(router.forward() == Navigated::Done);
    QVERIFY(router.go(1) == Navigated::Done);
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
    QVERIFY(!router.canGoForward().get());
}

void tst_RouterHistory::go_pastAnEndMovesNothing()
{
    const auto router = makeRouter();
    router.open("/files/1");
    const RouterHistory before = router.history().get();
    for (const qsizetype steps :
         {qsizetype(-2), qsizetype(1), std::numeric_limits<qsizetype>::min(), std::numeric_limits<qsizetype>::max()}) {
        QVERIFY(router.go(steps) == Navigated::NoEntry);
    }
    QVERIFY(router.go(0) == Navigated::Same);
    QCOMPARE(router.history().get(), before);
}

void tst_RouterHistory::open_dropsWhatWasAhead()
{
    const auto router = makeRouter();
    router.open("/files/1");
    router.open("/files/2");
    router.go(-2);
    router.open("/files/3");
    QCOMPARE(router.history().get().entries.size(), 2);
    QVERIFY(router.forward() == Navigated::NoEntry);
}

void tst_RouterHistory::redirect_replacesEntry()
{
    const auto router = makeRouter();
    router.open("/files/1");
    router.open("/files/2");
    router.back();
    router.setState(u"scroll"_s, 7);
    const quint64 id = router.history().get().current().id;
    QVERIFY(router.redirect("/files/other") == Navigated::Done);
    QCOMPARE(router.depth().get(), 2);
    QVERIFY(router.history().get().current().id != id);
    QCOMPARE(router.state().get(), QVariantMap());
    QVERIFY(router.forward() == Navigated::Done);
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
}

void tst_RouterHistory::back_toEqualPageMovesHistoryAlone()
{
    const auto router = makeRouter();
    router.open("/files/1");
    router.open("/files/2");
    router.redirect("/files/1");
    int calls = 0;
    const Subscription subscription = router.page().listen([&] { ++calls; });
    QVERIFY(router.back() == Navigated::Done);
    QCOMPARE(router.history().get().index, 1);
    QCOMPARE(calls, 0);
}

void tst_RouterHistory::state_belongsToEntry()
{
    const auto router = makeRouter();
    QVERIFY(router.setState(u"scroll"_s, 120));
    router.open("/files/1");
    QCOMPARE(router.state().get(), QVariantMap());
    QVERIFY(router.setState(u"focus"_s, u"name"_s));
    router.back();
    QCOMPARE(router.state().get(), (QVariantMap{{u"scroll"_s, 120}}));
    router.forward();
    QCOMPARE(router.state().get(), (QVariantMap{{u"focus"_s, u"name"_s}}));
    QVERIFY(router.setState(u"focus"_s, QVariant()));
    QCOMPARE(router.state().get(), QVariantMap());
}

void tst_RouterHistory::state_ofOtherEntry()
{
    const auto router = makeRouter();
    const quint64 first = router.history().get().current().id;
    router.open("/files/1");
    QVERIFY(router.setState(first, u"scroll"_s, 5)); // by a view that is on its way out
    QCOMPARE(router.state().get(), QVariantMap());
    router.redirect("/files/2");
    router.back();
    QCOMPARE(router.state().get(), (QVariantMap{{u"scroll"_s, 5}}));
    router.redirect("/files/3");
    QVERIFY(!router.setState(first, u"scroll"_s, 6));
}

void tst_RouterHistory::state_isSilentForEqualValues()
{
    const auto router = makeRouter();
    int pages = 0;
    int histories = 0;
    const Subscription page = router.page().listen([&] { ++pages; });
    const Subscription history = router.history().listen([&] { ++histories; });
    router.setState(u"scroll"_s, 1);
    router.setState(u"scroll"_s, 1);
    router.setState(u"none"_s, QVariant());
    QCOMPARE(pages, 0);
    QCOMPARE(histories, 1);
}

void tst_RouterHistory::maxEntries_forgetsTheOldest()
{
    const auto router = makeRouter({.maxEntries = 3});
    for (int i = 1; i <= 5; ++i) {
        router.open(u"/files/%1"_s.arg(i));
    }
    QCOMPARE(router.depth().get(), 3);
    router.go(-2);
    QCOMPARE(router.page().get().path(), u"/files/3"_s);
    QVERIFY(router.back() == Navigated::NoEntry);
}

void tst_RouterHistory::save_restoresPagesAndStates()
{
    const auto router = makeRouter();
    router.setState(u"scroll"_s, 2.5);
    router.open("/files/a%20b?q=1#top");
    router.open("/files/2");
    router.back();
    const QByteArray kept = QJsonDocument(router.saveState()).toJson();

    const auto later = makeRouter();
    QStringList seen;
    const Subscription subscription = later.page().listen([&](const Page &page) { seen.append(page.url()); });
    QVERIFY(later.restoreState(QJsonDocument::fromJson(kept).object()) == Navigated::Done);
    QCOMPARE(seen, QStringList{u"/files/a%20b?q=1#top"_s});
    QCOMPARE(later.depth().get(), 2);
    QVERIFY(later.canGoForward().get());
    QVERIFY(later.back() == Navigated::Done);
    QCOMPARE(later.state().get(), (QVariantMap{{u"scroll"_s, 2.5}}));
    QCOMPARE(later.saveState().value(u"entries"_s), router.saveState().value(u"entries"_s));
}

void tst_RouterHistory::restore_leavesOutUnknownPages()
{
    const auto router = makeRouter();
    router.open("/nowhere");
    router.open("/files/1");
    router.open("/gone");
    const auto later = makeRouter();
    QVERIFY(later.restoreState(router.saveState()) == Navigated::Done);
    QCOMPARE(later.page().get().path(), u"/files/1"_s); // the last one before the page that has gone
    QCOMPARE(later.history().get().entries.size(), 2);
}

void tst_RouterHistory::restore_refusesOtherThings_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("nothing") << QByteArray("{}");
    QTest::newRow("later version") << QByteArray(R"({"version":2,"index":0,"entries":[{"url":"/"}]})");
    QTest::newRow("no entries") << QByteArray(R"({"version":1,"index":0,"entries":[]})");
    QTest::newRow("entries of another kind") << QByteArray(R"({"version":1,"index":0,"entries":"/"})");
    QTest::newRow("no page left") << QByteArray(
        R"({"version":1,"index":-5,"entries":[{"url":"/x"},{"url":"/files/.."},{"url":7},null,[]]})");
}

void tst_RouterHistory::restore_refusesOtherThings()
{
    QFETCH(QByteArray, json);
    const auto router = makeRouter();
    router.open("/files/1");
    const RouterHistory before = router.history().get();
    const Navigation answer = router.restoreState(QJsonDocument::fromJson(json).object());
    QVERIFY(answer == Navigated::Refused);
    QVERIFY(!answer.reason().isEmpty());
    QCOMPARE(router.history().get(), before);
}

void tst_RouterHistory::restore_asksHooks()
{
    const auto router = makeRouter();
    router.open("/files/1");
    const auto later = makeRouter();
    const RouterHistory before = later.history().get();
    onSet(later.page(), [](auto &event) { event.abort(); });
    QVERIFY(later.restoreState(router.saveState()) == Navigated::Stopped);
    QCOMPARE(later.history().get(), before);
}

void tst_RouterHistory::restore_limitsEntries()
{
    const auto router = makeRouter();
    for (int i = 1; i <= 9; ++i) {
        router.open(u"/files/%1"_s.arg(i));
    }
    router.go(-2);
    const auto later = makeRouter({.maxEntries = 3});
    QVERIFY(later.restoreState(router.saveState()) == Navigated::Done);
    QCOMPARE(later.page().get().path(), u"/files/7"_s);
    QCOMPARE(later.history().get().entries.size(), 3);
    QCOMPARE(later.history().get().index, 2);
    QJsonObject odd = router.saveState();
    odd.insert(u"index"_s, 1000);
    QVERIFY(later.restoreState(odd) == Navigated::Done);
    QCOMPARE(later.page().get().path(), u"/files/9"_s);
}

QTEST_GUILESS_MAIN(tst_RouterHistory)

#include "tst_routerhistory.moc"
