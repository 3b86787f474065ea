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
using support::orThrow;
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

    void error_listenersFarBelowAreNotifiedOfTheNextChange();
    void error_sourcesThatWereNotReadAnyMoreAreStillSources();
    void error_ofASourceIsCaughtByItsReader_data();
    void error_ofASourceIsCaughtByItsReader();
    void error_ofASourceIsShownByAnEffect_data();
    void error_ofASourceIsShownByAnEffect();
    void error_runsTheFunctionOnce();
    void error_thatIsNotCaughtLeavesTheWrite();
    void error_passesAListedStoreOnItsWayToTheReader();
    void error_ofAStoreThatIsReadNoLongerIsForgotten();
    void error_ofAStoreThatLosesItsReaderRunsAgain();
    void error_writesOfTheFunctionAreDrained();
    void error_listenToAnObservedStoreLeavesNothing();
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

void tst_ComputedErrors::error_listenersFarBelowAreNotifiedOfTheNextChange()
{
    const auto a = signal(0);
    const auto parsed = computed([=] { return orThrow(a(), 5); });
    const auto first = computed([=] { return parsed() + 1; });
    const auto second = computed([=] { return first() + 1; });
    Trace trace;
    const auto l = second.listen([&](int value) { trace.add("", value); });
    QVERIFY(!thrownBy([&] { a(5); }).isEmpty());
    a(6);
    a(7);
    QCOMPARE(trace.take(), "8 9");
}

void tst_ComputedErrors::error_sourcesThatWereNotReadAnyMoreAreStillSources()
{
    const auto a = signal(0);
    const auto good = computed([=] { return a() * 2; });
    const auto both = computed([=] { return orThrow(a(), 5) + good(); });
    const auto shown = computed([=] { return both() + 0; });
    int seen = -1;
    const auto e = effect([&] { seen = shown(); });
    QVERIFY(!thrownBy([&] { a(5); }).isEmpty());
    a(6);
    QCOMPARE(seen, 18);
    QVERIFY(!thrownBy([&] { a(5); }).isEmpty());
    QVERIFY(!thrownBy([&] { a(6), a(5); }).isEmpty());
    a(7);
    QCOMPARE(seen, 21);
}

void tst_ComputedErrors::error_ofASourceIsCaughtByItsReader_data()
{
    QTest::addColumn<bool>("listed");
    QTest::addColumn<bool>("always");
    QTest::newRow("tracked, without a value") << false << true;
    QTest::newRow("listed, without a value") << true << true;
    QTest::newRow("tracked, with a good value") << false << false;
    QTest::newRow("listed, with a good value") << true << false;
}

void tst_ComputedErrors::error_ofASourceIsCaughtByItsReader()
{
    QFETCH(bool, listed);
    QFETCH(bool, always);
    const auto a = atom(0);
    const auto f = [=](int value) { return orThrow(value, always ? value : 5); };
    const auto b = listed ? computed(a, f) : computed([=] { return f(a()); });
    const auto c = computed([=] {
        try {
            return b();
        } catch (const std::exception &) {
            return -1;
        }
    });
    QCOMPARE(c.peek(), always ? -1 : 0);
    a.set(5);
    QCOMPARE(c.peek(), -1);
    a.set(1);
    QCOMPARE(c.get(), always ? -1 : 1);
    Trace trace;
    {
        const auto l = c.listen([&](int value) { trace.add("", value); });
        QCOMPARE(thrownBy([&] { a.set(5); }), QString());
        QCOMPARE(thrownBy([&] { batch([&] { a.set(6); }); }), QString());
        QCOMPARE(trace.take(), always ? "" : "-1 6");
    }
    int seen = 0;
    const auto e = effect([&] { seen = c(); });
    QCOMPARE(thrownBy([&] { a.set(5); }), QString());
    QCOMPARE(seen, -1);
    QCOMPARE(thrownBy([&] { a.set(7); }), QString());
    QCOMPARE(seen, always ? -1 : 7);
}

void tst_ComputedErrors::error_ofASourceIsShownByAnEffect_data()
{
    error_ofASourceIsCaughtByItsReader_data();
}

void tst_ComputedErrors::error_ofASourceIsShownByAnEffect()
{
    QFETCH(bool, listed);
    QFETCH(bool, always);
    const auto a = atom(0);
    const auto f = [=](int value) { return orThrow(value, always ? value : 5); };
    const auto b = listed ? computed(a, f) : computed([=] { return f(a()); });
    Trace trace;
    const auto e = effect([&] {
        try {
            trace.add("", b());
        } catch (const std::exception &error) {
            trace.add("error");
        }
    });
    trace.take();
    QCOMPARE(thrownBy([&] { a.set(5); }), QString());
    QCOMPARE(trace.take(), "error");
    QCOMPARE(thrownBy([&] { a.set(6); }), QString());
    QCOMPARE(trace.take(), always ? "error" : "6");
}

