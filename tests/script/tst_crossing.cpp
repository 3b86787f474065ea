// SPDX-License-Identifier: MIT

// Stores across the border: C++ stores in JavaScript, JavaScript stores in C++, one lifecycle.

#include "scriptengine.h"

#include <nanostores/core.h>

#include <memory>

using namespace nanostores;

class tst_Crossing : public QObject, private support::ScriptEngine
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startEngine(); }
    void cleanup() { m_engine.reset(); }

    void native_isReadWrittenHeard();
    void native_underComputedAndEffect();
    void native_asSignal();
    void native_listIsAnArray();
    void native_hearsAsLongAsItLives();
    void script_underNativeComputed();
    void script_mountsWithNativeListener();
    void engine_goesBeforeItsStores();
};

void tst_Crossing::native_isReadWrittenHeard()
{
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    run("stop = $count.listen((value, old) => log.push(value + ' after ' + old))");
    count.set(2);
    QCOMPARE(run("$count.set(3); $count.get() + $count.value").toInt(), 6);
    QCOMPARE(count.get(), 3);
    run("stop()");
    count.set(4);
    QCOMPARE(log(), QStringLiteral("2 after 1,3 after 2"));
    QVERIFY(toScript(m_engine.get(), count).strictlyEquals(run("$count")));
}

void tst_Crossing::native_underComputedAndEffect()
{
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    run("$twice = N.computed($count, n => n * 2)");
    QCOMPARE(run("$twice.get()").toInt(), 2);
    run("$twice.listen(value => log.push(value)); N.effect([$count, $twice], (a, b) => { log.push(a + '/' + b) })");
    count.set(5);
    QCOMPARE(run("$twice.get()").toInt(), 10);
    QVERIFY(log().contains(QStringLiteral("10")));
    QVERIFY(log().endsWith(QStringLiteral("5/10")));
}

void tst_Crossing::native_asSignal()
{
    const auto count = atom(1);
    const auto next = computed(count, [](int n) { return n + 1; });
    give("$count", toScriptSignal(m_engine.get(), count));
    give("$next", toScriptSignal(m_engine.get(), next));
    run("K.effect(() => { log.push($count() + '/' + $next()) })");
    run("$count(n => n + 1)");
    count.set(7);
    QCOMPARE(log(), QStringLiteral("1/2,2/3,7/8"));
    QVERIFY(run("$next(1)").isError());
}

void tst_Crossing::native_listIsAnArray()
{
    const auto numbers = list(QList<int>{1, 2});
    const auto even = filtered(numbers, [](int n) { return n % 2 == 0; });
    give("$numbers", toScript(m_engine.get(), numbers));
    give("$even", toScript(m_engine.get(), even));
    run("$numbers.listen((value, old) => log.push(value.join('') + ' after ' + old.join('')))");
    run("$even.listen(value => log.push('even ' + value.join('')))");
    numbers.append(4);
    numbers.setAt(0, 3);
    QCOMPARE(log(), QStringLiteral("124 after 12,even 24,324 after 124"));
    run("$numbers.set([6, ...$numbers.get()])");
    QCOMPARE(numbers.get(), (QList<int>{6, 3, 2, 4}));
    QVERIFY(log().endsWith(QStringLiteral("6324 after 324,even 624")));
    QVERIFY(run("$numbers.set('text')").isError());
    QCOMPARE(numbers.size(), 4u);
}

void tst_Crossing::native_hearsAsLongAsItLives()
{
    const auto count = atom(1);
    give("make", run("(function ($count) { $count.listen(v => log.push(v)); N.computed($count, v => v * 10).listen(v "
                     "=> log.push(v)) })"));
    run("make").call({toScript(m_engine.get(), count)});
    collectGarbage();
    count.set(2);
    QCOMPARE(log(), QStringLiteral("2,20"));
}

void tst_Crossing::script_underNativeComputed()
{
    const QJSValue store = run("$name = N.atom('Dan')");
    const auto name = fromScript<QString>(m_engine.get(), store);
    const auto greeting = computed(name, [](const QString &who) { return QStringLiteral("Hello ") + who; });
    QCOMPARE(greeting.get(), QStringLiteral("Hello Dan"));
    QStringList heard;
    const auto subscription = greeting.listen([&](const QString &text) { heard += text; });
    run("$name.set('Alice')");
    QCOMPARE(heard, QStringList{QStringLiteral("Hello Alice")});
    const auto sum = fromScript<int>(m_engine.get(), run("$n = K.signal(1); K.computed(() => $n() + 1)"));
    run("$n(4)");
    QCOMPARE(sum.get(), 5);
}

void tst_Crossing::script_mountsWithNativeListener()
{
    const QJSValue store =
        run("$s = N.atom(1); N.onMount($s, () => { log.push('up'); return () => log.push('down') }); $s");
    const auto number = fromScript<int>(m_engine.get(), store);
    auto subscription = number.listen([] {});
    QCOMPARE(log(), QStringLiteral("up"));
    subscription.reset();
    m_time.advance(2500);
    QCOMPARE(log(), QStringLiteral("up,down"));

    const auto native = atom(1);
    QStringList mounts;
    onMount(native, [&] {
        mounts += QStringLiteral("up");
        return [&] { mounts += QStringLiteral("down"); };
    });
    give("$native", toScript(m_engine.get(), native));
    run("stop = N.computed($native, v => v).listen(() => {})");
    QCOMPARE(mounts, QStringList{QStringLiteral("up")});
    run("stop()");
    m_time.advance(2500);
    QCOMPARE(mounts, (QStringList{QStringLiteral("up"), QStringLiteral("down")}));
}

void tst_Crossing::engine_goesBeforeItsStores()
{
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    run("$count.listen(() => log.push('heard')); N.onMount($count, () => () => {})");
    const auto name =
        fromScript<QString>(m_engine.get(), run("$name = N.atom('Dan'); N.computed($name, n => n + '!')"));
    const auto subscription = name.listen([] {});
    QCOMPARE(name.get(), QStringLiteral("Dan!"));
    m_engine.reset();
    count.set(2);
    QCOMPARE(count.get(), 2);
    QCOMPARE(name.get(), QStringLiteral("Dan!"));
}

QTEST_GUILESS_MAIN(tst_Crossing)
#include "tst_crossing.moc"
