// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/edit.h>

#include "listrecorder.h"
#include "support/handlers.h"
#include <QtCore/QList>

#include <QtTest/QTest>

#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;
using namespace listrecorder;

namespace {

struct Fragile
{
    Fragile() = default;
    explicit Fragile(std::string text)
        : name(std::move(text))
    {
    }
    Fragile(const Fragile &other)
        : name(other.name)
    {
        if (throws) {
            throw 1;
        }
    }
    Fragile(Fragile &&) noexcept = default;
    Fragile &operator=(const Fragile &) = default;
    Fragile &operator=(Fragile &&) noexcept = default;
    ~Fragile() = default;
    bool operator==(const Fragile &) const = default;

    static inline bool throws = false;
    std::string name;
};

} // namespace

/// A list that is changed in place: its edits, and what listeners are called with.
class tst_List : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void edits_changeTheList();
    void edits_notifyWithTheirSteps();
    void edits_thatChangeNothingAreSilent();
    void places_thatAreNotThereThrow();
    void update_changesACopyOfTheItem();
    void removeIf_isOneChange();
    void sort_byMembersAndFunctions();
    void sort_ofAContainerThatCannotReserve();
    void insertAll_ofItemsThatCannotBeCopiedLosesNothing();
    void sort_whoseFunctionWritesTheList();
    void removeIf_whoseFunctionWritesTheList();
    void sort_isStable();
    void listeners_takeTheOldList();
    void listeners_ofABatchGetAllSteps();
    void batch_joinsNeighbours();
    void batch_ofManyStepsIsAWholeChange();
    void listener_thatWritesDoesNotConfuseTheNext();
    void subscribe_beginsWithAWholeChange();
    void notify_hasNoSteps();
    void computed_followsAndComparesWithWhatItSaw();
    void effects_runOncePerChange();
};

void tst_List::edits_changeTheList()
{
    const auto store = list<int>();
    store.append(1);
    store.append(3);
    store.insert(1, 2);
    store.insert(0, 0);
    QCOMPARE(store.get(), (Ints{0, 1, 2, 3}));
    QCOMPARE(store.size(), 4u);
    QCOMPARE(store.at(2), 2);
    store.setAt(2, 7);
    store.move(0, 2);
    QCOMPARE(store.get(), (Ints{1, 7, 0, 3}));
    store.move(3, 0);
    QCOMPARE(store.get(), (Ints{3, 1, 7, 0}));
    store.removeAt(1);
    store.removeAt(1, 2);
    QCOMPARE(store.get(), Ints{3});
    store.appendAll({4, 5});
    store.insertAll(1, {8, 9});
    QCOMPARE(store.get(), (Ints{3, 8, 9, 4, 5}));
    store.sort(descending([](int n) { return n; }));
    QCOMPARE(store.get(), (Ints{9, 8, 5, 4, 3}));
    store.clear();
    QVERIFY(store.isEmpty());
    store.set({1, 2});
    QCOMPARE(store(), (Ints{1, 2}));
}

void tst_List::edits_notifyWithTheirSteps()
{
    const auto store = list({5, 6, 7});
    Recorder seen(store);
    store.setAt(1, 8);
    QCOMPARE(seen.take(), "(~1:6)");
    store.insert(0, 1);
    QCOMPARE(seen.take(), "(+0)");
    store.appendAll({2, 3});
    QCOMPARE(seen.take(), "(+4x2)");
    store.move(0, 5);
    QCOMPARE(seen.take(), "(0>5)");
    store.removeAt(1, 2);
    QCOMPARE(seen.take(), "(-1x2:8,7)");
    store.removeAt(0);
    QCOMPARE(seen.take(), "(-0:5)");
    store.sort();
    QCOMPARE(seen.take(), "(order:2,0,1)");
    store.set({9});
    QCOMPARE(seen.take(), "(whole)");
    store.clear();
    QCOMPARE(seen.take(), "(-0:9)");
}

void tst_List::edits_thatChangeNothingAreSilent()
{
    const auto store = list({5, 5, 7});
    Recorder seen(store);
    store.setAt(1, 5);
    store.update(2, [](int &) {});
    store.move(0, 1);
    store.move(2, 2);
    store.sort();
    store.removeAt(1, 0);
    store.insertAll(3, {});
    store.set({5, 5, 7});
    QCOMPARE(store.removeIf([](int) { return false; }), 0u);
    QCOMPARE(seen.take(), "");
}

