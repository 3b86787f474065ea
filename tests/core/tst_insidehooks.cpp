// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <vector>

using namespace nanostores;
using support::Counted;
using support::ErrorLog;
using support::fail;
using support::orThrow;
using support::thrownBy;
using support::Trace;

/// Hooks that read, observe, end and throw while a store is mounted or let go.
class tst_InsideHooks : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void stopHook_mayReadWhatLetsGo();
    void stopHook_mayObserveWhatLetsGo();
    void stopHook_mayObserveWhatCouldNotBeMounted();
    void stopHook_mayKeepMountedWhatCouldNotBeMounted();
    void stopHook_errorLeavesNothingHalfDone();
    void stopHook_errorAsTheLastHandleGoesIsReported();
    void stopHook_errorLeaksNoEffect();
    void startHook_failsAfterOneThatEndsTheObserver();
    void mountHook_mayReadWhatIsBeingMounted();
    void mountHook_readsTheTruthOfWhatIsBeingMounted();
    void mountHook_mayObserveWhatIsBeingMounted();
    void mountHook_maySetWhatAListedEffectHasMountedAlready();
    void mountHook_mayEndTheEffectThatMounts();
    void mountHook_mayLetGoOfWhatIsBeingMounted();
    void cleanStores_theSubscriptionMayEndLater();
    void cleanStores_hooksMayRemoveListeners();
};

void tst_InsideHooks::stopHook_mayReadWhatLetsGo()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto c = computed(a, b, [](int x, int y) { return x * 10 + y; });
    onStop(a, [=] { c.get(); });
    {
        const auto s = c.listen([] {});
    }
    m_time->advance(1000);
    b.set(5);
    QCOMPARE(c.get(), 5);
    m_time->advance(5000);
    a.set(1);
    QCOMPARE(c.get(), 15);
}

void tst_InsideHooks::stopHook_mayObserveWhatLetsGo()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto c = computed(a, b, [](int x, int y) { return x * 10 + y; });
    Subscription kept;
    int seen = -1;
    onStop(a, [&] { kept = effect([&] { seen = c(); }); });
    {
        const auto s = c.listen([] {});
    }
    m_time->advance(1000);
    b.set(5);
    QCOMPARE(seen, 5);
    a.set(2);
    QCOMPARE(seen, 25);
    kept = {};
    m_time->advance(5000);
}

void tst_InsideHooks::stopHook_mayObserveWhatCouldNotBeMounted()
{
    const auto a = atom(0);
    const auto b = atom(1);
    bool fails = false;
    const auto inner = computed(b, [&](int value) { return fails ? orThrow(value, value) : value; });
    const auto outer = computed(a, inner, [](int x, int y) { return x * 10 + y; });
    QCOMPARE(outer.peek(), 1);
    Subscription kept;
    int seen = -1;
    onStop(inner, [&] {
        if (fails) {
            kept = effect([&] { seen = outer(); });
        }
    });
    fails = true;
    b.set(2);
    QVERIFY(!thrownBy([&] { const auto s = outer.listen([] {}); }).isEmpty());
    QCOMPARE(seen, 1); // the last value that inner had
    fails = false;
    b.set(3);
    QCOMPARE(seen, 3);
    QCOMPARE(outer.peek(), 3);
    a.set(4);
    QCOMPARE(seen, 43);
    kept = {};
    m_time->advance(5000);
    QVERIFY(!isMounted(inner));
}

void tst_InsideHooks::stopHook_mayKeepMountedWhatCouldNotBeMounted()
{
    const auto a = atom(1);
    bool fails = false;
    const auto c = computed(a, [&](int value) { return fails ? orThrow(value, value) : value; });
    QCOMPARE(c.peek(), 1);
    int mounted = 0;
    onMount(c, [&] {
        ++mounted;
        return [&] { --mounted; };
    });
    Subscription kept;
    onStop(c, [&] {
        if (fails) {
            kept = c.listen([] {});
        }
    });
    fails = true;
    a.set(2);
    QVERIFY(!thrownBy([&] { const auto s = c.listen([] {}); }).isEmpty());
    QVERIFY(kept);
    QCOMPARE(mounted, 1);
    QVERIFY(isMounted(c));
    fails = false;
    kept = {};
    m_time->advance(5000);
    QCOMPARE(mounted, 0);
}

