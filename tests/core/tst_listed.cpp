// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <string>

using namespace nanostores;
using support::CallRecorder;
using support::Trace;

/// When computed stores with a list of sources run, and what they are tied to.
class tst_Listed : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void listed_seesAChangeAfterAllNumbersOfVersions();

    void listed_getKeepsItEagerUntilTheDelayIsOver();
    void listed_isNotRunAgainWhenNoInputMoved();
    void listed_unobservedIsCheckedByEachRead();
    void listed_unobservedSharedSourcesAreLookedAtOnce();
    void listed_readByTrackingIsAttachedByTheRead();
    void listed_functionDoesNotTrack();
    void listed_listenerMakesItEager();
    void listed_keepsPaceAfterResubscribing();
};

// As many writes as a version has numbers, less the few that are made here.
void tst_Listed::listed_seesAChangeAfterAllNumbersOfVersions()
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

// Rule 16, listed.
void tst_Listed::listed_getKeepsItEagerUntilTheDelayIsOver()
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

void tst_Listed::listed_isNotRunAgainWhenNoInputMoved()
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

void tst_Listed::listed_unobservedIsCheckedByEachRead()
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
void tst_Listed::listed_unobservedSharedSourcesAreLookedAtOnce()
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
void tst_Listed::listed_readByTrackingIsAttachedByTheRead()
{
    const auto a = atom(1);
    Trace trace;
    const auto listed = computed(a, [&](int value) {
        trace.add("listed");
        return value * 2;
    });
    onMount(listed, trace.adds("mount"));
    const auto tracked = computed([&] { return listed() + 1; });
    QCOMPARE(tracked(), 3); // it is not observed: no hooks
    QCOMPARE(trace.take(), "listed");
    a.set(2);
    trace.take();
    QCOMPARE(tracked(), 5);
    const auto e = effect([&] { tracked(); });
    QVERIFY(trace.take().contains("mount"));
}

void tst_Listed::listed_functionDoesNotTrack()
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

void tst_Listed::listed_listenerMakesItEager()
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

void tst_Listed::listed_keepsPaceAfterResubscribing()
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

QTEST_APPLESS_MAIN(tst_Listed)
#include "tst_listed.moc"
