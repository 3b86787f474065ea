// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qt.h>

#include "scene.h"

#include <support/manualtime.h>

#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QRandomGenerator>
#include <QTest>

#include <memory>

using namespace nanostores;

namespace {

const QStringList &keysOfEveryKind()
{
    static const QStringList keys{QStringLiteral(""),          QStringLiteral("a"),
                                  QStringLiteral("__proto__"), QStringLiteral("constructor"),
                                  QStringLiteral("toString"),  QStringLiteral("hasOwnProperty"),
                                  QStringLiteral("length"),    QStringLiteral("10"),
                                  QStringLiteral("-1"),        QStringLiteral("a.b"),
                                  QStringLiteral("a b"),       QStringLiteral("\""),
                                  QStringLiteral("\\"),        QString(QChar(0x2028)),
                                  QString(QChar(0x2029)),      QString(QChar(0xd800)),
                                  QString(QChar(0x0)),         QStringLiteral("\U0001f600")};
    return keys;
}

/// What the object has, as its keys with their values, sorted.
const char *const contents =
    "const o = key === undefined ? store.value : key; if (Object.getPrototypeOf(o) !== Object.prototype) "
    "return 'another prototype'; return Object.getOwnPropertyNames(o).sort().map(k => "
    "JSON.stringify(k) + ':' + JSON.stringify(o[k])).join()";

QString contentsOf(const QMap<QString, int> &model)
{
    QStringList items;
    for (auto item = model.begin(); item != model.end(); ++item) {
        QJSEngine engine;
        const QJSValue stringify =
            engine.globalObject().property(QStringLiteral("JSON")).property(QStringLiteral("stringify"));
        items.append(stringify.call({QJSValue(item.key())}).toString() + QLatin1Char(':')
                     + QString::number(item.value()));
    }
    return items.join(QLatin1Char(','));
}

} // namespace

class tst_Engines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup() { forgetNamedStores(); }

    void named_keepsItsValue_data();
    void named_keepsItsValue();
    void named_map_keepsItsValue();
    void named_isOneStoreInSeveralEngines();
    void named_objectOfAnotherEngineIsACopy();
    void named_keepsKeysOfEveryKind();
    void named_objectWithKeysOfEveryKindIsCopied();
    void named_whatCannotBeCopiedIsUndefinedElsewhere_data();
    void named_whatCannotBeCopiedIsUndefinedElsewhere();
    void destroyedObject_isNull();
    void destroyedObject_isNullInAMap();
    void key_keepsKeysOfEveryKindInAnAtom();
    void named_ofAnotherTypeIsReported();
    void unnamed_startsAnew();
    void engine_mayGoBeforeItsObjects();
    void computed_mayGoBeforeItsReaders();
    void nativeHandle_isTheStore();
    void adapter_isASource();
    void adapter_isTrackedByAComputed();
    void key_observesWhileActive();
    void bind_observesWhileActive();
    void bind_inTwoEngines();
    void setting_handlersOfAllEnginesAreAsked();
    void dump_showsValuesOfQml();

private:
    support::ManualTime m_time;
};

void tst_Engines::initTestCase()
{
    Scene warmUp("Atom {}");
    QVERIFY(warmUp.root);
}

void tst_Engines::named_keepsItsValue_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("json");
    QTest::newRow("number") << QStringLiteral("5") << QStringLiteral("5");
    QTest::newRow("string") << QStringLiteral("'a' + store.value") << QStringLiteral("\"a0\"");
    QTest::newRow("bool") << QStringLiteral("true") << QStringLiteral("true");
    QTest::newRow("null") << QStringLiteral("null") << QStringLiteral("null");
    QTest::newRow("object") << QStringLiteral("({a: {b: [1, 'x']}})") << QStringLiteral("{\"a\":{\"b\":[1,\"x\"]}}");
    QTest::newRow("array") << QStringLiteral("[1, {a: 2}]") << QStringLiteral("[1,{\"a\":2}]");
    QTest::newRow("order") << QStringLiteral("({b: 1, a: 2})") << QStringLiteral("{\"b\":1,\"a\":2}");
}

