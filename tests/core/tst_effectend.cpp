// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/rows.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <functional>
#include <stdexcept>

using namespace nanostores;
using support::thrownBy;
using support::Trace;

/// How effects end: their cleanups, and effects that are stopped while they run or wait.
class tst_EffectEnd : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup_runsBeforeTheNextRunAndAtTheEnd_data();
    void cleanup_runsBeforeTheNextRunAndAtTheEnd();
    void cleanup_mayBeAnEmptyFunction();
    void cleanup_isNotTracked();
    void cleanup_mayWrite();
    void cleanup_ofOneEffectRunsAnother();
    void cleanup_mayStopItsEffect();
    void cleanup_mayStopAnotherEffect();
    void cleanup_runsOnce();

    void stop_inItsOwnBodyLetsTheBodyEnd();
    void stop_inItsOwnBodyDropsWhatIsReadLater();
    void stop_inItsFirstRun();
    void stop_inASourceBeingChecked();
    void stop_byAnotherEffectBeforeItsTurn();
    void stop_letsTheOthersRun();
};

void tst_EffectEnd::cleanup_runsBeforeTheNextRunAndAtTheEnd_data()
{
    support::addListedAndTracked();
}

void tst_EffectEnd::cleanup_runsBeforeTheNextRunAndAtTheEnd()
{
    QFETCH(bool, listed);
    const auto a = atom(1);
    Trace trace;
    const auto run = [&](int value) {
        trace.add("run", value);
        return [&trace, value] { trace.add("end", value); };
    };
    Subscription e = listed ? effect(a, run) : effect([&] { return run(a()); });
    a.set(2);
    QCOMPARE(trace.take(), "run1 end1 run2");
    e.reset();
    QCOMPARE(trace.take(), "end2");
    a.set(3);
    QCOMPARE(trace.take(), "");
}

void tst_EffectEnd::cleanup_mayBeAnEmptyFunction()
{
    const auto a = atom(0);
    Trace trace;
    Subscription e = effect([&]() -> std::function<void()> {
        const int value = a();
        if (value % 2 == 0) {
            return {};
        }
        return [&trace, value] { trace.add("end", value); };
    });
    a.set(1);
    a.set(2);
    a.set(3);
    e.reset();
    QCOMPARE(trace.take(), "end1 end3");
}

void tst_EffectEnd::cleanup_isNotTracked()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto e = effect([&] {
        trace.add("run", a());
        return [&] { b(); };
    });
    a.set(1);
    trace.take();
    b.set(1);
    QCOMPARE(trace.take(), "");
}

// Rule 27.
void tst_EffectEnd::cleanup_mayWrite()
{
    const auto a = atom(0);
    const auto count = atom(0);
    Trace trace;
    Subscription first = effect([&] {
        trace.add("a", a());
        return [&] {
            trace.add("enda");
            count.set(count.get() + 1);
        };
    });
    Subscription second = effect([&] {
        trace.add("c", count());
        return trace.adds("endc");
    });
    QCOMPARE(trace.take(), "a0 c0");
    a.set(1);
    QCOMPARE(trace.take(), "enda a1 endc c1");
    first.reset();
    QCOMPARE(trace.take(), "enda endc c2");
    second.reset();
    QCOMPARE(trace.take(), "endc");
}

void tst_EffectEnd::cleanup_ofOneEffectRunsAnother()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto e = effect([&] {
        trace.add("a", a());
        return [&] { b.set(b.get() + 1); };
    });
    const auto l = b.listen([&](int value) { trace.add("b", value); });
    a.set(1);
    QCOMPARE(trace.take(), "a0 a1 b1"); // it joins the end of the queue
}

// Rule 27: no re-run then.
void tst_EffectEnd::cleanup_mayStopItsEffect()
{
    const auto a = atom(0);
    int runs = 0;
    int cleanups = 0;
    Subscription e;
    e = effect([&] {
        ++runs;
        a();
        return [&] {
            ++cleanups;
            e.reset();
        };
    });
    a.set(1);
    a.set(2);
    QCOMPARE(runs, 1);
    QCOMPARE(cleanups, 1);
}

