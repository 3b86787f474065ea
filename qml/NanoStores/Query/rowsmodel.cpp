// SPDX-License-Identifier: MIT
#include <NanoStores/Query/rowsmodel.h>

#include <QMetaMethod>
#include <QVariant>

#include <algorithm>
#include <utility>

namespace nanostores {

RowsModel::RowsModel(StoreModel *rows, QObject *parent)
    : QAbstractListModel(parent)
    , m_rows(rows)
{
}

RowsModel::~RowsModel() = default;

/// In the order of the alphabet, as a QVariantMap has them.
void RowsModel::findFields() const
{
    if (!m_fields.isEmpty()) {
        return;
    }
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const QVariantMap fields = m_rows->data(m_rows->index(row), StoreModel::ValueRole).toMap();
        for (auto field = fields.keyBegin(); field != fields.keyEnd(); ++field) {
            if (!m_fields.contains(*field)) {
                m_fields.append(*field);
            }
        }
    }
}

QHash<int, QByteArray> RowsModel::roleNames() const
{
    findFields();
    QHash<int, QByteArray> names{{StoreModel::KeyRole, "key"}, {StoreModel::ValueRole, "value"}};
    for (qsizetype i = 0; i < m_fields.size(); ++i) {
        const QByteArray name = m_fields[i].toUtf8();
        if (name == "key") {
            names[StoreModel::KeyRole] = "storeKey";
        } else if (name == "value") {
            names[StoreModel::ValueRole] = "storeValue";
        }
        names.insert(StoreModel::FirstFieldRole + static_cast<int>(i), name);
    }
    return names;
}

int RowsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rows->rowCount();
}

QVariant RowsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const QModelIndex row = m_rows->index(index.row());
    const int field = role - StoreModel::FirstFieldRole;
    if (field < 0 || field >= m_fields.size()) {
        return m_rows->data(row, role);
    }
    return m_rows->data(row, StoreModel::ValueRole).toMap().value(m_fields[field]);
}

bool RowsModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_rows->canFetchMore({});
}

void RowsModel::fetchMore(const QModelIndex &parent)
{
    if (!parent.isValid()) {
        m_rows->fetchMore({});
    }
}

bool RowsModel::isObserved() const
{
    return receivers(SIGNAL(countChanged())) > 0
           || std::any_of(detail::modelSignals().begin(), detail::modelSignals().end(),
                          [this](const QByteArray &signal) { return receivers(signal.constData()) > 0; });
}

void RowsModel::connectNotify(const QMetaMethod &signal)
{
    QAbstractListModel::connectNotify(signal);
    updateObservation();
}

void RowsModel::disconnectNotify(const QMetaMethod &signal)
{
    QAbstractListModel::disconnectNotify(signal);
    updateObservation();
}

void RowsModel::updateObservation()
{
    const bool isNow = isObserved();
    if (isNow == m_follows) {
        return;
    }
    m_follows = isNow;
    if (isNow) {
        follow();
    } else {
        QObject::disconnect(m_rows, nullptr, this, nullptr);
    }
}

void RowsModel::follow()
{
    using Model = QAbstractItemModel;
    connect(m_rows, &Model::rowsAboutToBeInserted, this,
            [this](const QModelIndex &, int first, int last) { beginInsertRows({}, first, last); });
    connect(m_rows, &Model::rowsInserted, this, [this] { endInsertRows(); });
    connect(m_rows, &Model::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int first, int last) { beginRemoveRows({}, first, last); });
    connect(m_rows, &Model::rowsRemoved, this, [this] { endRemoveRows(); });
    connect(m_rows, &Model::rowsAboutToBeMoved, this,
            [this](const QModelIndex &, int first, int last, const QModelIndex &, int destination) {
                beginMoveRows({}, first, last, {}, destination);
            });
    connect(m_rows, &Model::rowsMoved, this, [this] { endMoveRows(); });
    connect(m_rows, &Model::layoutAboutToBeChanged, this, [this] { beginLayout(); });
    connect(m_rows, &Model::layoutChanged, this, [this] { endLayout(); });
    connect(m_rows, &Model::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last, QList<int> roles) {
                if (roles.contains(StoreModel::ValueRole)) {
                    for (qsizetype i = 0; i < m_fields.size(); ++i) {
                        roles.append(StoreModel::FirstFieldRole + static_cast<int>(i));
                    }
                }
                Q_EMIT dataChanged(index(first.row()), index(last.row()), roles);
            });
    connect(m_rows, &StoreModel::countChanged, this, &RowsModel::countChanged);
}

void RowsModel::beginLayout()
{
    Q_EMIT layoutAboutToBeChanged();
    m_layout = persistentIndexList();
    m_layoutRows.clear();
    for (const QModelIndex &index : std::as_const(m_layout)) {
        m_layoutRows.append(QPersistentModelIndex(m_rows->index(index.row())));
    }
}

void RowsModel::endLayout()
{
    QList<QModelIndex> next;
    for (const QPersistentModelIndex &row : std::as_const(m_layoutRows)) {
        next.append(row.isValid() ? index(row.row()) : QModelIndex());
    }
    changePersistentIndexList(std::exchange(m_layout, {}), next);
    m_layoutRows.clear();
    Q_EMIT layoutChanged();
}

} // namespace nanostores
