// SPDX-License-Identifier: MIT
#include <nanostores/persistent/testing/checkengine.h>

#include "support/storage.h"

#include <QtTest/QTest>

using namespace nanostores;

/// Engines on sqliteBackend().
class tst_SqliteEngine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void checkEngine_findsNothing();
};

void tst_SqliteEngine::checkEngine_findsNothing()
{
    const QTemporaryDir folder(support::folderTemplate());
    int count = 0;
    const auto newStorage = [&]() -> testing::MakeBackend {
        const auto path = folder.filePath(QString::number(++count) + QStringLiteral(".db"));
        return [path] { return sqliteBackend({path}); };
    };
    QString all;
    for (const auto &message : testing::checkEngine(newStorage)) {
        all += QString::fromStdString(message) + QLatin1Char('\n');
    }
    QVERIFY2(all.isEmpty(), qPrintable(all));
    QVERIFY(count > 1);
}

QTEST_GUILESS_MAIN(tst_SqliteEngine)
#include "tst_sqliteengine.moc"
