// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

using namespace nanostores;
using support::CallRecorder;
using support::ManualTime;
using support::Trace;

static_assert(std::is_copy_constructible_v<Computed<int>>);
static_assert(AnyStore<Computed<int>> && !WritableStore<Computed<int>>);
static_assert(std::is_same_v<decltype(computed(atom(1), [](int) { return 'x'; })), Computed<char>>);
static_assert(std::is_same_v<decltype(computed([]() -> const std::string & {
                                 static const std::string text;
                                 return text;
                             })),
                             Computed<std::string>>);

class tst_Computed : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time.emplace(); }
    void cleanup() { m_time.reset(); }

    void listed_seesAChangeAfterAllNumbersOfVersions();
    void listed_derivesFromSeveralStores();
    void listed_sameStoreTwice();
    void tracked_derivesFromWhatItReads();
    void either_runsOnlyWhenSomebodyLooks_data();
    void either_runsOnlyWhenSomebodyLooks();
    void either_equalResultTellsNobody_data();
    void either_equalResultTellsNobody();
    void either_tellsTheOldValue_data();
    void either_tellsTheOldValue();
    void setEqual_stopsWhatLiesBelow();
    void setEqual_ofTheSourceDecidesWhatIsAChange();
    void subscribe_callsAtOnceWithTheValue();
    void listen_evaluatesAtOnce();

    void listed_getKeepsItEagerUntilTheDelayIsOver();
    void listed_isNotRunAgainWhenNoInputMoved();
    void listed_unobservedIsCheckedByEachRead();
    void listed_unobservedSharedSourcesAreLookedAtOnce();
    void listed_readByTrackingIsAttachedByTheRead();
    void listed_functionDoesNotTrack();
    void listed_listenerMakesItEager();
    void listed_keepsPaceAfterResubscribing();
    void tracked_readRunsItIfStaleAndItStaysLinked();
    void tracked_lastSinkLeavingMakesItDirty();
    void tracked_listenerMakesItEager();
    void tracked_branchNoLongerReadIsDropped();
    void tracked_branchNoLongerReadIsNotRun();
    void tracked_staleBranchIsNotRunBeforeTheConditionIsKnown();
    void tracked_readInAnotherOrderKeepsItsSources();
    void tracked_readTwiceTiesOnce();
    void tracked_getDoesNotTie();
    void tracked_peekDoesNotTie();
    void tracked_withoutSourcesRunsOnce();

    void read_inAListenerIsUpToDate();
    void read_inAListenerAfterASetIsUpToDate();
    void read_inAnotherStoresFunctionIsUpToDate();
    void read_outsideAComputedStoreAfterAListenerLeft();
    void listener_ofASourceIsNotToldEarly();
    void listener_removedByAListenerOfTheSource();
    void write_ofASourceInItsListener();
    void write_inTheFunctionIsToldAfterwards();
    void peek_mountsNothing();

    void chain_listedOfAHundredThousand();
    void chain_trackedOfAHundredThousand();
    void chain_isDestroyedWithoutRecursion_data();
    void chain_isDestroyedWithoutRecursion();
    void fan_ofTenThousand();

private:
    std::optional<ManualTime> m_time;
};

void tst_Computed::listed_derivesFromSeveralStores()
{
    const auto letter = atom("a");
    const auto number = atom(0);
    const auto both = computed(letter, number, [](const std::string &l, int n) { return l + std::to_string(n); });
    CallRecorder<std::string> calls;
    const auto subscription = both.subscribe(calls);
    letter.set("b");
    number.set(1);
    number.set(1);
    QCOMPARE(calls.values(), QList<std::string>({"a0", "b0", "b1"}));
}

void tst_Computed::listed_sameStoreTwice()
{
    const auto a = atom(2);
    int runs = 0;
    const auto square = computed(a, a, [&](int x, int y) {
        ++runs;
        return x * y;
    });
    CallRecorder<int> calls;
    const auto subscription = square.subscribe(calls);
    a.set(3);
    QCOMPARE(calls.values(), QList<int>({4, 9}));
    QCOMPARE(runs, 2);
}

