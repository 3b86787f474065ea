// SPDX-License-Identifier: MIT
#pragma once

#include "contactmodel.h"
#include "form.h"

#include <QPersistentModelIndex>
#include <QSortFilterProxyModel>

class Contacts : public ContactsForm
{
public:
    Contacts();

private:
    void open(const QModelIndex &contact);
    void edit();
    void selectOpen();
    void showCount();
    void showDetail();

    ContactModel m_contacts;
    QSortFilterProxyModel m_shown;
    QPersistentModelIndex m_open; ///< Of m_contacts.
    bool m_isFollowing = false; ///< The view chooses another row by itself: its own is filtered out, or is back.
};
