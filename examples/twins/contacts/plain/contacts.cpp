// SPDX-License-Identifier: MIT
#include "contacts.h"

#include <QItemSelectionModel>
#include <QScopedValueRollback>

Contacts::Contacts()
{
    for (const char *name : contactNames) {
        m_contacts.add(QString::fromLatin1(name));
    }
    m_shown.setSourceModel(&m_contacts);
    m_shown.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_shown.setSortCaseSensitivity(Qt::CaseInsensitive);
    m_shown.sort(0);
    m_list->setModel(&m_shown);

    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        if (!m_isFollowing) {
            open(m_shown.mapToSource(current));
        }
    });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        const QScopedValueRollback following(m_isFollowing, true);
        m_shown.setFilterFixedString(text);
        selectOpen();
    });
    connect(&m_shown, &QAbstractItemModel::rowsInserted, this, &Contacts::showCount);
    connect(&m_shown, &QAbstractItemModel::rowsRemoved, this, &Contacts::showCount);
    connect(&m_contacts, &QAbstractItemModel::rowsInserted, this, &Contacts::showCount);
    connect(&m_contacts, &QAbstractItemModel::rowsRemoved, this, &Contacts::showCount);
    connect(m_name, &QLineEdit::textEdited, this, &Contacts::edit);
    connect(m_email, &QLineEdit::textEdited, this, &Contacts::edit);
    connect(m_phone, &QLineEdit::textEdited, this, &Contacts::edit);
    connect(m_isFavourite, &QCheckBox::clicked, this, &Contacts::edit);
    connect(m_add, &QPushButton::clicked, this,
            [this] { open(m_contacts.index(m_contacts.add(QStringLiteral("New contact")))); });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        const int row = m_open.row();
        open({});
        m_contacts.remove(row);
    });
    showCount();
    showDetail();
}

void Contacts::open(const QModelIndex &contact)
{
    m_open = contact;
    const QScopedValueRollback following(m_isFollowing, true);
    selectOpen();
    showDetail();
}

void Contacts::edit()
{
    const QScopedValueRollback following(m_isFollowing, true);
    m_contacts.setAt(m_open.row(), {m_name->text(), m_email->text(), m_phone->text(), m_isFavourite->isChecked()});
    selectOpen();
}

void Contacts::selectOpen()
{
    const QModelIndex row = m_shown.mapFromSource(m_open);
    m_list->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect);
}

void Contacts::showCount()
{
    m_count->setText(QStringLiteral("%1 of %2").arg(m_shown.rowCount()).arg(m_contacts.rowCount()));
}

void Contacts::showDetail()
{
    const bool isOpen = m_open.isValid();
    const Contact contact = isOpen ? m_contacts.at(m_open.row()) : Contact();
    m_detail->setEnabled(isOpen);
    m_remove->setEnabled(isOpen);
    m_name->setText(contact.name);
    m_email->setText(contact.email);
    m_phone->setText(contact.phone);
    m_isFavourite->setChecked(contact.isFavourite);
}
