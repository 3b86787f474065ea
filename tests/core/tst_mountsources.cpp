// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"
#include "support/tracelife.h"

#include <QtTest/QTest>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Trace;
using support::traceLife;

/// Mounting passes through computed stores and effects to their sources.
class tst_MountSources : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void computed_listenerMountsOwnHooksThenSources();
    void computed_unmountsStepByStep();
    void computed_sharedSourceStaysUntilTheLastLeaves();
    void computed_sourceWithItsOwnListenerStays();
    void computed_hookThatSetsASourceIsSeenByTheFirstRun();
    void computed_sourceHookThatSetsIsSeenByTheFirstRun();
    void computed_withoutHooksPassesTheMountOn();
    void computed_mountedTwiceOverADiamond();
    void computed_listedEffectMountsAsAListenerDoes();

    void tracked_effectMountsSourcesFirstAfterItsFirstRun();
    void tracked_effectUnmountsDependentsFirst();
    void tracked_setInAHookRunsTheEffectAgain();
    void tracked_upAndDownInBetweenIsNeverHeard();
    void tracked_switchingBranchMountsAndUnmounts();
    void tracked_computedReadByNobodyMountsNothing();
    void tracked_listenerOfATrackedStore();
    void tracked_mountWaitsForTheEndOfABatch();
    void tracked_switchingBackInTheDelay();
};

// Rule 22, up.
void tst_MountSources::computed_listenerMountsOwnHooksThenSources()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = atom(2);
    const auto inner = computed(a, [&](int value) {
        trace.add("run-inner");
        return value;
    });
    const auto outer = computed(inner, b, [&](int x, int y) {
        trace.add("run-outer");
        return x + y;
    });
    traceLife(a, trace, "a");
    traceLife(b, trace, "b");
    traceLife(inner, trace, "inner");
    traceLife(outer, trace, "outer");
    const auto subscription = outer.subscribe(trace.adds("L"));
    QCOMPARE(trace.take(), "start-outer mount-outer start-inner mount-inner start-a mount-a run-inner start-b mount-b "
                           "run-outer L");
}

// Rule 22, down.
void tst_MountSources::computed_unmountsStepByStep()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = computed(a, [](int value) { return value; });
    const auto c = computed(b, [](int value) { return value; });
    traceLife(a, trace, "a");
    traceLife(b, trace, "b");
    traceLife(c, trace, "c");
    setUnmountDelay(b, 500ms);
    Subscription subscription = c.listen([] {});
    trace.take();
    subscription.reset();
    QCOMPARE(trace.take(), "stop-c");
    m_time->advance(999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount-c stop-b");
    m_time->advance(499);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount-b stop-a");
    m_time->advance(999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount-a");
}

void tst_MountSources::computed_sharedSourceStaysUntilTheLastLeaves()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = computed(a, [](int value) { return value; });
    const auto c = computed(a, [](int value) { return value; });
    traceLife(a, trace, "a");
    Subscription ofB = b.listen([] {});
    Subscription ofC = c.listen([] {});
    ofB.reset();
    m_time->advance(5000);
    QCOMPARE(trace.take(), "start-a mount-a");
    ofC.reset();
    m_time->advance(1000);
    QCOMPARE(trace.take(), "stop-a");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-a");
}

void tst_MountSources::computed_sourceWithItsOwnListenerStays()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = computed(a, [](int value) { return value; });
    traceLife(a, trace, "a");
    const auto ofA = a.listen([] {});
    {
        const auto ofB = b.listen([] {});
    }
    m_time->advance(5000);
    QCOMPARE(trace.take(), "start-a mount-a");
}

void tst_MountSources::computed_hookThatSetsASourceIsSeenByTheFirstRun()
{
    Trace trace;
    const auto a = atom(1);
    const auto twice = computed(a, [&](int value) {
        trace.add("run", value);
        return value * 2;
    });
    onMount(twice, [&] { a.set(5); });
    const auto subscription = twice.subscribe([&](int value) { trace.add("L", value); });
    QCOMPARE(trace.take(), "run5 L10");
    a.set(6);
    QCOMPARE(trace.take(), "run6 L12");
}

