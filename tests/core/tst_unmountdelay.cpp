// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"
#include "support/tracelife.h"

#include <QtTest/QTest>

#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Trace;
using support::traceLife;

static_assert(STORE_UNMOUNT_DELAY == 1s);

class tst_UnmountDelay : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void delay_restartsAtEachLastLeave();
    void delay_isCancelledByAListener();
    void delay_ofAStoreCanBeSet();
    void delay_ofZeroWaitsForTheNextTurn();
    void delay_negativeCountsAsZero();
    void delay_changedWhileRunningHoldsFromTheNextLeave();
    void delay_storesEndInOrderOfTheirMoments();
    void delay_isNotProlongedByGet();
    void delay_cleanupMayListenAgain();
    void delay_cleanupMayWrite();
    void delay_twoStoresAtTheSameMoment();
    void delay_withoutASchedulerIsKeptAndHandedOver();
    void delay_movesFromOneSchedulerToTheNext();
    void delay_survivesTheEndOfItsScheduler();

    void delay_isNotProlongedByAProducer_data();
    void delay_isNotProlongedByAProducer();
    void delay_beginsAnewWhenAnObserverComesInBetween();
    void mount_hookAddedInTheDelayWaitsForTheNextMount();
};

// Rule 25.
void tst_UnmountDelay::delay_restartsAtEachLastLeave()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    Subscription subscription = a.listen([] {});
    subscription.reset();
    m_time->advance(600);
    subscription = a.listen([] {});
    subscription.reset();
    m_time->advance(600); // 1200 after the first leave, 600 after the second
    QCOMPARE(trace.take(), "");
    m_time->advance(399);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
}

void tst_UnmountDelay::delay_isCancelledByAListener()
{
    Trace trace;
    const auto a = atom(0);
    traceLife(a, trace, "a");
    Subscription subscription = a.listen([] {});
    subscription.reset();
    trace.take();
    m_time->advance(999);
    subscription = a.listen([] {});
    QCOMPARE(trace.take(), "start-a");
    m_time->advance(10000);
    QCOMPARE(trace.take(), "");
    QVERIFY(isMounted(a));
}

void tst_UnmountDelay::delay_ofAStoreCanBeSet()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    onMount(
        a, [&] { return trace.adds("a"); }, 5000ms);
    onMount(b, [&] { return trace.adds("b"); });
    setUnmountDelay(b, 200ms);
    {
        const auto ofA = a.listen([] {});
        const auto ofB = b.listen([] {});
    }
    m_time->advance(199);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "b");
    m_time->advance(4799);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "a");
}

void tst_UnmountDelay::delay_ofZeroWaitsForTheNextTurn()
{
    Trace trace;
    const auto a = atom(0);
    onMount(
        a,
        [&] {
            trace.add("mount");
            return trace.adds("unmount");
        },
        0ms);
    Subscription subscription = a.listen([] {});
    subscription.reset();
    subscription = a.listen([] {});
    subscription.reset();
    QCOMPARE(trace.take(), "mount");
    m_time->advance(0);
    QCOMPARE(trace.take(), "unmount");
}

void tst_UnmountDelay::delay_negativeCountsAsZero()
{
    Trace trace;
    const auto a = atom(0);
    onMount(
        a, [&] { return trace.adds("unmount"); }, -5ms);
    {
        const auto subscription = a.listen([] {});
    }
    QCOMPARE(trace.take(), "");
    m_time->advance(0);
    QCOMPARE(trace.take(), "unmount");
}

void tst_UnmountDelay::delay_changedWhileRunningHoldsFromTheNextLeave()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    {
        const auto subscription = a.listen([] {});
    }
    setUnmountDelay(a, 10ms);
    m_time->advance(999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
    {
        const auto subscription = a.listen([] {});
    }
    m_time->advance(10);
    QCOMPARE(trace.take(), "unmount");
}

void tst_UnmountDelay::delay_storesEndInOrderOfTheirMoments()
{
    Trace trace;
    std::vector<Atom<int>> stores;
    const int delays[] = {300, 100, 200, 100, 0};
    for (int i = 0; i < 5; ++i) {
        stores.push_back(atom(i));
        onMount(
            stores.back(), [&trace, i] { return [&trace, i] { trace.add("", i); }; },
            std::chrono::milliseconds(delays[i]));
    }
    for (const auto &store : stores) {
        store.get();
    }
    m_time->advance(1000);
    QCOMPARE(trace.take(), "4 1 3 2 0");
}

void tst_UnmountDelay::delay_isNotProlongedByGet()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    a.get();
    m_time->advance(900);
    a.get();
    m_time->advance(99);
    QCOMPARE(trace.take(), "mount");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
    a.get(); // begins one where none runs
    QCOMPARE(trace.take(), "mount");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

