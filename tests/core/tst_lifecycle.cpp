// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Counted;
using support::ErrorLog;
using support::ManualTime;
using support::thrownBy;
using support::Trace;

static_assert(STORE_UNMOUNT_DELAY == 1s);

namespace {

/// Traces all four moments of a store's life.
template<typename S>
void traceLife(const S &store, const Trace &trace, const QByteArray &name)
{
    onStart(store, trace.adds("start-" + name));
    onStop(store, trace.adds("stop-" + name));
    onMount(store, [trace, name] {
        trace.add("mount-" + name);
        return trace.adds("unmount-" + name);
    });
}

} // namespace

class tst_Lifecycle : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time.emplace(); }
    void cleanup() { m_time.reset(); }

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

    void delay_restartsAtEachLastLeave();
    void delay_isCancelledByAListener();
    void delay_ofAStoreCanBeSet();
    void delay_ofZeroWaitsForTheNextTurn();
    void delay_negativeCountsAsZero();
    void delay_changedWhileRunningHoldsFromTheNextLeave();
    void delay_storesEndInOrderOfTheirMoments();
    void delay_isNotProlongedByGet();
    void delay_cleanupMayListenAgain();
    void delay_cleanupMayWrite();
    void delay_twoStoresAtTheSameMoment();
    void delay_withoutASchedulerIsKeptAndHandedOver();
    void delay_movesFromOneSchedulerToTheNext();
    void delay_survivesTheEndOfItsScheduler();

    void get_mountsForAMoment();
    void get_orderInside();
    void get_ofAMountedStoreIsAPlainRead();
    void get_returnsWhatAHookSet();
    void get_insideAMountHook();
    void get_withoutHooksIsAPlainRead();
    void get_ofAnUnmountedListedStoreMountsItsSources();
    void get_ofAnUnmountedTrackedStoreMountsItsSources();
    void get_inAComputedStoresFunctionMountsForAMoment();

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

    void shared_isOneObjectForTheHooksOfARound();
    void shared_isNewForEachRound();
    void shared_holdsOneObjectOfEachType();

    void unbind_takesAHookAway();
    void unbind_twiceIsANoOp();
    void unbind_droppedLeavesTheHook();
    void unbind_afterTheStoreIsGone();
    void unbind_ofAMountHookForgetsItsCleanup();
    void unbind_duringTheRound();

    void set_hookMayAbort();
    void set_hookMayReplaceTheValue();
    void set_hookRunsBeforeTheComparison();
    void set_allHooksRunThoughOneAborted();
    void set_hookMaySetAnotherStore();
    void notify_hookRunsAfterTheChangeAndBeforeTheListeners();
    void notify_hookMayAbort();
    void notify_abortLeavesComputedStoresTruthful();
    void notify_hookHearsTheOldValue();
    void notify_hookKeepsHearingTheOldValueAfterTheLastListener();
    void notify_hookRunsWithoutListeners();
    void notify_isHeardForNotifyToo();
    void setAndNotify_together();
    void hooks_ofSeveralStoresStayApart();

    void isMounted_followsTheMountHooks();
    void isMounted_withoutHooksIsWhetherItIsObserved();
    void store_destroyedWhileMountedRunsItsCleanups();
    void store_destroyedInItsDelayRunsItsCleanups();
    void event_storeIsTheStore();

private:
    std::optional<ManualTime> m_time;
};

// Rule 24.
void tst_Lifecycle::start_andStopFollowTheFirstAndTheLastListener()
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

void tst_Lifecycle::start_comesBeforeMount()
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

void tst_Lifecycle::start_runsAtEachFirstListener()
{
    Trace trace;
    const auto a = atom(0);
    traceLife(a, trace, "a");
    for (int i = 0; i < 3; ++i) {
        const auto subscription = a.listen([] {});
    }
    QCOMPARE(trace.take(), "start-a mount-a stop-a start-a stop-a start-a stop-a");
}

void tst_Lifecycle::mount_runsOnceAndUnmountsAfterTheDelay()
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
void tst_Lifecycle::mount_newestHookFirstAndCleanupsInThatOrder()
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

