// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <optional>
#include <string>

using namespace nanostores;
using support::CallRecorder;
using support::fail;
using support::thrownBy;
using support::Trace;

/// When computed stores that track what they read run, and what they are tied to.
class tst_Tracked : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void tracked_readRunsItIfStaleAndItStaysLinked();
    void tracked_lastSinkLeavingMakesItDirty();
    void tracked_listenerMakesItEager();
    void tracked_branchNoLongerReadIsDropped();
    void tracked_branchNoLongerReadIsNotRun();
    void tracked_staleBranchIsNotRunBeforeTheConditionIsKnown();
    void tracked_readInAnotherOrderKeepsItsSources();
    void tracked_readTwiceTiesOnce();
    void tracked_getDoesNotTie();
    void tracked_peekDoesNotTie();
    void tracked_withoutSourcesRunsOnce();

    void tracked_withoutListenersIsPulledByReaders();
};

// Rule 16, tracked.
void tst_Tracked::tracked_readRunsItIfStaleAndItStaysLinked()
{
    const auto a = atom(1);
    int runs = 0;
    const auto twice = computed([&] {
        ++runs;
        return a() * 2;
    });
    QCOMPARE(twice(), 2);
    a.set(2);
    a.set(3);
    QCOMPARE(runs, 1);
    QCOMPARE(twice(), 6);
    QCOMPARE(twice.peek(), 6);
    QCOMPARE(runs, 2);
}

void tst_Tracked::tracked_lastSinkLeavingMakesItDirty()
{
    const auto a = atom(1);
    int runs = 0;
    const auto twice = computed([&] {
        ++runs;
        return a() * 2;
    });
    {
        const auto e = effect([&] { twice(); });
        QCOMPARE(runs, 1);
    }
    QCOMPARE(twice(), 2);
    QCOMPARE(runs, 2);
}

void tst_Tracked::tracked_listenerMakesItEager()
{
    const auto a = atom(1);
    int runs = 0;
    const auto odd = computed([&] {
        ++runs;
        return a() % 2;
    });
    CallRecorder<int> calls;
    {
        const auto subscription = odd.listen(calls);
        a.set(3);
        QCOMPARE(runs, 2);
        a.set(4);
        QCOMPARE(calls.values(), QList<int>({0}));
    }
    m_time->advance(1000);
    runs = 0;
    a.set(5);
    QCOMPARE(runs, 0);
}

// Rule 17.
void tst_Tracked::tracked_branchNoLongerReadIsDropped()
{
    const auto useFirst = atom(true);
    const auto first = atom(1);
    const auto second = atom(2);
    Trace trace;
    const auto chosen = computed([&] {
        trace.add("run");
        return useFirst() ? first() : second();
    });
    const auto subscription = chosen.listen([&](int value) { trace.add("v", value); });
    trace.take();
    second.set(20);
    QCOMPARE(trace.take(), "");
    useFirst.set(false);
    QCOMPARE(trace.take(), "run v20");
    first.set(10);
    QCOMPARE(trace.take(), "");
    second.set(30);
    QCOMPARE(trace.take(), "run v30");
    useFirst.set(true);
    QCOMPARE(trace.take(), "run v10");
}

void tst_Tracked::tracked_branchNoLongerReadIsNotRun()
{
    const auto a = atom(1);
    const auto useLong = atom(true);
    int runs = 0;
    const auto longWay = computed([&] {
        ++runs;
        return a() * 100;
    });
    const auto chosen = computed([&] { return useLong() ? longWay() : 0; });
    const auto subscription = chosen.listen([] {});
    QCOMPARE(runs, 1);
    batch([&] {
        useLong.set(false);
        a.set(2);
    });
    QCOMPARE(chosen.get(), 0);
    QCOMPARE(runs, 1);
    a.set(3);
    QCOMPARE(runs, 1);
}

