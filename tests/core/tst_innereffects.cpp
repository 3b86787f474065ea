// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/rows.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

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
