// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <optional>
#include <stdexcept>

using namespace nanostores;
using support::thrownBy;
using support::Trace;

class tst_Scope : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void effectScope_stopsItsEffectsInOrder();
    void effectScope_inADeferredOneStartsWithIt();
    void effectScope_stopsNestedScopes();
    void effectScope_inAnEffectEndsWithTheNextRun();
    void effectScope_readInItsBodyReRunsTheEffectAround();
    void effectScope_readInItsBodyMountsNothing();
    void effectScope_throwingBodyStopsWhatItMade();
    void effectScope_listenersAreNotItsOwn();
    void deferScope_waitsForItsStart();
    void deferScope_startsNestedScopesFirst();
    void deferScope_nestedDoesNotStartBeforeTheOuter();
    void deferScope_droppedUnstartedRunsNothing();
    void deferScope_listedEffectsWait();
    void deferScope_stopEndsAll();
    void deferScope_stopsNestedScopesFirst();
};

void tst_Scope::effectScope_stopsItsEffectsInOrder()
{
    const auto a = signal(0);
    const Trace trace;
    auto stop = effectScope([&] {
        for (const char *name : {"a", "b", "c"}) {
            effect([&, name] {
                a();
                return trace.adds(name);
            }).detach();
        }
    });
    stop();
    QCOMPARE(trace.take(), QByteArray("a b c"));
    a(1);
    QCOMPARE(trace.take(), QByteArray());
}

void tst_Scope::effectScope_stopsNestedScopes()
{
    const auto a = signal(0);
    int runs = 0;
    auto stop = effectScope([&] {
        effectScope([&] {
            effect([&] {
                a();
                ++runs;
            }).detach();
        }).detach();
    });
    a(1);
    QCOMPARE(runs, 2);
    stop();
    a(2);
    QCOMPARE(runs, 2);
}

void tst_Scope::effectScope_inAnEffectEndsWithTheNextRun()
{
    const auto outer = signal(0);
    const auto inner = signal(0);
    int runs = 0;
    const auto keep = effect([&] {
        outer();
        effectScope([&] {
            effect([&] {
                inner();
                ++runs;
            }).detach();
        }).detach();
    });
    outer(1);
    QCOMPARE(runs, 2);
    inner(1);
    QCOMPARE(runs, 3);
}

void tst_Scope::effectScope_readInItsBodyReRunsTheEffectAround()
{
    const auto a = signal(0);
    int runs = 0;
    const auto keep = effect([&] {
        ++runs;
        effectScope([&] { a(); }).detach();
    });
    a(1);
    QCOMPARE(runs, 2);
}

void tst_Scope::effectScope_readInItsBodyMountsNothing()
{
    const support::ManualTime time;
    const auto a = mountable(signal(0));
    const auto keep = effect([&] { effectScope([&] { a(); }).detach(); });
    QVERIFY(!isMounted(a));
}

void tst_Scope::effectScope_throwingBodyStopsWhatItMade()
{
    const auto a = signal(0);
    int runs = 0;
    const QString error = thrownBy([&] {
        (void)effectScope([&] {
            effect([&] {
                a();
                ++runs;
            }).detach();
            throw std::runtime_error("no");
        });
    });
    QCOMPARE(error, QStringLiteral("no"));
    a(1);
    QCOMPARE(runs, 1);
}

void tst_Scope::effectScope_listenersAreNotItsOwn()
{
    const auto a = signal(0);
    int calls = 0;
    Subscription listener;
    auto stop = effectScope([&] { listener = a.listen([&] { ++calls; }); });
    stop();
    a(1);
    QCOMPARE(calls, 1);
}

void tst_Scope::deferScope_waitsForItsStart()
{
    const auto count = signal(0);
    QList<int> seen;
    auto start = deferScope([&] { effect([&] { seen.append(count()); }).detach(); });
    count(5);
    QCOMPARE(seen, QList<int>{});
    auto stop = start();
    QCOMPARE(seen, QList<int>{5});
    count(10);
    QCOMPARE(seen, (QList<int>{5, 10}));
    stop();
    count(11);
    QCOMPARE(seen, (QList<int>{5, 10}));
}

void tst_Scope::deferScope_startsNestedScopesFirst()
{
    const Trace trace;
    std::optional<DeferredScope> nested;
    auto start = deferScope([&] {
        effect([&] { trace.add("own1"); }).detach();
        nested = deferScope([&] { effect([&] { trace.add("nested"); }).detach(); });
        effect([&] { trace.add("own2"); }).detach();
    });
    const auto stop = start();
    QCOMPARE(trace.take(), QByteArray("nested own1 own2"));
}

void tst_Scope::deferScope_nestedDoesNotStartBeforeTheOuter()
{
    int runs = 0;
    std::optional<DeferredScope> inner;
    auto outer = deferScope([&] { inner = deferScope([&] { effect([&] { ++runs; }).detach(); }); });
    auto stopInner = (*inner)();
    QCOMPARE(runs, 0);
    auto stopOuter = outer();
    QCOMPARE(runs, 1);
    stopOuter();
}

void tst_Scope::deferScope_droppedUnstartedRunsNothing()
{
    const auto a = signal(0);
    int runs = 0;
    {
        const auto start = deferScope([&] {
            effect([&] {
                a();
                ++runs;
            }).detach();
        });
    }
    a(1);
    QCOMPARE(runs, 0);
}

void tst_Scope::deferScope_listedEffectsWait()
{
    const auto a = atom(0);
    QList<int> seen;
    auto start = deferScope([&] { effect(a, [&](int value) { seen.append(value); }).detach(); });
    a.set(1);
    QCOMPARE(seen, QList<int>{});
    const auto stop = start();
    a.set(2);
    QCOMPARE(seen, (QList<int>{1, 2}));
}

void tst_Scope::deferScope_stopEndsAll()
{
    const Trace trace;
    auto start = deferScope([&] {
        effect([&] { return trace.adds("a"); }).detach();
        effect([&] { return trace.adds("b"); }).detach();
    });
    auto stop = start();
    stop();
    QCOMPARE(trace.take(), QByteArray("a b"));
}

void tst_Scope::effectScope_inADeferredOneStartsWithIt()
{
    const auto a = signal(0);
    int runs = 0;
    auto start = deferScope([&] {
        effectScope([&] {
            effectScope([&] {
                effect([&] {
                    a();
                    ++runs;
                }).detach();
            }).detach();
            effect(a, [&](int) { ++runs; }).detach();
        }).detach();
    });
    a(1);
    QCOMPARE(runs, 0);
    auto running = start();
    QCOMPARE(runs, 2);
    a(2);
    QCOMPARE(runs, 4);
    running.reset();
    a(3);
    QCOMPARE(runs, 4);
}

void tst_Scope::deferScope_stopsNestedScopesFirst()
{
    Trace trace;
    const auto ends = [&](const char *word) { effect([&, word] { return trace.adds(word); }).detach(); };
    auto start = deferScope([&] {
        ends("own1");
        effectScope([&] { ends("inner1"); }).detach();
        ends("own2");
        effectScope([&] { ends("inner2"); }).detach();
    });
    start().reset();
    QCOMPARE(trace.take(), "inner1 inner2 own1 own2");
    effectScope([&] {
        ends("own1");
        effectScope([&] { ends("inner1"); }).detach();
        ends("own2");
    }).reset();
    QCOMPARE(trace.take(), "own1 inner1 own2");
}

QTEST_APPLESS_MAIN(tst_Scope)
#include "tst_scope.moc"
