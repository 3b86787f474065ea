// SPDX-License-Identifier: MIT
#include "settings.h"

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/manualtime.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QMetaProperty>
#include <QtCore/QRegularExpression>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlContext>
#include <QtQml/QQmlEngine>
#include <QtQml/QQmlExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <array>
#include <memory>
#include <thread>

using namespace nanostores;
using support::Trace;

namespace {

/// An engine with the adapter as the context property "settings".
struct Scene
{
    explicit Scene(Settings *adapter) { engine.rootContext()->setContextProperty(QStringLiteral("settings"), adapter); }
    /// An object made from the text, with `import QtQml` above it.
    std::unique_ptr<QObject> make(const QByteArray &text)
    {
        QQmlComponent component(&engine);
        component.setData("import QtQml\n" + text, QUrl());
        std::unique_ptr<QObject> object(component.create());
        if (!object) {
            qWarning().noquote() << component.errorString();
        }
        return object;
    }
    QQmlEngine engine;
};

} // namespace

class tst_StoreObject : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void properties_areTypedFinalAndNotBindable();
    void properties_ofABaseAndOfASubclass();
    void read_mountsNothing();
    void read_convertsTheValue();
    void write_setsTheStore();
    void write_thatAHookRejectsSignalsAChange();
    void write_thatAHookChangesSignalsAChange();
    void write_errorsAreReported();
    void read_ofAFailedComputedIsReported();
    void change_isSignalledWhoeverMadeIt();
    void batch_signalsOnce();

    void connect_mountsUntilDisconnected();
    void connect_countsObservers();
    void connect_toAnotherSignalMountsNothing();
    void connect_withContextEndsWithTheContext();
    void connect_byNameAndByHandle();
    void connect_singleShot();
    void connect_fromAnotherThread();
    void disconnect_wildcard();
    void disconnect_allOfOneSignal();
    void disconnect_allOfOneReceiver();
    void disconnect_inTheSameTurnDoesNotFlap();
    void mount_valueSetByTheHookIsRead();
    void mount_errorIsReported();
    void stop_hookMayDisconnectFromTheAdapter();
    void destroyed_adapterUnmounts();
    void destroyed_withWorkPending();
    void withoutScheduler_theEventLoopLetsGo();

    void queued_signalsOnceATurn();
    void queued_rejectedWrite();
    void queued_objectDeletedByASlot();
    void queued_handlerMayWriteWhatItIsBoundTo();

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

private:
    bool mounted() const { return isMounted(stores::volume); }

    std::unique_ptr<support::ManualTime> m_time;
    std::unique_ptr<Settings> m_settings;
    Trace m_trace;
    int m_stops = 0;
    std::array<Unbind, 3> m_hooks;
};

void tst_StoreObject::init()
{
    m_time = std::make_unique<support::ManualTime>();
    stores::volume.set(5);
    stores::title.set("title");
    stores::shown.set(true);
    m_hooks[0] = onMount(stores::volume, [trace = m_trace] {
        trace.add("mount");
        return [trace] { trace.add("unmount"); };
    });
    m_hooks[1] = onStart(stores::volume, m_trace.adds("start"));
    m_stops = 0;
    m_hooks[2] = onStop(stores::volume, [this] {
        ++m_stops;
        m_trace.add("stop");
    });
    m_settings = std::make_unique<Settings>();
}

void tst_StoreObject::cleanup()
{
    m_settings.reset();
    m_time->advance(2000); // a computed store lets go of its sources when it unmounts
    const bool left = mounted();
    for (const Unbind &unbind : m_hooks) {
        unbind();
    }
    m_trace.take();
    m_time.reset();
    QVERIFY(!left);
}