void tst_MountSources::computed_sourceHookThatSetsIsSeenByTheFirstRun()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = atom(1);
    onMount(a, [&] { b.set(20); });
    onMount(b, [&] { a.set(10); }); // a's link is made by then
    const auto sum = computed(a, b, [&](int x, int y) {
        trace.add("run", x + y);
        return x + y;
    });
    const auto subscription = sum.listen([&](int value) { trace.add("L", value); });
    QCOMPARE(sum.get(), 30);
    QVERIFY(!trace.take().contains("L"));
    a.set(0);
    QCOMPARE(trace.take(), "run20 L20");
}

void tst_MountSources::computed_withoutHooksPassesTheMountOn()
{
    Trace trace;
    const auto a = atom(1);
    traceLife(a, trace, "a");
    const auto b = computed(a, [](int value) { return value; });
    const auto c = computed([&] { return b(); });
    const auto d = computed(c, [](int value) { return value; });
    {
        const auto subscription = d.listen([] {});
        QCOMPARE(trace.take(), "start-a mount-a");
    }
    m_time->advance(10000);
    QVERIFY(!isMounted(a));
    QCOMPARE(trace.take(), "stop-a unmount-a");
}

void tst_MountSources::computed_mountedTwiceOverADiamond()
{
    Trace trace;
    const auto a = atom(1);
    traceLife(a, trace, "a");
    const auto b = computed(a, [](int value) { return value; });
    const auto c = computed(a, [](int value) { return value; });
    const auto d = computed(b, c, a, [](int x, int y, int z) { return x + y + z; });
    {
        const auto subscription = d.listen([] {});
        QCOMPARE(trace.take(), "start-a mount-a");
    }
    m_time->advance(10000);
    QCOMPARE(trace.take(), "stop-a unmount-a");
}

// Rule 22: it attaches as listen() does.
void tst_MountSources::computed_listedEffectMountsAsAListenerDoes()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = atom(2);
    traceLife(a, trace, "a");
    traceLife(b, trace, "b");
    onMount(b, [&] { b.set(20); });
    {
        const auto e = effect(a, b, [&](int x, int y) { trace.add("run", x + y); });
        QCOMPARE(trace.take(), "start-a mount-a start-b mount-b run21");
    }
    QCOMPARE(trace.take(), "stop-a stop-b");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-a unmount-b");
}

// Rule 22, tracked.
void tst_MountSources::tracked_effectMountsSourcesFirstAfterItsFirstRun()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = computed([&] { return a() * 2; });
    traceLife(a, trace, "a");
    traceLife(b, trace, "b");
    const auto e = effect([&] { trace.add("run", b()); });
    QCOMPARE(trace.take(), "run2 start-a mount-a start-b mount-b");
    a.set(2);
    QCOMPARE(trace.take(), "run4");
}

void tst_MountSources::tracked_effectUnmountsDependentsFirst()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = computed([&] { return a() * 2; });
    const auto c = computed([&] { return b() + 1; });
    traceLife(a, trace, "a");
    traceLife(b, trace, "b");
    traceLife(c, trace, "c");
    {
        const auto e = effect([&] { c(); });
        trace.take();
    }
    m_time->advance(10000);
    const QByteArray words = trace.take();
    QVERIFY2(words.indexOf("stop-c") < words.indexOf("stop-b"), words.constData());
    QVERIFY2(words.indexOf("stop-b") < words.indexOf("stop-a"), words.constData());
    QVERIFY2(words.indexOf("unmount-c") < words.indexOf("unmount-b"), words.constData());
    QVERIFY2(words.indexOf("unmount-b") < words.indexOf("unmount-a"), words.constData());
    QCOMPARE(words.count("stop-"), 3);
    QCOMPARE(words.count("unmount-"), 3);
}

