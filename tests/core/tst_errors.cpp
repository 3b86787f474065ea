// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

using namespace nanostores;
using support::Counted;
using support::ErrorLog;
using support::ManualTime;
using support::thrownBy;
using support::Trace;

namespace {

[[noreturn]] void fail(const char *message)
{
    throw std::runtime_error(message);
}

} // namespace

class tst_Errors : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time.emplace(); }
    void cleanup() { m_time.reset(); }

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

    void computed_keepsItsLastGoodValue_data();
    void computed_keepsItsLastGoodValue();
    void computed_withoutAValueThrowsAtEachRead_data();
    void computed_withoutAValueThrowsAtEachRead();
    void computed_recoversWhenASourceChanges_data();
    void computed_recoversWhenASourceChanges();
    void computed_throwingBelowAnother();
    void computed_throwingInAListenersRead();
    void computed_listenThrowsAndLeavesNothing();
    void computed_conditionalThrowIsAvoided();
    void computed_throwingInABatch();
    void computed_tiesWhatThrewWhenItWasRead();
    void effect_tiesWhatThrewWhenItWasRead();

    void untrackedRead_ofAComputedStoreIsNamed();
    void untrackedRead_ofAnEffectIsNamed();
    void untrackedRead_thatIsMeantIsNotNamed();

    void effect_firstRunThatThrowsLeavesNothing_data();
    void effect_firstRunThatThrowsLeavesNothing();
    void effect_firstRunThatThrowsEndsItsInnerEffects();
    void effect_throwingStaysSubscribed();
    void effect_throwingSkipsTheEffectsBehindIt();
    void effect_throwingLetsListenersRun();
    void effect_throwingCheckKeepsItSubscribed();
    void effect_skippedOnesWakeAtTheNextChange();
    void effect_cleanupThatThrows();
    void effect_innerOneThatThrowsInItsFirstRun();

    void hook_mountThatThrowsLeavesListen();
    void hook_mountThatThrowsRunsTheCleanupsSoFar();
    void hook_startThatThrowsLeavesListen();
    void hook_ofASourceThatThrowsLeavesListen();
    void hook_mountThatThrowsLeavesGet();
    void hook_mountThatThrowsAtABoundary();
    void hook_stopThatThrowsIsReported();
    void hook_setThatThrowsLeavesTheValue();
    void hook_notifyThatThrows();
    void hook_cleanupThatThrowsIsReported();

    void equal_thatThrowsLeavesTheValue();
    void subscription_endedByAnErrorsUnwinding();
    void handler_isRestored();

    void cycle_ofOneNamesIt();
    void cycle_ofTwoNamesBoth_data();
    void cycle_ofTwoNamesBoth();
    void cycle_ofThreeNamesAllInOrder();
    void cycle_throughAListedStore();
    void cycle_isFoundWhileObserved();
    void cycle_canBeLeft();
    void cycle_unnamedStores();
    void cycle_untrackedReadIsOneToo();
    void cycle_subscriptionIsOneToo_data();
    void cycle_subscriptionIsOneToo();

private:
    std::optional<ManualTime> m_time;
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

// Rule 34.
void tst_Errors::computed_keepsItsLastGoodValue_data()
{
    QTest::addColumn<bool>("listed");
    QTest::newRow("listed") << true;
    QTest::newRow("tracked") << false;
}

void tst_Errors::computed_keepsItsLastGoodValue()
{
    QFETCH(bool, listed);
    const auto a = atom(1);
    int runs = 0;
    const auto run = [&](int value) {
        ++runs;
        if (value < 0) {
            fail("negative");
        }
        return value * 2;
    };
    const auto twice = listed ? computed(a, run) : computed([&] { return run(a()); });
    int calls = 0;
    const auto subscription = twice.listen([&] { ++calls; });
    runs = 0;
    QCOMPARE(thrownBy([&] { a.set(-1); }), QStringLiteral("negative"));
    QCOMPARE(runs, 1);
    QCOMPARE(twice.get(), 2);
    QCOMPARE(twice(), 2);
    QCOMPARE(twice.peek(), 2);
    QCOMPARE(runs, 1); // clean until a source changes
    QCOMPARE(calls, 0);
    QCOMPARE(thrownBy([&] { a.set(-2); }), QStringLiteral("negative"));
    QCOMPARE(runs, 2);
    a.set(3);
    QCOMPARE(runs, 3);
    QCOMPARE(calls, 1);
    QCOMPARE(twice.get(), 6);
}

