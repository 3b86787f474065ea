// SPDX-License-Identifier: MIT
#include "harness.h"
#include "rowsview.h"
#include "subjects.h"

#include <QSortFilterProxyModel>

#include <memory>
#include <string>
#include <type_traits>

using namespace nanostores;

/// One operation: the number of a row that a ListView shows changes, and its delegate shows the new one.

namespace {

constexpr int Rows = 100000;
constexpr int Shown = 20; // of the thirty in sight

Map<int, Row> makeMap()
{
    Dictionary<int, Row> rows;
    for (int i = 0; i < Rows; ++i) {
        rows.insert(i, {});
    }
    return map(std::move(rows));
}

template<typename Model, typename Change>
Program onView(const std::shared_ptr<Model> &model, Change change)
{
    const auto view = std::make_shared<View>(model.get());
    const auto next = std::make_shared<int>(0);
    return {[model, view, next, change](std::size_t count) {
                for (std::size_t i = 0; i < count; ++i) {
                    ++*next;
                    change(*next % Shown, *next);
                }
            },
            [view, next] { return view->number(*next % Shown); }};
}

Program mapModel()
{
    const auto store = makeMap();
    const auto model = std::make_shared<MapModel<int, Row>>(store);
    return onView(model, [store](int row, int number) { store.setKey(row, {number}); });
}

Program modelByHand()
{
    const auto model = std::make_shared<RowsByHand>(Rows);
    return onView(model, [model](int row, int number) { model->setNumber(row, number); });
}

Program resetModel()
{
    const auto model = std::make_shared<RowsByHand>(Rows);
    return onView(model, [model](int row, int number) { model->resetWith(row, number); });
}

/// Numbers of rows in an order of their own, each once.
int numberAt(int row, int rows)
{
    return static_cast<int>(row * 7919ll % rows);
}

/// One operation: the rows are sorted the other way round, and the view has laid them out.
template<typename Model, typename Sort>
Program sortedView(const std::shared_ptr<Model> &model, Sort sort)
{
    const auto view = std::make_shared<View>(model.get());
    const auto descending = std::make_shared<bool>(false);
    return {[model, view, descending, sort](std::size_t count) {
                for (std::size_t i = 0; i < count; ++i) {
                    *descending = !*descending;
                    sort(*descending);
                    view->polish();
                }
            },
            [view] { return view->number(3); }};
}

Program sortedList(int rows)
{
    QList<Row> list;
    for (int i = 0; i < rows; ++i) {
        list.append(Row{numberAt(i, rows)});
    }
    const auto descends = atom(false);
    auto ordered = sorted(atom(list), descends, [](const Row &a, const Row &b, bool isDescending) {
        return isDescending ? b.number < a.number : a.number < b.number;
    });
    return sortedView(std::make_shared<ListModel<decltype(ordered), int Row::*>>(ordered, &Row::number),
                      [descends](bool isDescending) { descends.set(isDescending); });
}

Program sortedProxy(int rows)
{
    auto *const source = new RowsByHand(rows);
    for (int i = 0; i < rows; ++i) {
        source->setNumber(i, numberAt(i, rows));
    }
    const auto proxy = std::make_shared<QSortFilterProxyModel>();
    source->setParent(proxy.get());
    proxy->setSourceModel(source);
    proxy->setSortRole(Qt::UserRole);
    proxy->sort(0);
    return sortedView(
        proxy, [proxy](bool isDescending) { proxy->sort(0, isDescending ? Qt::DescendingOrder : Qt::AscendingOrder); });
}

/// One operation: every other row goes, or comes back, and the view has laid them out.
template<typename Model, typename Show>
Program halvedView(const std::shared_ptr<Model> &model, Show show)
{
    const auto view = std::make_shared<View>(model.get());
    return {[view, model, show, all = true](std::size_t count) mutable {
                for (std::size_t i = 0; i < count; ++i) {
                    all = !all;
                    show(all);
                    view->polish();
                }
            },
            [view] { return view->number(3); }};
}

Program halvedList(int rows)
{
    QList<Row> numbers;
    for (int i = 0; i < rows; ++i) {
        numbers.append(Row{i});
    }
    const auto all = atom(true);
    const auto some =
        filtered(list(numbers), all, [](const Row &row, bool isAll) { return isAll || row.number % 2 == 0; });
    return halvedView(std::make_shared<ListModel<std::remove_const_t<decltype(some)>, int Row::*>>(some, &Row::number),
                      [all](bool isAll) { all.set(isAll); });
}

/// Shows all rows, or the even ones.
class HalfProxy : public QSortFilterProxyModel
{
public:
    void show(bool all)
    {
        m_all = all;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &) const override
    {
        return m_all || sourceModel()->index(row, 0).data(Qt::UserRole).toInt() % 2 == 0;
    }

private:
    bool m_all = true;
};

Program halvedProxy(int rows)
{
    auto *const source = new RowsByHand(rows);
    for (int i = 0; i < rows; ++i) {
        source->setNumber(i, i);
    }
    const auto proxy = std::make_shared<HalfProxy>();
    source->setParent(proxy.get());
    proxy->setSourceModel(source);
    return halvedView(proxy, [proxy](bool all) { proxy->show(all); });
}

/// After a thousand changes, some of them in rows out of sight.
double after(bool ofDelegates)
{
    const auto store = makeMap();
    MapModel model(store);
    View view(&model);
    int resets = 0;
    QObject::connect(&model, &QAbstractItemModel::modelReset, &model, [&resets] { ++resets; });
    QObject::connect(&model, &QAbstractItemModel::layoutChanged, &model, [&resets] { ++resets; });
    const int before = Made::count;
    for (int i = 1; i <= 1000; ++i) {
        store.setKey(i * 7 % (i % 2 == 0 ? Shown : Rows), {i});
    }
    view.polish();
    return static_cast<double>(ofDelegates ? Made::count - before : resets);
}

} // namespace

void addRowCases()
{
    addCase("row/nanostores", 100, mapModel);
    addCase("row/by_hand", 100, modelByHand);
    addCase("row/reset", 1, resetModel);
    for (const int rows : {1000, 5000, 20000}) {
        const std::string name = "sort_" + std::to_string(rows);
        addCase(name + "/nanostores", 1, [rows] { return sortedList(rows); });
        addCase(name + "/proxy", 1, [rows] { return sortedProxy(rows); });
    }
    addCase("halve_20000/nanostores", 1, [] { return halvedList(20000); });
    addCase("halve_20000/proxy", 1, [] { return halvedProxy(20000); });
    addBytes("row_delegates", [] { return after(true); });
    addBytes("row_resets", [] { return after(false); });
}
