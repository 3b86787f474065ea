// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QFile>
#include <QtCore/QString>
#include <QtTest/QTest>

namespace support {

/// A row of test data for each example of QML that the page shows: what f makes of its text, which begins with as many
/// lines as the page has before it, so that messages name the line of the page.
template<typename F>
void addQmlExamples(const QString &path, const char *name, F f)
{
    QFile page(path);
    QVERIFY(page.open(QIODevice::ReadOnly));
    QByteArray block;
    bool inside = false;
    for (int number = 1; !page.atEnd(); ++number) {
        const QByteArray line = page.readLine();
        if (line.startsWith("```qml")) {
            inside = true;
            block = QByteArray(number, '\n');
        } else if (inside && line.startsWith("```")) {
            inside = false;
            f(QTest::addRow("%s, line %d", name, number), block);
        } else if (inside) {
            block += line;
        }
    }
}

} // namespace support
