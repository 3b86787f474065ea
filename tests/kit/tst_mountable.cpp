// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>

#include "support/callrecorder.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <memory>

using namespace nanostores;
using support::ManualTime;
using support::Trace;

class tst_Mountable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time = std::make_unique<ManualTime>(); }
    void cleanup() { m_time.reset(); }

    void mountable_isMarked();
    void onMounted_tellsBothEndsAtOnce();
    void onStart_cleanupRunsAtTheEnd();
    void onStop_cleanupRunsAtTheNextStart();
    void onMount_isDebounced();
    void onMount_oldestHookFirst();
    void onMount_lateHookIsCalledAtOnce();
    void onMount_removedHookForgetsItsCleanup();
    void read_doesNotMount();
    void effect_mountsAfterItsFirstRun();
    void effect_mountsThroughComputedStoresSourcesFirst();
    void effect_upAndDownInABatchIsNeverHeard();
    void effect_aBranchNotReadUnmounts();
    void effect_inTheHookDoesNotKeepItsStoreMounted();
    void start_keepsObserved();
    void exec_observesForAMoment();
    void onMountEffect_runsWhileMounted();
    void onMountEffectScope_livesWhileMounted();
    void noMount_effectsDoNotMount();
    void observe_doesNotMountNorItsSources();
    void subscribe_listen_observe_callUntracked();
    void subscribe_takesAnyAccessor();
    void subscribeAny_takesAPlainValue();

private:
    std::unique_ptr<ManualTime> m_time;
};

void tst_Mountable::mountable_isMarked()
{
    const auto plain = signal(0);
    const auto marked = mountable(signal(0));
    QVERIFY(!isMountable(plain));
    QVERIFY(isMountable(marked));
}

void tst_Mountable::onMounted_tellsBothEndsAtOnce()
{
    const auto data = mountable(signal(0));
    QList<bool> told;
    onMounted(data, [&](bool mounted) { told.append(mounted); });
    auto stop = effect([&] { data(); });
    stop();
    QCOMPARE(told, (QList<bool>{true, false}));
}

void tst_Mountable::onStart_cleanupRunsAtTheEnd()
{
    const auto data = mountable(signal(0));
    const Trace trace;
    onStart(data, [&] {
        trace.add("start");
        return trace.adds("end");
    });
    auto stop = effect([&] { data(); });
    QCOMPARE(trace.take(), QByteArray("start"));
    stop();
    QCOMPARE(trace.take(), QByteArray("end"));
}

void tst_Mountable::onStop_cleanupRunsAtTheNextStart()
{
    const auto data = mountable(signal(0));
    const Trace trace;
    onStop(data, [&] {
        trace.add("stop");
        return trace.adds("again");
    });
    start(data).reset();
    QCOMPARE(trace.take(), QByteArray("stop"));
    const auto keep = start(data);
    QCOMPARE(trace.take(), QByteArray("again"));
}

void tst_Mountable::onMount_isDebounced()
{
    const auto data = mountable(signal(0));
    const Trace trace;
    onMount(data, [&] {
        trace.add("up");
        return trace.adds("down");
    });
    auto first = effect([&] { data(); });
    first();
    m_time->advance(999);
    auto second = effect([&] { data(); });
    m_time->advance(5000);
    QCOMPARE(trace.take(), QByteArray("up"));
    second();
    m_time->advance(999);
    QCOMPARE(trace.take(), QByteArray());
    m_time->advance(1);
    QCOMPARE(trace.take(), QByteArray("down"));
}

void tst_Mountable::onMount_oldestHookFirst()
{
    const auto data = mountable(signal(0));
    const auto store = atom(0);
    const Trace trace;
    for (const char *name : {"1", "2", "3"}) {
        onMount(data, trace.adds(name));
        onMount(store, trace.adds(name));
    }
    const auto a = start(data);
    QCOMPARE(trace.take(), QByteArray("1 2 3"));
    const auto b = start(store);
    QCOMPARE(trace.take(), QByteArray("3 2 1"));
}

void tst_Mountable::onMount_lateHookIsCalledAtOnce()
{
    const auto data = mountable(signal(0));
    const auto store = atom(0);
    const Trace trace;
    onMount(data, trace.adds("early"));
    onMount(store, trace.adds("early"));
    const auto a = start(data);
    const auto b = start(store);
    trace.take();
    onMount(data, [&] {
        trace.add("late");
        return trace.adds("end");
    });
    onMount(store, trace.adds("never"));
    QCOMPARE(trace.take(), QByteArray("late"));
}

void tst_Mountable::onMount_removedHookForgetsItsCleanup()
{
    const auto data = mountable(signal(0));
    const Trace trace;
    const auto unbind = onMount(data, [&] { return trace.adds("down"); });
    auto stop = start(data);
    unbind();
    unbind();
    stop();
    m_time->advance(1000);
    QCOMPARE(trace.take(), QByteArray());
}

void tst_Mountable::read_doesNotMount()
{
    const auto data = mountable(signal(0));
    int mounts = 0;
    onMount(data, [&] { ++mounts; });
    data();
    data(1);
    QCOMPARE(mounts, 0);
}

void tst_Mountable::effect_mountsAfterItsFirstRun()
{
    const auto data = mountable(signal(0));
    const Trace trace;
    onStart(data, [&] {
        trace.add("start");
        data(1);
    });
    const auto keep = effect([&] { trace.add("run", data()); });
    QCOMPARE(trace.take(), QByteArray("run0 start run1"));
}