void tst_List::places_thatAreNotThereThrow()
{
    const auto store = list({5, 6}).named("numbers");
    Recorder seen(store);
    const auto messageOf = [](auto f) {
        try {
            f();
        } catch (const std::out_of_range &error) {
            return QByteArray(error.what());
        }
        return QByteArray("nothing thrown");
    };
    QCOMPARE(messageOf([&] { store.setAt(2, 0); }),
             "nanostores: store \"numbers\" has 2 items, and no place 2; places count from 0");
    QCOMPARE(messageOf([&] { store.removeAt(1, 2); }),
             "nanostores: store \"numbers\" has 2 items, and no 2 from place 1 on; places count from 0");
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, store.insert(3, 0));
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, store.insertAll(3, {1}));
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, store.move(0, 2));
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, store.move(2, 0));
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, store.removeAt(static_cast<std::size_t>(-1)));
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, static_cast<void>(store.at(2)));
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, store.update(2, [](int &item) { ++item; }));
    QCOMPARE(seen.take(), "");
}

void tst_List::update_changesACopyOfTheItem()
{
    const auto store = list({5, 6});
    Recorder seen(store);
    store.update(1, [&](int &item) {
        item = 9;
        QCOMPARE(store.at(1), 6);
    });
    QCOMPARE(seen.take(), "(~1:6)");
    QVERIFY_THROWS_EXCEPTION(int, store.update(1, [](int &item) {
        item = 0;
        throw 1;
    }));
    QCOMPARE(store.at(1), 9);
}

void tst_List::removeIf_isOneChange()
{
    const auto store = list({1, 3, 2, 5, 4, 6, 7});
    Recorder seen(store);
    QCOMPARE(store.removeIf([](int n) { return n % 2 == 1; }), 4u);
    QCOMPARE(store.get(), (Ints{2, 4, 6}));
    QCOMPARE(seen.take(), "(-6:7 -3:5 -0x2:1,3)");
    Ints many;
    Ints even;
    for (int i = 0; i < 200; ++i) {
        many.push_back(i);
        if (i % 2 == 0) {
            even.push_back(i);
        }
    }
    store.set(many);
    seen.take();
    QCOMPARE(store.removeIf([](int n) { return n % 2 == 1; }), 100u);
    QCOMPARE(store.get(), even);
    QCOMPARE(seen.take(), "(whole)");
}

void tst_List::sort_byMembersAndFunctions()
{
    const auto store = list(std::vector<std::pair<int, std::string>>{{1, "c"}, {2, "a"}, {3, "b"}});
    const auto firsts = [&] {
        std::string all;
        for (const auto &each : store.get()) {
            all += std::to_string(each.first);
        }
        return QByteArray::fromStdString(all);
    };
    store.sort(&std::pair<int, std::string>::second);
    QCOMPARE(firsts(), "231");
    store.sort(&std::pair<int, std::string>::first);
    QCOMPARE(firsts(), "123");
    store.sort(descending(&std::pair<int, std::string>::first));
    QCOMPARE(firsts(), "321");
    store.sort([](const auto &a, const auto &b) { return a.second < b.second; });
    QCOMPARE(firsts(), "231");
}

void tst_List::sort_ofAContainerThatCannotReserve()
{
    const List<int, std::deque<int>> store(std::deque<int>{3, 1, 5, 2, 4, 0});
    store.sort();
    QVERIFY(store.get() == (std::deque<int>{0, 1, 2, 3, 4, 5}));
    std::deque<int> old;
    const auto listener = store.listen([&](const std::deque<int> &, const std::deque<int> &was) { old = was; });
    store.sort(descending([](int n) { return n; }));
    QVERIFY(store.get() == (std::deque<int>{5, 4, 3, 2, 1, 0}));
    QVERIFY(old == (std::deque<int>{0, 1, 2, 3, 4, 5}));
}

void tst_List::insertAll_ofItemsThatCannotBeCopiedLosesNothing()
{
    const List<Fragile, QList<Fragile>> store;
    store.append(Fragile{"a"});
    store.append(Fragile{"b"});
    const QList<Fragile> more{Fragile{"c"}};
    Fragile::throws = true;
    QVERIFY_THROWS_EXCEPTION(int, store.insertAll(1, more));
    Fragile::throws = false;
    QCOMPARE(store.size(), 2u);
    QCOMPARE(store.at(0).name, std::string("a"));
    QCOMPARE(store.at(1).name, std::string("b"));
    store.insertAll(1, more);
    QCOMPARE(store.at(1).name, std::string("c"));
}

