// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/kit.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtCore/QThread>
#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;
using support::Counted;
using support::ErrorLog;
using support::ManualTime;
using support::thrownBy;
using support::Trace;

namespace {

[[noreturn]] void fail(const char *message)
{
    throw std::runtime_error(message);
}

int orThrow(int value, int bad)
{
    if (value == bad) {
        fail("bad value");
    }
    return value;
}

} // namespace

/// What holds whatever user code throws, reads, observes or ends at the wrong moment.
class tst_Soundness : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time.emplace(); }
    void cleanup() { m_time.reset(); }

    void error_effectsFarBelowAreNotifiedOfTheNextChange_data();
    void error_effectsFarBelowAreNotifiedOfTheNextChange();
    void error_listenersFarBelowAreNotifiedOfTheNextChange();
    void error_inAComparisonLetsTheNextChangeThrough();
    void error_sourcesThatWereNotReadAnyMoreAreStillSources();
    void error_ofASourceIsCaughtByItsReader_data();
    void error_ofASourceIsCaughtByItsReader();
    void error_ofASourceIsShownByAnEffect_data();
    void error_ofASourceIsShownByAnEffect();
    void error_runsTheFunctionOnce();
    void error_thatIsNotCaughtLeavesTheWrite();
    void error_passesAListedStoreOnItsWayToTheReader();
    void error_ofAStoreThatIsReadNoLongerIsForgotten();
    void error_writesOfTheFunctionAreDrained();
    void error_ofAHookLeavesTheWritesOfTheFunctionDrained();
    void error_listenToAnObservedStoreLeavesNothing();

    void batch_writesOfWhatEndsWithItAreDrained();
    void batch_handlesThatGoInsideLeaveTheQueueSound();

    void stopHook_mayReadWhatLetsGo();
    void stopHook_mayObserveWhatLetsGo();
    void stopHook_mayObserveWhatCouldNotBeMounted();
    void stopHook_mayKeepMountedWhatCouldNotBeMounted();
    void stopHook_errorLeavesNothingHalfDone();
    void stopHook_errorAsTheLastHandleGoesIsReported();
    void stopHook_errorLeaksNoEffect();
    void mountHook_mayReadWhatIsBeingMounted();
    void mountHook_readsTheTruthOfWhatIsBeingMounted();
    void mountHook_mayObserveWhatIsBeingMounted();
    void mountHook_maySetWhatAListedEffectHasMountedAlready();
    void mountHook_mayEndTheEffectThatMounts();
    void cleanStores_theSubscriptionMayEndLater();
    void cleanStores_hooksMayRemoveListeners();

    void nested_effectsEndWithTheNextRun_data();
    void nested_effectsEndWithTheNextRun();
    void nested_effectsEndWhenUnobserved_data();
    void nested_effectsEndWhenUnobserved();
    void nested_effectsEndWithTheStore();
    void nested_scopesAndTheirEffectsEndToo();
    void nested_effectIsNotRunWhenItsStoreRunsAgain();
    void nested_errorsOfCleanupsAreReported();
    void nested_computedThatThrowsEndsTheFormerOnes();

    void takenBack_runsNothing_data();
    void takenBack_runsNothing();

    void tracked_withoutListenersIsPulledByReaders();
    void delay_isNotProlongedByAProducer_data();
    void delay_isNotProlongedByAProducer();
    void delay_beginsAnewWhenAnObserverComesInBetween();
    void mount_hookAddedInTheDelayWaitsForTheNextMount();
    void selector_skippedRowsCatchUp();
    void deferScope_stopsNestedScopesFirst();
    void batched_orderIsThatOfTheLastMark();

    void feedback_isNamedAfterItsBound_data();
    void feedback_isNamedAfterItsBound();
    void feedback_boundCanBeSet();
    void deepChain_isReadWithASmallStack();
    void deepChain_errorsPassThrough();
    void deepNest_isStoppedWithASmallStack_data();
    void deepNest_isStoppedWithASmallStack();
    void deepNest_ofScopesIsStartedAndStoppedWithASmallStack();
    void deepNest_endsInOrder();
    void deepChain_ofSubscriptionsEndsWithASmallStack_data();
    void deepChain_ofSubscriptionsEndsWithASmallStack();

