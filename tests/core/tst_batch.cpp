// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/testkit.h>

#include "support/callrecorder.h"
#include "support/handlers.h"

#include <QtTest/QTest>

#include <stdexcept>
#include <string>
#include <type_traits>

using namespace nanostores;
using support::CallRecorder;
using support::ErrorLog;
using support::thrownBy;
using support::Trace;

static_assert(!std::is_copy_constructible_v<Batch> && !std::is_move_constructible_v<Batch>);

class tst_Batch : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void batch_callsEachListenerOnceWithTheFinalValue();
    void batch_tellsTheFirstOldValue();
    void batch_listenersOfSeveralStores();
    void batch_readsAreUpToDateInside();
    void batch_computedStoresSettleOnce();
    void batch_computedStoreReadInsideTellsOnce();
    void batch_computedStoreReadInsideAndChangedAgainTellsTheSettledValue();
    void batch_nestedEndsWithTheOutermost();
    void batch_aroundOneSetChangesNothing();
    void batch_returnsWhatTheFunctionReturns();
    void batch_throwingFunctionStillTells();
    void batch_valueTakenBackRunsOnlyDirectListeners();
    void batch_insideAListenerWorksOffTheQueueFirst();
    void batch_insideAnEffectWorksOffTheQueueFirst();
    void batch_insideAListenerDoesNotReplay();
    void batch_duringItsDrainAListenerStandsOnceInTheQueue();
    void batch_listenerThatRanIsQueuedAgain();
    void batch_afterTheDrainEachSetTellsAgain();
    void batch_notifyIsPutOffAndToldOnce();
    void batch_insideAComputedStore();
    void batch_effectsRunOnce();
    void batch_listedEffectRunsOnceOverAllItsStores();
    void batch_listenerAddedInsideHearsLaterWrites();
    void batch_listenerRemovedInsideDoesNotRun();
    void batch_listenerRemovedAndAddedInsideHearsLaterWrites();
    void batch_listenerThrowingLeavesTheNextOneWorking();
    void batch_listenersBehindAThrowingOneRun();
    void batch_objectEndsWithItsScope();
    void batch_objectEndsOnce();
    void batch_objectReportsWhatItCannotThrow();
    void untracked_readsTieNothing();
};

// Rules 19 and 20.
void tst_Batch::batch_callsEachListenerOnceWithTheFinalValue()
{
    const auto count = atom(0);
    StoreSpy calls(count);
    batch([&] {
        count.set(1);
        count.set(2);
        count.set(3);
        QCOMPARE(calls.count(), 0);
    });
    QCOMPARE(calls.values(), QList<int>({3}));
}

void tst_Batch::batch_tellsTheFirstOldValue()
{
    const auto count = atom(0);
    const support::ChangeRecorder<int> changes;
    const auto subscription = count.listen(changes);
    batch([&] {
        count.set(1);
        count.set(2);
    });
    QCOMPARE(changes.take(), (QList<std::pair<int, int>>{{0, 2}}));
}

void tst_Batch::batch_listenersOfSeveralStores()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto both = [&](const Atom<int> &store, const char *word) {
        return store.listen([&, word] { trace.add(word, a.get() * 10 + b.get()); });
    };
    const auto la = both(a, "a");
    const auto lb = both(b, "b");
    batch([&] {
        b.set(1);
        a.set(2);
        b.set(3);
    });
    QCOMPARE(trace.take(), "b23 a23");
}

void tst_Batch::batch_readsAreUpToDateInside()
{
    const auto a = atom(1);
    const auto listed = computed(a, [](int value) { return value * 2; });
    const auto tracked = computed([&] { return listed() + 1; });
    const auto la = listed.listen([] {});
    batch([&] {
        a.set(2);
        QCOMPARE(a.get(), 2);
        QCOMPARE(listed.get(), 4);
        QCOMPARE(listed.peek(), 4);
        QCOMPARE(tracked.get(), 5);
        a.set(3);
        QCOMPARE(tracked.get(), 7);
        QCOMPARE(listed.get(), 6);
    });
}

void tst_Batch::batch_computedStoresSettleOnce()
{
    const auto a = atom(1);
    const auto b = atom(1);
    int runs = 0;
    const auto sum = computed(a, b, [&](int x, int y) {
        ++runs;
        return x + y;
    });
    const support::ChangeRecorder<int> changes;
    const auto subscription = sum.listen(changes);
    runs = 0;
    batch([&] {
        a.set(2);
        b.set(2);
        a.set(3);
    });
    QCOMPARE(runs, 1);
    QCOMPARE(changes.take(), (QList<std::pair<int, int>>{{2, 5}}));
}

