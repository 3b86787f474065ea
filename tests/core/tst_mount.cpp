// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"
#include "support/timedtest.h"
#include "support/tracelife.h"

#include <QtTest/QTest>

#include <functional>

using namespace nanostores;
using support::Counted;
using support::Trace;
using support::traceLife;

/// When hooks of a store's life run: around listeners, and around a read.
class tst_Mount : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void start_andStopFollowTheFirstAndTheLastListener();
    void start_comesBeforeMount();
    void start_runsAtEachFirstListener();
    void mount_runsOnceAndUnmountsAfterTheDelay();
    void mount_newestHookFirstAndCleanupsInThatOrder();
    void mount_hookWithoutCleanup();
    void mount_isNotRepeatedWhileTheDelayRuns();
    void mount_valueSetInTheHookIsWhatIsHeardFirst();
    void mount_setInTheHookNotifiesNobody();
    void mount_hookMayRead();
    void mount_lateHookWaitsForTheNextMount();
    void mount_hookAddedInAHookWaitsForTheNextMount();
    void mount_secondListenerDoesNotMountAgain();
    void mount_withinABatch();
    void hook_isUntracked();

    void get_mountsForAMoment();
    void get_orderInside();
    void get_ofAMountedStoreIsAPlainRead();
    void get_returnsWhatAHookSet();
    void get_insideAMountHook();
    void get_withoutHooksIsAPlainRead();
    void get_ofAnUnmountedListedStoreMountsItsSources();
    void get_ofAnUnmountedTrackedStoreMountsItsSources();
    void get_inAComputedStoresFunctionMountsForAMoment();

    void isMounted_followsTheMountHooks();
    void isMounted_withoutHooksIsWhetherItIsObserved();
    void store_destroyedWhileMountedRunsItsCleanups();
    void store_destroyedInItsDelayRunsItsCleanups();
    void event_storeIsTheStore();
};

// Rule 24.
void tst_Mount::start_andStopFollowTheFirstAndTheLastListener()
{
    Trace trace;
    const auto a = atom(2);
    const auto unbindStart = onStart(a, trace.adds("start"));
    const auto unbindStop = onStop(a, trace.adds("stop"));
    Subscription first = a.listen([] {});
    Subscription second = a.subscribe([] {});
    QCOMPARE(trace.take(), "start");
    first.reset();
    second.reset();
    QCOMPARE(trace.take(), "stop");
    a.get();
    QCOMPARE(trace.take(), "start stop");
    Subscription third = a.subscribe([] {});
    QCOMPARE(trace.take(), "start");
    unbindStop();
    third.reset();
    unbindStart();
    Subscription fourth = a.listen([] {});
    fourth.reset();
    QCOMPARE(trace.take(), "");
}

void tst_Mount::start_comesBeforeMount()
{
    Trace trace;
    const auto a = atom(0);
    traceLife(a, trace, "a");
    {
        const auto subscription = a.subscribe(trace.adds("L"));
        QCOMPARE(trace.take(), "start-a mount-a L");
    }
    QCOMPARE(trace.take(), "stop-a");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-a");
}

void tst_Mount::start_runsAtEachFirstListener()
{
    Trace trace;
    const auto a = atom(0);
    traceLife(a, trace, "a");
    for (int i = 0; i < 3; ++i) {
        const auto subscription = a.listen([] {});
    }
    QCOMPARE(trace.take(), "start-a mount-a stop-a start-a stop-a start-a stop-a");
}

void tst_Mount::mount_runsOnceAndUnmountsAfterTheDelay()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    QCOMPARE(trace.take(), "");
    Subscription first = a.listen([&](int value) { trace.add("1:", value); });
    QCOMPARE(trace.take(), "mount");
    Subscription second = a.listen([&](int value) { trace.add("2:", value); });
    QCOMPARE(trace.take(), "");
    a.set(1);
    first.reset();
    m_time->advance(5000);
    a.set(2);
    QCOMPARE(trace.take(), "1:1 2:1 2:2");
    second.reset();
    m_time->advance(999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
    m_time->advance(5000);
    QCOMPARE(trace.take(), "");
    second = a.listen([] {});
    QCOMPARE(trace.take(), "mount");
}

// Rule 23.
void tst_Mount::mount_newestHookFirstAndCleanupsInThatOrder()
{
    Trace trace;
    const auto a = atom(0);
    traceLife(a, trace, "1");
    traceLife(a, trace, "2");
    traceLife(a, trace, "3");
    {
        const auto subscription = a.listen([] {});
    }
    QCOMPARE(trace.take(), "start-3 start-2 start-1 mount-3 mount-2 mount-1 stop-3 stop-2 stop-1");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-3 unmount-2 unmount-1");
}

