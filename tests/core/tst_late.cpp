// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <chrono>
#include <optional>

using namespace nanostores;
using detail::runLate;
using support::ErrorLog;
using support::thrownBy;
using support::Trace;

/// Rule 44: late effects and computed stores wait until nothing else is queued.
class tst_Late : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void effect_runsAfterListenersAndOtherEffects();
    void effect_runsAfterWhatTheseWrite();
    void effect_setOffTwiceRunsOnce();
    void effect_afterComputedStoresThatAreLate();
    void effect_thatWritesSetsOffTheOthers();
    void effect_madeInsideStaysBehindItsOwner();
    void effect_inANestedDrain();
    void effect_afterAnErrorRunsAtTheNextChange();
    void effect_thatIsStoppedWhileItWaits();
    void computed_isReadAtOnce();
    void computed_notifiesAfterTheOthers();
    void computed_thatIsNoLongerObservedDoesNotRun();
    void computed_endsTheEffectsOfItsFunctionFirst();
    void feedback_isNamed();
};

void tst_Late::effect_runsAfterListenersAndOtherEffects()
{
    const auto a = atom(1);
    const auto twice = computed([=] { return a() * 2; });
    Trace trace;
    const auto late = effect([&] {
        runLate();
        trace.add("late", a());
    });
    const auto early = effect([&] { trace.add("early", a()); });
    const auto listened = a.listen([&](int value) { trace.add("listener", value); });
    const auto listenedTwice = twice.listen([&](int value) { trace.add("twice", value); });
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "early2 listener2 twice4 late2");
    batch([&] { a.set(3); });
    QCOMPARE(trace.take(), "early3 listener3 twice6 late3");
}

void tst_Late::effect_runsAfterWhatTheseWrite()
{
    const auto a = atom(1);
    const auto b = atom(1);
    Trace trace;
    const auto late = effect([&] {
        runLate();
        trace.add("late", a() * 100 + b());
    });
    const auto writer = a.listen([&](int value) { b.set(value); });
    const auto listener = b.listen([&](int value) { trace.add("b", value); });
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "b2 late202");
}

/// As the properties of QML do that are bound to a store.
void tst_Late::effect_setOffTwiceRunsOnce()
{
    const auto a = atom(1);
    const auto signalled = atom(0);
    Trace trace;
    const auto late = effect([&] {
        runLate();
        trace.add("late", a() + 0 * signalled());
    });
    const auto property = a.listen([&] { signalled.set(signalled.get() + 1); });
    trace.take();
    a.set(2);
    a.set(3);
    QCOMPARE(trace.take(), "late2 late3");
}

void tst_Late::effect_afterComputedStoresThatAreLate()
{
    const auto a = atom(1);
    const auto signalled = atom(0);
    Trace trace;
    std::optional<Computed<int>> sum;
    const auto late = effect([&] {
        runLate();
        trace.add("late", a() + (sum ? (*sum)() : 0) + 0 * signalled());
    });
    sum = computed([=] {
        runLate();
        return a() * 10;
    });
    const auto property = sum->listen([&] { signalled.set(signalled.get() + 1); });
    a.set(2);
    trace.take();
    a.set(3);
    QCOMPARE(trace.take(), "late33");
}

void tst_Late::effect_thatWritesSetsOffTheOthers()
{
    const auto a = atom(1);
    const auto b = atom(1);
    Trace trace;
    const auto first = effect([&] {
        runLate();
        b.set(a());
        trace.add("first", a());
    });
    const auto second = effect([&] {
        runLate();
        trace.add("second", a() * 100 + b());
    });
    const auto listener = b.listen([&](int value) { trace.add("b", value); });
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "first2 b2 second202");
}

void tst_Late::effect_madeInsideStaysBehindItsOwner()
{
    const auto a = atom(1);
    Trace trace;
    const auto outer = effect([&] {
        runLate();
        trace.add("outer", a());
        effect([&] { trace.add("inner", a()); }).detach();
    });
    const auto listener = a.listen([&](int value) { trace.add("listener", value); });
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "listener2 outer2 inner2");
    a.set(3);
    QCOMPARE(trace.take(), "listener3 outer3 inner3");
}