void tst_Computed::tracked_derivesFromWhatItReads()
{
    const auto a = atom(1);
    const auto b = atom(2);
    const auto sum = computed([&] { return a() + b(); });
    CallRecorder<int> calls;
    const auto subscription = sum.subscribe(calls);
    a.set(10);
    b.set(20);
    QCOMPARE(calls.values(), QList<int>({3, 12, 30}));
}

void tst_Computed::either_runsOnlyWhenSomebodyLooks_data()
{
    QTest::addColumn<bool>("listed");
    QTest::newRow("listed") << true;
    QTest::newRow("tracked") << false;
}

void tst_Computed::either_runsOnlyWhenSomebodyLooks()
{
    QFETCH(bool, listed);
    const auto a = atom(1);
    int runs = 0;
    const auto run = [&](int value) {
        ++runs;
        return value * 2;
    };
    const auto twice = listed ? computed(a, run) : computed([&] { return run(a()); });
    a.set(2);
    QCOMPARE(runs, 0);
    QCOMPARE(twice.get(), 4);
    QCOMPARE(twice.get(), 4);
    QCOMPARE(twice(), 4);
    QCOMPARE(twice.peek(), 4);
    QCOMPARE(runs, 1);
}

void tst_Computed::either_equalResultTellsNobody_data()
{
    either_runsOnlyWhenSomebodyLooks_data();
}

void tst_Computed::either_equalResultTellsNobody()
{
    QFETCH(bool, listed);
    const auto a = atom(1);
    int belowRuns = 0;
    const auto odd = listed ? computed(a, [](int value) { return value % 2; }) : computed([&] { return a() % 2; });
    const auto text = computed(odd, [&](int value) {
        ++belowRuns;
        return value;
    });
    CallRecorder<int> calls;
    const auto ofOdd = odd.listen(calls);
    const auto ofText = text.listen(calls);
    a.set(3);
    a.set(5);
    QCOMPARE(calls.take(), QList<int>());
    QCOMPARE(belowRuns, 1);
    a.set(6);
    QCOMPARE(calls.take(), QList<int>({0, 0}));
    QCOMPARE(belowRuns, 2);
}

void tst_Computed::either_tellsTheOldValue_data()
{
    either_runsOnlyWhenSomebodyLooks_data();
}

void tst_Computed::either_tellsTheOldValue()
{
    QFETCH(bool, listed);
    const auto a = atom(1);
    const auto twice = listed ? computed(a, [](int value) { return value * 2; }) : computed([&] { return a() * 2; });
    const support::ChangeRecorder<int> changes;
    const auto subscription = twice.listen(changes);
    a.set(2);
    a.set(3);
    QCOMPARE(changes.take(), (QList<std::pair<int, int>>{{2, 4}, {4, 6}}));
}

void tst_Computed::setEqual_stopsWhatLiesBelow()
{
    const auto source = atom(1);
    Trace trace;
    const auto near = computed(source, [&](int value) {
        trace.add("near");
        return value;
    });
    near.setEqual([](int a, int b) { return a / 10 == b / 10; });
    const auto label = computed(near, [&](int value) {
        trace.add("label");
        return value;
    });
    const auto subscription = label.listen(trace.adds("L"));
    QCOMPARE(trace.take(), "near label");
    source.set(5);
    QCOMPARE(trace.take(), "near");
    QCOMPARE(near.get(), 1);
    source.set(15);
    QCOMPARE(trace.take(), "near label L");
}

void tst_Computed::setEqual_ofTheSourceDecidesWhatIsAChange()
{
    const auto source = atom(1);
    source.setEqual([](int a, int b) { return a / 10 == b / 10; });
    int runs = 0;
    const auto copy = computed(source, [&](int value) {
        ++runs;
        return value;
    });
    const auto subscription = copy.listen([] {});
    batch([&] { // 1 -> 12 -> 3: by the source's own equality nothing has changed
        source.set(12);
        source.set(3);
    });
    QCOMPARE(runs, 1);
    source.set(25);
    QCOMPARE(runs, 2);
}

void tst_Computed::subscribe_callsAtOnceWithTheValue()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    Trace trace;
    const auto subscription = twice.subscribe([&](int value, const int *old) {
        trace.add("v", value);
        trace.add("o", old ? *old : -1);
    });
    a.set(2);
    QCOMPARE(trace.take(), "v2 o-1 v4 o2");
}

