// SPDX-License-Identifier: MIT

// Errors across the border, with value, message, file and line.

#include "scriptengine.h"

#include <nanostores/core.h>

#include <stdexcept>

using namespace nanostores;

class tst_CrossingErrors : public QObject, private support::ScriptEngine
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startEngine(); }
    void cleanup() { m_engine.reset(); }

    void errors_crossBothWays();
    void errors_sayFileAndLine();
    void errors_areAnyValue();
    void errors_ofSeveralListeners();
    void errors_ofTimersAreReported();
    void errorsAsValues_areNoErrors();
};

void tst_CrossingErrors::errors_crossBothWays()
{
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    run("stop = $count.listen(() => { throw new RangeError('too much') })");
    try {
        count.set(2);
        QFAIL("nothing was thrown");
    } catch (const ScriptError &error) {
        QCOMPARE(error.message(), QStringLiteral("too much"));
        QVERIFY(error.lineNumber() > 0);
        QVERIFY(QByteArray(error.what()).contains("RangeError"));
    }
    run("stop()");
    const auto subscription = count.listen([](int value) {
        if (value > 5) {
            throw std::runtime_error("native refusal");
        }
    });
    const QJSValue caught = run("try { $count.set(6); 'nothing' } catch (error) { error.message }");
    QCOMPARE(caught.toString(), QStringLiteral("native refusal"));
    const auto bad = fromScript<int>(m_engine.get(), run("N.computed($count, () => { throw 42 })"));
    try {
        bad.get();
        QFAIL("nothing was thrown");
    } catch (const ScriptError &error) {
        QCOMPARE(error.value().toInt(), 42);
    }
}

void tst_CrossingErrors::errors_sayFileAndLine()
{
    const QJSValue faults = importModule("faults.mjs");
    give("faults", faults);
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    run("stop = $count.listen(faults.throwRange)");
    try {
        count.set(2);
        QFAIL("nothing was thrown");
    } catch (const ScriptError &error) {
        QVERIFY2(error.fileName().endsWith(QStringLiteral("/crossing/faults.mjs")), qPrintable(error.fileName()));
        QCOMPARE(error.lineNumber(), 6);
        QVERIFY2(QByteArray(error.what()).contains("RangeError: too much ("), error.what());
        QVERIFY2(QByteArray(error.what()).endsWith("faults.mjs:6)"), error.what());
    }
    run("stop()");

    const auto subscription = count.listen([](int) { throw std::runtime_error("native refusal"); });
    const QJSValue error = faults.property(QStringLiteral("catchOf")).call({run("$count"), 3});
    QVERIFY(error.isError());
    QCOMPARE(error.property(QStringLiteral("message")).toString(), QStringLiteral("native refusal"));
    const QString stack = error.property(QStringLiteral("stack")).toString();
    QVERIFY2(stack.contains(QStringLiteral("/crossing/faults.mjs:11")), qPrintable(stack));
}

void tst_CrossingErrors::errors_areAnyValue()
{
    give("faults", importModule("faults.mjs"));
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    const auto twice = computed(count, [](int n) { return n * 2; });
    give("$twice", toScript(m_engine.get(), twice));
    run("thrown = undefined; $twice.listen(() => { throw thrown })");
    for (const char *value : {"42", "0", "''", "null", "undefined", "NaN", "({})", "(() => 1)", "Symbol('s')", "/x/"}) {
        // out of JavaScript, through two C++ stores, into JavaScript
        const QString code = QStringLiteral("thrown = %1; caught = faults.catchValueOf(() => $count.set($count.get() + "
                                            "1)); caught !== undefined && Object.is(caught.thrown, thrown)");
        const QJSValue same = m_engine->evaluate(code.arg(QLatin1String(value)));
        QVERIFY2(same.toBool(), value);
    }
    run("thrown = 42");
    try {
        count.set(100);
        QFAIL("nothing was thrown");
    } catch (const ScriptError &error) {
        QCOMPARE(error.value().toInt(), 42);
        QCOMPARE(error.message(), QStringLiteral("42"));
        QCOMPARE(error.lineNumber(), 0);
    }
    QCOMPARE(count.get(), 100);
}

void tst_CrossingErrors::errors_ofSeveralListeners()
{
    QStringList reported;
    setErrorHandler([&](const std::exception_ptr &error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception &e) {
            reported += QString::fromUtf8(e.what());
        }
    });
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    const auto first = count.listen([](int) { throw std::runtime_error("first"); });
    run("$count.listen(() => { throw new Error('second') }); $count.listen(v => log.push(v))");
    QList<int> heard;
    const auto last = count.listen([&](int value) { heard += value; });
    const QJSValue caught = run("try { $count.set(2); 'nothing' } catch (error) { error.message }");
    setErrorHandler({});
    QCOMPARE(caught.toString(), QStringLiteral("first"));
    QCOMPARE(reported.size(), 1);
    QVERIFY(reported.first().contains(QStringLiteral("second")));
    QCOMPARE(log(), QStringLiteral("2"));
    QCOMPARE(heard, QList<int>{2});
}

void tst_CrossingErrors::errors_ofTimersAreReported()
{
    QStringList reported;
    setErrorHandler([&](const std::exception_ptr &error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception &e) {
            reported += QString::fromUtf8(e.what());
        }
    });
    run("later = K.debounce(10)(() => { throw new Error('late') }); later()");
    run("$s = N.atom(1); N.onMount($s, () => () => { throw new Error('gone') }); $s.listen(() => {})()");
    m_time.advance(2000);
    setErrorHandler({});
    QCOMPARE(reported.size(), 2);
    QVERIFY(reported.at(0).contains(QStringLiteral("late")));
    QVERIFY(reported.at(1).contains(QStringLiteral("gone")));
    QVERIFY(!m_engine->hasError());
    QCOMPARE(run("1 + 1").toInt(), 2);
}

void tst_CrossingErrors::errorsAsValues_areNoErrors()
{
    run("mistake = new TypeError('kept'); $a = N.atom(mistake); $b = N.computed($a, e => e); $c = K.signal(mistake)");
    for (const char *code : {"$a", "$b", "$c"}) {
        const auto value = fromScript<QJSValue>(m_engine.get(), run(code));
        QVERIFY2(value.get().strictlyEquals(run("mistake")), code);
    }
    QVERIFY(run("$b.get() === mistake && K.computed(() => $c())() === mistake").toBool());
    QVERIFY(!m_engine->hasError());
}

QTEST_GUILESS_MAIN(tst_CrossingErrors)
#include "tst_crossingerrors.moc"
