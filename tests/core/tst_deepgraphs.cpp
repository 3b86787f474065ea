// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QtCore/QThread>
#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

using namespace nanostores;
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
};

void tst_DeepGraphs::deepChain_isReadWithASmallStack()
{
#if !defined(__GLIBC__)
    QSKIP("chains are as deep as the stack here");
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
    QSKIP("chains are as deep as the stack here");
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

QTEST_APPLESS_MAIN(tst_DeepGraphs)
#include "tst_deepgraphs.moc"
