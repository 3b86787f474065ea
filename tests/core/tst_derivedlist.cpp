// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "listworld.h"

#include <QtCore/QList>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace listworld;
using support::genProgram;

namespace {

using Ints = std::vector<int>;

/// What a derived list says of itself: its value, and a replay of its changes.
template<typename S>
struct Watched
{
    using C = typename S::value_type;
    using T = typename C::value_type;

    explicit Watched(const S &derived)
        : store(derived)
        , listener(store.listen([this](const C &now, const ListChange<T, C> &change) { replay(now, change); }))
        , old(store.listen([this](const C &, const C &before) { former.assign(before.begin(), before.end()); }))
    {
        replay.items.assign(store.peek().begin(), store.peek().end());
    }
    Watched(const Watched &) = delete;
    Watched &operator=(const Watched &) = delete;

    void check(const std::vector<T> &wanted)
    {
        const auto &items = store.peek();
        RC_ASSERT(std::vector<T>(items.begin(), items.end()) == wanted);
        RC_ASSERT(replay.items.size() == wanted.size());
        if (last != wanted) {
            RC_ASSERT(former == last);
        }
        last = wanted;
    }

    S store;
    Replay<C> replay;
    std::vector<T> former;
    std::vector<T> last{store.peek().begin(), store.peek().end()};
    Subscription listener;
    Subscription old;
};

template<typename C>
void run(const std::vector<Step> &program)
{
    using T = Of<C>;
    const List<T, C> store;
    Editor<C> editor(store);
    const auto limit = atom(item<T>(1));
    const auto turned = atom(false);
    const auto isMore = [](const T &each, const T &least) { return !(each < least); };
    const auto before = [](const T &a, const T &b, bool isTurned) { return isTurned ? b < a : a < b; };
    Watched some(filtered(store, limit, isMore));
    Watched ordered(sorted(store, turned, before));
    Watched both(filtered(ordered.store, limit, isMore));
    Watched twice(sorted(some.store, descending([](const T &each) { return each; })));
    const auto kind = [](const T &each) { return std::hash<T>{}(each) % 3; };
    using Kinds = Group<std::size_t, C>;
    Watched kinds(grouped(store, kind));
    Watched kindsSorted(grouped(ordered.store, kind));
    const auto seldom = sorted(store, turned, before); // read now and then
    const auto check = [&] {
        const auto plain = editor.plain();
        auto kept = plain;
        std::erase_if(kept, [&](const T &each) { return !isMore(each, limit.get()); });
        some.check(kept);
        const auto sortedBy = [&](std::vector<T> items) {
            std::stable_sort(items.begin(), items.end(),
                             [&](const T &a, const T &b) { return before(a, b, turned.get()); });
            return items;
        };
        ordered.check(sortedBy(plain));
        both.check(sortedBy(kept));
        const auto groupsOf = [&](const std::vector<T> &items) {
            std::vector<Kinds> groups;
            for (const T &each : items) {
                auto group = std::find_if(groups.begin(), groups.end(),
                                          [&](const Kinds &known) { return known.key == kind(each); });
                if (group == groups.end()) {
                    group = groups.insert(groups.end(), Kinds{kind(each), {}});
                }
                group->items.push_back(each);
            }
            return groups;
        };
        kinds.check(groupsOf(plain));
        kindsSorted.check(groupsOf(sortedBy(plain)));
        auto falling = kept;
        std::stable_sort(falling.begin(), falling.end(), [](const T &a, const T &b) { return b < a; });
        twice.check(falling);
    };
    for (std::size_t i = 0; i < program.size(); ++i) {
        const Step &step = program[i];
        if (step.what == 11) {
            step.a % 2 ? limit.set(item<T>(step.b % 5)) : turned.set(!turned.get());
        } else if (step.what == 12) {
            batch([&] {
                for (int n = 0; n < step.a; ++n) {
                    editor.edit(program[(i + static_cast<std::size_t>(n)) % program.size()]);
                    if (step.b % 3 == 0 && n == step.a / 2) {
                        limit.set(item<T>(step.c % 5));
                    }
                }
            });
        } else {
            batch([&] { editor.edit(step); });
        }
        check();
        if (step.c % 5 == 0) {
            const auto &read = seldom.get();
            RC_ASSERT(std::equal(read.begin(), read.end(), ordered.store.peek().begin(), ordered.store.peek().end()));
        }
    }
}

/// The functions of derived lists write the list that they are called for.
template<typename C>
void runMeddling(const std::vector<Step> &program)
{
    using T = Of<C>;
    const List<T, C> store;
    Editor<C> editor(store);
    std::optional<Step> plan;
    int callsLeft = 0;
    const auto meddle = [&] {
        if (plan && --callsLeft <= 0) {
            const Step planned = *std::exchange(plan, std::nullopt);
            editor.edit(planned);
        }
    };
    const auto isMore = [](const T &each) { return !(each < item<T>(1)); };
    const auto kind = [](const T &each) { return std::hash<T>{}(each) % 3; };
    const auto some = filtered(store, [&](const T &each) {
        meddle();
        return isMore(each);
    });
    const auto ordered = sorted(store, [&](const T &a, const T &b) {
        meddle();
        return a < b;
    });
    const auto kinds = grouped(ordered, [&](const T &each) {
        meddle();
        return kind(each);
    });
    const auto seldom = sorted(some, [&](const T &a, const T &b) { // read now and then
        meddle();
        return b < a;
    });
    Replay<C> someReplay;
    Replay<C> orderedReplay;
    const auto someListener = some.listen([&](const C &now, const ListChange<T, C> &c) { someReplay(now, c); });
    const auto orderedListener =
        ordered.listen([&](const C &now, const ListChange<T, C> &c) { orderedReplay(now, c); });
    const auto kindsListener = kinds.listen([] {});
    const auto agree = [](const C &seen, std::vector<T> wanted) {
        return std::equal(seen.begin(), seen.end(), wanted.begin(), wanted.end());
    };
    for (std::size_t i = 0; i < program.size(); ++i) {
        const Step &step = program[i];
        if (step.what == 11 && i + 1 < program.size()) {
            plan = program[i + 1];
            callsLeft = step.a % 9;
            continue;
        }
        batch([&] {
            editor.edit(step);
            if (step.what == 12) {
                static_cast<void>(some.get());
                editor.edit(program[static_cast<std::size_t>(step.b) % program.size()]);
            }
        });
        const auto lastOnes = step.c % 3 == 0 ? std::optional(seldom.get()) : std::nullopt;
        static_cast<void>(some.get());
        static_cast<void>(kinds.get());
        plan.reset();
        auto plain = editor.plain();
        RC_ASSERT(editor.stored() == plain);
        auto kept = plain;
        std::erase_if(kept, [&](const T &each) { return !isMore(each); });
        RC_ASSERT(agree(some.get(), kept));
        std::stable_sort(plain.begin(), plain.end());
        RC_ASSERT(agree(ordered.get(), plain));
        std::size_t inGroups = 0;
        for (const auto &group : kinds.get()) {
            inGroups += static_cast<std::size_t>(group.items.size());
        }
        RC_ASSERT(inGroups == plain.size());
        if (lastOnes) {
            std::stable_sort(kept.begin(), kept.end(), [](const T &a, const T &b) { return b < a; });
            RC_ASSERT(agree(seldom.get(), kept));
        }
    }
}

} // namespace

