// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/qt/detail/observed.h>
#include <nanostores/qt/export.h>
#include <nanostores/qt/models/listmodel.h>
#include <nanostores/qt/models/mapmodel.h>
#include <nanostores/qt/models/sortorder.h>

#include <QAbstractTableModel>
#include <QByteArray>
#include <QList>
#include <QPersistentModelIndex>
#include <QPointer>
#include <QString>
#include <QVariant>

#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// A column of a TableModel.
struct TableColumn
{
    QString title;
    QByteArray role = {}; ///< By its name in the list model; empty: nothing is shown.
    std::function<QVariant(const QVariant &)> shown = {}; ///< What is shown of the role's value; empty: the value.
    Qt::Alignment alignment = Qt::AlignLeft; ///< Of its header, too; in the middle, if it says no more.
    bool editable = false; ///< If the list model is: edits set the role.
};

/// The roles of a list model, such as a MapModel or a ListModel, as the columns of a table view:
///
///     auto *table = new TableModel(items, {{tr("Item"), "name"}, {tr("Price"), "price", formatMoney}}, parent);
///
/// Its rows are the list's, with the same signals; a change of roles is signalled for the columns that show them. It
/// observes the list only while it is observed itself. In QML a cell shows `display` and writes `edit`; other roles
/// than those of the columns are passed on, unless they have these names. Rows of a tree are not meant.
class NANOSTORES_QT_EXPORT TableModel : public QAbstractTableModel, private detail::ObservedObject<TableModel>
{
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// By what the store of sortBy() is sorted: for the arrow of a header. -1: by none of the columns.
    Q_PROPERTY(int sortColumn READ sortColumn NOTIFY sortChanged FINAL)
    Q_PROPERTY(Qt::SortOrder sortOrder READ sortOrder NOTIFY sortChanged FINAL)

public:
    TableModel(QAbstractItemModel *list, QList<TableColumn> columns, QObject *parent = nullptr);
    ~TableModel() override;

    QAbstractItemModel *list() const { return m_list; }
    /// A role of the list by its name; invalid where there is none.
    QVariant value(int row, const QByteArray &role) const;
    /// The list's index for one of the table.
    QModelIndex listIndex(const QModelIndex &index) const;

    /// Has the views' requests to sort set a store, which sorted() and byRole() follow:
    ///
    ///     inline const auto order = nanostores::atom(nanostores::SortOrder{"title"});
    ///     inline const auto shown = nanostores::sorted(songs, order, nanostores::byRole());
    ///     table->sortBy(order);
    template<WritableStore S>
    void sortBy(S order);
    int sortColumn() const;
    Qt::SortOrder sortOrder() const;
    /// What the header of a view asks for: sets the store of sortBy(). Column -1: as the list is.
    Q_INVOKABLE void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    int count() const { return rowCount(); } ///< Of the rows, for bindings.
    QHash<int, QByteArray> roleNames() const override;
    int rowCount(const QModelIndex &parent = QModelIndex()) const override;
    int columnCount(const QModelIndex &parent = QModelIndex()) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool canFetchMore(const QModelIndex &parent) const override; ///< As the list says.
    void fetchMore(const QModelIndex &parent) override;

Q_SIGNALS:
    void countChanged();
    void sortChanged();

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    /// The store of sortBy().
    struct Sort
    {
        std::function<SortOrder()> read;
        std::function<void(const SortOrder &)> write;
        std::function<detail::ObserverLink(TableModel *)> listen;
    };

    friend class detail::ObservedObject<TableModel>;
    void updateObservation();
    bool canWrite(const QModelIndex &index, int role) const;
    void tieSort(Sort sort);
    SortOrder presentSort() const;
    int roleOf(int column) const;
    void follow();
    void leave();
    void listChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles);
    void layoutAboutToChange(LayoutChangeHint hint);
    void layoutHasChanged(LayoutChangeHint hint);

    QPointer<QAbstractItemModel> m_list;
    QList<TableColumn> m_columns;
    std::vector<int> m_roles; ///< By column; -1: none.
    QList<QMetaObject::Connection> m_following;
    QModelIndexList m_laidOut; ///< While the list is laid out anew: ours, and the list's.
    QList<QPersistentModelIndex> m_laidOutInList;
    Sort m_sort;
    detail::ObserverLink m_sortTie; ///< While sortChanged() is observed.
};

template<WritableStore S>
void TableModel::sortBy(S order)
{
    static_assert(std::is_same_v<typename S::value_type, SortOrder>,
                  "sortBy() takes a store of a SortOrder: atom(SortOrder{\"title\"})");
    tieSort({[order] { return order.peek(); }, [order](const SortOrder &newOrder) { order.set(newOrder); },
             [order](TableModel *self) {
                 return detail::ObserverLink::to(order, [self] { Q_EMIT self->sortChanged(); });
             }});
}

namespace detail {

template<typename S, typename... Rest>
TableModel *makeTable(QObject *parent, QList<TableColumn> columns, const S &store, Rest... rest)
{
    auto *list = makeModel(parent, store, std::move(rest)...);
    return new TableModel(list, std::move(columns), parent);
}
/// With a store of what the rows are sorted by before that of the rows.
template<WritableStore O, AnyStore S, typename... Rest>
requires std::is_same_v<typename O::value_type, SortOrder>
TableModel *makeTable(QObject *parent, QList<TableColumn> columns, const O &order, const S &store, Rest... rest)
{
    auto *table = makeTable(parent, std::move(columns), store, std::move(rest)...);
    table->sortBy(order);
    return table;
}

} // namespace detail

} // namespace nanostores
