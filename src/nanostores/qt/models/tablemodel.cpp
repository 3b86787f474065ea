// SPDX-License-Identifier: MIT
#include <nanostores/qt/models/tablemodel.h>

#include <nanostores/qt/detail/observed.h>
#include <nanostores/qt/models/storemodel.h>

#include <nanostores/core/errors.h>

#include <QAbstractProxyModel>
#include <QLoggingCategory>
#include <QMetaMethod>
#include <QThread>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores {

namespace detail {

bool valueGoesBefore(const QVariant &a, const QVariant &b)
{
    const auto isEnum = [](const QVariant &value) { return value.metaType().flags() & QMetaType::IsEnumeration; };
    if (isEnum(a) && isEnum(b)) {
        return a.toLongLong() < b.toLongLong();
    }
    const auto order = QVariant::compare(a, b);
    if (order != QPartialOrdering::Unordered) {
        return order == QPartialOrdering::Less;
    }
    const auto isOrdered = [](const QVariant &value) {
        return QVariant::compare(value, value) == QPartialOrdering::Equivalent;
    };
    return isOrdered(a) && !isOrdered(b);
}

} // namespace detail

Q_LOGGING_CATEGORY(tableLog, "nanostores.qt.tablemodel", QtWarningMsg)

namespace {

constexpr int NoRole = -1;
constexpr int RoleToCome = -2;

/// A proxy has the roles of its source, when it has one.
bool lacksSource(const QAbstractItemModel *list)
{
    while (const auto *proxy = qobject_cast<const QAbstractProxyModel *>(list)) {
        list = proxy->sourceModel();
    }
    return !list;
}

/// Finds the columns' roles in the list, and reports, once, those that it has not.
void findRoles(const QAbstractItemModel &list, const QList<TableColumn> &columns, std::vector<int> &roles)
{
    const auto names = list.roleNames();
    const bool isToCome = lacksSource(&list);
    roles.resize(static_cast<std::size_t>(columns.size()), RoleToCome);
    for (std::size_t i = 0; i < roles.size(); ++i) {
        const QByteArray &role = columns.at(static_cast<qsizetype>(i)).role;
        const int former = roles[i];
        roles[i] = role.isEmpty() ? NoRole : names.key(role, isToCome ? RoleToCome : NoRole);
        if (roles[i] == NoRole && former != NoRole && !role.isEmpty()) {
            qCWarning(tableLog).noquote()
                << "There is no role" << role << "in the list; its roles are" << names.values().join(", ");
        }
    }
}

} // namespace

TableModel::TableModel(QAbstractItemModel *list, QList<TableColumn> columns, QObject *parent)
    : QAbstractTableModel(parent)
    , m_list(list)
    , m_columns(std::move(columns))
{
    for (TableColumn &column : m_columns) {
        if (!(column.alignment & Qt::AlignVertical_Mask)) {
            column.alignment |= Qt::AlignVCenter; // views would take it for the top
        }
    }
    findRoles(*list, m_columns, m_roles);
}

TableModel::~TableModel() = default;

/// Unobserved, it does not hear of a list that has other roles now.
int TableModel::roleOf(int column) const
{
    const int known = m_roles[static_cast<std::size_t>(column)];
    if ((known >= 0 && !m_following.isEmpty()) || !m_list) {
        return known;
    }
    const QByteArray &role = m_columns.at(column).role;
    return role.isEmpty() ? -1 : m_list->roleNames().key(role, -1);
}

QVariant TableModel::value(int row, const QByteArray &role) const
{
    const int number = m_list ? m_list->roleNames().key(role, -1) : -1;
    return number < 0 ? QVariant() : m_list->index(row, 0).data(number);
}

QModelIndex TableModel::listIndex(const QModelIndex &index) const
{
    return m_list && index.isValid() ? m_list->index(index.row(), 0) : QModelIndex();
}

QHash<int, QByteArray> TableModel::roleNames() const
{
    auto names = QAbstractTableModel::roleNames(); // what a cell is: display, edit and their like
    const auto cell = names.values();
    const auto ofList = m_list ? m_list->roleNames() : QHash<int, QByteArray>();
    for (auto role = ofList.begin(); role != ofList.end(); ++role) {
        if (!cell.contains(role.value())) {
            names.insert(role.key(), role.value());
        }
    }
    return names;
}

void TableModel::tieSort(Sort sort)
{
    m_sort = std::move(sort);
    m_sortTie = detail::ObserverLink();
    if (receivers(SIGNAL(sortChanged())) > 0) {
        m_sortTie = m_sort.listen(this);
    }
    Q_EMIT sortChanged();
}

SortOrder TableModel::presentSort() const
{
    try {
        return m_sort.read ? m_sort.read() : SortOrder();
    } catch (...) {
        detail::reportError(std::current_exception());
        return {};
    }
}