void tst_StoreObject::properties_areTypedFinalAndNotBindable()
{
    const QMetaObject &meta = Settings::staticMetaObject;
    QCOMPARE(meta.propertyCount() - meta.propertyOffset(), 4);
    for (int i = meta.propertyOffset(); i < meta.propertyCount(); ++i) {
        const QMetaProperty property = meta.property(i);
        QVERIFY(property.isFinal());
        QVERIFY(!property.isBindable());
        QVERIFY(!property.isConstant());
        QVERIFY(property.hasNotifySignal());
        QCOMPARE(property.notifySignal().name(), property.name() + QByteArray("Changed"));
    }
    const auto property = [&meta](const char *name) { return meta.property(meta.indexOfProperty(name)); };
    QCOMPARE(property("volume").metaType(), QMetaType::fromType<int>());
    QCOMPARE(property("title").metaType(), QMetaType::fromType<QString>());
    QCOMPARE(property("loud").metaType(), QMetaType::fromType<bool>());
    QVERIFY(property("volume").isWritable());
    QVERIFY(!property("loud").isWritable());
}

void tst_StoreObject::properties_ofABaseAndOfASubclass()
{
    MoreSettings more;
    QSignalSpy volume(&more, &Settings::volumeChanged);
    QSignalSpy ratio(&more, &MoreSettings::ratioChanged);
    QVERIFY(mounted());
    QVERIFY(isMounted(stores::ratio));
    stores::ratio.set(0.25);
    QCOMPARE(ratio.count(), 1);
    QCOMPARE(volume.count(), 0);
    QCOMPARE(more.ratio(), 0.25);
}

void tst_StoreObject::read_mountsNothing()
{
    QCOMPARE(m_settings->volume(), 5);
    QCOMPARE(m_settings->property("volume").toInt(), 5);
    QCOMPARE(m_settings->loud(), false);
    stores::volume.set(11);
    QCOMPARE(m_settings->loud(), true);
    QCOMPARE(m_trace.take(), "");
}

void tst_StoreObject::read_convertsTheValue()
{
    stores::title.set("Gr\xc3\xb6\xc3\x9f"
                      "e");
    QCOMPARE(m_settings->title(), QString::fromUtf8("Gr\xc3\xb6\xc3\x9f"
                                                    "e"));
    m_settings->set_title(QStringLiteral("x"));
    QCOMPARE(stores::title.get(), std::string("x"));
}

void tst_StoreObject::write_setsTheStore()
{
    QSignalSpy changes(m_settings.get(), &Settings::volumeChanged);
    m_settings->setProperty("volume", 7);
    QCOMPARE(stores::volume.get(), 7);
    QCOMPARE(changes.count(), 1);
    m_settings->setProperty("volume", 7);
    QCOMPARE(changes.count(), 1);
}

void tst_StoreObject::write_thatAHookRejectsSignalsAChange()
{
    const Unbind unbind = onSet(stores::volume, [](auto &event) { event.abort(); });
    QSignalSpy changes(m_settings.get(), &Settings::volumeChanged);
    m_settings->set_volume(7);
    QCOMPARE(m_settings->volume(), 5);
    QCOMPARE(changes.count(), 1);
    unbind();
}

void tst_StoreObject::write_thatAHookChangesSignalsAChange()
{
    const Unbind unbind = onSet(stores::volume, [](auto &event) { event.replace(std::min(event.newValue(), 10)); });
    QSignalSpy changes(m_settings.get(), &Settings::volumeChanged);
    m_settings->set_volume(20);
    QCOMPARE(m_settings->volume(), 10);
    QVERIFY(changes.count() >= 1);
    changes.clear();
    m_settings->set_volume(20); // no change of the store, but the control shows 20
    QCOMPARE(changes.count(), 1);
    unbind();
}

void tst_StoreObject::write_errorsAreReported()
{
    support::ErrorLog errors;
    const Subscription listener = stores::volume.listen([] { throw std::runtime_error("a listener"); });
    m_settings->set_volume(6);
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("a listener")});
    QCOMPARE(stores::volume.get(), 6);
}

