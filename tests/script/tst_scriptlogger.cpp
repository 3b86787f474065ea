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
    void logger_isNoReasonForAWriteToFail_data();
    void logger_isNoReasonForAWriteToFail();
    void logger_showsSymbolsAndObjectsOfQt();
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

void tst_ScriptLogger::logger_isNoReasonForAWriteToFail_data()
{
    QTest::addColumn<QString>("value");
    QTest::newRow("getter") << QStringLiteral("{ get x() { throw Error('getter') } }");
    QTest::newRow("getter in an array") << QStringLiteral("[{ a: { get x() { throw 1 } } }]");
    QTest::newRow("own text") << QStringLiteral("{ toJSON() { throw Error('json') }, toString() { throw 2 } }");
    QTest::newRow("class") << QStringLiteral("new (class { toJSON() { throw 1 } toString() { return {} } })()");
    QTest::newRow("no text") << QStringLiteral("(o => { o.o = o; o.f = Object.create(null); return o })"
                                               "(new (class { get toString() { throw 1 } })())");
    QTest::newRow("proxy") << QStringLiteral("new Proxy({}, { ownKeys() { throw Error('keys') } })");
    QTest::newRow("closed proxy") << QStringLiteral("new Proxy({}, { get() { throw Error('get') }, "
                                                    "getOwnPropertyDescriptor() { throw Error('own') } })");
    QTest::newRow("chain") << QStringLiteral("(() => { let o = null; for (let i = 0; i < 5000; i++) o = { o }; "
                                             "return o })()");
    QTest::newRow("chain of arrays") << QStringLiteral(
        "(() => { let o = []; for (let i = 0; i < 5000; i++) o = [o]; return o })()");
    QTest::newRow("holds itself") << QStringLiteral("(() => { const o = Object.create(null); o.o = [o]; return o })()");
}

/// What cannot be shown is named, and the store has the value, before and behind it as well.
void tst_ScriptLogger::logger_isNoReasonForAWriteToFail()
{
    QFETCH(QString, value);
    QVERIFY(
        !run("var heard = 0; var $a = N.atom(0); var $m = N.map({}); $a.listen(() => heard++); "
             "$m.listen(() => heard++); L.logger({ $a, $m }); L.logger({ $b: $a, $n: $m }, { redact: ['p', 'x.*'] })")
             .isError());
    for (const QString &each : {value, QStringLiteral("1"), value}) {
        const QJSValue held = run(QStringLiteral("var v = %1; $a.set(v); $m.setKey('k', v); L.action($a, 'go', "
                                                 "(s, n) => { s.set(0); s.set(n) })(v); "
                                                 "$a.get() === v && $m.get().k === v")
                                      .arg(each)
                                      .toUtf8());
        QVERIFY2(held.isBool() && held.toBool(), qPrintable(held.toString()));
    }
    QCOMPARE(run("heard").toInt(), 12);
    messages.clear();
    run("$a.set('end')");
    QCOMPARE(messages.value(0), QStringLiteral("change: $b store was changed")); // at the margin
}

void tst_ScriptLogger::logger_showsSymbolsAndObjectsOfQt()
{
    QObject object;
    QJSEngine::setObjectOwnership(&object, QJSEngine::CppOwnership);
    give("o", m_engine->newQObject(&object));
    run("var $m = N.map({}); L.logger({ $m }); $m.setKey(Symbol('s'), 1); $m.setKey('o', { o })");
    QCOMPARE(messages.value(0), QStringLiteral("change: $m store was changed in the Symbol(s) key"));
    QCOMPARE(messages.value(1), QStringLiteral("  value: undefined \u2192 1"));
    const QString shown = messages.filter(QStringLiteral("new:")).value(1);
    QVERIFY2(shown.contains(QStringLiteral("QObject(0x")) && !shown.contains(QStringLiteral("objectName")),
             qPrintable(shown));
}

QTEST_GUILESS_MAIN(tst_ScriptLogger)
#include "tst_scriptlogger.moc"
