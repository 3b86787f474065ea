// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <vector>

using namespace nanostores;
using support::Trace;

/// In which order listeners and effects run. In the comments: a, b atoms; lists in order of subscription.
class tst_GraphOrder : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void listeners_runInOrderOfSubscription();
    void listeners_ofAComputedStoreComeAfterThoseOfItsSource();
    void listeners_runLevelByLevel();
    void listeners_ofTrackedComputedStoresRunLevelByLevel();
    void listeners_ofAListedStoreOverATrackedOne();
    void listeners_ofSeveralSourcesOfOneStore();
    void listener_settingAnotherStoreJoinsTheEnd();
    void listener_settingItsOwnStoreRepeatsWithTheLatestValue();
    void listener_settingTheSourceOfItsComputedStore();
    void effects_takeTheirPlaceWhenMarked();
    void effects_standBetweenListeners();
    void effects_ofAListedStoreComeBeforeItsListeners();
    void effects_ofTheSameStoreRunInOrder();
    void effects_readInAnotherOrderKeepTheirPlace();
    void effects_outerRunsBeforeInner();
    void effects_innerIsRemovedUnrunByTheOuter();
    void write_seenByAllComputedStoresBeforeAnyListener();
};

// Rule 12.
void tst_GraphOrder::listeners_runInOrderOfSubscription()
{
    const auto a = atom(0);
    Trace trace;
    std::vector<Subscription> all;
    for (int i = 0; i < 5; ++i) {
        all.push_back(a.listen([&trace, i] { trace.add("L", i); }));
    }
    all.erase(all.begin() + 1);
    a.set(1);
    QCOMPARE(trace.take(), "L0 L2 L3 L4");
    all.push_back(a.listen(trace.adds("last")));
    a.set(2);
    QCOMPARE(trace.take(), "L0 L2 L3 L4 last");
}

// Rule 12: a:[L1, c:[Lc], L2].
void tst_GraphOrder::listeners_ofAComputedStoreComeAfterThoseOfItsSource()
{
    const auto a = atom(0);
    const auto c = computed(a, [](int value) { return value * 2; });
    Trace trace;
    const auto l1 = a.listen(trace.adds("L1"));
    const auto lc = c.listen(trace.adds("Lc"));
    const auto l2 = a.listen(trace.adds("L2"));
    a.set(1);
    QCOMPARE(trace.take(), "L1 L2 Lc");
}

// Rule 12: a:[b:[c:[Lc], Lb], La, x:[Lx]].
void tst_GraphOrder::listeners_runLevelByLevel()
{
    const auto a = atom(0);
    const auto b = computed(a, [](int value) { return value + 1; });
    const auto c = computed(b, [](int value) { return value + 1; });
    const auto x = computed(a, [](int value) { return value + 10; });
    Trace trace;
    const auto lc = c.listen(trace.adds("Lc"));
    const auto lb = b.listen(trace.adds("Lb"));
    const auto la = a.listen(trace.adds("La"));
    const auto lx = x.listen(trace.adds("Lx"));
    a.set(1);
    QCOMPARE(trace.take(), "La Lb Lx Lc");
    batch([&] { a.set(2); });
    QCOMPARE(trace.take(), "La Lb Lx Lc");
}

void tst_GraphOrder::listeners_ofTrackedComputedStoresRunLevelByLevel()
{
    const auto a = atom(0);
    const auto b = computed([&] { return a() + 1; });
    const auto c = computed([&] { return b() + 1; });
    const auto x = computed([&] { return a() + 10; });
    Trace trace;
    const auto lb = b.listen(trace.adds("Lb"));
    const auto la = a.listen(trace.adds("La"));
    const auto lx = x.listen(trace.adds("Lx"));
    const auto lc = c.listen(trace.adds("Lc"));
    a.set(1);
    // Whichever way they are pulled, a's own listener is first, and each runs once, after its value has settled.
    const QByteArray order = trace.take();
    QVERIFY(order.startsWith("La "));
    QCOMPARE(order.split(' ').size(), 4);
    QVERIFY(order.indexOf("Lb") < order.indexOf("Lc"));
}

