// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;
using support::CallRecorder;
using support::Counted;
using support::ErrorLog;
using support::ManualTime;
using support::messageOf;
using support::thrownBy;

namespace {

Task<int> doubled(Task<int> source)
{
    const int value = co_await source;
    co_return 2 * value;
}

bool ended(const Task<void> &task)
{
    return task.done();
}

} // namespace

class tst_Task : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        cleanTasks();
        m_time = std::make_unique<ManualTime>();
    }
    void cleanup() { m_time.reset(); }

    void then_thatThrowsKeepsNoneWaiting();

    void task_coroutineStartsAtOnceAndEndsWithItsSource();
    void task_isAwaitedBySeveralInOrder();
    void task_errorReachesThoseWhoWait();
    void task_errorThatNobodyTakesIsReported();
    void source_errorThatIsShownElsewhereIsNotReported();
    void task_ofAPlainFunctionIsDone();
    void task_throwingFunctionEndsItsTask();
    void task_lambdaLivesUntilTheEnd();
    void task_givenUpReachesThoseWhoWait();
    void task_givenUpFreesItsFrame();
    void nextChange_storeGoesFirst();
    void allTasks_endsAtOnceWithoutTasks();
    void allTasks_waitsForEachTask();
    void allTasks_waitsForFailedTasks();
    void startTask_endCountsOnce();
    void cleanTasks_releasesThoseWhoWait();
    void cleanTasks_ignoresEndsOfEarlierTasks();
    void nextChange_givesTheNextValue();
    void nextChange_observesMeanwhile();
    void computed_asyncHoldsTheResult();
    void computed_asyncDropsLateResults();
    void computed_asyncKeepsTheLastResultWhilePending();
    void computed_asyncTellsDependents();
    void computed_asyncDoneAtOnce();
    void computed_asyncErrorIsReported();
    void computed_asyncOutlivedByItsTask();

private:
    std::unique_ptr<ManualTime> m_time;
};

void tst_Task::task_coroutineStartsAtOnceAndEndsWithItsSource()
{
    const TaskSource<int> source;
    const auto task = doubled(source.task());
    QVERIFY(!task.done());
    source.resolve(21);
    QVERIFY(task.done());
    QCOMPARE(task.result(), 42);
    source.resolve(1); // only the first end counts
    QCOMPARE(task.result(), 42);
}

void tst_Task::task_isAwaitedBySeveralInOrder()
{
    const TaskSource<int> source;
    QByteArray order;
    const auto ignore = [](const std::exception_ptr &) {};
    source.task().then([&](int) { order += 'a'; }, ignore);
    source.task().then([&](int) { order += 'b'; }, ignore);
    source.resolve(1);
    source.task().then([&](int) { order += 'c'; }, ignore);
    QCOMPARE(order, QByteArray("abc"));
}

void tst_Task::task_errorReachesThoseWhoWait()
{
    const TaskSource<int> source;
    const auto task = doubled(source.task());
    QString seen;
    task.then([](int) {}, [&](const std::exception_ptr &error) { seen = messageOf(error); });
    source.reject(std::make_exception_ptr(std::runtime_error("offline")));
    QVERIFY(task.done());
    QCOMPARE(seen, QStringLiteral("offline"));
    QCOMPARE(thrownBy([&] { task.result(); }), QStringLiteral("offline"));
}

void tst_Task::task_errorThatNobodyTakesIsReported()
{
    support::ErrorLog log;
    TaskSource<int> source;
    task([&]() -> Task<void> { co_await source.task(); });
    auto kept = std::optional(task([&]() -> Task<void> { co_await source.task(); }));
    const auto heard = task([&]() -> Task<void> { co_await source.task(); });
    QString message;
    heard.then([] {}, [&](std::exception_ptr error) { message = support::messageOf(error); });
    source.reject(std::make_exception_ptr(std::runtime_error("no answer")));
    QCOMPARE(log.take(), QList<QString>{QStringLiteral("no answer")}); // of the one that was dropped
    QVERIFY(kept->done());
    kept.reset();
    QCOMPARE(log.take(), QList<QString>{QStringLiteral("no answer")});
    QCOMPARE(message, QStringLiteral("no answer"));

    auto gone = std::optional(TaskSource<int>());
    task([&]() -> Task<void> { co_await gone->task(); });
    gone.reset(); // nobody waits for an answer any more: no error of anybody's
    QCOMPARE(log.take(), QList<QString>());
}

