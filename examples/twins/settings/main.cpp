// SPDX-License-Identifier: MIT
#include "preview.h"

#include <QApplication>

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("nanostores"));
    QApplication::setApplicationName(QStringLiteral("settings-twin"));
    Preview preview;
    preview.show();
    return QApplication::exec();
}