void tst_Engines::named_keepsItsValue()
{
    QFETCH(const QString, script);
    QFETCH(const QString, json);
    {
        Scene scene("Atom { name: 'kept'; value: 0 }");
        scene.run(qPrintable(QStringLiteral("store.value = %1").arg(script)));
    }
    Scene scene("Atom { name: 'kept'; value: 0; property string seen: JSON.stringify(value) }");
    QCOMPARE(scene.run("return JSON.stringify(store.value)").toString(), json);
    QCOMPARE(scene.root->property("seen").toString(), json);
    QVERIFY(scene.run("return store.value === store.value").toBool());
}

void tst_Engines::named_map_keepsItsValue()
{
    {
        Scene scene("MapStore { name: 'kept'; value: ({ a: 1 }) }");
        scene.run("store.setKey('b', { c: [2] })");
    }
    Scene scene("MapStore { name: 'kept'; value: ({ a: 7 }) }");
    QCOMPARE(scene.run("return JSON.stringify(store.value)").toString(), QStringLiteral("{\"a\":1,\"b\":{\"c\":[2]}}"));
}

void tst_Engines::named_isOneStoreInSeveralEngines()
{
    Scene first("Atom { name: 'shared'; value: 1; property var seen: value }");
    Scene second("Atom { name: 'shared'; value: 2; property var seen: value }");
    Scene third("Atom { name: 'shared'; property var seen: value }");
    QCOMPARE(second.value("seen").toInt(), 1);
    third.run("store.value = 3");
    QCOMPARE(first.value("seen").toInt(), 3);
    QCOMPARE(second.value("seen").toInt(), 3);
    second.root.reset();
    second.engine.reset();
    first.run("store.value = 4");
    QCOMPARE(third.value("seen").toInt(), 4);
}

void tst_Engines::named_objectOfAnotherEngineIsACopy()
{
    Scene first("Atom { name: 'shared' }");
    Scene second("Atom { name: 'shared' }");
    QVERIFY(first.run("const o = { a: 1 }; store.value = o; return store.value === o").toBool());
    QCOMPARE(second.run("return store.value.a").toInt(), 1);
    second.run("store.value = { a: 2 }");
    QCOMPARE(first.run("return store.value.a").toInt(), 2);
}

/// Random writes, through either engine, to all of it or one key; by the store or a StoreKey.
void tst_Engines::named_keepsKeysOfEveryKind()
{
    const char *qml = "MapStore { id: map; name: 'keys'; value: ({}); property StoreKey at: StoreKey { store: map } }";
    Scene first(qml);
    Scene second(qml);
    QRandomGenerator random(1);
    QMap<QString, int> model;
    for (int step = 0; step < 300; ++step) {
        const Scene &writer = random.bounded(2) ? first : second;
        const QString key = keysOfEveryKind().at(random.bounded(static_cast<int>(keysOfEveryKind().size())));
        switch (random.bounded(4)) {
        case 0:
            writer.run("store.removeKey(key)", key);
            model.remove(key);
            break;
        case 1:
            writer.run(
                "const o = {}; for (const k of Object.keys(store.value)) Object.defineProperty(o, k, "
                "{ value: store.value[k], enumerable: true, writable: true, configurable: true })\n"
                "Object.defineProperty(o, key, { value, enumerable: true, writable: true, configurable: true })\n"
                "store.value = o",
                key, step);
            model[key] = step;
            break;
        case 2:
            writer.run("store.at.key = key; store.at.value = value", key, step);
            model[key] = step;
            break;
        default:
            writer.run("store.setKey(key, value)", key, step);
            model[key] = step;
        }
        const QString expected = contentsOf(model);
        for (const Scene *reader : {&first, &second}) {
            QCOMPARE(reader->run(contents).toString(), expected);
            QCOMPARE(
                reader
                    ->run("store.at.key = key; return store.at.value === store.getKey(key) && store.hasKey(key) === "
                          "(store.at.value !== undefined)",
                          key)
                    .toBool(),
                true);
            QCOMPARE(reader->run("return store.getKey(key)", key).toVariant().toInt(), model.value(key));
        }
    }
}

