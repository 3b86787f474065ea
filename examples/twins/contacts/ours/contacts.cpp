// SPDX-License-Identifier: MIT
#include "contacts.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <algorithm>

using namespace nanostores;

#define CONTACT_FIELDS(FIELD) FIELD(QString, name) FIELD(QString, email) FIELD(QString, phone) FIELD(bool, isFavourite)

struct Contact
{
    Q_GADGET
    NANOSTORES_STRUCT(Contact, CONTACT_FIELDS)
};

namespace {

const auto contacts = map<int, Contact>();
const auto openContact = atom(std::optional<int>());
const auto search = atom(QString());
const auto shown = sorted(filtered(contacts, search,
                                   [](const Contact &contact, const QString &text) {
                                       return contact.name.contains(text, Qt::CaseInsensitive);
                                   }),
                          [](const Contact &contact) { return contact.name.toLower(); });
const auto isOpen = computed(contacts, openContact, [](const auto &all, const std::optional<int> &number) {
    return number && all.contains(*number);
});
const auto countText = computed(contacts, shown, [](const auto &all, const auto &some) {
    return QStringLiteral("%1 of %2").arg(some.size()).arg(all.size());
});

int addContact(const QString &name)
{
    static int last = 0;
    contacts.setKey(++last, {name, {}, {}, false});
    return last;
}

} // namespace

Contacts::Contacts()
{
    for (const char *name : contactNames) {
        addContact(QString::fromLatin1(name));
    }
    m_list->setModel(new TableModel(new MapModel(shown, this), {{QString(), "name"}}, this));
    bindCurrent(openContact, m_list);
    bind(search, m_search);
    useStore(countText, m_count, &QLabel::setText);
    useStore(isOpen, m_detail, &QWidget::setEnabled);
    useStore(isOpen, m_remove, &QWidget::setEnabled);
    useStore(openContact, this, [this](std::optional<int> number) { showDetail(number); });

    connect(m_add, &QPushButton::clicked, this, [] { openContact.set(addContact(QStringLiteral("New contact"))); });
    connect(m_remove, &QPushButton::clicked, this, [] {
        const int number = *openContact.get();
        openContact.set({});
        contacts.removeKey(number);
    });
}

void Contacts::showDetail(std::optional<int> number)
{
    for (WidgetBinding *field : m_fields) {
        field->unbind();
    }
    const int key = number.value_or(0);
    m_fields = {bind(contacts, key, &Contact::name, m_name), bind(contacts, key, &Contact::email, m_email),
                bind(contacts, key, &Contact::phone, m_phone),
                bind(contacts, key, &Contact::isFavourite, m_isFavourite)};
}

#include "contacts.moc"
