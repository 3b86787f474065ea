// SPDX-License-Identifier: MIT

// settle() and advance(): what they run, and how they name what never ends.

#include <nanostores/core.h>
#include <nanostores/testkit.h>

#include "support/handlers.h"

#include <QTest>

#include <functional>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

void pollForEver()
{
    scheduler()->defer([] { pollForEver(); });
}

void tickForEver()
{
    scheduler()->after(100ms, [] { tickForEver(); });
}

void spinForEver()
{
    scheduler()->after(0ms, [] { spinForEver(); });
}

/// Ends after that many milliseconds of the scheduler's time.
Task<void> sleep(std::chrono::milliseconds time)
{
    const TaskSource<void> source;
    scheduler()->after(time, [source] { source.resolve(); });
    return source.task();
}

/// For guards whose settle() is looked at, and not their reports.
void ignored(const Report &) {}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class tst_Settle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothing_isSettled();
    void jobs_andWhatTheyDefer();
    void batchedStores();
    void timersOfLater_stay();
    void tasks_moveTime();
    void tasks_startOthers();
    void jobThatThrows_isNoEnd();
    void job_withoutEndIsNamed();
    void timer_withoutEndIsNamed();
    void job_withoutEndInAdvance();
    void task_withoutEndIsNamed();
    void task_whileATimerRestarts();
    void feedback_isNamed();
    void feedback_throughTurns();
    void unsettled_makesTheReportFail();
    void job_withoutEndAtTheEnd();
    void advance_runsInOrder();
};

void tst_Settle::nothing_isSettled()
{
    TestGuard guard;
    QVERIFY(guard.settle());
    QCOMPARE(guard.time().now(), 0ms);
}

void tst_Settle::jobs_andWhatTheyDefer()
{
    TestGuard guard;
    Lines order;
    scheduler()->defer([&] {
        order.push_back("one");
        scheduler()->defer([&] { order.push_back("three"); });
        scheduler()->after(0ms, [&] { order.push_back("four"); });
    });
    scheduler()->post([&] { order.push_back("two"); });
    QVERIFY(guard.settle());
    QVERIFY(order == (Lines{"one", "two", "three", "four"}));
    QVERIFY(guard.finish().ok());
}

void tst_Settle::batchedStores()
{
    const auto a = atom(1);
    const auto twice = batched(a, [](int value) { return value * 2; });
    const auto more = batched(twice, [](int value) { return value + 1; });
    TestGuard guard;
    {
        StoreSpy spy(more);
        a.set(2);
        a.set(3);
        QCOMPARE(spy.count(), 0);
        QVERIFY(guard.settle());
        QCOMPARE(spy.values(), Recorded<int>({7}));
    }
    QVERIFY(guard.finish().ok());
}

void tst_Settle::timersOfLater_stay()
{
    TestGuard guard;
    bool fired = false;
    const auto id = scheduler()->after(1ms, [&] { fired = true; });
    QVERIFY(guard.settle());
    QVERIFY(!fired);
    scheduler()->cancel(id);
}

void tst_Settle::tasks_moveTime()
{
    TestGuard guard;
    const auto answer = atom(0);
    const auto done = task([&]() -> Task<void> {
        co_await sleep(300ms);
        co_await sleep(200ms);
        answer.set(42);
    });
    QVERIFY(guard.settle());
    QCOMPARE(answer.get(), 42);
    QCOMPARE(guard.time().now(), 500ms);
}

void tst_Settle::tasks_startOthers()
{
    TestGuard guard;
    int ended = 0;
    const auto first = task([&]() -> Task<void> {
        co_await sleep(10ms);
        for (int i = 0; i < 3; ++i) {
            static_cast<void>(task([&ended, i]() -> Task<void> {
                co_await sleep(std::chrono::milliseconds(100 * i));
                ++ended;
            }));
        }
    });
    QVERIFY(guard.settle());
    QCOMPARE(ended, 3);
}

void tst_Settle::jobThatThrows_isNoEnd()
{
    TestGuard guard;
    bool ran = false;
    scheduler()->defer([] { support::fail("broken"); });
    scheduler()->defer([&] { ran = true; });
    QVERIFY(guard.settle());
    QVERIFY(ran);
    QVERIFY(guard.finish().errors == Lines{"broken"});
}

