// SPDX-License-Identifier: MIT

// What docs/javascript.md shows works as it says: modules print what their comments tell, QML makes no warning, and the
// engine has the gaps that the tables list.

#include <nanostores/core/scheduler.h>
#include <nanostores/script/install.h>

#include <QDir>
#include <QFile>
#include <QLibraryInfo>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QVersionNumber>

#include <chrono>
#include <memory>

namespace {

QStringList printed;

void record(QtMsgType, const QMessageLogContext &, const QString &message)
{
    printed.append(message);
}

bool isOld()
{
    return QLibraryInfo::version() < QVersionNumber(6, 5);
}

} // namespace

/// The clock of the examples.
class Loop : public QObject
{
    Q_OBJECT

public:
    Loop() { nanostores::setScheduler(&m_time); }
    ~Loop() override { nanostores::setScheduler(nullptr); }
    Q_INVOKABLE void advance(int milliseconds) { m_time.advance(std::chrono::milliseconds(milliseconds)); }

private:
    nanostores::ManualScheduler m_time;
};

class tst_JavaScriptPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void example_data();
    void example();
    void refused_data();
    void refused();
    void missing_data();
    void missing();
    void faults_data();
    void faults();
    void importBeforeQml_isAnotherInstance();

private:
    struct Block
    {
        QString language;
        int line;
        QString code;
        bool isOfOldQt;
    };
    QJSValue load(QQmlEngine *engine, const QString &name, const QString &code) const;
    /// The rows of the table with that heading, as their cells' code.
    QList<QList<QStringList>> table(const QString &heading) const;

    QTemporaryDir m_folder;
    QStringList m_lines;
    QList<Block> m_blocks;
};

void tst_JavaScriptPage::initTestCase()
{
    QFile page(QStringLiteral(JAVASCRIPT_PAGE));
    QVERIFY(page.open(QIODevice::ReadOnly));
    m_lines = QString::fromUtf8(page.readAll()).split(QLatin1Char('\n'));
    bool isOfOldQt = false;
    for (int i = 0; i < m_lines.size(); ++i) {
        if (m_lines.at(i).startsWith(QLatin1String("```"))) {
            Block block{m_lines.at(i).mid(3), i + 1, {}, isOfOldQt};
            while (!m_lines.at(++i).startsWith(QLatin1String("```"))) {
                block.code += m_lines.at(i) + QLatin1Char('\n');
            }
            m_blocks.append(block);
        }
        isOfOldQt = m_lines.at(i) == QLatin1String("<!-- before Qt 6.5 -->");
    }
    QVERIFY(m_blocks.size() > 10);
}

QJSValue tst_JavaScriptPage::load(QQmlEngine *engine, const QString &name, const QString &code) const
{
    QFile file(m_folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly)) {
        return QJSValue(file.errorString());
    }
    file.write(code.toUtf8());
    file.close();
    const QJSValue module = engine->importModule(file.fileName());
    return engine->hasError() ? engine->catchError() : module;
}

void tst_JavaScriptPage::example_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < m_blocks.size(); ++i) {
        const Block &block = m_blocks.at(i);
        if ((block.language == QLatin1String("js") || block.language == QLatin1String("qml"))
            && (isOld() || !block.isOfOldQt)) {
            QTest::addRow("line %d", block.line) << i;
        }
    }
}

void tst_JavaScriptPage::example()
{
    QFETCH(const int, index);
    const Block &block = m_blocks.at(index);
    Loop loop;
    QQmlEngine engine;
    if (block.language == QLatin1String("qml")) {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
        QQmlComponent component(&engine);
        component.setData(block.code.toUtf8(), QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("Example.qml"))));
        const std::unique_ptr<QObject> object(component.create());
        QVERIFY2(object, qPrintable(component.errorString()));
        return;
    }

    nanostores::installModules(&engine);
    engine.globalObject().setProperty(QStringLiteral("loop"), engine.newQObject(&loop));
    QJSEngine::setObjectOwnership(&loop, QJSEngine::CppOwnership);
    QStringList expected;
    static const QRegularExpression prints(QStringLiteral("// -> (.*)"));
    for (auto it = prints.globalMatch(block.code); it.hasNext();) {
        expected.append(it.next().captured(1));
    }
    static const QRegularExpression named(QStringLiteral("^// (\\S+\\.mjs)\n"));
    const auto name = named.match(block.code);
    printed.clear();
    const auto before = qInstallMessageHandler(record);
    const QJSValue module =
        load(&engine, name.hasMatch() ? name.captured(1) : QStringLiteral("line%1.mjs").arg(block.line), block.code);
    QCoreApplication::processEvents();
    qInstallMessageHandler(before);
    QVERIFY2(!module.isError(), qPrintable(module.toString()));
    QCOMPARE(printed, expected);
}

