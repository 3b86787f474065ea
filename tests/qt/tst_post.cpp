// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/handlers.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>
#include <QtCore/QThread>
#include <QtTest/QTest>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace nanostores;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int Million = 100000; // each takes twenty times as long
#else
constexpr int Million = 1000000;
#endif

/// Runs f(number) on so many threads at once, and waits for them while the event loop of this one runs on.
template<typename F>
void onThreads(int count, F f)
{
    std::vector<std::thread> threads;
    threads.reserve(count);
    std::atomic<int> running = count;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&running, f, i] {
            f(i);
            --running;
        });
    }
    while (running > 0) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

} // namespace

class tst_Post : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void post_setsOnTheOwnersThread();
    void post_isNeverInsideTheCall();
    void post_losesNothingAndKeepsOrder();
    void post_aMillionOfEachOfEight();
    void post_aFunctionForTheStore();
    void post_toTheMainThread();
    void post_toAWorker();
    void post_beforeTheWorkerHasAScheduler();
    void post_afterTheThreadIsOver();
    void post_errorIsReported();
    void postLatest_deliversTheLast();
    void postLatest_oneOnItsWay();
    void postLatest_ofManyProducers();
    void postLatest_manyStores();
};

void tst_Post::post_setsOnTheOwnersThread()
{
    const auto store = atom(0);
    QThread *heardOn = nullptr;
    const Subscription listener = store.listen([&heardOn] { heardOn = QThread::currentThread(); });
    onThreads(1, [store](int) { post(store, 5); });
    QTRY_COMPARE(store.get(), 5);
    QCOMPARE(heardOn, QThread::currentThread());
}

void tst_Post::post_isNeverInsideTheCall()
{
    const auto store = atom(0);
    post(store, 5);
    postLatest(store, 6);
    QCOMPARE(store.get(), 0);
    QTRY_COMPARE(store.get(), 6);
}

void tst_Post::post_losesNothingAndKeepsOrder()
{
    constexpr int Producers = 8;
    constexpr int Posts = 20000;
    const auto store = atom(std::pair(-1, -1)); // who, and what
    std::vector<int> last(Producers, -1);
    int count = 0;
    bool ordered = true;
    const Subscription listener = store.listen([&](const std::pair<int, int> &value) {
        ++count;
        ordered = ordered && value.second == last[value.first] + 1;
        last[value.first] = value.second;
    });
    onThreads(Producers, [store](int producer) {
        for (int i = 0; i < Posts; ++i) {
            post(store, {producer, i});
        }
    });
    QTRY_COMPARE(count, Producers * Posts);
    QVERIFY(ordered);
}

void tst_Post::post_aMillionOfEachOfEight()
{
    constexpr int Producers = 8;
    constexpr int Posts = Million;
    const auto store = atom(-1);
    const auto latest = atom(-1);
    std::vector<int> last(Producers, -1);
    qint64 count = 0;
    bool ordered = true;
    const Subscription listener = store.listen([&](int value) {
        const int producer = value % Producers;
        const int number = value / Producers;
        ++count;
        ordered = ordered && number == last[producer] + 1;
        last[producer] = number;
    });
    std::atomic<qint64> waiting = 0; // producers are faster than anybody who listens
    const Subscription arrived = store.listen([&waiting] { --waiting; });
    onThreads(Producers, [store, latest, &waiting](int producer) {
        for (int i = 0; i < Posts; ++i) {
            while (waiting > 200000) {
                QThread::yieldCurrentThread();
            }
            ++waiting;
            post(store, i * Producers + producer);
            postLatest(latest, i);
        }
    });
    QTRY_COMPARE_WITH_TIMEOUT(count, qint64(Producers) * Posts, 60000);
    QVERIFY(ordered);
    QTRY_COMPARE(latest.get(), Posts - 1); // whoever came last had counted to the end
}

void tst_Post::post_aFunctionForTheStore()
{
    const auto store = map<QString, int>();
    onThreads(4, [store](int number) {
        post(store, [number](const auto &prices) { prices.setKey(QString::number(number), number); });
    });
    QTRY_COMPARE(store.get().size(), std::size_t(4));
}

