// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt/task.h>

#include <QFuture>
#include <QPromise>
#include <QtTest/QTest>

#include <stdexcept>

using namespace nanostores;

class tst_FutureTask : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { cleanTasks(); }

    void toTask_endsWithTheFuture();
    void toTask_ofAFinishedFutureIsDone();
    void toTask_ofNothing();
    void toTask_errorIsTheFuturesException();
    void toTask_cancelledFutureIsAbandoned();
    void task_isCounted();
    void computed_takesAFuture();
};

void tst_FutureTask::toTask_endsWithTheFuture()
{
    QPromise<int> promise;
    promise.start();
    const auto task = toTask(promise.future());
    QVERIFY(!task.done());
    promise.addResult(42);
    promise.finish();
    QTRY_VERIFY(task.done());
    QCOMPARE(task.result(), 42);
}

void tst_FutureTask::toTask_ofAFinishedFutureIsDone()
{
    QPromise<int> promise;
    promise.start();
    promise.addResult(7);
    promise.finish();
    const auto task = toTask(promise.future());
    QVERIFY(task.done());
    QCOMPARE(task.result(), 7);
}

void tst_FutureTask::toTask_ofNothing()
{
    QPromise<void> promise;
    promise.start();
    const auto task = toTask(promise.future());
    promise.finish();
    QTRY_VERIFY(task.done());
    task.result();
}

void tst_FutureTask::toTask_errorIsTheFuturesException()
{
    QPromise<int> promise;
    promise.start();
    const auto task = toTask(promise.future());
    promise.setException(std::make_exception_ptr(std::runtime_error("offline")));
    promise.finish();
    QTRY_VERIFY(task.done());
    QVERIFY_EXCEPTION_THROWN(task.result(), std::runtime_error);
}

void tst_FutureTask::toTask_cancelledFutureIsAbandoned()
{
    QPromise<int> promise;
    promise.start();
    const auto task = toTask(promise.future());
    promise.future().cancel();
    promise.finish();
    QTRY_VERIFY(task.done());
    QVERIFY_EXCEPTION_THROWN(task.result(), TaskAbandoned);
}

void tst_FutureTask::task_isCounted()
{
    QPromise<int> promise;
    promise.start();
    const auto running = task(promise.future());
    const auto all = allTasks();
    QVERIFY(!all.done());
    promise.addResult(1);
    promise.finish();
    QTRY_VERIFY(all.done());
    QCOMPARE(running.result(), 1);
}

void tst_FutureTask::computed_takesAFuture()
{
    QPromise<int> promise;
    promise.start();
    const auto id = atom(1);
    const auto result = computed(id, [&](int) { return toTask(promise.future()); });
    const auto keep = result.listen([] {});
    QVERIFY(!result.get());
    promise.addResult(5);
    promise.finish();
    QTRY_COMPARE(result.get().value_or(-1), 5);
}

QTEST_GUILESS_MAIN(tst_FutureTask)
#include "tst_futuretask.moc"
