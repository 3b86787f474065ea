// SPDX-License-Identifier: MIT

// Random edits of a list or a map, of which any allocation, or any copy, move, comparison or hash of an item may fail.
// Whatever fails, a view has the rows that the model has, and these are the store's again after the next change.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/failing.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

SUPPORT_FAILING_NEW

using namespace nanostores;
using support::Failing;
using support::Fussy;

namespace {

/// What fails for a type of value, and how the value stands for a number.
template<typename V>
struct Kind;

template<>
struct Kind<std::string>
{
    static constexpr Failing::What Fails = Failing::Allocation;
    static std::string value(int n) { return support::text(n); }
    static int number(const std::string &value)
    {
        return value.empty() ? 0 : std::stoi(value.substr(value.rfind(' ') + 1));
    }
    static int keyNumber(const QVariant &key) { return number(key.toString().toStdString()); }
};

template<>
struct Kind<Fussy>
{
    static constexpr Failing::What Fails = Failing::Operation;
    static Fussy value(int n) { return Fussy(n); }
    static int number(const Fussy &value)
    {
        Fussy::consider();
        return value.number();
    }
    static int keyNumber(const QVariant &key) { return static_cast<const Fussy *>(key.constData())->number(); }
};

template<typename V>
struct Item
{
    int id = 0;
    V value{};

    friend bool operator==(const Item &a, const Item &b) { return a.id == b.id && a.value == b.value; }
};

/// A key whose comparisons, copies and hashes may fail as the values' may.
template<typename V>
struct KeyOf
{
    V operator()(const Item<V> &item) const { return Kind<V>::value(item.id); }
};

/// An item in plain terms.
struct Row
{
    int id;
    int number;

    friend bool operator==(const Row &, const Row &) = default;
    friend std::ostream &operator<<(std::ostream &to, const Row &row) { return to << row.id << ':' << row.number; }
};
using Rows = std::vector<Row>;

struct Edit
{
    friend std::ostream &operator<<(std::ostream &to, const Edit &edit)
    {
        return to << "{" << edit.kind << " " << edit.first << " " << edit.second << " " << edit.newId << "}";
    }
    enum Kind { Set, Insert, Remove, Move, Sort, Replace, End };
    int kind;
    int first;
    int second;
    int newId;
};

/// Several edits in a batch, or a single one.
struct Step
{
    std::vector<Edit> edits;
    long fails; ///< Which operation; 0: none.
    bool turns; ///< The event loop runs then.
};

std::vector<Step> anySteps()
{
    int lastId = 100;
    std::vector<Step> steps(*rc::gen::inRange<std::size_t>(1, 10));
    for (Step &step : steps) {
        const int count = *rc::gen::weightedElement<int>({{12, 1}, {3, 2}, {3, 3}, {1, 40}});
        const bool isFew = *rc::gen::inRange(0, 4) > 0;
        for (int i = 0; i < count; ++i) {
            const int kind = count > 3 ? Edit::Move : *rc::gen::inRange<int>(0, Edit::End);
            step.edits.push_back({kind, *rc::gen::inRange(0, 20), *rc::gen::inRange(0, 20), ++lastId});
        }
        step.fails = *rc::gen::inRange(0, 4) == 0 ? 0 : *rc::gen::inRange(1, isFew ? 40 : 400);
        step.turns = *rc::gen::arbitrary<bool>();
    }
    for (const Step &step : steps) {
        RC_LOG() << "fails " << step.fails << " turns " << step.turns << ":";
        for (const Edit &edit : step.edits) {
            RC_LOG() << ' ' << edit;
        }
        RC_LOG() << '\n';
    }
    return steps;
}

std::size_t placeIn(const Rows &rows, int number)
{
    return rows.empty() ? 0 : static_cast<std::size_t>(number) % rows.size();
}

/// What an edit makes of a list.
Rows edited(Rows rows, const Edit &edit)
{
    const std::size_t place = placeIn(rows, edit.first);
    const auto at = rows.begin() + static_cast<std::ptrdiff_t>(place);
    switch (edit.kind) {
    case Edit::Insert:
        rows.insert(at, {edit.newId, edit.second});
        break;
    case Edit::Sort:
        std::stable_sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) { return a.number < b.number; });
        break;
    case Edit::Replace:
        std::reverse(rows.begin(), rows.end());
        rows.resize(rows.size() / 2);
        rows.push_back({edit.newId, edit.second});
        for (std::size_t i = 0; i < rows.size(); i += 2) {
            ++rows[i].number;
        }
        break;
    default:
        break;
    }
    if (rows.empty()) {
        return rows;
    }
    switch (edit.kind) {
    case Edit::Set:
        rows[place].number = edit.second;
        break;
    case Edit::Remove:
        rows.erase(at, at + std::min<std::ptrdiff_t>(1 + edit.second % 3, rows.end() - at));
        break;
    case Edit::Move: {
        const Row row = *at;
        rows.erase(at);
        rows.insert(
            rows.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(edit.second) % (rows.size() + 1)), row);
        break;
    }
    default:
        break;
    }
    return rows;
}