void tst_Computed::listen_evaluatesAtOnce()
{
    const auto a = atom(1);
    Trace trace;
    const auto twice = computed(a, [&](int value) {
        trace.add("run");
        return value * 2;
    });
    const auto subscription = twice.listen([&](int value) { trace.add("v", value); });
    QCOMPARE(trace.take(), "run");
    a.set(2);
    QCOMPARE(trace.take(), "run v4");
}

// Rule 16, listed.
void tst_Computed::listed_getKeepsItEagerUntilTheDelayIsOver()
{
    const auto a = atom(1);
    int runs = 0;
    const auto twice = computed(a, [&](int value) {
        ++runs;
        return value * 2;
    });
    QCOMPARE(twice.get(), 2);
    a.set(2);
    QCOMPARE(runs, 2);
    m_time->advance(999);
    a.set(3);
    QCOMPARE(runs, 3);
    m_time->advance(1);
    a.set(4);
    QCOMPARE(runs, 3);
    QCOMPARE(twice.get(), 8);
    QCOMPARE(runs, 4);
}

void tst_Computed::listed_isNotRunAgainWhenNoInputMoved()
{
    const auto a = atom(1);
    const auto b = atom(1);
    int runs = 0;
    const auto sum = computed(a, b, [&](int x, int y) {
        ++runs;
        return x + y;
    });
    sum.get();
    m_time->advance(1000);
    sum.get();
    m_time->advance(1000);
    QCOMPARE(sum.peek(), 2);
    {
        const auto subscription = sum.listen([] {});
    }
    m_time->advance(1000);
    QCOMPARE(runs, 1);
    b.set(2);
    QCOMPARE(sum.peek(), 3);
    QCOMPARE(sum.get(), 3);
    QCOMPARE(runs, 2);
}

void tst_Computed::listed_unobservedIsCheckedByEachRead()
{
    const auto a = atom(1);
    const auto b = computed(a, [](int value) { return value + 1; });
    const auto c = computed(b, [](int value) { return value + 1; });
    for (int i = 1; i < 5; ++i) {
        a.set(i);
        QCOMPARE(c.peek(), i + 2);
        QCOMPARE(b.peek(), i + 1);
    }
}

// Each layer reads the one above twice; looking at each store once keeps it linear.
void tst_Computed::listed_unobservedSharedSourcesAreLookedAtOnce()
{
    const auto a = atom(1);
    int runs = 0;
    auto last = computed(a, [](int value) { return value; });
    for (int i = 0; i < 100; ++i) {
        last = computed(last, last, [&](int x, int y) {
            ++runs;
            return (x + y) % 1000 + 1;
        });
    }
    last.peek();
    QCOMPARE(runs, 100);
    last.peek();
    QCOMPARE(runs, 100);
    a.set(2);
    last.peek();
    QCOMPARE(runs, 200);
}

// Rule 16, last line of the table.
void tst_Computed::listed_readByTrackingIsAttachedByTheRead()
{
    const auto a = atom(1);
    Trace trace;
    const auto listed = computed(a, [&](int value) {
        trace.add("listed");
        return value * 2;
    });
    onMount(listed, trace.adds("mount"));
    const auto tracked = computed([&] { return listed() + 1; });
    QCOMPARE(tracked(), 3); // nobody observes it: no hooks
    QCOMPARE(trace.take(), "listed");
    a.set(2);
    trace.take();
    QCOMPARE(tracked(), 5);
    const auto e = effect([&] { tracked(); });
    QVERIFY(trace.take().contains("mount"));
}

void tst_Computed::listed_functionDoesNotTrack()
{
    const auto a = atom(1);
    const auto b = atom(10);
    const auto sum = computed(a, [&](int value) { return value + b(); });
    CallRecorder<int> calls;
    const auto subscription = sum.subscribe(calls);
    b.set(20);
    QCOMPARE(calls.take(), QList<int>({11}));
    a.set(2);
    QCOMPARE(calls.take(), QList<int>({22}));
}

void tst_Computed::listed_listenerMakesItEager()
{
    const auto a = atom(1);
    int runs = 0;
    const auto odd = computed(a, [&](int value) {
        ++runs;
        return value % 2;
    });
    const auto subscription = odd.listen([] {});
    a.set(3);
    a.set(5);
    QCOMPARE(runs, 3);
}