void tst_Lifecycle::mount_hookWithoutCleanup()
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
void tst_Lifecycle::mount_isNotRepeatedWhileTheDelayRuns()
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
void tst_Lifecycle::mount_valueSetInTheHookIsWhatIsHeardFirst()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&](MountEvent<Atom<int>> &event) { event.store().set(23); });
    const auto subscription = a.subscribe([&](int value) { trace.add("", value); });
    QCOMPARE(trace.take(), "23");
}

void tst_Lifecycle::mount_setInTheHookNotifiesNobody()
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

void tst_Lifecycle::mount_hookMayRead()
{
    Trace trace;
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    onMount(twice, [&](MountEvent<Computed<int>> &event) { trace.add("mount", event.store().get()); });
    const auto subscription = twice.subscribe([&](int value) { trace.add("L", value); });
    QCOMPARE(trace.take(), "mount2 L2");
}

// Rule 23.
void tst_Lifecycle::mount_lateHookWaitsForTheNextMount()
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

void tst_Lifecycle::mount_hookAddedInAHookWaitsForTheNextMount()
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

void tst_Lifecycle::mount_secondListenerDoesNotMountAgain()
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

void tst_Lifecycle::mount_withinABatch()
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

void tst_Lifecycle::hook_isUntracked()
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

// Rule 25.
void tst_Lifecycle::delay_restartsAtEachLastLeave()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    Subscription subscription = a.listen([] {});
    subscription.reset();
    m_time->advance(600);
    subscription = a.listen([] {});
    subscription.reset();
    m_time->advance(600); // 1200 after the first leave, 600 after the second
    QCOMPARE(trace.take(), "");
    m_time->advance(399);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
}

void tst_Lifecycle::delay_isCancelledByAListener()
{
    Trace trace;
    const auto a = atom(0);
    traceLife(a, trace, "a");
    Subscription subscription = a.listen([] {});
    subscription.reset();
    trace.take();
    m_time->advance(999);
    subscription = a.listen([] {});
    QCOMPARE(trace.take(), "start-a");
    m_time->advance(10000);
    QCOMPARE(trace.take(), "");
    QVERIFY(isMounted(a));
}

void tst_Lifecycle::delay_ofAStoreCanBeSet()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    onMount(
        a, [&] { return trace.adds("a"); }, 5000ms);
    onMount(b, [&] { return trace.adds("b"); });
    setUnmountDelay(b, 200ms);
    {
        const auto ofA = a.listen([] {});
        const auto ofB = b.listen([] {});
    }
    m_time->advance(199);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "b");
    m_time->advance(4799);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "a");
}

void tst_Lifecycle::delay_ofZeroWaitsForTheNextTurn()
{
    Trace trace;
    const auto a = atom(0);
    onMount(
        a,
        [&] {
            trace.add("mount");
            return trace.adds("unmount");
        },
        0ms);
    Subscription subscription = a.listen([] {});
    subscription.reset();
    subscription = a.listen([] {});
    subscription.reset();
    QCOMPARE(trace.take(), "mount");
    m_time->advance(0);
    QCOMPARE(trace.take(), "unmount");
}

void tst_Lifecycle::delay_negativeCountsAsZero()
{
    Trace trace;
    const auto a = atom(0);
    onMount(
        a, [&] { return trace.adds("unmount"); }, -5ms);
    {
        const auto subscription = a.listen([] {});
    }
    QCOMPARE(trace.take(), "");
    m_time->advance(0);
    QCOMPARE(trace.take(), "unmount");
}

void tst_Lifecycle::delay_changedWhileRunningHoldsFromTheNextLeave()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    {
        const auto subscription = a.listen([] {});
    }
    setUnmountDelay(a, 10ms);
    m_time->advance(999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
    {
        const auto subscription = a.listen([] {});
    }
    m_time->advance(10);
    QCOMPARE(trace.take(), "unmount");
}

void tst_Lifecycle::delay_storesEndInOrderOfTheirMoments()
{
    Trace trace;
    std::vector<Atom<int>> stores;
    const int delays[] = {300, 100, 200, 100, 0};
    for (int i = 0; i < 5; ++i) {
        stores.push_back(atom(i));
        onMount(
            stores.back(), [&trace, i] { return [&trace, i] { trace.add("", i); }; },
            std::chrono::milliseconds(delays[i]));
    }
    for (const auto &store : stores) {
        store.get();
    }
    m_time->advance(1000);
    QCOMPARE(trace.take(), "4 1 3 2 0");
}

