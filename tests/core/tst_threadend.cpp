// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/keepmount.h>
#include <nanostores/core/post.h>
#include <nanostores/kit/pace.h>

#include "support/handlers.h"
#include "support/otherthread.h"

#include <QtTest/QTest>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::MisuseLog;
using support::onAnotherThread;
using support::Witness;

namespace {

struct LeftOver
{
    std::optional<Atom<Witness>> store;
    std::optional<Computed<int>> computedStore;
    std::vector<int> *note = nullptr;
    LeftOver() = default;
    LeftOver(const LeftOver &) = delete;
    LeftOver &operator=(const LeftOver &) = delete;
    ~LeftOver()
    {
        if (note) { // after the thread's stores have ended
            store.reset();
            const auto late = atom(1);
            const auto l = late.listen([this] { note->push_back(late_); });
            late.set(2);
        }
    }
    int late_ = 7;
};

thread_local LeftOver leftOver;

} // namespace

/// What is left of stores whose thread has ended.
class tst_ThreadEnd : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { setScheduler(nullptr); }

    void handle_outlivesItsThread();
    void handle_ofAComputedStoreOutlivesItsThread();
    void handle_droppedWhileItsThreadEnds();
    void handle_manyThreadsAtATime();
    void handle_manyThreadsLeaveOneEach();
    void handle_ofADeadThreadWhoseCleanupPosts();
    void handle_ofADeadThreadWhoseValueReleasesAnother();
    void handle_ofADeadThreadDroppedByMany();
    void handle_leftInAVariableOfTheThread();
    void scheduler_outlivesItsThread();
    void scheduler_outlivesAPostedEnd();
    void timer_outlivesItsThread();
    void threads_endInAnyOrder();
    void effect_detachedEndsWithItsThread();
    void subscription_outlivesNothing();
    void value_readAfterItsThreadHasEnded();
};

void tst_ThreadEnd::handle_outlivesItsThread()
{
    std::thread::id end;
    std::optional<Atom<Witness>> kept;
    onAnotherThread([&] { kept = atom(Witness(&end)); });
    QCOMPARE(end, std::thread::id());
    kept.reset();
    QCOMPARE(end, std::this_thread::get_id());
}

void tst_ThreadEnd::handle_ofAComputedStoreOutlivesItsThread()
{
    std::thread::id end;
    std::optional<Computed<int>> kept;
    onAnotherThread([&] {
        const auto a = atom(1);
        onMount(a, [] { return [] {}; });
        kept = computed(a, [witness = Witness(&end)](int value) { return value * 2; });
        kept = computed([a, source = *kept] { return source() + a(); });
        const auto l = kept->listen([] {});
        a.set(2);
    });
    QCOMPARE(end, std::thread::id());
    kept.reset();
    QCOMPARE(end, std::this_thread::get_id());
}

// Given up by another thread, and its own ends before it looks.
void tst_ThreadEnd::handle_droppedWhileItsThreadEnds()
{
    std::thread::id end;
    onAnotherThread([&] {
        auto a = std::make_unique<Atom<Witness>>(Witness(&end));
        onAnotherThread([a = std::move(a)]() mutable { a.reset(); });
    });
    QVERIFY(end != std::thread::id());
}

// More than the numbers that fit into a node.
void tst_ThreadEnd::handle_manyThreadsAtATime()
{
    constexpr int Many = 300;
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::condition_variable changed;
    int ready = 0;
    bool go = false;
    int sum = 0;
    std::vector<Atom<int>> stores;
    for (int i = 0; i < Many; ++i) {
        threads.emplace_back([&, i] {
            ManualScheduler scheduler;
            setScheduler(&scheduler);
            const auto a = atom(i);
            const auto twice = computed(a, [](int value) { return value * 2; });
            const auto both = computed([a, twice] { return a() + twice(); });
            int seen = 0;
            const auto l = both.listen([&](int value) { seen = value; });
            const auto e = effect([&] { twice(); });
            {
                std::unique_lock lock(mutex);
                stores.push_back(a);
                ++ready;
                changed.notify_all();
                changed.wait(lock, [&] { return go; });
            }
            a.set(a.get() + 1);
            scheduler.runPending(); // what the others have posted
            setScheduler(nullptr);
            const std::lock_guard lock(mutex);
            sum += seen - 3 * a.get();
        });
    }
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return ready == Many; });
        for (const auto &store : stores) {
            post(store, 5000);
        }
        stores.clear();
        go = true;
        changed.notify_all();
    }
    for (auto &thread : threads) {
        thread.join();
    }
    QCOMPARE(sum, 0);
    MisuseLog misuses; // the last ones had no number of their own
    const auto a = atom(1);
    a.set(2);
    QCOMPARE(misuses.take(), QList<QString>());
}