// Rule 5: a listed store below a tracked one is queued by the write.
void tst_GraphOrder::listeners_ofAListedStoreOverATrackedOne()
{
    const auto a = atom(0);
    const auto d = computed([&] { return a() + 1; });
    const auto c = computed(d, [](int value) { return value + 1; });
    Trace trace;
    const auto lc = c.listen([&](int value) { trace.add("Lc", value); });
    const auto la = a.listen([&](int value) { trace.add("La", value); });
    a.set(1);
    QCOMPARE(trace.take(), "La1 Lc3");
}

void tst_GraphOrder::listeners_ofSeveralSourcesOfOneStore()
{
    const auto a = atom(1);
    const auto b = atom(10);
    const auto sum = computed(a, b, [](int x, int y) { return x + y; });
    Trace trace;
    const auto la = a.listen([&](int value) { trace.add("a", value); });
    const auto lsum = sum.listen([&](int value) { trace.add("sum", value); });
    const auto lb = b.listen([&](int value) { trace.add("b", value); });
    a.set(2);
    b.set(20);
    QCOMPARE(trace.take(), "a2 sum12 b20 sum22");
    batch([&] {
        b.set(30);
        a.set(3);
    });
    QCOMPARE(trace.take(), "b30 a3 sum33");
}

// Rule 14.
void tst_GraphOrder::listener_settingAnotherStoreJoinsTheEnd()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto la = a.listen([&](int value) {
        trace.add("La");
        b.set(value);
        trace.add("set");
    });
    const auto la2 = a.listen(trace.adds("La2"));
    const auto lb = b.listen(trace.adds("Lb"));
    a.set(1);
    QCOMPARE(trace.take(), "La set La2 Lb");
}

// Rule 14.
void tst_GraphOrder::listener_settingItsOwnStoreRepeatsWithTheLatestValue()
{
    const auto a = atom(0);
    Trace trace;
    const auto l1 = a.listen([&](int value, const int &old) {
        trace.add("L1");
        trace.add("v", value);
        trace.add("o", old);
        if (value == 1) {
            a.set(2);
        }
    });
    const auto l2 = a.listen([&](int value, const int &old) {
        trace.add("L2");
        trace.add("v", value);
        trace.add("o", old);
    });
    a.set(1);
    QCOMPARE(trace.take(), "L1 v1 o0 L2 v2 o0 L1 v2 o1 L2 v2 o1");
}

void tst_GraphOrder::listener_settingTheSourceOfItsComputedStore()
{
    const auto a = atom(0);
    const auto twice = computed(a, [](int value) { return value * 2; });
    Trace trace;
    const auto first = twice.listen([&](int value, const int &old) {
        trace.add("x", old);
        trace.add("x", value);
        if (value < 6) {
            a.set(a.get() + 1);
        }
    });
    const auto second = twice.listen([&](int value) { trace.add("y", value); });
    a.set(1);
    // A listener hears the value that was settled last when its turn comes.
    QCOMPARE(trace.take(), "x0 x2 y2 x2 x4 y4 x4 x6 y6");
    QCOMPARE(twice.get(), 6);
}

// Rule 13: a:[d:[E1], E2].
void tst_GraphOrder::effects_takeTheirPlaceWhenMarked()
{
    const auto a = atom(0);
    const auto d = computed([&] { return a() + 1; });
    Trace trace;
    const auto e1 = effect([&] {
        d();
        trace.add("E1");
    });
    const auto e2 = effect([&] {
        a();
        trace.add("E2");
    });
    trace.take();
    a.set(1);
    QCOMPARE(trace.take(), "E1 E2");
}