void tst_Lifecycle::delay_isNotProlongedByGet()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    a.get();
    m_time->advance(900);
    a.get();
    m_time->advance(99);
    QCOMPARE(trace.take(), "mount");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
    a.get(); // begins one where none runs
    QCOMPARE(trace.take(), "mount");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

void tst_Lifecycle::delay_cleanupMayListenAgain()
{
    Trace trace;
    Subscription again;
    bool relisten = true;
    const auto a = atom(0);
    onMount(a, [&] {
        trace.add("mount");
        return [&] {
            trace.add("unmount");
            if (relisten) {
                again = a.listen(trace.adds("L"));
            }
        };
    });
    {
        const auto subscription = a.listen([] {});
    }
    m_time->advance(1000);
    QCOMPARE(trace.take(), "mount unmount mount");
    a.set(1);
    QCOMPARE(trace.take(), "L");
    m_time->advance(5000);
    QVERIFY(isMounted(a));
    relisten = false;
    again.reset();
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

void tst_Lifecycle::delay_cleanupMayWrite()
{
    Trace trace;
    const auto log = atom(0);
    const auto a = atom(0);
    onMount(a, [&] { return [&] { log.set(log.get() + 1); }; });
    const auto ofLog = log.listen([&](int value) { trace.add("log", value); });
    a.get();
    m_time->advance(1000);
    QCOMPARE(trace.take(), "log1");
}

void tst_Lifecycle::delay_twoStoresAtTheSameMoment()
{
    Trace trace;
    const auto a = atom(0);
    const auto b = atom(0);
    onMount(a, [&] { return [&] { trace.add("a"); }; });
    onMount(b, [&] { return [&] { trace.add("b"); }; });
    Subscription ofB = b.listen([] {});
    Subscription ofA = a.listen([] {});
    ofA.reset();
    ofB.reset();
    m_time->advance(1000);
    QCOMPARE(trace.take(), "a b");
}

void tst_Lifecycle::delay_withoutASchedulerIsKeptAndHandedOver()
{
    Trace trace;
    setScheduler(nullptr);
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    a.get();
    QVERIFY(isMounted(a));
    ManualScheduler late;
    late.advance(5000ms);
    setScheduler(&late);
    late.advance(999ms);
    QCOMPARE(trace.take(), "");
    late.advance(1ms);
    QCOMPARE(trace.take(), "unmount");
    setScheduler(nullptr);
}

void tst_Lifecycle::delay_movesFromOneSchedulerToTheNext()
{
    Trace trace;
    ManualScheduler first;
    ManualScheduler second;
    second.advance(100000ms);
    setScheduler(&first);
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    a.get();
    first.advance(400ms);
    setScheduler(&second);
    first.advance(5000ms);
    second.advance(599ms);
    QCOMPARE(trace.take(), "");
    second.advance(1ms);
    QCOMPARE(trace.take(), "unmount");
    setScheduler(nullptr);
}

void tst_Lifecycle::delay_survivesTheEndOfItsScheduler()
{
    Trace trace;
    const auto a = atom(0);
    onMount(a, [&] { return trace.adds("unmount"); });
    {
        ManualScheduler first;
        first.advance(70000ms);
        setScheduler(&first);
        a.get();
        first.advance(400ms);
    }
    QVERIFY(!scheduler());
    ManualScheduler second;
    setScheduler(&second);
    second.advance(599ms);
    QCOMPARE(trace.take(), "");
    second.advance(1ms);
    QCOMPARE(trace.take(), "unmount");
    setScheduler(nullptr);
}

// Rule 24.
void tst_Lifecycle::get_mountsForAMoment()
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

void tst_Lifecycle::get_orderInside()
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

void tst_Lifecycle::get_ofAMountedStoreIsAPlainRead()
{
    Trace trace;
    const auto a = atom(1);
    traceLife(a, trace, "a");
    const auto subscription = a.listen([] {});
    trace.take();
    QCOMPARE(a.get(), 1);
    QCOMPARE(trace.take(), "");
}

void tst_Lifecycle::get_returnsWhatAHookSet()
{
    const auto a = atom(0);
    onMount(a, [&] { a.set(23); });
    QCOMPARE(a.get(), 23);
    QCOMPARE(a.get(), 23);
    const auto b = atom(0);
    onStop(b, [&] { b.set(99); });
    QCOMPARE(b.get(), 99);
}

void tst_Lifecycle::get_insideAMountHook()
{
    Trace trace;
    const auto a = atom(1);
    onStart(a, [&] { trace.add("start", a.get()); });
    onMount(a, [&] { trace.add("mount", a.get()); });
    onStop(a, [&] { trace.add("stop", a.peek()); });
    a.get();
    QCOMPARE(trace.take(), "start1 mount1 stop1");
}

void tst_Lifecycle::get_withoutHooksIsAPlainRead()
{
    const auto a = atom(1);
    a.get();
    QVERIFY(!isMounted(a));
    QCOMPARE(m_time->scheduler().pendingTimers(), std::size_t(0));
}

void tst_Lifecycle::get_ofAnUnmountedListedStoreMountsItsSources()
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

void tst_Lifecycle::get_ofAnUnmountedTrackedStoreMountsItsSources()
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

void tst_Lifecycle::get_inAComputedStoresFunctionMountsForAMoment()
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

// Rule 22, up.
void tst_Lifecycle::computed_listenerMountsOwnHooksThenSources()
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
void tst_Lifecycle::computed_unmountsStepByStep()
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

void tst_Lifecycle::computed_sharedSourceStaysUntilTheLastLeaves()
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

void tst_Lifecycle::computed_sourceWithItsOwnListenerStays()
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

void tst_Lifecycle::computed_hookThatSetsASourceIsSeenByTheFirstRun()
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

void tst_Lifecycle::computed_sourceHookThatSetsIsSeenByTheFirstRun()
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

void tst_Lifecycle::computed_withoutHooksPassesTheMountOn()
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

void tst_Lifecycle::computed_mountedTwiceOverADiamond()
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
void tst_Lifecycle::computed_listedEffectMountsAsAListenerDoes()
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
void tst_Lifecycle::tracked_effectMountsSourcesFirstAfterItsFirstRun()
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

void tst_Lifecycle::tracked_effectUnmountsDependentsFirst()
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

void tst_Lifecycle::tracked_setInAHookRunsTheEffectAgain()
{
    Trace trace;
    const auto a = atom(1);
    onMount(a, [&] { a.set(2); });
    const auto e = effect([&] { trace.add("run", a()); });
    QCOMPARE(trace.take(), "run1 run2");
}

void tst_Lifecycle::tracked_upAndDownInBetweenIsNeverHeard()
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

void tst_Lifecycle::tracked_switchingBranchMountsAndUnmounts()
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

void tst_Lifecycle::tracked_computedReadByNobodyMountsNothing()
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

void tst_Lifecycle::tracked_listenerOfATrackedStore()
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

void tst_Lifecycle::tracked_mountWaitsForTheEndOfABatch()
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

void tst_Lifecycle::tracked_switchingBackInTheDelay()
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

// Rule 23.
void tst_Lifecycle::shared_isOneObjectForTheHooksOfARound()
{
    const auto a = atom(0);
    QList<int> seen;
    const auto count = [&](auto &event) { seen.append(++event.template shared<int>()); };
    onStart(a, [&](HookEvent<Atom<int>> &event) { count(event); });
    onStart(a, [&](HookEvent<Atom<int>> &event) { count(event); });
    onStop(a, [&](HookEvent<Atom<int>> &event) { count(event); });
    onStop(a, [&](HookEvent<Atom<int>> &event) { count(event); });
    onMount(a, [&](MountEvent<Atom<int>> &event) { count(event); });
    onMount(a, [&](MountEvent<Atom<int>> &event) { count(event); });
    onSet(a, [&](SetEvent<Atom<int>> &event) { count(event); });
    onSet(a, [&](SetEvent<Atom<int>> &event) { count(event); });
    onNotify(a, [&](NotifyEvent<Atom<int>> &event) { count(event); });
    onNotify(a, [&](NotifyEvent<Atom<int>> &event) { count(event); });
    {
        const auto subscription = a.listen([] {});
        QCOMPARE(seen, QList<int>({1, 2, 1, 2}));
        a.set(1);
        QCOMPARE(seen, QList<int>({1, 2, 1, 2, 1, 2, 1, 2}));
    }
    QCOMPARE(seen, QList<int>({1, 2, 1, 2, 1, 2, 1, 2, 1, 2}));
}

void tst_Lifecycle::shared_isNewForEachRound()
{
    const auto a = atom(0);
    QList<int> seen;
    onSet(a, [&](SetEvent<Atom<int>> &event) { seen.append(++event.shared<int>()); });
    a.set(1);
    a.set(2);
    QCOMPARE(seen, QList<int>({1, 1}));
}

void tst_Lifecycle::shared_holdsOneObjectOfEachType()
{
    Trace trace;
    const auto a = atom(0);
    onSet(a, [&](SetEvent<Atom<int>> &event) {
        trace.add(QByteArray::fromStdString(event.shared<std::string>()));
        trace.add("", event.shared<int>());
    });
    onSet(a, [&](SetEvent<Atom<int>> &event) {
        event.shared<std::string>() = "text";
        event.shared<int>() = 7;
    });
    a.set(1);
    QCOMPARE(trace.take(), "text 7");
}

void tst_Lifecycle::unbind_takesAHookAway()
{
    Trace trace;
    const auto a = atom(0);
    const auto stop1 = onStop(a, trace.adds("stop1"));
    const auto mount1 = onMount(a, [&] {
        trace.add("mount1");
        return trace.adds("unmount1");
    });
    onStop(a, trace.adds("stop2"));
    const auto mount2 = onMount(a, [&] {
        trace.add("mount2");
        return trace.adds("unmount2");
    });
    Subscription subscription = a.listen([&](int value) { trace.add("", value); });
    a.set(1);
    subscription.reset();
    a.set(2);
    m_time->advance(1000);
    QCOMPARE(trace.take(), "mount2 mount1 1 stop2 stop1 unmount2 unmount1");
    mount1();
    stop1();
    subscription = a.listen([&](int value) { trace.add("", value); });
    a.set(3);
    mount2();
    subscription.reset();
    m_time->advance(1000);
    QCOMPARE(trace.take(), "mount2 3 stop2");
}

void tst_Lifecycle::unbind_twiceIsANoOp()
{
    Trace trace;
    const auto a = atom(0);
    const auto first = onSet(a, trace.adds("first"));
    const auto second = onSet(a, trace.adds("second"));
    const auto copy = first;
    first();
    first();
    copy();
    a.set(1);
    QCOMPARE(trace.take(), "second");
    second();
    second();
    a.set(2);
    QCOMPARE(trace.take(), "");
    const Unbind none;
    none();
}

void tst_Lifecycle::unbind_droppedLeavesTheHook()
{
    Trace trace;
    const auto a = atom(0);
    {
        const auto unbind = onSet(a, trace.adds("set"));
    }
    a.set(1);
    QCOMPARE(trace.take(), "set");
}

void tst_Lifecycle::unbind_afterTheStoreIsGone()
{
    Unbind unbind;
    {
        const auto a = atom(0);
        unbind = onMount(a, [] {});
    }
    unbind();
}

// Rule 23.
void tst_Lifecycle::unbind_ofAMountHookForgetsItsCleanup()
{
    Trace trace;
    const auto a = atom(0);
    const auto first = onMount(a, [&] { return trace.adds("first"); });
    onMount(a, [&] { return trace.adds("second"); });
    {
        const auto subscription = a.listen([] {});
        first();
    }
    m_time->advance(1000);
    QCOMPARE(trace.take(), "second");
}

void tst_Lifecycle::unbind_duringTheRound()
{
    Trace trace;
    const auto a = atom(0);
    const auto oldest = onMount(a, [&] { return trace.adds("oldest"); });
    Unbind own;
    own = onMount(a, [&] {
        trace.add("own");
        own();
        oldest();
        return trace.adds("endown");
    });
    onMount(a, [&] { return trace.adds("newest"); });
    {
        const auto subscription = a.listen([] {});
    }
    m_time->advance(1000);
    const QByteArray words = trace.take();
    QVERIFY2(words == "own newest" || words == "own newest endown", words.constData());
}

// Rule 37.
void tst_Lifecycle::set_hookMayAbort()
{
    Trace trace;
    const auto a = atom(std::string("init"));
    const auto validation = onSet(a, [](SetEvent<Atom<std::string>> &event) {
        if (event.newValue() == "broken") {
            event.abort();
        }
    });
    const auto subscription = a.listen([&](const std::string &value) { trace.add(QByteArray::fromStdString(value)); });
    a.set("broken");
    QCOMPARE(a.get(), std::string("init"));
    a.set("new");
    validation();
    a.set("broken");
    QCOMPARE(trace.take(), "new broken");
}

void tst_Lifecycle::set_hookMayReplaceTheValue()
{
    Trace trace;
    const auto a = atom(0);
    onSet(a, [&](SetEvent<Atom<int>> &event) { trace.add("then", event.newValue()); });
    onSet(a, [&](SetEvent<Atom<int>> &event) { event.replace(std::min(event.newValue(), 10)); });
    const auto subscription = a.listen([&](int value) { trace.add("", value); });
    a.set(5);
    a.set(50);
    a.set(60);
    QCOMPARE(trace.take(), "then5 5 then10 10 then10");
}

void tst_Lifecycle::set_hookRunsBeforeTheComparison()
{
    Trace trace;
    const auto a = atom(1);
    onSet(a, [&](SetEvent<Atom<int>> &event) {
        trace.add("set", event.newValue());
        trace.add("was", a.get());
    });
    const auto subscription = a.listen(trace.adds("L"));
    a.set(1);
    a.set(2);
    QCOMPARE(trace.take(), "set1 was1 set2 was1 L");
}

void tst_Lifecycle::set_allHooksRunThoughOneAborted()
{
    Trace trace;
    const auto a = atom(1);
    onSet(a, trace.adds("oldest"));
    onSet(a, [&](SetEvent<Atom<int>> &event) {
        trace.add("aborts");
        event.abort();
    });
    onSet(a, trace.adds("newest"));
    a.set(2);
    QCOMPARE(trace.take(), "newest aborts oldest");
    QCOMPARE(a.get(), 1);
}

void tst_Lifecycle::set_hookMaySetAnotherStore()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = atom(1);
    onSet(a, [&](SetEvent<Atom<int>> &event) { b.set(event.newValue() * 10); });
    const auto ofA = a.listen([&](int value) { trace.add("a", value); });
    const auto ofB = b.listen([&](int value) { trace.add("b", value); });
    a.set(2);
    QCOMPARE(trace.take(), "b20 a2");
}