void tst_InsideHooks::stopHook_errorLeavesNothingHalfDone()
{
    ErrorLog errors;
    const auto a = atom(0);
    const auto b = atom(0);
    onStop(a, [] { fail("stop"); });
    onStop(b, [] { fail("stop b"); });
    const auto c = computed(a, b, [](int x, int y) { return x + y; });
    {
        const auto s = c.listen([] {});
    }
    m_time->advance(1000);
    QCOMPARE(errors.take(),
             QList<QString>({QStringLiteral("stop b"), QStringLiteral("stop")})); // it ends with the first
    QVERIFY(!isMounted(a));
    QVERIFY(!isMounted(b));
    b.set(1);
    QCOMPARE(c.get(), 1);
    Trace trace;
    const auto s = c.listen([&](int value) { trace.add("", value); });
    b.set(2);
    a.set(2);
    QCOMPARE(trace.take(), "2 4");
}

void tst_InsideHooks::stopHook_errorAsTheLastHandleGoesIsReported()
{
    ErrorLog errors;
    const auto a = atom(0);
    const auto b = atom(0);
    onStop(a, [] { fail("stop"); });
    {
        const auto c = computed(a, b, [counted = Counted()](int x, int y) { return x + y; });
        const auto s = c.listen([] {});
    }
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("stop")}));
    QCOMPARE(Counted::alive(), 0);
    b.set(1);
    a.set(1);
}

void tst_InsideHooks::stopHook_errorLeaksNoEffect()
{
    ErrorLog errors;
    const auto a = atom(0);
    const auto b = atom(0);
    onStop(a, [] { fail("stop"); });
    for (int i = 0; i < 3; ++i) {
        const auto tracked = effect([=, counted = Counted()] { static_cast<void>(a() + b()); });
        const auto listed = effect(a, b, [counted = Counted()](int, int) {});
    }
    QCOMPARE(Counted::alive(), 0);
    QCOMPARE(errors.take().size(), 3);
    b.set(1);
}

// The start hooks run after the hook in which the observer came, and the one that was added last runs first.
void tst_InsideHooks::startHook_failsAfterOneThatEndsTheObserver()
{
    ErrorLog errors;
    const auto source = atom(1);
    const auto other = atom(0);
    const auto twice = computed(source, [](int value) { return value * 2; });
    int mounted = 0;
    onMount(source, [&] {
        ++mounted;
        return [&] { --mounted; };
    });
    Subscription observer;
    const Unbind failing = onStart(twice, [] { fail("start"); });
    const Unbind ending = onStart(twice, [&] { observer.reset(); });
    onStop(other, [&] { observer = effect([=] { twice(); }); });
    Subscription last = other.listen([] {});
    last.reset();
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("start")});
    QCOMPARE(mounted, 1);
    m_time->advance(2000);
    QCOMPARE(mounted, 0);
    failing();
    ending();
    observer = twice.listen([] {});
    QCOMPARE(mounted, 1);
    source.set(3);
    QCOMPARE(twice.peek(), 6);
}

void tst_InsideHooks::mountHook_mayReadWhatIsBeingMounted()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto c = computed(a, b, [](int x, int y) { return x * 10 + y; });
    for (const int way : {0, 1, 2}) {
        const Unbind first = onMount(a, [=] { static_cast<void>(way == 0 ? c.peek() : way == 1 ? c.get() : c()); });
        const Unbind second = onMount(b, [](auto &event) { event.store().set(event.store().peek() + 1); });
        const int before = b.peek();
        const auto s = c.listen([] {});
        QCOMPARE(b.peek(), before + 1);
        QCOMPARE(c.peek(), b.peek());
        first();
        second();
        cleanStores(c);
        m_time->advance(5000);
    }
}

