// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/manualtime.h"
#include "support/otherthread.h"

#include <QtTest/QTest>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace nanostores;
using support::MisuseLog;
using support::onAnotherThread;
using support::Witness;

/// Stores of one thread, and handles that other threads drop.
class tst_Threads : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { setScheduler(nullptr); }

    void stores_ofEachThreadAreIndependent();
    void batch_isOfItsThread();
    void tracking_isOfItsThread();
    void handle_copiedAndDroppedElsewhere();
    void handle_lastOneDroppedElsewhereEndsTheStoreAtHome();
    void handle_droppedElsewhereIsPostedToTheScheduler();
    void handle_ofAComputedStoreDroppedElsewhere();
    void handle_revivedBeforeItsEnd();
    void handle_droppedByManyThreads();
    void handle_droppedOnAThreadWithoutStores();
    void misuse_namesTheStore_data();
    void misuse_namesTheStore();
    void misuse_ofAnUnnamedStore();
    void misuse_isSilentAtHome();
};

void tst_Threads::stores_ofEachThreadAreIndependent()
{
    std::atomic<int> sum = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            support::ManualTime time;
            const auto a = atom(0);
            const auto twice = computed(a, [](int value) { return value * 2; });
            const auto tracked = computed([&] { return a() + twice(); });
            int calls = 0;
            int mounts = 0;
            onMount(a, [&] {
                ++mounts;
                return [&] { ++mounts; };
            });
            {
                const auto l = tracked.listen([&] { ++calls; });
                const auto e = effect([&] { twice(); });
                for (int i = 1; i <= 200; ++i) {
                    batch([&] {
                        a.set(-1);
                        a.set(i + t);
                    });
                }
            }
            time.advance(10'000);
            sum += calls + mounts;
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    QCOMPARE(sum.load(), 4 * 202);
}

void tst_Threads::batch_isOfItsThread()
{
    const support::Trace trace;
    const auto here = atom(0);
    const auto l = here.listen(trace.adds("here"));
    batch([&] {
        here.set(1);
        int there = 0;
        onAnotherThread([&] {
            const auto a = atom(0);
            const auto la = a.listen([&] { ++there; });
            a.set(1);
        });
        QCOMPARE(there, 1);
        QCOMPARE(trace.take(), "");
    });
    QCOMPARE(trace.take(), "here");
}

void tst_Threads::tracking_isOfItsThread()
{
    const auto a = atom(1);
    int runs = 0;
    const auto e = effect([&] {
        ++runs;
        a();
        onAnotherThread([] {
            const auto other = atom(5);
            const auto twice = computed([&] { return other() * 2; });
            twice();
        });
    });
    a.set(2);
    QCOMPARE(runs, 2);
}

void tst_Threads::handle_copiedAndDroppedElsewhere()
{
    const auto a = atom(1);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([copy = a] {
            for (int i = 0; i < 1000; ++i) {
                const auto another = copy;
                const auto third = another;
            }
        });
    }
    for (int i = 0; i < 1000; ++i) {
        const auto another = a;
        a.set(i);
    }
    for (auto &thread : threads) {
        thread.join();
    }
    QCOMPARE(a.get(), 999);
}

void tst_Threads::handle_lastOneDroppedElsewhereEndsTheStoreAtHome()
{
    std::thread::id end;
    auto a = std::make_unique<Atom<Witness>>(Witness(&end));
    onAnotherThread([a = std::move(a)]() mutable { a.reset(); });
    const auto other = atom(1);
    { // the next thing the graph does here finds it
        const auto l = other.listen([] {});
        other.set(2);
    }
    QCOMPARE(end, std::this_thread::get_id());
}

void tst_Threads::handle_droppedElsewhereIsPostedToTheScheduler()
{
    support::ManualTime time;
    std::thread::id end;
    auto a = std::make_unique<Atom<Witness>>(Witness(&end));
    onAnotherThread([a = std::move(a)]() mutable { a.reset(); });
    QCOMPARE(end, std::thread::id());
    time.scheduler().runPending();
    QCOMPARE(end, std::this_thread::get_id());
}

void tst_Threads::handle_ofAComputedStoreDroppedElsewhere()
{
    support::ManualTime time;
    std::thread::id end;
    const auto a = atom(1);
    auto listed =
        std::make_unique<Computed<int>>(computed(a, [witness = Witness(&end)](int value) { return value * 2; }));
    std::thread::id end2;
    auto tracked = std::make_unique<Computed<int>>(computed([a, witness = Witness(&end2)] { return a() * 2; }));
    QCOMPARE(listed->get(), 2);
    QCOMPARE((*tracked)(), 2);
    onAnotherThread([listed = std::move(listed), tracked = std::move(tracked)]() mutable {
        listed.reset();
        tracked.reset();
    });
    a.set(2); // still tied
    time.scheduler().runPending();
    QCOMPARE(end, std::this_thread::get_id());
    QCOMPARE(end2, std::this_thread::get_id());
    a.set(3);
}

