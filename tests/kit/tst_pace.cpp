// SPDX-License-Identifier: MIT
#include <nanostores/kit/pace.h>
#include <nanostores/qttestkit.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace nanostores;
using namespace nanostores::kit;
using namespace std::chrono_literals;
using support::ManualTime;
using support::Trace;

class tst_Pace : public StoreTest
{
    Q_OBJECT

private Q_SLOTS:
    void debounce_lastCallAfterAPause();
    void interval_ofNoLengthTicksEachMillisecond();
    void debounce_withoutDelayIsTheNextTurn();
    void debounce_copiesWaitTogether();
    void debounce_callOutlivesItsHandle();
    void debounce_mayBeCalledByItsFunction();
    void debounce_errorsGoToTheHandler();
    void throttle_firstAtOnceThenTheLatest();
    void throttle_onceAnInterval();
    void throttle_mayBeCalledByItsFunction();
    void noLimit_returnsTheFunction();
    void limiters_aConcept();
    void scheduler_absentCallsAreKept();
    void scheduler_replacedGetsWhatRemains();
    void scheduler_destroyed();
    void thread_endedForgetsItsCalls();
    void pace_followsAfterAPause();
    void pace_withThrottleLetsTheFirstThrough();
    void pace_withoutLimitIsTheSource();
    void pace_holdsNoStoreThatIsGone();
    void paced_passesWritesOnLater();
    void paced_updatersSeeThePresentValue();
    void paced_mountsTheSource();
    void paced_followsTheSourceWhileMounted();
    void paced_mountingKeepsAWriteThatWaits();
    void paced_holdsNoStoreThatIsGone();
    void interval_countsWhileObserved();
    void interval_stopsWithItsObservers();
    void interval_holdsNoStoreThatIsGone();
};

void tst_Pace::debounce_lastCallAfterAPause()
{
    ManualTime time;
    Trace trace;
    const auto search =
        debounce(300ms)([&](const std::string &text, int page) { trace.add(QByteArray::fromStdString(text), page); });
    search("a", 1);
    time.advance(200);
    search("ab", 2);
    time.advance(299);
    QCOMPARE(trace.take(), "");
    time.advance(1);
    QCOMPARE(trace.take(), "ab2");
    time.advance(1000);
    QCOMPARE(trace.take(), "");
    search(std::string("abc"), 3);
    time.advance(300);
    QCOMPARE(trace.take(), "abc3");
    QCOMPARE(time.scheduler().pendingTimers(), 0u);
}

void tst_Pace::debounce_withoutDelayIsTheNextTurn()
{
    Trace trace;
    const auto call = debounce([&](int number) { trace.add("", number); });
    call(1);
    call(2);
    QCOMPARE(trace.take(), "");
    guard().advance(0ms);
    QCOMPARE(trace.take(), "2");
}

void tst_Pace::debounce_copiesWaitTogether()
{
    Trace trace;
    const auto call = debounce(10ms)([&](int number) { trace.add("", number); });
    const auto copy = call;
    call(1);
    copy(2);
    guard().advance(10ms);
    QCOMPARE(trace.take(), "2");
}

void tst_Pace::debounce_callOutlivesItsHandle()
{
    Trace trace;
    {
        const auto call = debounce(10ms)([trace, counted = support::Counted()] { trace.add("saved"); });
        call();
    }
    QCOMPARE(support::Counted::alive(), 1);
    guard().advance(10ms);
    QCOMPARE(trace.take(), "saved");
    QCOMPARE(support::Counted::alive(), 0);
}

void tst_Pace::debounce_mayBeCalledByItsFunction()
{
    int calls = 0;
    std::function<void()> again;
    const auto call = debounce(10ms)([&] {
        if (++calls < 3) {
            again();
        }
    });
    again = call;
    call();
    guard().advance(10ms);
    QCOMPARE(calls, 1);
    guard().advance(100ms);
    QCOMPARE(calls, 3);
}

void tst_Pace::debounce_errorsGoToTheHandler()
{
    support::ErrorLog errors;
    const auto call = debounce(10ms)([] { throw std::runtime_error("late"); });
    call();
    guard().advance(10ms);
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("late")});
}

void tst_Pace::throttle_firstAtOnceThenTheLatest()
{
    Trace trace;
    const auto call = throttle(100ms)([&](int number) { trace.add("", number); });
    call(1);
    QCOMPARE(trace.take(), "1");
    guard().advance(10ms);
    call(2);
    guard().advance(10ms);
    call(3);
    guard().advance(79ms);
    QCOMPARE(trace.take(), "");
    guard().advance(1ms);
    QCOMPARE(trace.take(), "3");
    guard().advance(1000ms);
    QCOMPARE(trace.take(), "");
    call(4);
    QCOMPARE(trace.take(), "4");
}

