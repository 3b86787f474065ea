// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt/eventloopscheduler.h>

#include "support/handlers.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <chrono>
#include <memory>
#include <thread>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

/// Made, observed and left before main(), and still there after it.
struct Early
{
    Early()
    {
        setUnmountDelay(store, 0ms);
        onMount(store, [this] { return [this] { ++unmounts; }; });
        store.listen([] {}).reset();
    }
    ~Early()
    {
        store.listen([] {}).reset();
    } // there is no application object any more
    Atom<int> store = atom(1);
    int unmounts = 0;
};
Early early;

} // namespace

class tst_EventLoopScheduler : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_application = std::make_unique<QCoreApplication>(m_argc, m_argv); }
    void cleanup() { m_application.reset(); }

    void installed_withTheApplicationObject();
    void keeps_whatWasAskedBeforeMain();
    void defer_runsAtTheNextTurnInOrder();
    void defer_ofAJobRunsAfterIt();
    void defer_goesOnInANestedLoop();
    void after_runsInOrderOfTime();
    void after_cancelled();
    void after_isKeptUntilTheNextApplication();
    void post_isKeptUntilTheNextApplication();
    void post_fromAnotherThread();
    void job_errorIsReported();
    void unmount_afterTheDelay();
    void installScheduler_inAWorkerThread();
    void installScheduler_leavesAnotherOneAlone();

private:
    int m_argc = 1;
    char m_name[5] = "test";
    char *m_argv[2] = {m_name, nullptr};
    std::unique_ptr<QCoreApplication> m_application;
};

void tst_EventLoopScheduler::installed_withTheApplicationObject()
{
    QVERIFY(scheduler());
    QVERIFY(dynamic_cast<EventLoopScheduler *>(scheduler()));
}

void tst_EventLoopScheduler::keeps_whatWasAskedBeforeMain()
{
    QTRY_COMPARE(early.unmounts, 1);
}

void tst_EventLoopScheduler::defer_runsAtTheNextTurnInOrder()
{
    QList<int> ran;
    scheduler()->defer([&ran] { ran.append(1); });
    scheduler()->post([&ran] { ran.append(2); });
    scheduler()->defer([&ran] { ran.append(3); });
    QVERIFY(ran.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(ran, (QList<int>{1, 2, 3}));
}

void tst_EventLoopScheduler::defer_ofAJobRunsAfterIt()
{
    QList<int> ran;
    scheduler()->defer([&ran] {
        scheduler()->defer([&ran] { ran.append(2); });
        ran.append(1);
    });
    QTRY_COMPARE(ran, (QList<int>{1, 2}));
}

void tst_EventLoopScheduler::defer_goesOnInANestedLoop()
{
    QList<int> ran;
    scheduler()->defer([&ran] {
        QEventLoop nested;
        scheduler()->defer([&nested] { nested.quit(); });
        nested.exec();
        ran.append(1);
    });
    scheduler()->defer([&ran] { ran.append(2); });
    QTRY_COMPARE(ran, (QList<int>{2, 1}));
}

void tst_EventLoopScheduler::after_runsInOrderOfTime()
{
    QList<int> ran;
    scheduler()->after(20ms, [&ran] { ran.append(3); });
    scheduler()->after(0ms, [&ran] { ran.append(1); });
    scheduler()->after(5ms, [&ran] { ran.append(2); });
    QVERIFY(ran.isEmpty());
    QTRY_COMPARE(ran, (QList<int>{1, 2, 3}));
}

void tst_EventLoopScheduler::after_cancelled()
{
    QList<int> ran;
    const auto first = scheduler()->after(1ms, [&ran] { ran.append(1); });
    scheduler()->after(2ms, [&ran] { ran.append(2); });
    scheduler()->cancel(first);
    QTRY_COMPARE(ran, QList<int>{2});
    scheduler()->cancel(first);
}

void tst_EventLoopScheduler::after_isKeptUntilTheNextApplication()
{
    bool ran = false;
    scheduler()->after(1ms, [&ran] { ran = true; });
    m_application.reset();
    scheduler()->after(1ms, [] {});
    init();
    QTRY_VERIFY(ran);
}

void tst_EventLoopScheduler::post_isKeptUntilTheNextApplication()
{
    int ran = 0;
    scheduler()->post([&ran] { ++ran; });
    m_application.reset();
    scheduler()->post([&ran] { ++ran; });
    init();
    QTRY_COMPARE(ran, 2);
}

void tst_EventLoopScheduler::post_fromAnotherThread()
{
    Scheduler *const here = scheduler();
    QList<int> ran;
    std::thread worker([here, &ran] {
        for (int i = 0; i < 100; ++i) {
            here->post([&ran, i] { ran.append(i); });
        }
    });
    QTRY_COMPARE(ran.size(), 100);
    for (int i = 0; i < 100; ++i) {
        QCOMPARE(ran.at(i), i);
    }
    worker.join();
}

void tst_EventLoopScheduler::job_errorIsReported()
{
    support::ErrorLog errors;
    bool ran = false;
    scheduler()->defer([] { throw std::runtime_error("a job"); });
    scheduler()->defer([&ran] { ran = true; });
    QTRY_VERIFY(ran);
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("a job")});
}

void tst_EventLoopScheduler::unmount_afterTheDelay()
{
    const auto store = atom(1);
    onMount(
        store, [] { return [] {}; }, 1ms);
    store.listen([] {}).reset();
    QVERIFY(isMounted(store));
    QTRY_VERIFY(!isMounted(store));
}

void tst_EventLoopScheduler::installScheduler_inAWorkerThread()
{
    bool had = true;
    bool ran = false;
    std::thread worker([&had, &ran] {
        had = scheduler() != nullptr;
        installScheduler();
        QEventLoop loop;
        scheduler()->after(1ms, [&ran, &loop] {
            ran = true;
            loop.quit();
        });
        loop.exec();
    });
    worker.join();
    QVERIFY(!had);
    QVERIFY(ran);
}

void tst_EventLoopScheduler::installScheduler_leavesAnotherOneAlone()
{
    Scheduler *const automatic = scheduler();
    installScheduler();
    QCOMPARE(scheduler(), automatic);
}

int main(int argc, char **argv)
{
    tst_EventLoopScheduler test; // makes its own application objects
    return QTest::qExec(&test, argc, argv);
}
#include "tst_eventloopscheduler.moc"
