// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"

#include <QtTest/QTest>

#include <stdexcept>
#include <thread>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Trace;

class tst_Scheduler : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { setScheduler(nullptr); }

    void scheduler_isTheOneSetForTheThread();
    void scheduler_thatEndsIsTakenAway();
    void scheduler_ofAnotherThreadIsItsOwn();
    void manual_deferRunsAtTheNextTurn();
    void manual_errorsOfJobsKeepNoneBack();
    void manual_deferInAJobRunsInTheSameTurn();
    void manual_timersRunInOrderOfTheirMoments();
    void manual_timersOfOneMomentRunInOrderOfSetting();
    void manual_timerOfZeroWaits();
    void manual_timerSetInATimer();
    void manual_timeStandsAtEachTimersMoment();
    void manual_cancelForgetsATimer();
    void manual_cancelInATimer();
    void manual_jobsRunBetweenTimers();
    void manual_postFromAnotherThread();
    void stores_askForOneTimer();
    void stores_askForNothingWhenNobodyLeaves();
    void stores_gapsAreWaitedOut();
};

void tst_Scheduler::scheduler_isTheOneSetForTheThread()
{
    QVERIFY(!scheduler());
    ManualScheduler manual;
    setScheduler(&manual);
    QCOMPARE(scheduler(), &manual);
    setScheduler(&manual);
    QCOMPARE(scheduler(), &manual);
    setScheduler(nullptr);
    QVERIFY(!scheduler());
}

void tst_Scheduler::scheduler_thatEndsIsTakenAway()
{
    {
        ManualScheduler manual;
        setScheduler(&manual);
    }
    QVERIFY(!scheduler());
}

void tst_Scheduler::scheduler_ofAnotherThreadIsItsOwn()
{
    ManualScheduler manual;
    setScheduler(&manual);
    Scheduler *inside = &manual;
    std::thread([&] {
        inside = scheduler();
        ManualScheduler own;
        setScheduler(&own);
    }).join();
    QVERIFY(!inside);
    QCOMPARE(scheduler(), &manual);
}

void tst_Scheduler::manual_deferRunsAtTheNextTurn()
{
    ManualScheduler manual;
    Trace trace;
    manual.defer(trace.adds("a"));
    manual.defer(trace.adds("b"));
    QCOMPARE(trace.take(), "");
    manual.runPending();
    QCOMPARE(trace.take(), "a b");
    manual.runPending();
    QCOMPARE(trace.take(), "");
}

void tst_Scheduler::manual_deferInAJobRunsInTheSameTurn()
{
    ManualScheduler manual;
    Trace trace;
    manual.defer([&] {
        trace.add("a");
        manual.defer(trace.adds("c"));
    });
    manual.defer(trace.adds("b"));
    manual.runPending();
    QCOMPARE(trace.take(), "a b c");
}

void tst_Scheduler::manual_timersRunInOrderOfTheirMoments()
{
    ManualScheduler manual;
    Trace trace;
    manual.after(30ms, trace.adds("30"));
    manual.after(10ms, trace.adds("10"));
    manual.after(20ms, trace.adds("20"));
    manual.runPending();
    QCOMPARE(trace.take(), "");
    manual.advance(9ms);
    QCOMPARE(trace.take(), "");
    manual.advance(1ms);
    QCOMPARE(trace.take(), "10");
    manual.advance(100ms);
    QCOMPARE(trace.take(), "20 30");
    QCOMPARE(manual.now(), 110ms);
}

void tst_Scheduler::manual_timersOfOneMomentRunInOrderOfSetting()
{
    ManualScheduler manual;
    Trace trace;
    manual.after(10ms, trace.adds("a"));
    manual.advance(4ms);
    manual.after(6ms, trace.adds("b"));
    manual.advance(6ms);
    QCOMPARE(trace.take(), "a b");
}

void tst_Scheduler::manual_timerOfZeroWaits()
{
    ManualScheduler manual;
    Trace trace;
    manual.after(0ms, trace.adds("a"));
    QCOMPARE(trace.take(), "");
    manual.advance(0ms);
    QCOMPARE(trace.take(), "a");
}

void tst_Scheduler::manual_timerSetInATimer()
{
    ManualScheduler manual;
    Trace trace;
    manual.after(10ms, [&] {
        trace.add("a");
        manual.after(10ms, trace.adds("b"));
        manual.after(0ms, trace.adds("at once"));
    });
    manual.advance(15ms);
    QCOMPARE(trace.take(), "a at once");
    manual.advance(5ms);
    QCOMPARE(trace.take(), "b");
}

