// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "modelmirror.h"
#include "modelsignals.h"

#include "support/manualtime.h"

#include <QtCore/QSet>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

using namespace nanostores;

namespace {

/// How many elements stand outside a longest increasing subsequence: the least number of rows to move.
int leastMoves(const std::vector<int> &order)
{
    std::vector<int> tails;
    for (const int number : order) {
        const auto place = std::lower_bound(tails.begin(), tails.end(), number);
        if (place == tails.end()) {
            tails.push_back(number);
        } else {
            *place = number;
        }
    }
    return static_cast<int>(order.size() - tails.size());
}

Cell anyCell(int id)
{
    return {id, *rc::gen::inRange(0, 3), *rc::gen::inRange(0, 3)};
}

} // namespace

/// Models follow their stores through random edits.
class tst_ModelScripts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void map_followsRandomEdits();
    void list_followsRandomLists();
    void list_movesAsFewRowsAsPossible();
    void list_laysOutWhatWouldBeManyMoves();
    void derived_followRandomEdits();
    void nested_followRandomEdits();
    void derived_writesTheSource();
};

void tst_ModelScripts::map_followsRandomEdits()
{
    QVERIFY(rc::check("a mirror of the model agrees with the store after each step", [] {
        support::ManualTime time;
        Dictionary<int, Cell> initial;
        for (const int id : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40))) {
            initial.insert(id, anyCell(id));
        }
        const auto store = map(initial);
        MapModel model(store);
        QAbstractItemModelTester tester(&model);
        Mirror mirror(model);
        const auto edit = [&store] {
            const int id = *rc::gen::inRange(0, 40);
            switch (*rc::gen::inRange(0, 5)) {
            case 0:
            case 1:
                store.setKey(id, anyCell(id));
                break;
            case 2:
                store.removeKey(id);
                break;
            case 3: {
                Dictionary<int, Cell> next;
                for (const int other : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40))) {
                    const Cell *present = store.peek().find(other);
                    next.insert(other, present && *rc::gen::arbitrary<bool>() ? *present : anyCell(other));
                }
                store.set(next);
                break;
            }
            default: // goes to the end
                if (const Cell *present = store.peek().find(id)) {
                    const Cell same = *present;
                    store.removeKey(id);
                    store.setKey(id, same);
                }
            }
        };
        // Another listener, heard before the model, that writes now and then.
        const auto writes = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40));
        std::size_t write = 0;
        const auto steps = *rc::gen::inRange(1, 12);
        for (int step = 0; step < steps; ++step) {
            const Subscription writer = *rc::gen::inRange(0, 4) == 0 ? store.listen([&] {
                if (write < writes.size()) {
                    const int id = writes[write++];
                    id % 2 ? store.removeKey(id) : store.setKey(id, Cell{id, id, id});
                }
            })
                                                                     : Subscription();
            if (*rc::gen::arbitrary<bool>()) {
                edit();
            } else {
                const auto edits = *rc::gen::inRange(0, 40);
                batch([&] {
                    for (int i = 0; i < edits; ++i) {
                        edit();
                    }
                });
            }
            RC_ASSERT(mirror.agrees());
            RC_ASSERT(static_cast<std::size_t>(model.rowCount()) == store.get().size());
            int row = 0;
            for (const auto &[key, value] : store.get()) {
                RC_ASSERT(model.rowOf(key) == row);
                RC_ASSERT(model.index(row).data(StoreModel::KeyRole).toInt() == key);
                RC_ASSERT(model.index(row).data(StoreModel::ValueRole).value<Cell>() == value);
                ++row;
            }
        }
    }));
}

void tst_ModelScripts::list_followsRandomLists()
{
    QVERIFY(rc::check("a mirror of the model agrees with the store after each list", [] {
        support::ManualTime time;
        const auto anyList = [] { // keys may come twice
            QList<Cell> list;
            for (const int id : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 30))) {
                list.append(anyCell(id));
            }
            return list;
        };
        const auto store = atom(anyList());
        ListModel model(store, &Cell::id);
        QAbstractItemModelTester tester(&model);
        Mirror mirror(model);
        const auto steps = *rc::gen::inRange(1, 8);
        for (int step = 0; step < steps; ++step) {
            store.set(anyList());
            RC_ASSERT(mirror.agrees());
            RC_ASSERT(model.rowCount() == store.get().size());
            for (int row = 0; row < model.rowCount(); ++row) {
                RC_ASSERT(model.index(row).data(StoreModel::ValueRole).value<Cell>() == store.get().at(row));
            }
        }
    }));
}

void tst_ModelScripts::list_movesAsFewRowsAsPossible()
{
    QVERIFY(rc::check("no more moves than rows outside a longest increasing subsequence", [] {
        support::ManualTime time;
        const int count = *rc::gen::inRange(0, 50);
        std::vector<int> order(count);
        for (int i = 0; i < count; ++i) {
            order[i] = i;
        }
        const auto store = atom(order);
        for (int i = count - 1; i > 0; --i) {
            std::swap(order[i], order[*rc::gen::inRange(0, i + 1)]);
        }
        ListModel model(store);
        Mirror mirror(model);
        store.set(order);
        RC_ASSERT(mirror.takeMoves() <= leastMoves(order));
        for (int row = 0; row < count; ++row) {
            RC_ASSERT(model.index(row).data(StoreModel::KeyRole).toInt() == order[row]);
        }
    }));
}

