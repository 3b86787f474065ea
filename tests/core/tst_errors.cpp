// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace nanostores;
using support::Counted;
using support::ErrorLog;
using support::fail;
using support::thrownBy;
using support::Trace;

/// Errors of listeners, hooks and comparisons.
class tst_Errors : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void listener_errorLeavesSetAfterTheRestHasRun();
    void listener_errorLeavesTheOutermostBatch();
    void listener_firstErrorIsThrownAndTheOthersReported();
    void listener_errorDoesNotBreakLaterSets();
    void listener_errorInANestedSetLeavesTheOuterOne();
    void listener_errorKeepsComputedStoresTold();
    void listener_errorInANestedBatchLeavesThatBatch();
    void listener_errorOfNotify();
    void listener_errorOfSubscribeLeavesNothing();
    void listener_unknownErrorIsHandedOn();

    void hook_mountThatThrowsLeavesListen();
    void hook_mountThatThrowsRunsTheCleanupsSoFar();
    void hook_startThatThrowsLeavesListen();
    void hook_ofASourceThatThrowsLeavesListen();
    void hook_thatThrowsStopsOnce();
    void hook_thatThrowsAfterANestedListenerRunsForThatOne_data();
    void hook_thatThrowsAfterANestedListenerRunsForThatOne();
    void hook_thatAlwaysThrowsAfterANestedListenerEnds();
    void hook_mountThatThrowsLeavesGet();
    void hook_mountThatThrowsAtABoundary();
    void hook_stopThatThrowsIsReported();
    void hook_setThatThrowsLeavesTheValue();
    void hook_notifyThatThrows();
    void hook_cleanupThatThrowsIsReported();

    void equal_thatThrowsLeavesTheValue();
    void subscription_endedByAnErrorsUnwinding();
    void handler_isRestored();

    void error_inAComparisonLetsTheNextChangeThrough();
    void error_ofAHookLeavesTheWritesOfTheFunctionDrained();
};

// Rule 33.
void tst_Errors::listener_errorLeavesSetAfterTheRestHasRun()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    const auto l1 = a.listen([&] {
        b.set(1);
        fail("L1");
    });
    const auto l2 = a.listen(trace.adds("L2"));
    const auto lb = b.listen(trace.adds("Lb"));
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("L1"));
    QCOMPARE(trace.take(), "L2 Lb");
    QCOMPARE(a.get(), 1);
}

void tst_Errors::listener_errorLeavesTheOutermostBatch()
{
    Trace trace;
    const auto a = atom(0);
    const auto l1 = a.listen([] { fail("L1"); });
    const auto l2 = a.listen(trace.adds("L2"));
    bool inside = false;
    const QString message = thrownBy([&] {
        batch([&] {
            batch([&] { a.set(1); });
            inside = true;
        });
    });
    QVERIFY(inside);
    QCOMPARE(message, QStringLiteral("L1"));
    QCOMPARE(trace.take(), "L2");
}

void tst_Errors::listener_firstErrorIsThrownAndTheOthersReported()
{
    ErrorLog errors;
    const auto a = atom(0);
    const auto l1 = a.listen([] { fail("one"); });
    const auto l2 = a.listen([] { fail("two"); });
    const auto l3 = a.listen([] { fail("three"); });
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("one"));
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("two"), QStringLiteral("three")}));
}

void tst_Errors::listener_errorDoesNotBreakLaterSets()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    const auto l1 = a.listen([](int value) {
        if (value == 1) {
            fail("one");
        }
    });
    const auto l2 = a.listen([&](int value) { trace.add("a", value); });
    const auto lb = b.listen([&](int value) { trace.add("b", value); });
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("one"));
    b.set(1);
    QCOMPARE(thrownBy([&] { a.set(2); }), QString());
    QCOMPARE(trace.take(), "a1 b1 a2");
}

void tst_Errors::listener_errorInANestedSetLeavesTheOuterOne()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    const auto la = a.listen([&] {
        b.set(1); // joins the queue
        trace.add("after");
    });
    const auto lb = b.listen([] { fail("b"); });
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("b"));
    QCOMPARE(trace.take(), "after");
}