void tst_Lifecycle::notify_hookRunsAfterTheChangeAndBeforeTheListeners()
{
    Trace trace;
    const auto a = atom(1);
    const auto subscription = a.listen(trace.adds("L"));
    onNotify(a, [&](NotifyEvent<Atom<int>> &event) { trace.add("notify", event.store().get()); });
    a.set(2);
    QCOMPARE(trace.take(), "notify2 L");
}

void tst_Lifecycle::notify_hookMayAbort()
{
    Trace trace;
    const auto a = atom(1);
    const auto hider = onNotify(a, [](NotifyEvent<Atom<int>> &event) {
        if (event.store().get() == 2) {
            event.abort();
        }
    });
    onNotify(a, trace.adds("notify"));
    const auto subscription = a.listen([&](int value) { trace.add("", value); });
    a.set(2);
    QCOMPARE(a.get(), 2);
    a.set(3);
    QCOMPARE(trace.take(), "notify notify 3");
    hider();
    a.set(2);
    QCOMPARE(trace.take(), "notify 2");
}

// Rule 9.
void tst_Lifecycle::notify_abortLeavesComputedStoresTruthful()
{
    Trace trace;
    const auto a = atom(1);
    onNotify(a, [](NotifyEvent<Atom<int>> &event) {
        if (event.store().get() == 2) {
            event.abort();
        }
    });
    const auto listed = computed(a, [](int value) { return value * 10; });
    const auto tracked = computed([&] { return a() * 100; });
    const auto ll = listed.listen([&](int value) { trace.add("", value); });
    const auto lt = tracked.listen([&](int value) { trace.add("", value); });
    a.set(2);
    QCOMPARE(trace.take(), "");
    QCOMPARE(tracked.peek(), 200);
    QCOMPARE(listed.peek(), 20);
    trace.take();
    a.set(3);
    QCOMPARE(trace.take(), "30 300");
}