void tst_Task::source_errorThatIsShownElsewhereIsNotReported()
{
    support::ErrorLog log;
    const TaskSource<int> source(TaskErrors::ShownElsewhere);
    auto kept = std::optional(source.task());
    source.reject(std::make_exception_ptr(std::runtime_error("no answer")));
    QCOMPARE(thrownBy([&] { kept->result(); }), QStringLiteral("no answer"));
    const TaskSource<void> dropped(TaskErrors::ShownElsewhere);
    dropped.reject(std::make_exception_ptr(std::runtime_error("no answer")));
    static_cast<void>(TaskSource<int>(TaskErrors::ShownElsewhere)); // given up
    kept.reset();
    QCOMPARE(log.take(), QList<QString>());
}

void tst_Task::task_ofAPlainFunctionIsDone()
{
    const auto answer = task([] { return 42; });
    QVERIFY(answer.done());
    QCOMPARE(answer.result(), 42);
    QVERIFY(ended(allTasks()));
}

void tst_Task::task_throwingFunctionEndsItsTask()
{
    const auto failing = [] { (void)task([]() -> int { throw std::runtime_error("no"); }); };
    QCOMPARE(thrownBy(failing), QStringLiteral("no"));
    QVERIFY(ended(allTasks()));
}

void tst_Task::task_lambdaLivesUntilTheEnd()
{
    const TaskSource<int> source;
    {
        const auto running = task([counted = Counted(7), waited = source.task()]() -> Task<int> {
            const int value = co_await waited;
            co_return value + counted.number();
        });
        QVERIFY(!running.done());
        source.resolve(1);
        QCOMPARE(running.result(), 8);
    }
    QCOMPARE(Counted::alive(), 0);
}

void tst_Task::task_givenUpReachesThoseWhoWait()
{
    std::optional<TaskSource<int>> source(std::in_place);
    const auto task = doubled(source->task());
    const auto counted = nanostores::task([&] { return source->task(); });
    const auto all = allTasks();
    source.reset();
    QVERIFY(task.done());
    QVERIFY(all.done());
    QVERIFY_EXCEPTION_THROWN(task.result(), TaskAbandoned);
}

void tst_Task::task_givenUpFreesItsFrame()
{
    {
        const TaskSource<int> source;
        const auto wait = [](Task<int> task, Counted) -> Task<void> { co_await task; };
        const auto running = wait(source.task(), Counted(1));
        QVERIFY(Counted::alive() > 0);
    }
    QCOMPARE(Counted::alive(), 0);
}

void tst_Task::nextChange_storeGoesFirst()
{
    std::optional<Task<int>> waiting;
    {
        const auto count = atom(0);
        waiting = nextChange(count);
    }
    QVERIFY(waiting->done());
    QVERIFY_EXCEPTION_THROWN(waiting->result(), TaskAbandoned);
}

void tst_Task::allTasks_endsAtOnceWithoutTasks()
{
    QVERIFY(ended(allTasks()));
}

void tst_Task::allTasks_waitsForEachTask()
{
    const TaskSource<int> first;
    const TaskSource<int> second;
    const auto a = task([=] { return first.task(); });
    const auto b = task([=] { return second.task(); });
    const auto all = allTasks();
    first.resolve(1);
    QVERIFY(!all.done());
    second.resolve(2);
    QVERIFY(all.done());
}

void tst_Task::allTasks_waitsForFailedTasks()
{
    const TaskSource<void> source;
    const auto failing = task([=] { return source.task(); });
    const auto all = allTasks();
    QVERIFY(!all.done());
    source.reject(std::make_exception_ptr(std::runtime_error("no")));
    QVERIFY(all.done());
}

void tst_Task::startTask_endCountsOnce()
{
    const auto endA = startTask();
    const auto endB = startTask();
    const auto all = allTasks();
    endA();
    endA();
    QVERIFY(!all.done());
    endB();
    QVERIFY(all.done());
}

void tst_Task::cleanTasks_releasesThoseWhoWait()
{
    const auto end = startTask();
    const auto all = allTasks();
    QVERIFY(!all.done());
    cleanTasks();
    QVERIFY(all.done());
    end();
    QVERIFY(ended(allTasks()));
}

void tst_Task::cleanTasks_ignoresEndsOfEarlierTasks()
{
    const auto endOld = startTask();
    cleanTasks();
    const auto endNew = startTask();
    const auto all = allTasks();
    endOld();
    QVERIFY(!all.done());
    endNew();
    QVERIFY(all.done());
}

void tst_Task::nextChange_givesTheNextValue()
{
    const auto count = atom(0);
    const auto wait = [](Atom<int> store) -> Task<int> {
        const int first = co_await nextChange(store);
        const int second = co_await nextChange(store);
        co_return 10 * first + second;
    };
    const auto running = wait(count);
    count.set(1);
    QVERIFY(!running.done());
    count.set(2);
    QCOMPARE(running.result(), 12);
    count.set(3);
    QCOMPARE(running.result(), 12);
}