void tst_Errors::listener_errorKeepsComputedStoresTold()
{
    Trace trace;
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    const auto thrice = computed([&] { return a() * 3; });
    const auto la = a.listen([] { fail("a"); });
    const auto l2 = twice.listen([&](int value) { trace.add("", value); });
    const auto l3 = thrice.listen([&](int value) { trace.add("", value); });
    QCOMPARE(thrownBy([&] { a.set(2); }), QStringLiteral("a"));
    QCOMPARE(trace.take(), "4 6");
}

void tst_Errors::listener_errorInANestedBatchLeavesThatBatch()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    const auto la = a.listen([&] {
        const QString caught = thrownBy([&] { batch([&] { b.set(1); }); });
        trace.add(caught.toUtf8());
    });
    const auto lb = b.listen([] { fail("b"); });
    a.set(1);
    QCOMPARE(trace.take(), "b");
}

void tst_Errors::listener_errorOfNotify()
{
    Trace trace;
    const auto a = atom(0);
    const auto l1 = a.listen([] { fail("L1"); });
    const auto l2 = a.listen(trace.adds("L2"));
    QCOMPARE(thrownBy([&] { a.notify(); }), QStringLiteral("L1"));
    QCOMPARE(trace.take(), "L2");
}

void tst_Errors::listener_errorOfSubscribeLeavesNothing()
{
    const auto a = atom(0);
    int calls = 0;
    const QString message = thrownBy([&] {
        const auto subscription = a.subscribe([&, counted = Counted(1)] {
            ++calls;
            fail("first call");
        });
    });
    QCOMPARE(message, QStringLiteral("first call"));
    QCOMPARE(Counted::alive(), 0);
    a.set(1);
    QCOMPARE(calls, 1);
    QVERIFY(!isMounted(a));
}

void tst_Errors::listener_unknownErrorIsHandedOn()
{
    const auto a = atom(0);
    const auto l = a.listen([] { throw 42; }); // NOLINT: anything may be thrown
    int caught = 0;
    try {
        a.set(1);
    } catch (int number) {
        caught = number;
    }
    QCOMPARE(caught, 42);
}

// Rule 36.
void tst_Errors::hook_mountThatThrowsLeavesListen()
{
    Trace trace;
    const auto a = atom(0);
    bool broken = true;
    onMount(a, [&] {
        if (broken) {
            fail("mount");
        }
        trace.add("mount");
    });
    QCOMPARE(thrownBy([&] { const auto s = a.listen([&, c = Counted()] { trace.add("L"); }); }),
             QStringLiteral("mount"));
    QCOMPARE(Counted::alive(), 0);
    QVERIFY(!isMounted(a));
    a.set(1);
    QCOMPARE(trace.take(), "");
    broken = false;
    const auto s = a.listen(trace.adds("L"));
    a.set(2);
    QCOMPARE(trace.take(), "mount L");
}

void tst_Errors::hook_mountThatThrowsRunsTheCleanupsSoFar()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("never"); });
    onMount(a, [] { fail("mount"); });
    onMount(a, [&] {
        trace.add("newest");
        return trace.adds("undone");
    });
    QCOMPARE(thrownBy([&] { const auto s = a.listen([] {}); }), QStringLiteral("mount"));
    QCOMPARE(trace.take(), "newest undone");
    m_time->advance(5000);
    QCOMPARE(trace.take(), "");
}

void tst_Errors::hook_startThatThrowsLeavesListen()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, trace.adds("mount"));
    const auto unbind = onStart(a, [] { fail("start"); });
    QCOMPARE(thrownBy([&] { const auto s = a.listen([] {}); }), QStringLiteral("start"));
    QCOMPARE(trace.take(), "");
    unbind();
    const auto s = a.listen([] {});
    QCOMPARE(trace.take(), "mount");
}

void tst_Errors::hook_ofASourceThatThrowsLeavesListen()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = computed(a, [](int value) { return value; });
    bool broken = true;
    onMount(b, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    onMount(a, [&] {
        if (broken) {
            fail("source");
        }
    });
    QCOMPARE(thrownBy([&] { const auto s = b.listen(trace.adds("L")); }), QStringLiteral("source"));
    QVERIFY(!isMounted(a));
    QCOMPARE(trace.take(), "mount unmount");
    a.set(1);
    QCOMPARE(trace.take(), "");
    broken = false;
    const auto s = b.listen(trace.adds("L"));
    a.set(2);
    QCOMPARE(trace.take(), "mount L");
}

