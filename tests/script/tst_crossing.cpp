// Stores across the border: C++ stores in JavaScript, JavaScript stores in C++, one graph.

#include <nanostores/core.h>
#include <nanostores/script.h>

#include <support/manualtime.h>

#include <QDateTime>
#include <QJSEngine>
#include <QJsonArray>
#include <QJsonObject>
#include <QPointF>
#include <QQmlEngine>
#include <QTest>
#include <QUrl>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

Q_DECLARE_METATYPE(std::function<QJSValue(QJSEngine *)>)

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
    void native_everyTypeOfValue_data();
    void native_everyTypeOfValue();
    void native_takesWhatItCanBeMadeOf();
    void native_takesNumbersThatFit();
    void native_keepsIdentity();
    void native_refusesOtherTypes();
    void native_hearsAsLongAsItLives();
    void script_underNativeComputed();
    void script_mountsWithNativeListener();
    void graph_runsOnceAcrossTheBorder();
    void errors_crossBothWays();
    void errors_sayFileAndLine();
    void errors_areAnyValue();
    void errors_ofSeveralListeners();
    void errors_ofTimersAreReported();
    void errorsAsValues_areNoErrors();
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

void tst_Crossing::native_everyTypeOfValue_data()
{
    QTest::addColumn<std::function<QJSValue(QJSEngine *)>>("make");
    QTest::addColumn<QString>("check");

    const auto row = [](const char *name, auto value, const char *check) {
        QTest::newRow(name) << std::function<QJSValue(QJSEngine *)>([value](QJSEngine *engine) {
            return toScript(engine, atom(value));
        }) << QString::fromLatin1(check);
    };
    row("bool", true, "v === true");
    row("int", 5, "v === 5");
    row("unsigned", 5u, "v === 5");
    row("short", short(-5), "v === -5");
    row("qint64", qint64(1) << 40, "v === Math.pow(2, 40)");
    row("float", 0.5F, "v === 0.5");
    row("double", -0.0, "Object.is(v, -0)");
    row("NaN", std::nan(""), "Object.is(v, NaN)");
    row("QString", QStringLiteral("text"), "v === 'text'");
    row("std::string", std::string("text"), "v === 'text'");
    row("enum", Qt::AlignRight, "v === 2");
    row("QUrl", QUrl(QStringLiteral("https://a.b/c")), "v.toString() === 'https://a.b/c'");
    row("QDateTime", QDateTime::fromMSecsSinceEpoch(1000), "v instanceof Date && v.getTime() === 1000");
    row("QByteArray", QByteArray("ab"), "v instanceof ArrayBuffer && v.byteLength === 2");
    row("QStringList", QStringList{QStringLiteral("a"), QStringLiteral("b")},
        "Array.isArray(v) && v.length === 2 && v[1] === 'b' && v.map(x => x + x).join() === 'aa,bb' && "
        "JSON.stringify(v) === '[\"a\",\"b\"]'");
    row("QList<int>", QList<int>{1, 2},
        "Array.isArray(v) && v.length === 2 && v.reduce((a, b) => a + b) === 3 && JSON.stringify(v) === '[1,2]'");
    row("std::vector<int>", std::vector<int>{1, 2},
        "Array.isArray(v) && v.length === 2 && v[1] === 2 && JSON.stringify(v) === '[1,2]'");
    row("QList of gadgets", QList<Fruit>{{QStringLiteral("fig"), 3}},
        "Array.isArray(v) && v[0].name === 'fig' && v.map(f => f.count).join() === '3'");
    row("std::vector<std::string>", std::vector<std::string>{"a", "b"}, "Array.isArray(v) && v.join() === 'a,b'");
    row("std::map", std::map<std::string, int>{{"a", 1}}, "v.a === 1 && Object.keys(v).join() === 'a'");
    row("QVariantList", QVariantList{1, QStringLiteral("a")}, "Array.isArray(v) && v[0] === 1 && v[1] === 'a'");
    row("QVariantMap", QVariantMap{{QStringLiteral("a"), 1}}, "v.a === 1 && Object.keys(v).join() === 'a'");
    row("QMap", QMap<QString, int>{{QStringLiteral("a"), 1}}, "v.a === 1 && Object.keys(v).join() === 'a'");
    row("QHash", QHash<QString, int>{{QStringLiteral("a"), 1}}, "v.a === 1 && Object.keys(v).join() === 'a'");
    row("QJsonObject", QJsonObject{{QStringLiteral("a"), QJsonArray{1}}}, "v.a[0] === 1");
    row("QVariant", QVariant(5), "v === 5");
    row("gadget", Fruit{QStringLiteral("fig"), 3}, "v.name === 'fig' && v.count === 3");
    row("optional", std::optional<int>(5), "v === 5");
    row("no value", std::optional<int>(), "v === undefined");
    row("QPointF", QPointF(1, 2), "v.x === 1 && v.y === 2");
    row("QObject", static_cast<QObject *>(QCoreApplication::instance()), "v.objectName === 'crossing'");
    row("null", static_cast<QObject *>(nullptr), "v === null");
}