void tst_Errors::computed_withoutAValueThrowsAtEachRead_data()
{
    computed_keepsItsLastGoodValue_data();
}

void tst_Errors::computed_withoutAValueThrowsAtEachRead()
{
    QFETCH(bool, listed);
    const auto a = atom(-1);
    int runs = 0;
    const auto run = [&](int value) {
        ++runs;
        if (value < 0) {
            fail("negative");
        }
        return value * 2;
    };
    const auto twice = listed ? computed(a, run) : computed([&] { return run(a()); });
    QCOMPARE(thrownBy([&] { twice.get(); }), QStringLiteral("negative"));
    QCOMPARE(thrownBy([&] { twice(); }), QStringLiteral("negative"));
    QCOMPARE(thrownBy([&] { twice.peek(); }), QStringLiteral("negative"));
    QCOMPARE(runs, 3);
    a.set(1);
    QCOMPARE(twice.get(), 2);
    QCOMPARE(twice(), 2);
    QCOMPARE(runs, 4);
}

void tst_Errors::computed_recoversWhenASourceChanges_data()
{
    computed_keepsItsLastGoodValue_data();
}

void tst_Errors::computed_recoversWhenASourceChanges()
{
    QFETCH(bool, listed);
    const auto a = atom(1);
    const auto run = [](int value) {
        if (value % 2 == 0) {
            fail("even");
        }
        return value;
    };
    const auto odd = listed ? computed(a, run) : computed([&] { return run(a()); });
    QCOMPARE(odd.peek(), 1);
    a.set(2);
    QCOMPARE(thrownBy([&] { odd.peek(); }), QStringLiteral("even"));
    QCOMPARE(odd.peek(), 1);
    a.set(3);
    QCOMPARE(odd.peek(), 3);
    a.set(4);
    QCOMPARE(thrownBy([&] { odd.get(); }), QStringLiteral("even"));
    QCOMPARE(odd.get(), 3);
    m_time->advance(5000);
    a.set(5);
    QCOMPARE(odd.get(), 5);
}

void tst_Errors::computed_throwingBelowAnother()
{
    Trace trace;
    const auto a = atom(1);
    const auto inner = computed(a, [](int value) {
        if (value < 0) {
            fail("inner");
        }
        return value;
    });
    const auto listed = computed(inner, [&](int value) {
        trace.add("listed", value);
        return value;
    });
    const auto tracked = computed([&] {
        trace.add("tracked", inner());
        return inner();
    });
    QCOMPARE(listed.peek(), 1);
    QCOMPARE(tracked.peek(), 1);
    trace.take();
    a.set(-1);
    QCOMPARE(thrownBy([&] { tracked.peek(); }), QStringLiteral("inner"));
    QCOMPARE(tracked.peek(), 1);
    QCOMPARE(listed.peek(), 1);
    a.set(2);
    QCOMPARE(tracked.peek(), 2);
    QCOMPARE(listed.peek(), 2);
}

void tst_Errors::computed_throwingInAListenersRead()
{
    Trace trace;
    const auto a = atom(1);
    const auto risky = computed(a, [](int value) {
        if (value == 2) {
            fail("risky");
        }
        return value;
    });
    risky.peek();
    const auto l1 = a.listen([&] { trace.add("", risky.get()); });
    const auto l2 = a.listen(trace.adds("L2"));
    QCOMPARE(thrownBy([&] { a.set(2); }), QStringLiteral("risky"));
    QCOMPARE(trace.take(), "L2");
    a.set(3);
    QCOMPARE(trace.take(), "3 L2");
}

void tst_Errors::computed_listenThrowsAndLeavesNothing()
{
    const auto a = atom(-1);
    const auto listed = computed(a, [](int value) {
        if (value < 0) {
            fail("listed");
        }
        return value;
    });
    const auto tracked = computed([&] {
        if (a() < 0) {
            fail("tracked");
        }
        return a();
    });
    int calls = 0;
    QCOMPARE(thrownBy([&] { const auto s = listed.listen([&, c = Counted()] { ++calls; }); }),
             QStringLiteral("listed"));
    QCOMPARE(thrownBy([&] { const auto s = tracked.listen([&, c = Counted()] { ++calls; }); }),
             QStringLiteral("tracked"));
    QCOMPARE(Counted::alive(), 0);
    QVERIFY(!isMounted(a));
    a.set(1);
    QCOMPARE(calls, 0);
    const auto s = listed.listen([&] { ++calls; });
    const auto t = tracked.listen([&] { ++calls; });
    a.set(2);
    QCOMPARE(calls, 2);
}

