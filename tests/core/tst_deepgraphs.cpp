// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtCore/QThread>
#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

using namespace nanostores;
using support::CallRecorder;
using support::Counted;
using support::orThrow;
using support::thrownBy;

namespace {

/// Runs f where the stack is small.
template<typename F>
void withASmallStack(F f)
{
    const std::unique_ptr<QThread> thread(QThread::create(f));
    thread->setStackSize(512 * 1024);
    thread->start();
    thread->wait();
}

struct Item // holds the next one, and so on
{
    std::vector<Atom<Item>> next;
    Counted counted;
};

} // namespace

/// Long chains, deep nests and wide fans: neither recursion nor time without end.
class tst_DeepGraphs : public support::CountedTest
{
    Q_OBJECT
private Q_SLOTS:
    void deepChain_isReadWithASmallStack();
    void deepNest_isStoppedWithASmallStack_data();
    void deepNest_isStoppedWithASmallStack();
    void deepNest_ofScopesIsStartedAndStoppedWithASmallStack();
    void deepNest_endsInOrder();
    void deepChain_ofSubscriptionsEndsWithASmallStack_data();
    void deepChain_ofSubscriptionsEndsWithASmallStack();
    void deepChain_errorsPassThrough();

    void chain_listedOfAHundredThousand();
    void chain_trackedOfAHundredThousand();
    void chain_isDestroyedWithoutRecursion_data();
    void chain_isDestroyedWithoutRecursion();
    void fan_ofTenThousand();

    void values_thatHoldEachOtherInAChain();

    void chains_endWithoutRecursion_data();
    void chains_endWithoutRecursion();
};

void tst_DeepGraphs::deepChain_isReadWithASmallStack()
{
#if !defined(__GLIBC__)
    QSKIP("only with glibc is a deep chain of reads continued on a fresh stack");
#endif
    constexpr int Depth = 100000;
    int first = 0;
    int again = 0;
    int after = 0;
    int seen = 0;
    withASmallStack([&] {
        const auto a = atom(1);
        auto last = computed([=] { return a() + 1; });
        for (int i = 1; i < Depth; ++i) {
            last = computed([=] { return last() + 1; });
        }
        first = last.peek();
        a.set(2);
        again = last.peek();
        {
            const auto e = effect([&] { seen = last(); });
            a.set(3);
        }
        after = last.peek();
    });
    QCOMPARE(first, Depth + 1);
    QCOMPARE(again, Depth + 2);
    QCOMPARE(seen, Depth + 3);
    QCOMPARE(after, Depth + 3);
}

void tst_DeepGraphs::deepNest_isStoppedWithASmallStack_data()
{
    QTest::addColumn<bool>("runsAgain");
    QTest::newRow("stop") << false;
    QTest::newRow("another run") << true;
}

void tst_DeepGraphs::deepNest_isStoppedWithASmallStack()
{
#if !defined(__GLIBC__)
    // A fresh stack is made by ucontext, of which only that of glibc is used: see detail/freshstack.cpp.
    QSKIP("only with glibc is a deep nest continued on a fresh stack");
#endif
    QFETCH(bool, runsAgain);
    constexpr int Depth = 100000;
    int alive = 0;
    int most = 0;
    int left = -1;
    withASmallStack([&] {
        const auto a = atom(0);
        std::function<Subscription(int)> nest = [&](int depth) {
            return effect([&, depth] {
                if (depth == 0) {
                    a();
                }
                most = std::max(most, ++alive);
                if (depth < (a.peek() == 0 ? Depth : 1)) {
                    nest(depth + 1).detach();
                }
                return [&alive] { --alive; };
            });
        };
        Subscription outer = nest(0);
        if (runsAgain) {
            a.set(1);
            left = alive;
        }
        outer = {};
    });
    QCOMPARE(most, Depth + 1 + (runsAgain ? 1 : 0));
    QCOMPARE(left, runsAgain ? 2 : -1);
    QCOMPARE(alive, 0);
}

void tst_DeepGraphs::deepNest_ofScopesIsStartedAndStoppedWithASmallStack()
{
#if !defined(__GLIBC__)
    // A fresh stack is made by ucontext, of which only that of glibc is used: see detail/freshstack.cpp.
    QSKIP("only with glibc is a deep nest continued on a fresh stack");
#endif
    constexpr int Depth = 50000;
    int started = 0;
    int stopped = 0;
    withASmallStack([&] {
        std::function<DeferredScope(int)> nest = [&](int depth) {
            return deferScope([&, depth] {
                effect([&] {
                    ++started;
                    return [&] { ++stopped; };
                }).detach();
                if (depth < Depth) {
                    auto inner = nest(depth + 1);
                    inner().detach();
                }
            });
        };
        auto start = nest(1);
        const Subscription scope = start();
    });
    QCOMPARE(started, Depth);
    QCOMPARE(stopped, Depth);
}