void tst_Late::effect_inANestedDrain()
{
    const auto a = atom(1);
    const auto b = atom(1);
    Trace trace;
    const auto late = effect([&] {
        runLate();
        trace.add("late", a() * 100 + b());
    });
    const auto writer = a.listen([&](int value) {
        batch([&] { b.set(value); });
        trace.add("writer", b.get());
    });
    const auto listener = a.listen([&](int value) { trace.add("listener", value); });
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "listener2 late202 writer2");
}

void tst_Late::effect_afterAnErrorRunsAtTheNextChange()
{
    const ErrorLog errors;
    const auto a = atom(1);
    Trace trace;
    const auto thrower = effect([&] {
        runLate();
        if (a() == 2) {
            support::fail("two");
        }
        trace.add("thrower", a());
    });
    const auto late = effect([&] {
        runLate();
        trace.add("late", a());
    });
    trace.take();
    QCOMPARE(thrownBy([&] { a.set(2); }), QStringLiteral("two"));
    QCOMPARE(trace.take(), "");
    QVERIFY(detail::idle());
    a.set(3);
    QCOMPARE(trace.take(), "thrower3 late3");
}

void tst_Late::effect_thatIsStoppedWhileItWaits()
{
    const auto a = atom(1);
    Trace trace;
    Subscription late = effect([&] {
        runLate();
        trace.add("late", a());
    });
    const auto last = effect([&] {
        runLate();
        trace.add("last", a());
    });
    const auto listener = a.listen([&] { late.reset(); });
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "last2");
    QVERIFY(detail::idle());
}

void tst_Late::computed_isReadAtOnce()
{
    const auto a = atom(1);
    int runs = 0;
    const auto late = computed([&] {
        runLate();
        ++runs;
        return a() * 10;
    });
    Trace trace;
    const auto shown = late.listen([&](int value) { trace.add("late", value); });
    const auto reader = a.listen([&](int value) { trace.add("reads", value * 100 + late.get()); });
    runs = 0;
    a.set(2);
    QCOMPARE(trace.take(), "reads220 late20");
    QCOMPARE(runs, 1);
}

void tst_Late::computed_notifiesAfterTheOthers()
{
    const auto a = atom(1);
    Trace trace;
    const auto late = computed([=] {
        runLate();
        return a() * 10;
    });
    const auto above = computed([=] { return late() + 1; });
    const auto shown = late.listen([&](int value) { trace.add("late", value); });
    const auto shownAbove = above.listen([&](int value) { trace.add("above", value); });
    const auto listener = a.listen([&](int value) { trace.add("listener", value); });
    const auto other = effect([&] { trace.add("effect", a()); });
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "listener2 effect2 late20 above21");
    QCOMPARE(above.get(), 21);
}

void tst_Late::computed_thatIsNoLongerObservedDoesNotRun()
{
    const auto a = atom(1);
    int runs = 0;
    const auto late = computed([&] {
        runLate();
        ++runs;
        return a() * 10;
    });
    Subscription shown = late.listen([] {});
    setUnmountDelay(late, std::chrono::milliseconds(0));
    const auto listener = a.listen([&] { shown.reset(); });
    runs = 0;
    a.set(2);
    QVERIFY(detail::idle());
    QCOMPARE(late.get(), 20);
    QCOMPARE(runs, 1);
}

void tst_Late::computed_endsTheEffectsOfItsFunctionFirst()
{
    const auto a = atom(1);
    Trace trace;
    const auto late = computed([&] {
        runLate();
        const int value = a();
        effect([&, value] { trace.add("inner", value * 10 + a()); }).detach();
        return value;
    });
    const auto shown = late.listen([] {});
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "inner22");
}

void tst_Late::feedback_isNamed()
{
    setFeedbackLimit(100);
    const auto a = atom(1);
    const auto b = atom(1);
    const auto toB = effect([&] {
        runLate();
        b.set(a() + 1);
    });
    const auto toA = effect([&] {
        runLate();
        if (b() > 2) {
            a.set(b());
        }
    });
    const QString message = thrownBy([&] { a.set(2); });
    setFeedbackLimit(100000);
    QVERIFY2(message.contains(QLatin1String("without an end")), qPrintable(message));
    QVERIFY(detail::idle());
}

QTEST_APPLESS_MAIN(tst_Late)
#include "tst_late.moc"