int TableModel::sortColumn() const
{
    const QByteArray role = presentSort().role.toUtf8();
    for (int column = 0; !role.isEmpty() && column < m_columns.size(); ++column) {
        if (m_columns.at(column).role == role) {
            return column;
        }
    }
    return -1;
}

Qt::SortOrder TableModel::sortOrder() const
{
    return presentSort().order;
}

void TableModel::sort(int column, Qt::SortOrder order)
{
    if (!m_sort.write) {
        qCWarning(tableLog)
            << "sort() does nothing: say sortBy(order) with a store of a SortOrder that the list is sorted "
               "by, such as sorted(items, order, byRole()).";
        return;
    }
    if (column >= m_columns.size() || (column == sortColumn() && (column < 0 || order == sortOrder()))) {
        return;
    }
    const QByteArray role = column < 0 ? QByteArray() : m_columns.at(column).role;
    if (column >= 0 && role.isEmpty()) {
        qCWarning(tableLog) << "The column" << column << "cannot be sorted by: it has no role.";
        return;
    }
    const SortOrder asked = column < 0 ? SortOrder() : SortOrder{QString::fromUtf8(role), order};
    const QPointer<TableModel> alive(this);
    try {
        m_sort.write(asked);
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    if (alive && presentSort() != asked) { // the header shows the store's again
        Q_EMIT sortChanged();
    }
}

int TableModel::rowCount(const QModelIndex &parent) const
{
    return m_list && !parent.isValid() ? m_list->rowCount() : 0;
}

int TableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant TableModel::data(const QModelIndex &index, int role) const
{
    if (!m_list || !index.isValid()) {
        return {};
    }
    const TableColumn &column = m_columns.at(index.column());
    if (role == Qt::TextAlignmentRole) {
        return static_cast<int>(column.alignment);
    }
    if (role != Qt::DisplayRole && role != Qt::EditRole) {
        return listIndex(index).data(role);
    }
    const int shownRole = roleOf(index.column());
    if (shownRole < 0) {
        return {};
    }
    const QVariant value = listIndex(index).data(shownRole);
    return role == Qt::DisplayRole && column.shown ? column.shown(value) : value;
}

bool TableModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!m_list || !index.isValid() || !canWrite(index, role)) {
        return false;
    }
    return m_list->setData(listIndex(index), value, role == Qt::EditRole ? roleOf(index.column()) : role);
}

/// Whether the role can be written; reports why not. The list has its own reasons.
bool TableModel::canWrite(const QModelIndex &index, int role) const
{
    const TableColumn &column = m_columns.at(index.column());
    if (role == Qt::DisplayRole) {
        qCWarning(tableLog) << "Not written: what is written to a cell is \"edit\"; \"display\" is what it shows.";
        return false;
    }
    if (role != Qt::EditRole || (column.editable && roleOf(index.column()) >= 0)) {
        return true;
    }
    qCWarning(tableLog) << "Not written: the column" << column.title << "is not editable; say so in its TableColumn.";
    return false;
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return QAbstractTableModel::headerData(section, orientation, role);
    }
    if (section < 0 || section >= m_columns.size()) {
        return {};
    }
    switch (role) {
    case Qt::DisplayRole:
        return m_columns.at(section).title;
    case Qt::TextAlignmentRole:
        return static_cast<int>(m_columns.at(section).alignment);
    default:
        return {};
    }
}

Qt::ItemFlags TableModel::flags(const QModelIndex &index) const
{
    if (!m_list || !index.isValid()) {
        return Qt::NoItemFlags;
    }
    Qt::ItemFlags flags = m_list->flags(listIndex(index));
    flags.setFlag(Qt::ItemIsEditable, flags.testFlag(Qt::ItemIsEditable) && m_columns.at(index.column()).editable
                                          && roleOf(index.column()) >= 0);
    return flags | Qt::ItemNeverHasChildren;
}

bool TableModel::canFetchMore(const QModelIndex &parent) const
{
    return m_list && !parent.isValid() && m_list->canFetchMore(QModelIndex());
}

void TableModel::fetchMore(const QModelIndex &parent)
{
    if (m_list && !parent.isValid()) {
        m_list->fetchMore(QModelIndex());
    }
}

void TableModel::connectNotify(const QMetaMethod &signal)
{
    if (signal.methodIndex() < QAbstractItemModel::staticMetaObject.methodOffset()) {
        return;
    }
    if (signal == QMetaMethod::fromSignal(&TableModel::sortChanged)) {
        if (mayListenNow() && m_sort.listen && !m_sortTie) {
            m_sortTie = m_sort.listen(this);
        }
        return;
    }
    if (mayListenNow() && m_following.isEmpty()) {
        follow();
    }
}

void TableModel::disconnectNotify(const QMetaMethod &)
{
    updateObservationLater();
}

