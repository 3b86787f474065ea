// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

using namespace nanostores;
using support::Counted;
using support::ManualTime;
using support::Trace;

namespace {

/// Does something when it is destroyed for good.
class AtEnd
{
public:
    AtEnd() = default;
    explicit AtEnd(std::function<void()> f)
        : m_f(std::make_shared<Call>(std::move(f)))
    {
    }

private:
    struct Call
    {
        explicit Call(std::function<void()> function)
            : f(std::move(function))
        {
        }
        Call(const Call &) = delete;
        Call &operator=(const Call &) = delete;
        ~Call() { f(); }
        std::function<void()> f;
    };
    std::shared_ptr<Call> m_f;
};

struct Item // holds the next one, and so on
{
    std::vector<Atom<Item>> next;
    Counted counted;
};

} // namespace

class tst_Lifetime : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_time.emplace();
        QCOMPARE(Counted::alive(), 0);
    }
    void cleanup()
    {
        m_time.reset();
        QCOMPARE(Counted::alive(), 0);
    }

    void store_livesWhileAHandleDoes();
    void store_livesWhileAListenerDoes();
    void store_livesWhileAComputedStoreDoes();
    void store_livesWhileAnEffectDoes();
    void store_endsWithItsLastHandleThoughDetachedListenersRemain();
    void computed_letsGoOfItsFunction();
    void inAnyOrder_data();
    void inAnyOrder();
    void oldValues_areLetGo();
    void listener_isDestroyedWhenItsSubscriptionEnds();
    void listener_removedWhileItRunsLivesToItsEnd();
    void listener_dropsTheLastHandleOfItsStore();
    void listener_dropsTheLastHandleOfAnotherStore();
    void listener_dropsAComputedStoreBelow();
    void listener_dropsEverything();
    void listener_holdingItsOwnStoreEndsWithTheSubscription();
    void computedFunction_dropsAStore();
    void effect_dropsItself();
    void batch_dropsStoresInside();
    void hook_holdsTheStoreFromItsEvent();
    void hook_dropsTheLastHandle();
    void cleanup_dropsTheLastHandle();
    void cleanup_thatKeepsTheStoreAlive();
    void value_whoseEndWritesToAnotherStore();
    void value_whoseEndEndsASubscription();
    void value_replacedAfterListenersAreDone();
    void values_thatHoldEachOtherInAChain();
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

private:
    std::optional<ManualTime> m_time;
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