private:
    std::optional<ManualTime> m_time;
};

// Errors

void tst_Soundness::error_effectsFarBelowAreNotifiedOfTheNextChange_data()
{
    QTest::addColumn<int>("depth");
    QTest::addColumn<bool>("listed");
    for (const int depth : {0, 1, 2, 3, 7}) {
        QTest::addRow("tracked %d", depth) << depth << false;
        QTest::addRow("listed %d", depth) << depth << true;
    }
}

void tst_Soundness::error_effectsFarBelowAreNotifiedOfTheNextChange()
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

void tst_Soundness::error_listenersFarBelowAreNotifiedOfTheNextChange()
{
    const auto a = signal(0);
    const auto parsed = computed([=] { return orThrow(a(), 5); });
    const auto first = computed([=] { return parsed() + 1; });
    const auto second = computed([=] { return first() + 1; });
    Trace trace;
    const auto l = second.listen([&](int value) { trace.add("", value); });
    QVERIFY(!thrownBy([&] { a(5); }).isEmpty());
    a(6);
    a(7);
    QCOMPARE(trace.take(), "8 9");
}

void tst_Soundness::error_inAComparisonLetsTheNextChangeThrough()
{
    bool throws = false;
    const auto a = atom(0);
    a.setEqual([&](int x, int y) {
        if (throws) {
            fail("comparison");
        }
        return x == y;
    });
    const auto c = computed([=] { return a() + 1; });
    int seen = -1;
    const auto e = effect([&] { seen = c(); });
    {
        Batch b;
        a.set(5);
        throws = true;
        QCOMPARE(thrownBy([&] { b.end(); }), QStringLiteral("comparison"));
    }
    throws = false;
    QCOMPARE(c.peek(), 6);
    a.set(6);
    a.set(7);
    QCOMPARE(seen, 8);
}

void tst_Soundness::error_sourcesThatWereNotReadAnyMoreAreStillSources()
{
    const auto a = signal(0);
    const auto good = computed([=] { return a() * 2; });
    const auto both = computed([=] { return orThrow(a(), 5) + good(); });
    const auto shown = computed([=] { return both() + 0; });
    int seen = -1;
    const auto e = effect([&] { seen = shown(); });
    QVERIFY(!thrownBy([&] { a(5); }).isEmpty());
    a(6);
    QCOMPARE(seen, 18);
    QVERIFY(!thrownBy([&] { a(5); }).isEmpty());
    QVERIFY(!thrownBy([&] { a(6), a(5); }).isEmpty());
    a(7);
    QCOMPARE(seen, 21);
}

void tst_Soundness::error_ofASourceIsCaughtByItsReader_data()
{
    QTest::addColumn<bool>("listed");
    QTest::addColumn<bool>("always");
    QTest::newRow("tracked, without a value") << false << true;
    QTest::newRow("listed, without a value") << true << true;
    QTest::newRow("tracked, with a good value") << false << false;
    QTest::newRow("listed, with a good value") << true << false;
}

void tst_Soundness::error_ofASourceIsCaughtByItsReader()
{
    QFETCH(bool, listed);
    QFETCH(bool, always);
    const auto a = atom(0);
    const auto f = [=](int value) { return orThrow(value, always ? value : 5); };
    const auto b = listed ? computed(a, f) : computed([=] { return f(a()); });
    const auto c = computed([=] {
        try {
            return b();
        } catch (const std::exception &) {
            return -1;
        }
    });
    QCOMPARE(c.peek(), always ? -1 : 0);
    a.set(5);
    QCOMPARE(c.peek(), -1);
    a.set(1);
    QCOMPARE(c.get(), always ? -1 : 1);
    Trace trace;
    {
        const auto l = c.listen([&](int value) { trace.add("", value); });
        QCOMPARE(thrownBy([&] { a.set(5); }), QString());
        QCOMPARE(thrownBy([&] { batch([&] { a.set(6); }); }), QString());
        QCOMPARE(trace.take(), always ? "" : "-1 6");
    }
    int seen = 0;
    const auto e = effect([&] { seen = c(); });
    QCOMPARE(thrownBy([&] { a.set(5); }), QString());
    QCOMPARE(seen, -1);
    QCOMPARE(thrownBy([&] { a.set(7); }), QString());
    QCOMPARE(seen, always ? -1 : 7);
}