void TableModel::updateObservation()
{
    const auto &names = detail::modelSignals();
    const bool observed = receivers(SIGNAL(countChanged())) > 0
                          || std::any_of(names.begin(), names.end(), [this](const QByteArray &signal) {
                                 return receivers(signal.constData()) > 0;
                             });
    const bool sortObserved = receivers(SIGNAL(sortChanged())) > 0;
    if (!sortObserved) {
        m_sortTie = detail::ObserverLink();
    } else if (!m_sortTie && m_sort.listen) {
        m_sortTie = m_sort.listen(this);
    }
    if (observed && m_following.isEmpty()) {
        follow();
    } else if (!observed) {
        leave();
    }
}

void TableModel::follow()
{
    if (!m_list) {
        return;
    }
    findRoles(*m_list, m_columns, m_roles);
    using Model = QAbstractItemModel;
    const auto on = [this](auto signal, auto function) {
        m_following.append(connect(m_list.data(), signal, this, std::move(function)));
    };
    on(&Model::rowsAboutToBeInserted,
       [this](const QModelIndex &, int first, int last) { beginInsertRows(QModelIndex(), first, last); });
    const auto end = [this](void (TableModel::*endRows)()) {
        const QPointer<TableModel> alive(this);
        (this->*endRows)();
        if (alive) {
            Q_EMIT countChanged();
        }
    };
    on(&Model::rowsInserted, [=] { end(&TableModel::endInsertRows); });
    on(&Model::rowsAboutToBeRemoved,
       [this](const QModelIndex &, int first, int last) { beginRemoveRows(QModelIndex(), first, last); });
    on(&Model::rowsRemoved, [=] { end(&TableModel::endRemoveRows); });
    on(&Model::rowsAboutToBeMoved, [this](const QModelIndex &, int first, int last, const QModelIndex &, int row) {
        beginMoveRows(QModelIndex(), first, last, QModelIndex(), row);
    });
    on(&Model::rowsMoved, [this] { endMoveRows(); });
    on(&Model::dataChanged, [this](const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) {
        listChanged(first, last, roles);
    });
    on(&Model::modelAboutToBeReset, [this] { beginResetModel(); });
    on(&Model::modelReset, [=, this] {
        findRoles(*m_list, m_columns, m_roles);
        end(&TableModel::endResetModel);
    });
    using Parents = QList<QPersistentModelIndex>;
    on(&Model::layoutAboutToBeChanged, [this](const Parents &, LayoutChangeHint hint) { layoutAboutToChange(hint); });
    on(&Model::layoutChanged, [this](const Parents &, LayoutChangeHint hint) { layoutHasChanged(hint); });
    m_following.append(connect(m_list.data(), &QObject::destroyed, this, [=, this] {
        beginResetModel();
        m_following.clear();
        end(&TableModel::endResetModel);
    }));
}

void TableModel::leave()
{
    const auto connections = std::exchange(m_following, {});
    for (const auto &connection : connections) {
        disconnect(connection);
    }
}

void TableModel::listChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles)
{
    const int columns = static_cast<int>(m_columns.size());
    const auto shows = [&](int column) { return roles.isEmpty() || roles.contains(roleOf(column)); };
    const QPointer<TableModel> alive(this);
    const int firstRow = first.row();
    const int lastRow = last.row();
    bool signalled = false;
    for (int from = 0; from < columns; ++from) {
        if (!shows(from)) {
            continue;
        }
        int to = from;
        while (to + 1 < columns && shows(to + 1)) {
            ++to;
        }
        QList<int> changed = roles;
        if (!changed.isEmpty()) {
            changed << Qt::DisplayRole << Qt::EditRole;
        }
        Q_EMIT dataChanged(index(firstRow, from), index(lastRow, to), changed);
        if (!alive) {
            return;
        }
        signalled = true;
        from = to;
    }
    if (!signalled && columns > 0) { // no column shows it; delegates may
        Q_EMIT dataChanged(index(firstRow, 0), index(lastRow, columns - 1), roles);
    }
}

void TableModel::layoutAboutToChange(LayoutChangeHint hint)
{
    Q_EMIT layoutAboutToBeChanged({}, hint);
    m_laidOut = persistentIndexList();
    for (const QModelIndex &ours : std::as_const(m_laidOut)) {
        m_laidOutInList.append(listIndex(ours));
    }
}

void TableModel::layoutHasChanged(LayoutChangeHint hint)
{
    QModelIndexList now;
    for (qsizetype i = 0; i < m_laidOut.size(); ++i) {
        const QPersistentModelIndex &there = m_laidOutInList.at(i);
        now.append(there.isValid() ? index(there.row(), m_laidOut.at(i).column()) : QModelIndex());
    }
    changePersistentIndexList(m_laidOut, now);
    m_laidOut.clear();
    m_laidOutInList.clear();
    Q_EMIT layoutChanged({}, hint);
}

} // namespace nanostores