/// filtered() and sorted() of lists whose changes are known step by step.
class tst_DerivedList : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void derived_agreesWithAllComputedAnew();
    void functionsThatWriteTheList_readItAsItWas();
    void functionsThatWriteAnAtom_readItAsItWas();
    void order_ofEqualOnesIsThatOfTheList();
    void filter_asksAboutWhatChanges();
    void sort_comparesWhatChanges();
    void sort_byAnotherStoreIsAnotherOrder();
    void throwingFunction_isMadeGoodAtTheNextChange();
    void throwingFunction_leavesTheLastValue_data();
    void throwingFunction_leavesTheLastValue();
    void trigger_asksAboutAll();
    void setEqual_isAsked();
    void computed_copyIsKept();
    void unobserved_catchesUp();
};

void tst_DerivedList::derived_agreesWithAllComputedAnew()
{
    const bool holds = rc::check("derived lists agree with what is computed anew", [] {
        const auto program = *genProgram(13);
        run<std::vector<std::string>>(program);
        run<QList<int>>(program);
    });
    QVERIFY(holds);
}

void tst_DerivedList::functionsThatWriteTheList_readItAsItWas()
{
    const bool holds = rc::check("derived lists whose functions write the list agree with it in the end", [] {
        const auto program = *genProgram(13);
        runMeddling<std::vector<std::string>>(program);
        runMeddling<QList<int>>(program);
    });
    QVERIFY(holds);
}

