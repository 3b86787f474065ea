// SPDX-License-Identifier: MIT
#include "contactmodel.h"

int ContactModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_contacts.size());
}

QVariant ContactModel::data(const QModelIndex &index, int role) const
{
    if (role != Qt::DisplayRole || !checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    return m_contacts.at(index.row()).name;
}

void ContactModel::setAt(int row, const Contact &newContact)
{
    if (m_contacts.at(row) != newContact) {
        m_contacts[row] = newContact;
        Q_EMIT dataChanged(index(row), index(row));
    }
}

int ContactModel::add(const QString &name)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_contacts.append({name, {}, {}, false});
    endInsertRows();
    return row;
}

void ContactModel::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_contacts.removeAt(row);
    endRemoveRows();
}
