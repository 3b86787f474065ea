// SPDX-License-Identifier: MIT

// What stops a page from being left: onSet() hooks and guards, whatever the way.

#include "routes.h"

#include "support/handlers.h"

#include <nanostores/core.h>
#include <nanostores/router.h>

#include <QTest>

#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

using namespace nanostores;
using namespace routes;
using namespace Qt::StringLiterals;

class tst_RouterGuards : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hook_abortStopsAllWays();
    void hook_replaceIsWhatHistoryHas();
    void hook_opensAnotherPage();
    void hook_throwLeavesAllAsItWas();
    void guard_noStopsAllWays();
    void guard_getsNextAndCurrent();
    void guard_waitsForTask();
    void guard_laterRequestSupersedes();
    void guard_samePageCancelsWaiting();
    void guard_cancelDropsAnswer();
    void guard_severalInOrder();
    void guard_errorOfTaskIsReported();
    void guard_errorLeavesOpen();
    void guard_abandonedTaskIsNo();
    void guard_endsWithItsHandle();
    void guard_opensAnotherPage();
    void guard_outlivesRouter();
    void guard_backWaitsWhileEntryGoes();
    void listener_redirects();
};

namespace {

/// All that a request moves, as text.
template<typename R>
QString stateOf(const R &router)
{
    QString text = router.page().get().url();
    for (const HistoryEntry &entry : router.history().get().entries) {
        text += u' ' + QString::number(entry.id) + entry.page.url();
    }
    return text + u" @"_s + QString::number(router.history().get().index);
}

template<typename R>
void requestAllWays(const R &router, Navigated expected)
{
    const QString before = stateOf(router);
    const std::vector<std::function<Navigation()>> ways{
        [&] { return router.open("/files/other"); },
        [&] { return router.open(post("other", 1)); },
        [&] { return router.redirect("/files/other"); },
        [&] { return router.redirect(post("other", 1)); },
        [&] { return router.back(); },
        [&] { return router.forward(); },
        [&] { return router.go(-2); },
        [&] { return router.openUrl(QUrl(u"shop:/files/other"_s)); },
        [&] { return router.open(router.match(u"/files/other"_s).value()); },
        [&] { return router.open("/nowhere"); },
    };
    for (std::size_t i = 0; i < ways.size(); ++i) {
        QVERIFY2(ways[i]() == expected, QByteArray::number(static_cast<int>(i)).constData());
        QCOMPARE(stateOf(router), before);
    }
    router.page().set(router.match(u"/files/other"_s).value());
    QCOMPARE(stateOf(router), before);
}

auto routerInTheMiddle()
{
    const auto router = makeRouter({.links = {{u"shop"_s, {}}}});
    router.open("/files/1");
    router.open("/files/2");
    router.open("/files/3");
    router.back();
    return router;
}

} // namespace

void tst_RouterGuards::hook_abortStopsAllWays()
{
    const auto router = routerInTheMiddle();
    int asked = 0;
    const Unbind unbind = onSet(router.page(), [&](auto &event) {
        ++asked;
        event.abort();
    });
    requestAllWays(router, Navigated::Stopped);
    QCOMPARE(asked, 11);
    unbind();
    QVERIFY(router.open("/files/other") == Navigated::Done); // one that was stopped before
}

void tst_RouterGuards::hook_replaceIsWhatHistoryHas()
{
    const auto router = routerInTheMiddle();
    onSet(router.page(), [core = router.core().get()](auto &event) {
        QString reason;
        const QString path = event.newValue().path() == u"/" ? u"/files/start"_s : u"/files/login"_s;
        event.replace(core->parse(path, &reason).value());
    });
    QVERIFY(router.open("/files/other") == Navigated::Done);
    QCOMPARE(router.page().get().path(), u"/files/login"_s);
    QCOMPARE(router.history().get().current().page, router.page().get());
    QVERIFY(router.go(-1) == Navigated::Stopped); // by the page that is shown already
    QCOMPARE(router.history().get().index, 3);
    QVERIFY(router.go(-3) == Navigated::Done); // to the page of the hook, in the place of the first one
    QCOMPARE(router.history().get().index, 0);
    QCOMPARE(router.history().get().entries.at(0).page.path(), u"/files/start"_s);
}

void tst_RouterGuards::hook_opensAnotherPage()
{
    const auto router = routerInTheMiddle();
    bool isIn = false;
    onSet(router.page(), [&](auto &event) {
        if (event.newValue().path() != u"/files/login" && !isIn) {
            isIn = true;
            router.open("/files/login");
        }
    });
    QVERIFY(router.open("/files/secret") == Navigated::Stopped);
    QCOMPARE(router.page().get().path(), u"/files/login"_s);
    QCOMPARE(router.history().get().entries.size(), 4);
    QCOMPARE(router.history().get().current().page.path(), u"/files/login"_s);
}