void tst_Mount::mount_hookWithoutCleanup()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, trace.adds("plain"));
    onMount(a, [&]() -> std::function<void()> {
        trace.add("empty");
        return {};
    });
    {
        const auto subscription = a.listen([] {});
    }
    m_time->advance(1000);
    QCOMPARE(trace.take(), "empty plain");
    QVERIFY(!isMounted(a));
}

// Rule 25.
void tst_Mount::mount_isNotRepeatedWhileTheDelayRuns()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    for (int i = 0; i < 5; ++i) {
        const auto subscription = a.listen([] {});
        m_time->advance(500);
    }
    QCOMPARE(trace.take(), "mount");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

// Rule 22.
void tst_Mount::mount_valueSetInTheHookIsWhatIsHeardFirst()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&](MountEvent<Atom<int>> &event) { event.store().set(23); });
    const auto subscription = a.subscribe([&](int value) { trace.add("", value); });
    QCOMPARE(trace.take(), "23");
}

void tst_Mount::mount_setInTheHookNotifiesNobody()
{
    Trace trace;
    const auto a = atom(0);
    onStart(a, [&](HookEvent<Atom<int>> &event) { event.store().set(1); });
    onMount(a, [&](MountEvent<Atom<int>> &event) { event.store().set(event.store().get() + 1); });
    const auto subscription = a.listen([&](int value) { trace.add("", value); });
    QCOMPARE(trace.take(), "");
    QCOMPARE(a.get(), 2);
    a.set(3);
    QCOMPARE(trace.take(), "3");
}

void tst_Mount::mount_hookMayRead()
{
    Trace trace;
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    onMount(twice, [&](MountEvent<Computed<int>> &event) { trace.add("mount", event.store().get()); });
    const auto subscription = twice.subscribe([&](int value) { trace.add("L", value); });
    QCOMPARE(trace.take(), "mount2 L2");
}

// Rule 23.
void tst_Mount::mount_lateHookWaitsForTheNextMount()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, trace.adds("early"));
    Subscription subscription = a.listen([] {});
    onMount(a, trace.adds("late"));
    onStart(a, trace.adds("latestart"));
    QCOMPARE(trace.take(), "early");
    subscription.reset();
    subscription = a.listen([] {});
    QCOMPARE(trace.take(), "latestart"); // the mount itself goes on
    subscription.reset();
    m_time->advance(1000);
    subscription = a.listen([] {});
    QCOMPARE(trace.take(), "latestart late early");
}

void tst_Mount::mount_hookAddedInAHookWaitsForTheNextMount()
{
    Trace trace;
    const auto a = atom(0);
    bool added = false;
    onMount(a, [&] {
        trace.add("outer");
        if (!std::exchange(added, true)) {
            onMount(a, trace.adds("inner"));
        }
    });
    {
        const auto subscription = a.listen([] {});
        QCOMPARE(trace.take(), "outer");
    }
    m_time->advance(1000);
    const auto subscription = a.listen([] {});
    QCOMPARE(trace.take(), "inner outer");
}

void tst_Mount::mount_secondListenerDoesNotMountAgain()
{
    Trace trace;
    const auto a = atom(0);
    traceLife(a, trace, "a");
    const auto first = a.listen([] {});
    const auto second = a.listen([] {});
    const auto third = effect([&] { a(); });
    a.get();
    QCOMPARE(trace.take(), "start-a mount-a");
}

void tst_Mount::mount_withinABatch()
{
    Trace trace;
    const auto a = atom(0);
    traceLife(a, trace, "a");
    batch([&] {
        const auto subscription = a.listen([] {});
        QCOMPARE(trace.take(), "start-a mount-a");
    });
    QCOMPARE(trace.take(), "stop-a");
}

void tst_Mount::hook_isUntracked()
{
    const auto other = atom(0);
    const auto a = atom(0);
    onMount(a, [&] {
        other();
        return [&] { other(); };
    });
    int runs = 0;
    const auto e = effect([&] {
        ++runs;
        a.get();
    });
    other.set(1);
    QCOMPARE(runs, 1);
}

// Rule 24.
void tst_Mount::get_mountsForAMoment()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] {
        trace.add("mount", a.get());
        return trace.adds("unmount");
    });
    a.get();
    a.get();
    QCOMPARE(trace.take(), "mount0");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

