// SPDX-License-Identifier: MIT
#include "settingstest.h"

#include "support/handlers.h"

#include <QtCore/QMetaProperty>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

using namespace nanostores;

/// Stores of flags and of moments.
class Paragraph : public StoreObject
{
    Q_OBJECT

public:
    Atom<Qt::Alignment> edges = atom(Qt::Alignment(Qt::AlignLeft));
    Atom<std::chrono::sys_seconds> edited = atom(std::chrono::sys_seconds());

    NANOSTORES_PROPERTY(Qt::Alignment, alignment, edges)
    NANOSTORES_PROPERTY(int, bits, edges)
    NANOSTORES_PROPERTY(QDateTime, when, edited)
};

class tst_StoreObject : public SettingsTest
{
    Q_OBJECT
private Q_SLOTS:
    void properties_areTypedFinalAndNotBindable();
    void properties_ofABaseAndOfASubclass();
    void read_mountsNothing();
    void read_convertsTheValue();
    void write_setsTheStore();
    void write_thatAHookRejectsSignalsAChange();
    void write_thatAHookChangesSignalsAChange();
    void write_ofFlagsTakesThemAndTheirBits();
    void write_ofAMomentTakesWhatHasATick();
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
};

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

void tst_StoreObject::write_ofFlagsTakesThemAndTheirBits()
{
    Paragraph paragraph;
    QCOMPARE(paragraph.property("bits").toInt(), int(Qt::AlignLeft));
    QVERIFY(paragraph.setProperty("bits", int(Qt::AlignRight | Qt::AlignTop)));
    QCOMPARE(paragraph.edges.get(), Qt::AlignRight | Qt::AlignTop);
    QVERIFY(paragraph.setProperty("alignment", QVariant::fromValue(Qt::Alignment(Qt::AlignHCenter))));
    QCOMPARE(paragraph.property("bits").toInt(), int(Qt::AlignHCenter));
    QCOMPARE(tryConvert<Qt::Alignment>(1U), std::optional(Qt::Alignment(Qt::AlignLeft)));
    QCOMPARE(tryConvert<Qt::Alignment>(qint64(1) << 40), std::optional<Qt::Alignment>());
}

void tst_StoreObject::write_ofAMomentTakesWhatHasATick()
{
    Paragraph paragraph;
    const auto moment = QDateTime::fromMSecsSinceEpoch(7000).toUTC();
    QVERIFY(paragraph.setProperty("when", moment));
    QCOMPARE(paragraph.edited.get().time_since_epoch().count(), 7);
    QCOMPARE(paragraph.property("when").toDateTime(), moment);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("keeps its value")));
    paragraph.setProperty("when", moment.addMSecs(1));
    QCOMPARE(paragraph.edited.get().time_since_epoch().count(), 7);
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

QTEST_GUILESS_MAIN(tst_StoreObject)
#include "tst_storeobject.moc"
