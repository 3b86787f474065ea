// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/rows.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <functional>
#include <optional>

using namespace nanostores;
using support::ErrorLog;
using support::fail;
using support::orThrow;
using support::thrownBy;
using support::Trace;

/// Effects that are made by effects and by computed stores.
class tst_InnerEffects : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void inner_endsWhenTheOuterRunsAgain();
    void inner_endsAfterTheNewRun();
    void inner_endsWithTheOuterInOrder();
    void inner_runsAlone();
    void inner_maySurviveAsASubscriptionOfTheOuterRun();
    void inner_isNotRunWhenTheOuterNoLongerMakesIt();
    void inner_queuedOutOfOrder();
    void inner_listedEffectIsOwnedToo();
    void inner_listenerBelongsToNobody();
    void inner_computedStoreBelongsToNobody();
    void inner_deepNestingEndsInOrder();

    void detached_innerEndsWithTheOuter();

    void nested_effectsEndWithTheNextRun_data();
    void nested_effectsEndWithTheNextRun();
    void nested_effectsEndWhenUnobserved_data();
    void nested_effectsEndWhenUnobserved();
    void nested_effectsEndWithTheStore();
    void nested_scopesAndTheirEffectsEndToo();
    void nested_effectIsNotRunWhenItsStoreRunsAgain();
    void nested_errorsOfCleanupsAreReported();
    void nested_computedThatThrowsEndsTheFormerOnes();
};

// Rules 27, 28.
void tst_InnerEffects::inner_endsWhenTheOuterRunsAgain()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto outer = effect([&] {
        trace.add("outer", a());
        effect([&] { trace.add("inner", b()); }).detach();
    });
    a.set(1);
    a.set(2);
    trace.take();
    b.set(1);
    QCOMPARE(trace.take(), "inner1");
}

void tst_InnerEffects::inner_endsAfterTheNewRun()
{
    const auto a = atom(0);
    Trace trace;
    const auto outer = effect([&] {
        const int value = a();
        trace.add("outer", value);
        effect([&, value] { return [&trace, value] { trace.add("endinner", value); }; }).detach();
        return [&trace, value] { trace.add("endouter", value); };
    });
    a.set(1);
    QCOMPARE(trace.take(), "outer0 endouter0 outer1 endinner0");
}

void tst_InnerEffects::inner_endsWithTheOuterInOrder()
{
    Trace trace;
    {
        const auto outer = effect([&] {
            effect([&] { return trace.adds("end1"); }).detach();
            effect([&] { return trace.adds("end2"); }).detach();
            return trace.adds("endouter");
        });
    }
    QCOMPARE(trace.take(), "endouter end1 end2");
}

void tst_InnerEffects::inner_runsAlone()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto outer = effect([&] {
        trace.add("outer", a());
        effect([&] { trace.add("inner", b()); }).detach();
    });
    trace.take();
    b.set(1);
    b.set(2);
    QCOMPARE(trace.take(), "inner1 inner2");
    a.set(1);
    QCOMPARE(trace.take(), "outer1 inner2");
    b.set(3);
    QCOMPARE(trace.take(), "inner3");
}

void tst_InnerEffects::inner_maySurviveAsASubscriptionOfTheOuterRun()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    Subscription kept;
    Subscription outer = effect([&] {
        a();
        kept = effect([&] {
            trace.add("inner", b());
            return trace.adds("end");
        });
    });
    a.set(1);
    QCOMPARE(trace.take(), "inner0 inner0 end");
    outer.reset();
    QCOMPARE(trace.take(), "end");
    b.set(1);
    kept.reset(); // it had ended with its owner
    QCOMPARE(trace.take(), "");
}

