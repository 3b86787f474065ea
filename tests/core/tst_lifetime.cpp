// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <random>
#include <vector>

using namespace nanostores;
using support::Counted;
using support::Trace;

/// What keeps a store alive, and what is let go of.
class tst_Lifetime : public support::CountedTest
{
    Q_OBJECT
private Q_SLOTS:
    void store_livesWhileAHandleDoes();
    void store_livesWhileAListenerDoes();
    void store_livesWhileAComputedStoreDoes();
    void store_livesWhileAnEffectDoes();
    void store_endsWithItsLastHandleThoughDetachedListenersRemain();
    void store_endsWithItsLastSubscriptionThoughDetachedListenersRemain();
    void detached_inAnyOrder();
    void computed_letsGoOfItsFunction();
    void inAnyOrder_data();
    void inAnyOrder();
    void oldValues_areLetGo();
    void sources_thatHangOnOneStore();
    void sources_goWithTheStoreThatHasReadThemAll();
    void stores_mountedAndUnmountedInOneGo();
    void subscriptions_outliveEveryHandle();
    void effects_detachedHoldTheirStores();
    void manyStores_comeAndGo();
    void handles_areCopiedAndMoved();
    void hooks_areLetGo();
    void delay_doesNotKeepAStoreAlive();
    void delay_ofASourceOfAStoreThatIsGone();
};