void tst_Computed::listed_keepsPaceAfterResubscribing()
{
    const auto base = atom(0);
    const auto a = computed(base, [](int value) { return std::to_string(value) + "a"; });
    const auto b = computed(a, [](const std::string &value) { return value + "b"; });
    QCOMPARE(b.get(), std::string("0ab"));
    CallRecorder<std::string> calls;
    const auto subscription = b.subscribe(calls);
    m_time->advance(2000);
    QCOMPARE(a.get(), std::string("0a"));
    base.set(1);
    QCOMPARE(calls.values(), QList<std::string>({"0ab", "1ab"}));
}

// Rule 16, tracked.
void tst_Computed::tracked_readRunsItIfStaleAndItStaysLinked()
{
    const auto a = atom(1);
    int runs = 0;
    const auto twice = computed([&] {
        ++runs;
        return a() * 2;
    });
    QCOMPARE(twice(), 2);
    a.set(2);
    a.set(3);
    QCOMPARE(runs, 1);
    QCOMPARE(twice(), 6);
    QCOMPARE(twice.peek(), 6);
    QCOMPARE(runs, 2);
}

void tst_Computed::tracked_lastSinkLeavingMakesItDirty()
{
    const auto a = atom(1);
    int runs = 0;
    const auto twice = computed([&] {
        ++runs;
        return a() * 2;
    });
    {
        const auto e = effect([&] { twice(); });
        QCOMPARE(runs, 1);
    }
    QCOMPARE(twice(), 2);
    QCOMPARE(runs, 2);
}

void tst_Computed::tracked_listenerMakesItEager()
{
    const auto a = atom(1);
    int runs = 0;
    const auto odd = computed([&] {
        ++runs;
        return a() % 2;
    });
    CallRecorder<int> calls;
    {
        const auto subscription = odd.listen(calls);
        a.set(3);
        QCOMPARE(runs, 2);
        a.set(4);
        QCOMPARE(calls.values(), QList<int>({0}));
    }
    m_time->advance(1000);
    runs = 0;
    a.set(5);
    QCOMPARE(runs, 0);
}

// Rule 17.
void tst_Computed::tracked_branchNoLongerReadIsDropped()
{
    const auto useFirst = atom(true);
    const auto first = atom(1);
    const auto second = atom(2);
    Trace trace;
    const auto chosen = computed([&] {
        trace.add("run");
        return useFirst() ? first() : second();
    });
    const auto subscription = chosen.listen([&](int value) { trace.add("v", value); });
    trace.take();
    second.set(20);
    QCOMPARE(trace.take(), "");
    useFirst.set(false);
    QCOMPARE(trace.take(), "run v20");
    first.set(10);
    QCOMPARE(trace.take(), "");
    second.set(30);
    QCOMPARE(trace.take(), "run v30");
    useFirst.set(true);
    QCOMPARE(trace.take(), "run v10");
}

void tst_Computed::tracked_branchNoLongerReadIsNotRun()
{
    const auto a = atom(1);
    const auto useLong = atom(true);
    int runs = 0;
    const auto longWay = computed([&] {
        ++runs;
        return a() * 100;
    });
    const auto chosen = computed([&] { return useLong() ? longWay() : 0; });
    const auto subscription = chosen.listen([] {});
    QCOMPARE(runs, 1);
    batch([&] {
        useLong.set(false);
        a.set(2);
    });
    QCOMPARE(chosen.get(), 0);
    QCOMPARE(runs, 1);
    a.set(3);
    QCOMPARE(runs, 1);
}

// The branch would throw if it ran after its condition had ended.
void tst_Computed::tracked_staleBranchIsNotRunBeforeTheConditionIsKnown()
{
    const auto text = atom(std::optional<int>(1));
    const auto present = computed([&] { return text().has_value(); });
    int wrong = 0;
    const auto number = computed([&] {
        if (!text()) {
            ++wrong;
        }
        return text().value_or(-1);
    });
    const auto shown = computed([&] { return present() ? number() : 0; });
    CallRecorder<int> calls;
    const auto subscription = shown.listen(calls);
    text.set(2);
    text.set(std::nullopt);
    text.set(3);
    QCOMPARE(calls.values(), QList<int>({2, 0, 3}));
    QCOMPARE(wrong, 0);
}

