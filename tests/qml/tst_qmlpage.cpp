// SPDX-License-Identifier: MIT
#include "support/qmlexamples.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

/// The QML that the pages show can be made, without a warning.
class tst_QmlPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void example_data();
    void example();

private:
    QTemporaryDir m_runtime;
    QQmlEngine m_engine;
};

/// Programs that take links have a socket, and files of the user.
void tst_QmlPage::initTestCase()
{
    QVERIFY(m_runtime.isValid());
    qputenv("XDG_RUNTIME_DIR", m_runtime.path().toLocal8Bit());
    QStandardPaths::setTestModeEnabled(true);
    QVERIFY(QDir::setCurrent(m_runtime.path())); // where files are made that a page names
}

void tst_QmlPage::example_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("qml");
    QList<const char *> pages{"binding.md", "engines.md", "qml.md", "scopes.md"};
#ifdef LOGGER_PAGE
    pages.append("logger.md");
#endif
#ifdef PERSISTENT_PAGE
    pages.append("persistent.md");
#endif
#ifdef HISTORY_PAGE
    pages.append("history.md");
#endif
#ifdef QUERY_PAGE
    pages.append("query.md");
#endif
#ifdef I18N_PAGE
    pages.append("i18n.md");
#endif
#ifdef ROUTER_PAGE
    pages.append("router-views.md");
#endif
    for (const char *name : std::as_const(pages)) {
        const QString path = QStringLiteral(QML_PAGES) + QLatin1String(name);
        support::addQmlExamples(path, name, [&path](QTestData &row, const QByteArray &qml) { row << path << qml; });
    }
}

void tst_QmlPage::example()
{
    QFETCH(const QString, file);
    QFETCH(QByteArray, qml);
    if (!qml.contains("import")) {
        qml.prepend("import QtQml; import NanoStores;");
    }
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    // A file of its own: Qt 6.8 does not find an inline component of a document of data.
    const QTemporaryDir folder;
    QFile page(folder.filePath(QFileInfo(file).baseName() + QStringLiteral(".qml")));
    QVERIFY(page.open(QIODevice::WriteOnly) && page.write(qml) == qml.size());
    page.close();
    QQmlComponent component(&m_engine, QUrl::fromLocalFile(page.fileName()));
    const std::unique_ptr<QObject> object(component.create());
    QVERIFY2(object, qPrintable(component.errorString()));
}

QTEST_MAIN(tst_QmlPage)
#include "tst_qmlpage.moc"
