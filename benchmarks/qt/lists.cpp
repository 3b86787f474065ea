// SPDX-License-Identifier: MIT
#include "harness.h"
#include "rowsview.h"
#include "subjects.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace nanostores;

/// One operation: a long list changes in one place, or is sorted, under one view or two. And: a field of a row changes.

namespace {

using Rows = QList<Row>;

/// Places all over the list, the same in each peer.
struct Places
{
    explicit Places(int count)
        : rows(count)
    {
    }
    int next()
    {
        random = random * 1103515245u + 12345u;
        return static_cast<int>((random >> 8) % static_cast<unsigned>(rows));
    }
    int rows;
    unsigned random = 1;
};

Rows rowsInOrder(int count, int step)
{
    Rows rows;
    for (int i = 0; i < count; ++i) {
        rows.append(Row{i * step});
    }
    return rows;
}

/// Shows the model in so many views. Where rows come, go or change places, each operation is laid out.
template<typename Model, typename Change>
Program under(int views, const std::shared_ptr<Model> &model, bool lays, Change change)
{
    const auto shown = std::make_shared<std::vector<std::unique_ptr<View>>>();
    for (int i = 0; i < views; ++i) {
        shown->push_back(std::make_unique<View>(model.get()));
    }
    return {[model, shown, lays, change](std::size_t count) mutable {
                for (std::size_t i = 0; i < count; ++i) {
                    change();
                    if (lays) {
                        for (const auto &view : *shown) {
                            view->polish();
                        }
                    }
                }
            },
            [shown] { return shown->front()->number(3); }};
}

template<typename S>
auto modelOf(const S &store)
{
    return std::make_shared<ListModel<S, int Row::*>>(store, &Row::number);
}

void addListCases(int rows, int views)
{
    const auto add = [&](const char *what, std::size_t batch, std::function<Program()> ours,
                         std::function<Program()> byHand) {
        const std::string name = std::string("list_") + what + '_' + std::to_string(rows) + '_' + std::to_string(views);
        addCase(name + "/nanostores", batch, std::move(ours));
        addCase(name + "/by_hand", batch, std::move(byHand));
    };
    add(
        "edit", 100,
        [=] {
            const auto store = list(Rows(rows));
            return under(views, modelOf(store), false, [store, places = Places(rows), number = 0]() mutable {
                store.setAt(static_cast<std::size_t>(places.next()), {++number});
            });
        },
        [=] {
            const auto model = std::make_shared<RowsByHand>(rows);
            return under(views, model, false, [model, places = Places(rows), number = 0]() mutable {
                model->setNumber(places.next(), ++number);
            });
        });
    add(
        "insert", 1,
        [=] {
            const auto store = list(Rows(rows));
            return under(views, modelOf(store), true, [store, places = Places(rows), number = 0]() mutable {
                const auto place = static_cast<std::size_t>(places.next());
                store.insert(place, {++number});
                store.removeAt(place);
            });
        },
        [=] {
            const auto model = std::make_shared<RowsByHand>(rows);
            return under(views, model, true, [model, places = Places(rows), number = 0]() mutable {
                const int place = places.next();
                model->insert(place, ++number);
                model->remove(place);
            });
        });
    add(
        "move", 1,
        [=] {
            const auto store = list(rowsInOrder(rows, 1));
            return under(views, modelOf(store), true, [store, places = Places(rows)]() mutable {
                const auto from = static_cast<std::size_t>(places.next());
                store.move(from, static_cast<std::size_t>(places.next()));
            });
        },
        [=] {
            const auto model = std::make_shared<RowsByHand>(rows);
            for (int i = 0; i < rows; ++i) {
                model->setNumber(i, i);
            }
            return under(views, model, true, [model, places = Places(rows)]() mutable {
                const int from = places.next();
                if (const int to = places.next(); to != from) {
                    model->move(from, to);
                }
            });
        });
    add(
        "sort", 1,
        [=] {
            const auto store = list(rowsInOrder(rows, 1));
            return under(views, modelOf(store), true, [store, descends = false]() mutable {
                descends = !descends;
                if (descends) {
                    store.sort(descending(&Row::number));
                } else {
                    store.sort(&Row::number);
                }
            });
        },
        [=] {
            const auto model = std::make_shared<RowsByHand>(rows);
            for (int i = 0; i < rows; ++i) {
                model->setNumber(i, i);
            }
            return under(views, model, true, [model, descends = false]() mutable {
                descends = !descends;
                model->sortRows(descends);
            });
        });
    add(
        "filter", 1,
        [=] {
            const auto store = list(Rows(rows));
            const auto even = filtered(store, [](const Row &row) { return row.number % 2 == 0; });
            return under(views, modelOf(even), true, [store, places = Places(rows), number = 0]() mutable {
                store.setAt(static_cast<std::size_t>(places.next()), {++number});
            });
        },
        [=] {
            const auto model = std::make_shared<EvenByHand>(rows);
            return under(views, model, true, [model, places = Places(rows), number = 0]() mutable {
                model->setNumber(places.next(), ++number);
            });
        });
    // Groups as a ListView shows them: the rows are sorted by the property that makes the sections.
    add(
        "group", 1,
        [=] {
            const auto store = list(rowsInOrder(rows, 3));
            const auto groups = sorted(store, &Row::number);
            return under(views, modelOf(groups), true, [store, places = Places(rows)]() mutable {
                const auto place = static_cast<std::size_t>(places.next());
                store.setAt(place, {3 * places.next() + 1});
            });
        },
        [=] {
            const auto model = std::make_shared<SortedByHand>(rowsInOrder(rows, 3));
            return under(views, model, true, [model, places = Places(rows), list = rowsInOrder(rows, 3)]() mutable {
                Row &row = list[places.next()];
                const int former = row.number;
                row.number = 3 * places.next() + 1;
                if (row.number != former) {
                    model->change(former, row.number);
                }
            });
        });
}

/// A queue: the first entry goes, and one comes at the end.
Program queueOfMap(int rows, int views)
{
    Dictionary<int, Row> entries;
    for (int i = 0; i < rows; ++i) {
        entries.insert(i, {});
    }
    const auto store = map(std::move(entries));
    return under(views, std::make_shared<MapModel<int, Row>>(store), true, [store, rows, first = 0]() mutable {
        store.removeKey(first);
        store.setKey(rows + first, {first});
        ++first;
    });
}

Program queueByHand(int rows, int views)
{
    const auto model = std::make_shared<RowsByHand>(rows);
    return under(views, model, true, [model, rows, first = 0]() mutable {
        model->remove(0);
        model->insert(rows - 1, first++);
    });
}

// A row of four fields, of which one changes.

constexpr int Shown = 20;

Person person(int i)
{
    return {QStringLiteral("Name %1").arg(i), QStringLiteral("City %1").arg(i % 100), i % 90, i / 2.0};
}

Program personsOfMap(int rows, bool inSight)
{
    Dictionary<int, Person> persons;
    for (int i = 0; i < rows; ++i) {
        persons.insert(i, person(i));
    }
    const auto store = map(std::move(persons));
    const auto model = std::make_shared<MapModel<int, Person>>(store);
    const auto view = std::make_shared<View>(model.get(), QStringLiteral("Persons"));
    return {[store, model, view, rows, inSight, number = 0](std::size_t count) mutable {
        for (; count > 0; --count) {
            const int row = ++number % Shown + (inSight ? 0 : rows / 2);
            Person next = *store.getKey(row);
            next.age = number;
            store.setKey(row, std::move(next));
        }
    }};
}

Program personsByHand(int rows, bool inSight)
{
    QList<Person> persons;
    for (int i = 0; i < rows; ++i) {
        persons.append(person(i));
    }
    const auto model = std::make_shared<PersonsByHand>(persons);
    const auto view = std::make_shared<View>(model.get(), QStringLiteral("Persons"));
    return {[persons, model, view, rows, inSight, number = 0](std::size_t count) mutable {
        for (; count > 0; --count) {
            const int row = ++number % Shown + (inSight ? 0 : rows / 2);
            persons[row].age = number;
            model->set(row, persons.at(row));
        }
    }};
}

} // namespace

void addListCases()
{
    for (const int rows : {10000, 100000}) {
        for (const int views : {1, 2}) {
            addListCases(rows, views);
            const std::string queue = "list_queue_" + std::to_string(rows) + '_' + std::to_string(views);
            addCase(queue + "/nanostores", 1, [=] { return queueOfMap(rows, views); });
            addCase(queue + "/by_hand", 1, [=] { return queueByHand(rows, views); });
        }
    }
    for (const bool inSight : {true, false}) {
        const std::string name = inSight ? "fields_shown" : "fields_hidden";
        addCase(name + "/nanostores", 100, [inSight] { return personsOfMap(10000, inSight); });
        addCase(name + "/by_hand", 100, [inSight] { return personsByHand(10000, inSight); });
    }
}