void tst_Computed::tracked_readInAnotherOrderKeepsItsSources()
{
    const auto turn = atom(0);
    const auto a = atom(1);
    const auto b = atom(2);
    const auto c = atom(4);
    const auto sum = computed([&] {
        switch (turn() % 4) {
        case 0:
            return a() + b() + c();
        case 1:
            return c() + b() + a();
        case 2:
            return b() + c() + b() + a() - b();
        default:
            return b();
        }
    });
    CallRecorder<int> calls;
    const auto subscription = sum.listen(calls);
    for (int i = 1; i <= 8; ++i) {
        turn.set(i);
        calls.take();
        a.set(a.get() + 10);
        QCOMPARE(calls.take().size(), i % 4 == 3 ? 0 : 1);
        b.set(b.get() + 10);
        c.set(c.get() + 10);
        QCOMPARE(calls.take().size(), i % 4 == 3 ? 1 : 2);
        QCOMPARE(sum.get(), i % 4 == 3 ? b.get() : a.get() + b.get() + c.get());
    }
}

void tst_Computed::tracked_readTwiceTiesOnce()
{
    const auto a = atom(1);
    const auto b = atom(1);
    int runs = 0;
    const auto sum = computed([&] {
        ++runs;
        return a() + b() + a() + b() + a();
    });
    CallRecorder<int> calls;
    const auto subscription = sum.listen(calls);
    a.set(2);
    QCOMPARE(runs, 2);
    QCOMPARE(calls.values(), QList<int>({8}));
}

void tst_Computed::tracked_getDoesNotTie()
{
    const auto a = atom(1);
    const auto b = atom(10);
    const auto sum = computed([&] { return a() + b.get(); });
    CallRecorder<int> calls;
    const auto subscription = sum.subscribe(calls);
    b.set(20);
    a.set(2);
    QCOMPARE(calls.values(), QList<int>({11, 22}));
}

void tst_Computed::tracked_peekDoesNotTie()
{
    const auto a = atom(1);
    const auto b = computed([&] { return a() * 10; });
    int runs = 0;
    const auto sum = computed([&] {
        ++runs;
        return b.peek();
    });
    const auto subscription = sum.listen([] {});
    a.set(2);
    QCOMPARE(runs, 1);
}

void tst_Computed::tracked_withoutSourcesRunsOnce()
{
    int runs = 0;
    const auto constant = computed([&] { return ++runs; });
    QCOMPARE(constant(), 1);
    QCOMPARE(constant(), 1);
    const auto subscription = constant.listen([] {});
    QCOMPARE(constant.get(), 1);
}

void tst_Computed::read_inAListenerIsUpToDate()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    Trace trace;
    const auto la = a.subscribe([&](int value) {
        trace.add("a", value);
        trace.add("t", twice.get());
    });
    const auto lt = twice.subscribe(trace.adds("after"));
    QCOMPARE(trace.take(), "a1 t2 after");
    a.set(2);
    QCOMPARE(trace.take(), "a2 t4 after");
}

void tst_Computed::read_inAListenerAfterASetIsUpToDate()
{
    const auto event = atom(0);
    const auto a = atom(1);
    const auto b = computed(a, [](int value) { return value * 2; });
    const auto c = computed(b, [](int value) { return value * 3; });
    const auto d = computed([&] { return c() + 1; });
    const auto lc = c.listen([] {});
    Trace trace;
    const auto le = event.listen([&] {
        a.set(2);
        trace.add("", c.get());
        trace.add("", d.get());
    });
    event.set(1);
    QCOMPARE(trace.take(), "12 13");
}

void tst_Computed::read_inAnotherStoresFunctionIsUpToDate()
{
    const auto a = atom(1);
    const auto second = computed(a, [](int value) { return value * 2; });
    CallRecorder<int> seen;
    const auto first = computed(a, [&](int value) {
        seen(second.get());
        return value;
    });
    const auto subscription = first.listen([] {});
    a.set(2);
    QCOMPARE(seen.values(), QList<int>({2, 4}));
}

