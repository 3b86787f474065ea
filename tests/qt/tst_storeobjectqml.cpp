// SPDX-License-Identifier: MIT
#include "settingstest.h"

#include <QtQml/QQmlExpression>
#include <QtTest/QTest>

#include <memory>

using namespace nanostores;

namespace {

/// Shows a store that may go before it.
class Own : public StoreObject
{
    Q_OBJECT

public:
    Atom<int> store = atom(1);

    NANOSTORES_PROPERTY(int, value, store)
};

} // namespace

/// A StoreObject as QML reads, writes and observes it.
class tst_StoreObjectQml : public SettingsTest
{
    Q_OBJECT
private Q_SLOTS:
    void qml_bindingMountsUntilDestroyed();
    void qml_branchThatStopsReading();
    void qml_oneOffReadsMountNothing();
    void qml_reevaluationDoesNotFlap();
    void qml_connections();
    void qml_writes();
    void qml_rejectedWriteFallsBack();
    void qml_twoEngines();
    void qml_engineDestroyedBeforeTheStore();
    void qml_engineDestroyedAfterTheStore();
};

void tst_StoreObjectQml::qml_bindingMountsUntilDestroyed()
{
    Scene scene(m_settings.get());
    auto first = scene.make("QtObject { property int seen: settings.volume }");
    auto second = scene.make("QtObject { property int seen: settings.volume * 2 }");
    QCOMPARE(m_trace.take(), "start mount");
    stores::volume.set(6);
    QCOMPARE(first->property("seen").toInt(), 6);
    QCOMPARE(second->property("seen").toInt(), 12);
    first.reset();
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "");
    second.reset();
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "stop unmount");
}

void tst_StoreObjectQml::qml_branchThatStopsReading()
{
    Scene scene(m_settings.get());
    const auto object = scene.make("QtObject { property int seen: settings.shown ? settings.volume : -1 }");
    QCOMPARE(m_trace.take(), "start mount");
    stores::shown.set(false);
    QCOMPARE(object->property("seen").toInt(), -1);
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "stop unmount");
    stores::shown.set(true);
    QCOMPARE(object->property("seen").toInt(), 5);
    QCOMPARE(m_trace.take(), "start mount");
}

void tst_StoreObjectQml::qml_oneOffReadsMountNothing()
{
    Scene scene(m_settings.get());
    const auto object = scene.make("QtObject { function read() { return settings.volume } }");
    QVariant seen;
    QVERIFY(QMetaObject::invokeMethod(object.get(), "read", Q_RETURN_ARG(QVariant, seen)));
    QCOMPARE(seen.toInt(), 5);
    QQmlExpression expression(scene.engine.rootContext(), nullptr, QStringLiteral("settings.volume + 1"));
    QCOMPARE(expression.evaluate().toInt(), 6);
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "");
}

void tst_StoreObjectQml::qml_reevaluationDoesNotFlap()
{
    Scene scene(m_settings.get());
    const auto object = scene.make("QtObject { property int seen: settings.volume; property int runs: 0\n"
                                   "onSeenChanged: ++runs }");
    m_trace.take();
    for (int i = 10; i < 20; ++i) {
        stores::volume.set(i);
        m_time->advance(10);
    }
    QCOMPARE(object->property("seen").toInt(), 19);
    QCOMPARE(m_trace.take(), "");
}

void tst_StoreObjectQml::qml_connections()
{
    Scene scene(m_settings.get());
    const auto object = scene.make("QtObject { id: root; property int calls: 0; property bool on: true\n"
                                   "property var c: Connections { target: settings; enabled: root.on\n"
                                   "function onVolumeChanged() { ++root.calls } } }");
    QCOMPARE(m_trace.take(), "start mount");
    stores::volume.set(6);
    QCOMPARE(object->property("calls").toInt(), 1);
    QObject *connections = object->property("c").value<QObject *>();
    connections->setProperty("target", QVariant::fromValue<QObject *>(nullptr));
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "stop unmount");
}

void tst_StoreObjectQml::qml_writes()
{
    Scene scene(m_settings.get());
    const auto object = scene.make("QtObject { function write() { settings.volume = 9; settings.title = 'q' } }");
    QVERIFY(QMetaObject::invokeMethod(object.get(), "write"));
    QCOMPARE(stores::volume.get(), 9);
    QCOMPARE(stores::title.get(), std::string("q"));
}

void tst_StoreObjectQml::qml_rejectedWriteFallsBack()
{
    const Unbind unbind = onSet(stores::volume, [](auto &event) { event.abort(); });
    Scene scene(m_settings.get());
    // As a control does: its value follows the store, and what the user does is written in a handler.
    const auto object = scene.make("QtObject { id: control; property int value: settings.volume; property int shown\n"
                                   "property var c: Connections { target: settings\n"
                                   "function onVolumeChanged() { control.shown = settings.volume } }\n"
                                   "function drag(to) { shown = to; settings.volume = to } }");
    QVERIFY(QMetaObject::invokeMethod(object.get(), "drag", Q_ARG(QVariant, 8)));
    QCOMPARE(object->property("shown").toInt(), 5);
    unbind();
}

void tst_StoreObjectQml::qml_twoEngines()
{
    Settings other;
    Scene first(m_settings.get());
    auto second = std::make_unique<Scene>(&other);
    auto one = first.make("QtObject { property int seen: settings.volume }");
    auto two = second->make("QtObject { property int seen: settings.volume }");
    QCOMPARE(m_trace.take(), "start mount");
    other.set_volume(8);
    QCOMPARE(one->property("seen").toInt(), 8);
    QCOMPARE(two->property("seen").toInt(), 8);
    one.reset();
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "");
    two.reset();
    second.reset();
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "stop unmount");
}

void tst_StoreObjectQml::qml_engineDestroyedBeforeTheStore()
{
    auto scene = std::make_unique<Scene>(m_settings.get());
    const auto object = scene->make("QtObject { property int seen: settings.volume }");
    QVERIFY(mounted());
    scene.reset(); // the object outlives its engine, and its binding does not
    stores::volume.set(6);
    m_time->advance(1000);
}

void tst_StoreObjectQml::qml_engineDestroyedAfterTheStore()
{
    Scene scene(m_settings.get());
    Own own;
    scene.engine.rootContext()->setContextProperty(QStringLiteral("own"), &own);
    const auto object = scene.make("QtObject { property int seen: own.value }");
    {
        const Atom<int> former = own.store;
        own.store = atom(2); // the former one lives as long as it is observed
        former.set(3);
    }
    QCOMPARE(object->property("seen").toInt(), 2);
}

QTEST_GUILESS_MAIN(tst_StoreObjectQml)
#include "tst_storeobjectqml.moc"
