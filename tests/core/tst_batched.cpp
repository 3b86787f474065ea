// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qttestkit.h>

#include "support/callrecorder.h"

#include <QtTest/QTest>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Trace;

class tst_Batched : public StoreTest
{
    Q_OBJECT
private Q_SLOTS:
    void batched_runsOnceForAllChangesOfATurn();
    void batched_listenersHearInTheNextTurn();
    void batched_readDoesNotWait();
    void batched_whatLiesBehindWaits();
    void batched_effectBehindATrackedStoreWaits();
    void batched_readTellsWhatLiesBehind();
    void batched_takenBackChangeTellsNobody();
    void batched_unobservedRunsWhenRead();
    void batched_goneBeforeItsTurn();
    void batched_withoutASchedulerWaitsForOne();
    void batched_orderIsThatOfTheLastMark();
};

void tst_Batched::batched_runsOnceForAllChangesOfATurn()
{
    int runs = 0;
    const auto a = atom(1);
    const auto b = atom(2);
    const auto sum = batched(a, b, [&](int x, int y) {
        ++runs;
        return x + y;
    });
    const auto keep = sum.listen([] {});
    QCOMPARE(runs, 1);
    a.set(10);
    b.set(20);
    a.set(11);
    QCOMPARE(runs, 1);
    guard().advance(0ms);
    QCOMPARE(runs, 2);
    QCOMPARE(sum.get(), 31);
    QCOMPARE(runs, 2);
}

void tst_Batched::batched_listenersHearInTheNextTurn()
{
    const auto a = atom(1);
    const auto twice = batched(a, [](int x) { return 2 * x; });
    StoreSpy calls(twice);
    a.set(2);
    a.set(3);
    QCOMPARE(calls.count(), 0);
    guard().advance(0ms);
    QCOMPARE(calls.take(), QList<int>{6});
    guard().advance(1000ms);
    QCOMPARE(calls.count(), 0);
}

void tst_Batched::batched_readDoesNotWait()
{
    const auto a = atom(1);
    const auto twice = batched(a, [](int x) { return 2 * x; });
    StoreSpy calls(twice);
    a.set(2);
    QCOMPARE(twice.get(), 4);
    QCOMPARE(calls.take(), QList<int>{4});
    guard().advance(0ms);
    QCOMPARE(calls.count(), 0);
}

void tst_Batched::batched_whatLiesBehindWaits()
{
    const auto a = atom(1);
    const auto twice = batched(a, [](int x) { return 2 * x; });
    const auto next = computed(twice, [](int x) { return x + 1; });
    StoreSpy calls(next);
    a.set(2);
    QCOMPARE(calls.count(), 0);
    QCOMPARE(next.get(), 3);
    guard().advance(0ms);
    QCOMPARE(calls.take(), QList<int>{5});
    QCOMPARE(next.get(), 5);
}

void tst_Batched::batched_effectBehindATrackedStoreWaits()
{
    const auto a = atom(1);
    const auto twice = batched(a, [](int x) { return 2 * x; });
    const auto next = computed([=] { return twice() + 1; });
    QList<int> seen;
    const auto keep = effect([&, next] { seen.append(next()); });
    QCOMPARE(seen, QList<int>{3});
    a.set(2);
    QCOMPARE(seen, QList<int>{3});
    guard().advance(0ms);
    QCOMPARE(seen, (QList<int>{3, 5}));
}

void tst_Batched::batched_readTellsWhatLiesBehind()
{
    const auto a = atom(1);
    const auto twice = batched(a, [](int x) { return 2 * x; });
    const auto next = computed(twice, [](int x) { return x + 1; });
    StoreSpy calls(next);
    a.set(2);
    QCOMPARE(twice.get(), 4);
    QCOMPARE(calls.take(), QList<int>{5});
}

void tst_Batched::batched_takenBackChangeTellsNobody()
{
    int runs = 0;
    const auto a = atom(1);
    const auto twice = batched(a, [&](int x) {
        ++runs;
        return 2 * x;
    });
    StoreSpy calls(twice);
    a.set(2);
    a.set(1);
    guard().advance(0ms);
    QCOMPARE(calls.count(), 0);
    QCOMPARE(runs, 1);
}

void tst_Batched::batched_unobservedRunsWhenRead()
{
    int runs = 0;
    const auto a = atom(1);
    const auto twice = batched(a, [&](int x) {
        ++runs;
        return 2 * x;
    });
    a.set(2);
    guard().advance(0ms);
    QCOMPARE(runs, 0);
    QCOMPARE(twice.get(), 4);
    guard().advance(1000ms);
    a.set(3);
    guard().advance(0ms);
    QCOMPARE(runs, 1);
    QCOMPARE(twice.get(), 6);
}

void tst_Batched::batched_goneBeforeItsTurn()
{
    const auto a = atom(1);
    {
        const auto twice = batched(a, [](int x) { return 2 * x; });
        const auto keep = twice.listen([] {});
        a.set(2);
    }
    guard().advance(5000ms);
    QCOMPARE(a.get(), 2);
}

void tst_Batched::batched_withoutASchedulerWaitsForOne()
{
    setScheduler(nullptr);
    const auto a = atom(1);
    const auto twice = batched(a, [](int x) { return 2 * x; });
    StoreSpy calls(twice);
    a.set(2);
    QCOMPARE(calls.count(), 0);
    setScheduler(&guard().time());
    guard().advance(0ms);
    QCOMPARE(calls.take(), QList<int>{4});
}

void tst_Batched::batched_orderIsThatOfTheLastMark()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto first = batched(a, [](int value) { return value; });
    const auto second = batched(b, [](int value) { return value; });
    const auto l1 = first.listen([&] { trace.add("first"); });
    const auto l2 = second.listen([&] { trace.add("second"); });
    a.set(1);
    b.set(1);
    a.set(2);
    guard().advance(0ms);
    QCOMPARE(trace.take(), "second first");
}

QTEST_APPLESS_MAIN(tst_Batched)
#include "tst_batched.moc"