void tst_Batch::batch_computedStoreReadInsideTellsOnce()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    const support::ChangeRecorder<int> changes;
    const auto subscription = twice.listen(changes);
    batch([&] {
        a.set(2);
        QCOMPARE(twice.get(), 4);
        a.set(3);
        QCOMPARE(twice.get(), 6);
    });
    QCOMPARE(changes.take(), (QList<std::pair<int, int>>{{2, 6}}));
}

void tst_Batch::batch_computedStoreReadInsideAndChangedAgainTellsTheSettledValue()
{
    const auto a = atom(0);
    const auto b = atom(1);
    const auto sum = computed(a, b, [](int x, int y) { return x + y; });
    const auto more = computed(sum, a, [](int x, int y) { return 10 * x + y; });
    Trace trace;
    const auto listening = more.listen([&](int value, int old) { trace.add(QByteArray::number(old) + ">", value); });
    batch([&] {
        b.set(0);
        QCOMPARE(more.get(), 0); // its listener waits from here on
        a.set(1);
    });
    QCOMPARE(trace.take(), "10>11");
}

void tst_Batch::batch_nestedEndsWithTheOutermost()
{
    const auto count = atom(0);
    StoreSpy calls(count);
    batch([&] {
        batch([&] { count.set(1); });
        QCOMPARE(calls.count(), 0);
        count.set(2);
        batch([&] { count.set(3); });
        QCOMPARE(calls.count(), 0);
    });
    QCOMPARE(calls.values(), QList<int>({3}));
}

void tst_Batch::batch_aroundOneSetChangesNothing()
{
    const auto count = atom(0);
    const support::ChangeRecorder<int> changes;
    const auto subscription = count.listen(changes);
    batch([&] { count.set(1); });
    count.set(2);
    batch([] {});
    QCOMPARE(changes.take(), (QList<std::pair<int, int>>{{0, 1}, {1, 2}}));
}

void tst_Batch::batch_returnsWhatTheFunctionReturns()
{
    const auto count = atom(0);
    QCOMPARE(batch([&] {
                 count.set(1);
                 return count.get() + 1;
             }),
             2);
    int number = 5;
    int &same = batch([&]() -> int & { return number; });
    QCOMPARE(&same, &number);
}

void tst_Batch::batch_throwingFunctionStillTells()
{
    const auto count = atom(0);
    StoreSpy calls(count);
    const QString message = thrownBy([&] {
        batch([&] {
            count.set(1);
            throw std::runtime_error("stop");
        });
    });
    QCOMPARE(message, QStringLiteral("stop"));
    QCOMPARE(calls.take(), QList<int>({1}));
    count.set(2);
    QCOMPARE(calls.take(), QList<int>({2}));
}

// Rule 6.
void tst_Batch::batch_valueTakenBackRunsOnlyDirectListeners()
{
    const auto a = atom(1);
    Trace trace;
    const auto listed = computed(a, [&](int value) {
        trace.add("listed");
        return value;
    });
    const auto tracked = computed([&] {
        trace.add("tracked");
        return a();
    });
    const auto ll = listed.listen(trace.adds("Ll"));
    const auto lt = tracked.listen(trace.adds("Lt"));
    const auto e = effect([&] {
        trace.add("effect");
        a();
    });
    const auto direct = a.listen(trace.adds("direct"));
    trace.take();
    batch([&] {
        a.set(2);
        a.set(1);
    });
    QCOMPARE(trace.take(), "direct");
    a.set(2);
    QVERIFY(trace.take().contains("effect"));
}

// Rule 19.
void tst_Batch::batch_insideAListenerWorksOffTheQueueFirst()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto l1 = a.listen([&] {
        trace.add("L1");
        batch([&] {
            b.set(1);
            trace.add("in");
        });
        trace.add("out");
    });
    const auto l2 = a.listen(trace.adds("L2"));
    const auto lb = b.listen(trace.adds("Lb"));
    a.set(1);
    QCOMPARE(trace.take(), "L1 in L2 Lb out");
}

