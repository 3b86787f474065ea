// SPDX-License-Identifier: MIT

// pin() and withoutMounts().

#include <nanostores/core.h>
#include <nanostores/kit.h>
#include <nanostores/testkit.h>

#include "support/handlers.h"
#include "support/manualtime.h"
#include "support/rows.h"

#include <QTest>

#include <map>
#include <memory>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

Computed<int> twiceOf(const Atom<int> &count, bool listed, int *runs = nullptr)
{
    const auto f = [runs](int value) {
        if (runs) {
            ++*runs;
        }
        return value * 2;
    };
    if (listed) {
        return computed(count, f);
    }
    return computed([count, f] { return f(count()); });
}

} // namespace

class tst_Pin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holds_whateverItsSourcesSay_data() { support::addListedAndTracked(); }
    void holds_whateverItsSourcesSay();
    void observers_areNotifiedAsOfAChange_data() { support::addListedAndTracked(); }
    void observers_areNotifiedAsOfAChange();
    void equalValue_isSilent();
    void function_doesNotRun_data() { support::addListedAndTracked(); }
    void function_doesNotRun();
    void sourceThatThrows_doesNotMatter_data() { support::addListedAndTracked(); }
    void sourceThatThrows_doesNotMatter();
    void functionThatThrows_doesNotMatter();
    void dependents_follow();
    void several_lastCounts();
    void several_endInAnyOrder();
    void throughAProbe();
    void storeThatWasNeverRead();
    void effectsOfItsFunction_end();
    void batchedStore();
    void asynchronousStore();
    void derivedList();
    void child();
    void inABatch();
    void inItsOwnFunction();
    void observerThrows();
    void outlivesTheHandles();
    void sources_stayMounted_data() { support::addListedAndTracked(); }
    void sources_stayMounted();
    void place_amongTheSinksStays_data() { support::addListedAndTracked(); }
    void place_amongTheSinksStays();
    void withoutMounts_hooksDoNotRun();
    void withoutMounts_afterItNextMountRuns();
    void withoutMounts_kitHooksAddedLate();
    void withoutMounts_mountedOnesStay();
    void withoutMounts_several();
};

void tst_Pin::holds_whateverItsSourcesSay()
{
    QFETCH(const bool, listed);
    const auto count = atom(1);
    const auto twice = twiceOf(count, listed);
    {
        const auto pinned = pin(twice, 5);
        QCOMPARE(twice.get(), 5);
        QCOMPARE(twice.peek(), 5);
        count.set(2);
        QCOMPARE(twice.get(), 5);
        const auto listener = twice.listen([] {});
        count.set(3);
        QCOMPARE(twice.get(), 5);
    }
    QCOMPARE(twice.get(), 6);
    count.set(4);
    QCOMPARE(twice.get(), 8);
}

void tst_Pin::observers_areNotifiedAsOfAChange()
{
    QFETCH(const bool, listed);
    const auto count = atom(1);
    const auto twice = twiceOf(count, listed);
    StoreSpy spy(twice);
    std::vector<int> seen;
    const auto sees = effect([&] { seen.push_back(twice()); });
    {
        const auto pinned = pin(twice, 5);
        QCOMPARE(spy.take(), Recorded<int>({5}));
        count.set(7);
        QCOMPARE(spy.count(), 0);
    }
    QCOMPARE(spy.take(), Recorded<int>({14}));
    QVERIFY(seen == (std::vector{2, 5, 14}));
    count.set(8);
    QCOMPARE(spy.take(), Recorded<int>({16}));
}

void tst_Pin::equalValue_isSilent()
{
    const auto count = atom(1);
    const auto twice = twiceOf(count, true);
    StoreSpy spy(twice);
    {
        const auto pinned = pin(twice, 2);
    }
    QCOMPARE(spy.count(), 0);
}

void tst_Pin::function_doesNotRun()
{
    QFETCH(const bool, listed);
    int runs = 0;
    const auto count = atom(1);
    const auto twice = twiceOf(count, listed, &runs);
    {
        const auto pinned = pin(twice, 5);
        const auto listener = twice.listen([] {});
        count.set(2);
        static_cast<void>(twice.get());
        QCOMPARE(runs, 0);
    }
    QCOMPARE(twice.get(), 4);
    QCOMPARE(runs, 1);
}