void tst_Settle::job_withoutEndIsNamed()
{
    TestGuard guard(ignored);
    pollForEver();
    const Settlement settlement = guard.settle();
    QVERIFY(!settlement);
    QVERIFY2(has(settlement.reason, "without an end") && has(settlement.reason, "pollForEver"),
             settlement.reason.c_str());
}

void tst_Settle::timer_withoutEndIsNamed()
{
    TestGuard guard(ignored);
    spinForEver();
    const Settlement settlement = guard.settle();
    QVERIFY2(has(settlement.reason, "timer of 0 ms in spinForEver"), settlement.reason.c_str());
}

void tst_Settle::job_withoutEndInAdvance()
{
    TestGuard guard;
    scheduler()->after(5ms, [] { pollForEver(); });
    guard.advance(10ms);
    const Report report = guard.finish();
    QVERIFY(has(report.unsettled.at(0), "pollForEver"));
}

void tst_Settle::task_withoutEndIsNamed()
{
    TestGuard guard(ignored);
    const TaskSource<void> never;
    const auto line = std::to_string(__LINE__ + 1);
    const auto waits = task([asked = never.task()]() -> Task<void> { co_await asked; });
    const Settlement settlement = guard.settle();
    QVERIFY2(has(settlement.reason, "tst_settle.cpp:" + line), settlement.reason.c_str());
    never.resolve();
    QVERIFY(guard.settle());
}

void tst_Settle::task_whileATimerRestarts()
{
    TestGuard guard(ignored);
    tickForEver();
    const auto end = startTask();
    const Settlement settlement = guard.settle(10'000ms);
    QVERIFY2(has(settlement.reason, "within 10000 ms") && has(settlement.reason, "timer of 100 ms in tickForEver"),
             settlement.reason.c_str());
    end();
}

void tst_Settle::feedback_isNamed()
{
    const auto a = atom(0);
    a.setName("a");
    const auto b = atom(0);
    b.setName("b");
    TestGuard guard;
    {
        const auto one = a.listen([&](int value) { b.set(value + 1); });
        const auto two = b.listen([&](int value) { a.set(value + 1); });
        scheduler()->defer([&] { a.set(1); });
        QVERIFY(guard.settle());
    }
    const Report report = guard.finish();
    QVERIFY2(has(report.errors.at(0), "store \"a\"") || has(report.errors.at(0), "store \"b\""),
             report.errors[0].c_str());
    QCOMPARE(a.get(), 0);
    QCOMPARE(b.get(), 0);
}

void tst_Settle::feedback_throughTurns()
{
    const auto a = atom(0);
    TestGuard guard;
    const auto goesOn = a.listen([&](int value) { scheduler()->defer([&a, value] { a.set(value + 1); }); });
    a.set(1);
    const Settlement settlement = guard.settle();
    QVERIFY2(has(settlement.reason, "tst_Settle::feedback_throughTurns"), settlement.reason.c_str());
    guard.finish();
    QCOMPARE(a.get(), 0);
}

void tst_Settle::unsettled_makesTheReportFail()
{
    TestGuard guard;
    const auto end = startTask();
    guard.settle();
    end();
    const Report report = guard.finish();
    QCOMPARE(report.unsettled.size(), std::size_t(1));
    QVERIFY(!report.ok());
}

void tst_Settle::job_withoutEndAtTheEnd()
{
    TestGuard guard(ignored);
    pollForEver();
    QVERIFY(has(guard.finish().unsettled.at(0), "pollForEver"));
}

void tst_Settle::advance_runsInOrder()
{
    TestGuard guard;
    Lines order;
    scheduler()->after(20ms, [&] { order.push_back("later"); });
    scheduler()->after(10ms, [&] {
        order.push_back("first");
        scheduler()->defer([&] { order.push_back("between"); });
        scheduler()->after(5ms, [&] { order.push_back("added"); });
    });
    scheduler()->after(10ms, [&] { order.push_back("same moment"); });
    guard.advance(100ms);
    QVERIFY(order == (Lines{"first", "between", "same moment", "added", "later"}));
    QCOMPARE(guard.time().now(), 100ms);
}

QTEST_APPLESS_MAIN(tst_Settle)
#include "tst_settle.moc"