// Rule 13: a:[L1, E, L2, d:[D]].
void tst_GraphOrder::effects_standBetweenListeners()
{
    const auto a = atom(0);
    const auto d = computed([&] { return a() + 1; });
    Trace trace;
    const auto l1 = a.listen(trace.adds("L1"));
    const auto e = effect([&] {
        a();
        trace.add("E");
    });
    const auto l2 = a.listen(trace.adds("L2"));
    const auto ofD = effect([&] {
        d();
        trace.add("D");
    });
    trace.take();
    a.set(1);
    QCOMPARE(trace.take(), "L1 E L2 D");
}

// Rule 13: a:[c:[L, E], La].
void tst_GraphOrder::effects_ofAListedStoreComeBeforeItsListeners()
{
    const auto a = atom(0);
    const auto c = computed(a, [](int value) { return value + 1; });
    Trace trace;
    const auto l = c.listen(trace.adds("L"));
    const auto e = effect([&] {
        c();
        trace.add("E");
    });
    const auto la = a.listen(trace.adds("La"));
    trace.take();
    a.set(1);
    QCOMPARE(trace.take(), "E La L");
}

void tst_GraphOrder::effects_ofTheSameStoreRunInOrder()
{
    const auto a = atom(0);
    Trace trace;
    const auto listed = effect(a, [&](int) { trace.add("listed"); });
    const auto tracked = effect([&] {
        a();
        trace.add("tracked");
    });
    const auto l = a.listen(trace.adds("L"));
    QCOMPARE(trace.take(), "listed tracked");
    a.set(1);
    QCOMPARE(trace.take(), "listed tracked L");
}

void tst_GraphOrder::effects_readInAnotherOrderKeepTheirPlace()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto e1 = effect([&] {
        trace.add("E1");
        if (a() % 2 == 0) {
            b();
            a();
        } else {
            a();
            b();
        }
    });
    const auto e2 = effect([&] {
        trace.add("E2");
        b();
        a();
    });
    trace.take();
    for (int i = 1; i < 4; ++i) {
        a.set(i);
        QCOMPARE(trace.take(), "E1 E2");
        b.set(i);
        QCOMPARE(trace.take(), "E1 E2");
    }
}

// Rule 15.
void tst_GraphOrder::effects_outerRunsBeforeInner()
{
    const auto a = atom(1);
    Trace trace;
    Subscription inner;
    const auto outer = effect([&] {
        if (a() > 0) {
            inner = effect([&] {
                trace.add("inner");
                if (a() == 0) {
                    trace.add("wrong");
                }
            });
        }
        trace.add("outer");
    });
    QCOMPARE(trace.take(), "inner outer");
    a.set(0);
    QCOMPARE(trace.take(), "outer");
}

// Rule 15: the inner effect is met first, and its owner queued before it.
void tst_GraphOrder::effects_innerIsRemovedUnrunByTheOuter()
{
    const auto a = atom(1);
    const auto positive = computed([&] { return a() > 0; });
    Trace trace;
    const auto outer = effect([&] {
        trace.add("outer");
        if (positive()) {
            auto inner = effect([&] {
                trace.add("inner", a());
                return trace.adds("end");
            });
            inner.detach();
        }
    });
    QCOMPARE(trace.take(), "outer inner1");
    a.set(2);
    QCOMPARE(trace.take(), "end inner2");
    a.set(0);
    QCOMPARE(trace.take(), "outer end");
}

void tst_GraphOrder::write_seenByAllComputedStoresBeforeAnyListener()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    const auto tracked = computed([&] { return a() * 3; });
    Trace trace;
    const auto la = a.listen([&] {
        trace.add("", twice.get());
        trace.add("", tracked.get());
        trace.add("", tracked.peek());
    });
    const auto lt = twice.listen([&](int value) { trace.add("t", value); });
    a.set(2);
    QCOMPARE(trace.take(), "4 6 6 t4");
}

QTEST_APPLESS_MAIN(tst_GraphOrder)
#include "tst_graphorder.moc"
