// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <string>

using namespace nanostores;
using support::Trace;

/// What hooks may do: share objects of a round, be taken away, and refuse or replace what is set.
class tst_Hooks : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
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
};

// Rule 23.
void tst_Hooks::shared_isOneObjectForTheHooksOfARound()
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

void tst_Hooks::shared_isNewForEachRound()
{
    const auto a = atom(0);
    QList<int> seen;
    onSet(a, [&](SetEvent<Atom<int>> &event) { seen.append(++event.shared<int>()); });
    a.set(1);
    a.set(2);
    QCOMPARE(seen, QList<int>({1, 1}));
}

void tst_Hooks::shared_holdsOneObjectOfEachType()
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

void tst_Hooks::unbind_takesAHookAway()
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

void tst_Hooks::unbind_twiceIsANoOp()
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

void tst_Hooks::unbind_droppedLeavesTheHook()
{
    Trace trace;
    const auto a = atom(0);
    {
        const auto unbind = onSet(a, trace.adds("set"));
    }
    a.set(1);
    QCOMPARE(trace.take(), "set");
}

void tst_Hooks::unbind_afterTheStoreIsGone()
{
    Unbind unbind;
    {
        const auto a = atom(0);
        unbind = onMount(a, [] {});
    }
    unbind();
}

// Rule 23.
void tst_Hooks::unbind_ofAMountHookForgetsItsCleanup()
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

void tst_Hooks::unbind_duringTheRound()
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
void tst_Hooks::set_hookMayAbort()
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

void tst_Hooks::set_hookMayReplaceTheValue()
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

void tst_Hooks::set_hookRunsBeforeTheComparison()
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

void tst_Hooks::set_allHooksRunThoughOneAborted()
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

void tst_Hooks::set_hookMaySetAnotherStore()
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

void tst_Hooks::notify_hookRunsAfterTheChangeAndBeforeTheListeners()
{
    Trace trace;
    const auto a = atom(1);
    const auto subscription = a.listen(trace.adds("L"));
    onNotify(a, [&](NotifyEvent<Atom<int>> &event) { trace.add("notify", event.store().get()); });
    a.set(2);
    QCOMPARE(trace.take(), "notify2 L");
}

void tst_Hooks::notify_hookMayAbort()
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
void tst_Hooks::notify_abortLeavesComputedStoresTruthful()
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

void tst_Hooks::notify_hookHearsTheOldValue()
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

void tst_Hooks::notify_hookKeepsHearingTheOldValueAfterTheLastListener()
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

void tst_Hooks::notify_hookRunsWithoutListeners()
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

void tst_Hooks::notify_isHeardForNotifyToo()
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

void tst_Hooks::setAndNotify_together()
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

void tst_Hooks::hooks_ofSeveralStoresStayApart()
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

QTEST_APPLESS_MAIN(tst_Hooks)
#include "tst_hooks.moc"