void tst_Mountable::effect_mountsThroughComputedStoresSourcesFirst()
{
    const auto a = mountable(signal(0));
    const auto b = mountable(computed([=] { return a() + 1; }));
    const auto c = mountable(computed([=] { return b() + 1; }));
    const Trace trace;
    onMounted(a, [&](bool up) { trace.add(up ? "a+" : "a-"); });
    onMounted(b, [&](bool up) { trace.add(up ? "b+" : "b-"); });
    onMounted(c, [&](bool up) { trace.add(up ? "c+" : "c-"); });
    auto stop = effect([&] { c(); });
    QCOMPARE(trace.take(), QByteArray("a+ b+ c+"));
    stop();
    QCOMPARE(trace.take(), QByteArray("c- b- a-"));
}

void tst_Mountable::effect_upAndDownInABatchIsNeverHeard()
{
    const auto data = mountable(signal(0));
    const Trace trace;
    onMounted(data, [&](bool up) { trace.add(up ? "up" : "down"); });
    batch([&] { effect([&] { data(); }).reset(); });
    QCOMPARE(trace.take(), QByteArray());
    const auto keep = start(data);
    trace.take();
    batch([&] {
        auto other = effect([&] { data(); });
        other.reset();
    });
    QCOMPARE(trace.take(), QByteArray());
}

void tst_Mountable::effect_aBranchNotReadUnmounts()
{
    const auto use = signal(true);
    const auto data = mountable(signal(0));
    const auto keep = effect([&] {
        if (use()) {
            data();
        }
    });
    QVERIFY(isMounted(data));
    use(false);
    QVERIFY(!isMounted(data));
    use(true);
    QVERIFY(isMounted(data));
}

void tst_Mountable::effect_inTheHookDoesNotKeepItsStoreMounted()
{
    const auto data = mountable(signal(0));
    const Trace trace;
    Subscription inner;
    onStart(data, [&] {
        inner = effect([&] { data(); });
        return [&] {
            trace.add("end");
            inner.reset();
        };
    });
    start(data).reset();
    QCOMPARE(trace.take(), QByteArray("end"));
}

void tst_Mountable::start_keepsObserved()
{
    const auto data = mountable(signal(0));
    auto keep = start(data);
    QVERIFY(isMounted(data));
    keep.reset();
    QVERIFY(!isMounted(data));
}

void tst_Mountable::exec_observesForAMoment()
{
    const auto data = mountable(signal(0));
    onStart(data, [&] { data(7); });
    QCOMPARE(exec(data), 7);
    QVERIFY(!isMounted(data));
}

void tst_Mountable::onMountEffect_runsWhileMounted()
{
    const auto user = mountable(signal(0));
    const auto id = signal(1);
    QList<int> fetched;
    onMountEffect(user, [&] { fetched.append(id()); });
    id(2);
    QCOMPARE(fetched, QList<int>{});
    auto stop = start(user);
    id(3);
    QCOMPARE(fetched, (QList<int>{2, 3}));
    stop();
    m_time->advance(1000);
    id(4);
    QCOMPARE(fetched, (QList<int>{2, 3}));
}

void tst_Mountable::onMountEffectScope_livesWhileMounted()
{
    const auto data = mountable(signal(0));
    const auto status = signal(0);
    int runs = 0;
    onMountEffectScope(data, [&] {
        effect([&] {
            status();
            ++runs;
        }).detach();
    });
    auto stop = start(data);
    status(1);
    QCOMPARE(runs, 2);
    stop();
    m_time->advance(1000);
    status(2);
    QCOMPARE(runs, 2);
}

void tst_Mountable::noMount_effectsDoNotMount()
{
    const auto data = mountable(signal(0));
    QList<int> seen;
    const auto keep = noMount(data, [&] { return effect([&] { seen.append(data()); }); });
    QVERIFY(!isMounted(data));
    data(1);
    QCOMPARE(seen, (QList<int>{0, 1}));
}

void tst_Mountable::observe_doesNotMountNorItsSources()
{
    const auto data = mountable(signal(0));
    const auto twice = mountable(computed([=] { return 2 * data(); }));
    QList<int> seen;
    auto observed = observe(twice, [&](int value) { seen.append(value); });
    QVERIFY(!isMounted(twice));
    QVERIFY(!isMounted(data));
    data(1);
    QCOMPARE(seen, QList<int>{2});
    const auto keep = start(twice);
    QVERIFY(isMounted(data));
    observed.reset();
    QVERIFY(isMounted(data));
}

void tst_Mountable::subscribe_listen_observe_callUntracked()
{
    const auto a = signal(0);
    const auto other = signal(0);
    int calls = 0;
    const auto count = [&](int) {
        other();
        ++calls;
    };
    const auto one = subscribe(a, count);
    const auto two = listen(a, count);
    const auto three = observe(a, count);
    QCOMPARE(calls, 1);
    other(1);
    QCOMPARE(calls, 1);
    a(1);
    QCOMPARE(calls, 4);
}

void tst_Mountable::subscribe_takesAnyAccessor()
{
    const auto a = signal(1);
    QList<int> seen;
    const auto keep = subscribe([=] { return 2 * a(); }, [&](int value) { seen.append(value); });
    a(2);
    QCOMPARE(seen, (QList<int>{2, 4}));
}

void tst_Mountable::subscribeAny_takesAPlainValue()
{
    QList<int> seen;
    const auto none = subscribeAny(5, [&](int value) { seen.append(value); });
    QVERIFY(!none);
    const auto a = signal(1);
    const auto keep = subscribeAny(a, [&](int value) { seen.append(value); });
    a(2);
    QCOMPARE(seen, (QList<int>{5, 1, 2}));
}

QTEST_APPLESS_MAIN(tst_Mountable)
#include "tst_mountable.moc"