void tst_InnerEffects::inner_isNotRunWhenTheOuterNoLongerMakesIt()
{
    const auto a = atom(3);
    const auto positive = computed([&] { return a() > 0; });
    int wrong = 0;
    const auto outer = effect([&] {
        if (positive()) {
            effect([&] {
                if (a() == 0) {
                    ++wrong;
                }
            }).detach();
        }
    });
    a.set(2);
    a.set(1);
    a.set(0);
    QCOMPARE(wrong, 0);
    batch([&] {
        a.set(1);
        a.set(0);
    });
    QCOMPARE(wrong, 0);
}

void tst_InnerEffects::inner_queuedOutOfOrder()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto difference = computed([&] { return a() - b(); });
    Trace trace;
    const auto outer = effect([&] {
        difference();
        effect([&] {
            trace.add("first");
            a();
        }).detach();
        effect([&] {
            trace.add("last");
            a();
            b();
        }).detach();
    });
    trace.take();
    batch([&] {
        b.set(1);
        a.set(1);
    });
    QCOMPARE(trace.take(), "last first");
}

void tst_InnerEffects::inner_listedEffectIsOwnedToo()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    {
        const auto outer = effect([&] {
            a();
            effect(b, [&](int value) {
                trace.add("inner", value);
                return trace.adds("end");
            }).detach();
        });
        a.set(1);
        QCOMPARE(trace.take(), "inner0 inner0 end");
        b.set(1);
        QCOMPARE(trace.take(), "end inner1");
    }
    QCOMPARE(trace.take(), "end");
    b.set(2);
    QCOMPARE(trace.take(), "");
}

// Rule 28.
void tst_InnerEffects::inner_listenerBelongsToNobody()
{
    const auto a = atom(0);
    Trace trace;
    Subscription kept;
    {
        const auto outer = effect([&] {
            if (!kept) {
                kept = a.listen([&](int value) { trace.add("L", value); });
            }
        });
    }
    a.set(1);
    QCOMPARE(trace.take(), "L1");
}

void tst_InnerEffects::inner_computedStoreBelongsToNobody()
{
    const auto a = atom(1);
    std::optional<Computed<int>> made;
    {
        const auto outer = effect([&] { made = computed([&] { return a() * 2; }); });
    }
    a.set(2);
    QCOMPARE((*made)(), 4);
}

void tst_InnerEffects::inner_deepNestingEndsInOrder()
{
    const auto a = atom(0);
    Trace trace;
    std::function<void(int)> nest = [&](int depth) {
        if (depth < 4) {
            effect([&, depth] {
                trace.add("run", depth);
                nest(depth + 1);
                return [&trace, depth] { trace.add("end", depth); };
            }).detach();
        }
    };
    {
        const auto outer = effect([&] {
            a();
            nest(1);
        });
        QCOMPARE(trace.take(), "run1 run2 run3");
        a.set(1);
        QCOMPARE(trace.take(), "run1 run2 run3 end1 end2 end3");
    }
    QCOMPARE(trace.take(), "end1 end2 end3");
}

void tst_InnerEffects::detached_innerEndsWithTheOuter()
{
    const auto a = atom(1);
    Trace trace;
    {
        const auto outer = effect([&] {
            auto inner = effect([&] { trace.add("inner", a()); });
            inner.detach();
        });
        a.set(2);
    }
    a.set(3);
    QCOMPARE(trace.take(), "inner1 inner2");
}

void tst_InnerEffects::nested_effectsEndWithTheNextRun_data()
{
    support::addListedAndTracked();
}

void tst_InnerEffects::nested_effectsEndWithTheNextRun()
{
    QFETCH(bool, listed);
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto f = [&](int value) {
        effect([&, value] {
            trace.add("run", value * 10 + b());
            return trace.adds("end");
        }).detach();
        return value;
    };
    const auto c = listed ? computed(a, f) : computed([&] { return f(a()); });
    const auto s = c.listen([] {});
    QCOMPARE(trace.take(), "run0");
    a.set(1);
    QCOMPARE(trace.take(), "run10 end");
    b.set(2);
    QCOMPARE(trace.take(), "end run12");
    a.set(2);
    QCOMPARE(trace.take(), "run22 end");
}

