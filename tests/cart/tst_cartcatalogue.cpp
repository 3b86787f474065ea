// SPDX-License-Identifier: MIT
#include "catalogue.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <variant>

/// What is wrong with a catalogue, and where in the file.
class tst_CartCatalogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMalformedCatalogueIsReported_data();
    void aMalformedCatalogueIsReported();
};

void tst_CartCatalogue::aMalformedCatalogueIsReported_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("line");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("reason");

    const QByteArray good = R"({"id": "a", "name": "A", "category": "c", "tagline": "t", "description": "d",
 "details": "e", "price": 100, "tint": "#ffffff", "illustration": "a.svg"})";
    const auto with = [&](const char *from, const char *to) { return QByteArray(good).replace(from, to); };

    QTest::newRow("cut off") << QByteArray("[\n  {\"id\":") << 2 << 9 << QStringLiteral("");
    QTest::newRow("no list") << QByteArray("{}") << 1 << 1 << QStringLiteral("list of products");
    QTest::newRow("no object") << QByteArray("[\n" + good + ",\n   7]") << 4 << 4
                               << QStringLiteral("product 2: must be an object, not a number");
    QTest::newRow("missing") << "[\n\n" + with("\"name\": \"A\", ", "") + "]" << 3 << 1
                             << QStringLiteral("product 1 (a): \"name\" is missing");
    QTest::newRow("wrong type") << "[\n" + with("100", "\"100\"") + "]" << 3 << 27
                                << QStringLiteral("\"price\" must be a whole number of cents, not a string");
    QTest::newRow("half a cent") << "[" + with("100", "0.5") + "]" << 2 << 27
                                 << QStringLiteral("whole number of cents");
    QTest::newRow("the key as a value") << "[" + with("\"A\"", "\"price\"").replace("100", "true") + "]" << 2 << 27
                                        << QStringLiteral("not a boolean");
    QTest::newRow("empty") << "[" + with("\"c\"", "\"\"") + "]" << 1 << 39 << QStringLiteral("\"category\" is empty");
    QTest::newRow("no colour") << "[" + with("#ffffff", "white") + "]" << 2 << 40 << QStringLiteral("colour");
    QTest::newRow("no picture") << "[" + with("a.svg", "b.svg") + "]" << 2 << 67 << QStringLiteral("there is no file");
    QTest::newRow("twice") << "[" + good + ",\n" + good + "]" << 3 << 8
                           << QStringLiteral("product 2 (a): this id is taken");
    QTest::newRow("after escapes") << "[" + with("\"A\"", R"("\"]},{\\")").replace("100", "-1") + "]" << 2 << 27
                                   << QStringLiteral("whole number");
}

void tst_CartCatalogue::aMalformedCatalogueIsReported()
{
    QFETCH(const QByteArray, json);
    QFETCH(const int, line);
    QFETCH(const int, column);
    QFETCH(const QString, reason);

    QTemporaryDir folder;
    const auto write = [&](const QString &name, const QByteArray &content) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
    };
    QVERIFY(write(QStringLiteral("a.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
    QVERIFY(write(QStringLiteral("catalogue.json"), json));
    const QString path = folder.filePath(QStringLiteral("catalogue.json"));

    const auto result = shop::readCatalogue(path);
    const auto *error = std::get_if<shop::CatalogueError>(&result);
    QVERIFY(error);
    QCOMPARE(error->file, path);
    QVERIFY2(error->reason.contains(reason), qPrintable(error->reason));
    QCOMPARE(error->line, line);
    QCOMPARE(error->column, column);
    QVERIFY(error->text().startsWith(
        QStringLiteral("%1:%2:%3: ").arg(QDir::toNativeSeparators(path)).arg(line).arg(column)));
}

QTEST_GUILESS_MAIN(tst_CartCatalogue)
#include "tst_cartcatalogue.moc"