void tst_InsideHooks::mountHook_readsTheTruthOfWhatIsBeingMounted()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto c = computed(a, b, [](int x, int y) { return x * 10 + y; });
    QList<int> read;
    onStart(b, [&] {
        read.append(c.peek());
        b.set(3);
        read.append(c.peek());
        a.set(2);
        read.append(c.peek());
    });
    const auto s = c.listen([] {});
    QCOMPARE(read, QList<int>({0, 3, 23}));
    QCOMPARE(c.peek(), 23);
}

void tst_InsideHooks::mountHook_mayObserveWhatIsBeingMounted()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto c = computed(a, b, [](int x, int y) { return x * 10 + y; });
    Subscription kept;
    QList<int> seen;
    onStart(b, [&] {
        kept = effect([&] { seen.append(c()); });
        b.set(3);
        a.set(2);
    });
    {
        const auto s = c.listen([] {});
        QCOMPARE(seen, QList<int>({0, 3, 23}));
        b.set(4);
    }
    a.set(5);
    QCOMPARE(seen, QList<int>({0, 3, 23, 24, 54}));
    kept = {};
    m_time->advance(5000);
    QVERIFY(!isMounted(c));
}

/// Rule 22: the first run sees it, and nothing is notified.
void tst_InsideHooks::mountHook_maySetWhatAListedEffectHasMountedAlready()
{
    const auto a = atom(0);
    const auto b = atom(0);
    onStart(b, [=] { a.set(1); });
    Trace trace;
    const auto e = effect(a, b, [&](int x, int y) { trace.add("", x * 10 + y); });
    QCOMPARE(trace.take(), "10");
    b.set(2);
    a.set(3);
    QCOMPARE(trace.take(), "12 32");
}

void tst_InsideHooks::mountHook_mayEndTheEffectThatMounts()
{
    const auto a = atom(0);
    const auto b = atom(0);
    int runs = 0;
    Subscription outer;
    const auto on = atom(false);
    onMount(a, [&] { outer.reset(); });
    outer = effect([&, counted = Counted()] {
        if (on()) {
            effect(a, b, [&, counted](int, int) { ++runs; }).detach();
        }
    });
    on.set(true);
    QCOMPARE(Counted::alive(), 0);
    runs = 0;
    a.set(1);
    b.set(1);
    QCOMPARE(runs, 0);
}

/// A store that is being mounted is observed by an effect of a hook, and loses it to the next hook.
void tst_InsideHooks::mountHook_mayLetGoOfWhatIsBeingMounted()
{
    const auto a = atom(0);
    const auto twice = computed([=] { return a() * 2; });
    const auto sum = computed(a, twice, [](int one, int two) { return one + two; });
    Subscription kept;
    onStart(a, [&] { kept = effect([=] { sum(); }); });
    onMount(a, [&] { kept.reset(); });
    Trace trace;
    const auto s = effect(sum, [&](int value) { trace.add("", value); });
    QCOMPARE(trace.take(), "0");
    a.set(1);
    a.set(2);
    QCOMPARE(trace.take(), "3 6");
}

void tst_InsideHooks::cleanStores_theSubscriptionMayEndLater()
{
    Subscription s;
    Subscription d;
    {
        const auto a = atom(0);
        s = a.listen([counted = Counted()] {});
        d = a.listen([counted = Counted()] {});
        cleanStores(a);
    }
    s.reset();
    d.detach();
    QCOMPARE(Counted::alive(), 0);
}

void tst_InsideHooks::cleanStores_hooksMayRemoveListeners()
{
    const auto a = atom(0);
    std::vector<Subscription> all;
    onStop(a, [&] { all.clear(); });
    for (int i = 0; i < 4; ++i) {
        all.push_back(a.listen([counted = Counted()] {}));
    }
    cleanStores(a);
    QCOMPARE(Counted::alive(), 0);
    a.set(1);
}

QTEST_APPLESS_MAIN(tst_InsideHooks)
#include "tst_insidehooks.moc"