/// Rule 27: each one's own cleanup before those of the inner ones, these in order.
void tst_DeepGraphs::deepNest_endsInOrder()
{
    QStringList ended;
    std::function<void(QString, int)> nest = [&](const QString &name, int depth) {
        effect([&, name, depth] {
            for (int i = 0; depth > 0 && i < 2; ++i) {
                nest(name + QString::number(i), depth - 1);
            }
            return [&ended, name] { ended.append(name); };
        }).detach();
    };
    {
        const auto outer = effectScope([&] { nest(QStringLiteral("a"), 2); });
    }
    QCOMPARE(ended.join(QLatin1Char(' ')), QStringLiteral("a a0 a00 a01 a1 a10 a11"));
}

void tst_DeepGraphs::deepChain_ofSubscriptionsEndsWithASmallStack_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("listeners") << 0;
    QTest::newRow("effects") << 1;
    QTest::newRow("cleanups") << 2;
    QTest::newRow("computed stores") << 3;
}

void tst_DeepGraphs::deepChain_ofSubscriptionsEndsWithASmallStack()
{
    QFETCH(int, kind);
#if !defined(__GLIBC__)
    // A cleanup ends what it holds inside its own call: that is recursion, which a fresh stack continues, made by
    // glibc's ucontext.
    if (kind == 2) {
        QSKIP("only with glibc is a deep chain of cleanups continued on a fresh stack");
    }
#endif
    constexpr int Depth = 100000;
    int ended = 0;
    withASmallStack([&] {
        struct Link
        {
            Subscription held;
            int &ended;
            ~Link() { ++ended; }
        };
        const auto a = atom(0);
        Subscription last;
        for (int i = 0; i < Depth; ++i) {
            const auto link = std::shared_ptr<Link>(new Link{std::move(last), ended});
            if (kind == 0) {
                last = a.listen([link] {});
            } else if (kind == 1) {
                last = effect([link, a] { a(); });
            } else if (kind == 2) {
                auto once = std::make_shared<std::shared_ptr<Link>>(link);
                last = effect([once] { return [mine = std::exchange(*once, nullptr)] {}; });
            } else {
                last = computed([link, a] { return a(); }).listen([] {});
            }
        }
        last = {};
    });
    QCOMPARE(ended, Depth);
}

void tst_DeepGraphs::deepChain_errorsPassThrough()
{
#if !defined(__GLIBC__)
    QSKIP("only with glibc is a deep chain of reads continued on a fresh stack");
#endif
    QString first;
    int after = 0;
    withASmallStack([&] {
        const auto a = atom(5);
        auto last = computed([=] { return orThrow(a(), 5); });
        for (int i = 1; i < 20000; ++i) {
            last = computed([=] { return last(); });
        }
        first = thrownBy([&] { last.peek(); });
        a.set(1);
        after = last.peek();
    });
    QCOMPARE(first, QStringLiteral("bad value"));
    QCOMPARE(after, 1);
}

void tst_DeepGraphs::chain_listedOfAHundredThousand()
{
    constexpr int Length = 100'000;
    const auto a = atom(0);
    int runs = 0;
    auto last = computed(a, [](int value) { return value; });
    for (int i = 0; i < Length; ++i) {
        last = computed(last, [&](int value) {
            ++runs;
            return value + 1;
        });
    }
    QCOMPARE(last.peek(), Length);
    QCOMPARE(runs, Length);
    a.set(1);
    QCOMPARE(last.peek(), Length + 1);
    QCOMPARE(last.get(), Length + 1); // mounts it all
    runs = 0;
    CallRecorder<int> calls;
    {
        const auto subscription = last.listen(calls);
        a.set(2);
        batch([&] { a.set(3); });
        QCOMPARE(calls.values(), QList<int>({Length + 2, Length + 3}));
        QCOMPARE(runs, 2 * Length);
    }
    m_time->advance(1000); // unmounts the last, which lets go of its source, which waits for its own delay
    a.set(4);
    QCOMPARE(last.peek(), Length + 4);
}

