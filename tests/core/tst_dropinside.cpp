// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace nanostores;
using support::AtEnd;
using support::Counted;
using support::Trace;

/// Handles and subscriptions that go inside functions of their stores.
class tst_DropInside : public support::CountedTest
{
    Q_OBJECT
private Q_SLOTS:
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

    void batch_writesOfWhatEndsWithItAreDrained();
    void batch_handlesThatGoInsideLeaveTheQueueSound();
};

void tst_DropInside::listener_isDestroyedWhenItsSubscriptionEnds()
{
    const auto a = atom(1);
    Subscription subscription = a.listen([counted = Counted()] {});
    QCOMPARE(Counted::alive(), 1);
    subscription.reset();
    QCOMPARE(Counted::alive(), 0);
}

void tst_DropInside::listener_removedWhileItRunsLivesToItsEnd()
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

void tst_DropInside::listener_dropsTheLastHandleOfItsStore()
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

void tst_DropInside::listener_dropsTheLastHandleOfAnotherStore()
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

void tst_DropInside::listener_dropsAComputedStoreBelow()
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

void tst_DropInside::listener_dropsEverything()
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

void tst_DropInside::listener_holdingItsOwnStoreEndsWithTheSubscription()
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

void tst_DropInside::computedFunction_dropsAStore()
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

void tst_DropInside::effect_dropsItself()
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

void tst_DropInside::batch_dropsStoresInside()
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

void tst_DropInside::hook_holdsTheStoreFromItsEvent()
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

void tst_DropInside::hook_dropsTheLastHandle()
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

void tst_DropInside::cleanup_dropsTheLastHandle()
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

void tst_DropInside::cleanup_thatKeepsTheStoreAlive()
{
    std::unique_ptr<Atom<Counted>> rescued;
    {
        const auto a = atom(Counted(1));
        onMount(a, [&](MountEvent<Atom<Counted>> &event) {
            detail::Node *node = event.store().node().get(); // no handle, so that it does not keep it mounted
            return [&rescued, node] {
                rescued = std::make_unique<Atom<Counted>>(
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

void tst_DropInside::value_whoseEndWritesToAnotherStore()
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

void tst_DropInside::value_whoseEndEndsASubscription()
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

void tst_DropInside::value_replacedAfterListenersAreDone()
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

void tst_DropInside::batch_writesOfWhatEndsWithItAreDrained()
{
    for (const int way : {0, 1, 2}) {
        const auto b = atom(0);
        int seen = -1;
        const auto e = effect([&] { seen = b(); });
        auto page = std::make_unique<Atom<int>>(atom(1));
        if (way == 0) {
            onMount(*page, [=] { return [=] { b.set(7); }; });
        } else if (way == 1) {
            onStop(*page, [=] { b.set(7); });
        } else {
            onStart(*page, [=] { return [=] { b.set(7); }; });
        }
        auto look = std::make_unique<Subscription>(page->listen([] {}));
        const auto trigger = atom(0);
        const auto t = trigger.listen([&] {
            look.reset();
            page.reset();
        });
        batch([&] { trigger.set(1); });
        QCOMPARE(b.get(), 7);
        QCOMPARE(seen, 7);
    }
}

void tst_DropInside::batch_handlesThatGoInsideLeaveTheQueueSound()
{
    const auto b = atom(0);
    int seen = -1;
    const auto e = effect([&] { seen = b(); });
    batch([&] {
        auto first = std::make_unique<Atom<int>>(atom(1));
        auto second = std::make_unique<Computed<int>>(computed(b, *first, [](int x, int y) { return x + y; }));
        onMount(*first, [=] { return [=] { b.set(b.get() + 1); }; });
        onMount(*second, [=] { return [=] { b.set(b.get() + 1); }; });
        Subscription s = second->listen([counted = Counted()] {});
        s.detach();
        Subscription inner = effect([second = *second] { second(); });
        b.set(5);
        inner.reset();
        second.reset();
        first.reset();
    });
    QCOMPARE(seen, 7);
    QCOMPARE(Counted::alive(), 0);
}

QTEST_APPLESS_MAIN(tst_DropInside)
#include "tst_dropinside.moc"
