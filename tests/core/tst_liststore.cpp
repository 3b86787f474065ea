// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/edit.h>
#include <nanostores/core/graph/probe.h>

#include "listrecorder.h"
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

/// What every store can, of a list that is changed in place.
class tst_ListStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hooks_areAskedAboutTheEdit();
    void hooks_thatClearAndAskForTheNextValue();
    void update_inWhichTheLastHandleGoes();
    void removeIf_throwsWhatAListenerThrows();
    void edit_whenFollowed();
    void hooks_mayReplaceTheList();
    void hooks_thatWriteAreNoticed();
    void setEqual_comparesWholeLists();
    void snapshots_keepTheirItems();
    void itemsWithoutComparison_alwaysChange();
    void containers_ofOtherLibraries();
    void removedItems_endAfterTheChange();
    void values_areDescribedKeptRestoredAndEdited();
    void shared_isOneList();
    void mounting_followsObservers();
};

void tst_ListStore::hooks_areAskedAboutTheEdit()
{
    const auto store = list({1, 2, 3});
    Ints next;
    std::optional<ListEdit<int>> edit;
    int item = 0;
    bool aborts = false;
    const Unbind hook = onSet(store, [&](auto &event) {
        edit = event.edit() ? std::optional(*event.edit()) : std::nullopt;
        item = edit && edit->item ? *edit->item : 0;
        next = event.newValue();
        if (aborts) {
            event.abort();
        }
    });
    Recorder seen(store);
    store.setAt(1, 7);
    QVERIFY(edit->kind == Step::Set && edit->index == 1 && item == 7);
    QCOMPARE(next, (Ints{1, 7, 3}));
    store.insert(3, 8);
    QVERIFY(edit->kind == Step::Insert && edit->index == 3 && item == 8);
    QCOMPARE(next, (Ints{1, 7, 3, 8}));
    store.removeAt(0, 2);
    QVERIFY(edit->kind == Step::Remove && edit->count == 2);
    QCOMPARE(next, (Ints{3, 8}));
    store.set({5, 4});
    QVERIFY(!edit);
    store.sort();
    QVERIFY(edit->kind == Step::Order);
    QCOMPARE(next, (Ints{4, 5}));
    seen.take();
    aborts = true;
    store.append(1);
    store.move(0, 1);
    store.clear();
    store.set({});
    QCOMPARE(store.get(), (Ints{4, 5}));
    QCOMPARE(seen.take(), "");
    hook();
}

void tst_ListStore::hooks_mayReplaceTheList()
{
    const auto store = list({1, 2, 3});
    const Unbind hook = onSet(store, [](auto &event) {
        Ints sorted = event.newValue();
        std::sort(sorted.begin(), sorted.end());
        event.replace(sorted);
    });
    Recorder seen(store);
    store.insert(0, 9);
    QCOMPARE(store.get(), (Ints{1, 2, 3, 9}));
    QCOMPARE(seen.take(), "(whole)");
    hook();
}

void tst_ListStore::hooks_thatWriteAreNoticed()
{
    const auto store = list({1, 2, 3});
    bool writes = true;
    const Unbind hook = onSet(store, [&] {
        if (std::exchange(writes, false)) {
            store.clear();
        }
    });
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, store.setAt(2, 5));
    QCOMPARE(store.get(), Ints());
    store.append(1);
    hook();
}

void tst_ListStore::setEqual_comparesWholeLists()
{
    const auto store = list({1, 2});
    store.setEqual([](const Ints &a, const Ints &b) { return a.size() == b.size(); });
    Recorder seen(store);
    store.setAt(0, 5);
    store.move(0, 1);
    QCOMPARE(store.get(), (Ints{1, 2}));
    QCOMPARE(seen.take(), "");
    store.append(7);
    QCOMPARE(store.get(), (Ints{1, 2, 7}));
    QCOMPARE(seen.take(), "(whole)");
}

void tst_ListStore::snapshots_keepTheirItems()
{
    const auto store = list(QList<int>{1, 2, 3});
    const QList<int> held = store.get();
    store.setAt(0, 9);
    store.move(0, 2);
    store.removeAt(0);
    store.append(4);
    QCOMPARE(held, (QList<int>{1, 2, 3}));
    QCOMPARE(store.get(), (QList<int>{3, 9, 4}));
}

void tst_ListStore::itemsWithoutComparison_alwaysChange()
{
    struct Plain
    {
        int n;
    };
    const auto store = list(std::vector<Plain>{{1}, {2}});
    int calls = 0;
    const auto listener = store.listen([&] { ++calls; });
    const auto size = computed(store, [](const auto &items) { return items.size(); });
    const auto sizes = size.listen([] {});
    store.setAt(0, {1});
    store.move(0, 1);
    store.set({{1}});
    QCOMPARE(calls, 3);
    QCOMPARE(size.get(), 1u);
}