void tst_StoreObject::read_ofAFailedComputedIsReported()
{
    support::ErrorLog errors;
    const auto failing = computed(stores::volume, [](int) -> int { throw std::runtime_error("no value"); });
    QCOMPARE(detail::readStore<int>(failing), 0);
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("no value")});
}

void tst_StoreObject::change_isSignalledWhoeverMadeIt()
{
    QSignalSpy changes(m_settings.get(), &Settings::volumeChanged);
    QSignalSpy loud(m_settings.get(), &Settings::loudChanged);
    stores::volume.set(11);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(loud.count(), 1);
    stores::volume.set(12);
    QCOMPARE(changes.count(), 2);
    QCOMPARE(loud.count(), 1);
}

void tst_StoreObject::batch_signalsOnce()
{
    QSignalSpy changes(m_settings.get(), &Settings::volumeChanged);
    batch([] {
        stores::volume.set(1);
        stores::volume.set(2);
    });
    QCOMPARE(changes.count(), 1);
}

void tst_StoreObject::connect_mountsUntilDisconnected()
{
    const auto connection = connect(m_settings.get(), &Settings::volumeChanged, [] {});
    QCOMPARE(m_trace.take(), "start mount");
    disconnect(connection);
    m_time->advance(999);
    QCOMPARE(m_trace.take(), "stop");
    m_time->advance(1);
    QCOMPARE(m_trace.take(), "unmount");
}

void tst_StoreObject::connect_countsObservers()
{
    QObject first;
    QObject second;
    connect(m_settings.get(), &Settings::volumeChanged, &first, [] {});
    connect(m_settings.get(), &Settings::volumeChanged, &second, [] {});
    connect(m_settings.get(), &Settings::volumeChanged, &second, [] {});
    QCOMPARE(m_trace.take(), "start mount");
    disconnect(m_settings.get(), nullptr, &second, nullptr);
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "");
    disconnect(m_settings.get(), nullptr, &first, nullptr);
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "stop unmount");
}

void tst_StoreObject::connect_toAnotherSignalMountsNothing()
{
    connect(m_settings.get(), &QObject::destroyed, this, [] {});
    connect(m_settings.get(), &Settings::titleChanged, this, [] {});
    QCOMPARE(m_trace.take(), "");
    disconnect(m_settings.get(), nullptr, this, nullptr);
}

void tst_StoreObject::connect_withContextEndsWithTheContext()
{
    auto context = std::make_unique<QObject>();
    connect(m_settings.get(), &Settings::volumeChanged, context.get(), [] {});
    QVERIFY(mounted());
    context.reset();
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "start mount stop unmount");
}

void tst_StoreObject::connect_byNameAndByHandle()
{
    QObject receiver;
    connect(m_settings.get(), SIGNAL(volumeChanged()), &receiver, SLOT(deleteLater()));
    QVERIFY(mounted());
    disconnect(m_settings.get(), SIGNAL(volumeChanged()), &receiver, SLOT(deleteLater()));
    m_time->advance(1000);
    QVERIFY(!mounted());
}

void tst_StoreObject::connect_singleShot()
{
    int calls = 0;
    connect(
        m_settings.get(), &Settings::volumeChanged, this, [&calls] { ++calls; }, Qt::SingleShotConnection);
    QVERIFY(mounted());
    stores::volume.set(6);
    stores::volume.set(7);
    QCOMPARE(calls, 1);
    m_time->advance(1000);
    QVERIFY(!mounted());
}

void tst_StoreObject::connect_fromAnotherThread()
{
    QMetaObject::Connection connection;
    std::thread([this, &connection] {
        connection = connect(m_settings.get(), &Settings::volumeChanged, m_settings.get(), [] {});
    }).join();
    QTRY_VERIFY(mounted());

    std::thread([&connection] { disconnect(connection); }).join();
    QTRY_COMPARE(m_stops, 1);
}

