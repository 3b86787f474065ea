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
using support::ErrorLog;
using support::fail;
using support::orThrow;
using support::thrownBy;
using support::Trace;

class tst_EffectErrors : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void effect_tiesWhatThrewWhenItWasRead();

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

    void error_effectsFarBelowAreNotifiedOfTheNextChange_data();
    void error_effectsFarBelowAreNotifiedOfTheNextChange();
};

void tst_EffectErrors::effect_tiesWhatThrewWhenItWasRead()
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

void tst_EffectErrors::effect_firstRunThatThrowsLeavesNothing_data()
{
    support::addListedAndTracked();
}

void tst_EffectErrors::effect_firstRunThatThrowsLeavesNothing()
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

void tst_EffectErrors::effect_firstRunThatThrowsEndsItsInnerEffects()
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
void tst_EffectErrors::effect_throwingStaysSubscribed()
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

void tst_EffectErrors::effect_throwingSkipsTheEffectsBehindIt()
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

void tst_EffectErrors::effect_throwingLetsListenersRun()
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

void tst_EffectErrors::effect_throwingCheckKeepsItSubscribed()
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

void tst_EffectErrors::effect_skippedOnesWakeAtTheNextChange()
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

void tst_EffectErrors::effect_cleanupThatThrows()
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

void tst_EffectErrors::effect_innerOneThatThrowsInItsFirstRun()
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

void tst_EffectErrors::error_effectsFarBelowAreNotifiedOfTheNextChange_data()
{
    QTest::addColumn<int>("depth");
    QTest::addColumn<bool>("listed");
    for (const int depth : {0, 1, 2, 3, 7}) {
        QTest::addRow("tracked %d", depth) << depth << false;
        QTest::addRow("listed %d", depth) << depth << true;
    }
}

void tst_EffectErrors::error_effectsFarBelowAreNotifiedOfTheNextChange()
{
    QFETCH(int, depth);
    QFETCH(bool, listed);
    const auto a = signal(0);
    auto last = computed([=] { return orThrow(a(), 5); });
    for (int i = 0; i < depth; ++i) {
        last = listed && i % 2 == 0 ? computed(last, [](int value) { return value + 1; })
                                    : computed([=] { return last() + 1; });
    }
    int seen = -1;
    int other = -1;
    const auto e = effect([&, last] { seen = last(); });
    const auto o = effect([&, last] { other = last() + a(); });
    QCOMPARE(thrownBy([&] { a(5); }), QStringLiteral("bad value"));
    a(6);
    QCOMPARE(seen, 6 + depth);
    QCOMPARE(other, 12 + depth);
    a(7);
    QCOMPARE(seen, 7 + depth);
    QCOMPARE(other, 14 + depth);
}

QTEST_APPLESS_MAIN(tst_EffectErrors)
#include "tst_effecterrors.moc"