void tst_Pace::throttle_onceAnInterval()
{
    Trace trace;
    const auto call = throttle(100ms)([&](int number) { trace.add("", number); });
    for (int i = 0; i < 30; ++i) {
        call(i);
        guard().advance(10ms);
    }
    QCOMPARE(trace.take(), "0 9 19 29");
    const auto unlimited = throttle([&](int number) { trace.add("", number); });
    unlimited(1);
    unlimited(2);
    QCOMPARE(trace.take(), "1 2");
}

void tst_Pace::throttle_mayBeCalledByItsFunction()
{
    ManualTime time;
    int calls = 0;
    std::function<void()> again;
    const auto call = throttle(100ms)([&] {
        ++calls;
        again();
    });
    again = call;
    call();
    QCOMPARE(calls, 1);
    time.advance(250);
    QCOMPARE(calls, 3);
    again = [] {};
    time.advance(100);
    QCOMPARE(time.scheduler().pendingTimers(), 0u);
}

void tst_Pace::noLimit_returnsTheFunction()
{
    Trace trace;
    noLimit([&](int number) { trace.add("", number); })(5);
    QCOMPARE(trace.take(), "5");
}

void tst_Pace::limiters_aConcept()
{
    static_assert(RateLimiter<Debounce> && RateLimiter<Throttle> && RateLimiter<NoLimit>);
    static_assert(!RateLimiter<int> && !RateLimiter<std::string>);
    const auto twice = [](auto f) {
        return [f](auto... args) {
            f(args...);
            f(args...);
        };
    };
    static_assert(RateLimiter<decltype(twice)>);
    int writes = 0;
    const auto source = signal(0);
    onSet(source, [&writes] { ++writes; });
    const auto proxy = paced(source, twice);
    proxy(4);
    QCOMPARE(source(), 4);
    QCOMPARE(writes, 2);
}

void tst_Pace::scheduler_absentCallsAreKept()
{
    setScheduler(nullptr);
    Trace trace;
    const auto late = debounce(100ms)([&](int number) { trace.add("late", number); });
    const auto some = throttle(100ms)([&](int number) { trace.add("some", number); });
    late(1);
    late(2);
    some(1);
    some(2);
    QCOMPARE(trace.take(), "some1");
    setScheduler(&guard().time());
    guard().advance(99ms);
    QCOMPARE(trace.take(), "");
    guard().advance(1ms);
    QCOMPARE(trace.take(), "late2 some2");
}

void tst_Pace::scheduler_replacedGetsWhatRemains()
{
    Trace trace;
    const auto call = debounce(100ms)([&] { trace.add("called"); });
    ManualScheduler first;
    ManualScheduler second;
    second.advance(5000ms);
    setScheduler(&first);
    call();
    first.advance(60ms);
    setScheduler(&second);
    QCOMPARE(first.pendingTimers(), 0u);
    second.advance(39ms);
    QCOMPARE(trace.take(), "");
    second.advance(1ms);
    QCOMPARE(trace.take(), "called");
    setScheduler(nullptr);
}

void tst_Pace::scheduler_destroyed()
{
    Trace trace;
    const auto call = debounce(100ms)([&] { trace.add("called"); });
    {
        ManualScheduler gone;
        setScheduler(&gone);
        call();
    }
    QVERIFY(!scheduler());
    setScheduler(&guard().time());
    guard().advance(100ms);
    QCOMPARE(trace.take(), "called");
}

void tst_Pace::thread_endedForgetsItsCalls()
{
    const int before = support::Counted::alive();
    std::thread thread([] {
        const auto count = signal(0);
        const auto call = debounce(100ms)([count, counted = support::Counted()](int value) { count(value); });
        call(1);
        throttle(100ms)([count, counted = support::Counted()](int value) { count(value); })(2);
    });
    thread.join();
    QCOMPARE(support::Counted::alive(), before);
}

void tst_Pace::pace_followsAfterAPause()
{
    const auto search = signal("");
    const auto settled = computed(pace(search, debounce(300ms)));
    Trace trace;
    const auto stop = effect([&] { trace.add(QByteArray::fromStdString('<' + settled() + '>')); });
    search("a");
    guard().advance(100ms);
    search("ab");
    QCOMPARE(settled(), std::string());
    guard().advance(299ms);
    QCOMPARE(trace.take(), "<>");
    guard().advance(1ms);
    QCOMPARE(trace.take(), "<ab>");
}

void tst_Pace::pace_withThrottleLetsTheFirstThrough()
{
    const auto y = signal(0);
    const auto slow = computed(pace(y, throttle(100ms)));
    Trace trace;
    const auto stop = effect([&] { trace.add("", slow()); });
    for (int i = 1; i <= 25; ++i) {
        y(i);
        guard().advance(10ms);
    }
    QCOMPARE(trace.take(), "0 1 10 20");
    guard().advance(100ms);
    QCOMPARE(trace.take(), "25");
}

void tst_Pace::pace_withoutLimitIsTheSource()
{
    const auto y = signal(0);
    const auto same = computed(pace(y, noLimit));
    Trace trace;
    const auto stop = effect([&] { trace.add("", same()); });
    y(1);
    y(2);
    QCOMPARE(trace.take(), "0 1 2");
}