/// A long list in a new order: one change of the layout, which persistent indexes, selections and tables follow.
void tst_ModelScripts::list_laysOutWhatWouldBeManyMoves()
{
    support::ManualTime time;
    std::mt19937 random(1);
    for (int round = 0; round < 5; ++round) {
        QList<Cell> cells;
        for (int id = 0; id < 4000; ++id) {
            cells.append({id, static_cast<int>(random() % 3), 0});
        }
        const auto store = atom(cells);
        ListModel model(store, &Cell::id);
        TableModel table(&model, {{QStringLiteral("a"), "a"}});
        QAbstractItemModelTester tester(&model);
        QAbstractItemModelTester tableTester(&table);
        Mirror mirror(model);
        KeySelection selection(&model);
        std::vector<std::pair<int, QPersistentModelIndex>> followed;
        QVariantList selected;
        for (int id = 0; id < 4000; id += 7) {
            followed.emplace_back(id, id % 2 == 0 ? model.index(id) : table.index(id, 0));
            selected.append(id);
        }
        selection.setSelectedKeys(selected);
        const int first = static_cast<int>(random() % 500);
        std::shuffle(cells.begin() + first, cells.end() - static_cast<int>(random() % 500), random);
        if (round > 1) {
            cells.remove(static_cast<int>(random() % 1000), 100);
            cells.insert(static_cast<int>(random() % 1000), {5000 + round, 1, 1});
            cells[static_cast<int>(random() % 1000)].b = 5;
        }
        store.set(cells);
        QVERIFY(mirror.agrees());
        QCOMPARE(mirror.takeLayouts(), 1);
        QCOMPARE(mirror.takeMoves(), 0);
        const auto rowOf = [&cells](int id) {
            const auto found =
                std::find_if(cells.begin(), cells.end(), [id](const Cell &cell) { return cell.id == id; });
            return found == cells.end() ? -1 : static_cast<int>(found - cells.begin());
        };
        for (const auto &[id, index] : followed) {
            QCOMPARE(index.row(), rowOf(id));
        }
        QCOMPARE(selection.selectedKeys(), selected);
        const QModelIndexList shown = selection.selectedIndexes();
        QSet<int> keys;
        for (const QModelIndex &index : shown) {
            keys.insert(index.data(StoreModel::KeyRole).toInt());
        }
        for (const QVariant &key : selected) {
            QCOMPARE(keys.contains(key.toInt()), rowOf(key.toInt()) >= 0);
        }
    }
}

void tst_ModelScripts::derived_followRandomEdits()
{
    QVERIFY(rc::check("one changed item gives one change, one move, one insertion or one removal at most", [] {
        support::ManualTime time;
        QList<Cell> cells;
        const int count = *rc::gen::inRange(1, 20);
        for (int id = 0; id < count; ++id) {
            cells.append(anyCell(id));
        }
        const auto store = atom(cells);
        const auto least = atom(1);
        ListModel few(filtered(store, least, [](const Cell &cell, int a) { return cell.a >= a; }), &Cell::id);
        ListModel ordered(sorted(store, &Cell::b), &Cell::id);
        QAbstractItemModelTester fewTester(&few);
        QAbstractItemModelTester orderedTester(&ordered);
        Mirror fewMirror(few);
        Mirror orderedMirror(ordered);
        Signals fewTold(few);
        Signals orderedTold(ordered);
        const auto steps = *rc::gen::inRange(1, 12);
        for (int step = 0; step < steps; ++step) {
            const int place = *rc::gen::inRange(0, count);
            cells[place] = anyCell(cells[place].id);
            store.set(cells);
            RC_ASSERT(fewTold.take().count(' ') <= 0);
            const QByteArray told = orderedTold.take();
            RC_ASSERT(told.count('>') <= 1 && told.count('~') <= 1 && !told.contains('+') && !told.contains('-'));
            RC_ASSERT(fewMirror.agrees());
            RC_ASSERT(orderedMirror.agrees());
            if (*rc::gen::inRange(0, 4) == 0) {
                least.set(*rc::gen::inRange(0, 3));
                fewTold.take();
                RC_ASSERT(fewMirror.agrees());
            }
        }
        QList<Cell> naive;
        std::copy_if(cells.begin(), cells.end(), std::back_inserter(naive),
                     [&least](const Cell &cell) { return cell.a >= least.get(); });
        RC_ASSERT(few.store().get() == naive);
        std::stable_sort(cells.begin(), cells.end(), [](const Cell &a, const Cell &b) { return a.b < b.b; });
        RC_ASSERT(ordered.store().get() == cells);
    }));
}

