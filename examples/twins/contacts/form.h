// SPDX-License-Identifier: MIT
#pragma once

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>

/// The window of both twins: widgets, and nothing that happens between them.
class ContactsForm : public QWidget
{
public:
    ContactsForm();

protected:
    QLineEdit *const m_search;
    QListView *const m_list;
    QLabel *const m_count;
    QPushButton *const m_add;
    QPushButton *const m_remove;
    QWidget *const m_detail; ///< Holds the fields below.
    QLineEdit *const m_name;
    QLineEdit *const m_email;
    QLineEdit *const m_phone;
    QCheckBox *const m_isFavourite;
};

/// Some to begin with.
inline const char *const contactNames[] = {"Ada",    "Grace",  "Alan",  "Edsger",  "Barbara", "Donald",    "Margaret",
                                           "Dennis", "Ken",    "Radia", "Frances", "John",    "Katherine", "Niklaus",
                                           "Tony",   "Leslie", "Joan",  "Bjarne",  "Adele",   "Robin"};
