// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "modelsignals.h"

#include "support/manualtime.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

using namespace nanostores;

struct Cell
{
    Q_GADGET
    Q_PROPERTY(int a MEMBER a FINAL)
    Q_PROPERTY(int b MEMBER b FINAL)

public:
    int id = 0;
    int a = 0;
    int b = 0;

    friend bool operator==(const Cell &, const Cell &) = default;
};

namespace {

/// Knows of a model only what its signals tell, and reads only what they say has changed.
class Mirror
{
public:
    using Row = std::map<int, QVariant>;

    explicit Mirror(const QAbstractItemModel &model)
        : m_model(model)
    {
        for (int row = 0; row < model.rowCount(); ++row) {
            m_rows.push_back(read(row));
        }
        QObject::connect(&model, &QAbstractItemModel::rowsInserted, &m_context,
                         [this](const QModelIndex &, int first, int last) {
                             for (int row = first; row <= last; ++row) {
                                 m_rows.insert(m_rows.begin() + row, read(row));
                             }
                         });
        QObject::connect(&model, &QAbstractItemModel::rowsRemoved, &m_context,
                         [this](const QModelIndex &, int first, int last) {
                             m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
                         });
        QObject::connect(&model, &QAbstractItemModel::rowsMoved, &m_context,
                         [this](const QModelIndex &, int first, int last, const QModelIndex &, int destination) {
                             ++m_moves;
                             const auto begin = m_rows.begin();
                             if (destination < first) {
                                 std::rotate(begin + destination, begin + first, begin + last + 1);
                             } else {
                                 std::rotate(begin + first, begin + last + 1, begin + destination);
                             }
                         });
        QObject::connect(&model, &QAbstractItemModel::dataChanged, &m_context,
                         [this](const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) {
                             for (int row = first.row(); row <= last.row(); ++row) {
                                 const Row now = read(row);
                                 for (const auto &[role, value] : now) {
                                     if (roles.isEmpty() || roles.contains(role)) {
                                         m_rows[row][role] = value;
                                     }
                                 }
                             }
                         });
        QObject::connect(&model, &QAbstractItemModel::modelReset, &m_context, [this] { m_failed = true; });
        QObject::connect(&model, &QAbstractItemModel::layoutChanged, &m_context, [this] { m_failed = true; });
    }

    bool agrees() const
    {
        if (m_failed || static_cast<int>(m_rows.size()) != m_model.rowCount()) {
            return false;
        }
        for (int row = 0; row < m_model.rowCount(); ++row) {
            if (m_rows[row] != read(row)) {
                return false;
            }
        }
        return true;
    }
    int takeMoves() { return std::exchange(m_moves, 0); }

private:
    Row read(int row) const
    {
        Row values;
        for (int role = StoreModel::KeyRole; role < StoreModel::FirstFieldRole + 2; ++role) {
            QVariant value = m_model.index(row, 0).data(role);
            if (role == StoreModel::ValueRole) {
                const Cell cell = value.value<Cell>();
                value = QVariant::fromValue(QList<int>{cell.id, cell.a, cell.b});
            }
            values[role] = value;
        }
        return values;
    }

    const QAbstractItemModel &m_model;
    std::vector<Row> m_rows;
    int m_moves = 0;
    bool m_failed = false;
    QObject m_context;
};

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

/// Is called by the signals of a model, of all kinds, before and after others are, and does what it was told to, a few
/// times.
class Saboteur
{
public:
    Saboteur(const QAbstractItemModel &model, std::function<void(bool mayDelete)> act)
        : m_act(std::move(act))
        , m_calls(*rc::gen::container<std::vector<int>>(12, rc::gen::inRange(0, 3)))
    {
        using Model = QAbstractItemModel;
        const auto on = [&](auto signal, bool mayDelete) {
            QObject::connect(&model, signal, &m_context, [this, mayDelete] { call(mayDelete); });
        };
        on(&Model::rowsAboutToBeInserted, false);
        on(&Model::rowsAboutToBeRemoved, false);
        on(&Model::rowsAboutToBeMoved, false);
        on(&Model::rowsInserted, true);
        on(&Model::rowsRemoved, true);
        on(&Model::rowsMoved, true);
        on(&Model::dataChanged, true);
        if (const auto *store = qobject_cast<const StoreModel *>(&model)) {
            QObject::connect(store, &StoreModel::countChanged, &m_context, [this] { call(true); });
        }
    }

private:
    void call(bool mayDelete)
    {
        if (!m_calls.empty()) {
            const int what = m_calls.back();
            m_calls.pop_back();
            if (what == 0) {
                m_act(mayDelete);
            }
        }
    }