void tst_UnmountDelay::delay_cleanupMayListenAgain()
{
    Trace trace;
    Subscription again;
    bool relisten = true;
    const auto a = atom(0);
    onMount(a, [&] {
        trace.add("mount");
        return [&] {
            trace.add("unmount");
            if (relisten) {
                again = a.listen(trace.adds("L"));
            }
        };
    });
    {
        const auto subscription = a.listen([] {});
    }
    m_time->advance(1000);
    QCOMPARE(trace.take(), "mount unmount mount");
    a.set(1);
    QCOMPARE(trace.take(), "L");
    m_time->advance(5000);
    QVERIFY(isMounted(a));
    relisten = false;
    again.reset();
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

void tst_UnmountDelay::delay_cleanupMayWrite()
{
    Trace trace;
    const auto log = atom(0);
    const auto a = atom(0);
    onMount(a, [&] { return [&] { log.set(log.get() + 1); }; });
    const auto ofLog = log.listen([&](int value) { trace.add("log", value); });
    a.get();
    m_time->advance(1000);
    QCOMPARE(trace.take(), "log1");
}

void tst_UnmountDelay::delay_twoStoresAtTheSameMoment()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    onMount(a, [&] { return [&] { trace.add("a"); }; });
    onMount(b, [&] { return [&] { trace.add("b"); }; });
    Subscription ofB = b.listen([] {});
    Subscription ofA = a.listen([] {});
    ofA.reset();
    ofB.reset();
    m_time->advance(1000);
    QCOMPARE(trace.take(), "a b");
}

void tst_UnmountDelay::delay_withoutASchedulerIsKeptAndHandedOver()
{
    Trace trace;
    setScheduler(nullptr);
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    a.get();
    QVERIFY(isMounted(a));
    ManualScheduler late;
    late.advance(5000ms);
    setScheduler(&late);
    late.advance(999ms);
    QCOMPARE(trace.take(), "");
    late.advance(1ms);
    QCOMPARE(trace.take(), "unmount");
    setScheduler(nullptr);
}

void tst_UnmountDelay::delay_movesFromOneSchedulerToTheNext()
{
    Trace trace;
    ManualScheduler first;
    ManualScheduler second;
    second.advance(100000ms);
    setScheduler(&first);
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    a.get();
    first.advance(400ms);
    setScheduler(&second);
    first.advance(5000ms);
    second.advance(599ms);
    QCOMPARE(trace.take(), "");
    second.advance(1ms);
    QCOMPARE(trace.take(), "unmount");
    setScheduler(nullptr);
}

void tst_UnmountDelay::delay_survivesTheEndOfItsScheduler()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    {
        ManualScheduler first;
        first.advance(70000ms);
        setScheduler(&first);
        a.get();
        first.advance(400ms);
    }
    QVERIFY(!scheduler());
    ManualScheduler second;
    setScheduler(&second);
    second.advance(599ms);
    QCOMPARE(trace.take(), "");
    second.advance(1ms);
    QCOMPARE(trace.take(), "unmount");
    setScheduler(nullptr);
}

void tst_UnmountDelay::delay_isNotProlongedByAProducer_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("its own value") << 0;
    QTest::newRow("through a listed computed store") << 1;
    QTest::newRow("through a tracked computed store") << 2;
    QTest::newRow("through two listed ones") << 3;
}

void tst_UnmountDelay::delay_isNotProlongedByAProducer()
{
    QFETCH(int, way);
    const auto a = atom(0);
    const auto listed = computed(a, [](int value) { return value; });
    const auto second = computed(listed, a, [](int value, int) { return value; });
    const auto tracked = computed([=] { return a(); });
    bool mounted = false;
    onMount(a, [&] {
        mounted = true;
        return [&] { mounted = false; };
    });
    for (const int period : {1, 400, 999, 1000}) {
        {
            const auto s = a.listen([] {});
        }
        QVERIFY(mounted);
        int ticks = 0;
        for (; mounted && ticks < 5000; ++ticks) {
            const int value = way == 0 ? a.get() : way == 1 ? listed.get() : way == 2 ? tracked.get() : second.get();
            a.set(value + 1);
            m_time->advance(period);
        }
        QVERIFY(!mounted);
        QVERIFY(ticks * period <= (way == 0 || way == 2 ? 2000 : way == 1 ? 3000 : 4000));
        m_time->advance(10000);
    }
}

void tst_UnmountDelay::delay_beginsAnewWhenAnObserverComesInBetween()
{
    const auto a = atom(0);
    const auto listed = computed(a, [](int value) { return value; });
    Trace trace;
    onMount(a, [&] { return trace.adds("unmount"); });
    {
        const auto s = a.listen([] {});
    }
    m_time->advance(900);
    listed.get(); // interrupts the delay of a
    {
        const auto s = listed.listen([] {});
        m_time->advance(5000);
    }
    m_time->advance(1999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
}

void tst_UnmountDelay::mount_hookAddedInTheDelayWaitsForTheNextMount()
{
    const auto a = atom(0);
    const auto c = computed(a, [](int value) { return value; });
    Trace trace;
    {
        const auto s = c.listen([] {});
    }
    onMount(c, trace.adds("mount"));
    {
        const auto s = c.listen([] {});
    }
    QCOMPARE(trace.take(), "");
    m_time->advance(1000);
    {
        const auto s = c.listen([] {});
    }
    QCOMPARE(trace.take(), "mount");
}

QTEST_APPLESS_MAIN(tst_UnmountDelay)
#include "tst_unmountdelay.moc"
