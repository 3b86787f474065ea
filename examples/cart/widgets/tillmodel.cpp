#include "tillmodel.h"

#include "money.h"

TillModel::TillModel(QAbstractItemModel *items, QObject *parent)
    : QIdentityProxyModel(parent)
{
    setSourceModel(items);
    // The base class passes a change on for the one column that the list has; the others show the same item.
    connect(items, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first, const QModelIndex &last) {
        Q_EMIT dataChanged(index(first.row(), 0), index(last.row(), ColumnCount - 1));
    });
}

QVariant TillModel::value(int row, const QByteArray &roleName) const
{
    return sourceModel()->index(row, 0).data(sourceModel()->roleNames().key(roleName));
}

int TillModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QModelIndex TillModel::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QModelIndex TillModel::sibling(int row, int column, const QModelIndex &) const
{
    return index(row, column);
}

QModelIndex TillModel::parent(const QModelIndex &) const
{
    return {};
}

QModelIndex TillModel::mapToSource(const QModelIndex &proxyIndex) const
{
    return proxyIndex.isValid() ? sourceModel()->index(proxyIndex.row(), 0) : QModelIndex();
}

QModelIndex TillModel::mapFromSource(const QModelIndex &sourceIndex) const
{
    return sourceIndex.isValid() ? createIndex(sourceIndex.row(), 0) : QModelIndex();
}

QVariant TillModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (index.column() == Item ? Qt::AlignLeft : Qt::AlignRight));
    }
    if (role != Qt::DisplayRole) {
        return QIdentityProxyModel::data(index, role);
    }
    switch (index.column()) {
    case Item:
        return value(index.row(), "name");
    case Price:
        return shop::formatMoney(value(index.row(), "price").toInt());
    case Sum:
        return shop::formatMoney(value(index.row(), "lineTotal").toInt());
    default:
        return {};
    }
}

QVariant TillModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter
                   | (section == Item       ? Qt::AlignLeft
                      : section == Quantity ? Qt::AlignHCenter
                                            : Qt::AlignRight));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Item:
        return tr("Item");
    case Price:
        return tr("Price");
    case Quantity:
        return tr("Quantity");
    case Sum:
        return tr("Sum");
    default:
        return {};
    }
}

Qt::ItemFlags TillModel::flags(const QModelIndex &) const
{
    return Qt::ItemIsEnabled;
}