void tst_Computed::read_outsideAComputedStoreAfterAListenerLeft()
{
    const auto a = atom(1);
    const auto b = computed(a, [](int value) { return value * 2; });
    const auto c = computed([&] { return b() + 1; });
    {
        const auto subscription = c.listen([] {});
        a.set(2);
    }
    a.set(3);
    QCOMPARE(c.peek(), 7);
    m_time->advance(5000);
    a.set(4);
    QCOMPARE(b.peek(), 8);
    QCOMPARE(c.peek(), 9);
    QCOMPARE(c.get(), 9);
}

void tst_Computed::listener_ofASourceIsNotToldEarly()
{
    const auto a = atom(0);
    const auto b = computed(a, [](int value) { return value; });
    const auto sum = computed(a, b, [](int x, int y) { return x * 10 + y; });
    CallRecorder<int> calls;
    const auto subscription = sum.listen(calls);
    a.set(1);
    a.set(2);
    QCOMPARE(calls.values(), QList<int>({11, 22}));
}

void tst_Computed::listener_removedByAListenerOfTheSource()
{
    const auto a = atom(0);
    const auto twice = computed(a, [](int value) { return value * 2; });
    Trace trace;
    Subscription ofTwice = twice.listen(trace.adds("twice"));
    const auto la = a.listen([&](int value) {
        trace.add("a", value);
        trace.add("t", twice.get());
        if (value > 1) {
            ofTwice.reset();
        }
    });
    a.set(1);
    QCOMPARE(trace.take(), "a1 t2 twice");
    a.set(2);
    QCOMPARE(trace.take(), "a2 t4");
}

void tst_Computed::write_ofASourceInItsListener()
{
    const auto value = atom(1);
    const auto first = computed(value, [](int v) { return v; });
    const auto second = computed(first, [](int v) { return v; });
    Trace trace;
    const auto lv = value.subscribe([&](int v) { trace.add("v", v); });
    const auto ls = second.subscribe([&](int v) {
        trace.add("s", v);
        if (v % 2 == 1) {
            value.set(value.get() + 1);
        }
    });
    QCOMPARE(trace.take(), "v1 s1 v2 s2");
    value.set(3);
    QCOMPARE(trace.take(), "v3 s3 v4 s4");
}

// Rule 10.
void tst_Computed::write_inTheFunctionIsToldAfterwards()
{
    const auto a = atom(1);
    const auto count = atom(0);
    Trace trace;
    const auto inner = computed([&] {
        count.set(count.get() + 1);
        trace.add("inner");
        return a() * 2;
    });
    const auto outer = computed([&] {
        const int value = inner();
        trace.add("outer");
        return value;
    });
    const auto subscription = count.listen([&](int value) { trace.add("count", value); });
    QCOMPARE(outer(), 2);
    QCOMPARE(trace.take(), "inner outer count1");
    a.set(2);
    QCOMPARE(outer(), 4);
    QCOMPARE(trace.take(), "inner outer count2");
}

void tst_Computed::peek_mountsNothing()
{
    const auto a = atom(1);
    Trace trace;
    onMount(a, trace.adds("mount"));
    const auto listed = computed(a, [](int value) { return value * 2; });
    const auto tracked = computed([&] { return a() * 3; });
    onMount(listed, trace.adds("mount"));
    onMount(tracked, trace.adds("mount"));
    QCOMPARE(listed.peek(), 2);
    QCOMPARE(tracked.peek(), 3);
    QCOMPARE(tracked(), 3);
    QCOMPARE(listed(), 2);
    QCOMPARE(trace.take(), "");
    a.set(2);
    QCOMPARE(listed.peek(), 4);
    QCOMPARE(tracked.peek(), 6);
    QCOMPARE(trace.take(), "");
}

void tst_Computed::chain_listedOfAHundredThousand()
{
    constexpr int Length = 100'000;
    const auto a = atom(0);
    int runs = 0;
    auto last = computed(a, [](int value) { return value; });
    for (int i = 0; i < Length; ++i) {
        last = computed(last, [&](int value) {
            ++runs;
            return value + 1;
        });
    }
    QCOMPARE(last.peek(), Length);
    QCOMPARE(runs, Length);
    a.set(1);
    QCOMPARE(last.peek(), Length + 1);
    QCOMPARE(last.get(), Length + 1); // mounts it all
    runs = 0;
    CallRecorder<int> calls;
    {
        const auto subscription = last.listen(calls);
        a.set(2);
        batch([&] { a.set(3); });
        QCOMPARE(calls.values(), QList<int>({Length + 2, Length + 3}));
        QCOMPARE(runs, 2 * Length);
    }
    m_time->advance(1000); // unmounts the last, which lets go of its source, which waits for its own delay
    a.set(4);
    QCOMPARE(last.peek(), Length + 4);
}

