#pragma once

#include <QIdentityProxyModel>

/// The cart's item model, which is a list of roles, laid out in columns for a table.
class TillModel : public QIdentityProxyModel
{
    Q_OBJECT

public:
    enum Column { Item, Price, Quantity, Sum, Remove, ColumnCount };

    explicit TillModel(QAbstractItemModel *items, QObject *parent = nullptr);

    /// A role of the item model by its name.
    QVariant value(int row, const QByteArray &roleName) const;

    int columnCount(const QModelIndex &parent = {}) const override;
    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex sibling(int row, int column, const QModelIndex &index) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    QModelIndex mapToSource(const QModelIndex &proxyIndex) const override;
    QModelIndex mapFromSource(const QModelIndex &sourceIndex) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
};