    std::function<void(bool)> m_act;
    std::vector<int> m_calls;
    QObject m_context;
};

/// What the saboteurs do, drawn before they are called: random numbers cannot be drawn there.
std::vector<int> anyNumbers()
{
    return *rc::gen::container<std::vector<int>>(40, rc::gen::inRange(0, 1000));
}
int take(std::vector<int> &numbers)
{
    if (numbers.empty()) {
        return 0;
    }
    const int number = numbers.back();
    numbers.pop_back();
    return number;
}

/// A list of cells made of a number.
QList<Cell> cellsOf(int seed)
{
    QList<Cell> cells;
    const int count = seed % 7;
    for (int i = 0; i < count; ++i) {
        seed = (seed * 37 + 11) % 1009;
        const int id = seed % 12;
        const bool isNew = std::none_of(cells.begin(), cells.end(), [id](const Cell &cell) { return cell.id == id; });
        if (isNew) {
            cells.append({id, seed % 3, seed % 2});
        }
    }
    return cells;
}

/// Runs the model of make() under edits, while saboteurs write and, now and then, delete it.
template<typename Make, typename Edit>
void checkSabotage(Make make, Edit edit, bool deletes)
{
    auto numbers = anyNumbers();
    QAbstractItemModel *model = make();
    bool deleted = false;
    const QPointer<QAbstractItemModel> alive(model);
    const auto act = [&](bool mayDelete) {
        if (deletes && mayDelete && !deleted && take(numbers) % 3 == 0) {
            deleted = true;
            delete model;
        } else {
            edit(take(numbers));
        }
    };
    {
        auto tester = std::make_unique<QAbstractItemModelTester>(model);
        const Saboteur before(*model, act);
        auto mirror = std::make_unique<Mirror>(*model);
        const Saboteur after(*model, act);
        const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000));
        for (const int step : steps) {
            if (step % 4 == 0) {
                batch([&] {
                    edit(step);
                    edit(step / 2);
                });
            } else {
                edit(step);
            }
            if (!alive) {
                break;
            }
            RC_ASSERT(mirror->agrees());
        }
    }
    RC_ASSERT(deleted || alive);
    if (alive) {
        delete model;
    }
}

Cell anyCell(int id)
{
    return {id, *rc::gen::inRange(0, 3), *rc::gen::inRange(0, 3)};
}

} // namespace

class tst_ModelScripts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void map_followsRandomEdits();
    void list_followsRandomLists();
    void list_movesAsFewRowsAsPossible();
    void derived_followRandomEdits();
    void nested_followRandomEdits();
    void map_survivesWritesAndDeletionInItsSignals();
    void list_survivesWritesAndDeletionInItsSignals();
    void derived_survivesWritesAndDeletionInItsSignals();
    void nested_survivesWritesAndDeletionInItsSignals();
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

void tst_ModelScripts::map_survivesWritesAndDeletionInItsSignals()
{
    for (const bool deletes : {false, true}) {
        QVERIFY(rc::check("a mirror agrees after each step", [deletes] {
            support::ManualTime time;
            const auto store = map<int, Cell>();
            const auto edit = [&store](int number) {
                if (number % 5 == 0) {
                    Dictionary<int, Cell> all;
                    for (const Cell &cell : cellsOf(number)) {
                        all.insert(cell.id, cell);
                    }
                    store.set(all);
                } else if (number % 5 == 1) {
                    store.removeKey(number % 12);
                } else {
                    store.setKey(number % 12, Cell{number % 12, number % 3, number % 2});
                }
            };
            checkSabotage([&store] { return new MapModel(store); }, edit, deletes);
        }));
    }
}

void tst_ModelScripts::list_survivesWritesAndDeletionInItsSignals()
{
    for (const bool deletes : {false, true}) {
        QVERIFY(rc::check("a mirror agrees after each step", [deletes] {
            support::ManualTime time;
            const auto store = atom(cellsOf(5));
            checkSabotage([&store] { return new ListModel(store, &Cell::id); },
                          [&store](int number) { store.set(cellsOf(number)); }, deletes);
        }));
    }
}

void tst_ModelScripts::derived_survivesWritesAndDeletionInItsSignals()
{
    for (const bool deletes : {false, true}) {
        QVERIFY(rc::check("a mirror agrees after each step", [deletes] {
            support::ManualTime time;
            const auto store = map<int, Cell>();
            const auto shown = sorted(filtered(store, &Cell::a), &Cell::b);
            checkSabotage([&shown] { return new MapModel(shown); },
                          [&store](int number) {
                              number % 5 ? store.setKey(number % 12, Cell{number % 12, number % 3, number % 7})
                                         : store.removeKey(number % 12);
                          },
                          deletes);
        }));
    }
}

void tst_ModelScripts::nested_survivesWritesAndDeletionInItsSignals()
{
    for (const bool deletes : {false, true}) {
        QVERIFY(rc::check("the lists inside groups agree after each step, and go with the outer model", [deletes] {
            support::ManualTime time;
            auto numbers = anyNumbers();
            const auto store = atom(cellsOf(6));
            using Cells = Group<int, QList<Cell>>;
            using Groups = ListModel<std::decay_t<decltype(grouped(store, &Cell::a))>, int Cells::*>;
            auto *groups = new Groups(grouped(store, &Cell::a), &Cells::key);
            groups->nest(nested("cells", &Cells::items, &Cell::id));
            const QPointer<QAbstractItemModel> alive(groups);
            const auto act = [&](bool mayDelete) {
                if (deletes && mayDelete && alive && take(numbers) % 3 == 0) {
                    delete groups;
                } else {
                    store.set(cellsOf(take(numbers)));
                }
            };
            std::vector<std::unique_ptr<Saboteur>> saboteurs;
            saboteurs.push_back(std::make_unique<Saboteur>(*groups, act));
            std::set<QAbstractItemModel *> seen;
            const int role = groups->roleNames().key("cells");
            for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000))) {
                store.set(cellsOf(step));
                if (!alive) {
                    break;
                }
                std::map<int, QList<Cell>> naive;
                for (const Cell &cell : store.get()) {
                    naive[cell.a].append(cell);
                }
                RC_ASSERT(groups->rowCount() == static_cast<int>(naive.size()));
                for (int row = 0; row < groups->rowCount(); ++row) {
                    auto *cells = groups->index(row).data(role).value<QAbstractItemModel *>();
                    const QList<Cell> &expected = naive[groups->index(row).data(StoreModel::KeyRole).toInt()];
                    RC_ASSERT(cells->rowCount() == expected.size());
                    if (seen.insert(cells).second) {
                        saboteurs.push_back(std::make_unique<Saboteur>(*cells, act));
                    }
                }
            }
            if (alive) {
                delete groups;
            }
        }));
    }
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