QList<QList<QStringList>> tst_JavaScriptPage::table(const QString &heading) const
{
    QList<QList<QStringList>> rows;
    static const QRegularExpression code(QStringLiteral("`([^`]+)`"));
    for (qsizetype i = m_lines.indexOf(heading) + 2; m_lines.at(i).startsWith(QLatin1Char('|')); ++i) {
        QList<QStringList> cells;
        const QStringList written = m_lines.at(i).split(QStringLiteral(" | "));
        for (const QString &cell : written) {
            QStringList spans;
            for (auto it = code.globalMatch(cell); it.hasNext();) {
                spans.append(it.next().captured(1));
            }
            cells.append(spans);
        }
        rows.append(cells);
    }
    return rows;
}

void tst_JavaScriptPage::refused_data()
{
    QTest::addColumn<QString>("refused");
    QTest::addColumn<QString>("instead");
    const auto rows = table(QStringLiteral("| what | write |"));
    QVERIFY(rows.size() > 5);
    for (const auto &row : rows) {
        QTest::newRow(qPrintable(row.at(0).constFirst())) << row.at(0).constFirst() << row.at(1).constFirst();
    }
}

void tst_JavaScriptPage::refused()
{
    QFETCH(const QString, refused);
    QFETCH(const QString, instead);
    QQmlEngine engine;
    const QString inAFunction = QStringLiteral("export function never() { %1 }\n");
    const QJSValue good = load(&engine, QStringLiteral("good.mjs"), inAFunction.arg(instead));
    QVERIFY2(!good.isError(), qPrintable(good.toString()));
    if (isOld()) {
        const QJSValue bad = load(&engine, QStringLiteral("bad.mjs"), inAFunction.arg(refused));
        QVERIFY2(bad.isError(), "it is understood");
        QVERIFY(bad.toString().startsWith(QLatin1String("SyntaxError")));
    }
}

void tst_JavaScriptPage::missing_data()
{
    QTest::addColumn<QString>("name");
    const auto rows = table(QStringLiteral("| what | instead |"));
    QVERIFY(rows.size() > 5);
    for (const auto &row : rows) {
        for (const QString &name : row.at(0)) {
            QTest::newRow(qPrintable(name)) << name;
        }
    }
}

void tst_JavaScriptPage::missing()
{
    QFETCH(const QString, name);
    if (isOld()) {
        QQmlEngine engine;
        QCOMPARE(engine.evaluate(QStringLiteral("typeof ") + name).toString(), QStringLiteral("undefined"));
    }
}

void tst_JavaScriptPage::faults_data()
{
    QTest::addColumn<QString>("code");
    QTest::newRow("export from a module") << QStringLiteral("export { atom } from 'nanostores'");
    QTest::newRow("name of an error") << QStringLiteral("const error = new Error('text'); error.name = 'Mine'");
}

void tst_JavaScriptPage::faults()
{
    QFETCH(const QString, code);
    if (isOld()) {
        QQmlEngine engine;
        nanostores::installModules(&engine);
        QVERIFY(load(&engine, QStringLiteral("fault.mjs"), code).isError());
    }
}

void tst_JavaScriptPage::importBeforeQml_isAnotherInstance()
{
    const QString name = QStringLiteral("instance.mjs");
    for (const bool before : {true, false}) {
        QQmlEngine engine;
        nanostores::installModules(&engine);
        const auto import = [&] {
            return load(&engine, name, QStringLiteral("import { atom } from 'nanostores'; export const $n = atom(1)"));
        };
        QJSValue store; // taken at once: Qt 6.4 forgets what a module exports when QML loads it again
        if (before) {
            store = import().property(QStringLiteral("$n"));
        }
        QQmlComponent component(&engine);
        component.setData("import QtQml; import 'instance.mjs' as Stores; QtObject { property int n: Stores.$n.value }",
                          QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("Example.qml"))));
        if (!before) {
            QVERIFY(QFile::exists(m_folder.filePath(name))); // written by the round before
        }
        const std::unique_ptr<QObject> object(component.create());
        QVERIFY2(object, qPrintable(component.errorString()));
        if (!before) {
            store = import().property(QStringLiteral("$n"));
        }
        store.property(QStringLiteral("set")).callWithInstance(store, {2});
        if (!before || isOld()) {
            QCOMPARE(object->property("n").toInt(), before ? 1 : 2);
        }
    }
}

QTEST_MAIN(tst_JavaScriptPage)
#include "tst_javascriptpage.moc"