void tst_ThreadEnd::handle_manyThreadsLeaveOneEach()
{
    for (int i = 0; i < 3000; ++i) {
        std::optional<Atom<int>> kept;
        onAnotherThread([&] { kept = atom(i); });
    }
    const auto a = atom(1);
    QCOMPARE(a.get(), 1);
}

// The thread that ends the stores of one that is over is told nothing of locks.
void tst_ThreadEnd::handle_ofADeadThreadWhoseCleanupPosts()
{
    std::optional<Atom<int>> a;
    std::optional<Atom<int>> b;
    int cleanups = 0;
    onAnotherThread([&] {
        a = atom(1);
        b = atom(2);
        onMount(*a, [&, b = *b] {
            return [&, b] {
                post(b, 5);
                postLatest(b, 6);
                ++cleanups;
            };
        });
        keepMount(*a);
    });
    a.reset();
    QCOMPARE(cleanups, 1);
    QCOMPARE(b->get(), 2);
}

void tst_ThreadEnd::handle_ofADeadThreadWhoseValueReleasesAnother()
{
    std::thread::id end;
    const auto mine = std::make_shared<std::optional<Atom<int>>>(atom(1));
    std::optional<Atom<std::shared_ptr<void>>> a;
    onAnotherThread([&] {
        const auto b = atom(Witness(&end));
        a = atom(std::shared_ptr<void>(nullptr, [mine, b](void *) mutable { mine->reset(); }));
    });
    a.reset();
    QCOMPARE(end, std::this_thread::get_id());
    QVERIFY(!*mine);
}

void tst_ThreadEnd::handle_ofADeadThreadDroppedByMany()
{
    for (int round = 0; round < 20; ++round) {
        std::vector<Atom<Witness>> stores;
        std::vector<std::thread::id> ends(40);
        onAnotherThread([&] {
            for (auto &end : ends) {
                stores.push_back(atom(Witness(&end)));
            }
        });
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([copies = stores]() mutable {
                while (!copies.empty()) {
                    copies.pop_back();
                }
            });
        }
        stores.clear();
        for (auto &thread : threads) {
            thread.join();
        }
        QCOMPARE(std::count(ends.begin(), ends.end(), std::thread::id()), 0);
    }
}

void tst_ThreadEnd::handle_leftInAVariableOfTheThread()
{
    for (int i = 0; i < 500; ++i) {
        std::thread::id end;
        std::vector<int> note;
        onAnotherThread([&] {
            leftOver.note = &note; // made before the first store
            leftOver.store = atom(Witness(&end));
            leftOver.computedStore = computed(*leftOver.store, [](const Witness &) { return 1; });
            const auto l = leftOver.computedStore->listen([] {});
        });
        QVERIFY(end != std::thread::id());
        QCOMPARE(note, std::vector<int>{7});
    }
}

void tst_ThreadEnd::scheduler_outlivesItsThread()
{
    ManualScheduler scheduler;
    int runs = 0;
    onAnotherThread([&] {
        setScheduler(&scheduler);
        const auto a = atom(1);
        onMount(a, [] {});
        const auto l = a.listen([] {});
        const auto late = batched(a, [](int value) { return value; });
        const auto l2 = late.listen([] {});
        debounce(std::chrono::milliseconds(10))([&] { ++runs; })();
        a.set(3);
    });
    scheduler.advance(std::chrono::milliseconds(5000));
    QCOMPARE(runs, 0);
    QCOMPARE(scheduler.pendingTimers(), std::size_t(0));
}

void tst_ThreadEnd::scheduler_outlivesAPostedEnd()
{
    ManualScheduler scheduler;
    std::thread::id end;
    onAnotherThread([&] {
        setScheduler(&scheduler);
        auto a = std::make_unique<Atom<Witness>>(Witness(&end));
        onAnotherThread([a = std::move(a)]() mutable { a.reset(); }); // asks the scheduler
    });
    scheduler.advance(std::chrono::milliseconds(5000));
    QVERIFY(end != std::thread::id());
}