// A listener keeps the store; when it ends, the store does.
void tst_Threads::handle_revivedBeforeItsEnd()
{
    support::ManualTime time;
    std::thread::id end;
    auto a = std::make_unique<Atom<Witness>>(Witness(&end));
    Subscription subscription = a->listen([] {});
    onAnotherThread([a = std::move(a)]() mutable { a.reset(); });
    time.scheduler().runPending();
    QCOMPARE(end, std::thread::id());
    subscription.reset();
    QCOMPARE(end, std::this_thread::get_id());
}

void tst_Threads::handle_droppedByManyThreads()
{
    support::ManualTime time;
    std::atomic<int> ended = 0;
    constexpr int Stores = 400;
    struct Count
    {
        explicit Count(std::atomic<int> *c)
            : count(std::shared_ptr<void>(nullptr, [c](void *) { ++*c; }))
        {
        }
        std::shared_ptr<void> count;
    };
    std::vector<Atom<Count>> stores;
    for (int i = 0; i < Stores; ++i) {
        stores.push_back(atom(Count(&ended)));
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([copies = stores]() mutable {
            while (!copies.empty()) {
                copies.pop_back();
            }
        });
    }
    stores.clear();
    const auto other = atom(0);
    for (int i = 0; i < 100; ++i) {
        other.set(i);
        time.scheduler().runPending();
    }
    for (auto &thread : threads) {
        thread.join();
    }
    time.scheduler().runPending();
    QCOMPARE(ended.load(), Stores);
}

void tst_Threads::handle_droppedOnAThreadWithoutStores()
{
    support::ManualTime time;
    for (int i = 0; i < 2000; ++i) {
        onAnotherThread([a = atom(i)]() mutable { const auto last = std::move(a); });
    }
    time.scheduler().runPending();
    onAnotherThread([] {
        const auto a = atom(1);
        a.set(2);
    });
}

void tst_Threads::misuse_namesTheStore_data()
{
    QTest::addColumn<int>("what");
    QTest::newRow("get") << 0;
    QTest::newRow("set") << 1;
    QTest::newRow("tracked read") << 2;
    QTest::newRow("listen") << 3;
    QTest::newRow("peek") << 4;
    QTest::newRow("notify") << 5;
    QTest::newRow("onMount") << 6;
    QTest::newRow("setEqual") << 7;
}

void tst_Threads::misuse_namesTheStore()
{
#if NANOSTORES_CHECKS
    QFETCH(int, what);
    MisuseLog misuses;
    const auto a = atom(1).named("session/user");
    onAnotherThread([&] {
        switch (what) {
        case 0:
            a.get();
            break;
        case 1:
            a.set(2);
            break;
        case 2:
            a();
            break;
        case 3:
            a.listen([] {}).reset();
            break;
        case 4:
            a.peek();
            break;
        case 5:
            a.notify();
            break;
        case 6:
            onMount(a, [] {})();
            break;
        default:
            a.setEqual([](int, int) { return false; });
        }
    });
    const QList<QString> messages = misuses.take();
    QVERIFY(!messages.isEmpty());
    QVERIFY2(messages.front().contains(QStringLiteral("\"session/user\"")), qPrintable(messages.front()));
    QVERIFY2(messages.front().contains(QStringLiteral("belongs to thread #")), qPrintable(messages.front()));
    QVERIFY2(messages.front().contains(QStringLiteral("post(store, value)")), qPrintable(messages.front()));
#else
    QSKIP("checked in debug builds");
#endif
}

void tst_Threads::misuse_ofAnUnnamedStore()
{
#if NANOSTORES_CHECKS
    MisuseLog misuses;
    const auto a = atom(1);
    const auto b = computed(a, [](int value) { return value; });
    onAnotherThread([&] {
        a.get();
        b.peek();
    });
    const QList<QString> messages = misuses.take();
    QVERIFY(messages.size() >= 2);
    QVERIFY2(messages.front().contains(QStringLiteral("unnamed store")), qPrintable(messages.front()));
    QVERIFY2(messages.back().contains(QStringLiteral("store")), qPrintable(messages.back()));
#else
    QSKIP("checked in debug builds");
#endif
}

void tst_Threads::misuse_isSilentAtHome()
{
    MisuseLog misuses;
    onAnotherThread([] {
        const auto a = atom(1);
        const auto b = computed(a, [](int value) { return value; });
        const auto l = b.listen([] {});
        a.set(2);
        a.notify();
        b.get();
        b();
    });
    QCOMPARE(misuses.take(), QList<QString>());
}

QTEST_APPLESS_MAIN(tst_Threads)
#include "tst_threads.moc"