void tst_Batch::batch_insideAnEffectWorksOffTheQueueFirst()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto e = effect([&] {
        trace.add("E", a());
        batch([&] { b.set(a()); });
        trace.add("out");
    });
    const auto la = a.listen(trace.adds("La"));
    const auto lb = b.listen(trace.adds("Lb"));
    trace.take();
    a.set(1);
    QCOMPARE(trace.take(), "E1 La Lb out");
}

// Rule 19.
void tst_Batch::batch_insideAListenerDoesNotReplay()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto before = a.listen(trace.adds("before"));
    const auto middle = a.listen([&] {
        trace.add("middle");
        batch([&] { b.set(b.get() + 1); });
    });
    const auto after = a.listen(trace.adds("after"));
    const auto ofB = b.listen(trace.adds("b"));
    a.set(1);
    QCOMPARE(trace.take(), "before middle after b");
    batch([&] { a.set(2); });
    QCOMPARE(trace.take(), "before middle after b");
}

// Rule 20.
void tst_Batch::batch_duringItsDrainAListenerStandsOnceInTheQueue()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const support::ChangeRecorder<int> changes;
    const auto la = a.listen([&] {
        b.set(1);
        b.set(2);
    });
    const auto lb = b.listen(changes);
    batch([&] { a.set(1); });
    QCOMPARE(changes.take(), (QList<std::pair<int, int>>{{0, 2}}));
    b.set(0);
    changes.take();
    a.set(2); // outside a batch: one call a set, with the latest value
    QCOMPARE(changes.take(), (QList<std::pair<int, int>>{{0, 2}, {1, 2}}));
}

void tst_Batch::batch_listenerThatRanIsQueuedAgain()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto first = b.listen([&](int value) { trace.add("b", value); });
    const auto second = a.listen([&](int value) {
        trace.add("a", value);
        b.set(value + 10);
    });
    batch([&] {
        b.set(1);
        a.set(2);
    });
    QCOMPARE(trace.take(), "b1 a2 b12");
}

void tst_Batch::batch_afterTheDrainEachSetTellsAgain()
{
    const auto count = atom(0);
    StoreSpy calls(count);
    batch([&] { count.set(1); });
    count.set(2);
    count.set(3);
    QCOMPARE(calls.values(), QList<int>({1, 2, 3}));
}

void tst_Batch::batch_notifyIsPutOffAndToldOnce()
{
    const auto count = atom(1);
    StoreSpy calls(count);
    batch([&] {
        count.notify();
        count.notify();
        count.set(2);
        QCOMPARE(calls.count(), 0);
    });
    QCOMPARE(calls.values(), QList<int>({2}));
}

// Rule 10: what a computed store's function writes is told after the outermost function has ended.
void tst_Batch::batch_insideAComputedStore()
{
    const auto a = atom(1);
    const auto seen = atom(0);
    Trace trace;
    const auto twice = computed(a, [&](int value) {
        batch([&] { seen.set(value); });
        trace.add("end");
        return value * 2;
    });
    const auto subscription = seen.listen([&](int value) { trace.add("seen", value); });
    QCOMPARE(twice.get(), 2);
    QCOMPARE(trace.take(), "end seen1");
}

void tst_Batch::batch_effectsRunOnce()
{
    const auto a = atom(1);
    const auto b = atom(1);
    Trace trace;
    const auto e = effect([&] { trace.add("E", a() * 10 + b()); });
    trace.take();
    batch([&] {
        a.set(2);
        b.set(2);
        a.set(3);
    });
    QCOMPARE(trace.take(), "E32");
}

// Rule 20.
void tst_Batch::batch_listedEffectRunsOnceOverAllItsStores()
{
    const auto a = atom(1);
    const auto b = atom(1);
    const auto sum = computed(a, b, [](int x, int y) { return x + y; });
    Trace trace;
    const auto e = effect(a, sum, b, [&](int x, int s, int y) { trace.add("E", x * 100 + s * 10 + y); });
    QCOMPARE(trace.take(), "E121");
    a.set(2); // a diamond: once, and settled
    QCOMPARE(trace.take(), "E231");
    batch([&] {
        a.set(3);
        b.set(3);
    });
    QCOMPARE(trace.take(), "E363");
}