void tst_Lifetime::listener_isDestroyedWhenItsSubscriptionEnds()
{
    const auto a = atom(1);
    Subscription subscription = a.listen([counted = Counted()] {});
    QCOMPARE(Counted::alive(), 1);
    subscription.reset();
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::listener_removedWhileItRunsLivesToItsEnd()
{
    const auto a = atom(1);
    Subscription subscription;
    int number = 0;
    subscription = a.listen([&, counted = Counted(7)] {
        subscription.reset();
        number = counted.number();
    });
    a.set(2);
    QCOMPARE(number, 7);
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::listener_dropsTheLastHandleOfItsStore()
{
    auto a = std::make_unique<Atom<Counted>>(Counted(1));
    Trace trace;
    Subscription first;
    Subscription second;
    first = a->listen([&](const Counted &value) {
        a.reset();
        first.reset();
        trace.add("first", value.number());
    });
    second = a->listen([&](const Counted &value) {
        second.reset();
        trace.add("second", value.number());
    });
    const auto copy = std::make_unique<Atom<Counted>>(*a);
    copy->set(Counted(2));
    QCOMPARE(trace.take(), "first2 second2");
}

void tst_Lifetime::listener_dropsTheLastHandleOfAnotherStore()
{
    const auto a = atom(1);
    auto b = std::make_unique<Atom<Counted>>(Counted(1));
    Trace trace;
    Subscription ofB = b->listen([&, counted = Counted()] { trace.add("b"); });
    const auto l = a.listen([&](int value) {
        b->set(Counted(value)); // queued, then gone
        ofB.reset();
        b.reset();
        trace.add("a");
    });
    a.set(2);
    QCOMPARE(trace.take(), "a");
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::listener_dropsAComputedStoreBelow()
{
    const auto a = atom(1);
    std::optional<Computed<int>> twice = computed(a, [counted = Counted()](int value) { return value * 2; });
    Trace trace;
    Subscription ofTwice;
    const auto l = a.listen([&] {
        ofTwice.reset();
        twice.reset();
        trace.add("a");
    });
    ofTwice = twice->listen([&](int value) { trace.add("t", value); });
    a.set(2);
    a.set(3);
    QCOMPARE(trace.take(), "a a");
    m_time->advance(1000);
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::listener_dropsEverything()
{
    struct World
    {
        Atom<Counted> a{Counted(1)};
        Map<int, Counted> map;
        Computed<Counted> b = computed(a, [](const Counted &value) { return value; });
        Computed<Counted> c = computed([b = b] { return b(); });
        std::vector<Subscription> subscriptions;
    };
    auto world = std::make_unique<World>();
    int calls = 0;
    for (int i = 0; i < 3; ++i) {
        world->subscriptions.push_back(world->a.listen([&] {
            ++calls;
            const std::unique_ptr<World> gone = std::move(world);
        }));
        world->subscriptions.push_back(world->b.listen([&] { ++calls; }));
        world->subscriptions.push_back(world->c.listen([&] { ++calls; }));
        world->subscriptions.push_back(effect([&, c = world->c, map = world->map] {
            c();
            map();
            ++calls;
        }));
        world->subscriptions.push_back(effect(world->map, [&](const auto &) { ++calls; }));
    }
    calls = 0;
    const auto a = world->a;
    const auto map = world->map;
    batch([&] {
        a.set(Counted(2));
        map.setKey(1, Counted(3));
    });
    QVERIFY(!world);
    QCOMPARE(calls, 1);
}

void tst_Lifetime::listener_holdingItsOwnStoreEndsWithTheSubscription()
{
    Subscription subscription;
    {
        const auto a = atom(Counted(1));
        subscription = a.listen([a] { a.get(); });
    }
    QCOMPARE(Counted::alive(), 1);
    subscription.reset();
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::computedFunction_dropsAStore()
{
    const auto a = atom(1);
    auto b = std::make_optional(atom(Counted(1)));
    const auto c = computed([&] {
        const int sum = a() + (b ? (*b)().number() : 0);
        if (a() == 2) {
            b.reset();
        }
        return sum;
    });
    Trace trace;
    const auto subscription = c.listen([&](int value) { trace.add("", value); });
    a.set(2);
    QCOMPARE(Counted::alive(), 1); // still one of its sources, as it was read
    a.set(3);
    QCOMPARE(Counted::alive(), 0);
    QCOMPARE(trace.take(), "3");
}

void tst_Lifetime::effect_dropsItself()
{
    const auto a = atom(1);
    auto own = std::make_unique<Subscription>();
    int runs = 0;
    *own = effect([&, counted = Counted()] {
        ++runs;
        if (a() == 2) {
            own.reset();
        }
        return [inCleanup = Counted()] {};
    });
    a.set(2);
    a.set(3);
    QCOMPARE(runs, 2);
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::batch_dropsStoresInside()
{
    Trace trace;
    batch([&] {
        const auto a = atom(Counted(1));
        const auto b = computed(a, [](const Counted &value) { return value; });
        const auto l = b.listen([&] { trace.add("b"); });
        a.listen([&] { trace.add("a"); }).detach();
        a.set(Counted(2));
    });
    QCOMPARE(trace.take(), "a"); // detached, and set while its store lived
}

void tst_Lifetime::hook_holdsTheStoreFromItsEvent()
{
    std::optional<Atom<Counted>> kept;
    {
        const auto a = atom(Counted(1));
        onMount(a, [&](MountEvent<Atom<Counted>> &event) {
            kept = event.store();
            return [store = event.store()] { store.peek(); };
        });
        a.get();
    }
    QCOMPARE(Counted::alive(), 1);
    kept.reset();
    QCOMPARE(Counted::alive(), 1); // the cleanup holds it until it has run
    m_time->advance(1000);
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::hook_dropsTheLastHandle()
{
    auto a = std::make_optional(atom(Counted(1)));
    const auto same = *a;
    onMount(*a, [&] { a.reset(); });
    onSet(same, [&] { a.reset(); });
    {
        const auto subscription = same.listen([] {});
    }
    QVERIFY(!a);
    auto b = std::make_unique<Atom<Counted>>(Counted(1));
    onSet(*b, [&] { b.reset(); });
    const Atom<Counted> held = *b;
    held.set(Counted(2));
    QVERIFY(!b);
    QCOMPARE(held.get().number(), 2);
}

void tst_Lifetime::cleanup_dropsTheLastHandle()
{
    auto a = std::make_optional(atom(Counted(1)));
    auto other = std::make_optional(atom(Counted(2)));
    onMount(*a, [&] { return [&] { a.reset(); }; });
    onStop(*a, [&] { other.reset(); });
    a->get();
    QVERIFY(!other);
    m_time->advance(1000);
    QVERIFY(!a);
    QCOMPARE(Counted::alive(), 0);
}

void tst_Lifetime::cleanup_thatKeepsTheStoreAlive()
{
    std::optional<Atom<Counted>> rescued;
    {
        const auto a = atom(Counted(1));
        onMount(a, [&](MountEvent<Atom<Counted>> &event) {
            detail::Node *node = event.store().node().get(); // no handle, so that it does not keep it mounted
            return [&rescued, node] {
                rescued = Atom<Counted>(
                    detail::Ref<detail::SignalNode<Counted>>::share(static_cast<detail::SignalNode<Counted> *>(node)));
            };
        });
        a.get();
    }
    QVERIFY(rescued);
    QCOMPARE(rescued->get().number(), 1);
    QCOMPARE(Counted::alive(), 1);
    rescued->set(Counted(2));
    m_time->advance(5000);
    rescued.reset();
}

void tst_Lifetime::value_whoseEndWritesToAnotherStore()
{
    const auto log = atom(0);
    Trace trace;
    const auto l = log.listen([&](int value) { trace.add("log", value); });
    {
        const auto a = atom(AtEnd([&] { log.set(log.get() + 1); }));
        a.set(AtEnd([&] { log.set(log.get() + 10); }));
        QCOMPARE(trace.take(), "log1");
    }
    QCOMPARE(trace.take(), "log11");
    const auto b = atom(AtEnd());
    const auto lb = b.listen([&](const AtEnd &, const AtEnd &) { trace.add("b"); });
    b.set(AtEnd([&] { log.set(log.get() + 100); }));
    trace.take();
    b.set(AtEnd());
    QCOMPARE(trace.take(), "b log111");
}

void tst_Lifetime::value_whoseEndEndsASubscription()
{
    const auto a = atom(1);
    Trace trace;
    auto subscription = std::make_shared<Subscription>(a.listen(trace.adds("L")));
    {
        const auto holder = atom(AtEnd([subscription] { subscription->reset(); }));
        subscription.reset();
        a.set(2);
    }
    a.set(3);
    QCOMPARE(trace.take(), "L");
}

void tst_Lifetime::value_replacedAfterListenersAreDone()
{
    const auto a = atom(std::make_shared<int>(1));
    int seen = 0;
    const auto l = a.listen([&](const std::shared_ptr<int> &value, const std::shared_ptr<int> &old) {
        if (*value < 5) {
            a.set(std::make_shared<int>(*value + 1));
        }
        seen = *old; // still there after its store was set again
    });
    a.set(std::make_shared<int>(2));
    QCOMPARE(seen, 4);
}

void tst_Lifetime::values_thatHoldEachOtherInAChain()
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
    auto listener = std::optional(count->listen([] {}));
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