void tst_ListStore::containers_ofOtherLibraries()
{
    const auto text = list(QList<QByteArray>{"b", "a"});
    const auto bits = list(std::deque<bool>{true, false});
    int changes = 0;
    const auto listener = text.listen([&](const auto &, const ListChange<QByteArray, QList<QByteArray>> &change) {
        changes += static_cast<int>(change.steps.size());
    });
    text.sort();
    text.insertAll(1, {"c", "d"});
    text.append("e");
    QCOMPARE(text.get(), (QList<QByteArray>{"a", "c", "d", "b", "e"}));
    QCOMPARE(changes, 3);
    bits.setAt(1, true);
    bits.insert(0, false);
    bits.removeAt(2);
    QCOMPARE(bits.get(), (std::deque<bool>{false, true}));
}

void tst_ListStore::removedItems_endAfterTheChange()
{
    const auto store = list<std::shared_ptr<void>>();
    std::size_t sizeThen = 99;
    const auto item = [&] { return std::shared_ptr<void>(nullptr, [&](void *) { sizeThen = store.size(); }); };
    store.append(item());
    store.append(item());
    store.append(item());
    store.removeAt(0);
    QCOMPARE(sizeThen, 2u);
    store.setAt(0, nullptr);
    QCOMPARE(sizeThen, 2u);
    store.clear();
    QCOMPARE(sizeThen, 0u);
    { // the last handle goes with an item of the list
        auto own = list<std::shared_ptr<void>>();
        auto last = std::make_shared<std::optional<List<std::shared_ptr<void>>>>(own);
        own.append(std::shared_ptr<void>(nullptr, [last](void *) { last->reset(); }));
        const auto *const raw = &**last;
        own = list<std::shared_ptr<void>>();
        raw->removeAt(0);
        QVERIFY(!last->has_value());
    }
}

void tst_ListStore::values_areDescribedKeptRestoredAndEdited()
{
    const auto store = list({1, 2}).named("numbers");
    const std::string all = dump();
    QVERIFY2(QByteArray::fromStdString(all).contains(" = [1, 2], 0 observers"), all.c_str());
    auto kept = detail::keep(*store.node());
    Recorder seen(store);
    Ints before;
    const auto listener = store.listen([&](const Ints &, const Ints &old) { before = old; });
    store.append(3);
    seen.take();
    QVERIFY(detail::restore(*store.node(), std::move(kept)));
    QCOMPARE(store.get(), (Ints{1, 2}));
    QCOMPARE(seen.take(), "(whole)");
    QCOMPARE(before, (Ints{1, 2, 3}));
}

void tst_ListStore::shared_isOneList()
{
    const auto one = shared<List<int>>("tst_list/numbers", Ints{1});
    const auto other = shared<List<int>>("tst_list/numbers", Ints{2});
    other.append(5);
    QCOMPARE(one.get(), (Ints{1, 5}));
}

void tst_ListStore::mounting_followsObservers()
{
    const auto store = list<int>();
    int mounts = 0;
    const Unbind hook = onMount(store, [&] {
        ++mounts;
        store.append(1);
    });
    Recorder seen(store);
    QCOMPARE(mounts, 1);
    QCOMPARE(store.get(), Ints{1});
    hook();
}

void tst_ListStore::hooks_thatClearAndAskForTheNextValue()
{
    const auto store = list<int>({1, 2, 3});
    bool inside = false;
    const Unbind hook = onSet(store, [&](SetEvent<List<int>> &event) {
        if (!std::exchange(inside, true)) {
            store.clear();
            static_cast<void>(event.newValue());
        }
    });
    QVERIFY_THROWS_EXCEPTION(std::out_of_range, store.setAt(2, 9));
    QVERIFY(store.isEmpty());
}

void tst_ListStore::update_inWhichTheLastHandleGoes()
{
    auto store = std::make_unique<List<int>>(list<int>({1}));
    store->update(0, [&](int &item) {
        store.reset();
        item = 2;
    });
    QVERIFY(!store);
}

/// However many runs of items there are.
void tst_ListStore::removeIf_throwsWhatAListenerThrows()
{
    for (const int count : {1, 100}) {
        const auto store = list<int>();
        for (int i = 0; i < 2 * count; ++i) {
            store.append(i);
        }
        const auto listener = store.listen([](const auto &) { throw std::runtime_error("listener"); });
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, store.removeIf([](int item) { return item % 2 == 0; }));
        QCOMPARE(store.size(), std::size_t(count));
    }
}

/// A probe changes nothing: what edit() does counts as a change.
void tst_ListStore::edit_whenFollowed()
{
    const auto shared = atom(std::make_shared<int>(1));
    int calls = 0;
    const auto listener = shared.listen([&] { ++calls; });
    shared.edit([](auto &pointer) { *pointer = 2; });
    QCOMPARE(calls, 1);
    detail::Probe probe;
    detail::attachProbe(probe);
    shared.edit([](auto &pointer) { *pointer = 3; });
    QCOMPARE(calls, 2);

    const auto owned = atom(std::vector<std::unique_ptr<int>>());
    owned.edit([](auto &items) { items.push_back(std::make_unique<int>(1)); });
    QCOMPARE(owned.peek().size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(tst_ListStore)
#include "tst_liststore.moc"