void tst_Post::post_toTheMainThread()
{
    std::atomic<QThread *> ranOn = nullptr;
    onThreads(1, [&ranOn](int) { post([&ranOn] { ranOn = QThread::currentThread(); }); });
    QTRY_COMPARE(ranOn.load(), QCoreApplication::instance()->thread());
}

void tst_Post::post_toAWorker()
{
    std::atomic<bool> ready = false;
    std::unique_ptr<Atom<int>> store;
    int seen = 0;
    std::thread worker([&] {
        installScheduler();
        store = std::make_unique<Atom<int>>(0);
        QEventLoop loop;
        const Subscription listener = store->listen([&](int value) {
            seen = value;
            loop.quit();
        });
        ready = true;
        loop.exec();
    });
    QTRY_VERIFY(ready);
    post(*store, 7);
    worker.join();
    QCOMPARE(seen, 7);
}

void tst_Post::post_beforeTheWorkerHasAScheduler()
{
    std::atomic<bool> ready = false;
    std::atomic<bool> posted = false;
    std::unique_ptr<Atom<int>> store;
    int seen = 0;
    std::thread worker([&] {
        store = std::make_unique<Atom<int>>(0);
        ready = true;
        while (!posted) {
            QThread::yieldCurrentThread();
        }
        ManualScheduler scheduler;
        setScheduler(&scheduler);
        scheduler.runPending();
        seen = store->get();
    });
    QTRY_VERIFY(ready);
    post(*store, 7);
    posted = true;
    worker.join();
    QCOMPARE(seen, 7);
}

void tst_Post::post_afterTheThreadIsOver()
{
    std::unique_ptr<Atom<QString>> store;
    std::thread([&] { store = std::make_unique<Atom<QString>>(QStringLiteral("first")); }).join();
    post(*store, QStringLiteral("second"));
    postLatest(*store, QStringLiteral("third"));
    QCOMPARE(store->peek(), QStringLiteral("first"));
}

void tst_Post::post_errorIsReported()
{
    support::ErrorLog errors;
    const auto store = atom(0);
    const Subscription listener = store.listen([] { throw std::runtime_error("a listener"); });
    post(store, 1);
    post(store, 2);
    postLatest(store, 3);
    QTRY_COMPARE(store.get(), 3);
    QCOMPARE(errors.take().size(), 3);
}

void tst_Post::postLatest_deliversTheLast()
{
    const auto store = atom(QString());
    onThreads(1, [store](int) {
        for (int i = 0; i <= 20000; ++i) {
            postLatest(store, QString::number(i));
        }
    });
    QTRY_COMPARE(store.get(), QStringLiteral("20000"));
}

void tst_Post::postLatest_oneOnItsWay()
{
    const auto store = atom(0);
    int changes = 0;
    const Subscription listener = store.listen([&changes] { ++changes; });
    for (int i = 1; i <= 1000; ++i) {
        postLatest(store, i);
    }
    QTRY_COMPARE(store.get(), 1000);
    QCOMPARE(changes, 1);
}

void tst_Post::postLatest_ofManyProducers()
{
    constexpr int Producers = 8;
    constexpr int Posts = 20000;
    const auto store = atom(-1);
    std::atomic<int> next = 0;
    onThreads(Producers, [store, &next](int) {
        for (int i = 0; i < Posts; ++i) {
            postLatest(store, ++next);
        }
    });
    QCoreApplication::processEvents();
    QVERIFY(store.get() > 0);
    // Whoever comes last wins.
    onThreads(1, [store](int) { postLatest(store, 7); });
    QTRY_COMPARE(store.get(), 7);
}

void tst_Post::postLatest_manyStores()
{
    std::vector<Atom<int>> all;
    all.reserve(500);
    for (int i = 0; i < 500; ++i) {
        all.push_back(atom(-1));
    }
    onThreads(4, [&all](int thread) {
        for (int round = 0; round < 20; ++round) {
            for (std::size_t i = thread; i < all.size(); i += 4) {
                postLatest(all[i], round);
            }
        }
    });
    QCoreApplication::processEvents();
    for (const auto &store : all) {
        QCOMPARE(store.get(), 19);
    }
}

QTEST_GUILESS_MAIN(tst_Post)
#include "tst_post.moc"