void tst_Engines::named_objectWithKeysOfEveryKindIsCopied()
{
    Scene first("Atom { name: 'object' }");
    Scene second("Atom { name: 'object' }");
    QMap<QString, int> model;
    first.run("store.value = { inner: {} }");
    for (const QString &key : keysOfEveryKind()) {
        first.run("Object.defineProperty(store.value.inner, key, { value, enumerable: true, writable: true, "
                  "configurable: true }); store.value = { inner: store.value.inner }",
                  key, 5);
        model[key] = 5;
        QCOMPARE(second.run(contents, second.run("return store.value.inner")).toString(), contentsOf(model));
    }
}

void tst_Engines::named_whatCannotBeCopiedIsUndefinedElsewhere_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("kind");
    QTest::newRow("symbol") << QStringLiteral("Symbol('s')") << QStringLiteral("a symbol");
    QTest::newRow("function") << QStringLiteral("() => 1") << QStringLiteral("a function");
    QTest::newRow("Map") << QStringLiteral("new Map([[1, 2]])") << QStringLiteral("an object of the type Map");
    QTest::newRow("Set") << QStringLiteral("new Set([1])") << QStringLiteral("an object of the type Set");
    QTest::newRow("Error") << QStringLiteral("new TypeError('x')") << QStringLiteral("an object of the type TypeError");
    QTest::newRow("RegExp") << QStringLiteral("/x/gi") << QStringLiteral("an object of the type RegExp");
    QTest::newRow("in an object") << QStringLiteral("({ a: [() => 1] })") << QStringLiteral("an object");
    QTest::newRow("in an array") << QStringLiteral("[new Map()]") << QStringLiteral("an array");
    QTest::newRow("as a key") << QStringLiteral("({ [Symbol('s')]: 1 })") << QStringLiteral("an object");
    QTest::newRow("Promise") << QStringLiteral("Promise.resolve(1)") << QStringLiteral("an object of the type Promise");
}

void tst_Engines::named_whatCannotBeCopiedIsUndefinedElsewhere()
{
    QFETCH(const QString, script);
    QFETCH(const QString, kind);
    Scene first("Atom { name: 'strange' }");
    Scene second("Atom { name: 'strange' }");
    QVERIFY(first.run(qPrintable(QStringLiteral("const s = %1; store.value = s; return store.value === s").arg(script)))
                .toBool());
    const QRegularExpression message(kind + QStringLiteral(" cannot be copied"));
    QTest::ignoreMessage(QtWarningMsg, message);
    QVERIFY(second.run("return store.value === undefined").toBool());
    first.engine->collectGarbage();
    second.engine->collectGarbage();
    QVERIFY(first.run("return store.value === store.value && store.value !== undefined").toBool());
    first.root.reset();
    first.engine.reset();
    second.engine->collectGarbage();
    QTest::ignoreMessage(QtWarningMsg, message);
    QVERIFY(second.run("return store.value === undefined").toBool());
}

void tst_Engines::destroyedObject_isNull()
{
    const char *qml = "Atom { name: 'object'; property var seen: value }";
    Scene first(qml);
    Scene second(qml);
    for (const char *script : {"store.value = key", "store.value = { inner: key }"}) {
        auto object = std::make_unique<QObject>();
        QQmlEngine::setObjectOwnership(object.get(), QQmlEngine::CppOwnership);
        first.run(script, first.engine->newQObject(object.get()));
        QVERIFY(first.run("return !!(store.value.inner || store.value)").toBool());
        object.reset();
        const char *const isNull = "return store.value === null || store.value.inner === null";
        if (QLatin1String(script).contains(QLatin1String("inner"))) {
            QVERIFY(second.run(isNull).toBool());
        } else {
            QVERIFY(first.run(isNull).toBool());
            QVERIFY(second.run(isNull).toBool());
        }
    }
}

void tst_Engines::destroyedObject_isNullInAMap()
{
    Scene scene("MapStore { value: ({ a: 1 }) }");
    for (const char *script : {"store.setKey('o', key)", "store.value = { a: 1, o: key }"}) {
        auto object = std::make_unique<QObject>();
        QQmlEngine::setObjectOwnership(object.get(), QQmlEngine::CppOwnership);
        scene.run(script, scene.engine->newQObject(object.get()));
        QVERIFY(scene.run("return store.value.o && store.value === store.value").toBool());
        object.reset();
        QVERIFY(scene.run("return store.value.o === null && store.getKey('o') === null && store.value === store.value")
                    .toBool());
    }
}