void tst_Soundness::error_ofASourceIsShownByAnEffect_data()
{
    error_ofASourceIsCaughtByItsReader_data();
}

void tst_Soundness::error_ofASourceIsShownByAnEffect()
{
    QFETCH(bool, listed);
    QFETCH(bool, always);
    const auto a = atom(0);
    const auto f = [=](int value) { return orThrow(value, always ? value : 5); };
    const auto b = listed ? computed(a, f) : computed([=] { return f(a()); });
    Trace trace;
    const auto e = effect([&] {
        try {
            trace.add("", b());
        } catch (const std::exception &error) {
            trace.add("error");
        }
    });
    trace.take();
    QCOMPARE(thrownBy([&] { a.set(5); }), QString());
    QCOMPARE(trace.take(), "error");
    QCOMPARE(thrownBy([&] { a.set(6); }), QString());
    QCOMPARE(trace.take(), always ? "error" : "6");
}

void tst_Soundness::error_runsTheFunctionOnce()
{
    const auto a = atom(0);
    int runs = 0;
    const auto b = computed([&, a] {
        ++runs;
        return orThrow(a(), 5);
    });
    const auto c = computed([=] {
        try {
            return b();
        } catch (const std::exception &) {
            return -1;
        }
    });
    const auto e = effect([=] { c(); });
    runs = 0;
    a.set(5);
    QCOMPARE(runs, 1);
    a.set(6);
    QCOMPARE(runs, 2);
    QCOMPARE(c.peek(), 6);
}

void tst_Soundness::error_thatIsNotCaughtLeavesTheWrite()
{
    const auto a = atom(0);
    const auto b = computed([=] { return orThrow(a(), 5); });
    int runs = 0;
    const auto e = effect([&] {
        ++runs;
        b();
    });
    QCOMPARE(thrownBy([&] { a.set(5); }), QStringLiteral("bad value"));
    QCOMPARE(b.peek(), 0); // the last good one
    QCOMPARE(runs, 2);
    a.set(6);
    QCOMPARE(runs, 3);
}

void tst_Soundness::error_passesAListedStoreOnItsWayToTheReader()
{
    const auto a = atom(0);
    const auto b = computed([=] { return orThrow(a(), 5); });
    const auto twice = computed(b, [](int value) { return value * 2; });
    const auto shown = computed([=] {
        try {
            return twice();
        } catch (const std::exception &) {
            return -1;
        }
    });
    int seen = 0;
    const auto e = effect([&] { seen = shown(); });
    QCOMPARE(thrownBy([&] { a.set(5); }), QString());
    QCOMPARE(seen, -1);
    QCOMPARE(thrownBy([&] { a.set(6); }), QString());
    QCOMPARE(seen, 12);
}

void tst_Soundness::error_ofAStoreThatIsReadNoLongerIsForgotten()
{
    const auto a = atom(0);
    bool on = true;
    const auto b = computed([=] { return orThrow(a(), 5); });
    const auto c = computed([&, b] { return on ? b() : -1; });
    QCOMPARE(c.peek(), 0);
    on = false;
    a.set(5);
    QCOMPARE(c.peek(), -1);
    QCOMPARE(thrownBy([&] { b.peek(); }), QStringLiteral("bad value")); // it was not thrown to a reader yet
    QCOMPARE(b.peek(), 0);
    a.set(3);
    QCOMPARE(b.peek(), 3);
}

void tst_Soundness::error_writesOfTheFunctionAreDrained()
{
    const auto log = atom(0);
    int seen = 0;
    const auto l = log.listen([&](int value) { seen = value; });
    const auto c = computed([=]() -> int {
        log.set(log.get() + 1);
        fail("c");
    });
    QVERIFY(!thrownBy([&] { c.peek(); }).isEmpty());
    QCOMPARE(seen, 1);
    QVERIFY(!thrownBy([&] { c.get(); }).isEmpty());
    QCOMPARE(seen, 2);
    QVERIFY(!thrownBy([&] { const auto s = c.listen([] {}); }).isEmpty());
    QCOMPARE(seen, 3);
    const auto listed = computed(log, [=](int) -> int {
        log.set(10);
        fail("listed");
    });
    QVERIFY(!thrownBy([&] { const auto s = effect(listed, [](int) {}); }).isEmpty());
    QCOMPARE(seen, 10);
}