template<typename V, typename C>
C itemsOf(const Rows &rows)
{
    C items;
    for (const Row &row : rows) {
        items.push_back({row.id, Kind<V>::value(row.number)});
    }
    return items;
}

/// A list that is edited in place.
template<typename V, typename C>
struct InPlace
{
    explicit InPlace(const Rows &rows)
        : store(list(itemsOf<V, C>(rows)))
    {
    }
    void edit(const Rows &before, const Edit &edit) const
    {
        const std::size_t place = placeIn(before, edit.first);
        if (edit.kind == Edit::Insert) {
            store.insert(place, {edit.newId, Kind<V>::value(edit.second)});
        } else if (edit.kind == Edit::Replace) {
            store.set(itemsOf<V, C>(edited(before, edit)));
        } else if (edit.kind == Edit::Sort) {
            store.sort(
                [](const Item<V> &a, const Item<V> &b) { return Kind<V>::number(a.value) < Kind<V>::number(b.value); });
        } else if (!before.empty()) {
            if (edit.kind == Edit::Set) {
                store.setAt(place, {before[place].id, Kind<V>::value(edit.second)});
            } else if (edit.kind == Edit::Remove) {
                store.removeAt(place, std::min(before.size() - place, static_cast<std::size_t>(1 + edit.second % 3)));
            } else {
                store.move(place, static_cast<std::size_t>(edit.second) % before.size());
            }
        }
    }

    List<Item<V>, C> store;
};

/// One that is replaced by its next value.
template<typename V, typename C>
struct Replaced
{
    explicit Replaced(const Rows &rows)
        : store(itemsOf<V, C>(rows))
    {
    }
    void edit(const Rows &before, const Edit &edit) const { store.set(itemsOf<V, C>(edited(before, edit))); }

    Atom<C> store;
};

/// What a view knows: the rows that signals have brought.
class Shown : public QObject
{
public:
    using Read = Row (*)(const QModelIndex &);
    template<typename V>
    static Row readRow(const QModelIndex &index)
    {
        const QVariant value = index.data(StoreModel::ValueRole);
        const auto *item = static_cast<const Item<V> *>(value.constData());
        return {Kind<V>::keyNumber(index.data(StoreModel::KeyRole)),
                value.isValid() ? Kind<V>::number(item->value) : 0};
    }

    Shown(StoreModel *model, Read reader)
        : m_model(model)
        , m_read(reader)
    {
        rows = modelRows();
        const auto on = [this](auto signal, auto update) {
            connect(m_model.get(), signal, this, [this, update](auto... arguments) {
                const Failing::Pause pause;
                update(arguments...);
                isWrong = isWrong || !hasModelRows();
            });
        };
        const auto at = [this](int row) { return rows.begin() + row; };
        on(&StoreModel::rowsInserted, [this](const QModelIndex &, int first, int last, auto...) {
            for (int row = first; row <= last; ++row) {
                rows.insert(rows.begin() + std::min(row, count()), read(row));
            }
        });
        on(&StoreModel::rowsRemoved, [this, at](const QModelIndex &, int first, int last, auto...) {
            isWrong = isWrong || last >= count();
            rows.erase(at(std::min(first, count())), at(std::min(last + 1, count())));
        });
        on(&StoreModel::rowsMoved,
           [this, at](const QModelIndex &, int first, int last, const QModelIndex &, int to, auto...) {
               isWrong = isWrong || last >= count() || to > count();
               if (!isWrong) {
                   to < first ? std::rotate(at(to), at(first), at(last + 1))
                              : std::rotate(at(first), at(last + 1), at(to));
               }
           });
        on(&StoreModel::dataChanged, [this, at](const QModelIndex &first, const QModelIndex &last, const QList<int> &) {
            for (int row = first.row(); row <= std::min(last.row(), count() - 1); ++row) {
                *at(row) = read(row);
            }
        });
    }

