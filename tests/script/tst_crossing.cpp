// Stores across the border: C++ stores in JavaScript, JavaScript stores in C++, one graph.

#include <nanostores/core.h>
#include <nanostores/script.h>

#include <support/manualtime.h>

#include <QJSEngine>
#include <QQmlEngine>
#include <QTest>

#include <memory>

using namespace nanostores;

struct Fruit
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name CONSTANT FINAL)
    Q_PROPERTY(int count MEMBER count CONSTANT FINAL)

public:
    QString name;
    int count = 0;
    friend bool operator==(const Fruit &, const Fruit &) = default;
};

class tst_Crossing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void native_isReadWrittenHeard();
    void native_underComputedAndEffect();
    void native_asSignal();
    void native_valuesAreWhatQmlExpects();
    void native_refusesOtherTypes();
    void native_hearsAsLongAsItLives();
    void script_underNativeComputed();
    void script_mountsWithNativeListener();
    void graph_runsOnceAcrossTheBorder();
    void errors_crossBothWays();
    void engine_goesBeforeItsStores();

private:
    QJSValue run(const char *code);
    QString log() { return m_engine->globalObject().property(QStringLiteral("log")).toString(); }
    void give(const char *name, const QJSValue &value)
    {
        m_engine->globalObject().setProperty(QLatin1String(name), value);
    }

    support::ManualTime m_time;
    std::unique_ptr<QJSEngine> m_engine;
};

QJSValue tst_Crossing::run(const char *code)
{
    return m_engine->evaluate(QLatin1String(code));
}

void tst_Crossing::init()
{
    m_engine = std::make_unique<QJSEngine>();
    installModules(m_engine.get());
    const QJSValue module = m_engine->importModule(QStringLiteral(SCRIPT_TESTS "/crossing/all.mjs"));
    QVERIFY2(!module.isError() && !m_engine->hasError(), qPrintable(module.toString()));
    give("N", module.property(QStringLiteral("nano")));
    give("K", module.property(QStringLiteral("kit")));
    run("log = []");
}

void tst_Crossing::cleanup()
{
    m_engine.reset();
}

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

void tst_Crossing::native_valuesAreWhatQmlExpects()
{
    QJSEngine *engine = m_engine.get();
    give("$fruit", toScript(engine, atom(Fruit{QStringLiteral("fig"), 3})));
    give("$list", toScript(engine, atom(QStringList{QStringLiteral("a"), QStringLiteral("b")})));
    const auto fruits = map<QString, Fruit>();
    fruits.setKey(QStringLiteral("x"), {QStringLiteral("pear"), 2});
    give("$map", toScript(engine, fruits));
    give("$text", toScript(engine, atom(std::string("text"))));
    give("$big", toScript(engine, atom(qint64(1) << 40)));
    QCOMPARE(run("$fruit.get().name + $fruit.get().count").toString(), QStringLiteral("fig3"));
    QCOMPARE(run("$list.get().join()").toString(), QStringLiteral("a,b"));
    QCOMPARE(run("$map.get().x.name + Object.keys($map.get()).join()").toString(), QStringLiteral("pearx"));
    QCOMPARE(run("$text.get()").toString(), QStringLiteral("text"));
    QCOMPARE(run("$big.get()").toNumber(), double(qint64(1) << 40));
    QVERIFY(run("$fruit.get() === $fruit.get()").toBool());
}

void tst_Crossing::native_refusesOtherTypes()
{
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    give("$only", toScript(m_engine.get(), computed(count, [](int n) { return n; })));
    const QJSValue error = run("$count.set('many')");
    QVERIFY(error.isError());
    QVERIFY(error.toString().contains(QStringLiteral("int")));
    QVERIFY(run("$only.set(1)").isError());
    QCOMPARE(count.get(), 1);
}

void tst_Crossing::native_hearsAsLongAsItLives()
{
    const auto count = atom(1);
    give("make", run("(function ($count) { $count.listen(v => log.push(v)); N.computed($count, v => v * 10).listen(v "
                     "=> log.push(v)) })"));
    run("make").call({toScript(m_engine.get(), count)});
    for (int i = 0; i < 3; ++i) {
        m_engine->collectGarbage();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
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

void tst_Crossing::graph_runsOnceAcrossTheBorder()
{
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    const auto left = fromScript<int>(m_engine.get(), run("N.computed($count, n => n + 1)"));
    const auto right = computed(count, [](int n) { return n * 2; });
    give("$right", toScript(m_engine.get(), right));
    const auto more = fromScript<int>(m_engine.get(), run("N.computed($right, n => n + 1)"));
    int runs = 0;
    QList<int> heard;
    const auto sum = computed(left, more, [&](int a, int b) {
        ++runs;
        return a + b;
    });
    const auto subscription = sum.listen([&](int value) { heard += value; });
    runs = 0;
    count.set(2);
    QCOMPARE(runs, 1);
    QCOMPARE(heard, QList<int>{8});
    {
        Batch batch;
        count.set(5);
        count.set(2);
        batch.end();
    }
    QCOMPARE(heard, QList<int>{8});
}

void tst_Crossing::errors_crossBothWays()
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
