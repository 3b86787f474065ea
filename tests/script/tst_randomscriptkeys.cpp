// SPDX-License-Identifier: MIT

// Any text is a key of a map: of JavaScript's own, and of those of C++ in JavaScript.

#include "scriptengine.h"
#include "support/property.h"
#include "support/randomvalues.h"

#include <nanostores/core.h>

#include <QMap>

using namespace nanostores;
using support::random;

class tst_RandomScriptKeys : public QObject, private support::ScriptEngine
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        startEngine();
        run("entries = object => Object.keys(object).map(key => "
            "    [key, Object.getOwnPropertyDescriptor(object, key).value])");
    }
    void cleanup() { m_engine.reset(); }

    void maps_takeAnyText_data();
    void maps_takeAnyText();
    void mapsOfCpp_takeAnyText();
    void symbols_areKeysOfJavaScriptOnly();

private:
    QMap<QString, int> entriesOf(const char *object);
};

QMap<QString, int> tst_RandomScriptKeys::entriesOf(const char *object)
{
    const QJSValue list = run(QByteArray("entries(") + object + ")");
    QMap<QString, int> entries;
    for (quint32 i = 0; i < list.property(QStringLiteral("length")).toUInt(); ++i) {
        entries.insert(list.property(i).property(0).toString(), list.property(i).property(1).toInt());
    }
    return entries;
}

void tst_RandomScriptKeys::maps_takeAnyText_data()
{
    QTest::addColumn<QByteArray>("set");
    QTest::addColumn<QByteArray>("get");
    QTest::newRow("map") << QByteArray("$map.setKey(key, value)") << QByteArray("$map.get()");
    QTest::newRow("assigned") << QByteArray("$map.set(K.assignKey($map.get(), key, value))")
                              << QByteArray("$map.get()");
    QTest::newRow("kit") << QByteArray("K.setKey($kit, key, value)") << QByteArray("$kit()");
}

void tst_RandomScriptKeys::maps_takeAnyText()
{
    QFETCH(QByteArray, set);
    QFETCH(QByteArray, get);
    support::holds([&] {
        run("$map = N.map({}); $kit = K.signal({});");
        QMap<QString, int> model;
        for (int left = *rc::gen::inRange(1, 20); left > 0; --left) {
            const auto key = random<QString>();
            const int value = *rc::gen::inRange(0, 3);
            give("key", QJSValue(key.isNull() ? QStringLiteral("") : key));
            give("value", QJSValue(value));
            const QJSValue result = run(set);
            RC_LOG() << result.toString().toStdString() << "\n";
            RC_ASSERT(!result.isError());
            model.insert(key.isNull() ? QStringLiteral("") : key, value);
            RC_ASSERT(entriesOf(get) == model);
            RC_ASSERT(run(QByteArray("Object.getPrototypeOf(") + get + ") === Object.prototype").toBool());
        }
        RC_ASSERT(run("({}).admin === undefined && Object.keys(Object.prototype).length === 0").toBool());
    });
}

void tst_RandomScriptKeys::mapsOfCpp_takeAnyText()
{
    support::holds([&] {
        const auto store = map<QString, int>();
        give("$map", toScript(m_engine.get(), store));
        QMap<QString, int> model;
        for (int left = *rc::gen::inRange(1, 20); left > 0; --left) {
            const auto key = random<QString>();
            const int value = *rc::gen::inRange(0, 3);
            if (*rc::gen::arbitrary<bool>()) {
                store.setKey(key, value);
            } else {
                give("key", QJSValue(key));
                give("value", QJSValue(value));
                RC_ASSERT(!run("$map.set(K.assignKey($map.get(), key, value))").isError());
            }
            model.insert(key, value);
            RC_ASSERT(entriesOf("$map.get()") == model);
            RC_ASSERT(store.get().size() == static_cast<std::size_t>(model.size()));
            RC_ASSERT(*store.getKey(key) == value);
        }
    });
}

void tst_RandomScriptKeys::symbols_areKeysOfJavaScriptOnly()
{
    run("symbol = Symbol('s'); $map = N.map({ a: 1 }); $map.setKey('a', 2); $map.setKey(symbol, 7);");
    QCOMPARE(run("$map.setKey('b', 3); $map.get()[symbol]").toInt(), 7);
    const auto counts = map<QString, int>();
    counts.setKey(QStringLiteral("a"), 1);
    const auto any = atom(QVariant(5));
    give("$counts", toScript(m_engine.get(), counts));
    give("$any", toScript(m_engine.get(), any));
    for (const char *code :
         {"$counts.set({ a: 2, [symbol]: 3 })", "$any.set({ [symbol]: 3 })", "$any.set([{ deep: { [symbol]: 3 } }])"}) {
        const QJSValue error = run(code);
        QVERIFY2(error.isError() && error.toString().startsWith(QStringLiteral("TypeError: set()")), code);
    }
    QCOMPARE(*counts.getKey(QStringLiteral("a")), 1);
    QCOMPARE(any.get(), QVariant(5));
}

SUPPORT_PROPERTY_MAIN_OF(tst_RandomScriptKeys, "300", QCoreApplication app(argc, argv))
#include "tst_randomscriptkeys.moc"
