// SPDX-License-Identifier: MIT
#include "form.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace {

template<typename W>
W *named(W *widget, const char *name)
{
    widget->setObjectName(QLatin1String(name));
    return widget;
}

} // namespace

ContactsForm::ContactsForm()
    : m_search(named(new QLineEdit, "search"))
    , m_list(named(new QListView, "list"))
    , m_count(named(new QLabel, "count"))
    , m_add(named(new QPushButton(QStringLiteral("Add")), "add"))
    , m_remove(named(new QPushButton(QStringLiteral("Remove")), "remove"))
    , m_detail(named(new QWidget, "detail"))
    , m_name(named(new QLineEdit, "name"))
    , m_email(named(new QLineEdit, "email"))
    , m_phone(named(new QLineEdit, "phone"))
    , m_isFavourite(named(new QCheckBox(QStringLiteral("Favourite")), "isFavourite"))
{
    setObjectName(QStringLiteral("window"));
    setWindowTitle(QStringLiteral("Contacts"));
    m_search->setPlaceholderText(QStringLiteral("Search"));
    m_search->setClearButtonEnabled(true);

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_count, 1);
    buttons->addWidget(m_add);
    buttons->addWidget(m_remove);
    auto *master = new QVBoxLayout;
    master->addWidget(m_search);
    master->addWidget(m_list);
    master->addLayout(buttons);

    auto *fields = new QFormLayout(m_detail);
    fields->addRow(QStringLiteral("Name"), m_name);
    fields->addRow(QStringLiteral("E-mail"), m_email);
    fields->addRow(QStringLiteral("Phone"), m_phone);
    fields->addRow(QString(), m_isFavourite);

    auto *layout = new QHBoxLayout(this);
    layout->addLayout(master, 1);
    layout->addWidget(m_detail, 1);
    resize(560, 320);
}