void tst_Pin::sourceThatThrows_doesNotMatter()
{
    QFETCH(const bool, listed);
    const auto count = atom(1);
    const auto breaks = computed(count, [](int value) { return support::orThrow(value, 1); });
    const auto user =
        listed ? computed(breaks, [](int value) { return value + 1; }) : computed([breaks] { return breaks() + 1; });
    QVERIFY(!support::thrownBy([&] { static_cast<void>(user.get()); }).isEmpty());
    {
        const auto pinned = pin(user, 5);
        QCOMPARE(user.peek(), 5);
        std::vector<int> seen;
        const auto sees = effect([&] { seen.push_back(user()); });
        QVERIFY(seen == std::vector{5});
    }
    QVERIFY(!support::thrownBy([&] { static_cast<void>(user.get()); }).isEmpty());
    count.set(2);
    QCOMPARE(user.get(), 3);
}

void tst_Pin::functionThatThrows_doesNotMatter()
{
    support::ErrorLog errors;
    const auto count = atom(1);
    const auto checked = computed(count, [](int value) { return support::orThrow(value, 2); });
    StoreSpy spy(checked);
    {
        const auto pinned = pin(checked, 5);
        count.set(2);
        QCOMPARE(spy.take(), Recorded<int>({5}));
    }
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("bad value")}); // it runs again, for its listener
    count.set(3);
    QCOMPARE(spy.take(), Recorded<int>({3}));
}

void tst_Pin::dependents_follow()
{
    const auto count = atom(1);
    const auto twice = twiceOf(count, true);
    const auto listed = computed(twice, [](int value) { return value + 1; });
    const auto tracked = computed([&] { return listed() * 10; });
    const auto pinned = pin(twice, 5);
    QCOMPARE(tracked.get(), 60);
    StoreSpy spy(tracked);
    count.set(2);
    QCOMPARE(spy.count(), 0);
    const auto again = pin(twice, 6);
    QCOMPARE(spy.values(), Recorded<int>({70}));
}

void tst_Pin::several_lastCounts()
{
    const auto count = atom(1);
    const auto twice = twiceOf(count, false);
    const auto outer = pin(twice, 5);
    {
        const auto inner = pin(twice, 6);
        QCOMPARE(twice.get(), 6);
    }
    QCOMPARE(twice.get(), 5);
}

void tst_Pin::several_endInAnyOrder()
{
    const auto count = atom(1);
    const auto twice = twiceOf(count, true);
    StoreSpy spy(twice);
    auto one = pin(twice, 5);
    auto two = pin(twice, 6);
    auto three = pin(twice, 7);
    one.reset();
    QCOMPARE(twice.get(), 7);
    three.reset();
    QCOMPARE(twice.get(), 6);
    two.reset();
    QCOMPARE(spy.values(), Recorded<int>({5, 6, 7, 6, 2}));
}

void tst_Pin::throughAProbe()
{
    const auto count = atom(1);
    const auto twice = twiceOf(count, true);
    TestGuard guard;
    {
        StoreSpy spy(twice);
        auto pinned = pin(twice, 5);
        count.set(3);
        QCOMPARE(twice.get(), 5);
        pinned.reset();
        QCOMPARE(spy.values(), Recorded<int>({5, 6}));
    }
    QVERIFY2(guard.finish().ok(), guard.finish().text().c_str());
}

void tst_Pin::storeThatWasNeverRead()
{
    const auto count = atom(1);
    const auto twice = twiceOf(count, false);
    {
        const auto pinned = pin(twice, 5);
    }
    QCOMPARE(twice.get(), 2);
}

void tst_Pin::effectsOfItsFunction_end()
{
    const auto count = atom(1);
    int alive = 0;
    const auto nesting = computed([&] {
        effect([&] {
            ++alive;
            return [&] { --alive; };
        }).detach();
        return count();
    });
    const auto listener = nesting.listen([] {});
    QCOMPARE(alive, 1);
    {
        const auto pinned = pin(nesting, 5);
        QCOMPARE(alive, 0);
        QCOMPARE(nesting.get(), 5);
    }
    QCOMPARE(alive, 1);
    count.set(2);
    QCOMPARE(alive, 1);
    QCOMPARE(nesting.get(), 2);
}