// The branch would throw if it ran after its condition had ended.
void tst_Tracked::tracked_staleBranchIsNotRunBeforeTheConditionIsKnown()
{
    const auto text = atom(std::optional<int>(1));
    const auto present = computed([&] { return text().has_value(); });
    int wrong = 0;
    const auto number = computed([&] {
        if (!text()) {
            ++wrong;
        }
        return text().value_or(-1);
    });
    const auto shown = computed([&] { return present() ? number() : 0; });
    CallRecorder<int> calls;
    const auto subscription = shown.listen(calls);
    text.set(2);
    text.set(std::nullopt);
    text.set(3);
    QCOMPARE(calls.values(), QList<int>({2, 0, 3}));
    QCOMPARE(wrong, 0);
}

void tst_Tracked::tracked_readInAnotherOrderKeepsItsSources()
{
    const auto turn = atom(0);
    const auto a = atom(1);
    const auto b = atom(2);
    const auto c = atom(4);
    const auto sum = computed([&] {
        switch (turn() % 4) {
        case 0:
            return a() + b() + c();
        case 1:
            return c() + b() + a();
        case 2:
            return b() + c() + b() + a() - b();
        default:
            return b();
        }
    });
    CallRecorder<int> calls;
    const auto subscription = sum.listen(calls);
    for (int i = 1; i <= 8; ++i) {
        turn.set(i);
        calls.take();
        a.set(a.get() + 10);
        QCOMPARE(calls.take().size(), i % 4 == 3 ? 0 : 1);
        b.set(b.get() + 10);
        c.set(c.get() + 10);
        QCOMPARE(calls.take().size(), i % 4 == 3 ? 1 : 2);
        QCOMPARE(sum.get(), i % 4 == 3 ? b.get() : a.get() + b.get() + c.get());
    }
}

void tst_Tracked::tracked_readTwiceTiesOnce()
{
    const auto a = atom(1);
    const auto b = atom(1);
    int runs = 0;
    const auto sum = computed([&] {
        ++runs;
        return a() + b() + a() + b() + a();
    });
    CallRecorder<int> calls;
    const auto subscription = sum.listen(calls);
    a.set(2);
    QCOMPARE(runs, 2);
    QCOMPARE(calls.values(), QList<int>({8}));
}

void tst_Tracked::tracked_getDoesNotTie()
{
    const auto a = atom(1);
    const auto b = atom(10);
    const auto sum = computed([&] { return a() + b.get(); });
    CallRecorder<int> calls;
    const auto subscription = sum.subscribe(calls);
    b.set(20);
    a.set(2);
    QCOMPARE(calls.values(), QList<int>({11, 22}));
}

void tst_Tracked::tracked_peekDoesNotTie()
{
    const auto a = atom(1);
    const auto b = computed([&] { return a() * 10; });
    int runs = 0;
    const auto sum = computed([&] {
        ++runs;
        return b.peek();
    });
    const auto subscription = sum.listen([] {});
    a.set(2);
    QCOMPARE(runs, 1);
}

void tst_Tracked::tracked_withoutSourcesRunsOnce()
{
    int runs = 0;
    const auto constant = computed([&] { return ++runs; });
    QCOMPARE(constant(), 1);
    QCOMPARE(constant(), 1);
    const auto subscription = constant.listen([] {});
    QCOMPARE(constant.get(), 1);
}

void tst_Tracked::tracked_withoutListenersIsPulledByReaders()
{
    const auto user = signal(std::optional<std::string>("Ada"));
    const auto name = computed([=] {
        if (!user()) {
            fail("no user");
        }
        return *user();
    });
    const auto shown = computed([=] { return user() ? name() : std::string("none"); });
    Subscription s;
    {
        const auto once = name.listen([] {});
        s = shown.listen([] {});
    }
    QCOMPARE(thrownBy([&] { user(std::nullopt); }), QString());
    QCOMPARE(shown.peek(), std::string("none"));
}

QTEST_APPLESS_MAIN(tst_Tracked)
#include "tst_tracked.moc"