void tst_Crossing::native_everyTypeOfValue()
{
    QFETCH(std::function<QJSValue(QJSEngine *)>, make);
    QFETCH(QString, check);
    QCoreApplication::instance()->setObjectName(QStringLiteral("crossing"));
    give("$store", make(m_engine.get()));
    for (const char *read : {"$store.get()", "$store.value", "N.computed($store, v => v).get()"}) {
        run((QByteArray("v = ") + read).constData());
        const QJSValue result = m_engine->evaluate(check);
        QVERIFY2(result.isBool() && result.toBool(),
                 qPrintable(QStringLiteral("%1 is %2: %3")
                                .arg(QLatin1String(read), run("String(v)").toString(), result.toString())));
    }
    // and as it came from C++, it goes back to it
    const QJSValue back = run("before = $store.get(); $store.set(before); Object.is($store.get(), before)");
    QVERIFY2(back.toBool(), qPrintable(back.toString()));
}

void tst_Crossing::native_takesWhatItCanBeMadeOf()
{
    QJSEngine *engine = m_engine.get();
    const auto names = atom(QStringList());
    const auto numbers = atom(QList<int>());
    const auto counts = map<QString, int>();
    const auto fruit = atom(Fruit{QStringLiteral("fig"), 3});
    const auto date = atom(QDateTime());
    const auto any = atom(QVariant());
    give("$names", toScript(engine, names));
    give("$numbers", toScript(engine, numbers));
    give("$counts", toScript(engine, counts));
    give("$fruit", toScript(engine, fruit));
    give("$other", toScript(engine, atom(Fruit{QStringLiteral("pear"), 1})));
    give("$date", toScript(engine, date));
    give("$any", toScript(engine, any));
    const QJSValue done = run("$names.set(['a', 'b']); $numbers.set([1, 2]); $counts.set({ a: 1, b: 2 });"
                              "$fruit.set($other.get()); $date.set(new Date(1000)); $any.set({ deep: [1] }); 'done'");
    QCOMPARE(done.toString(), QStringLiteral("done"));
    QCOMPARE(names.get(), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    QCOMPARE(numbers.get(), (QList<int>{1, 2}));
    QCOMPARE(*counts.get().find(QStringLiteral("b")), 2);
    QCOMPARE(fruit.get().name, QStringLiteral("pear"));
    QCOMPARE(date.get().toMSecsSinceEpoch(), 1000);
    QCOMPARE(any.get().toMap().value(QStringLiteral("deep")).toList().size(), 1);
    for (const char *code : {"$names.set(5)", "$numbers.set(['a'])", "$counts.set({ a: 'x' })", "$counts.set(1)",
                             "$counts.set([1])", "$names.set('ab')", "$fruit.set(5)", "$date.set('soon')"}) {
        const QJSValue error = run(code);
        QVERIFY2(error.isError() && error.toString().startsWith(QStringLiteral("TypeError: set()")),
                 qPrintable(QLatin1String(code) + QStringLiteral(": ") + error.toString()));
    }
}

void tst_Crossing::native_takesNumbersThatFit()
{
    const auto count = atom(1);
    const auto tiny = atom(std::uint8_t(1));
    const auto big = atom(qint64(1));
    give("$count", toScript(m_engine.get(), count));
    give("$tiny", toScript(m_engine.get(), tiny));
    give("$big", toScript(m_engine.get(), big));
    run("$count.set(-2147483648)");
    QCOMPARE(count.get(), std::numeric_limits<int>::min());
    run("$count.set(2.9)");
    QCOMPARE(count.get(), 2);
    run("$big.set(Math.pow(2, 53))");
    QCOMPARE(big.get(), qint64(1) << 53);
    run("$tiny.set(255)");
    QCOMPARE(tiny.get(), 255);
    for (const char *code : {"$count.set(NaN)", "$count.set(Infinity)", "$count.set(2147483648)", "$tiny.set(256)",
                             "$tiny.set(-1)", "$big.set(Math.pow(2, 63))", "$count.set(true)", "$count.set('1')"}) {
        QVERIFY2(run(code).isError(), code);
    }
    QCOMPARE(count.get(), 2);
    const auto maybe = atom(std::optional<int>(5));
    give("$maybe", toScript(m_engine.get(), maybe));
    run("$maybe.set(undefined)");
    QVERIFY(!maybe.get());
    run("$maybe.set(7)");
    QCOMPARE(maybe.get().value_or(0), 7);
    QVERIFY(run("$maybe.set('x')").isError());
}

void tst_Crossing::native_keepsIdentity()
{
    const auto any = atom(QJSValue());
    give("$any", toScript(m_engine.get(), any));
    give("$kit", toScriptSignal(m_engine.get(), any));
    for (const char *value : {"({})", "[]", "(() => 1)", "new Map()", "new Date(0)", "/x/g", "Symbol('s')",
                              "new Proxy({}, {})", "NaN", "-0", "null", "undefined", "'text'", "new Error('x')"}) {
        run(QByteArray(QByteArray("v = ") + value + "; $any.set(v)").constData());
        QVERIFY2(any.get().strictlyEquals(run("v")) || run("v !== v").toBool(), value);
        QVERIFY2(run("Object.is($any.get(), v) && Object.is($kit(), v)").toBool(), value);
        QVERIFY2(run("Object.is(N.computed($any, x => x).get(), v)").toBool(), value);
    }
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

void tst_Crossing::errors_sayFileAndLine()
{
    const QJSValue faults = m_engine->importModule(QStringLiteral(SCRIPT_TESTS "/crossing/faults.mjs"));
    give("faults", faults);
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    run("stop = $count.listen(faults.throwRange)");
    try {
        count.set(2);
        QFAIL("nothing was thrown");
    } catch (const ScriptError &error) {
        QVERIFY2(error.fileName().endsWith(QStringLiteral("/crossing/faults.mjs")), qPrintable(error.fileName()));
        QCOMPARE(error.lineNumber(), 4);
        QVERIFY2(QByteArray(error.what()).contains("RangeError: too much ("), error.what());
        QVERIFY2(QByteArray(error.what()).endsWith("faults.mjs:4)"), error.what());
    }
    run("stop()");

    const auto subscription = count.listen([](int) { throw std::runtime_error("native refusal"); });
    const QJSValue error = faults.property(QStringLiteral("catchOf")).call({run("$count"), 3});
    QVERIFY(error.isError());
    QCOMPARE(error.property(QStringLiteral("message")).toString(), QStringLiteral("native refusal"));
    const QString stack = error.property(QStringLiteral("stack")).toString();
    QVERIFY2(stack.contains(QStringLiteral("/crossing/faults.mjs:9")), qPrintable(stack));
}

void tst_Crossing::errors_areAnyValue()
{
    give("faults", m_engine->importModule(QStringLiteral(SCRIPT_TESTS "/crossing/faults.mjs")));
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

void tst_Crossing::errors_ofSeveralListeners()
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

void tst_Crossing::errors_ofTimersAreReported()
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

void tst_Crossing::errorsAsValues_areNoErrors()
{
    run("mistake = new TypeError('kept'); $a = N.atom(mistake); $b = N.computed($a, e => e); $c = K.signal(mistake)");
    for (const char *code : {"$a", "$b", "$c"}) {
        const auto value = fromScript<QJSValue>(m_engine.get(), run(code));
        QVERIFY2(value.get().strictlyEquals(run("mistake")), code);
    }
    QVERIFY(run("$b.get() === mistake && K.computed(() => $c())() === mistake").toBool());
    QVERIFY(!m_engine->hasError());
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
