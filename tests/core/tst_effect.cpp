// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

using namespace nanostores;
using support::Counted;
using support::ErrorLog;
using support::ManualTime;
using support::thrownBy;
using support::Trace;

class tst_Effect : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time.emplace(); }
    void cleanup() { m_time.reset(); }

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

    void cleanup_runsBeforeTheNextRunAndAtTheEnd_data();
    void cleanup_runsBeforeTheNextRunAndAtTheEnd();
    void cleanup_mayBeAnEmptyFunction();
    void cleanup_isNotTracked();
    void cleanup_mayWrite();
    void cleanup_ofOneEffectRunsAnother();
    void cleanup_mayStopItsEffect();
    void cleanup_mayStopAnotherEffect();
    void cleanup_runsOnce();

    void stop_inItsOwnBodyLetsTheBodyEnd();
    void stop_inItsOwnBodyDropsWhatIsReadLater();
    void stop_inItsFirstRun();
    void stop_inASourceBeingChecked();
    void stop_byAnotherEffectBeforeItsTurn();
    void stop_letsTheOthersRun();

    void inner_endsWhenTheOuterRunsAgain();
    void inner_endsAfterTheNewRun();
    void inner_endsWithTheOuterInOrder();
    void inner_runsAlone();
    void inner_maySurviveAsASubscriptionOfTheOuterRun();
    void inner_isNotRunWhenTheOuterNoLongerMakesIt();
    void inner_queuedOutOfOrder();
    void inner_listedEffectIsOwnedToo();
    void inner_listenerBelongsToNobody();
    void inner_computedStoreBelongsToNobody();
    void inner_deepNestingEndsInOrder();

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

    void detached_livesOn();
    void detached_innerEndsWithTheOuter();
    void captured_handlesAreLetGo();

private:
    std::optional<ManualTime> m_time;
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
    QTest::addColumn<bool>("listed");
    QTest::newRow("listed") << true;
    QTest::newRow("tracked") << false;
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

void tst_Effect::cleanup_runsBeforeTheNextRunAndAtTheEnd_data()
{
    either_endsWithItsSubscription_data();
}

void tst_Effect::cleanup_runsBeforeTheNextRunAndAtTheEnd()
{
    QFETCH(bool, listed);
    const auto a = atom(1);
    Trace trace;
    const auto run = [&](int value) {
        trace.add("run", value);
        return [&trace, value] { trace.add("end", value); };
    };
    Subscription e = listed ? effect(a, run) : effect([&] { return run(a()); });
    a.set(2);
    QCOMPARE(trace.take(), "run1 end1 run2");
    e.reset();
    QCOMPARE(trace.take(), "end2");
    a.set(3);
    QCOMPARE(trace.take(), "");
}

void tst_Effect::cleanup_mayBeAnEmptyFunction()
{
    const auto a = atom(0);
    Trace trace;
    Subscription e = effect([&]() -> std::function<void()> {
        const int value = a();
        if (value % 2 == 0) {
            return {};
        }
        return [&trace, value] { trace.add("end", value); };
    });
    a.set(1);
    a.set(2);
    a.set(3);
    e.reset();
    QCOMPARE(trace.take(), "end1 end3");
}

void tst_Effect::cleanup_isNotTracked()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto e = effect([&] {
        trace.add("run", a());
        return [&] { b(); };
    });
    a.set(1);
    trace.take();
    b.set(1);
    QCOMPARE(trace.take(), "");
}

// Rule 27.
void tst_Effect::cleanup_mayWrite()
{
    const auto a = atom(0);
    const auto count = atom(0);
    Trace trace;
    Subscription first = effect([&] {
        trace.add("a", a());
        return [&] {
            trace.add("enda");
            count.set(count.get() + 1);
        };
    });
    Subscription second = effect([&] {
        trace.add("c", count());
        return trace.adds("endc");
    });
    QCOMPARE(trace.take(), "a0 c0");
    a.set(1);
    QCOMPARE(trace.take(), "enda a1 endc c1");
    first.reset();
    QCOMPARE(trace.take(), "enda endc c2");
    second.reset();
    QCOMPARE(trace.take(), "endc");
}