void tst_Errors::hook_thatThrowsStopsOnce()
{
    for (const bool inStart : {true, false}) {
        Trace trace;
        const auto a = atom(0);
        onStart(a, [&] {
            trace.add("start");
            if (inStart) {
                fail("hook");
            }
        });
        onStop(a, trace.adds("stop"));
        onMount(a, [] { fail("hook"); });
        QCOMPARE(thrownBy([&] { const auto s = a.listen([] {}); }), QStringLiteral("hook"));
        QCOMPARE(trace.take(), "start stop");
    }
}

void tst_Errors::hook_thatThrowsAfterANestedListenerRunsForThatOne_data()
{
    QTest::addColumn<bool>("inStart");
    QTest::addColumn<bool>("ofASource");
    for (const bool inStart : {true, false}) {
        for (const bool ofASource : {true, false}) {
            QTest::addRow("%s%s", inStart ? "start" : "mount", ofASource ? ", of a source" : "")
                << inStart << ofASource;
        }
    }
}

// Rule 36: the listener whose listen() has returned stays, and so the store is started and mounted.
void tst_Errors::hook_thatThrowsAfterANestedListenerRunsForThatOne()
{
    QFETCH(bool, inStart);
    QFETCH(bool, ofASource);
    Trace trace;
    const auto a = atom(0);
    const auto twice = computed(a, [](int value) { return value * 2; });
    std::optional<Subscription> nested;
    bool broken = true;
    const auto observeAndThrow = [&] {
        if (std::exchange(broken, false)) {
            nested = a.listen(trace.adds("nested"));
            fail("hook");
        }
    };
    onStart(a, [&] {
        trace.add("start");
        if (inStart) {
            observeAndThrow();
        }
    });
    onStop(a, trace.adds("stop"));
    onMount(a, [&] {
        trace.add("mount");
        if (!inStart) {
            observeAndThrow();
        }
        return trace.adds("unmount");
    });
    QCOMPARE(thrownBy([&] { Subscription s = ofASource ? twice.listen(trace.adds("L")) : a.listen(trace.adds("L")); }),
             QStringLiteral("hook"));
    QCOMPARE(trace.take(), QByteArray(inStart ? "start stop start mount" : "start mount stop start mount"));
    QVERIFY(isMounted(a));
    a.set(1);
    QCOMPARE(trace.take(), "nested");
    nested.reset();
    m_time->advance(5000);
    QCOMPARE(trace.take(), "stop unmount");
    QVERIFY(!isMounted(a));
}

void tst_Errors::hook_thatAlwaysThrowsAfterANestedListenerEnds()
{
    ErrorLog log;
    const auto a = atom(0);
    std::optional<Subscription> nested;
    onMount(a, [&] {
        if (!nested) {
            nested = a.listen([] {});
        }
        fail("mount");
    });
    QCOMPARE(thrownBy([&] { const auto s = a.listen([] {}); }), QStringLiteral("mount"));
    QCOMPARE(log.take(), QStringList{QStringLiteral("mount")});
    nested.reset();
    m_time->advance(5000);
    QVERIFY(!isMounted(a));
}

void tst_Errors::hook_mountThatThrowsLeavesGet()
{
    const auto a = atom(1);
    bool broken = true;
    onMount(a, [&] {
        if (broken) {
            fail("mount");
        }
    });
    const auto twice = computed(a, [](int value) { return value * 2; });
    QCOMPARE(thrownBy([&] { a.get(); }), QStringLiteral("mount"));
    QCOMPARE(thrownBy([&] { twice.get(); }), QStringLiteral("mount"));
    QCOMPARE(twice.peek(), 2);
    broken = false;
    QCOMPARE(a.get(), 1);
    QCOMPARE(twice.get(), 2);
}

void tst_Errors::hook_mountThatThrowsAtABoundary()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    onMount(a, [] { fail("mount"); });
    onMount(b, trace.adds("mountb"));
    Subscription e;
    QString message = thrownBy([&] {
        e = effect([&] {
            trace.add("run", a());
            b();
        });
    });
    QCOMPARE(message, QStringLiteral("mount"));
    QCOMPARE(trace.take(), "run0 mountb");
}

