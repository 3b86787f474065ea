// SPDX-License-Identifier: MIT

// Values of C++ stores in JavaScript, and what they take from there.

#include "scriptengine.h"

#include <nanostores/core.h>

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QPointF>
#include <QUrl>
#include <QUuid>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
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

/// A type that JavaScript can hand on, and no more.
struct Opaque
{
    int number = 0;
};

Q_DECLARE_METATYPE(std::function<QJSValue(QJSEngine *)>)

class tst_CrossingValues : public QObject, private support::ScriptEngine
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startEngine(); }
    void cleanup() { m_engine.reset(); }

    void native_valuesAreWhatQmlExpects();
    void native_everyTypeOfValue_data();
    void native_everyTypeOfValue();
    void native_takesWhatItCanBeMadeOf();
    void native_takesNumbersThatFit();
    void native_keepsIdentity();
    void native_refusesOtherTypes();
};

void tst_CrossingValues::native_valuesAreWhatQmlExpects()
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

void tst_CrossingValues::native_everyTypeOfValue_data()
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
    row("list of lists", QList<QList<int>>{{1, 2}, {}}, "Array.isArray(v[0]) && JSON.stringify(v) === '[[1,2],[]]'");
    row("list of lists of text", std::vector<std::vector<std::string>>{{"a"}}, "JSON.stringify(v) === '[[\"a\"]]'");
    row("list of maps", QList<QMap<QString, int>>{{{QStringLiteral("a"), 1}}}, "JSON.stringify(v) === '[{\"a\":1}]'");
    row("list of optionals", QList<std::optional<int>>{1, std::nullopt}, "v[0] === 1 && v[1] === undefined");
    row("set", std::set<int>{1, 2}, "Array.isArray(v) && v.join() === '1,2'");
    row("lists in a QVariant", QVariant(QVariantList{QVariantList{1}}), "Array.isArray(v[0]) && v.slice()[0][0] === 1");
    row("QDate", QDate(2026, 3, 10), "v.getDate() === 10 && v.getHours() === 0");
    row("QTime", QTime(12, 30), "v.getHours() === 12 && v.getMinutes() === 30");
    row("time point", std::chrono::sys_seconds(std::chrono::seconds(1)), "v.getTime() === 1000");
    row("scoped enum", Qt::CursorMoveStyle::VisualMoveStyle, "v === 1");
    row("flags", Qt::Alignment(Qt::AlignRight), "v === 2");
    row("map by int", std::map<int, bool>{{5, true}}, "v[5] === true");
    row("map by enum", QMap<Qt::AlignmentFlag, int>{{Qt::AlignRight, 7}}, "v[2] === 7");
    row("map by QUuid", QHash<QUuid, int>{{QUuid(), 7}}, "v['00000000-0000-0000-0000-000000000000'] === 7");
    row("map by QDate", std::map<QDate, int>{{QDate(2026, 3, 10), 7}}, "v['2026-03-10'] === 7");
    row("map by QUrl", QMap<QUrl, int>{{QUrl(QStringLiteral("a:b")), 7}}, "v['a:b'] === 7");
    row("keys of all kinds",
        QMap<QString, int>{{QStringLiteral("__proto__"), 1},
                           {QString(), 2},
                           {QStringLiteral("constructor"), 3},
                           {QString(QChar(0x2028)), 4},
                           {QString(QChar(0xd800)), 5}},
        "Object.keys(v).length === 5 && Object.getOwnPropertyDescriptor(v, '__proto__').value === 1 && v[''] === 2 && "
        "v.constructor === 3 && v['\\u2028'] === 4 && v['\\ud800'] === 5");
}

void tst_CrossingValues::native_everyTypeOfValue()
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