void tst_Effect::cleanup_ofOneEffectRunsAnother()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto e = effect([&] {
        trace.add("a", a());
        return [&] { b.set(b.get() + 1); };
    });
    const auto l = b.listen([&](int value) { trace.add("b", value); });
    a.set(1);
    QCOMPARE(trace.take(), "a0 a1 b1"); // it joins the end of the queue
}

// Rule 27: no re-run then.
void tst_Effect::cleanup_mayStopItsEffect()
{
    const auto a = atom(0);
    int runs = 0;
    int cleanups = 0;
    Subscription e;
    e = effect([&] {
        ++runs;
        a();
        return [&] {
            ++cleanups;
            e.reset();
        };
    });
    a.set(1);
    a.set(2);
    QCOMPARE(runs, 1);
    QCOMPARE(cleanups, 1);
}

void tst_Effect::cleanup_mayStopAnotherEffect()
{
    const auto on = atom(true);
    Trace trace;
    Subscription other;
    Subscription root = effect([&] {
        on();
        trace.add("root");
        return [&] {
            trace.add("endroot");
            other.reset();
        };
    });
    other = effect([&] {
        on();
        trace.add("other");
        return trace.adds("endother");
    });
    QCOMPARE(trace.take(), "root other");
    on.set(false);
    QCOMPARE(trace.take(), "endroot endother root");
    root.reset();
    QCOMPARE(trace.take(), "endroot");
}

void tst_Effect::cleanup_runsOnce()
{
    const auto a = atom(0);
    int cleanups = 0;
    Subscription e = effect([&] {
        if (a() == 1) {
            throw std::runtime_error("body");
        }
        return std::function<void()>([&] { ++cleanups; });
    });
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("body"));
    QCOMPARE(cleanups, 1);
    e.reset();
    QCOMPARE(cleanups, 1);
}

// Rule 27.
void tst_Effect::stop_inItsOwnBodyLetsTheBodyEnd()
{
    const auto a = atom(0);
    Trace trace;
    Subscription e;
    e = effect([&] {
        trace.add("begin", a());
        if (a() == 1) {
            e.reset();
            trace.add("stopped");
        }
        trace.add("end");
        return trace.adds("cleanup");
    });
    QCOMPARE(trace.take(), "begin0 end");
    a.set(1);
    QCOMPARE(trace.take(), "cleanup begin1 stopped end cleanup");
    a.set(2);
    QCOMPARE(trace.take(), "");
}

void tst_Effect::stop_inItsOwnBodyDropsWhatIsReadLater()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    onMount(b, [&] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    Subscription e;
    e = effect([&] {
        if (a() == 1) {
            e.reset();
            b();
        }
        trace.add("run");
    });
    a.set(1);
    QCOMPARE(trace.take(), "run run");
    a.set(2);
    b.set(2);
    QCOMPARE(trace.take(), "");
    QVERIFY(!isMounted(b));
}

void tst_Effect::stop_inItsFirstRun()
{
    const auto a = atom(0);
    Trace trace;
    Subscription outer;
    Subscription inner;
    outer = effect([&] {
        a();
        inner = effect([&] {
            trace.add("inner", a());
            return trace.adds("endinner");
        });
        inner.reset();
        trace.add("outer");
    });
    a.set(1);
    QCOMPARE(trace.take(), "inner0 endinner outer inner1 endinner outer");
}

// Rule 32: disposed in a check, it is not run.
void tst_Effect::stop_inASourceBeingChecked()
{
    const auto a = atom(0);
    Subscription first;
    const auto c = computed([&] {
        if (a() == 1) {
            first.reset();
        }
        return a();
    });
    int firstRuns = 0;
    Trace trace;
    first = effect([&] {
        c();
        ++firstRuns;
    });
    const auto second = effect([&] { trace.add("second", c()); });
    const auto third = effect([&] { trace.add("third", c()); });
    trace.take();
    a.set(1);
    QCOMPARE(trace.take(), "second1 third1");
    a.set(2);
    a.set(3);
    QCOMPARE(trace.take(), "second2 third2 second3 third3");
    QCOMPARE(firstRuns, 1);
}

