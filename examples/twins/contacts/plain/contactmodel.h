// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractListModel>

struct Contact
{
    QString name;
    QString email;
    QString phone;
    bool isFavourite = false;

    friend bool operator==(const Contact &, const Contact &) = default;
};

class ContactModel : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    const Contact &at(int row) const { return m_contacts.at(row); }
    void setAt(int row, const Contact &newContact);
    int add(const QString &name); ///< Returns its row.
    void remove(int row);

private:
    QList<Contact> m_contacts;
};