void tst_Soundness::error_ofAHookLeavesTheWritesOfTheFunctionDrained()
{
    const auto log = atom(0);
    const auto a = atom(0);
    int seen = 0;
    const auto l = log.listen([&](int value) { seen = value; });
    onStart(a, [] { fail("start"); });
    const auto c = computed([=] {
        log.set(5);
        return a();
    });
    QCOMPARE(thrownBy([&] { const auto s = c.listen([] {}); }), QStringLiteral("start")); // at the boundary
    QCOMPARE(seen, 5);
}

void tst_Soundness::error_listenToAnObservedStoreLeavesNothing()
{
    const auto a = atom(0);
    const auto c = computed([=] { return orThrow(a(), 5); });
    const auto o = effect([=] {
        try {
            c();
        } catch (const std::exception &) {
        }
    });
    Subscription s;
    batch([&] {
        a.set(5);
        QVERIFY(!thrownBy([&] { s = c.listen([counted = Counted()] {}); }).isEmpty());
    });
    QCOMPARE(Counted::alive(), 0);
    QVERIFY(!s);
}

// Batches

void tst_Soundness::batch_writesOfWhatEndsWithItAreDrained()
{
    for (const int way : {0, 1, 2}) {
        const auto b = atom(0);
        int seen = -1;
        const auto e = effect([&] { seen = b(); });
        auto page = std::make_unique<Atom<int>>(atom(1));
        if (way == 0) {
            onMount(*page, [=] { return [=] { b.set(7); }; });
        } else if (way == 1) {
            onStop(*page, [=] { b.set(7); });
        } else {
            onStart(*page, [=] { return [=] { b.set(7); }; });
        }
        auto look = std::make_unique<Subscription>(page->listen([] {}));
        const auto trigger = atom(0);
        const auto t = trigger.listen([&] {
            look.reset();
            page.reset();
        });
        batch([&] { trigger.set(1); });
        QCOMPARE(b.get(), 7);
        QCOMPARE(seen, 7);
    }
}

void tst_Soundness::batch_handlesThatGoInsideLeaveTheQueueSound()
{
    const auto b = atom(0);
    int seen = -1;
    const auto e = effect([&] { seen = b(); });
    batch([&] {
        auto first = std::make_unique<Atom<int>>(atom(1));
        auto second = std::make_unique<Computed<int>>(computed(b, *first, [](int x, int y) { return x + y; }));
        onMount(*first, [=] { return [=] { b.set(b.get() + 1); }; });
        onMount(*second, [=] { return [=] { b.set(b.get() + 1); }; });
        Subscription s = second->listen([counted = Counted()] {});
        s.detach();
        Subscription inner = effect([second = *second] { second(); });
        b.set(5);
        inner.reset();
        second.reset();
        first.reset();
    });
    QCOMPARE(seen, 7);
    QCOMPARE(Counted::alive(), 0);
}

// Hooks

void tst_Soundness::stopHook_mayReadWhatLetsGo()
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

void tst_Soundness::stopHook_mayObserveWhatLetsGo()
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

void tst_Soundness::stopHook_mayObserveWhatCouldNotBeMounted()
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

void tst_Soundness::stopHook_mayKeepMountedWhatCouldNotBeMounted()
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

void tst_Soundness::stopHook_errorLeavesNothingHalfDone()
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

void tst_Soundness::stopHook_errorAsTheLastHandleGoesIsReported()
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

void tst_Soundness::stopHook_errorLeaksNoEffect()
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

void tst_Soundness::mountHook_mayReadWhatIsBeingMounted()
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

void tst_Soundness::mountHook_readsTheTruthOfWhatIsBeingMounted()
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

void tst_Soundness::mountHook_mayObserveWhatIsBeingMounted()
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
void tst_Soundness::mountHook_maySetWhatAListedEffectHasMountedAlready()
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

void tst_Soundness::mountHook_mayEndTheEffectThatMounts()
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