void tst_Pin::batchedStore()
{
    support::ManualTime time;
    const auto count = atom(1);
    const auto twice = batched(count, [](int value) { return value * 2; });
    StoreSpy spy(twice);
    {
        const auto pinned = pin(twice, 5);
        QCOMPARE(spy.count(), 0); // as of any other change
        time.advance(0);
        QCOMPARE(spy.take(), Recorded<int>({5}));
        count.set(4);
        time.advance(0);
        QCOMPARE(spy.count(), 0);
    }
    time.advance(0);
    QCOMPARE(spy.take(), Recorded<int>({8}));
}

void tst_Pin::asynchronousStore()
{
    const auto id = atom(1);
    std::vector<TaskSource<int>> asked;
    const auto user = computed(id, [&](int) {
        asked.emplace_back();
        return asked.back().task();
    });
    StoreSpy spy(user);
    {
        const auto pinned = pin(user, 5);
        asked[0].resolve(100); // too late
        QCOMPARE(user.get(), std::optional(5));
    }
    QCOMPARE(asked.size(), std::size_t(2));
    asked[1].resolve(7);
    QCOMPARE(user.get(), std::optional(7));
    QCOMPARE(spy.take().back(), std::optional(7));
}

void tst_Pin::derivedList()
{
    using Ints = std::vector<int>;
    const auto store = list({3, 1, 2});
    const auto some = filtered(store, [](int n) { return n > 1; });
    const auto ordered = sorted(some);
    Ints now;
    Ints before;
    const auto listener = some.listen([&](const Ints &value, const Ints &old) {
        now = value;
        before = old;
    });
    int wholeChanges = 0;
    const auto changes =
        some.listen([&](const Ints &, const ListChange<int> &change) { wholeChanges += change.whole; });
    const auto orders = ordered.listen([] {});
    {
        const auto pinned = pin(some, Ints{9, 8, 7});
        QCOMPARE(now, (Ints{9, 8, 7}));
        QCOMPARE(before, (Ints{3, 2}));
        QCOMPARE(ordered.get(), (Ints{7, 8, 9}));
        store.append(5);
        QCOMPARE(some.get(), (Ints{9, 8, 7}));
    }
    QCOMPARE(now, (Ints{3, 2, 5}));
    QCOMPARE(before, (Ints{9, 8, 7}));
    QCOMPARE(ordered.get(), (Ints{2, 3, 5}));
    QCOMPARE(wholeChanges, 2);
    store.append(4);
    QCOMPARE(now, (Ints{3, 2, 5, 4}));
    QCOMPARE(wholeChanges, 2);
    {
        const auto pinned = pin(some, Ints{1});
    }
    QCOMPARE(some.get(), (Ints{3, 2, 5, 4}));
}

void tst_Pin::child()
{
    const auto users = signal(std::map<std::string, int>{{"ann", 1}});
    const auto ann = nanostores::child(users, std::string("ann"));
    {
        const auto pinned = pin(ann, 9);
        QCOMPARE(ann(), std::optional(9));
        ann(std::optional(2));
        QCOMPARE(ann(), std::optional(9));
    }
    QCOMPARE(ann(), std::optional(2));
}

void tst_Pin::inABatch()
{
    const auto count = atom(1);
    const auto twice = twiceOf(count, true);
    StoreSpy spy(twice);
    batch([&] {
        const auto pinned = pin(twice, 5);
        QCOMPARE(twice.get(), 5);
        count.set(2);
    });
    QCOMPARE(twice.get(), 4);
    QCOMPARE(spy.values().back(), 4);
}

void tst_Pin::inItsOwnFunction()
{
    const auto count = atom(1);
    std::optional<Computed<int>> store;
    Pin pinned;
    store = computed([&] {
        if (count() == 2 && !pinned) {
            pinned = pin(*store, 50);
        }
        return count();
    });
    const auto listener = store->listen([] {});
    count.set(2);
    QCOMPARE(store->get(), 50);
    pinned.reset();
    count.set(3);
    QCOMPARE(store->get(), 3);
    store.reset();
}