void tst_Lifecycle::notify_hookHearsTheOldValue()
{
    Trace trace;
    const auto a = atom(1);
    onNotify(a, [&](NotifyEvent<Atom<int>> &event) { trace.add("", event.oldValue() ? *event.oldValue() : -1); });
    const auto subscription = a.listen([] {});
    a.set(2);
    a.notify();
    a.set(3);
    batch([&] {
        a.set(4);
        a.set(5);
    });
    QCOMPARE(trace.take(), "1 -1 2 3 4");
}

void tst_Lifecycle::notify_hookKeepsHearingTheOldValueAfterTheLastListener()
{
    Trace trace;
    const auto a = atom(1);
    onNotify(a, [&](NotifyEvent<Atom<int>> &event) { trace.add("", event.oldValue() ? *event.oldValue() : -1); });
    {
        const auto subscription = a.listen([] {});
    }
    a.set(2);
    QCOMPARE(trace.take(), "1");
}

void tst_Lifecycle::notify_hookRunsWithoutListeners()
{
    Trace trace;
    const auto a = atom(1);
    const auto unbind = onNotify(a, trace.adds("notify"));
    a.set(2);
    a.set(2);
    unbind();
    a.set(3);
    QCOMPARE(trace.take(), "notify");
}

void tst_Lifecycle::notify_isHeardForNotifyToo()
{
    Trace trace;
    const auto a = atom(1);
    bool abort = false;
    onNotify(a, [&](NotifyEvent<Atom<int>> &event) {
        trace.add("notify");
        if (abort) {
            event.abort();
        }
    });
    const auto subscription = a.listen(trace.adds("L"));
    a.notify();
    abort = true;
    a.notify();
    QCOMPARE(trace.take(), "notify L notify");
}