void tst_Soundness::cleanStores_theSubscriptionMayEndLater()
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

void tst_Soundness::cleanStores_hooksMayRemoveListeners()
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

// Effects made in computed stores

void tst_Soundness::nested_effectsEndWithTheNextRun_data()
{
    QTest::addColumn<bool>("listed");
    QTest::newRow("tracked") << false;
    QTest::newRow("listed") << true;
}

void tst_Soundness::nested_effectsEndWithTheNextRun()
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

void tst_Soundness::nested_effectsEndWhenUnobserved_data()
{
    nested_effectsEndWithTheNextRun_data();
}

void tst_Soundness::nested_effectsEndWhenUnobserved()
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

void tst_Soundness::nested_effectsEndWithTheStore()
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

void tst_Soundness::nested_scopesAndTheirEffectsEndToo()
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

void tst_Soundness::nested_effectIsNotRunWhenItsStoreRunsAgain()
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

void tst_Soundness::nested_errorsOfCleanupsAreReported()
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

void tst_Soundness::nested_computedThatThrowsEndsTheFormerOnes()
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

// Values taken back

void tst_Soundness::takenBack_runsNothing_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("set") << 0;
    QTest::newRow("signal") << 1;
    QTest::newRow("updater") << 2;
    QTest::newRow("peek in between") << 3;
    QTest::newRow("call in between") << 4;
    QTest::newRow("get in between") << 5;
    QTest::newRow("untracked in between") << 6;
    QTest::newRow("in a listener") << 7;
    QTest::newRow("a key of a map") << 8;
}

void tst_Soundness::takenBack_runsNothing()
{
    QFETCH(int, way);
    const auto s = signal(0);
    const auto m = map<int, int>({{1, 0}});
    const auto c = computed([=] { return s() + m().size(); });
    const auto listed = computed(s, [](int value) { return value; });
    int runs = 0;
    const auto e = effect([&] {
        ++runs;
        s();
        m();
    });
    const auto e2 = effect([&] {
        ++runs;
        c();
        listed();
    });
    const auto e3 = effect(s, m, [&](int, const auto &) { ++runs; });
    const auto go = atom(0);
    const auto write = [&] {
        switch (way) {
        case 1:
            s(1);
            s(0);
            break;
        case 2:
            s([](int value) { return value + 1; });
            s([](int value) { return value - 1; });
            break;
        case 8:
            m.setKey(1, 5);
            m.getKey(1);
            m.peek();
            m.setKey(1, 0);
            break;
        default:
            s.set(1);
            if (way == 3) {
                QCOMPARE(s.peek(), 1);
            } else if (way == 4) {
                QCOMPARE(s(), 1);
            } else if (way == 5) {
                QCOMPARE(s.get(), 1);
            } else if (way == 6) {
                QCOMPARE(untracked(s), 1);
            }
            s.set(0);
        }
    };
    const auto l = go.listen([&] { batch(write); });
    runs = 0;
    if (way == 7) {
        go.set(1);
    } else {
        batch(write);
    }
    QCOMPARE(runs, 0);
    s(3);
    QCOMPARE(runs, 3);
}

// The rest

void tst_Soundness::tracked_withoutListenersIsPulledByReaders()
{
    const auto user = signal(std::optional<std::string>("Ada"));
    const auto name = computed([=] {
        if (!user()) {
            fail("no user");
        }
        return *user();
    });
    const auto shown = computed([=] { return user() ? name() : std::string("none"); });
    Subscription s;
    {
        const auto once = name.listen([] {});
        s = shown.listen([] {});
    }
    QCOMPARE(thrownBy([&] { user(std::nullopt); }), QString());
    QCOMPARE(shown.peek(), std::string("none"));
}

void tst_Soundness::delay_isNotProlongedByAProducer_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("its own value") << 0;
    QTest::newRow("through a listed computed store") << 1;
    QTest::newRow("through a tracked computed store") << 2;
    QTest::newRow("through two listed ones") << 3;
}