void tst_Engines::key_keepsKeysOfEveryKindInAnAtom()
{
    Scene scene("Atom { id: atom; value: ({}); property StoreKey at: StoreKey { store: atom } }");
    QVERIFY(scene.run("store.value = { [Symbol.iterator]: 1 }; return true").toBool());
    QMap<QString, int> model;
    for (const QString &key : keysOfEveryKind()) {
        QVERIFY2(scene.run("store.at.key = key; return store.at.value === undefined", key).toBool(), qPrintable(key));
        scene.run("store.at.value = value", key, 3);
        model[key] = 3;
        QCOMPARE(scene.run(contents).toString(), contentsOf(model));
        QCOMPARE(scene.run("return store.at.value").toInt(), 3);
    }
    QCOMPARE(scene.run("return store.value[Symbol.iterator]").toInt(), 1);
}

void tst_Engines::named_ofAnotherTypeIsReported()
{
    Scene first("Atom { name: 'shared'; value: 1 }");
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("name \"shared\" belongs to a store of another type")));
    Scene second("MapStore { name: 'shared'; value: ({ a: 1 }) }");
    QCOMPARE(second.run("return store.value.a").toInt(), 1);
    QCOMPARE(first.value().toInt(), 1);
}

void tst_Engines::unnamed_startsAnew()
{
    {
        Scene scene("Atom { value: 1 }");
        scene.run("store.value = 2");
    }
    Scene scene("Atom { value: 1 }");
    QCOMPARE(scene.value().toInt(), 1);
}

void tst_Engines::engine_mayGoBeforeItsObjects()
{
    Scene scene("Atom { name: 'kept'; value: ({ a: 1 }); property var seen: value }");
    scene.engine.reset();
    scene.root.reset();
    Scene again("Atom { name: 'kept' }");
    QCOMPARE(again.run("return store.value.a").toInt(), 1);
}

void tst_Engines::computed_mayGoBeforeItsReaders()
{
    const char *qml = "QtObject { property Atom a: Atom { value: 2 }\n"
                      "property Computed twice: Computed { stores: [a]; compute: a => a * 2 }\n"
                      "property Computed more: Computed { compute: () => twice ? twice.value + 1 : -1 } }";
    Scene scene(qml);
    auto *more = scene.root->property("more").value<DeclarativeComputed *>();
    QVERIFY(more);
    QCOMPARE(more->value().toInt(), 5);
    const auto handle = more->store();
    scene.root.reset();
    QCOMPARE(handle.get().toVariant().toInt(), 5); // the last value
}

void tst_Engines::nativeHandle_isTheStore()
{
    Scene scene("Atom { value: 1 }");
    const auto store = qobject_cast<DeclarativeAtom *>(scene.root.get())->store();
    int calls = 0;
    const auto subscription = store.listen([&calls] { ++calls; });
    scene.run("store.value = 2");
    QCOMPARE(calls, 1);
    QCOMPARE(store.get().toVariant().toInt(), 2);
}

void tst_Engines::adapter_isASource()
{
    const auto count = atom(1);
    StoreAdapter adapter(count);
    QQmlEngine engine;
    engine.rootContext()->setContextProperty(QStringLiteral("count"), &adapter);
    QQmlComponent component(&engine);
    component.setData("import NanoStores\nStoreKey { store: count; property var seen: value }", QUrl());
    const std::unique_ptr<QObject> key(component.create());
    QVERIFY2(key, qPrintable(component.errorString()));
    count.set(2);
    QCOMPARE(key->property("seen").toInt(), 2);
    qobject_cast<StoreKey *>(key.get())->setValue(3);
    QCOMPARE(count.get(), 3);
    QVERIFY(!qobject_cast<StoreKey *>(key.get())->isReadOnly());
}

void tst_Engines::adapter_isTrackedByAComputed()
{
    const auto count = atom(1);
    StoreAdapter adapter(count);
    QQmlEngine engine;
    engine.rootContext()->setContextProperty(QStringLiteral("count"), &adapter);
    QQmlComponent component(&engine);
    component.setData("import NanoStores\nComputed { compute: () => count.value * 2; property var seen: value }",
                      QUrl());
    const std::unique_ptr<QObject> twice(component.create());
    QVERIFY2(twice, qPrintable(component.errorString()));
    QCOMPARE(twice->property("seen").toInt(), 2);
    QVERIFY(isMounted(count));
    count.set(4);
    QCOMPARE(twice->property("seen").toInt(), 8);
}