void tst_EffectEnd::cleanup_mayStopAnotherEffect()
{
    const auto on = atom(true);
    Trace trace;
    Subscription other;
    Subscription root = effect([&] {
        on();
        trace.add("root");
        return [&] {
            trace.add("endroot");
            other.reset();
        };
    });
    other = effect([&] {
        on();
        trace.add("other");
        return trace.adds("endother");
    });
    QCOMPARE(trace.take(), "root other");
    on.set(false);
    QCOMPARE(trace.take(), "endroot endother root");
    root.reset();
    QCOMPARE(trace.take(), "endroot");
}

void tst_EffectEnd::cleanup_runsOnce()
{
    const auto a = atom(0);
    int cleanups = 0;
    Subscription e = effect([&] {
        if (a() == 1) {
            throw std::runtime_error("body");
        }
        return std::function<void()>([&] { ++cleanups; });
    });
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("body"));
    QCOMPARE(cleanups, 1);
    e.reset();
    QCOMPARE(cleanups, 1);
}

// Rule 27.
void tst_EffectEnd::stop_inItsOwnBodyLetsTheBodyEnd()
{
    const auto a = atom(0);
    Trace trace;
    Subscription e;
    e = effect([&] {
        trace.add("begin", a());
        if (a() == 1) {
            e.reset();
            trace.add("stopped");
        }
        trace.add("end");
        return trace.adds("cleanup");
    });
    QCOMPARE(trace.take(), "begin0 end");
    a.set(1);
    QCOMPARE(trace.take(), "cleanup begin1 stopped end cleanup");
    a.set(2);
    QCOMPARE(trace.take(), "");
}

void tst_EffectEnd::stop_inItsOwnBodyDropsWhatIsReadLater()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    onMount(b, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    Subscription e;
    e = effect([&] {
        if (a() == 1) {
            e.reset();
            b();
        }
        trace.add("run");
    });
    a.set(1);
    QCOMPARE(trace.take(), "run run");
    a.set(2);
    b.set(2);
    QCOMPARE(trace.take(), "");
    QVERIFY(!isMounted(b));
}

void tst_EffectEnd::stop_inItsFirstRun()
{
    const auto a = atom(0);
    Trace trace;
    Subscription outer;
    Subscription inner;
    outer = effect([&] {
        a();
        inner = effect([&] {
            trace.add("inner", a());
            return trace.adds("endinner");
        });
        inner.reset();
        trace.add("outer");
    });
    a.set(1);
    QCOMPARE(trace.take(), "inner0 endinner outer inner1 endinner outer");
}

// Rule 32: disposed in a check, it is not run.
void tst_EffectEnd::stop_inASourceBeingChecked()
{
    const auto a = atom(0);
    Subscription first;
    const auto c = computed([&] {
        if (a() == 1) {
            first.reset();
        }
        return a();
    });
    int firstRuns = 0;
    Trace trace;
    first = effect([&] {
        c();
        ++firstRuns;
    });
    const auto second = effect([&] { trace.add("second", c()); });
    const auto third = effect([&] { trace.add("third", c()); });
    trace.take();
    a.set(1);
    QCOMPARE(trace.take(), "second1 third1");
    a.set(2);
    a.set(3);
    QCOMPARE(trace.take(), "second2 third2 second3 third3");
    QCOMPARE(firstRuns, 1);
}

void tst_EffectEnd::stop_byAnotherEffectBeforeItsTurn()
{
    const auto a = atom(0);
    Trace trace;
    Subscription second;
    const auto first = effect([&] {
        trace.add("first", a());
        if (a() == 1) {
            second.reset();
        }
    });
    second = effect([&] {
        trace.add("second", a());
        return trace.adds("end");
    });
    trace.take();
    a.set(1);
    QCOMPARE(trace.take(), "first1 end");
}

void tst_EffectEnd::stop_letsTheOthersRun()
{
    const auto a = atom(0);
    Trace trace;
    Subscription first = effect([&] { trace.add("first", a()); });
    const auto second = effect([&] {
        trace.add("second", a());
        first.reset();
    });
    const auto third = effect([&] { trace.add("third", a()); });
    trace.take();
    a.set(1);
    a.set(2);
    QCOMPARE(trace.take(), "second1 third1 second2 third2");
}

QTEST_APPLESS_MAIN(tst_EffectEnd)
#include "tst_effectend.moc"
