#include <nanostores/core.h>
#include <nanostores/declarative.h>
#include <nanostores/qt.h>

#include <support/manualtime.h>

#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QTest>

#include <memory>

using namespace nanostores;

namespace {

/// An engine with one object, gone together unless taken apart.
struct Scene
{
    explicit Scene(const char *qml)
    {
        QQmlComponent component(engine.get());
        component.setData(QByteArrayLiteral("import QtQml\nimport NanoStores\n") + qml,
                          QUrl(QStringLiteral("scene.qml")));
        root.reset(component.create());
        if (!root) {
            qWarning() << component.errors();
        }
    }
    QJSValue value(const char *name = "value") const { return engine->toScriptValue(root->property(name)); }
    QJSValue run(const char *script) const
    {
        QJSValue function = engine->evaluate(QStringLiteral("(function(store) { %1 })").arg(QLatin1String(script)));
        QQmlEngine::setObjectOwnership(root.get(), QQmlEngine::CppOwnership);
        return function.call({engine->newQObject(root.get())});
    }

    std::unique_ptr<QQmlEngine> engine = std::make_unique<QQmlEngine>();
    std::unique_ptr<QObject> root;
};

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

QTEST_GUILESS_MAIN(tst_Engines)
#include "tst_engines.moc"