void tst_Task::nextChange_observesMeanwhile()
{
    const auto count = atom(0);
    int mounts = 0;
    onMount(count, [&] { ++mounts; });
    const auto waiting = nextChange(count);
    QCOMPARE(mounts, 1);
    QVERIFY(isMounted(count));
    count.set(1);
    QCOMPARE(waiting.result(), 1);
    m_time->advance(1000);
    QVERIFY(!isMounted(count));
}

void tst_Task::computed_asyncHoldsTheResult()
{
    const TaskSource<std::string> source;
    const auto id = atom(1);
    const auto user = computed(id, [&](int) { return source.task(); });
    int calls = 0;
    const auto keep = user.listen([&] { ++calls; });
    QVERIFY(!user.get());
    source.resolve("Ada");
    QCOMPARE(*user.get(), std::string("Ada"));
    QCOMPARE(calls, 1);
}

void tst_Task::computed_asyncDropsLateResults()
{
    std::vector<TaskSource<std::string>> sources;
    const auto id = atom(1);
    const auto user = computed(id, [&](int) {
        sources.emplace_back();
        return sources.back().task();
    });
    const CallRecorder<std::optional<std::string>> calls;
    const auto keep = user.listen(calls);
    id.set(2);
    sources[1].resolve("second");
    sources[0].resolve("first, late");
    QCOMPARE(*user.get(), std::string("second"));
    QCOMPARE(calls.count(), 1);
}

void tst_Task::computed_asyncKeepsTheLastResultWhilePending()
{
    std::vector<TaskSource<int>> sources;
    const auto id = atom(1);
    const auto result = computed(id, [&](int) {
        sources.emplace_back();
        return sources.back().task();
    });
    const auto keep = result.listen([] {});
    sources[0].resolve(10);
    id.set(2);
    QCOMPARE(*result.get(), 10);
    sources[1].resolve(20);
    QCOMPARE(*result.get(), 20);
}

void tst_Task::computed_asyncTellsDependents()
{
    const TaskSource<int> source;
    const auto id = atom(1);
    const auto result = computed(id, [&](int) { return source.task(); });
    const auto shown = computed(result, [](const std::optional<int> &value) { return value ? *value : -1; });
    const CallRecorder<int> calls;
    const auto keep = shown.listen(calls);
    QList<int> seen;
    const auto tracked = effect([&] { seen.append(result().value_or(-1)); });
    source.resolve(5);
    QCOMPARE(calls.take(), QList<int>{5});
    QCOMPARE(seen, (QList<int>{-1, 5}));
}

void tst_Task::computed_asyncDoneAtOnce()
{
    const auto id = atom(1);
    const auto result = computed(id, [](int value) -> Task<int> { co_return 2 * value; });
    QCOMPARE(*result.get(), 2);
    id.set(4);
    QCOMPARE(*result.get(), 8);
}

void tst_Task::computed_asyncErrorIsReported()
{
    ErrorLog errors;
    const TaskSource<int> source;
    const auto id = atom(1);
    const auto result = computed(id, [&](int) { return source.task(); });
    const auto keep = result.listen([] {});
    source.reject(std::make_exception_ptr(std::runtime_error("offline")));
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("offline")});
    QVERIFY(!result.get());
}

void tst_Task::computed_asyncOutlivedByItsTask()
{
    const TaskSource<int> source;
    {
        const auto id = atom(1);
        const auto result = computed(id, [&](int) { return source.task(); });
        QVERIFY(!result.get());
    }
    source.resolve(1);
    QVERIFY(source.task().done());
}

void tst_Task::then_thatThrowsKeepsNoneWaiting()
{
    support::ErrorLog errors;
    const TaskSource<int> source;
    const auto task = source.task();
    int second = 0;
    bool woken = false;
    task.then([](int) { throw std::runtime_error("first"); }, [](const std::exception_ptr &) {});
    task.then([&](int value) { second = value; }, [](const std::exception_ptr &) {});
    const auto waiting = [](Task<int> awaited, bool *flag) -> Task<int> {
        const int value = co_await awaited;
        *flag = true;
        co_return value + 1;
    }(task, &woken);
    waiting.then([](int) { throw std::runtime_error("of a coroutine"); }, [](const std::exception_ptr &) {});
    source.resolve(5);
    QCOMPARE(second, 5);
    QVERIFY(woken);
    QCOMPARE(waiting.result(), 6);
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("first"), QStringLiteral("of a coroutine")}));
}

QTEST_APPLESS_MAIN(tst_Task)
#include "tst_task.moc"