void tst_Lifecycle::setAndNotify_together()
{
    Trace trace;
    const auto a = atom(std::string("init"));
    const auto word = [&](const char *name, const std::string &value) {
        trace.add(name + QByteArray::fromStdString(value));
    };
    onSet(a, [&](SetEvent<Atom<std::string>> &event) { word("set:", event.newValue()); });
    onNotify(a, [&](NotifyEvent<Atom<std::string>> &event) { word("notify:", *event.oldValue()); });
    const auto subscription = a.subscribe([&](const std::string &value) { word("L:", value); });
    a.set("new");
    a.set("new");
    QCOMPARE(trace.take(), "L:init set:new notify:init L:new set:new");
}

void tst_Lifecycle::hooks_ofSeveralStoresStayApart()
{
    Trace trace;
    const auto a = atom(1);
    const auto b = atom(1);
    onSet(a, trace.adds("a"));
    onSet(b, trace.adds("b"));
    a.set(2);
    b.set(2);
    QCOMPARE(trace.take(), "a b");
}

void tst_Lifecycle::isMounted_followsTheMountHooks()
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

void tst_Lifecycle::isMounted_withoutHooksIsWhetherItIsObserved()
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

void tst_Lifecycle::store_destroyedWhileMountedRunsItsCleanups()
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

void tst_Lifecycle::store_destroyedInItsDelayRunsItsCleanups()
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

void tst_Lifecycle::event_storeIsTheStore()
{
    const auto a = atom(1).named("a");
    bool same = false;
    onMount(a, [&](MountEvent<Atom<int>> &event) { same = event.store() == a; });
    a.get();
    QVERIFY(same);
}

QTEST_APPLESS_MAIN(tst_Lifecycle)
#include "tst_lifecycle.moc"