void tst_Mount::get_orderInside()
{
    Trace trace;
    const auto a = atom(1);
    traceLife(a, trace, "a");
    const auto twice = computed(a, [&](int value) {
        trace.add("run");
        return value * 2;
    });
    traceLife(twice, trace, "t");
    a.get();
    QCOMPARE(trace.take(), "start-a mount-a stop-a");
    a.get();
    QCOMPARE(trace.take(), "start-a stop-a");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-a");
    twice.get();
    QCOMPARE(trace.take(), "start-t mount-t start-a mount-a run stop-t");
    m_time->advance(999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount-t stop-a"); // only now are the sources let go
    m_time->advance(999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount-a");
}

void tst_Mount::get_ofAMountedStoreIsAPlainRead()
{
    Trace trace;
    const auto a = atom(1);
    traceLife(a, trace, "a");
    const auto subscription = a.listen([] {});
    trace.take();
    QCOMPARE(a.get(), 1);
    QCOMPARE(trace.take(), "");
}

void tst_Mount::get_returnsWhatAHookSet()
{
    const auto a = atom(0);
    onMount(a, [&] { a.set(23); });
    QCOMPARE(a.get(), 23);
    QCOMPARE(a.get(), 23);
    const auto b = atom(0);
    onStop(b, [&] { b.set(99); });
    QCOMPARE(b.get(), 99);
}

void tst_Mount::get_insideAMountHook()
{
    Trace trace;
    const auto a = atom(1);
    onStart(a, [&] { trace.add("start", a.get()); });
    onMount(a, [&] { trace.add("mount", a.get()); });
    onStop(a, [&] { trace.add("stop", a.peek()); });
    a.get();
    QCOMPARE(trace.take(), "start1 mount1 stop1");
}

void tst_Mount::get_withoutHooksIsAPlainRead()
{
    const auto a = atom(1);
    a.get();
    QVERIFY(!isMounted(a));
    QCOMPARE(m_time->scheduler().pendingTimers(), std::size_t(0));
}

void tst_Mount::get_ofAnUnmountedListedStoreMountsItsSources()
{
    Trace trace;
    const auto a = atom(1);
    onMount(a, [&] {
        trace.add("mount");
        a.set(10);
        return trace.adds("unmount");
    });
    const auto twice = computed(a, [](int value) { return value * 2; });
    QCOMPARE(twice.get(), 20);
    QVERIFY(isMounted(a));
    m_time->advance(2000);
    QCOMPARE(trace.take(), "mount unmount");
    QVERIFY(!isMounted(a));
}

void tst_Mount::get_ofAnUnmountedTrackedStoreMountsItsSources()
{
    Trace trace;
    const auto a = atom(1);
    onMount(a, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    const auto twice = computed([&] { return a() * 2; });
    QCOMPARE(twice(), 2);
    QCOMPARE(trace.take(), "");
    const auto subscription = twice.listen([] {});
    QCOMPARE(trace.take(), "mount");
}

void tst_Mount::get_inAComputedStoresFunctionMountsForAMoment()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = atom(1);
    traceLife(b, trace, "b");
    const auto sum = computed(a, [&](int value) { return value + b.get(); });
    const auto subscription = sum.listen([] {});
    QCOMPARE(trace.take(), "start-b mount-b stop-b");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount-b");
}

void tst_Mount::isMounted_followsTheMountHooks()
{
    const auto a = atom(1);
    onMount(a, [] {});
    QVERIFY(!isMounted(a));
    {
        const auto subscription = a.listen([] {});
        QVERIFY(isMounted(a));
    }
    QVERIFY(isMounted(a));
    m_time->advance(999);
    QVERIFY(isMounted(a));
    m_time->advance(1);
    QVERIFY(!isMounted(a));
    a.get();
    QVERIFY(isMounted(a));
}

void tst_Mount::isMounted_withoutHooksIsWhetherItIsObserved()
{
    const auto a = atom(1);
    const auto b = computed([&] { return a(); });
    QVERIFY(!isMounted(a));
    b();
    QVERIFY(!isMounted(a));
    QVERIFY(!isMounted(b));
    {
        const auto e = effect([&] { b(); });
        QVERIFY(isMounted(a));
        QVERIFY(isMounted(b));
    }
    QVERIFY(!isMounted(a));
    QVERIFY(!isMounted(b));
}

void tst_Mount::store_destroyedWhileMountedRunsItsCleanups()
{
    Trace trace;
    {
        const auto a = atom(Counted(1));
        traceLife(a, trace, "a");
        auto subscription = a.listen([] {});
        subscription.detach();
        trace.take();
    }
    QCOMPARE(trace.take(), "stop-a unmount-a");
    QCOMPARE(Counted::alive(), 0);
}

void tst_Mount::store_destroyedInItsDelayRunsItsCleanups()
{
    Trace trace;
    {
        const auto a = atom(Counted(1));
        traceLife(a, trace, "a");
        a.get();
        trace.take();
    }
    QCOMPARE(trace.take(), "unmount-a");
    QCOMPARE(Counted::alive(), 0);
    m_time->advance(5000);
    QCOMPARE(trace.take(), "");
}

void tst_Mount::event_storeIsTheStore()
{
    const auto a = atom(1).named("a");
    bool same = false;
    onMount(a, [&](MountEvent<Atom<int>> &event) { same = event.store() == a; });
    a.get();
    QVERIFY(same);
}

QTEST_APPLESS_MAIN(tst_Mount)
#include "tst_mount.moc"