void tst_Engines::key_observesWhileActive()
{
    const auto price = atom(1);
    StoreAdapter adapter(price);
    QQmlEngine engine;
    engine.rootContext()->setContextProperty(QStringLiteral("price"), &adapter);
    QQmlComponent component(&engine);
    component.setData("import NanoStores\nimport QtQml\n"
                      "StoreKey { store: price; property int seen: value; property int changes: 0\n"
                      "onValueChanged: ++changes }",
                      QUrl());
    const std::unique_ptr<QObject> key(component.create());
    QVERIFY2(key, qPrintable(component.errorString()));
    QVERIFY(isMounted(price));
    const int before = key->property("changes").toInt();
    key->setProperty("active", false);
    m_time.advance(2000);
    QVERIFY(!isMounted(price));
    price.set(2);
    price.set(3);
    QCOMPARE(key->property("seen").toInt(), 1);
    QCOMPARE(key->property("changes").toInt(), before);
    key->setProperty("active", true);
    QVERIFY(isMounted(price));
    QCOMPARE(key->property("seen").toInt(), 3);
    QCOMPARE(key->property("changes").toInt(), before + 1);
    key->setProperty("active", false);
    key->setProperty("active", true); // nothing happened meanwhile
    QCOMPARE(key->property("changes").toInt(), before + 1);
}

void tst_Engines::bind_observesWhileActive()
{
    const auto level = atom(1);
    StoreAdapter adapter(level);
    QQmlEngine engine;
    engine.rootContext()->setContextProperty(QStringLiteral("level"), &adapter);
    QQmlComponent component(&engine);
    component.setData("import NanoStores\nimport QtQml\nQtObject { id: root; property bool visible: false\n"
                      "property int number: 7\nBind on number { store: level; active: root.visible } }",
                      QUrl());
    const std::unique_ptr<QObject> root(component.create());
    QVERIFY2(root, qPrintable(component.errorString()));
    QVERIFY(!isMounted(level));
    root->setProperty("visible", true);
    QVERIFY(isMounted(level));
    QCOMPARE(root->property("number").toInt(), 1);
    root->setProperty("visible", false);
    level.set(5);
    QCOMPARE(root->property("number").toInt(), 1);
    m_time.advance(2000);
    QVERIFY(!isMounted(level));
    root->setProperty("visible", true);
    QCOMPARE(root->property("number").toInt(), 5);
}

void tst_Engines::bind_inTwoEngines()
{
    const char *qml =
        "QtObject { id: root\n property int number: 0\n Bind on number { store: Atom { name: 'n'; value: 1 } } }";
    Scene first(qml);
    Scene second(qml);
    QCOMPARE(first.value("number").toInt(), 1);
    first.root->setProperty("number", 5);
    QCOMPARE(second.value("number").toInt(), 5);
    first.root.reset();
    second.root->setProperty("number", 6);
    Scene third(qml);
    QCOMPARE(third.value("number").toInt(), 6);
}

void tst_Engines::setting_handlersOfAllEnginesAreAsked()
{
    Scene guard("Atom { name: 'n'; value: 1; onSetting: change => { if (change.newValue > 5) change.abort() } }");
    Scene writer("Atom { name: 'n' }");
    writer.run("store.value = 6");
    QCOMPARE(writer.value().toInt(), 1);
    guard.root.reset();
    writer.run("store.value = 6");
    QCOMPARE(writer.value().toInt(), 6);
}

void tst_Engines::dump_showsValuesOfQml()
{
    Scene scene("Atom { name: 'shown'; value: ({ list: [1, 'b', null], on: true }) }");
    const QByteArray text = QByteArray::fromStdString(dump());
    QVERIFY2(text.contains("\"shown\" store nanostores::JsValue = {\"list\": [1, \"b\", none], \"on\": true}"), text);
}

QTEST_GUILESS_MAIN(tst_Engines)
#include "tst_engines.moc"