void tst_Effect::stop_byAnotherEffectBeforeItsTurn()
{
    const auto a = atom(0);
    Trace trace;
    Subscription second;
    const auto first = effect([&] {
        trace.add("first", a());
        if (a() == 1) {
            second.reset();
        }
    });
    second = effect([&] {
        trace.add("second", a());
        return trace.adds("end");
    });
    trace.take();
    a.set(1);
    QCOMPARE(trace.take(), "first1 end");
}

void tst_Effect::stop_letsTheOthersRun()
{
    const auto a = atom(0);
    Trace trace;
    Subscription first = effect([&] { trace.add("first", a()); });
    const auto second = effect([&] {
        trace.add("second", a());
        first.reset();
    });
    const auto third = effect([&] { trace.add("third", a()); });
    trace.take();
    a.set(1);
    a.set(2);
    QCOMPARE(trace.take(), "second1 third1 second2 third2");
}

// Rules 27, 28.
void tst_Effect::inner_endsWhenTheOuterRunsAgain()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto outer = effect([&] {
        trace.add("outer", a());
        effect([&] { trace.add("inner", b()); }).detach();
    });
    a.set(1);
    a.set(2);
    trace.take();
    b.set(1);
    QCOMPARE(trace.take(), "inner1");
}

void tst_Effect::inner_endsAfterTheNewRun()
{
    const auto a = atom(0);
    Trace trace;
    const auto outer = effect([&] {
        const int value = a();
        trace.add("outer", value);
        effect([&, value] { return [&trace, value] { trace.add("endinner", value); }; }).detach();
        return [&trace, value] { trace.add("endouter", value); };
    });
    a.set(1);
    QCOMPARE(trace.take(), "outer0 endouter0 outer1 endinner0");
}

void tst_Effect::inner_endsWithTheOuterInOrder()
{
    Trace trace;
    {
        const auto outer = effect([&] {
            effect([&] { return trace.adds("end1"); }).detach();
            effect([&] { return trace.adds("end2"); }).detach();
            return trace.adds("endouter");
        });
    }
    QCOMPARE(trace.take(), "endouter end1 end2");
}

void tst_Effect::inner_runsAlone()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    const auto outer = effect([&] {
        trace.add("outer", a());
        effect([&] { trace.add("inner", b()); }).detach();
    });
    trace.take();
    b.set(1);
    b.set(2);
    QCOMPARE(trace.take(), "inner1 inner2");
    a.set(1);
    QCOMPARE(trace.take(), "outer1 inner2");
    b.set(3);
    QCOMPARE(trace.take(), "inner3");
}

void tst_Effect::inner_maySurviveAsASubscriptionOfTheOuterRun()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    Subscription kept;
    Subscription outer = effect([&] {
        a();
        kept = effect([&] {
            trace.add("inner", b());
            return trace.adds("end");
        });
    });
    a.set(1);
    QCOMPARE(trace.take(), "inner0 inner0 end");
    outer.reset();
    QCOMPARE(trace.take(), "end");
    b.set(1);
    kept.reset(); // it had ended with its owner
    QCOMPARE(trace.take(), "");
}

void tst_Effect::inner_isNotRunWhenTheOuterNoLongerMakesIt()
{
    const auto a = atom(3);
    const auto positive = computed([&] { return a() > 0; });
    int wrong = 0;
    const auto outer = effect([&] {
        if (positive()) {
            effect([&] {
                if (a() == 0) {
                    ++wrong;
                }
            }).detach();
        }
    });
    a.set(2);
    a.set(1);
    a.set(0);
    QCOMPARE(wrong, 0);
    batch([&] {
        a.set(1);
        a.set(0);
    });
    QCOMPARE(wrong, 0);
}