void tst_List::sort_whoseFunctionWritesTheList()
{
    for (const int how : {0, 1, 2, 3}) {
        const auto store = list<std::string>();
        for (int i = 0; i < 100; ++i) {
            store.append(std::string(40, char('a' + i * 37 % 26)));
        }
        const auto write = [&] {
            switch (how) {
            case 0:
                store.clear();
                break;
            case 1:
                store.set({"one"});
                break;
            case 2:
                store.setAt(0, "another");
                break;
            default:
                store.append("another");
            }
        };
        bool isFirst = true;
        const auto byBoth = [&](const std::string &a, const std::string &b) {
            if (std::exchange(isFirst, false)) {
                write();
            }
            return a < b;
        };
        const QString message = support::thrownBy([&] { store.sort(byBoth); });
        QVERIFY2(message.contains(QStringLiteral("was written by what sorts it")), qPrintable(message));
        const auto written = store.get();
        isFirst = true;
        const auto byOne = [&](const std::string &a) {
            if (std::exchange(isFirst, false)) {
                write();
            }
            return a;
        };
        support::thrownBy([&] { store.sort(byOne); });
        QCOMPARE(store.size(), how == 3 ? written.size() + 1 : written.size());
    }
}

void tst_List::removeIf_whoseFunctionWritesTheList()
{
    for (const std::size_t count : {4u, 200u}) {
        const auto store = list<std::string>();
        for (std::size_t i = 0; i < count; ++i) {
            store.append(std::string(40, 'a'));
        }
        std::size_t calls = 0;
        const QString message = support::thrownBy([&] {
            store.removeIf([&](const std::string &item) {
                if (++calls == 2) {
                    store.set({"one"});
                }
                return calls % 2 == 1 && item.size() == 40;
            });
        });
        QVERIFY2(message.contains(QStringLiteral("was written by the function of removeIf()")), qPrintable(message));
        QCOMPARE(calls, count);
        QCOMPARE(store.get(), std::vector<std::string>{"one"});
    }
}

void tst_List::sort_isStable()
{
    const auto store = list({31, 10, 32, 11, 33});
    store.sort([](int n) { return n / 10; });
    QCOMPARE(store.get(), (Ints{10, 11, 31, 32, 33}));
    store.sort(descending([](int n) { return n / 10; }));
    QCOMPARE(store.get(), (Ints{31, 32, 33, 10, 11}));
}

void tst_List::listeners_takeTheOldList()
{
    const auto store = list({1, 2, 3});
    Ints before;
    const auto listener = store.listen([&](const Ints &, const Ints &old) { before = old; });
    store.setAt(0, 9);
    QCOMPARE(before, (Ints{1, 2, 3}));
    store.insertAll(1, {7, 8});
    QCOMPARE(before, (Ints{9, 2, 3}));
    store.removeAt(0, 2);
    QCOMPARE(before, (Ints{9, 7, 8, 2, 3}));
    store.move(0, 2);
    QCOMPARE(before, (Ints{8, 2, 3}));
    store.sort(descending([](int n) { return n; }));
    QCOMPARE(before, (Ints{2, 3, 8}));
    store.set({4});
    QCOMPARE(before, (Ints{8, 3, 2}));
    std::optional<Ints> asPointer;
    const auto pointer = store.listen([&](const Ints &, const Ints *old) { asPointer = *old; });
    store.append(5);
    QCOMPARE(asPointer, Ints{4});
}

void tst_List::listeners_ofABatchGetAllSteps()
{
    const auto store = list({1, 2, 3});
    Recorder seen(store);
    Ints before;
    const auto listener = store.listen([&](const Ints &, const Ints &old) { before = old; });
    batch([&] {
        store.setAt(1, 5);
        store.removeAt(0);
        store.append(6);
        store.setAt(0, 7);
    });
    QCOMPARE(seen.take(), "(~1:2 -0:1 +2 ~0:5)");
    QCOMPARE(before, (Ints{1, 2, 3}));
    batch([&] {
        store.append(1);
        store.set({});
        store.append(2);
    });
    QCOMPARE(seen.take(), "(whole)");
    QCOMPARE(before, (Ints{7, 3, 6}));
}