void tst_StoreObject::disconnect_wildcard()
{
    QObject receiver;
    connect(m_settings.get(), &Settings::volumeChanged, &receiver, [] {});
    connect(m_settings.get(), &Settings::volumeChanged, this, [] {});
    connect(m_settings.get(), &Settings::titleChanged, this, [] {});
    QVERIFY(isMounted(stores::title));
    m_settings->disconnect();
    m_time->advance(1000);
    QVERIFY(!mounted());
    QVERIFY(!isMounted(stores::title));
}

void tst_StoreObject::disconnect_allOfOneSignal()
{
    QObject receiver;
    connect(m_settings.get(), &Settings::volumeChanged, &receiver, [] {});
    connect(m_settings.get(), &Settings::volumeChanged, this, [] {});
    disconnect(m_settings.get(), &Settings::volumeChanged, nullptr, nullptr);
    m_time->advance(1000);
    QVERIFY(!mounted());
}

void tst_StoreObject::disconnect_allOfOneReceiver()
{
    QObject receiver;
    connect(m_settings.get(), &Settings::volumeChanged, &receiver, [] {});
    connect(m_settings.get(), &Settings::volumeChanged, &receiver, [] {});
    disconnect(m_settings.get(), &Settings::volumeChanged, &receiver, nullptr);
    m_time->advance(1000);
    QVERIFY(!mounted());
}

void tst_StoreObject::disconnect_inTheSameTurnDoesNotFlap()
{
    const auto first = connect(m_settings.get(), &Settings::volumeChanged, [] {});
    m_trace.take();
    disconnect(first);
    const auto second = connect(m_settings.get(), &Settings::volumeChanged, [] {});
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "");
    disconnect(second);
}

void tst_StoreObject::mount_valueSetByTheHookIsRead()
{
    const Unbind unbind = onMount(stores::volume, [](auto &event) { event.store().set(42); });
    Scene scene(m_settings.get());
    const auto object = scene.make("QtObject { property int seen: settings.volume }");
    QCOMPARE(object->property("seen").toInt(), 42);
    unbind();
}

void tst_StoreObject::mount_errorIsReported()
{
    support::ErrorLog errors;
    const Unbind unbind = onMount(stores::volume, [] { throw std::runtime_error("no server"); });
    const auto connection = connect(m_settings.get(), &Settings::volumeChanged, [] {});
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("no server")});
    disconnect(connection);
    unbind();
}

void tst_StoreObject::stop_hookMayDisconnectFromTheAdapter()
{
    auto receiver = std::make_unique<QObject>();
    connect(m_settings.get(), &Settings::volumeChanged, receiver.get(), [] {});
    connect(m_settings.get(), &Settings::titleChanged, this, [] {});
    const Unbind unbind = onStop(stores::volume, [this] { m_settings->disconnect(this); });
    receiver.reset(); // Qt holds locks of both while it tells the adapter
    m_time->advance(1000);
    QVERIFY(!mounted());
    QVERIFY(!isMounted(stores::title));
    unbind();
}

void tst_StoreObject::destroyed_adapterUnmounts()
{
    connect(m_settings.get(), &Settings::volumeChanged, this, [] {});
    m_settings.reset();
    QCOMPARE(m_trace.take(), "start mount stop");
    m_time->advance(1000);
    QCOMPARE(m_trace.take(), "unmount");
}

void tst_StoreObject::destroyed_withWorkPending()
{
    const auto connection = connect(m_settings.get(), &Settings::volumeChanged, [] {});
    disconnect(connection);
    m_settings.reset();
    m_time->advance(1000);
    QVERIFY(!mounted());
}

void tst_StoreObject::withoutScheduler_theEventLoopLetsGo()
{
    const auto connection = connect(m_settings.get(), &Settings::volumeChanged, [] {});
    setScheduler(nullptr);
    m_trace.take();
    disconnect(connection);
    QTRY_COMPARE(m_stops, 1);
    setScheduler(&m_time->scheduler());
}