void tst_ModelScripts::nested_followRandomEdits()
{
    QVERIFY(rc::check("the lists inside groups agree with a naive grouping after each step", [] {
        support::ManualTime time;
        const auto anyCells = [] {
            QList<Cell> cells;
            for (int id = 0; id < 20; ++id) {
                if (*rc::gen::inRange(0, 3) > 0) {
                    cells.insert(*rc::gen::inRange<int>(0, static_cast<int>(cells.size()) + 1), anyCell(id));
                }
            }
            return cells;
        };
        const auto store = atom(anyCells());
        using Cells = Group<int, QList<Cell>>;
        ListModel groups(grouped(store, &Cell::a), &Cells::key);
        groups.nest(nested("cells", &Cells::items, &Cell::id));
        QAbstractItemModelTester tester(&groups);
        const int role = groups.roleNames().key("cells");
        std::map<QAbstractItemModel *, std::unique_ptr<Mirror>> mirrors;
        std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
        const auto steps = *rc::gen::inRange(1, 8);
        for (int step = 0; step < steps; ++step) {
            std::map<int, QList<Cell>> naive;
            for (const Cell &cell : store.get()) {
                naive[cell.a].append(cell);
            }
            RC_ASSERT(groups.rowCount() == static_cast<int>(naive.size()));
            for (int row = 0; row < groups.rowCount(); ++row) {
                const QModelIndex index = groups.index(row);
                auto *cells = index.data(role).value<QAbstractItemModel *>();
                const QList<Cell> &expected = naive[index.data(StoreModel::KeyRole).toInt()];
                RC_ASSERT(cells->rowCount() == expected.size());
                for (int place = 0; place < expected.size(); ++place) {
                    RC_ASSERT(cells->index(place, 0).data(StoreModel::ValueRole).value<Cell>() == expected[place]);
                }
                if (!mirrors.contains(cells)) {
                    mirrors.emplace(cells, std::make_unique<Mirror>(*cells));
                    testers.push_back(std::make_unique<QAbstractItemModelTester>(cells));
                }
                RC_ASSERT(mirrors.at(cells)->agrees());
            }
            store.set(anyCells());
        }
    }));
}

void tst_ModelScripts::derived_writesTheSource()
{
    QVERIFY(rc::check("an edit of a row of a derived list changes that item of the source, and no other", [] {
        support::ManualTime time;
        QList<Cell> cells;
        Dictionary<int, Cell> entries;
        const int count = *rc::gen::inRange(1, 15);
        for (int id = 0; id < count; ++id) {
            cells.insert(*rc::gen::inRange(0, id + 1), anyCell(id));
            entries.insert(id, anyCell(id));
        }
        const auto list = atom(cells);
        const auto dictionary = map(entries);
        const auto shown = sorted(filtered(list, &Cell::a), descending(&Cell::b));
        const auto shownEntries = filtered(sorted(dictionary, &Cell::b), &Cell::a);
        using Cells = Group<int, QList<Cell>>;
        const auto groups = sorted(grouped(shown, &Cell::b), &Cells::key);
        ListModel rows(shown, &Cell::id);
        MapModel mapRows(shownEntries);
        ListModel groupRows(groups, &Cells::key);
        groupRows.nest(nested("cells", &Cells::items, &Cell::id));
        const bool observed = *rc::gen::arbitrary<bool>();
        std::vector<std::unique_ptr<Mirror>> mirrors;
        if (observed) {
            mirrors.push_back(std::make_unique<Mirror>(rows));
            mirrors.push_back(std::make_unique<Mirror>(mapRows));
        }
        const auto steps = *rc::gen::inRange(1, 12);
        for (int step = 0; step < steps; ++step) {
            QAbstractItemModel *model = &rows;
            const int which = *rc::gen::inRange(0, 3);
            if (which == 1) {
                model = &mapRows;
            } else if (which == 2 && groupRows.rowCount() > 0) {
                const QModelIndex group = groupRows.index(*rc::gen::inRange(0, groupRows.rowCount()));
                model = group.data(groupRows.roleNames().key("cells")).value<QAbstractItemModel *>();
            }
            if (model->rowCount() == 0) {
                continue;
            }
            const QModelIndex row = model->index(*rc::gen::inRange(0, model->rowCount()), 0);
            const int key = row.data(StoreModel::KeyRole).toInt();
            Cell wanted = row.data(StoreModel::ValueRole).value<Cell>();
            const bool isB = *rc::gen::arbitrary<bool>();
            const int value = *rc::gen::inRange(0, 3);
            (isB ? wanted.b : wanted.a) = value;
            RC_ASSERT(model->setData(row, value, model->roleNames().key(isB ? "b" : "a")));
            if (which == 1) {
                entries.insert(key, wanted);
            } else {
                *std::find_if(cells.begin(), cells.end(), [key](const Cell &cell) { return cell.id == key; }) = wanted;
            }
            RC_ASSERT(list.get() == cells);
            RC_ASSERT(dictionary.get() == entries);
            for (const auto &mirror : mirrors) {
                RC_ASSERT(mirror->agrees());
            }
            RC_ASSERT(rows.rowCount() == shown.get().size());
        }
    }));
}

QTEST_GUILESS_MAIN(tst_ModelScripts)
#include "tst_modelscripts.moc"