void tst_Errors::computed_conditionalThrowIsAvoided()
{
    const auto divisor = atom(1);
    const auto zero = computed([&] { return divisor() == 0; });
    const auto quotient = computed([&] {
        if (divisor() == 0) {
            fail("division by zero");
        }
        return 10 / divisor();
    });
    const auto safe = computed([&] { return zero() ? 0 : quotient(); });
    Trace trace;
    const auto subscription = safe.listen([&](int value) { trace.add("", value); });
    divisor.set(0);
    divisor.set(5);
    QCOMPARE(trace.take(), "0 2");
}

void tst_Errors::computed_throwingInABatch()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = atom(1);
    const auto risky = computed(a, [](int value) {
        if (value < 0) {
            fail("risky");
        }
        return value;
    });
    const auto lr = risky.listen([&](int value) { trace.add("r", value); });
    const auto lb = b.listen([&](int value) { trace.add("b", value); });
    QCOMPARE(thrownBy([&] {
                 batch([&] {
                     a.set(-1);
                     b.set(2);
                 });
             }),
             QStringLiteral("risky"));
    QCOMPARE(trace.take(), "b2");
    batch([&] { a.set(5); });
    QCOMPARE(trace.take(), "r5");
}

void tst_Errors::computed_tiesWhatThrewWhenItWasRead()
{
    Trace trace;
    const auto on = atom(false);
    const auto a = atom(-1);
    const auto risky = computed([&] {
        if (a() < 0) {
            fail("risky");
        }
        return a();
    });
    const auto shown = computed([&] { return on() ? risky() : 0; });
    const auto subscription = shown.listen([&](int value) { trace.add("", value); });
    QCOMPARE(thrownBy([&] { on.set(true); }), QStringLiteral("risky"));
    QCOMPARE(shown.get(), 0);
    a.set(5);
    QCOMPARE(trace.take(), "5");
    QCOMPARE(thrownBy([&] { a.set(-5); }), QStringLiteral("risky"));
    on.set(false);
    QCOMPARE(trace.take(), "0");
    a.set(6);
    QCOMPARE(trace.take(), "");
}

void tst_Errors::effect_tiesWhatThrewWhenItWasRead()
{
    Trace trace;
    const auto on = atom(false);
    const auto a = atom(-1);
    const auto risky = computed(a, [](int value) {
        if (value < 0) {
            fail("risky");
        }
        return value;
    });
    const auto e = effect([&] { trace.add("", on() ? risky() : 0); });
    QCOMPARE(thrownBy([&] { on.set(true); }), QStringLiteral("risky"));
    a.set(5);
    QCOMPARE(trace.take(), "0 5");
}

// Rule 35.
void tst_Errors::untrackedRead_ofAComputedStoreIsNamed()
{
    NEEDS_CHECKS();
    ErrorLog log;
    const auto count = atom(1);
    const auto twice = computed([&] { return count.get() * 2; }).named("twice");
    QCOMPARE(twice.get(), 2);
    const auto messages = log.take();
    QCOMPARE(messages.size(), 1);
    QVERIFY2(messages.first().contains(QLatin1String("computed store \"twice\" reads by get() alone")),
             qPrintable(messages.first()));
    QVERIFY(messages.first().contains(QLatin1String("untracked()")));
    count.set(2);
    QCOMPARE(twice.get(), 2); // once: it never runs again
    QVERIFY(log.take().isEmpty());
}

void tst_Errors::untrackedRead_ofAnEffectIsNamed()
{
    NEEDS_CHECKS();
    ErrorLog log;
    const auto count = atom(1);
    int seen = 0;
    const auto subscription = effect([&] { seen = count.get(); });
    const auto messages = log.take();
    QCOMPARE(messages.size(), 1);
    QVERIFY2(messages.first().contains(QLatin1String("effect(count, f)")), qPrintable(messages.first()));
    QCOMPARE(seen, 1);
}