void tst_CrossingValues::native_takesWhatItCanBeMadeOf()
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
    give("$opaque", toScript(engine, atom(QVariant::fromValue(Opaque{5}))));
    run("$any.set($opaque.get())");
    QCOMPARE(any.get().value<Opaque>().number, 5);
    run("$any.set([$opaque.get()])");
    QCOMPARE(any.get().toList().value(0).value<Opaque>().number, 5);
    const auto nested = atom(QList<QList<int>>());
    const auto days = atom(std::vector<QDate>());
    const auto byNumber = atom(std::map<int, std::string>());
    give("$nested", toScript(engine, nested));
    give("$days", toScript(engine, days));
    give("$byNumber", toScript(engine, byNumber));
    give("$anything", toScript(engine, atom(QVariantList())));
    const QJSValue more = run("$nested.set([[5], [], [6, 7]]); $days.set([new Date(2026, 2, 10)]);"
                              "$byNumber.set({ 5: 'five' }); 'done'");
    QCOMPARE(more.toString(), QStringLiteral("done"));
    QCOMPARE(nested.get(), (QList<QList<int>>{{5}, {}, {6, 7}}));
    QCOMPARE(days.get(), std::vector<QDate>{QDate(2026, 3, 10)});
    QCOMPARE(byNumber.get(), (std::map<int, std::string>{{5, "five"}}));
    for (const char *code : {"$nested.set([5])",
                             "$nested.set([[4294967297]])",
                             "$nested.set([['5']])",
                             "$days.set([new Date(2026, 2, 10, 1, 2)])",
                             "$byNumber.set({ '1.5': 'x' })",
                             "$byNumber.set({ 5: 5 })",
                             "$counts.set({ a: 4294967297 })",
                             "$any.set(() => 1)",
                             "$any.set(Symbol('s'))",
                             "$any.set({ deep: [new Map()] })",
                             "$names.set(5)",
                             "$numbers.set(['a'])",
                             "$counts.set({ a: 'x' })",
                             "$counts.set(1)",
                             "$counts.set([1])",
                             "$names.set('ab')",
                             "$fruit.set(5)",
                             "$date.set('soon')",
                             "$anything.set(JSON.parse('{\"length\": 3}'))",
                             "$numbers.set({ length: 0 })"}) {
        const QJSValue error = run(code);
        QVERIFY2(error.isError() && error.toString().startsWith(QStringLiteral("TypeError: set()")),
                 qPrintable(QLatin1String(code) + QStringLiteral(": ") + error.toString()));
    }
}

void tst_CrossingValues::native_takesNumbersThatFit()
{
    const auto count = atom(1);
    const auto tiny = atom(std::uint8_t(1));
    const auto big = atom(qint64(1));
    give("$count", toScript(m_engine.get(), count));
    give("$tiny", toScript(m_engine.get(), tiny));
    give("$big", toScript(m_engine.get(), big));
    run("$count.set(-2147483648)");
    QCOMPARE(count.get(), std::numeric_limits<int>::min());
    run("$count.set(2)");
    QCOMPARE(count.get(), 2);
    run("$big.set(Math.pow(2, 53))");
    QCOMPARE(big.get(), qint64(1) << 53);
    run("$tiny.set(255)");
    QCOMPARE(tiny.get(), 255);
    for (const char *code :
         {"$count.set(NaN)", "$count.set(Infinity)", "$count.set(2147483648)", "$tiny.set(256)", "$tiny.set(-1)",
          "$big.set(Math.pow(2, 63))", "$big.set(Math.pow(2, 60))", "$count.set(true)", "$count.set('1')",
          "$count.set(2.9)", "$big.set('12')", "$count.set(null)"}) {
        QVERIFY2(run(code).isError(), code);
    }
    QCOMPARE(count.get(), 2);
    run("$big.set('9007199254740993'); $big.set($big.get())"); // rounded on its way, and kept
    QCOMPARE(big.get(), qint64(9007199254740993));
    const auto single = atom(0.5F);
    give("$single", toScript(m_engine.get(), single));
    QVERIFY(run("$single.set(0.1); $single.get() === 0.1").toBool());
    QVERIFY(run("$single.set(1e300)").isError());
    const auto maybe = atom(std::optional<int>(5));
    give("$maybe", toScript(m_engine.get(), maybe));
    run("$maybe.set(undefined)");
    QVERIFY(!maybe.get());
    run("$maybe.set(7)");
    QCOMPARE(maybe.get().value_or(0), 7);
    QVERIFY(run("$maybe.set('x')").isError());
}

void tst_CrossingValues::native_keepsIdentity()
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

void tst_CrossingValues::native_refusesOtherTypes()
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

QTEST_GUILESS_MAIN(tst_CrossingValues)
#include "tst_crossingvalues.moc"