void tst_DerivedList::functionsThatWriteAnAtom_readItAsItWas()
{
    QList<int> numbers;
    for (int i = 0; i < 100; ++i) {
        numbers.append(i * 37 % 100);
    }
    const auto store = atom(numbers);
    bool writes = false;
    const auto write = [&] {
        if (std::exchange(writes, false)) {
            store.set({3, 1, 2});
        }
    };
    const auto ordered = sorted(store, [&](int a, int b) {
        write();
        return a < b;
    });
    const auto some = filtered(store, [&](int n) {
        write();
        return n > 1;
    });
    const auto kinds = grouped(store, [&](int n) {
        write();
        return n % 2;
    });
    writes = true;
    static_cast<void>(ordered.get());
    QCOMPARE(ordered.get(), (QList<int>{1, 2, 3}));
    store.set(numbers);
    writes = true;
    static_cast<void>(some.get());
    QCOMPARE(some.get(), (QList<int>{3, 2}));
    store.set(numbers);
    writes = true;
    static_cast<void>(kinds.get());
    QCOMPARE(kinds.get().front().items, (QList<int>{3, 1}));
}

/// Pairs, of which the first ones are sorted by.
void tst_DerivedList::order_ofEqualOnesIsThatOfTheList()
{
    const bool holds = rc::check("a sorted list is that of a stable sort", [] {
        using Item = std::pair<int, int>;
        const List<Item> store;
        const auto ordered = sorted(store, &Item::first);
        const auto listener = ordered.listen([] {});
        int number = 0;
        for (const Step &step : *genProgram(5)) {
            const std::size_t size = store.size();
            const auto at = [](int n, std::size_t count) { return static_cast<std::size_t>(n) % count; };
            const Item item(step.c % 3, ++number);
            switch (step.what) {
            case 0:
                store.insert(at(step.a, size + 1), item);
                break;
            case 1:
                store.append(item);
                break;
            default:
                if (size == 0) {
                    break;
                }
                if (step.what == 2) {
                    store.setAt(at(step.a, size), item);
                } else if (step.what == 3) {
                    store.move(at(step.a, size), at(step.b, size));
                } else {
                    store.removeAt(at(step.a, size));
                }
            }
            auto wanted = store.get();
            std::stable_sort(wanted.begin(), wanted.end(),
                             [](const Item &a, const Item &b) { return a.first < b.first; });
            RC_ASSERT(ordered.get() == wanted);
        }
    });
    QVERIFY(holds);
}

void tst_DerivedList::filter_asksAboutWhatChanges()
{
    const auto store = list(Ints(1000, 2));
    int asked = 0;
    const auto even = filtered(store, [&](int n) {
        ++asked;
        return n % 2 == 0;
    });
    const auto listener = even.listen([] {});
    QCOMPARE(even.get().size(), 1000u);
    asked = 0;
    store.setAt(500, 3);
    store.insertAll(10, {4, 5});
    store.removeAt(0, 3);
    store.move(0, 100);
    store.sort();
    QCOMPARE(asked, 3);
    QCOMPARE(even.get().size(), 997u);
}

void tst_DerivedList::sort_comparesWhatChanges()
{
    Ints numbers;
    for (int i = 0; i < 1024; ++i) {
        numbers.push_back(i * 7 % 1024);
    }
    const auto store = list(numbers);
    int compared = 0;
    const auto ordered = sorted(store, [&](int a, int b) {
        ++compared;
        return a < b;
    });
    const auto listener = ordered.listen([] {});
    compared = 0;
    store.setAt(500, 2000);
    store.append(-1);
    store.removeAt(0);
    QVERIFY2(compared < 200, qPrintable(QString::number(compared)));
    QCOMPARE(ordered.get().front(), -1);
    QCOMPARE(ordered.get().back(), 2000);
}

void tst_DerivedList::sort_byAnotherStoreIsAnotherOrder()
{
    const auto store = list({3, 1, 2});
    const auto turned = atom(false);
    const auto ordered = sorted(store, turned, [](int a, int b, bool isTurned) { return isTurned ? b < a : a < b; });
    std::vector<std::size_t> order;
    const auto listener = ordered.listen([&](const Ints &, const ListChange<int> &change) {
        QCOMPARE(change.steps.size(), 1u);
        for (std::size_t i = 0; i < 3; ++i) {
            order.push_back(change.steps.front().before(i));
        }
    });
    turned.set(true);
    QCOMPARE(order, (std::vector<std::size_t>{2, 1, 0}));
    QCOMPARE(ordered.get(), (Ints{3, 2, 1}));
}

void tst_DerivedList::throwingFunction_isMadeGoodAtTheNextChange()
{
    const auto store = list({3, 1, 2});
    bool throws = false;
    const auto some = filtered(store, [&](int n) {
        if (throws && n == 9) {
            throw 1;
        }
        return n > 1;
    });
    int calls = 0;
    const auto listener = some.listen([&](const Ints &, const ListChange<int> &) { ++calls; });
    const auto size = computed(some, [](const Ints &items) { return items.size(); });
    const auto sizes = size.listen([] {});
    throws = true;
    QVERIFY_THROWS_EXCEPTION(int, batch([&] {
                                 store.append(5);
                                 store.append(9);
                                 store.removeAt(0);
                             }));
    throws = false;
    store.append(1);
    QCOMPARE(some.get(), (Ints{2, 5, 9}));
    QCOMPARE(size.get(), 3u);
    QVERIFY(calls > 0);
}