void tst_Errors::untrackedRead_thatIsMeantIsNotNamed()
{
    NEEDS_CHECKS();
    ErrorLog log;
    const auto a = atom(1);
    const auto b = atom(2);
    const auto both = computed([&] { return a() + b.get(); });
    const auto listed = computed(a, [&](int value) { return value + b.get(); });
    const auto meant = computed([&] { return untracked([&] { return b.get(); }); });
    const auto constant = computed([] { return 1; });
    const auto above = computed([&] { return both() + listed() + meant() + constant(); });
    const auto ofAbove = effect([&] { above(); });
    const auto none = effect([] {});
    const auto ofA = effect(a, [&](int) { b.get(); });
    QCOMPARE(above.get(), 3 + 3 + 2 + 1);
    QVERIFY(log.take().isEmpty());
}

void tst_Errors::effect_firstRunThatThrowsLeavesNothing_data()
{
    computed_keepsItsLastGoodValue_data();
}

void tst_Errors::effect_firstRunThatThrowsLeavesNothing()
{
    QFETCH(bool, listed);
    const auto a = atom(0);
    int runs = 0;
    const auto run = [&, counted = Counted()](int) {
        ++runs;
        fail("first run");
    };
    QCOMPARE(thrownBy([&] { const auto e = listed ? effect(a, run) : effect([&, run] { run(a()); }); }),
             QStringLiteral("first run"));
    a.set(1);
    QCOMPARE(runs, 1);
    QVERIFY(!isMounted(a));
    QCOMPARE(Counted::alive(), 1);
}

void tst_Errors::effect_firstRunThatThrowsEndsItsInnerEffects()
{
    Trace trace;
    const auto a = atom(0);
    QCOMPARE(thrownBy([&] {
                 const auto e = effect([&] {
                     effect([&] {
                         trace.add("inner", a());
                         return trace.adds("end");
                     }).detach();
                     fail("outer");
                 });
             }),
             QStringLiteral("outer"));
    QCOMPARE(trace.take(), "inner0 end");
    a.set(1);
    QCOMPARE(trace.take(), "");
}

// Rule 33.
void tst_Errors::effect_throwingStaysSubscribed()
{
    Trace trace;
    const auto a = atom(0);
    const auto tracked = effect([&] {
        if (a() == 1) {
            fail("tracked");
        }
        trace.add("t", a());
    });
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("tracked"));
    a.set(2);
    QCOMPARE(trace.take(), "t0 t2");
    const auto listed = effect(a, [&](int value) {
        if (value == 3) {
            fail("listed");
        }
        trace.add("l", value);
    });
    QCOMPARE(thrownBy([&] { a.set(3); }), QStringLiteral("listed"));
    a.set(4);
    QCOMPARE(trace.take(), "l2 t3 t4 l4");
}

void tst_Errors::effect_throwingSkipsTheEffectsBehindIt()
{
    Trace trace;
    const auto a = atom(0);
    const auto first = effect([&] { trace.add("first", a()); });
    const auto second = effect([&] {
        if (a() == 1) {
            fail("second");
        }
    });
    const auto third = effect([&] { trace.add("third", a()); });
    const auto listed = effect(a, [&](int value) { trace.add("listed", value); });
    trace.take();
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("second"));
    // nanostores' effects are listeners, which run all the same
    QCOMPARE(trace.take(), "first1 listed1");
    a.set(2);
    QCOMPARE(trace.take(), "first2 third2 listed2");
}

void tst_Errors::effect_throwingLetsListenersRun()
{
    Trace trace;
    const auto a = atom(0);
    const auto c = computed(a, [](int value) { return value; });
    const auto e = effect([&] {
        if (a() == 1) {
            fail("effect");
        }
    });
    const auto la = a.listen(trace.adds("La"));
    const auto lc = c.listen(trace.adds("Lc"));
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("effect"));
    QCOMPARE(trace.take(), "La Lc");
}

