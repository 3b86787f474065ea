// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/rows.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <string>
#include <type_traits>

using namespace nanostores;
using support::CallRecorder;
using support::Trace;

static_assert(std::is_copy_constructible_v<Computed<int>>);
static_assert(AnyStore<Computed<int>> && !WritableStore<Computed<int>>);
static_assert(std::is_same_v<decltype(computed(atom(1), [](int) { return 'x'; })), Computed<char>>);
static_assert(std::is_same_v<decltype(computed([]() -> const std::string & {
                                 static const std::string text;
                                 return text;
                             })),
                             Computed<std::string>>);

class tst_Computed : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
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

    void read_inAListenerIsUpToDate();
    void read_inAListenerAfterASetIsUpToDate();
    void read_inAnotherStoresFunctionIsUpToDate();
    void read_outsideAComputedStoreAfterAListenerLeft();
    void listener_ofASourceIsNotToldEarly();
    void listener_removedByAListenerOfTheSource();
    void write_ofASourceInItsListener();
    void write_inTheFunctionIsToldAfterwards();
    void peek_mountsNothing();
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
    support::addListedAndTracked();
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
    support::addListedAndTracked();
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
    support::addListedAndTracked();
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

QTEST_APPLESS_MAIN(tst_Computed)
#include "tst_computed.moc"
