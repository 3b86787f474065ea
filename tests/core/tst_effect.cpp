// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"
#include "support/rows.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <string>

using namespace nanostores;
using support::Counted;
using support::Trace;

class tst_Effect : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void listed_runsAtOnceAndAfterEachChange();
    void listed_overComputedStores();
    void listed_notifyRunsIt();
    void listed_doesNotTrack();
    void tracked_runsAtOnceAndAfterEachChange();
    void tracked_dropsWhatItNoLongerReads();
    void tracked_doesNotRunForEqualResults();
    void tracked_runsOnceOverSharedSources();
    void either_endsWithItsSubscription_data();
    void either_endsWithItsSubscription();
    void either_letsGoOfItsSources();

    void detached_livesOn();
    void captured_handlesAreLetGo();
};

// Rule 27.
void tst_Effect::listed_runsAtOnceAndAfterEachChange()
{
    const auto a = atom(1);
    const auto b = atom(std::string("x"));
    Trace trace;
    const auto e = effect(a, b, [&](int number, const std::string &text) {
        trace.add(QByteArray::fromStdString(text + std::to_string(number)));
    });
    QCOMPARE(trace.take(), "x1");
    a.set(2);
    b.set("y");
    b.set("y");
    QCOMPARE(trace.take(), "x2 y2");
}

void tst_Effect::listed_overComputedStores()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    const auto thrice = computed([&] { return a() * 3; });
    Trace trace;
    const auto e = effect(twice, thrice, [&](int x, int y) {
        trace.add("", x);
        trace.add("", y);
    });
    QCOMPARE(trace.take(), "2 3");
    a.set(2);
    QCOMPARE(trace.take(), "4 6");
}

void tst_Effect::listed_notifyRunsIt()
{
    const auto a = atom(1);
    Trace trace;
    const auto listed = effect(a, [&](int) { trace.add("listed"); });
    const auto tracked = effect([&] {
        a();
        trace.add("tracked");
    });
    trace.take();
    a.notify();
    QCOMPARE(trace.take(), "listed");
}

void tst_Effect::listed_doesNotTrack()
{
    const auto a = atom(1);
    const auto b = atom(1);
    Trace trace;
    const auto e = effect(a, [&](int value) { trace.add("", value + b()); });
    b.set(10);
    QCOMPARE(trace.take(), "2");
    a.set(2);
    QCOMPARE(trace.take(), "12");
}

void tst_Effect::tracked_runsAtOnceAndAfterEachChange()
{
    const auto a = atom(1);
    const auto b = atom(10);
    Trace trace;
    const auto e = effect([&] { trace.add("", a() + b()); });
    QCOMPARE(trace.take(), "11");
    a.set(2);
    b.set(20);
    b.set(20);
    QCOMPARE(trace.take(), "12 22");
}

void tst_Effect::tracked_dropsWhatItNoLongerReads()
{
    const auto on = atom(true);
    const auto a = atom(1);
    Trace trace;
    const auto e = effect([&] { trace.add("", on() ? a() : -1); });
    on.set(false);
    QCOMPARE(trace.take(), "1 -1");
    a.set(2);
    QCOMPARE(trace.take(), "");
    on.set(true);
    a.set(3);
    QCOMPARE(trace.take(), "2 3");
}

void tst_Effect::tracked_doesNotRunForEqualResults()
{
    const auto a = atom(1);
    const auto odd = computed([&] { return a() % 2; });
    const auto constant = computed([&] {
        odd();
        return 0;
    });
    const auto both = computed([&] { return constant() + odd(); });
    Trace trace;
    const auto e = effect([&] { trace.add("", both()); });
    a.set(3);
    QCOMPARE(trace.take(), "1");
    a.set(4);
    QCOMPARE(trace.take(), "0");
}

void tst_Effect::tracked_runsOnceOverSharedSources()
{
    const auto a = atom(1);
    const auto b = computed([&] { return a() + 1; });
    const auto c = computed(a, [](int value) { return value + 2; });
    Trace trace;
    const auto e = effect([&] { trace.add("", a() * 100 + b() * 10 + c()); });
    a.set(2);
    QCOMPARE(trace.take(), "123 234");
}

void tst_Effect::either_endsWithItsSubscription_data()
{
    support::addListedAndTracked();
}

void tst_Effect::either_endsWithItsSubscription()
{
    QFETCH(bool, listed);
    const auto a = atom(1);
    Trace trace;
    {
        const auto run = [&](int value) { trace.add("", value); };
        Subscription e = listed ? effect(a, run) : effect([&] { run(a()); });
        a.set(2);
        QVERIFY(e);
        e.reset();
        e.reset();
        QVERIFY(!e);
        a.set(3);
        e = listed ? effect(a, run) : effect([&] { run(a()); });
    }
    a.set(4);
    QCOMPARE(trace.take(), "1 2 3");
}

void tst_Effect::either_letsGoOfItsSources()
{
    const auto a = atom(1);
    int runs = 0;
    const auto twice = computed([&] {
        ++runs;
        return a() * 2;
    });
    {
        const auto e = effect([&] { twice(); });
        a.set(2);
    }
    runs = 0;
    a.set(3);
    QCOMPARE(runs, 0);
    QVERIFY(!isMounted(a));
    QVERIFY(!isMounted(twice));
}

void tst_Effect::detached_livesOn()
{
    auto a = std::make_unique<Atom<int>>(1);
    auto counted = std::make_shared<int>(0);
    {
        auto e = effect([a = *a, counted] { *counted += a(); });
        e.detach();
    }
    a->set(2);
    QCOMPARE(*counted, 3);
}

void tst_Effect::captured_handlesAreLetGo()
{
    QCOMPARE(Counted::alive(), 0);
    {
        const auto value = atom(Counted(1));
        Subscription e = effect([value, own = Counted(2)] {
            value();
            return [inCleanup = Counted(3)] {};
        });
        value.set(Counted(4));
        e.reset();
        QCOMPARE(Counted::alive(), 1);
    }
    QCOMPARE(Counted::alive(), 0);
}

QTEST_APPLESS_MAIN(tst_Effect)
#include "tst_effect.moc"