void tst_ThreadEnd::timer_outlivesItsThread()
{
    ManualScheduler scheduler;
    int runs = 0;
    std::unique_ptr<Debounced<std::function<void()>>> kept;
    onAnotherThread([&] {
        setScheduler(&scheduler);
        kept = std::make_unique<Debounced<std::function<void()>>>(std::function<void()>([&] { ++runs; }),
                                                                  std::chrono::milliseconds(10));
        (*kept)();
    });
    scheduler.advance(std::chrono::milliseconds(5000));
    QCOMPARE(runs, 0);
    kept.reset();
}

// Threads come and go, hand stores to each other, post to them and let go of them, in whatever order it happens.
void tst_ThreadEnd::threads_endInAnyOrder()
{
    struct Exchange
    {
        std::mutex mutex;
        std::vector<Atom<std::shared_ptr<int>>> stores;
        std::vector<Computed<int>> computedStores;
    } exchange;
    std::atomic<int> alive = 0;
    const auto value = [&alive](int number) {
        ++alive;
        return std::shared_ptr<int>(new int(number), [&alive](int *it) {
            --alive;
            delete it;
        });
    };
    for (int round = 0; round < 10; ++round) {
        std::vector<std::thread> threads;
        for (unsigned t = 0; t < 8; ++t) {
            threads.emplace_back([&, seed = unsigned(round) * 100 + t] {
                std::mt19937 random(seed);
                std::optional<ManualScheduler> scheduler;
                if (seed % 3 != 0) {
                    scheduler.emplace();
                    setScheduler(&*scheduler);
                }
                std::vector<Subscription> subscriptions;
                for (int i = 0; i < 30; ++i) {
                    const auto mine = atom(value(i));
                    onMount(mine, [mine = mine.node().get()] { return [] {}; });
                    const auto twice = computed(mine, [](const auto &number) { return *number * 2; });
                    subscriptions.push_back(twice.listen([] {}));
                    mine.set(value(i + 1));
                    std::vector<Atom<std::shared_ptr<int>>> taken;
                    std::vector<Computed<int>> takenToo;
                    {
                        const std::lock_guard lock(exchange.mutex);
                        exchange.stores.push_back(mine);
                        exchange.computedStores.push_back(twice);
                        while (exchange.stores.size() > 6) {
                            const auto at = random() % exchange.stores.size();
                            taken.push_back(exchange.stores[at]);
                            exchange.stores.erase(exchange.stores.begin() + long(at));
                            takenToo.push_back(exchange.computedStores.back());
                            exchange.computedStores.pop_back();
                        }
                    }
                    for (const auto &store : taken) {
                        post(store, value(int(random() % 100)));
                        postLatest(store, value(int(random() % 100)));
                    }
                    taken.clear(); // the last handle, perhaps
                    if (random() % 4 == 0) {
                        subscriptions.clear();
                    }
                    if (scheduler && random() % 4 == 0) {
                        scheduler->advance(std::chrono::milliseconds(300));
                    }
                }
                if (random() % 2) {
                    subscriptions.clear();
                }
            });
        }
        for (auto &thread : threads) {
            thread.join();
        }
    }
    exchange.stores.clear();
    exchange.computedStores.clear();
    QCOMPARE(alive.load(), 0);
}

void tst_ThreadEnd::effect_detachedEndsWithItsThread()
{
    std::thread::id end;
    int runs = 0;
    onAnotherThread([&] {
        const auto a = atom(1);
        effect([&, a, witness = Witness(&end)] {
            a();
            ++runs;
        }).detach();
        a.set(2);
    });
    QCOMPARE(runs, 2);
    QVERIFY(end != std::thread::id());
}

void tst_ThreadEnd::subscription_outlivesNothing()
{
    int calls = 0;
    onAnotherThread([&] {
        Subscription subscription;
        {
            const auto a = atom(1);
            subscription = a.listen([&] { ++calls; });
            a.set(2);
        }
    });
    QCOMPARE(calls, 1);
}

void tst_ThreadEnd::value_readAfterItsThreadHasEnded()
{
    MisuseLog misuses;
    std::optional<Atom<int>> kept;
    onAnotherThread([&] { kept = atom(5); });
    QCOMPARE(kept->get(), 5);
    QCOMPARE(misuses.take(), QList<QString>());
}

QTEST_APPLESS_MAIN(tst_ThreadEnd)
#include "tst_threadend.moc"
