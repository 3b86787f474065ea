// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qt.h>

#include "scene.h"

#include <support/manualtime.h>

#include <QPointer>
#include <QQmlEngine>
#include <QtTest/QTest>

using namespace nanostores;

namespace {

/// Deletes its target.
class Ender : public QObject
{
    Q_OBJECT

public:
    QPointer<QObject> target;

public Q_SLOTS:
    void end() { delete target; }
};

} // namespace

/// Stores that end in what they call.
class tst_DeletedStores : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup() { forgetNamedStores(); }

    void store_mayBeDeletedInItsOwnSignals_data();
    void store_mayBeDeletedInItsOwnSignals();
    void store_mayDestroyItselfInItsHandlers_data();
    void store_mayDestroyItselfInItsHandlers();
    void object_mayBeDeletedInItsFunction_data();
    void object_mayBeDeletedInItsFunction();
    void effect_mayBeDeletedByItsSetter();
    void storeKey_mayEndAnotherOfItsKey();
    void storeKey_mayBeDeletedByItsSetters_data();
    void storeKey_mayBeDeletedByItsSetters();
    void bind_mayBeDeletedByItsSetters_data();
    void bind_mayBeDeletedByItsSetters();

private:
    support::ManualTime m_time;
};

void tst_DeletedStores::initTestCase()
{
    Scene warmUp("Atom {}");
    QVERIFY(warmUp.root);
}

void tst_DeletedStores::store_mayBeDeletedInItsOwnSignals_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QByteArray>("ended");
    QTest::addColumn<QString>("act");
    struct Way
    {
        const char *ended; ///< The signal in whose slot it is deleted.
        const char *act;
    };
    for (const auto &[ended, act] :
         std::initializer_list<Way>{{"valueChanged()", "native"},
                                    {"valueChanged()", "store.value = next"},
                                    {"valueChanged()", "store.set(next)"},
                                    {"valueChanged()", "refused"},
                                    {"valueChanged()", "batch"},
                                    {"valueChanged()", "store.name = 'known'"},
                                    {"nameChanged()", "store.name = 'other'"},
                                    {"setting(nanostores::StoreChange*)", "native"},
                                    {"setting(nanostores::StoreChange*)", "store.value = next"},
                                    {"notifying(nanostores::StoreNotification*)", "native"},
                                    {"notifying(nanostores::StoreNotification*)", "store.value = next"},
                                    {"changed(QVariant,QVariant,QVariant)", "native"},
                                    {"changed(QVariant,QVariant,QVariant)", "store.value = next"},
                                    {"changed(QVariant,QVariant,QVariant)", "batch"},
                                    {"changed(QVariant,QVariant,QVariant)", "store.name = 'known'"},
                                    {"equalChanged()", "store.equal = () => false"},
                                    {"started()", "mount"},
                                    {"stopped()", "mount"},
                                    {"mounted()", "mount"},
                                    {"unmounted()", "mount"},
                                    {"isMountedChanged()", "mount"},
                                    {"queuedChanged()", "store.queued = true"},
                                    {"unmountDelayChanged()", "store.unmountDelay = 7"}}) {
        for (const char *type : {"Atom", "MapStore"}) {
            QTest::addRow("%s, %s, %s", type, ended, act)
                << QString::fromLatin1(type) << QByteArray(ended) << QString::fromLatin1(act);
        }
    }
    for (const char *act : {"store.setKey('a', 5)", "store.removeKey('a')"}) {
        QTest::addRow("MapStore, %s", act)
            << QStringLiteral("MapStore") << QByteArray("valueChanged()") << QString::fromLatin1(act);
    }
}