void tst_DerivedList::throwingFunction_leavesTheLastValue_data()
{
    QTest::addColumn<int>("steps");
    QTest::newRow("few steps") << 1;
    QTest::newRow("many steps") << 50;
}

void tst_DerivedList::throwingFunction_leavesTheLastValue()
{
    QFETCH(const int, steps);
    const auto store = list({3, 1, 2});
    bool throws = false;
    const auto check = [&](int n) {
        if (throws && n == 9) {
            throw 1;
        }
        return n;
    };
    const auto some = filtered(store, [&](int n) { return check(n) > 1; });
    const auto ordered = sorted(some, [&](int a, int b) { return check(a) < check(b); });
    const auto kinds = grouped(store, [&](int n) { return check(n) % 2; });
    Ints before;
    const auto listener = some.listen([&](const Ints &, const Ints &old) { before = old; });
    const auto orders = ordered.listen([] {});
    const auto groups = kinds.listen([] {});
    const auto lastKinds = kinds.peek();
    throws = true;
    bool hasThrown = false;
    try {
        batch([&] {
            for (int i = 0; i < steps; ++i) {
                store.insert(0, 5);
                store.move(0, 2);
            }
            store.removeAt(0);
            store.append(9);
        });
    } catch (int) {
        hasThrown = true;
    }
    QVERIFY(hasThrown);
    QCOMPARE(some.peek(), (Ints{3, 2}));
    QCOMPARE(ordered.peek(), (Ints{2, 3}));
    QVERIFY(kinds.peek() == lastKinds);
    QVERIFY(before.empty());
    throws = false;
    store.append(1);
    QCOMPARE(before, (Ints{3, 2}));
    Ints wanted = store.get();
    std::erase(wanted, 1);
    QCOMPARE(some.get(), wanted);
    std::sort(wanted.begin(), wanted.end());
    QCOMPARE(ordered.get(), wanted);
    QVERIFY(kinds.get() == grouped(store, [](int n) { return n % 2; }).get());
}

void tst_DerivedList::trigger_asksAboutAll()
{
    const auto store = list({3, 1, 2});
    int least = 1;
    bool isTurned = false;
    const auto some = filtered(store, [&](int n) { return n > least; });
    const auto ordered = sorted(store, [&](int a, int b) { return isTurned ? b < a : a < b; });
    const auto listener = some.listen([] {});
    const auto orders = ordered.listen([] {});
    least = 2;
    isTurned = true;
    trigger(store);
    QCOMPARE(some.get(), (Ints{3}));
    QCOMPARE(ordered.get(), (Ints{3, 2, 1}));
    store.append(4);
    QCOMPARE(some.get(), (Ints{3, 4}));
    QCOMPARE(ordered.get(), (Ints{4, 3, 2, 1}));
}

void tst_DerivedList::setEqual_isAsked()
{
    const auto store = list({3, 1, 2});
    const auto ordered = sorted(store);
    ordered.setEqual([](const Ints &a, const Ints &b) { return a.size() == b.size(); });
    int calls = 0;
    const auto listener = ordered.listen([&] { ++calls; });
    store.setAt(0, 7);
    QCOMPARE(calls, 0);
    store.append(4);
    QCOMPARE(calls, 1);
    QCOMPARE(ordered.get(), (Ints{1, 2, 4, 7}));
}

void tst_DerivedList::computed_copyIsKept()
{
    const auto store = list({3, 1, 2});
    const Computed<Ints> ordered = sorted(store);
    const auto listener = ordered.listen([] {});
    store.append(0);
    QCOMPARE(ordered.get(), (Ints{0, 1, 2, 3}));
}

void tst_DerivedList::unobserved_catchesUp()
{
    const auto store = list({3, 1, 2});
    const auto ordered = sorted(store);
    QCOMPARE(ordered.get(), (Ints{1, 2, 3}));
    for (int i = 0; i < 5000; ++i) {
        store.setAt(static_cast<std::size_t>(i) % 3, i);
    }
    QCOMPARE(ordered.get(), (Ints{4997, 4998, 4999}));
    store.append(5);
    QCOMPARE(ordered.peek(), (Ints{5, 4997, 4998, 4999}));
}

SUPPORT_PROPERTY_MAIN(tst_DerivedList)
#include "tst_derivedlist.moc"