void tst_Computed::chain_trackedOfAHundredThousand()
{
    constexpr int Length = 100'000;
    const auto a = atom(0);
    int runs = 0;
    auto last = computed([=] { return a(); });
    for (int i = 0; i < Length; ++i) {
        last = computed([&runs, before = last] {
            ++runs;
            return before() + 1;
        });
        last(); // from the near end: the first run of a function calls what it reads
    }
    CallRecorder<int> calls;
    {
        const auto subscription = last.listen(calls);
        runs = 0;
        a.set(1);
        QCOMPARE(calls.take(), QList<int>({Length + 1}));
        const auto e = effect([&] { calls(last()); });
        batch([&] { a.set(2); });
        QCOMPARE(calls.take(), QList<int>({Length + 1, Length + 2, Length + 2}));
        QCOMPARE(runs, 2 * Length);
    }
    m_time->advance(1000);
    QCOMPARE(runs, 2 * Length);
}

void tst_Computed::chain_isDestroyedWithoutRecursion_data()
{
    QTest::addColumn<bool>("listed");
    QTest::addColumn<int>("state");
    for (const bool listed : {true, false}) {
        for (int state = 0; state < 4; ++state) {
            static const char *const names[] = {"never read", "read", "in its delay", "listened to"};
            QTest::addRow("%s, %s", listed ? "listed" : "tracked", names[state]) << listed << state;
        }
    }
}

void tst_Computed::chain_isDestroyedWithoutRecursion()
{
    QFETCH(bool, listed);
    QFETCH(int, state);
    constexpr int Length = 100'000;
    const auto a = atom(0);
    Subscription subscription;
    {
        const auto next = [&](const auto &before) {
            return listed ? computed(before, [](int value) { return value + 1; })
                          : computed([=] { return before() + 1; });
        };
        auto last = next(a);
        for (int i = 1; i < Length; ++i) {
            last = next(last);
            if (!listed && state > 0) {
                last();
            }
        }
        if (state == 1) {
            QCOMPARE(last.peek(), Length);
        } else if (state == 2) {
            QCOMPARE(last.get(), Length);
        } else if (state == 3) {
            subscription = last.listen([] {});
        }
    }
    a.set(1);
    subscription.reset();
    m_time->advance(1000);
    a.set(2);
}

void tst_Computed::fan_ofTenThousand()
{
    constexpr int Width = 10'000;
    const auto a = atom(0);
    int runs = 0;
    int calls = 0;
    std::vector<Computed<int>> arms;
    std::vector<Subscription> subscriptions;
    for (int i = 0; i < Width; ++i) {
        arms.push_back(computed(a, [&, i](int value) {
            ++runs;
            return value + i;
        }));
        subscriptions.push_back(arms.back().listen([&] { ++calls; }));
    }
    runs = 0;
    a.set(1);
    QCOMPARE(runs, Width);
    QCOMPARE(calls, Width);
    subscriptions.resize(Width / 2);
    m_time->advance(1000);
    a.set(2);
    QCOMPARE(runs, Width + Width / 2);
    QCOMPARE(calls, Width + Width / 2);
}

// As many writes as a version has numbers, less the few that are made here.
void tst_Computed::listed_seesAChangeAfterAllNumbersOfVersions()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    const auto four = computed(twice, [](int value) { return value * 2; });
    QCOMPARE(four.peek(), 4);
    const auto before = a.node()->version;
    a.node()->version = 0xffffffffu;
    for (std::uint32_t i = 0; i <= before; ++i) {
        a.set(int(10 + i));
    }
    QCOMPARE(a.node()->version, before);
    QCOMPARE(four.peek(), 4 * a.get());
    QCOMPARE(twice.peek(), 2 * a.get());
    a.set(3);
    QCOMPARE(four.peek(), 12);
}

QTEST_APPLESS_MAIN(tst_Computed)
#include "tst_computed.moc"