void tst_DeletedStores::store_mayBeDeletedInItsOwnSignals()
{
    QFETCH(QString, type);
    QFETCH(QByteArray, ended);
    QFETCH(QString, act);
    const bool isMap = type == QLatin1String("MapStore");
    Scene known(isMap ? "MapStore { name: 'known'; value: ({ a: 100 }) }" : "Atom { name: 'known'; value: 100 }");
    Scene scene(isMap ? "MapStore { value: ({ a: 1 }) }" : "Atom { value: 1 }");
    Ender ender;
    ender.target = scene.root.release();
    QVERIFY(QObject::connect(ender.target, '2' + ended, &ender, SLOT(end())));
    auto *const one = qobject_cast<DeclarativeAtom *>(ender.target);
    auto *const map = qobject_cast<DeclarativeMap *>(ender.target);
    const auto atomStore = one ? one->store() : atom(JsValue());
    const auto mapStore = map ? map->store() : nanostores::map<QString, JsValue>();
    QJSEngine *const engine = scene.engine.get();
    const auto set = [&](int number) {
        const JsValue value(QJSValue(number), engine, false);
        isMap ? mapStore.setKey(QStringLiteral("a"), value) : atomStore.set(value);
    };
    const auto held = [&] {
        return isMap ? mapStore.getKey(QStringLiteral("a"))->toVariant().toInt() : atomStore.get().toVariant().toInt();
    };
    if (act == QLatin1String("native")) {
        set(2);
    } else if (act == QLatin1String("batch")) {
        batch([&] {
            set(2);
            set(3);
        });
    } else if (act == QLatin1String("mount")) {
        {
            const auto observer = isMap ? mapStore.listen([] {}) : atomStore.listen([] {});
        }
        m_time.advance(5000);
    } else {
        const Unbind refuses = isMap
                                   ? onSet(mapStore, [&](auto &event) { act == u"refused" ? event.abort() : void(); })
                                   : onSet(atomStore, [&](auto &event) { act == u"refused" ? event.abort() : void(); });
        const QString code = act == QLatin1String("refused") ? QStringLiteral("store.value = next") : act;
        QJSValue function = engine->evaluate(QStringLiteral("(function(store, next) { %1 })").arg(code));
        QQmlEngine::setObjectOwnership(ender.target, QQmlEngine::CppOwnership);
        const QJSValue next = engine->evaluate(isMap ? QStringLiteral("({ a: 2 })") : QStringLiteral("2"));
        const QJSValue result = function.call({engine->newQObject(ender.target), next});
        QVERIFY2(!result.isError(), qPrintable(result.toString()));
        refuses();
    }
    QVERIFY(!ender.target);
    int calls = 0;
    const auto count = [&calls] { ++calls; };
    const auto subscription = isMap ? mapStore.listen(count) : atomStore.listen(count);
    set(8);
    set(9);
    QCOMPARE(held(), 9);
    QCOMPARE(calls, 2);
}

void tst_DeletedStores::store_mayDestroyItselfInItsHandlers_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("handler");
    for (const char *handler : {"onValueChanged", "onSetting", "onMounted", "onUnmounted", "onIsMountedChanged"}) {
        for (const char *type : {"Atom", "MapStore"}) {
            QTest::addRow("%s, %s", type, handler) << QString::fromLatin1(type) << QString::fromLatin1(handler);
        }
    }
}

void tst_DeletedStores::store_mayDestroyItselfInItsHandlers()
{
    QFETCH(QString, type);
    QFETCH(QString, handler);
    const QString qml = QStringLiteral("QtObject {\n"
                                       "    id: root\n"
                                       "    property int seen\n"
                                       "    property Component part: Component {\n"
                                       "        %1 {\n"
                                       "            id: own\n"
                                       "            %2: own.destroy()\n"
                                       "        }\n"
                                       "    }\n"
                                       "    property QtObject made: part.createObject(root)\n"
                                       "}")
                            .arg(type, handler);
    Scene scene(qml.toUtf8().constData());
    const QPointer<QObject> made = scene.root->property("made").value<QObject *>();
    QVERIFY(made);
    auto *const one = qobject_cast<DeclarativeAtom *>(made.data());
    auto *const map = qobject_cast<DeclarativeMap *>(made.data());
    const auto atomStore = one ? one->store() : atom(JsValue());
    const auto mapStore = map ? map->store() : nanostores::map<QString, JsValue>();
    const bool isMap = map;
    int calls = 0;
    const auto count = [&calls] { ++calls; };
    auto subscription = isMap ? mapStore.listen(count) : atomStore.listen(count);
    const auto set = [&](int number) {
        const JsValue value(QJSValue(number), scene.engine.get(), false);
        isMap ? mapStore.setKey(QStringLiteral("a"), value) : atomStore.set(value);
    };
    set(1);
    set(2);
    QCOMPARE(calls, 2);
    subscription.reset();
    QCoreApplication::sendPostedEvents(); // the handler observes no more
    m_time.advance(5000);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!made);
    subscription = isMap ? mapStore.listen(count) : atomStore.listen(count);
    set(3);
    QCOMPARE(calls, 3);
}

