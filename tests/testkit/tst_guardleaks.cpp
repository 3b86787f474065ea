// SPDX-License-Identifier: MIT

// What a test leaves behind is found, named and ended.

#include <nanostores/core.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/testkit.h>

#include "support/manualtime.h"

#include <QTest>

#include <memory>
#include <optional>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

struct View
{
    explicit View(const Atom<int> &store)
        : listener(store.listen([this](int value) { seen = value; }))
    {
    }
    Subscription listener;
    int seen = 0;
};

bool contains(const Lines &lines, const char *text)
{
    for (const std::string &line : lines) {
        if (line.find(text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

} // namespace

class tst_GuardLeaks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void none();
    void listener_isNamedAndEnded();
    void listener_detached();
    void listener_takesTheOldMap();
    void listener_ofBeforeStays();
    void effect_isNamedAndEnded();
    void effect_innerOnesEndWithIt();
    void effect_ofBeforeThatRanAgain();
    void scope_ends();
    void computed_thatAStoreOfBeforeNeeds();
    void store_isNamed();
    void store_isSaidWhereItWasMade();
    void store_thatAListenerHoldsIsFreed();
    void store_left();
    void all_left();
    void timer_isNamedAndDropped();
    void timer_ofTheLibrary();
    void task_isNamedAndForgotten();
    void task_ofBeforeGoesOn();
    void hook_isNamedAndRemoved();
    void pin_isNamedAndEnded();
    void mount_ofAnOldStoreByALeak();
    void mount_inItsDelayLeavesNothing();
    void everything_atOnce();
};

void tst_GuardLeaks::none()
{
    const auto old = atom(1);
    TestGuard guard;
    {
        const auto mine = atom(1);
        const auto twice = computed(mine, [](int value) { return value * 2; });
        const auto listener = twice.listen([] {});
        const auto runs = effect([&] { static_cast<void>(old()); });
        const auto hook = onMount(old, [] {});
        hook();
        mine.set(2);
        scheduler()->cancel(scheduler()->after(1ms, [] {}));
        const auto task = startTask();
        task();
    }
    QVERIFY2(guard.finish().leaks.empty(), guard.finish().text().c_str());
}

void tst_GuardLeaks::listener_isNamedAndEnded()
{
    const auto volume = atom(1);
    volume.setName("volume");
    TestGuard guard;
    View view(volume);
    const Report report = guard.finish();
    QCOMPARE(report.leaks.size(), std::size_t(1));
    QVERIFY(contains(report.leaks, "listener of store \"volume\" by "));
    QVERIFY(contains(report.leaks, "View::View"));
    volume.set(5);
    QCOMPARE(view.seen, 0);
    view.listener.reset(); // harmless
}

void tst_GuardLeaks::listener_detached()
{
    const auto count = atom(1);
    int calls = 0;
    TestGuard guard;
    count.listen([&] { ++calls; }).detach();
    count.set(2);
    QCOMPARE(guard.finish().leaks.size(), std::size_t(1));
    count.set(3);
    QCOMPARE(calls, 1);
}

void tst_GuardLeaks::listener_takesTheOldMap()
{
    const auto items = map<int, int>();
    int calls = 0;
    const auto mine = items.listen([&](const auto &, const auto &) { ++calls; });
    TestGuard guard;
    const auto leak = items.listen([&](const auto &, const auto &) { calls += 100; });
    items.setKey(1, 1);
    QCOMPARE(calls, 101);
    guard.finish();
    QCOMPARE(calls, 102);
    items.setKey(2, 2);
    QCOMPARE(calls, 103);
}

void tst_GuardLeaks::listener_ofBeforeStays()
{
    const auto count = atom(1);
    StoreSpy spy(count);
    TestGuard guard;
    const auto leak = count.listen([] {});
    guard.finish();
    count.set(2);
    QCOMPARE(spy.values(), Recorded<int>({2}));
}

void tst_GuardLeaks::effect_isNamedAndEnded()
{
    const auto count = atom(1);
    int runs = 0;
    bool cleaned = false;
    TestGuard guard;
    const auto leak = effect([&] {
        static_cast<void>(count());
        ++runs;
        return [&] { cleaned = true; };
    });
    const Report report = guard.finish();
    QCOMPARE(report.leaks.size(), std::size_t(1));
    QVERIFY(contains(report.leaks, "effect tst_GuardLeaks::effect_isNamedAndEnded"));
    QVERIFY(cleaned);
    count.set(2);
    QCOMPARE(runs, 1);
}

void tst_GuardLeaks::effect_innerOnesEndWithIt()
{
    const auto count = atom(1);
    int runs = 0;
    TestGuard guard;
    const auto leak = effect([&] {
        effect([&] {
            static_cast<void>(count());
            ++runs;
        }).detach();
    });
    QCOMPARE(guard.finish().leaks.size(), std::size_t(1));
    count.set(2);
    QCOMPARE(runs, 1);
}

void tst_GuardLeaks::effect_ofBeforeThatRanAgain()
{
    const auto count = atom(1);
    const auto runsOften = effect([&] {
        static_cast<void>(count());
        effect([&] { static_cast<void>(count()); }).detach(); // another one each time
    });
    TestGuard guard;
    count.set(2);
    QVERIFY2(guard.finish().ok(), guard.finish().text().c_str());
}

void tst_GuardLeaks::scope_ends()
{
    const auto count = atom(1);
    int runs = 0;
    TestGuard guard;
    const auto leak = effectScope([&] { effect(count, [&](int) { ++runs; }).detach(); });
    QCOMPARE(guard.finish().leaks.size(), std::size_t(1));
    count.set(2);
    QCOMPARE(runs, 1);
}

void tst_GuardLeaks::computed_thatAStoreOfBeforeNeeds()
{
    const auto count = atom(1);
    std::optional<Computed<int>> lazily;
    const auto label = computed([&] {
        if (!lazily) {
            lazily = computed(count, [](int value) { return value; });
        }
        return (*lazily)();
    });
    TestGuard guard;
    QCOMPARE(label.get(), 1);
    guard.leave(*lazily);
    QVERIFY2(guard.finish().ok(), guard.finish().text().c_str());
    count.set(3);
    QCOMPARE(label.get(), 3);
}

void tst_GuardLeaks::store_isNamed()
{
    TestGuard guard;
    const auto number = atom(1);
    const auto text = atom("").node();
    const auto named = atom(1);
    named.setName("named");
    const auto twice = computed(number, [](int value) { return value * 2; });
    const Report report = guard.finish();
    QCOMPARE(report.leaks.size(), std::size_t(4));
    QVERIFY(contains(report.leaks, "unnamed store of int"));
    QVERIFY(contains(report.leaks, "store \"named\""));
    QVERIFY(contains(report.leaks, "computed store tst_GuardLeaks::store_isNamed"));
}

static Atom<int> makeDraft()
{
    return atom(1).named("draft");
}

void tst_GuardLeaks::store_isSaidWhereItWasMade()
{
    TestGuard guard;
    const auto draft = makeDraft();
    const auto old = atom(0);
    const Report report = guard.finish();
    QVERIFY2(contains(report.leaks, "store \"draft\", made by "), report.text().c_str());
    QVERIFY2(contains(report.leaks, "unnamed store of int, made by tst_GuardLeaks::store_isSaidWhereItWasMade"),
             report.text().c_str());
}

void tst_GuardLeaks::store_thatAListenerHoldsIsFreed()
{
    TestGuard guard;
    std::weak_ptr<Subscription> listener;
    {
        const auto count = atom(1);
        auto held = std::make_shared<Subscription>();
        *held = count.listen([held] {}); // refers to itself: without an end
        listener = held;
    }
    QCOMPARE(guard.finish().leaks.size(), std::size_t(1)); // the listener; its store has gone with it
    *listener.lock() = {};
}

void tst_GuardLeaks::store_left()
{
    static std::optional<Atom<int>> made;
    TestGuard guard;
    made = atom(1);
    guard.leave(*made);
    QVERIFY(guard.finish().ok());
    made.reset();
}

void tst_GuardLeaks::all_left()
{
    const auto old = atom(1);
    TestGuard guard;
    const auto mine = atom(1);
    StoreSpy spy(old);
    const auto hook = onMount(old, [] {});
    const auto task = startTask();
    scheduler()->after(5ms, [] {});
    guard.leaveAll();
    const auto leak = atom(2);
    QCOMPARE(guard.finish().leaks.size(), std::size_t(1));
    task();
    old.set(2);
    QCOMPARE(spy.count(), 1);
}

void tst_GuardLeaks::timer_isNamedAndDropped()
{
    support::ManualTime time;
    int fired = 0;
    TestGuard guard;
    scheduler()->after(300ms, [&] { ++fired; });
    const Report report = guard.finish();
    QVERIFY(contains(report.leaks, "timer of 300 ms in tst_GuardLeaks::timer_isNamedAndDropped"));
    time.advance(1000);
    QCOMPARE(fired, 0);
}

void tst_GuardLeaks::timer_ofTheLibrary()
{
    support::ManualTime time;
    int fired = 0;
    detail::Timer timer;
    TestGuard guard;
    timer.start(300ms, [&] { ++fired; });
    const Report report = guard.finish();
    QVERIFY(contains(report.leaks, "timer of 300 ms in tst_GuardLeaks::timer_ofTheLibrary"));
    QVERIFY(!timer.active());
    time.advance(1000);
    QCOMPARE(fired, 0);
    timer.start(10ms, [&] { ++fired; });
    time.advance(10);
    QCOMPARE(fired, 1);
}

void tst_GuardLeaks::task_isNamedAndForgotten()
{
    TestGuard guard;
    TaskSource<void> never;
    const auto counted = task([asked = never.task()]() -> Task<void> { co_await asked; });
    const int line = __LINE__ - 1;
    const Report report = guard.finish();
    QCOMPARE(report.leaks.size(), std::size_t(1));
    QVERIFY(contains(report.leaks, (std::string(__FILE__) + ':' + std::to_string(line)).c_str()));
    QVERIFY(allTasks().done());
}

void tst_GuardLeaks::task_ofBeforeGoesOn()
{
    const auto end = startTask();
    TestGuard guard;
    QVERIFY(guard.finish().ok());
    QVERIFY(!allTasks().done());
    end();
    QVERIFY(allTasks().done());
}

void tst_GuardLeaks::hook_isNamedAndRemoved()
{
    const auto count = atom(1);
    count.setName("count");
    int mounts = 0;
    onMount(count, [&] { mounts += 100; });
    const auto other = atom(1);
    TestGuard guard;
    onMount(count, [&] { ++mounts; });
    onSet(other, [](auto &event) { event.abort(); });
    const Report report = guard.finish();
    QCOMPARE(report.leaks.size(), std::size_t(2));
    QVERIFY(contains(report.leaks, "onMount hook of store \"count\" in tst_GuardLeaks::hook_isNamedAndRemoved"));
    QVERIFY(contains(report.leaks, "onSet hook of unnamed store"));
    const auto listener = count.listen([] {});
    QCOMPARE(mounts, 100);
    other.set(2);
    QCOMPARE(other.get(), 2);
}

void tst_GuardLeaks::pin_isNamedAndEnded()
{
    const auto count = atom(1).named("count");
    const auto twice = computed(count, [](int value) { return value * 2; });
    twice.setName("twice");
    TestGuard guard;
    const auto pinned = pin(twice, 7);
    const auto quiet = withoutMounts(count);
    QCOMPARE(twice.get(), 7);
    const Report report = guard.finish();
    QVERIFY(contains(report.leaks, "pin of computed store \"twice\""));
    QVERIFY(contains(report.leaks, "withoutMounts() of store \"count\""));
    QCOMPARE(twice.get(), 2);
}

void tst_GuardLeaks::mount_ofAnOldStoreByALeak()
{
    const auto count = atom(1);
    int mounted = 0;
    onMount(count, [&] {
        ++mounted;
        return [&] { --mounted; };
    });
    TestGuard guard;
    const auto leak = count.listen([] {});
    QCOMPARE(mounted, 1);
    guard.finish();
    QCOMPARE(mounted, 0);
}

void tst_GuardLeaks::mount_inItsDelayLeavesNothing()
{
    const auto posts = atom(1);
    const auto other = atom(1);
    onMount(posts, [&] {
        auto runs = std::make_shared<Subscription>(effect([&] { static_cast<void>(other()); }));
        auto listens = std::make_shared<Subscription>(other.listen([] {}));
        const auto poll = scheduler()->after(100ms, [] {});
        const auto loading = startTask();
        return [=] {
            runs->reset();
            listens->reset();
            scheduler()->cancel(poll);
            loading();
        };
    });
    TestGuard guard;
    {
        const auto listener = posts.listen([] {});
    }
    QVERIFY2(guard.finish().ok(), guard.finish().text().c_str());
}

void tst_GuardLeaks::everything_atOnce()
{
    const auto old = atom(1);
    const auto items = map<int, int>({{1, 1}});
    TestGuard guard;
    std::vector<Subscription> leaks;
    std::vector<Atom<int>> stores;
    for (int i = 0; i < 50; ++i) {
        stores.push_back(atom(i));
        leaks.push_back(stores.back().listen([&] { old.set(old.get() + 1); }));
        leaks.push_back(effect([&, i] { items.setKey(i, old()); }));
        scheduler()->after(std::chrono::milliseconds(i), [&] { old.set(0); });
        static_cast<void>(startTask());
    }
    guard.advance(20ms);
    for (const auto &store : stores) {
        store.set(-1);
    }
    const Report report = guard.finish();
    QCOMPARE(report.leaks.size(), std::size_t(50 * 4 + 29));
    QCOMPARE(old.get(), 1);
    QVERIFY(items.get() == (Dictionary<int, int>{{1, 1}}));
    QVERIFY(report.notRestored.empty());
}

QTEST_APPLESS_MAIN(tst_GuardLeaks)
#include "tst_guardleaks.moc"
