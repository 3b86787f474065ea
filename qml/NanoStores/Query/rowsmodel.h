// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <nanostores/qt/models/storemodel.h>

#include <QAbstractListModel>
#include <QByteArray>
#include <QHash>
#include <QList>
#include <QPersistentModelIndex>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// The rows of an InfiniteQuery, with a role for each of their fields besides `key` and `value`. A field that is called
/// `key` or `value` takes the name; the role then is called `storeKey` or `storeValue`.
///
/// The fields are those of the rows that are there when a view first asks; of a row without one of them that role is
/// undefined.
class NANOSTORES_QMLQUERY_EXPORT RowsModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ANONYMOUS
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)

public:
    /// The model of the rows as values, which is observed while this one is.
    RowsModel(StoreModel *rows, QObject *parent);
    ~RowsModel() override;

    int count() const { return rowCount(); }

    QHash<int, QByteArray> roleNames() const override;
    int rowCount(const QModelIndex &parent = QModelIndex()) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

Q_SIGNALS:
    void countChanged();

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    bool isObserved() const;
    void updateObservation();
    void follow();
    void beginLayout();
    void endLayout();
    void findFields() const;

    StoreModel *m_rows;
    mutable QStringList m_fields;
    QList<QModelIndex> m_layout; ///< While it changes.
    QList<QPersistentModelIndex> m_layoutRows;
    bool m_follows = false;
};

} // namespace nanostores