void tst_List::batch_joinsNeighbours()
{
    const auto store = list<int>();
    Recorder seen(store);
    batch([&] {
        for (int i = 0; i < 100; ++i) {
            store.append(i);
        }
    });
    QCOMPARE(seen.take(), "(+0x100)");
    Ints before;
    const auto listener = store.listen([&](const Ints &, const Ints &old) { before = old; });
    const Ints all = store.get();
    batch([&] {
        for (int i = 0; i < 96; ++i) {
            store.removeAt(0);
        }
    });
    QVERIFY(seen.take().startsWith("(-0x96:0,1,2,3"));
    QCOMPARE(before, all);
    batch([&] {
        for (int i = 0; i < 4; ++i) {
            store.removeAt(store.size() - 1);
        }
    });
    QCOMPARE(seen.take(), "(-0x4:96,97,98,99)");
    QCOMPARE(before, (Ints{96, 97, 98, 99}));
}

void tst_List::batch_ofManyStepsIsAWholeChange()
{
    const auto store = list(Ints(200, 1));
    std::size_t whole = 0;
    Ints before;
    const auto listener = store.listen([&](const Ints &, const Change &change) {
        whole += change.whole ? 1 : 0;
        before = *change.oldList;
    });
    batch([&] {
        for (int i = 0; i < 100; ++i) {
            store.insert(static_cast<std::size_t>(2 * i), i);
        }
    });
    QCOMPARE(whole, 1u);
    QCOMPARE(before, Ints(200, 1));
}

void tst_List::listener_thatWritesDoesNotConfuseTheNext()
{
    const auto store = list({1, 2, 3});
    const auto writer = store.listen([&] {
        if (store.size() == 4) {
            store.removeAt(0);
        }
    });
    Recorder seen(store);
    std::vector<std::pair<Ints, Ints>> calls;
    const auto old = store.listen([&](const Ints &now, const Ints &before) { calls.emplace_back(now, before); });
    store.append(4);
    QCOMPARE(seen.take(), "(+3 -0:1)()"); // at its first call the list was changed twice already
    QCOMPARE(calls.size(), 2u);
    QCOMPARE(calls[0], std::make_pair(Ints{2, 3, 4}, Ints{1, 2, 3}));
    QCOMPARE(calls[1], std::make_pair(Ints{2, 3, 4}, Ints{1, 2, 3, 4}));
}

void tst_List::subscribe_beginsWithAWholeChange()
{
    const auto store = list({1});
    std::string seen;
    const auto subscription =
        store.subscribe([&](const Ints &, const Change &change) { seen += '(' + text(change) + ')'; });
    store.append(2);
    QCOMPARE(QByteArray::fromStdString(seen), "(whole)(+1)");
}

void tst_List::notify_hasNoSteps()
{
    const auto store = list({1});
    Recorder seen(store);
    store.notify();
    QCOMPARE(seen.take(), "()");
}

void tst_List::computed_followsAndComparesWithWhatItSaw()
{
    const auto store = list({1, 2, 3});
    int runs = 0;
    const auto sum = computed(store, [&](const Ints &items) {
        ++runs;
        int all = 0;
        for (const int item : items) {
            all += item;
        }
        return all;
    });
    const auto listener = sum.listen([] {});
    QCOMPARE(sum.get(), 6);
    store.setAt(0, 4);
    store.append(5);
    QCOMPARE(sum.get(), 14);
    QCOMPARE(runs, 3);
    batch([&] { // taken back
        store.setAt(0, 7);
        store.setAt(1, 8);
        store.setAt(0, 4);
        store.setAt(1, 2);
    });
    batch([&] {
        store.append(1);
        store.removeAt(4);
    });
    batch([&] {
        store.move(0, 2);
        store.move(2, 0);
    });
    QCOMPARE(runs, 3);
    batch([&] {
        store.removeAt(0);
        store.insert(0, 9);
    });
    QCOMPARE(runs, 4);
    QCOMPARE(sum.get(), 19);
}

void tst_List::effects_runOncePerChange()
{
    const auto store = list({1, 2, 3});
    std::vector<Ints> seen;
    const auto watching = effect([&] { seen.push_back(store()); });
    store.sort(descending([](int n) { return n; }));
    store.removeAt(1);
    QCOMPARE(seen, (std::vector<Ints>{{1, 2, 3}, {3, 2, 1}, {3, 1}}));
}

QTEST_GUILESS_MAIN(tst_List)
#include "tst_list.moc"
