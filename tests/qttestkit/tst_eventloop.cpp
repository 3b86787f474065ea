// SPDX-License-Identifier: MIT

// A guard whose time is that of Qt's event loop.

#include <nanostores/core.h>
#include <nanostores/qttestkit.h>

#include <QTest>
#include <QTimer>

#include <thread>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

void pollForEver()
{
    scheduler()->defer([] { pollForEver(); });
}

/// Ends when the event loop has run for a while.
Task<int> answerOfALoop(const QObject *context)
{
    const TaskSource<int> source;
    QTimer::singleShot(5ms, context, [source] { source.resolve(42); });
    return source.task();
}

void ignored(const Report &) {}

} // namespace

class tst_EventLoop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tasks_thatQtEnds();
    void batchedStores();
    void posts_ofOtherThreads();
    void timersThatWaited_goOn();
    void task_withoutEndIsNamed();
    void job_withoutEndIsNamed();
    void advance_isMisuse();
    void leaks_areFound();
    void afterwards_theLoopGoesOn();
    void withoutAScheduler_isMisuse();
};

void tst_EventLoop::tasks_thatQtEnds()
{
    const auto answer = atom(0);
    StoreGuard guard;
    guard.useEventLoop();
    const auto asks = task([&]() -> Task<void> { answer.set(co_await answerOfALoop(this)); });
    QVERIFY_SETTLED(guard);
    QCOMPARE(answer.get(), 42);
    QVERIFY2(guard.finish().ok(), guard.finish().text().c_str());
    QCOMPARE(answer.get(), 0);
}

void tst_EventLoop::batchedStores()
{
    const auto a = atom(1);
    const auto twice = batched(a, [](int value) { return value * 2; });
    StoreGuard guard;
    guard.useEventLoop();
    {
        StoreSpy spy(twice);
        a.set(2);
        a.set(3);
        QVERIFY_SETTLED(guard);
        QCOMPARE(spy.values(), Recorded<int>({6}));
    }
    QVERIFY(guard.finish().ok());
}

void tst_EventLoop::posts_ofOtherThreads()
{
    const auto a = atom(1);
    StoreGuard guard;
    guard.useEventLoop();
    std::thread([&] {
        for (int i = 2; i < 100; ++i) {
            post(a, i);
        }
    }).join();
    QVERIFY_SETTLED(guard);
    QCOMPARE(a.get(), 99);
    QVERIFY(guard.finish().ok());
    QCOMPARE(a.get(), 1);
}

void tst_EventLoop::timersThatWaited_goOn()
{
    StoreGuard guard;
    bool fired = false;
    bool ran = false;
    scheduler()->after(1ms, [&] { fired = true; });
    scheduler()->defer([&] { ran = true; });
    guard.useEventLoop();
    QTRY_VERIFY(fired);
    QVERIFY(ran);
    QVERIFY(guard.finish().ok());
}

void tst_EventLoop::task_withoutEndIsNamed()
{
    StoreGuard guard(ignored);
    guard.useEventLoop(20ms);
    const auto end = startTask();
    const Settlement settlement = guard.settle();
    QVERIFY(!settlement);
    QVERIFY(settlement.reason.find("tst_eventloop.cpp:") != std::string::npos);
    QVERIFY(settlement.reason.find("20 ms") != std::string::npos);
    end();
}

void tst_EventLoop::job_withoutEndIsNamed()
{
    StoreGuard guard(ignored);
    guard.useEventLoop(20ms);
    pollForEver();
    const Settlement settlement = guard.settle();
    QVERIFY(settlement.reason.find("posted again and again") != std::string::npos);
    QVERIFY(guard.finish().unsettled.back().find("pollForEver") != std::string::npos);
}

void tst_EventLoop::advance_isMisuse()
{
    StoreGuard guard;
    guard.useEventLoop();
    guard.advance(5ms);
    QCOMPARE(guard.finish().misuse.size(), std::size_t(1));
}

void tst_EventLoop::leaks_areFound()
{
    StoreGuard guard;
    guard.useEventLoop();
    bool fired = false;
    scheduler()->after(1ms, [&] { fired = true; });
    QCOMPARE(guard.finish().leaks.size(), std::size_t(1));
    QTimer later; // its time comes after that of the one that has ended
    later.setSingleShot(true);
    later.start(5ms);
    QTRY_VERIFY(!later.isActive());
    QVERIFY(!fired);
}

void tst_EventLoop::afterwards_theLoopGoesOn()
{
    {
        StoreGuard guard;
        guard.useEventLoop();
    }
    bool ran = false;
    scheduler()->defer([&] { ran = true; });
    QTRY_VERIFY(ran);
}

void tst_EventLoop::withoutAScheduler_isMisuse()
{
    std::thread([] {
        TestGuard guard;
        guard.useEventLoop([] {}, 1ms);
        QCOMPARE(guard.finish().misuse.size(), std::size_t(1));
    }).join();
}

QTEST_GUILESS_MAIN(tst_EventLoop)
#include "tst_eventloop.moc"