void tst_DeletedStores::object_mayBeDeletedInItsFunction_data()
{
    QTest::addColumn<QString>("object");
    QTest::addColumn<QString>("read");
    for (const char *const object :
         {"Computed { compute: () => { if (known.value > 0) ender.end(); return known.value } }",
          "Computed { stores: known; compute: n => { if (n > 0) ender.end(); return n } }",
          "Computed { stores: [root.killer, known]; compute: (n, m) => n + m }",
          "Computed { compute: () => { if (known.value > 0) { ender.end(); throw new Error('gone') } return 0 } }"}) {
        for (const char *const read : {"made.value", "made.get()", "observed", "native"}) {
            QTest::addRow("%s: %s", object, read) << QString::fromLatin1(object) << QString::fromLatin1(read);
        }
    }
    for (const char *const object :
         {"StoreEffect { run: () => { if (known.value > 0) ender.end() } }",
          "StoreEffect { stores: known; run: n => { if (n > 0) ender.end() } }",
          "StoreEffect { stores: [root.killer, known]; run: (n, m) => { } }",
          "StoreEffect { run: () => { if (known.value > 0) ender.end(); return () => { } } }",
          "StoreEffect { run: () => { known.value; return () => ender.end() } }"}) {
        QTest::addRow("%s", object) << QString::fromLatin1(object) << QString();
    }
}

void tst_DeletedStores::object_mayBeDeletedInItsFunction()
{
    QFETCH(QString, object);
    QFETCH(QString, read);
    Ender ender;
    const QString qml =
        QStringLiteral("QtObject { id: root; property QtObject known: Atom { value: 0 } property var ender\n"
                       "property QtObject killer: Computed { stores: root.known\n"
                       "    compute: n => { if (n > 0) ender.end(); return n } }\n"
                       "property Component part: Component { %1 }\n"
                       "function make() { return part.createObject(root) } }");
    Scene scene(qml.arg(object).toUtf8().constData());
    QQmlEngine::setObjectOwnership(&ender, QQmlEngine::CppOwnership);
    scene.root->setProperty("ender", QVariant::fromValue<QObject *>(&ender));
    QVariant made;
    QVERIFY(QMetaObject::invokeMethod(scene.root.get(), "make", Q_RETURN_ARG(QVariant, made)));
    ender.target = made.value<QObject *>();
    QVERIFY(ender.target);
    QQmlEngine::setObjectOwnership(ender.target, QQmlEngine::CppOwnership);
    auto *const known = qobject_cast<DeclarativeAtom *>(scene.root->property("known").value<QObject *>());
    auto *const computed = qobject_cast<DeclarativeComputed *>(ender.target);
    Subscription native;
    int values = 0;
    if (computed && read == QLatin1String("native")) {
        native = computed->store().listen([&](const JsValue &) { ++values; });
    } else if (computed && read == QLatin1String("observed")) {
        connect(computed, &DeclarativeComputed::valueChanged, this, [&values] { ++values; });
    }
    if (read.startsWith(QLatin1String("made"))) {
        QJSValue function = scene.engine->evaluate(QStringLiteral("(function(made) { return %1 })").arg(read));
        const QJSValueList arguments{scene.engine->newQObject(ender.target)};
        QCOMPARE(function.call(arguments).toInt(), 0);
        known->store().set(JsValue(QJSValue(1), scene.engine.get(), false));
        QVERIFY(ender.target);
        function.call(arguments);
    } else {
        known->store().set(JsValue(QJSValue(1), scene.engine.get(), false));
    }
    QVERIFY(!ender.target);
    known->store().set(JsValue(QJSValue(2), scene.engine.get(), false));
    QCOMPARE(values, 0); // the last value stays
}

void tst_DeletedStores::effect_mayBeDeletedByItsSetter()
{
    for (const char *const property : {"enabled", "run"}) {
        Scene scene("QtObject { property QtObject known: Atom { value: 0 }\n"
                    "property var write: () => { known.value += 1 }\n"
                    "property Component part: Component { StoreEffect { enabled: false; run: write } }\n"
                    "function make() { return part.createObject(null) } }");
        QVariant made;
        QVERIFY(QMetaObject::invokeMethod(scene.root.get(), "make", Q_RETURN_ARG(QVariant, made)));
        const QPointer<QObject> effect = made.value<QObject *>();
        QVERIFY(effect);
        QQmlEngine::setObjectOwnership(effect, QQmlEngine::CppOwnership);
        auto *const known = qobject_cast<DeclarativeAtom *>(scene.root->property("known").value<QObject *>());
        const auto listener = known->store().listen([&](const JsValue &) { delete effect.data(); });
        if (QByteArray(property) == "run") {
            effect->setProperty("run", QVariant());
            effect->setProperty("enabled", true);
            effect->setProperty("run", scene.root->property("write"));
        } else {
            effect->setProperty("enabled", true);
        }
        QVERIFY(!effect);
        QCOMPARE(known->store().get().toVariant().toInt(), 1);
    }
}