void tst_Scheduler::manual_timeStandsAtEachTimersMoment()
{
    ManualScheduler manual;
    QList<qint64> moments;
    for (const int delay : {5, 50, 20}) {
        manual.after(std::chrono::milliseconds(delay), [&] { moments.append(manual.now().count()); });
    }
    manual.advance(100ms);
    QCOMPARE(moments, QList<qint64>({5, 20, 50}));
    QCOMPARE(manual.now(), 100ms);
}

void tst_Scheduler::manual_cancelForgetsATimer()
{
    ManualScheduler manual;
    Trace trace;
    const auto a = manual.after(10ms, trace.adds("a"));
    const auto b = manual.after(10ms, trace.adds("b"));
    QVERIFY(a != 0 && b != 0 && a != b);
    QCOMPARE(manual.pendingTimers(), std::size_t(2));
    manual.cancel(a);
    manual.cancel(a);
    QCOMPARE(manual.pendingTimers(), std::size_t(1));
    manual.advance(10ms);
    QCOMPARE(trace.take(), "b");
    manual.cancel(b);
}

void tst_Scheduler::manual_cancelInATimer()
{
    ManualScheduler manual;
    Trace trace;
    Scheduler::TimerId second = 0;
    manual.after(10ms, [&] { manual.cancel(second); });
    second = manual.after(10ms, trace.adds("second"));
    manual.advance(10ms);
    QCOMPARE(trace.take(), "");
}

void tst_Scheduler::manual_jobsRunBetweenTimers()
{
    ManualScheduler manual;
    Trace trace;
    manual.defer(trace.adds("first"));
    manual.after(0ms, [&] {
        trace.add("timer");
        manual.defer(trace.adds("job"));
    });
    manual.after(0ms, trace.adds("timer2"));
    manual.advance(0ms);
    QCOMPARE(trace.take(), "first timer job timer2");
}

void tst_Scheduler::manual_postFromAnotherThread()
{
    ManualScheduler manual;
    QList<int> seen;
    const auto self = std::this_thread::get_id();
    bool here = true;
    std::thread([&] {
        for (int i = 0; i < 100; ++i) {
            manual.post([&, i] {
                seen.append(i);
                here = here && std::this_thread::get_id() == self;
            });
        }
    }).join();
    QCOMPARE(seen.size(), 0);
    manual.runPending();
    QCOMPARE(seen.size(), 100);
    QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    QVERIFY(here);
}

void tst_Scheduler::stores_askForOneTimer()
{
    ManualScheduler manual;
    setScheduler(&manual);
    std::vector<Atom<int>> stores;
    for (int i = 0; i < 100; ++i) {
        stores.push_back(atom(i));
        onMount(stores.back(), [] {});
        stores.back().get();
    }
    QCOMPARE(manual.pendingTimers(), std::size_t(1));
    manual.advance(1000ms);
    QCOMPARE(manual.pendingTimers(), std::size_t(0));
    for (const auto &store : stores) {
        QVERIFY(!isMounted(store));
    }
}

void tst_Scheduler::stores_askForNothingWhenNobodyLeaves()
{
    ManualScheduler manual;
    setScheduler(&manual);
    const auto a = atom(0);
    onMount(a, [] {});
    const auto subscription = a.listen([] {});
    a.set(1);
    a.get();
    QCOMPARE(manual.pendingTimers(), std::size_t(0));
}

void tst_Scheduler::stores_gapsAreWaitedOut()
{
    ManualScheduler manual;
    setScheduler(&manual);
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    onMount(a, [&] { return trace.adds("a"); });
    onMount(
        b, [&] { return trace.adds("b"); }, 100ms);
    a.get();
    manual.advance(500ms);
    b.get(); // earlier than the one that waits
    manual.advance(99ms);
    QCOMPARE(trace.take(), "");
    manual.advance(1ms);
    QCOMPARE(trace.take(), "b");
    manual.advance(399ms);
    QCOMPARE(trace.take(), "");
    manual.advance(1ms);
    QCOMPARE(trace.take(), "a");
    QCOMPARE(manual.pendingTimers(), std::size_t(0));
}

void tst_Scheduler::manual_errorsOfJobsKeepNoneBack()
{
    support::ErrorLog errors;
    ManualScheduler manual;
    int runs = 0;
    const auto job = [&](bool fails) {
        return [&runs, fails] {
            ++runs;
            if (fails) {
                throw std::runtime_error("job");
            }
        };
    };
    for (int i = 0; i < 4; ++i) {
        manual.post(job(i % 2 == 0));
        manual.after(std::chrono::milliseconds(i), job(i % 2 == 0));
    }
    manual.runPending();
    QCOMPARE(runs, 4);
    manual.advance(std::chrono::milliseconds(10));
    QCOMPARE(runs, 8);
    QCOMPARE(errors.take().size(), 4);
}

QTEST_APPLESS_MAIN(tst_Scheduler)
#include "tst_scheduler.moc"