void tst_RouterGuards::hook_throwLeavesAllAsItWas()
{
    const auto router = routerInTheMiddle();
    const QString before = stateOf(router);
    const Unbind unbind = onSet(router.page(), [] { throw std::runtime_error("no"); });
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, router.open("/files/other"));
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, router.back());
    QCOMPARE(stateOf(router), before);
    unbind();
    QVERIFY(router.back() == Navigated::Done);
}

void tst_RouterGuards::guard_noStopsAllWays()
{
    const auto router = routerInTheMiddle();
    int asked = 0;
    {
        const RouterGuard stop = guard(router, [&] {
            ++asked;
            return false;
        });
        requestAllWays(router, Navigated::Stopped);
        QCOMPARE(asked, 11);
        QVERIFY(router.open(router.page().get().url()) == Navigated::Same);
        QCOMPARE(asked, 11);
    }
    QVERIFY(router.open("/files/other") == Navigated::Done);
}

void tst_RouterGuards::guard_getsNextAndCurrent()
{
    const auto router = routerInTheMiddle();
    QStringList asked;
    const RouterGuard both = guard(router, [&](const Page &next, const Page &current) {
        asked.append(current.url() + u'>' + next.url());
        return true;
    });
    const RouterGuard one = guard(router, [&](const Page &next) {
        asked.append(next.url());
        return true;
    });
    router.back();
    QCOMPARE(asked, (QStringList{u"/files/2>/files/1"_s, u"/files/1"_s}));
}

void tst_RouterGuards::guard_waitsForTask()
{
    const auto router = routerInTheMiddle();
    std::vector<TaskSource<bool>> dialogs;
    const RouterGuard ask = guard(router, [&]() -> Task<bool> {
        dialogs.emplace_back();
        co_return co_await dialogs.back().task();
    });
    for (int i = 0; i < 2; ++i) {
        const QString before = stateOf(router);
        QVERIFY(router.back() == Navigated::Waiting);
        QCOMPARE(router.pending().get()->path(), u"/files/1"_s);
        QCOMPARE(stateOf(router), before);
        dialogs.back().resolve(i == 1);
        QCOMPARE(router.pending().get(), std::nullopt);
        QCOMPARE(router.page().get().path(), i == 1 ? u"/files/1"_s : u"/files/2"_s);
    }
    QCOMPARE(router.history().get().index, 1);
    QVERIFY(router.canGoForward().get());
}

void tst_RouterGuards::guard_laterRequestSupersedes()
{
    const auto router = routerInTheMiddle();
    std::vector<TaskSource<bool>> dialogs;
    const RouterGuard ask = guard(router, [&] {
        dialogs.emplace_back();
        return dialogs.back().task();
    });
    router.open("/files/a");
    router.open("/files/b");
    QCOMPARE(router.pending().get()->path(), u"/files/b"_s);
    dialogs[0].resolve(true);
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
    QCOMPARE(router.pending().get()->path(), u"/files/b"_s);
    dialogs[1].resolve(true);
    QCOMPARE(router.page().get().path(), u"/files/b"_s);
}

void tst_RouterGuards::guard_samePageCancelsWaiting()
{
    const auto router = routerInTheMiddle();
    const TaskSource<bool> dialog;
    const RouterGuard ask = guard(router, [&] { return dialog.task(); });
    router.open("/files/a");
    QVERIFY(router.open("/files/2") == Navigated::Same);
    QCOMPARE(router.pending().get(), std::nullopt);
    dialog.resolve(true);
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
}

void tst_RouterGuards::guard_cancelDropsAnswer()
{
    const auto router = routerInTheMiddle();
    const TaskSource<bool> dialog;
    const RouterGuard ask = guard(router, [&] { return dialog.task(); });
    router.back();
    router.cancel();
    QCOMPARE(router.pending().get(), std::nullopt);
    dialog.resolve(true);
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
}

void tst_RouterGuards::guard_severalInOrder()
{
    const auto router = routerInTheMiddle();
    QStringList asked;
    const TaskSource<bool> dialog;
    const RouterGuard first = guard(router, [&] {
        asked.append(u"first"_s);
        return dialog.task();
    });
    bool answer = false;
    const RouterGuard second = guard(router, [&] {
        asked.append(u"second"_s);
        return answer;
    });
    onSet(router.page(), [&] { asked.append(u"hook"_s); });
    router.back();
    QCOMPARE(asked, QStringList{u"first"_s});
    dialog.resolve(true);
    QCOMPARE(asked, (QStringList{u"first"_s, u"second"_s}));
    QCOMPARE(router.pending().get(), std::nullopt);
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
    answer = true;
    QVERIFY(router.back() == Navigated::Done);
    QCOMPARE(asked.mid(2), (QStringList{u"first"_s, u"second"_s, u"hook"_s}));
}