void tst_Batch::batch_listenerAddedInsideHearsLaterWrites()
{
    const auto count = atom(0);
    const support::ChangeRecorder<int> changes;
    Subscription subscription;
    batch([&] {
        count.set(1);
        subscription = count.listen(changes);
    });
    QCOMPARE(changes.take().size(), 0);
    batch([&] {
        count.set(2);
        subscription.reset();
        subscription = count.listen(changes);
        count.set(3);
    });
    QCOMPARE(changes.take(), (QList<std::pair<int, int>>{{2, 3}}));
}

void tst_Batch::batch_listenerRemovedInsideDoesNotRun()
{
    const auto count = atom(0);
    const CallRecorder<int> calls;
    auto subscription = count.listen(calls);
    batch([&] {
        count.set(1);
        subscription.reset();
    });
    QCOMPARE(calls.count(), 0);
}

void tst_Batch::batch_listenerRemovedAndAddedInsideHearsLaterWrites()
{
    const auto a = atom(0);
    const auto twice = computed(a, [](int value) { return value * 2; });
    const CallRecorder<int> calls;
    auto subscription = twice.listen(calls);
    batch([&] {
        a.set(1);
        subscription.reset();
        subscription = twice.listen(calls);
    });
    QCOMPARE(calls.take(), QList<int>());
    a.set(2);
    QCOMPARE(calls.take(), QList<int>({4}));
}

void tst_Batch::batch_listenerThrowingLeavesTheNextOneWorking()
{
    const auto count = atom(0);
    const CallRecorder<int> calls;
    const auto throws = count.listen([](int value) {
        if (value == 1) {
            throw std::runtime_error("one");
        }
    });
    const auto subscription = count.listen(calls);
    QCOMPARE(thrownBy([&] { batch([&] { count.set(1); }); }), QStringLiteral("one"));
    QCOMPARE(thrownBy([&] {
                 batch([&] {
                     count.set(2);
                     count.set(3);
                 });
             }),
             QString());
    QCOMPARE(calls.take(), QList<int>({1, 3}));
}

void tst_Batch::batch_listenersBehindAThrowingOneRun()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto throws = a.listen([] { throw std::runtime_error("a"); });
    const auto la = a.listen(trace.adds("La"));
    const auto lb = b.listen(trace.adds("Lb"));
    QCOMPARE(thrownBy([&] {
                 batch([&] {
                     a.set(1);
                     b.set(1);
                 });
             }),
             QStringLiteral("a"));
    QCOMPARE(trace.take(), "La Lb");
}

void tst_Batch::batch_objectEndsWithItsScope()
{
    const auto count = atom(0);
    StoreSpy calls(count);
    {
        const Batch outer;
        count.set(1);
        {
            const Batch inner;
            count.set(2);
        }
        QCOMPARE(calls.count(), 0);
    }
    QCOMPARE(calls.values(), QList<int>({2}));
}

void tst_Batch::batch_objectEndsOnce()
{
    const auto count = atom(0);
    StoreSpy calls(count);
    {
        Batch scope;
        count.set(1);
        scope.end();
        QCOMPARE(calls.take(), QList<int>({1}));
        count.set(2);
        count.set(3);
        QCOMPARE(calls.take(), QList<int>({2, 3}));
        scope.end();
    }
    QCOMPARE(calls.count(), 0);
}

void tst_Batch::batch_objectReportsWhatItCannotThrow()
{
    ErrorLog errors;
    const auto count = atom(0);
    const auto throws = count.listen([] { throw std::runtime_error("late"); });
    {
        const Batch scope;
        count.set(1);
    }
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("late")}));
    {
        Batch scope;
        count.set(2);
        QCOMPARE(thrownBy([&] { scope.end(); }), QStringLiteral("late"));
    }
    QCOMPARE(errors.take(), QList<QString>());
}

void tst_Batch::untracked_readsTieNothing()
{
    const auto a = atom(1);
    const auto b = atom(10);
    const CallRecorder<int> calls;
    const auto sum = computed([&] { return a() + untracked([&] { return b(); }); });
    const auto subscription = sum.subscribe(calls);
    b.set(20);
    QCOMPARE(calls.take(), QList<int>({11}));
    a.set(2);
    QCOMPARE(calls.take(), QList<int>({22}));
    const auto e = effect([&] {
        untracked([&] { a(); });
        calls(-1);
    });
    a.set(3);
    QCOMPARE(calls.take(), QList<int>({-1, 23}));
}

QTEST_APPLESS_MAIN(tst_Batch)
#include "tst_batch.moc"