void tst_DeepGraphs::chain_trackedOfAHundredThousand()
{
    constexpr int Length = 100'000;
    const auto a = atom(0);
    int runs = 0;
    auto last = computed([=] { return a(); });
    for (int i = 0; i < Length; ++i) {
        last = computed([&runs, before = last] {
            ++runs;
            return before() + 1;
        });
        last(); // from the near end: the first run of a function calls what it reads
    }
    CallRecorder<int> calls;
    {
        const auto subscription = last.listen(calls);
        runs = 0;
        a.set(1);
        QCOMPARE(calls.take(), QList<int>({Length + 1}));
        const auto e = effect([&] { calls(last()); });
        batch([&] { a.set(2); });
        QCOMPARE(calls.take(), QList<int>({Length + 1, Length + 2, Length + 2}));
        QCOMPARE(runs, 2 * Length);
    }
    m_time->advance(1000);
    QCOMPARE(runs, 2 * Length);
}

void tst_DeepGraphs::chain_isDestroyedWithoutRecursion_data()
{
    QTest::addColumn<bool>("listed");
    QTest::addColumn<int>("state");
    for (const bool listed : {true, false}) {
        for (int state = 0; state < 4; ++state) {
            static const char *const names[] = {"never read", "read", "in its delay", "listened to"};
            QTest::addRow("%s, %s", listed ? "listed" : "tracked", names[state]) << listed << state;
        }
    }
}

void tst_DeepGraphs::chain_isDestroyedWithoutRecursion()
{
    QFETCH(bool, listed);
    QFETCH(int, state);
    constexpr int Length = 100'000;
    const auto a = atom(0);
    Subscription subscription;
    {
        const auto next = [&](const auto &before) {
            return listed ? computed(before, [](int value) { return value + 1; })
                          : computed([=] { return before() + 1; });
        };
        auto last = next(a);
        for (int i = 1; i < Length; ++i) {
            last = next(last);
            if (!listed && state > 0) {
                last();
            }
        }
        if (state == 1) {
            QCOMPARE(last.peek(), Length);
        } else if (state == 2) {
            QCOMPARE(last.get(), Length);
        } else if (state == 3) {
            subscription = last.listen([] {});
        }
    }
    a.set(1);
    subscription.reset();
    m_time->advance(1000);
    a.set(2);
}

void tst_DeepGraphs::fan_ofTenThousand()
{
    constexpr int Width = 10'000;
    const auto a = atom(0);
    int runs = 0;
    int calls = 0;
    std::vector<Computed<int>> arms;
    std::vector<Subscription> subscriptions;
    for (int i = 0; i < Width; ++i) {
        arms.push_back(computed(a, [&, i](int value) {
            ++runs;
            return value + i;
        }));
        subscriptions.push_back(arms.back().listen([&] { ++calls; }));
    }
    runs = 0;
    a.set(1);
    QCOMPARE(runs, Width);
    QCOMPARE(calls, Width);
    subscriptions.resize(Width / 2);
    m_time->advance(1000);
    a.set(2);
    QCOMPARE(runs, Width + Width / 2);
    QCOMPARE(calls, Width + Width / 2);
}

void tst_DeepGraphs::values_thatHoldEachOtherInAChain()
{
    constexpr int Length = 100'000;
    {
        auto first = atom(Item{});
        for (int i = 1; i < Length; ++i) {
            first = atom(Item{{first}, {}});
        }
        QCOMPARE(Counted::alive(), Length);
    }
    QCOMPARE(Counted::alive(), 0);
}

void tst_DeepGraphs::chains_endWithoutRecursion_data()
{
    QTest::addColumn<bool>("ofEffects");
    QTest::newRow("listeners") << false;
    QTest::newRow("effects") << true;
}

// Each subscription is held by the function of the one before.
void tst_DeepGraphs::chains_endWithoutRecursion()
{
    QFETCH(bool, ofEffects);
    constexpr int Length = 200'000;
    const auto a = atom(1);
    Subscription last;
    for (int i = 0; i < Length; ++i) {
        auto held = std::make_shared<Subscription>(std::move(last));
        last = ofEffects ? effect([held, counted = Counted(1)] {}) : a.listen([held, counted = Counted(1)] {});
    }
    QCOMPARE(Counted::alive(), Length);
    last.reset();
    QCOMPARE(Counted::alive(), 0);
}

QTEST_APPLESS_MAIN(tst_DeepGraphs)
#include "tst_deepgraphs.moc"