void tst_StoreObject::queued_signalsOnceATurn()
{
    m_settings->setNotification(StoreObject::Queued);
    QCOMPARE(m_settings->notification(), StoreObject::Queued);
    QSignalSpy volume(m_settings.get(), &Settings::volumeChanged);
    QSignalSpy loud(m_settings.get(), &Settings::loudChanged);
    stores::volume.set(6);
    stores::volume.set(12);
    QCOMPARE(m_settings->volume(), 12);
    QCOMPARE(volume.count() + loud.count(), 0);
    m_time->advance(0);
    QCOMPARE(volume.count(), 1);
    QCOMPARE(loud.count(), 1);
    m_time->advance(0);
    QCOMPARE(volume.count(), 1);
    m_settings->setNotification(StoreObject::Direct);
    stores::volume.set(7);
    QCOMPARE(volume.count(), 2);
}

void tst_StoreObject::queued_rejectedWrite()
{
    const Unbind unbind = onSet(stores::volume, [](auto &event) { event.abort(); });
    m_settings->setNotification(StoreObject::Queued);
    QSignalSpy volume(m_settings.get(), &Settings::volumeChanged);
    m_settings->set_volume(9);
    QCOMPARE(volume.count(), 0);
    m_time->advance(0);
    QCOMPARE(volume.count(), 1);
    unbind();
}

void tst_StoreObject::queued_objectDeletedByASlot()
{
    m_settings->setNotification(StoreObject::Queued);
    connect(m_settings.get(), &Settings::volumeChanged, this, [this] { m_settings.reset(); });
    connect(m_settings.get(), &Settings::loudChanged, this, [this] { m_settings.reset(); });
    stores::volume.set(20);
    m_time->advance(0);
    QVERIFY(!m_settings);
}

void tst_StoreObject::queued_handlerMayWriteWhatItIsBoundTo()
{
    const QByteArray text = "QtObject { property int seen: settings.volume\n"
                            "onSeenChanged: if (settings.volume < 20) settings.volume = 20 }";
    {
        Scene scene(m_settings.get());
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("Binding loop")));
        const auto object = scene.make(text);
    }
    stores::volume.set(5);
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_settings->setNotification(StoreObject::Queued);
    Scene scene(m_settings.get());
    const auto object = scene.make(text);
    m_time->advance(0);
    QCOMPARE(object->property("seen").toInt(), 20);
    QCOMPARE(stores::volume.get(), 20);
}

void tst_StoreObject::qml_bindingMountsUntilDestroyed()
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

void tst_StoreObject::qml_branchThatStopsReading()
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

void tst_StoreObject::qml_oneOffReadsMountNothing()
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

void tst_StoreObject::qml_reevaluationDoesNotFlap()
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

void tst_StoreObject::qml_connections()
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

void tst_StoreObject::qml_writes()
{
    Scene scene(m_settings.get());
    const auto object = scene.make("QtObject { function write() { settings.volume = 9; settings.title = 'q' } }");
    QVERIFY(QMetaObject::invokeMethod(object.get(), "write"));
    QCOMPARE(stores::volume.get(), 9);
    QCOMPARE(stores::title.get(), std::string("q"));
}

void tst_StoreObject::qml_rejectedWriteFallsBack()
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

void tst_StoreObject::qml_twoEngines()
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

void tst_StoreObject::qml_engineDestroyedBeforeTheStore()
{
    auto scene = std::make_unique<Scene>(m_settings.get());
    const auto object = scene->make("QtObject { property int seen: settings.volume }");
    QVERIFY(mounted());
    scene.reset(); // the object outlives its engine, and its binding does not
    stores::volume.set(6);
    m_time->advance(1000);
}

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

void tst_StoreObject::qml_engineDestroyedAfterTheStore()
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

QTEST_GUILESS_MAIN(tst_StoreObject)
#include "tst_storeobject.moc"