void tst_Errors::hook_stopThatThrowsIsReported()
{
    ErrorLog errors;
    const auto a = atom(0);
    onStop(a, [] { fail("stop"); });
    {
        const auto s = a.listen([] {});
    }
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("stop")}));
}

void tst_Errors::hook_setThatThrowsLeavesTheValue()
{
    Trace trace;
    const auto a = atom(1);
    onSet(a, [] { fail("set"); });
    const auto s = a.listen(trace.adds("L"));
    QCOMPARE(thrownBy([&] { a.set(2); }), QStringLiteral("set"));
    QCOMPARE(a.get(), 1);
    QCOMPARE(trace.take(), "");
}

void tst_Errors::hook_notifyThatThrows()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    const auto unbind = onNotify(a, [] { fail("notify"); });
    const auto s = twice.listen([] {});
    QCOMPARE(thrownBy([&] { a.set(2); }), QStringLiteral("notify"));
    QCOMPARE(a.get(), 2);
    QCOMPARE(twice.peek(), 4);
    unbind();
    a.set(3);
    QCOMPARE(twice.get(), 6);
}

void tst_Errors::hook_cleanupThatThrowsIsReported()
{
    ErrorLog errors;
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("other"); });
    onMount(a, [] { return [] { fail("cleanup"); }; });
    a.get();
    m_time->advance(1000);
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("cleanup")}));
    QCOMPARE(trace.take(), "other");
}

void tst_Errors::equal_thatThrowsLeavesTheValue()
{
    Trace trace;
    const auto a = atom(1);
    a.setEqual([](int, int) -> bool { fail("equal"); });
    const auto s = a.listen(trace.adds("L"));
    QCOMPARE(thrownBy([&] { a.set(2); }), QStringLiteral("equal"));
    QCOMPARE(a.get(), 1);
    a.setEqual({});
    a.set(2);
    QCOMPARE(trace.take(), "L");
}

void tst_Errors::subscription_endedByAnErrorsUnwinding()
{
    Trace trace;
    const auto a = atom(0);
    const auto l1 = a.listen([&] {
        const auto inner = a.listen(trace.adds("inner"));
        fail("L1");
    });
    const auto l2 = a.listen(trace.adds("L2"));
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("L1"));
    QCOMPARE(thrownBy([&] { a.set(2); }), QStringLiteral("L1"));
    QCOMPARE(trace.take(), "L2 L2");
}

void tst_Errors::handler_isRestored()
{
    ErrorLog outer;
    const auto a = atom(0);
    const auto l = a.listen([] { fail("late"); });
    {
        const Batch scope;
        a.set(1);
    }
    QCOMPARE(outer.take().size(), 1);
    QList<int> codes;
    setErrorHandler([&](std::exception_ptr) { codes.append(1); });
    {
        const Batch scope;
        a.set(2);
    }
    QCOMPARE(codes, QList<int>({1}));
    QCOMPARE(outer.take().size(), 0);
}

void tst_Errors::error_inAComparisonLetsTheNextChangeThrough()
{
    bool throws = false;
    const auto a = atom(0);
    a.setEqual([&](int x, int y) {
        if (throws) {
            fail("comparison");
        }
        return x == y;
    });
    const auto c = computed([=] { return a() + 1; });
    int seen = -1;
    const auto e = effect([&] { seen = c(); });
    {
        Batch b;
        a.set(5);
        throws = true;
        QCOMPARE(thrownBy([&] { b.end(); }), QStringLiteral("comparison"));
    }
    throws = false;
    QCOMPARE(c.peek(), 6);
    a.set(6);
    a.set(7);
    QCOMPARE(seen, 8);
}

void tst_Errors::error_ofAHookLeavesTheWritesOfTheFunctionDrained()
{
    const auto log = atom(0);
    const auto a = atom(0);
    int seen = 0;
    const auto l = log.listen([&](int value) { seen = value; });
    onStart(a, [] { fail("start"); });
    const auto c = computed([=] {
        log.set(5);
        return a();
    });
    QCOMPARE(thrownBy([&] { const auto s = c.listen([] {}); }), QStringLiteral("start")); // at the boundary
    QCOMPARE(seen, 5);
}

QTEST_APPLESS_MAIN(tst_Errors)
#include "tst_errors.moc"
