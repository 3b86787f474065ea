// SPDX-License-Identifier: MIT
#include "contacts.h"

#include <QApplication>

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    Contacts contacts;
    contacts.show();
    return QApplication::exec();
}