void tst_Effect::inner_queuedOutOfOrder()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto difference = computed([&] { return a() - b(); });
    Trace trace;
    const auto outer = effect([&] {
        difference();
        effect([&] {
            trace.add("first");
            a();
        }).detach();
        effect([&] {
            trace.add("last");
            a();
            b();
        }).detach();
    });
    trace.take();
    batch([&] {
        b.set(1);
        a.set(1);
    });
    QCOMPARE(trace.take(), "last first");
}

void tst_Effect::inner_listedEffectIsOwnedToo()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    {
        const auto outer = effect([&] {
            a();
            effect(b, [&](int value) {
                trace.add("inner", value);
                return trace.adds("end");
            }).detach();
        });
        a.set(1);
        QCOMPARE(trace.take(), "inner0 inner0 end");
        b.set(1);
        QCOMPARE(trace.take(), "end inner1");
    }
    QCOMPARE(trace.take(), "end");
    b.set(2);
    QCOMPARE(trace.take(), "");
}

// Rule 28.
void tst_Effect::inner_listenerBelongsToNobody()
{
    const auto a = atom(0);
    Trace trace;
    Subscription kept;
    {
        const auto outer = effect([&] {
            if (!kept) {
                kept = a.listen([&](int value) { trace.add("L", value); });
            }
        });
    }
    a.set(1);
    QCOMPARE(trace.take(), "L1");
}

void tst_Effect::inner_computedStoreBelongsToNobody()
{
    const auto a = atom(1);
    std::optional<Computed<int>> made;
    {
        const auto outer = effect([&] { made = computed([&] { return a() * 2; }); });
    }
    a.set(2);
    QCOMPARE((*made)(), 4);
}

void tst_Effect::inner_deepNestingEndsInOrder()
{
    const auto a = atom(0);
    Trace trace;
    std::function<void(int)> nest = [&](int depth) {
        if (depth < 4) {
            effect([&, depth] {
                trace.add("run", depth);
                nest(depth + 1);
                return [&trace, depth] { trace.add("end", depth); };
            }).detach();
        }
    };
    {
        const auto outer = effect([&] {
            a();
            nest(1);
        });
        QCOMPARE(trace.take(), "run1 run2 run3");
        a.set(1);
        QCOMPARE(trace.take(), "run1 run2 run3 end1 end2 end3");
    }
    QCOMPARE(trace.take(), "end1 end2 end3");
}

// Rule 30.
void tst_Effect::write_ofItsOwnSourceSettlesInOneRun_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("direct") << 0;
    QTest::newRow("through a computed store") << 1;
    QTest::newRow("untracked") << 2;
    QTest::newRow("in a batch") << 3;
    QTest::newRow("through a listed computed store") << 4;
}

void tst_Effect::write_ofItsOwnSourceSettlesInOneRun()
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

void tst_Effect::write_beforeReadingIsSeen()
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

void tst_Effect::write_ofAnotherStoreRunsItsEffect()
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

void tst_Effect::write_byAComputedSourceRunsTheEffectOnce()
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
void tst_Effect::write_untoldChangeWakesTheEffectAtTheNextRead()
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

void tst_Effect::write_untoldChangeWakesTheEffectAtTheNextWrite()
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

void tst_Effect::write_backInsideTheEffectIsNoLoop()
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

void tst_Effect::write_listenersThatItCallsAreNoPartOfIt()
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

void tst_Effect::write_effectsMadeByListenersThatItCallsAreNotItsOwn()
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

void tst_Effect::detached_innerEndsWithTheOuter()
{
    const auto a = atom(1);
    Trace trace;
    {
        const auto outer = effect([&] {
            auto inner = effect([&] { trace.add("inner", a()); });
            inner.detach();
        });
        a.set(2);
    }
    a.set(3);
    QCOMPARE(trace.take(), "inner1 inner2");
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