void tst_Pin::observerThrows()
{
    support::ErrorLog errors;
    const auto count = atom(1);
    const auto twice = twiceOf(count, true);
    {
        const auto listener = twice.listen([] { support::fail("observer"); });
        QCOMPARE(support::thrownBy([&] { static_cast<void>(pin(twice, 5)); }), QStringLiteral("observer"));
    }
    QCOMPARE(twice.get(), 2);
    QCOMPARE(errors.take().size(), 1); // at the end of the pin that is none
}

void tst_Pin::outlivesTheHandles()
{
    Pin pinned;
    {
        const auto count = atom(1);
        pinned = pin(twiceOf(count, true), 5);
    }
    pinned.reset();
}

void tst_Pin::sources_stayMounted()
{
    QFETCH(const bool, listed);
    support::ManualTime time;
    const auto count = atom(1);
    int mounts = 0;
    onMount(count, [&] { ++mounts; });
    const auto twice = twiceOf(count, listed);
    const auto listener = twice.listen([] {});
    {
        const auto pinned = pin(twice, 5);
        time.advance(1000);
        QVERIFY(isMounted(count));
    }
    QCOMPARE(mounts, 1);
}

void tst_Pin::place_amongTheSinksStays()
{
    QFETCH(const bool, listed);
    const auto count = atom(1);
    const auto twice = twiceOf(count, listed);
    std::string order;
    const auto one = twice.listen([&] { order += 'c'; });
    const auto two = effect([&] {
        static_cast<void>(count());
        order += 'e';
    });
    const auto reads = effect([&] {
        static_cast<void>(twice());
        order += 'r';
    });
    order.clear();
    count.set(2);
    const std::string before = std::exchange(order, {});
    {
        const auto pinned = pin(twice, 5);
        count.set(3);
    }
    order.clear();
    count.set(4);
    QCOMPARE(order, before);
}

void tst_Pin::withoutMounts_hooksDoNotRun()
{
    const auto posts = atom(1);
    int mounts = 0;
    int starts = 0;
    onMount(posts, [&] { ++mounts; });
    onStart(posts, [&] { ++starts; });
    const auto quiet = withoutMounts(posts);
    const auto listener = posts.listen([] {});
    static_cast<void>(posts.get());
    QCOMPARE(mounts, 0);
    QCOMPARE(starts, 1);
    QVERIFY(!isMounted(posts));
}

void tst_Pin::withoutMounts_afterItNextMountRuns()
{
    support::ManualTime time;
    const auto posts = atom(1);
    int mounts = 0;
    onMount(posts, [&] { ++mounts; });
    auto quiet = withoutMounts(posts);
    auto listener = posts.listen([] {});
    quiet.reset();
    const auto other = posts.listen([] {});
    QCOMPARE(mounts, 0);
    listener.reset();
    {
        const auto last = posts.listen([] {});
    }
    QCOMPARE(mounts, 0);
}

void tst_Pin::withoutMounts_kitHooksAddedLate()
{
    const auto posts = signal(1);
    int mounts = 0;
    const auto quiet = withoutMounts(posts);
    const auto runs = effect([&] { static_cast<void>(posts()); });
    onMount(mountable(posts), [&] { ++mounts; });
    QCOMPARE(mounts, 0);
}

void tst_Pin::withoutMounts_mountedOnesStay()
{
    support::ManualTime time;
    const auto posts = atom(1);
    int mounted = 0;
    onMount(posts, [&] {
        ++mounted;
        return [&] { --mounted; };
    });
    auto listener = posts.listen([] {});
    const auto quiet = withoutMounts(posts);
    QCOMPARE(mounted, 1);
    listener.reset();
    time.advance(1000);
    QCOMPARE(mounted, 0);
}

void tst_Pin::withoutMounts_several()
{
    const auto a = atom(1);
    const auto b = atom(1);
    int mounts = 0;
    onMount(a, [&] { ++mounts; });
    onMount(b, [&] { ++mounts; });
    auto both = withoutMounts(a, b);
    auto again = withoutMounts(a);
    both.reset();
    const auto one = a.listen([] {});
    const auto two = b.listen([] {});
    QCOMPARE(mounts, 1);
}

QTEST_APPLESS_MAIN(tst_Pin)
#include "tst_pin.moc"