void tst_MountSources::tracked_setInAHookRunsTheEffectAgain()
{
    Trace trace;
    const auto a = atom(1);
    onMount(a, [&] { a.set(2); });
    const auto e = effect([&] { trace.add("run", a()); });
    QCOMPARE(trace.take(), "run1 run2");
}

void tst_MountSources::tracked_upAndDownInBetweenIsNeverHeard()
{
    Trace trace;
    const auto a = atom(1);
    const auto on = atom(false);
    traceLife(a, trace, "a");
    const auto e = effect([&] {
        if (on()) {
            a();
        }
    });
    batch([&] {
        on.set(true);
        {
            const auto inner = effect([&] { a(); });
        }
        on.set(false);
    });
    QCOMPARE(trace.take(), "");
    batch([&] {
        Subscription inner = effect([&] { a(); });
        on.set(true);
        inner.reset();
    });
    QCOMPARE(trace.take(), "start-a mount-a");
}

void tst_MountSources::tracked_switchingBranchMountsAndUnmounts()
{
    Trace trace;
    const auto useA = atom(true);
    const auto a = atom(1);
    const auto b = atom(2);
    traceLife(a, trace, "a");
    traceLife(b, trace, "b");
    const auto chosen = computed([&] { return useA() ? a() : b(); });
    const auto subscription = chosen.listen([] {});
    QCOMPARE(trace.take(), "start-a mount-a");
    useA.set(false);
    const QByteArray words = trace.take();
    QVERIFY2(words == "start-b mount-b stop-a" || words == "stop-a start-b mount-b", words.constData());
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-a");
    useA.set(true);
    QVERIFY(trace.take().contains("mount-a"));
}

void tst_MountSources::tracked_computedReadByNobodyMountsNothing()
{
    Trace trace;
    const auto a = atom(1);
    traceLife(a, trace, "a");
    const auto b = computed([&] { return a() * 2; });
    traceLife(b, trace, "b");
    b();
    b.peek();
    const auto c = computed([&] { return b() + 1; });
    c();
    QCOMPARE(trace.take(), "");
    QVERIFY(!isMounted(a));
}

void tst_MountSources::tracked_listenerOfATrackedStore()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = computed([&] {
        trace.add("run");
        return a() * 2;
    });
    traceLife(a, trace, "a");
    traceLife(b, trace, "b");
    Subscription subscription = b.listen([] {});
    const QByteArray up = trace.take();
    QVERIFY2(up.startsWith("start-b mount-b run"), up.constData()); // own hooks as for listen(), then what it reads
    QVERIFY2(up.contains("start-a mount-a"), up.constData());
    subscription.reset();
    QCOMPARE(trace.take(), "stop-b");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-b stop-a");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-a");
}

void tst_MountSources::tracked_mountWaitsForTheEndOfABatch()
{
    Trace trace;
    const auto a = atom(1);
    traceLife(a, trace, "a");
    Subscription e;
    batch([&] {
        e = effect([&] { trace.add("run", a()); });
        trace.add("end");
    });
    QCOMPARE(trace.take(), "run1 end start-a mount-a");
    batch([&] {
        e.reset();
        trace.add("end");
    });
    QCOMPARE(trace.take(), "end stop-a");
}

void tst_MountSources::tracked_switchingBackInTheDelay()
{
    Trace trace;
    const auto on = atom(true);
    const auto a = atom(1);
    onMount(a, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    const auto e = effect([&] {
        if (on()) {
            a();
        }
    });
    for (int i = 0; i < 3; ++i) {
        on.set(false);
        m_time->advance(900);
        on.set(true);
        m_time->advance(900);
    }
    QCOMPARE(trace.take(), "mount");
    on.set(false);
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

QTEST_APPLESS_MAIN(tst_MountSources)
#include "tst_mountsources.moc"
