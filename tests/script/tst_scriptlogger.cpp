// SPDX-License-Identifier: MIT

// What the module @nanostores/logger prints where the console has no groups.

#include "scriptengine.h"

#include <nanostores/script.h>

#include <QJSEngine>
#include <QLoggingCategory>
#include <QTest>

namespace {

QStringList messages;
QtMessageHandler previous = nullptr;

void keep(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    if (qstrcmp(context.category, "nanostores.log") == 0) {
        messages.append((type == QtWarningMsg ? QStringLiteral("!") : QString()) + message);
    } else {
        previous(type, context, message);
    }
}

} // namespace

class tst_ScriptLogger : public QObject, support::ScriptEngine
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        startEngine();
        previous = qInstallMessageHandler(keep);
        messages.clear();
        const QJSValue module = m_engine->importModule(QStringLiteral(SCRIPT_TESTS "/crossing/logger.mjs"));
        QVERIFY2(!module.isError(), qPrintable(module.toString()));
        give("L", module.property(QStringLiteral("log")));
    }
    void cleanup()
    {
        qInstallMessageHandler(previous);
        QLoggingCategory::setFilterRules(QString());
        m_engine.reset();
    }

    void logger_printsIndentedLines();
    void logger_printsActionsAtTheirEnd();
    void log_isOneLineWhateverItShows();
    void off_readsNothing();
};

void tst_ScriptLogger::logger_printsIndentedLines()
{
    QVERIFY(!run("var $a = N.map({ n: 1 }); L.logger({ $a }); $a.setKey('n', 2)").isError());
    QCOMPARE(messages, QStringList({QStringLiteral("change: $a store was changed in the n key"),
                                    QStringLiteral("  value: 1 \u2192 2"), QStringLiteral("  new: {\"n\":2}"),
                                    QStringLiteral("  old: {\"n\":1}")}));
}

void tst_ScriptLogger::logger_printsActionsAtTheirEnd()
{
    QVERIFY(!run("var $b = N.atom(1); L.logger({ $b }); var go = L.action($b, 'go', (s, n) => { s.set(n); "
                 "throw Error('bad') }); try { go(2) } catch (e) {}")
                 .isError());
    QCOMPARE(messages,
             QStringList({QStringLiteral("action: $b store was changed by action go with arguments"),
                          QStringLiteral("  arguments: [2]"), QStringLiteral("  change: $b store was changed"),
                          QStringLiteral("    value: 1 \u2192 2"),
                          QStringLiteral("!  error: $b store handled error in action go {\"message\":\"bad\"}")}));
}

void tst_ScriptLogger::log_isOneLineWhateverItShows()
{
    run("L.log({ type: 'value', message: 'a\\nb\\u001b[2J\\u202e\\ud800', value: '\\u2028' })");
    run("L.log({ type: { name: 'Fetch', color: 'red' }, message: [['bold', 'x'], ['regular', 'y']] })");
    QCOMPARE(messages, QStringList({QStringLiteral("value: a\\u000ab\\u001b[2J\\u202e\\ud800 \"\\u2028\""),
                                    QStringLiteral("fetch: x y")}));
    const QJSValue error = run("L.log({ type: 'other' })");
    QVERIFY(error.isError() && error.toString().contains(QStringLiteral("must be one of")));
}

void tst_ScriptLogger::off_readsNothing()
{
    QLoggingCategory::setFilterRules(QStringLiteral("nanostores.log=false"));
    run("var reads = 0; var value = { get n() { reads++; return 1 } }; var $c = N.atom({}); L.logger({ $c }); "
        "$c.set(value)");
    QVERIFY(messages.isEmpty());
    QCOMPARE(run("reads").toInt(), 0);
    QLoggingCategory::setFilterRules(QString());
    run("$c.set(1)");
    QVERIFY(!messages.isEmpty());
    QVERIFY(run("reads").toInt() > 0);
}

QTEST_GUILESS_MAIN(tst_ScriptLogger)
#include "tst_scriptlogger.moc"