void tst_InnerEffects::nested_effectsEndWhenUnobserved_data()
{
    support::addListedAndTracked();
}

void tst_InnerEffects::nested_effectsEndWhenUnobserved()
{
    QFETCH(bool, listed);
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto f = [&](int value) {
        effectScope([&] { effect([&] { trace.add("run", b()); }).detach(); }).detach();
        return value;
    };
    const auto c = listed ? computed(a, f) : computed([&] { return f(a()); });
    for (int i = 0; i < 2; ++i) {
        {
            const auto s = effect([=] { c(); });
            QCOMPARE(trace.take(), "run0");
        }
        b.set(1);
        QCOMPARE(trace.take(), "");
        b.set(0);
    }
    {
        const auto s = c.listen([] {});
        QCOMPARE(trace.take(), "run0");
    }
    m_time->advance(1000);
    b.set(2);
    QCOMPARE(trace.take(), "");
}

void tst_InnerEffects::nested_effectsEndWithTheStore()
{
    const auto b = atom(0);
    Trace trace;
    {
        const auto c = computed([&] {
            effect([&] {
                trace.add("run", b());
                return trace.adds("end");
            }).detach();
            return 1;
        });
        c.peek();
        b.set(1);
        QCOMPARE(trace.take(), "run0 end run1");
    }
    QCOMPARE(trace.take(), "end");
    b.set(2);
    QCOMPARE(trace.take(), "");
}

void tst_InnerEffects::nested_scopesAndTheirEffectsEndToo()
{
    const auto a = atom(0);
    const auto b = atom(0);
    int alive = 0;
    const auto c = computed([&] {
        effectScope([&] {
            for (int i = 0; i < 3; ++i) {
                effect([&] {
                    b();
                    ++alive;
                    return [&] { --alive; };
                }).detach();
            }
        }).detach();
        return a();
    });
    const auto e = effect([=] { c(); });
    QCOMPARE(alive, 3);
    for (int i = 1; i < 5; ++i) {
        a.set(i);
        b.set(i);
        QCOMPARE(alive, 3);
    }
}

void tst_InnerEffects::nested_effectIsNotRunWhenItsStoreRunsAgain()
{
    const auto a = atom(0);
    Trace trace;
    const auto c = computed([&] {
        effect([&, number = a.get()] { trace.add("e" + QByteArray::number(number) + ":", a()); }).detach();
        return a();
    });
    const auto e = effect([=] { c(); });
    QCOMPARE(trace.take(), "e0:0");
    a.set(1);
    QCOMPARE(trace.take(), "e1:1");
    batch([&] { a.set(2); });
    QCOMPARE(trace.take(), "e2:2");
}

void tst_InnerEffects::nested_errorsOfCleanupsAreReported()
{
    ErrorLog errors;
    const auto a = atom(0);
    const auto c = computed([&] {
        effect([] { return [] { fail("cleanup"); }; }).detach();
        return a();
    });
    int seen = 0;
    const auto l = c.listen([&](int value) { seen = value; });
    a.set(1);
    QCOMPARE(seen, 1);
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("cleanup")}));
}

void tst_InnerEffects::nested_computedThatThrowsEndsTheFormerOnes()
{
    const auto a = atom(0);
    Trace trace;
    const auto c = computed([&] {
        const int value = a();
        effect([&, value] { return [&, value] { trace.add("end", value); }; }).detach();
        return orThrow(value, 5);
    });
    const auto l = c.listen([] {});
    QVERIFY(!thrownBy([&] { a.set(5); }).isEmpty());
    QCOMPARE(trace.take(), "end0");
    a.set(6);
    QCOMPARE(trace.take(), "end5");
}

QTEST_APPLESS_MAIN(tst_InnerEffects)
#include "tst_innereffects.moc"