void tst_Errors::effect_throwingCheckKeepsItSubscribed()
{
    Trace trace;
    const auto a = atom(1);
    const auto risky = computed([&] {
        if (a() < 0) {
            fail("check");
        }
        return a();
    });
    const auto e = effect([&] { trace.add("", risky()); });
    const auto l = a.listen(trace.adds("L"));
    QCOMPARE(thrownBy([&] { a.set(-1); }), QStringLiteral("check"));
    QCOMPARE(trace.take(), "1 L");
    a.set(2);
    QCOMPARE(trace.take(), "2 L");
    a.set(3);
    QCOMPARE(trace.take(), "3 L");
}

void tst_Errors::effect_skippedOnesWakeAtTheNextChange()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    const auto c = atom(0);
    const auto d = computed([&] {
        c();
        return 0;
    });
    const auto throws = effect([&] {
        if (a() == 2) {
            fail("effect");
        }
    });
    const auto skipped = effect([&] {
        a();
        d();
        trace.add("skipped");
    });
    const auto other = effect([&] { b(); });
    trace.take();
    QCOMPARE(thrownBy([&] { a.set(2); }), QStringLiteral("effect"));
    QCOMPARE(trace.take(), "");
    b.set(1);
    QCOMPARE(trace.take(), "");
    c.set(1);
    QCOMPARE(trace.take(), "skipped");
}

void tst_Errors::effect_cleanupThatThrows()
{
    Trace trace;
    const auto a = atom(0);
    ErrorLog errors;
    {
        const auto e = effect([&] {
            trace.add("run", a());
            return [] { fail("cleanup"); };
        });
        QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("cleanup"));
        QCOMPARE(trace.take(), "run0 run1");
        QCOMPARE(errors.take(), QList<QString>());
    }
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("cleanup")}));
    a.set(2);
    QCOMPARE(trace.take(), "");
}