void tst_Lifetime::store_livesWhileAHandleDoes()
{
    std::optional<Atom<Counted>> second;
    {
        const auto first = atom(Counted(1));
        second = first;
        QCOMPARE(Counted::alive(), 1);
    }
    QCOMPARE(second->get().number(), 1);
    second.reset();
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::store_livesWhileAListenerDoes()
{
    Subscription subscription;
    {
        const auto a = atom(Counted(1));
        subscription = a.listen([] {});
    }
    QCOMPARE(Counted::alive(), 1);
    subscription.reset();
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::store_livesWhileAComputedStoreDoes()
{
    std::optional<Computed<int>> listed;
    std::optional<Computed<int>> tracked;
    {
        const auto a = atom(Counted(1));
        listed = computed(a, [](const Counted &value) { return value.number(); });
        tracked = computed([a] { return a().number(); });
    }
    QCOMPARE(Counted::alive(), 1);
    QCOMPARE(listed->get(), 1);
    QCOMPARE((*tracked)(), 1);
    listed.reset();
    QCOMPARE(Counted::alive(), 1);
    tracked.reset();
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::store_livesWhileAnEffectDoes()
{
    Subscription listed;
    Subscription tracked;
    {
        const auto a = atom(Counted(1));
        const auto b = atom(Counted(2));
        listed = effect(a, [](const Counted &) {});
        tracked = effect([b] { b(); });
    }
    QCOMPARE(Counted::alive(), 2);
    listed.reset();
    QCOMPARE(Counted::alive(), 1);
    tracked.reset();
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::store_endsWithItsLastHandleThoughDetachedListenersRemain()
{
    {
        const auto a = atom(Counted(1));
        a.listen([counted = Counted(2)] {}).detach();
        a.listen([counted = Counted(3)] {}).detach();
        QCOMPARE(Counted::alive(), 3);
    }
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::store_endsWithItsLastSubscriptionThoughDetachedListenersRemain()
{
    Subscription last;
    {
        const auto a = atom(Counted(1));
        a.listen([] {}).detach();
        last = a.listen([] {});
        a.listen([] {}).detach();
    }
    QCOMPARE(Counted::alive(), 1);
    last.reset();
    QCOMPARE(Counted::alive(), 0);
    {
        const auto a = atom(Counted(1));
        a.listen([] {}).detach();
        const auto derived = computed([a] { return a().number(); });
        last = derived.listen([] {});
    }
    QCOMPARE(Counted::alive(), 1);
    last.reset();
    QCOMPARE(Counted::alive(), 0);
    {
        const auto a = atom(Counted(1));
        const auto derived = computed(a, [counted = Counted(2)](const Counted &) { return counted.number(); });
        derived.listen([] {}).detach();
        last = derived.listen([] {});
    }
    QCOMPARE(Counted::alive(), 2);
    last.reset();
    QCOMPARE(Counted::alive(), 0);
}

// What holds a store: its handle, and subscriptions and effects that are not detached. They go in random order.
void tst_Lifetime::detached_inAnyOrder()
{
    std::mt19937 random(1);
    const auto any = [&](std::size_t below) { return random() % below; };
    for (int round = 0; round < 200; ++round) {
        std::optional<Atom<Counted>> store = atom(Counted(1));
        struct Hold
        {
            Subscription subscription;
            bool isListener;
        };
        std::vector<Hold> holds;
        for (std::size_t i = 1 + any(12); i > 0; --i) {
            if (any(4) > 0) {
                holds.push_back({store->listen([](const Counted &) {}), true});
            } else if (any(2) > 0) {
                holds.push_back({effect([a = *store] { a(); }), false});
            } else {
                holds.push_back({computed(*store, [](const Counted &) { return 1; }).listen([] {}), false});
            }
        }
        std::size_t left = holds.size() + 1;
        std::size_t handleAt = any(left);
        while (left > 0) {
            QCOMPARE(Counted::alive(), 1);
            if (left-- == handleAt + 1 || holds.empty()) {
                store.reset();
                continue;
            }
            const auto at = holds.begin() + std::ptrdiff_t(any(holds.size()));
            Hold hold = std::move(*at);
            holds.erase(at);
            if (hold.isListener && any(3) > 0) {
                hold.subscription.detach();
            } else {
                hold.subscription.reset();
                m_time->advance(1500);
            }
        }
        QCOMPARE(Counted::alive(), 0);
    }
}

void tst_Lifetime::computed_letsGoOfItsFunction()
{
    const auto a = atom(1);
    {
        const auto listed = computed(a, [counted = Counted(1)](int value) { return value + counted.number(); });
        const auto tracked = computed([a, counted = Counted(2)] { return a() + counted.number(); });
        QCOMPARE(listed.get() + tracked.get(), 5);
        const auto subscription = tracked.listen([] {});
        QCOMPARE(Counted::alive(), 2);
    }
    m_time->advance(2000);
    QCOMPARE(Counted::alive(), 0);
    a.set(2);
}

void tst_Lifetime::inAnyOrder_data()
{
    QTest::addColumn<bool>("listed");
    QTest::addColumn<QList<int>>("order");
    std::array<int, 5> order{0, 1, 2, 3, 4};
    do {
        for (const bool listed : {true, false}) {
            QTest::addRow("%s %d%d%d%d%d", listed ? "listed" : "tracked", order[0], order[1], order[2], order[3],
                          order[4])
                << listed << QList<int>(order.begin(), order.end());
        }
    } while (std::next_permutation(order.begin(), order.end()));
}

// Handles and subscriptions of a little graph go in each of 120 orders; the store is written after each.
void tst_Lifetime::inAnyOrder()
{
    QFETCH(bool, listed);
    QFETCH(QList<int>, order);
    auto a = std::make_optional(atom(Counted(1)));
    const auto keep = *a;
    std::optional<Computed<Counted>> b;
    std::optional<Computed<Counted>> c;
    const auto next = [&](const auto &source) {
        return listed ? computed(source, [](const Counted &value) { return Counted(value.number() + 1); })
                      : computed([source] { return Counted(source().number() + 1); });
    };
    b = next(*a);
    c = next(*b);
    onMount(*b, [counted = Counted()] { return [inner = Counted()] {}; });
    int calls = 0;
    Subscription listener = c->listen([&, counted = Counted()] { ++calls; });
    Subscription running = effect([&, b = *b, counted = Counted()] {
        b();
        ++calls;
    });
    int value = 1;
    for (const int what : order) {
        switch (what) {
        case 0:
            a.reset();
            break;
        case 1:
            b.reset();
            break;
        case 2:
            c.reset();
            break;
        case 3:
            listener.reset();
            break;
        default:
            running.reset();
        }
        keep.set(Counted(++value));
    }
    m_time->advance(5000);
    QCOMPARE(Counted::alive(), 1);
    keep.set(Counted(0));
}

void tst_Lifetime::oldValues_areLetGo()
{
    const auto a = atom(Counted(1));
    const auto twice = computed(a, [](const Counted &value) { return Counted(value.number() * 2); });
    int seen = 0;
    const auto l1 = a.listen([&](const Counted &, const Counted &old) { seen = old.number(); });
    const auto l2 = twice.listen([&](const Counted &, const Counted &old) { seen += old.number(); });
    a.set(Counted(5));
    QCOMPARE(seen, 3);
    QCOMPARE(Counted::alive(), 2);
    batch([&] {
        for (int i = 0; i < 10; ++i) {
            a.set(Counted(i));
        }
    });
    QCOMPARE(Counted::alive(), 2);
}

void tst_Lifetime::sources_thatHangOnOneStore()
{
    const auto a = atom(Counted(1));
    {
        std::vector<Computed<int>> stores;
        std::vector<Subscription> subscriptions;
        for (int i = 0; i < 1000; ++i) {
            stores.push_back(computed(a, [counted = Counted()](const Counted &value) { return value.number(); }));
            subscriptions.push_back(stores.back().listen([counted = Counted()] {}));
        }
        a.set(Counted(2));
    }
    m_time->advance(1000);
    QCOMPARE(Counted::alive(), 1);
}

void tst_Lifetime::sources_goWithTheStoreThatHasReadThemAll()
{
    constexpr int Many = 100000; // takes minutes if each looks for itself among the others
    const int before = Counted::alive();
    std::vector<Atom<Counted>> all;
    for (int i = 0; i < Many; ++i) {
        all.push_back(atom(Counted(i)));
    }
    auto count = std::optional(computed([all] {
        for (const auto &one : all) {
            one();
        }
        return all.size();
    }));
    Subscription listener = count->listen([] {});
    all.clear();
    QCOMPARE(count->get(), std::size_t(Many));
    QCOMPARE(Counted::alive(), before + Many);
    listener.reset();
    count.reset();
    QCOMPARE(Counted::alive(), before);
}

void tst_Lifetime::stores_mountedAndUnmountedInOneGo()
{
    constexpr int Many = 100000;
    int mounted = 0;
    std::vector<Atom<int>> all;
    for (int i = 0; i < Many; ++i) {
        all.push_back(atom(i));
        onStart(all.back(), [&mounted] { ++mounted; });
        onStop(all.back(), [&mounted] { --mounted; });
    }
    auto sum = std::optional(effect([&all] {
        for (const auto &one : all) {
            one();
        }
    }));
    QCOMPARE(mounted, Many);
    sum.reset();
    QCOMPARE(mounted, 0);
}

void tst_Lifetime::subscriptions_outliveEveryHandle()
{
    Trace trace;
    std::vector<Subscription> kept;
    {
        const auto a = atom(Counted(1));
        const auto b = computed(a, [](const Counted &value) { return Counted(value.number() + 1); });
        kept.push_back(b.listen([&] { trace.add("b"); }));
        kept.push_back(effect([b] { b(); }));
        kept.push_back(effect(b, [](const Counted &) {}));
    }
    m_time->advance(5000);
    QCOMPARE(Counted::alive(), 2);
    kept.erase(kept.begin());
    kept.clear();
    m_time->advance(5000);
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::effects_detachedHoldTheirStores()
{
    const auto weak = std::make_shared<int>(0);
    {
        const auto a = atom(1);
        effect([a, weak] { *weak += a(); }).detach();
        a.set(2);
    }
    QCOMPARE(*weak, 3);
}

void tst_Lifetime::manyStores_comeAndGo()
{
    const auto root = atom(0);
    for (int round = 0; round < 50; ++round) {
        std::vector<Computed<int>> stores{computed(root, [counted = Counted()](int value) { return value; })};
        std::vector<Subscription> subscriptions;
        for (int i = 0; i < 40; ++i) {
            const auto &last = stores.back();
            stores.push_back(i % 2 ? computed(last, [counted = Counted()](int value) { return value + 1; })
                                   : computed([last, counted = Counted()] { return last() + 1; }));
            if (i % 3 == 0) {
                subscriptions.push_back(stores.back().listen([counted = Counted()] {}));
            }
        }
        root.set(round + 1);
        if (round % 2) {
            stores.clear();
        } else {
            subscriptions.clear();
        }
        root.set(-round - 1);
        m_time->advance(300);
    }
    m_time->advance(100'000);
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::handles_areCopiedAndMoved()
{
    auto a = atom(Counted(1));
    auto b = atom(Counted(2));
    auto moved = std::move(a);
    a = b;
    b = moved;
    QCOMPARE(a.get().number(), 2);
    QCOMPARE(b.get().number(), 1);
    const auto &same = b;
    b = same;
    QCOMPARE(b.get().number(), 1);
    std::vector<Atom<Counted>> many(10, b);
    many.clear();
    QCOMPARE(Counted::alive(), 2);
}

void tst_Lifetime::hooks_areLetGo()
{
    const auto a = atom(1);
    const auto unbind = onSet(a, [counted = Counted()] {});
    onMount(a, [counted = Counted()] { return [inner = Counted()] {}; });
    a.get();
    QCOMPARE(Counted::alive(), 3);
    unbind();
    QCOMPARE(Counted::alive(), 2);
    m_time->advance(1000);
    QCOMPARE(Counted::alive(), 1);
    {
        const auto b = atom(1);
        onStop(b, [counted = Counted()] {});
        QCOMPARE(Counted::alive(), 2);
    }
    QCOMPARE(Counted::alive(), 1);
    {
        const auto gone = a;
    }
    QCOMPARE(Counted::alive(), 1);
    // the last one goes with the store; cleanup() looks
}

void tst_Lifetime::delay_doesNotKeepAStoreAlive()
{
    {
        const auto a = atom(Counted(1));
        onMount(a, [] {});
        const auto b = computed(a, [](const Counted &value) { return value; });
        b.get();
        QCOMPARE(Counted::alive(), 2);
    }
    QCOMPARE(Counted::alive(), 0);
    m_time->advance(5000);
}

void tst_Lifetime::delay_ofASourceOfAStoreThatIsGone()
{
    Trace trace;
    const auto a = atom(1);
    onMount(a, [trace] { return trace.adds("unmount"); });
    {
        const auto b = computed(a, [](int value) { return value; });
        const auto subscription = b.listen([] {});
    }
    QCOMPARE(trace.take(), "");
    m_time->advance(999);
    QCOMPARE(trace.take(), "");
    m_time->advance(1);
    QCOMPARE(trace.take(), "unmount"); // the store below left nothing behind that would wait first
}

QTEST_APPLESS_MAIN(tst_Lifetime)
#include "tst_lifetime.moc"