    /// The model has the same items in the same places; their values may be ahead of what was signalled.
    bool hasModelRows() const
    {
        const Rows now = modelRows();
        return std::equal(now.begin(), now.end(), rows.begin(), rows.end(),
                          [](const Row &a, const Row &b) { return a.id == b.id; });
    }
    Rows modelRows() const
    {
        Rows all;
        for (int row = 0; row < m_model->rowCount(); ++row) {
            all.push_back(read(row));
        }
        return all;
    }

    Rows rows;
    bool isWrong = false; ///< A signal did not fit the rows.

private:
    int count() const { return static_cast<int>(rows.size()); }
    Row read(int row) const { return m_read(m_model->index(row, 0)); }

    std::unique_ptr<StoreModel> m_model;
    Read m_read;
};

template<typename V>
bool isKept(const Item<V> &item)
{
    return Kind<V>::number(item.value) % 3 != 0;
}

template<typename V>
bool goesBefore(const Item<V> &a, const Item<V> &b)
{
    return Kind<V>::number(a.value) < Kind<V>::number(b.value);
}

Rows keptOf(const Rows &rows)
{
    Rows kept;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept),
                 [](const Row &row) { return row.number % 3 != 0; });
    return kept;
}

Rows sortedOf(Rows rows)
{
    std::stable_sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) { return a.number < b.number; });
    return rows;
}

template<typename V, typename Subject>
void runProgram()
{
    support::ManualTime time;
    Rows plain;
    for (int id = *rc::gen::inRange(0, 12); id > 0; --id) {
        plain.push_back({id, *rc::gen::inRange(0, 20)});
    }
    const auto steps = anySteps();
    const Subject subject(plain);
    const auto kept = filtered(subject.store, [](const Item<V> &item) { return isKept(item); });
    const auto ordered = sorted(kept, [](const Item<V> &a, const Item<V> &b) { return goesBefore(a, b); });
    const Shown all(new ListModel(subject.store, KeyOf<V>()), Shown::readRow<V>);
    const Shown some(new ListModel(kept, KeyOf<V>()), Shown::readRow<V>);
    const Shown inOrder(new ListModel(ordered, KeyOf<V>()), Shown::readRow<V>);
    for (const Step &step : steps) {
        std::vector<Rows> possible{plain}; // after an error: what the edits before it have made
        for (const Edit &edit : step.edits) {
            possible.push_back(edited(possible.back(), edit));
        }
        bool hasFailed = false;
        {
            const Failing failing(Kind<V>::Fails, step.fails);
            const auto run = [&] {
                for (std::size_t i = 0; i < step.edits.size(); ++i) {
                    subject.edit(possible[i], step.edits[i]);
                }
            };
            try {
                step.edits.size() == 1 ? run() : batch(run);
            } catch (...) { // the store says what was done
            }
            hasFailed = failing.hasFailed();
        }
        Rows stored;
        for (const Item<V> &item : subject.store.peek()) {
            stored.push_back({item.id, Kind<V>::number(item.value)});
        }
        if (hasFailed) {
            RC_ASSERT(std::find(possible.begin(), possible.end(), stored) != possible.end());
        } else {
            RC_ASSERT(stored == possible.back());
        }
        const Rows before = std::exchange(plain, stored);
        const auto checkViews = [&] {
            for (const Shown *shown : {&all, &some, &inOrder}) {
                RC_ASSERT(!shown->isWrong);
                RC_ASSERT(shown->hasModelRows());
            }
        };
        checkViews();
        if (hasFailed && !step.turns) {
            continue;
        }
        time.advance(1);
        checkViews();
        if (!hasFailed) { // a store that has changed has notified its observers
            RC_ASSERT(before == plain || all.rows == plain);
            RC_ASSERT(keptOf(before) == keptOf(plain) || some.rows == keptOf(plain));
            RC_ASSERT(sortedOf(keptOf(before)) == sortedOf(keptOf(plain)) || inOrder.rows == sortedOf(keptOf(plain)));
        }
    }
}