void tst_Errors::effect_innerOneThatThrowsInItsFirstRun()
{
    Trace trace;
    const auto a = atom(0);
    const auto outer = effect([&] {
        trace.add("outer", a());
        const QString caught = thrownBy([&] {
            effect([&] {
                if (a() == 1) {
                    fail("inner");
                }
            }).detach();
        });
        trace.add(caught.isEmpty() ? "fine" : caught.toUtf8());
    });
    a.set(1);
    a.set(2);
    QCOMPARE(trace.take(), "outer0 fine outer1 inner outer2 fine");
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

// Rule 10.
void tst_Errors::cycle_ofOneNamesIt()
{
    std::optional<Computed<int>> self;
    self = computed([&] { return (*self)() + 1; }).named("self");
    QVERIFY_EXCEPTION_THROWN((*self)(), CycleError);
    const QString message = thrownBy([&] { (*self)(); });
    QVERIFY2(message.contains(QStringLiteral("\"self\" -> computed store \"self\"")), qPrintable(message));
    QCOMPARE(thrownBy([&] { self->get(); }), message);
    QCOMPARE(thrownBy([&] { self->peek(); }), message);
}

void tst_Errors::cycle_ofTwoNamesBoth_data()
{
    QTest::addColumn<int>("read");
    QTest::newRow("tracked read") << 0;
    QTest::newRow("get") << 1;
    QTest::newRow("peek") << 2;
    QTest::newRow("listen") << 3;
    QTest::newRow("effect") << 4;
}

void tst_Errors::cycle_ofTwoNamesBoth()
{
    QFETCH(int, read);
    std::optional<Computed<int>> a;
    std::optional<Computed<int>> b;
    a = computed([&] { return (*b)() + 1; }).named("a");
    b = computed([&] { return (*a)() + 1; }).named("b");
    const QString message = thrownBy([&] {
        switch (read) {
        case 0:
            (*a)();
            break;
        case 1:
            a->get();
            break;
        case 2:
            a->peek();
            break;
        case 3:
            a->listen([] {}).reset();
            break;
        default:
            effect([&] { (*a)(); }).reset();
        }
    });
    QVERIFY2(message.contains(QStringLiteral("\"a\" -> computed store \"b\" -> computed store \"a\"")),
             qPrintable(message));
}

void tst_Errors::cycle_ofThreeNamesAllInOrder()
{
    std::optional<Computed<int>> a;
    std::optional<Computed<int>> b;
    std::optional<Computed<int>> c;
    a = computed([&] { return (*b)(); }).named("a");
    b = computed([&] { return (*c)(); }).named("b");
    c = computed([&] { return (*a)(); }).named("c");
    const auto outside = computed([&] { return (*b)(); }).named("outside");
    const QString message = thrownBy([&] { outside(); });
    QVERIFY2(message.contains(
                 QStringLiteral("\"b\" -> computed store \"c\" -> computed store \"a\" -> computed store \"b\"")),
             qPrintable(message));
    QVERIFY2(!message.contains(QStringLiteral("\"outside\"")), qPrintable(message));
}

void tst_Errors::cycle_throughAListedStore()
{
    std::optional<Computed<int>> listed;
    const auto tracked = computed([&] { return (*listed)() + 1; }).named("tracked");
    listed = computed(tracked, [](int value) { return value; }).named("listed");
    const QString message = thrownBy([&] { listed->get(); });
    QVERIFY2(message.contains(QStringLiteral("\"tracked\"")), qPrintable(message));
    QVERIFY2(message.contains(QStringLiteral("\"listed\"")), qPrintable(message));
    QVERIFY_EXCEPTION_THROWN(tracked(), CycleError);
    QVERIFY_EXCEPTION_THROWN(listed->listen([] {}).reset(), CycleError);
}

// The circle closes only after a write.
void tst_Errors::cycle_isFoundWhileObserved()
{
    const auto closed = atom(false);
    std::optional<Computed<int>> b;
    const auto a = computed([&] { return closed() ? (*b)() : 1; }).named("a");
    b = computed([&] { return a() + 1; }).named("b");
    Trace trace;
    const auto subscription = b->listen([&](int value) { trace.add("", value); });
    QCOMPARE(b->get(), 2);
    const QString message = thrownBy([&] { closed.set(true); });
    QVERIFY2(message.contains(QStringLiteral("\"a\"")) && message.contains(QStringLiteral("\"b\"")),
             qPrintable(message));
    QCOMPARE(trace.take(), "");
}

void tst_Errors::cycle_canBeLeft()
{
    const auto closed = atom(true);
    const auto value = atom(1);
    std::optional<Computed<int>> b;
    const auto a = computed([&] { return closed() ? (*b)() : value(); });
    b = computed([&] { return a() + 1; });
    QVERIFY_EXCEPTION_THROWN((*b)(), CycleError);
    closed.set(false);
    QCOMPARE((*b)(), 2);
    Trace trace;
    const auto subscription = b->listen([&](int v) { trace.add("", v); });
    value.set(5);
    QCOMPARE(trace.take(), "6");
    QVERIFY_EXCEPTION_THROWN(closed.set(true), CycleError);
    thrownBy([&] { value.set(6); }); // whoever failed may try again whenever something changes
    closed.set(false);
    QCOMPARE(trace.take(), "7");
}

void tst_Errors::cycle_unnamedStores()
{
    std::optional<Computed<int>> self;
    self = computed([&] { return (*self)(); });
    const QString message = thrownBy([&] { (*self)(); });
    QVERIFY2(message.contains(QStringLiteral("unnamed computed store")), qPrintable(message));
}

void tst_Errors::cycle_untrackedReadIsOneToo()
{
    std::optional<Computed<int>> self;
    int way = 0;
    self = computed([&] {
        return way == 0 ? untracked([&] { return (*self)(); }) : way == 1 ? self->get() : self->peek();
    });
    QVERIFY_EXCEPTION_THROWN((*self)(), CycleError);
    way = 1;
    QVERIFY_EXCEPTION_THROWN((*self)(), CycleError);
    way = 2;
    QVERIFY_EXCEPTION_THROWN((*self)(), CycleError);
}

void tst_Errors::cycle_subscriptionIsOneToo_data()
{
    QTest::addColumn<bool>("observed");
    QTest::newRow("unobserved") << false;
    QTest::newRow("observed") << true;
}

void tst_Errors::cycle_subscriptionIsOneToo()
{
    QFETCH(const bool, observed);
    Trace trace;
    std::optional<Computed<int>> self;
    self = computed([&] {
        static_cast<void>(self->subscribe(trace.adds("S")));
        return 1;
    });
    if (observed) {
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(self->listen(trace.adds("L"))), CycleError);
    }
    QVERIFY_EXCEPTION_THROWN(self->get(), CycleError);
    QCOMPARE(trace.take(), "");
}

QTEST_APPLESS_MAIN(tst_Errors)
#include "tst_errors.moc"