/// Of two who listen to a key through the same object, one deletes the other, or has it listen no more.
void tst_DeletedStores::storeKey_mayEndAnotherOfItsKey()
{
    for (const QByteArray act : {"delete", "inactive", "otherKey"}) {
        Scene scene("QtObject { property QtObject map: MapStore { value: ({ a: 1, b: 1 }) }\n"
                    "property QtObject first: StoreKey { store: map; key: 'a' }\n"
                    "property QtObject second: StoreKey { store: map; key: 'a' } }");
        const auto keyOf = [&scene](const char *name) {
            return qobject_cast<StoreKey *>(scene.root->property(name).value<QObject *>());
        };
        const QPointer<StoreKey> first = keyOf("first");
        const QPointer<StoreKey> second = keyOf("second");
        QVERIFY(first && second);
        QQmlEngine::setObjectOwnership(second, QQmlEngine::CppOwnership);
        int calls = 0;
        const auto end = [&] {
            if (act == "delete") {
                delete second.data();
            } else if (act == "inactive") {
                second->setActive(false);
            } else {
                second->setKey(QStringLiteral("b"));
            }
            calls = 0;
        };
        connect(first, &StoreKey::valueChanged, this, end);
        connect(second, &StoreKey::valueChanged, this, [&calls] { ++calls; });
        first->setValue(5);
        QCOMPARE(calls, 0);
        QCOMPARE(first->value().toInt(), 5);
        disconnect(first, nullptr, this, nullptr);
    }
}

namespace {

constexpr auto TwoMaps = "QtObject { id: root\n"
                         "property QtObject first: MapStore { value: ({ a: 1, b: ({ c: 2 }) }) }\n"
                         "property QtObject second: MapStore { value: ({ a: 3 }) }\n"
                         "property QtObject holder: QtObject { property var shown\n"
                         "    Bind on shown { store: root.first; key: 'a' } }\n"
                         "property Component part: Component { StoreKey { store: root.first; key: 'a' } }\n"
                         "function make() { return part.createObject(null) } }";

void addSetters()
{
    QTest::addColumn<QByteArray>("property");
    QTest::addColumn<QVariant>("value");
    QTest::newRow("store") << QByteArray("store") << QVariant();
    QTest::newRow("key") << QByteArray("key") << QVariant(QStringLiteral("b"));
    QTest::newRow("empty key") << QByteArray("key") << QVariant(QString());
    QTest::newRow("path") << QByteArray("path") << QVariant(QStringLiteral("c"));
}

} // namespace

void tst_DeletedStores::storeKey_mayBeDeletedByItsSetters_data()
{
    addSetters();
}

void tst_DeletedStores::storeKey_mayBeDeletedByItsSetters()
{
    QFETCH(QByteArray, property);
    QFETCH(QVariant, value);
    Scene scene(TwoMaps);
    QVariant made;
    QVERIFY(QMetaObject::invokeMethod(scene.root.get(), "make", Q_RETURN_ARG(QVariant, made)));
    const QPointer<QObject> key = made.value<QObject *>();
    QVERIFY(key);
    QQmlEngine::setObjectOwnership(key, QQmlEngine::CppOwnership);
    Ender ender;
    ender.target = key;
    connect(key, SIGNAL(valueChanged()), &ender, SLOT(end()));
    key->setProperty(property, property == "store" ? scene.root->property("second") : value);
    QVERIFY(!key);
}

void tst_DeletedStores::bind_mayBeDeletedByItsSetters_data()
{
    addSetters();
}

void tst_DeletedStores::bind_mayBeDeletedByItsSetters()
{
    QFETCH(QByteArray, property);
    QFETCH(QVariant, value);
    Scene scene(TwoMaps);
    auto *const holder = scene.root->property("holder").value<QObject *>();
    const QPointer<StoreBind> bind = holder->findChild<StoreBind *>();
    QVERIFY(bind);
    QCOMPARE(holder->property("shown").toInt(), 1);
    Ender ender;
    ender.target = bind;
    connect(holder, SIGNAL(shownChanged()), &ender, SLOT(end()));
    bind->setProperty(property, property == "store" ? scene.root->property("second") : value);
    QVERIFY(!bind);
}

QTEST_GUILESS_MAIN(tst_DeletedStores)
#include "tst_deletedstores.moc"