template<typename V>
void runMapProgram()
{
    using K = V;
    support::ManualTime time;
    const auto key = [](int id) { return Kind<K>::value(id); };
    const auto store = map<K, Item<V>>();
    for (int id = *rc::gen::inRange(0, 12); id > 0; --id) {
        store.setKey(key(id), {id, Kind<V>::value(id)});
    }
    const auto rowsOf = [](const auto &entries) {
        Rows rows;
        for (const auto &[k, item] : entries) {
            rows.push_back({item.id, Kind<V>::number(item.value)});
        }
        return rows;
    };
    const auto steps = anySteps();
    const auto kept = filtered(store, [](const Item<V> &item) { return isKept(item); });
    const Shown all(new MapModel(store), Shown::readRow<V>);
    const Shown some(new MapModel(kept), Shown::readRow<V>);
    for (const Step &step : steps) {
        const Rows before = rowsOf(store.peek());
        bool hasFailed = false;
        {
            const Failing failing(Kind<V>::Fails, step.fails);
            const auto edit = [&](const Edit &each) {
                const int id = each.first;
                if (each.kind == Edit::Remove) {
                    store.removeKey(key(id));
                } else if (each.kind == Edit::Replace) {
                    Dictionary<K, Item<V>> next;
                    for (int i = 0; i < each.second; i += 2) {
                        next.insert(key((id + i) % 20), {(id + i) % 20, Kind<V>::value(each.second)});
                    }
                    store.set(std::move(next));
                } else {
                    store.setKey(key(id), {id, Kind<V>::value(each.second)});
                }
            };
            const auto run = [&] { std::for_each(step.edits.begin(), step.edits.end(), edit); };
            try {
                step.edits.size() == 1 ? run() : batch(run);
            } catch (...) { // the store says what was done
            }
            hasFailed = failing.hasFailed();
        }
        const auto checkViews = [&] {
            for (const Shown *shown : {&all, &some}) {
                RC_ASSERT(!shown->isWrong);
                RC_ASSERT(shown->hasModelRows());
            }
        };
        checkViews();
        if (hasFailed && !step.turns) {
            continue;
        }
        time.advance(1);
        checkViews();
        const Rows plain = rowsOf(store.peek());
        if (!hasFailed) {
            RC_ASSERT(before == plain || all.rows == plain);
            RC_ASSERT(keptOf(before) == keptOf(plain) || some.rows == keptOf(plain));
        }
    }
}

} // namespace

class tst_FailingModels : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Failing::isExempt = support::isInQt; }
    void init()
    {
        setErrorHandler([](const std::exception_ptr &) {});
    }
    void cleanup() { setErrorHandler({}); }
    void list_allocationsFail()
    {
        QVERIFY(rc::check(runProgram<std::string, InPlace<std::string, std::vector<Item<std::string>>>>));
        QVERIFY(rc::check(runProgram<std::string, InPlace<std::string, QList<Item<std::string>>>>));
    }
    void list_copiesFail() { QVERIFY(rc::check(runProgram<Fussy, InPlace<Fussy, std::vector<Item<Fussy>>>>)); }
    void replacedList_allocationsFail()
    {
        QVERIFY(rc::check(runProgram<std::string, Replaced<std::string, std::vector<Item<std::string>>>>));
        QVERIFY(rc::check(runProgram<std::string, Replaced<std::string, QList<Item<std::string>>>>));
    }
    void replacedList_copiesFail() { QVERIFY(rc::check(runProgram<Fussy, Replaced<Fussy, std::vector<Item<Fussy>>>>)); }
    void map_allocationsFail() { QVERIFY(rc::check(runMapProgram<std::string>)); }
    void map_copiesFail() { QVERIFY(rc::check(runMapProgram<Fussy>)); }
};

QTEST_GUILESS_MAIN(tst_FailingModels)
#include "tst_failingmodels.moc"
