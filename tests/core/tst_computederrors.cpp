// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/rows.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

using namespace nanostores;
using support::Counted;
using support::fail;
using support::thrownBy;
using support::Trace;

class tst_ComputedErrors : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
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
};

// Rule 34.
void tst_ComputedErrors::computed_keepsItsLastGoodValue_data()
{
    support::addListedAndTracked();
}

void tst_ComputedErrors::computed_keepsItsLastGoodValue()
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

void tst_ComputedErrors::computed_withoutAValueThrowsAtEachRead_data()
{
    support::addListedAndTracked();
}

void tst_ComputedErrors::computed_withoutAValueThrowsAtEachRead()
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

void tst_ComputedErrors::computed_recoversWhenASourceChanges_data()
{
    support::addListedAndTracked();
}

void tst_ComputedErrors::computed_recoversWhenASourceChanges()
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

void tst_ComputedErrors::computed_throwingBelowAnother()
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

void tst_ComputedErrors::computed_throwingInAListenersRead()
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

void tst_ComputedErrors::computed_listenThrowsAndLeavesNothing()
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

void tst_ComputedErrors::computed_conditionalThrowIsAvoided()
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

void tst_ComputedErrors::computed_throwingInABatch()
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

void tst_ComputedErrors::computed_tiesWhatThrewWhenItWasRead()
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

QTEST_APPLESS_MAIN(tst_ComputedErrors)
#include "tst_computederrors.moc"