void tst_Soundness::delay_isNotProlongedByAProducer()
{
    QFETCH(int, way);
    const auto a = atom(0);
    const auto listed = computed(a, [](int value) { return value; });
    const auto second = computed(listed, a, [](int value, int) { return value; });
    const auto tracked = computed([=] { return a(); });
    bool mounted = false;
    onMount(a, [&] {
        mounted = true;
        return [&] { mounted = false; };
    });
    for (const int period : {1, 400, 999, 1000}) {
        {
            const auto s = a.listen([] {});
        }
        QVERIFY(mounted);
        int ticks = 0;
        for (; mounted && ticks < 5000; ++ticks) {
            const int value = way == 0 ? a.get() : way == 1 ? listed.get() : way == 2 ? tracked.get() : second.get();
            a.set(value + 1);
            m_time->advance(period);
        }
        QVERIFY(!mounted);
        QVERIFY(ticks * period <= (way == 0 || way == 2 ? 2000 : way == 1 ? 3000 : 4000));
        m_time->advance(10000);
    }
}

void tst_Soundness::delay_beginsAnewWhenAnObserverComesInBetween()
{
    const auto a = atom(0);
    const auto listed = computed(a, [](int value) { return value; });
    Trace trace;
    onMount(a, [&] { return trace.adds("unmount"); });
    {
        const auto s = a.listen([] {});
    }
    m_time->advance(900);
    listed.get(); // interrupts the delay of a
    {
        const auto s = listed.listen([] {});
        m_time->advance(5000);
    }
    m_time->advance(1999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount");
}

void tst_Soundness::mount_hookAddedInTheDelayWaitsForTheNextMount()
{
    const auto a = atom(0);
    const auto c = computed(a, [](int value) { return value; });
    Trace trace;
    {
        const auto s = c.listen([] {});
    }
    onMount(c, trace.adds("mount"));
    {
        const auto s = c.listen([] {});
    }
    QCOMPARE(trace.take(), "");
    m_time->advance(1000);
    {
        const auto s = c.listen([] {});
    }
    QCOMPARE(trace.take(), "mount");
}

void tst_Soundness::selector_skippedRowsCatchUp()
{
    const auto selected = signal(1);
    const auto is = selector(selected);
    const auto bad = effect([=] {
        if (selected() % 2 == 0) {
            fail("even");
        }
    });
    std::vector<bool> rows(10);
    std::vector<Subscription> effects;
    for (int i = 0; i < 10; ++i) {
        effects.push_back(effect([&, i] { rows[static_cast<std::size_t>(i)] = is(i); }));
    }
    QVERIFY(!thrownBy([&] { selected(2); }).isEmpty());
    QVERIFY(!thrownBy([&] { selected(4); }).isEmpty());
    selected(3);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(bool(rows[static_cast<std::size_t>(i)]), i == 3);
    }
}

void tst_Soundness::deferScope_stopsNestedScopesFirst()
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

void tst_Soundness::batched_orderIsThatOfTheLastMark()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto first = batched(a, [](int value) { return value; });
    const auto second = batched(b, [](int value) { return value; });
    const auto l1 = first.listen([&] { trace.add("first"); });
    const auto l2 = second.listen([&] { trace.add("second"); });
    a.set(1);
    b.set(1);
    a.set(2);
    m_time->advance(0);
    QCOMPARE(trace.take(), "second first");
}

// Loops

void tst_Soundness::feedback_isNamedAfterItsBound_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("a listener of its own store") << 0;
    QTest::newRow("two listeners") << 1;
    QTest::newRow("two effects") << 2;
    QTest::newRow("a batch inside of a listener") << 3;
    QTest::newRow("a listener of a computed store") << 4;
    QTest::newRow("in a batch") << 5;
}

