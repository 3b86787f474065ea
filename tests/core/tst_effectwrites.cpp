// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <algorithm>

using namespace nanostores;
using support::Trace;

class tst_EffectWrites : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void write_ofItsOwnSourceSettlesInOneRun_data();
    void write_ofItsOwnSourceSettlesInOneRun();
    void write_beforeReadingIsSeen();
    void write_ofAnotherStoreRunsItsEffect();
    void write_byAComputedSourceRunsTheEffectOnce();
    void write_untoldChangeWakesTheEffectAtTheNextRead();
    void write_untoldChangeWakesTheEffectAtTheNextWrite();
    void write_backInsideTheEffectIsNoLoop();

    void write_listenersThatItCallsAreNoPartOfIt();
    void write_effectsMadeByListenersThatItCallsAreNotItsOwn();
};

// Rule 30.
void tst_EffectWrites::write_ofItsOwnSourceSettlesInOneRun_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("direct") << 0;
    QTest::newRow("through a computed store") << 1;
    QTest::newRow("untracked") << 2;
    QTest::newRow("in a batch") << 3;
    QTest::newRow("through a listed computed store") << 4;
}

void tst_EffectWrites::write_ofItsOwnSourceSettlesInOneRun()
{
    QFETCH(int, way);
    const auto tick = atom(0);
    const auto data = atom(0);
    const auto same = computed([&] { return data(); });
    const auto listed = computed(data, [](int value) { return value; });
    int runs = 0;
    const auto e = effect([&] {
        tick();
        const int value = way == 1 ? same() : way == 4 ? listed() : data();
        ++runs;
        switch (way) {
        case 2:
            untracked([&] { data.set(value + 1); });
            break;
        case 3:
            batch([&] { data.set(value + 1); });
            break;
        default:
            data.set(value + 1);
        }
    });
    QCOMPARE(runs, 1);
    QCOMPARE(data.get(), 1);
    tick.set(1);
    QCOMPARE(runs, 2);
    QCOMPARE(data.get(), 2);
}

void tst_EffectWrites::write_beforeReadingIsSeen()
{
    const auto a = atom(0);
    Trace trace;
    const auto e = effect([&] {
        a.set(std::min(a.get() + 1, 5));
        trace.add("", a());
    });
    QCOMPARE(trace.take(), "1");
    a.set(3);
    QCOMPARE(trace.take(), "4");
}

void tst_EffectWrites::write_ofAnotherStoreRunsItsEffect()
{
    const auto query = atom("");
    const auto result = atom("none");
    const auto mounted = atom(false);
    Trace trace;
    const auto first = effect([&] {
        trace.add("first");
        if (mounted()) {
            result.set("<" + query() + ">");
        }
    });
    const auto second = effect([&] {
        trace.add("second:" + QByteArray::fromStdString(result()));
        mounted.set(true);
        return trace.adds("end");
    });
    QCOMPARE(trace.take(), "first second:none first"); // caused by its own write: the second does not run again
    query.set("hello");
    QCOMPARE(trace.take(), "first end second:<hello>");
}

void tst_EffectWrites::write_byAComputedSourceRunsTheEffectOnce()
{
    const auto external = atom(0);
    const auto source = atom(1);
    const auto proxy = computed([&] {
        external.set(source());
        return source();
    });
    Trace trace;
    const auto x = effect([&] {
        proxy();
        trace.add("x", external());
    });
    const auto y = effect([&] { trace.add("y", proxy()); });
    QCOMPARE(trace.take(), "x1 y1");
    source.set(2);
    QCOMPARE(trace.take(), "x2 y2");
}

// Rules 9 and 11.
void tst_EffectWrites::write_untoldChangeWakesTheEffectAtTheNextRead()
{
    const auto data = atom(0);
    Trace trace;
    const auto seen = computed([&] {
        trace.add("compute", data());
        return data();
    });
    const auto e = effect([&] {
        trace.add("effect", seen());
        if (data.get() < 3) {
            data.set(data.get() + 1);
        }
    });
    QCOMPARE(trace.take(), "compute0 effect0");
    QCOMPARE(seen(), 1); // the read finds it changed; the effect hears of it when it returns
    QCOMPARE(trace.take(), "compute1 effect1");
}

void tst_EffectWrites::write_untoldChangeWakesTheEffectAtTheNextWrite()
{
    const auto data = atom(0);
    Trace trace;
    const auto seen = computed([&] {
        trace.add("compute", data());
        return data();
    });
    const auto e = effect([&] {
        trace.add("effect", seen());
        data.set(100);
    });
    QCOMPARE(trace.take(), "compute0 effect0");
    data.set(7);
    QCOMPARE(trace.take(), "compute7 effect7");
}

void tst_EffectWrites::write_backInsideTheEffectIsNoLoop()
{
    const auto s = atom(0);
    const auto c = computed([&] { return s(); });
    int runs = 0;
    const auto e = effect([&] {
        ++runs;
        if (c() > 0) {
            s.set(0);
        }
    });
    for (int i = 1; i < 4; ++i) {
        s.set(i);
        QCOMPARE(s.get(), 0);
        QCOMPARE(runs, 1 + i);
    }
}

void tst_EffectWrites::write_listenersThatItCallsAreNoPartOfIt()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto c = atom(0);
    Trace trace;
    const auto l = b.listen([&] { trace.add("L", c()); });
    const auto twice = computed(b, [&](int value) { return value + untracked([&] { return c(); }); });
    const auto lt = twice.listen([&] { c(); });
    const auto e = effect([&] {
        trace.add("E", a());
        b.set(a() + 1); // runs the listeners at once, in the first run
        batch([&] { b.set(a() + 2); });
    });
    trace.take();
    c.set(1);
    QCOMPARE(trace.take(), "");
    a.set(1);
    QVERIFY(trace.take().startsWith("E1"));
}

void tst_EffectWrites::write_effectsMadeByListenersThatItCallsAreNotItsOwn()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto c = atom(0);
    Trace trace;
    Subscription made;
    const auto l = b.listen([&] {
        if (!made) {
            made = effect([&] { trace.add("made", c()); });
        }
    });
    Subscription e = effect([&] { b.set(a() + 1); });
    a.set(1);
    e.reset();
    c.set(1);
    QCOMPARE(trace.take(), "made0 made1");
}

QTEST_APPLESS_MAIN(tst_EffectWrites)
#include "tst_effectwrites.moc"