void tst_ComputedErrors::error_runsTheFunctionOnce()
{
    const auto a = atom(0);
    int runs = 0;
    const auto b = computed([&, a] {
        ++runs;
        return orThrow(a(), 5);
    });
    const auto c = computed([=] {
        try {
            return b();
        } catch (const std::exception &) {
            return -1;
        }
    });
    const auto e = effect([=] { c(); });
    runs = 0;
    a.set(5);
    QCOMPARE(runs, 1);
    a.set(6);
    QCOMPARE(runs, 2);
    QCOMPARE(c.peek(), 6);
}

void tst_ComputedErrors::error_thatIsNotCaughtLeavesTheWrite()
{
    const auto a = atom(0);
    const auto b = computed([=] { return orThrow(a(), 5); });
    int runs = 0;
    const auto e = effect([&] {
        ++runs;
        b();
    });
    QCOMPARE(thrownBy([&] { a.set(5); }), QStringLiteral("bad value"));
    QCOMPARE(b.peek(), 0); // the last good one
    QCOMPARE(runs, 2);
    a.set(6);
    QCOMPARE(runs, 3);
}

void tst_ComputedErrors::error_passesAListedStoreOnItsWayToTheReader()
{
    const auto a = atom(0);
    const auto b = computed([=] { return orThrow(a(), 5); });
    const auto twice = computed(b, [](int value) { return value * 2; });
    const auto shown = computed([=] {
        try {
            return twice();
        } catch (const std::exception &) {
            return -1;
        }
    });
    int seen = 0;
    const auto e = effect([&] { seen = shown(); });
    QCOMPARE(thrownBy([&] { a.set(5); }), QString());
    QCOMPARE(seen, -1);
    QCOMPARE(thrownBy([&] { a.set(6); }), QString());
    QCOMPARE(seen, 12);
}

void tst_ComputedErrors::error_ofAStoreThatIsReadNoLongerIsForgotten()
{
    const auto a = atom(0);
    bool on = true;
    const auto b = computed([=] { return orThrow(a(), 5); });
    const auto c = computed([&, b] { return on ? b() : -1; });
    QCOMPARE(c.peek(), 0);
    on = false;
    a.set(5);
    QCOMPARE(c.peek(), -1);
    QCOMPARE(thrownBy([&] { b.peek(); }), QStringLiteral("bad value")); // it was not thrown to a reader yet
    QCOMPARE(b.peek(), 0);
    a.set(3);
    QCOMPARE(b.peek(), 3);
}

// A store that makes an effect runs before its reader, which runs last of all, and the error waits for that; before it
// runs it ends, and the store is read.
void tst_ComputedErrors::error_ofAStoreThatLosesItsReaderRunsAgain()
{
    const auto count = atom(0);
    const auto checked = computed([=] {
        effect([=] { count(); }).detach();
        return orThrow(count(), 1);
    });
    Subscription reader = effect([=] {
        detail::runLate();
        checked();
    });
    QString error;
    const auto ending = count.listen([&](int value) {
        if (value == 1) {
            reader.reset();
            error = thrownBy([&] { checked.get(); });
        }
    });
    count.set(1);
    QCOMPARE(error, QStringLiteral("bad value"));
    count.set(5);
    QCOMPARE(checked.peek(), 5);
    QCOMPARE(checked.get(), 5);
}

void tst_ComputedErrors::error_writesOfTheFunctionAreDrained()
{
    const auto log = atom(0);
    int seen = 0;
    const auto l = log.listen([&](int value) { seen = value; });
    const auto c = computed([=]() -> int {
        log.set(log.get() + 1);
        fail("c");
    });
    QVERIFY(!thrownBy([&] { c.peek(); }).isEmpty());
    QCOMPARE(seen, 1);
    QVERIFY(!thrownBy([&] { c.get(); }).isEmpty());
    QCOMPARE(seen, 2);
    QVERIFY(!thrownBy([&] { const auto s = c.listen([] {}); }).isEmpty());
    QCOMPARE(seen, 3);
    const auto listed = computed(log, [=](int) -> int {
        log.set(10);
        fail("listed");
    });
    QVERIFY(!thrownBy([&] { const auto s = effect(listed, [](int) {}); }).isEmpty());
    QCOMPARE(seen, 10);
}

void tst_ComputedErrors::error_listenToAnObservedStoreLeavesNothing()
{
    const auto a = atom(0);
    const auto c = computed([=] { return orThrow(a(), 5); });
    const auto o = effect([=] {
        try {
            c();
        } catch (const std::exception &) {
        }
    });
    Subscription s;
    batch([&] {
        a.set(5);
        QVERIFY(!thrownBy([&] { s = c.listen([counted = Counted()] {}); }).isEmpty());
    });
    QCOMPARE(Counted::alive(), 0);
    QVERIFY(!s);
}

QTEST_APPLESS_MAIN(tst_ComputedErrors)
#include "tst_computederrors.moc"