void tst_RouterGuards::guard_errorOfTaskIsReported()
{
    support::ErrorLog errors;
    const auto router = routerInTheMiddle();
    const TaskSource<bool> dialog;
    const RouterGuard ask = guard(router, [&]() -> Task<bool> {
        co_await dialog.task();
        throw std::runtime_error("broken");
    });
    QVERIFY(router.back() == Navigated::Waiting);
    dialog.resolve(true);
    QCOMPARE(errors.take(), QList<QString>{u"broken"_s});
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
    QCOMPARE(router.pending().get(), std::nullopt);
}

void tst_RouterGuards::guard_errorLeavesOpen()
{
    const auto router = routerInTheMiddle();
    const QString before = stateOf(router);
    const RouterGuard broken = guard(router, []() -> bool { throw std::runtime_error("broken"); });
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, router.back());
    QCOMPARE(stateOf(router), before);
}

void tst_RouterGuards::guard_abandonedTaskIsNo()
{
    support::ErrorLog errors;
    const auto router = routerInTheMiddle();
    std::optional<TaskSource<bool>> dialog(std::in_place);
    const RouterGuard ask = guard(router, [&] { return dialog->task(); });
    QVERIFY(router.back() == Navigated::Waiting);
    dialog.reset();
    QCOMPARE(router.pending().get(), std::nullopt);
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
    QCOMPARE(errors.take().size(), 0);
}

void tst_RouterGuards::guard_endsWithItsHandle()
{
    const auto router = routerInTheMiddle();
    RouterGuard no = guard(router, [] { return false; });
    RouterGuard other = std::move(no);
    QVERIFY(!no);
    QVERIFY(router.back() == Navigated::Stopped);
    other.reset();
    QVERIFY(router.back() == Navigated::Done);
    guard(router, [] { return false; }).detach();
    QVERIFY(router.back() == Navigated::Stopped);
}

void tst_RouterGuards::guard_opensAnotherPage()
{
    const auto router = routerInTheMiddle();
    const RouterGuard login = guard(router, [&](const Page &next) {
        if (next.path() == u"/files/login") {
            return true;
        }
        router.open("/files/login");
        return true;
    });
    QVERIFY(router.open("/files/secret") == Navigated::Stopped);
    QCOMPARE(router.page().get().path(), u"/files/login"_s);
    QCOMPARE(router.history().get().entries.size(), 4);
}

void tst_RouterGuards::guard_outlivesRouter()
{
    const TaskSource<bool> dialog;
    RouterGuard ask;
    {
        const auto router = routerInTheMiddle();
        ask = guard(router, [task = dialog.task()] { return task; });
        QVERIFY(router.back() == Navigated::Waiting);
    }
    dialog.resolve(true); // has nothing left to move
    QVERIFY(ask);
}

void tst_RouterGuards::guard_backWaitsWhileEntryGoes()
{
    const auto router = makeRouter({.maxEntries = 3});
    router.open("/files/1");
    router.open("/files/2");
    const TaskSource<bool> dialog;
    RouterGuard ask = guard(router, [&] { return dialog.task(); });
    QVERIFY(router.go(-2) == Navigated::Waiting);
    ask.reset();
    QVERIFY(router.open("/files/3") == Navigated::Done); // the first entry goes, and the request with it
    dialog.resolve(true);
    QCOMPARE(router.page().get().path(), u"/files/3"_s);
    QCOMPARE(router.history().get().entries.size(), 3);
}

void tst_RouterGuards::listener_redirects()
{
    const auto router = routerInTheMiddle();
    QStringList seen;
    const Subscription redirect = router.page().listen([&](const Page &page) {
        if (page.path() == u"/files/old") {
            router.redirect("/files/new");
        }
    });
    const Subscription watch = router.page().listen([&](const Page &page) { seen.append(page.path()); });
    router.open("/files/old");
    QCOMPARE(seen.last(), u"/files/new"_s);
    QCOMPARE(router.history().get().entries.size(), 4);
    router.back();
    QCOMPARE(router.page().get().path(), u"/files/2"_s);
}

QTEST_GUILESS_MAIN(tst_RouterGuards)

#include "tst_routerguards.moc"