void tst_Pace::pace_holdsNoStoreThatIsGone()
{
    const int before = support::Counted::alive();
    {
        const auto source = signal(support::Counted(1));
        const auto settled = computed(pace(source, debounce(300ms)));
        const auto stop = effect([&] { settled(); });
        source(support::Counted(2));
    }
    guard().advance(300ms);
    QCOMPARE(support::Counted::alive(), before);
}

void tst_Pace::paced_passesWritesOnLater()
{
    const auto search = signal(0);
    const auto input = paced(search, debounce(300ms));
    Trace trace;
    const auto a = effect([&] { trace.add("s", search()); });
    const auto b = effect([&] { trace.add("i", input()); });
    QCOMPARE(trace.take(), "s0 i0");
    input(1);
    guard().advance(100ms);
    input(2);
    guard().advance(100ms);
    input(3);
    QCOMPARE(trace.take(), "i1 i2 i3");
    QCOMPARE(search(), 0);
    guard().advance(300ms);
    QCOMPARE(trace.take(), "s3");
    QCOMPARE(input(), 3);
}

void tst_Pace::paced_updatersSeeThePresentValue()
{
    const auto count = signal(0);
    const auto slow = paced(count, debounce(300ms));
    const auto more = [](int value) { return value + 1; };
    slow(more);
    slow(more);
    slow(more);
    QCOMPARE(slow(), 3);
    guard().advance(300ms);
    QCOMPARE(count(), 3);
}

void tst_Pace::paced_mountsTheSource()
{
    const auto source = mountable(signal(0));
    const auto slow = mountable(paced(source, debounce(300ms)));
    QVERIFY(!isMounted(source));
    QVERIFY(!isMounted(slow));
    {
        const auto stop = effect([&] { static_cast<void>(slow()); });
        QVERIFY(isMounted(source));
        QVERIFY(isMounted(slow));
    }
    guard().advance(1000ms);
    QVERIFY(!isMounted(source));
    QVERIFY(!isMounted(slow));
}

void tst_Pace::paced_followsTheSourceWhileMounted()
{
    const auto source = signal(0);
    const auto slow = paced(source, debounce(300ms));
    source(1);
    QCOMPARE(slow(), 0);
    Trace trace;
    const auto stop = effect([&] { trace.add("", slow()); });
    QCOMPARE(trace.take(), "0 1");
    source(2);
    QCOMPARE(trace.take(), "2");
}

void tst_Pace::paced_mountingKeepsAWriteThatWaits()
{
    const auto source = signal(0);
    const auto slow = paced(source, debounce(300ms));
    slow(5);
    const auto stop = effect([&] { static_cast<void>(slow()); });
    QCOMPARE(slow(), 5);
    guard().advance(300ms);
    QCOMPARE(source(), 5);
    QCOMPARE(slow(), 5);
}

void tst_Pace::paced_holdsNoStoreThatIsGone()
{
    const int before = support::Counted::alive();
    {
        const auto source = signal(support::Counted(1));
        const auto slow = paced(source, debounce(300ms));
        const auto stop = effect([&] { static_cast<void>(slow()); });
        slow(support::Counted(2));
    }
    guard().advance(1000ms);
    QCOMPARE(support::Counted::alive(), before);
}

void tst_Pace::interval_countsWhileObserved()
{
    const auto tick = interval(100ms);
    Trace trace;
    const auto stop = effect([&] { trace.add("", tick()); });
    guard().advance(100ms);
    guard().advance(50ms);
    guard().advance(250ms);
    QCOMPARE(trace.take(), "0 1 2 3 4");
}

void tst_Pace::interval_stopsWithItsObservers()
{
    ManualTime time;
    const auto tick = interval(100ms);
    {
        const auto stop = effect([&] { tick(); });
        time.advance(250);
    }
    QCOMPARE(time.scheduler().pendingTimers(), 0u);
    time.advance(1000);
    QCOMPARE(tick(), 2);
    const auto stop = effect([&] { tick(); });
    time.advance(100);
    QCOMPARE(tick(), 3);
}

void tst_Pace::interval_holdsNoStoreThatIsGone()
{
    ManualTime time;
    {
        auto stop = effect([tick = interval(100ms)] { tick(); });
        time.advance(150);
        QCOMPARE(time.scheduler().pendingTimers(), 1u);
        stop.reset();
    }
    QCOMPARE(time.scheduler().pendingTimers(), 0u);
}

void tst_Pace::interval_ofNoLengthTicksEachMillisecond()
{
    const auto ticks = interval(std::chrono::milliseconds(0));
    const auto e = effect([&] { ticks(); });
    guard().advance(5ms);
    QCOMPARE(ticks(), 5);
}

QTEST_APPLESS_MAIN(tst_Pace)
#include "tst_pace.moc"
