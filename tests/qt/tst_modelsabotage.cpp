// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "modelmirror.h"
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

namespace {

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

} // namespace

/// Models outlast what is done inside their signals: writes, and their own end.
class tst_ModelSabotage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void map_survivesWritesAndDeletionInItsSignals();
    void list_survivesWritesAndDeletionInItsSignals();
    void derived_survivesWritesAndDeletionInItsSignals();
    void nested_survivesWritesAndDeletionInItsSignals();
};

void tst_ModelSabotage::map_survivesWritesAndDeletionInItsSignals()
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

void tst_ModelSabotage::list_survivesWritesAndDeletionInItsSignals()
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

void tst_ModelSabotage::derived_survivesWritesAndDeletionInItsSignals()
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

void tst_ModelSabotage::nested_survivesWritesAndDeletionInItsSignals()
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

QTEST_GUILESS_MAIN(tst_ModelSabotage)
#include "tst_modelsabotage.moc"