void tst_Soundness::feedback_isNamedAfterItsBound()
{
    QFETCH(int, way);
    setFeedbackLimit(1000);
    const auto a = atom(0).named("count");
    const auto b = atom(0).named("other");
    const auto c = computed(a, [](int value) { return value + 1; }).named("next");
    const bool effects = way == 2;
    std::vector<Subscription> loop;
    const auto start = atom(false);
    switch (way) {
    case 0:
    case 5:
        loop.push_back(a.listen([=](int value) { a.set(value + 1); }));
        break;
    case 1:
        loop.push_back(a.listen([=](int value) { b.set(value + 1); }));
        loop.push_back(b.listen([=](int value) { a.set(value + 1); }));
        break;
    case 2:
        loop.push_back(effect([=] { start() ? b.set(a() + 1) : void(); }));
        loop.push_back(effect([=] { start() ? a.set(b() + 1) : void(); }));
        break;
    case 3:
        loop.push_back(a.listen([=](int value) { batch([&] { a.set(value + 1); }); }));
        break;
    default:
        loop.push_back(c.listen([=](int value) { a.set(value); }));
    }
    const QString message = thrownBy([&] {
        if (effects) {
            start.set(true);
        } else if (way == 5) {
            batch([&] { a.set(1); });
        } else {
            a.set(1);
        }
    });
    QVERIFY2(message.contains(QStringLiteral("\"count\"")) || message.contains(QStringLiteral("\"other\""))
                 || message.contains(QStringLiteral("\"next\"")),
             qPrintable(message));
    QVERIFY2(message.contains(QStringLiteral("setFeedbackLimit")), qPrintable(message));
    loop.clear();
    // What is left goes on.
    Trace trace;
    const auto l = a.listen([&](int value) { trace.add("a", value); });
    const auto e = effect([&] { trace.add("e", c()); });
    trace.take();
    a.set(-1);
    const QByteArray after = trace.take(); // in the order in which they were linked
    QVERIFY2(after == "a-1 e0" || after == "e0 a-1", after.constData());
    setFeedbackLimit(100000);
}

void tst_Soundness::feedback_boundCanBeSet()
{
    const auto a = atom(0);
    const auto down = a.listen([=](int value) {
        if (value > 0) {
            a.set(value - 1);
        }
    });
    a.set(3000);
    QCOMPARE(a.get(), 0);
    setFeedbackLimit(1000);
    QVERIFY_EXCEPTION_THROWN(a.set(3000), FeedbackError);
    setFeedbackLimit(0);
    a.set(0);
    a.set(200000);
    QCOMPARE(a.get(), 0);
    setFeedbackLimit(100000);
}

namespace {

/// Runs f where the stack is small.
template<typename F>
void withASmallStack(F f)
{
    const std::unique_ptr<QThread> thread(QThread::create(f));
    thread->setStackSize(512 * 1024);
    thread->start();
    thread->wait();
}

} // namespace

void tst_Soundness::deepChain_isReadWithASmallStack()
{
#if !defined(__GLIBC__)
    QSKIP("chains are as deep as the stack here");
#endif
    constexpr int Depth = 100000;
    int first = 0;
    int again = 0;
    int after = 0;
    int seen = 0;
    withASmallStack([&] {
        const auto a = atom(1);
        auto last = computed([=] { return a() + 1; });
        for (int i = 1; i < Depth; ++i) {
            last = computed([=] { return last() + 1; });
        }
        first = last.peek();
        a.set(2);
        again = last.peek();
        {
            const auto e = effect([&] { seen = last(); });
            a.set(3);
        }
        after = last.peek();
    });
    QCOMPARE(first, Depth + 1);
    QCOMPARE(again, Depth + 2);
    QCOMPARE(seen, Depth + 3);
    QCOMPARE(after, Depth + 3);
}

void tst_Soundness::deepNest_isStoppedWithASmallStack_data()
{
    QTest::addColumn<bool>("runsAgain");
    QTest::newRow("stop") << false;
    QTest::newRow("another run") << true;
}

void tst_Soundness::deepNest_isStoppedWithASmallStack()
{
#if !defined(__GLIBC__)
    // A fresh stack is made by ucontext, of which only that of glibc is used: see detail/freshstack.cpp.
    QSKIP("only with glibc is a deep nest continued on a fresh stack");
#endif
    QFETCH(bool, runsAgain);
    constexpr int Depth = 100000;
    int alive = 0;
    int most = 0;
    int left = -1;
    withASmallStack([&] {
        const auto a = atom(0);
        std::function<Subscription(int)> nest = [&](int depth) {
            return effect([&, depth] {
                if (depth == 0) {
                    a();
                }
                most = std::max(most, ++alive);
                if (depth < (a.peek() == 0 ? Depth : 1)) {
                    nest(depth + 1).detach();
                }
                return [&alive] { --alive; };
            });
        };
        Subscription outer = nest(0);
        if (runsAgain) {
            a.set(1);
            left = alive;
        }
        outer = {};
    });
    QCOMPARE(most, Depth + 1 + (runsAgain ? 1 : 0));
    QCOMPARE(left, runsAgain ? 2 : -1);
    QCOMPARE(alive, 0);
}

void tst_Soundness::deepNest_ofScopesIsStartedAndStoppedWithASmallStack()
{
#if !defined(__GLIBC__)
    // A fresh stack is made by ucontext, of which only that of glibc is used: see detail/freshstack.cpp.
    QSKIP("only with glibc is a deep nest continued on a fresh stack");
#endif
    constexpr int Depth = 50000;
    int started = 0;
    int stopped = 0;
    withASmallStack([&] {
        std::function<DeferredScope(int)> nest = [&](int depth) {
            return deferScope([&, depth] {
                effect([&] {
                    ++started;
                    return [&] { ++stopped; };
                }).detach();
                if (depth < Depth) {
                    auto inner = nest(depth + 1);
                    inner().detach();
                }
            });
        };
        auto start = nest(1);
        const Subscription scope = start();
    });
    QCOMPARE(started, Depth);
    QCOMPARE(stopped, Depth);
}

/// Rule 27: each one's own cleanup before those of the inner ones, these in order.
void tst_Soundness::deepNest_endsInOrder()
{
    QStringList ended;
    std::function<void(QString, int)> nest = [&](const QString &name, int depth) {
        effect([&, name, depth] {
            for (int i = 0; depth > 0 && i < 2; ++i) {
                nest(name + QString::number(i), depth - 1);
            }
            return [&ended, name] { ended.append(name); };
        }).detach();
    };
    {
        const auto outer = effectScope([&] { nest(QStringLiteral("a"), 2); });
    }
    QCOMPARE(ended.join(QLatin1Char(' ')), QStringLiteral("a a0 a00 a01 a1 a10 a11"));
}

void tst_Soundness::deepChain_ofSubscriptionsEndsWithASmallStack_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("listeners") << 0;
    QTest::newRow("effects") << 1;
    QTest::newRow("cleanups") << 2;
    QTest::newRow("computed stores") << 3;
}

void tst_Soundness::deepChain_ofSubscriptionsEndsWithASmallStack()
{
    QFETCH(int, kind);
#if !defined(__GLIBC__)
    // A cleanup ends what it holds inside its own call: that is recursion, which a fresh stack continues, made by
    // glibc's ucontext.
    if (kind == 2) {
        QSKIP("only with glibc is a deep chain of cleanups continued on a fresh stack");
    }
#endif
    constexpr int Depth = 100000;
    int ended = 0;
    withASmallStack([&] {
        struct Link
        {
            Subscription held;
            int &ended;
            ~Link() { ++ended; }
        };
        const auto a = atom(0);
        Subscription last;
        for (int i = 0; i < Depth; ++i) {
            const auto link = std::shared_ptr<Link>(new Link{std::move(last), ended});
            if (kind == 0) {
                last = a.listen([link] {});
            } else if (kind == 1) {
                last = effect([link, a] { a(); });
            } else if (kind == 2) {
                auto once = std::make_shared<std::shared_ptr<Link>>(link);
                last = effect([once] { return [mine = std::exchange(*once, nullptr)] {}; });
            } else {
                last = computed([link, a] { return a(); }).listen([] {});
            }
        }
        last = {};
    });
    QCOMPARE(ended, Depth);
}

void tst_Soundness::deepChain_errorsPassThrough()
{
#if !defined(__GLIBC__)
    QSKIP("chains are as deep as the stack here");
#endif
    QString first;
    int after = 0;
    withASmallStack([&] {
        const auto a = atom(5);
        auto last = computed([=] { return orThrow(a(), 5); });
        for (int i = 1; i < 20000; ++i) {
            last = computed([=] { return last(); });
        }
        first = thrownBy([&] { last.peek(); });
        a.set(1);
        after = last.peek();
    });
    QCOMPARE(first, QStringLiteral("bad value"));
    QCOMPARE(after, 1);
}

QTEST_APPLESS_MAIN(tst_Soundness)
#include "tst_soundness.moc"
