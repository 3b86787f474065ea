// SPDX-License-Identifier: MIT
#include <nanostores/mqtt.h>
#include <nanostores/persistent.h>

#include <QtTest/QTest>

#include <chrono>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

// What docs/federation.md shows.

StorageEngine house()
{
    return mqtt(QStringLiteral("mqtt://broker.lan?name=house"));
}

StorageEngine houseOverTls(const QString &caFile)
{
    MqttOptions options;
    options.url = QStringLiteral("mqtts://panel:s3cret@broker.lan?name=house");
    options.caFile = caFile; // instead of the certificates of the system
    options.ping = 2s; // a dead connection is found after this, and answerTimeout
    return StorageEngine::custom(mqttBackend(options));
}

} // namespace

class tst_MqttPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void places_areThoseOfThePage();
    void stores_workWithoutTheBroker();
};

void tst_MqttPage::places_areThoseOfThePage()
{
    QCOMPARE(house().place(), std::string("mqtt://broker.lan:1883?name=house"));
    QCOMPARE(houseOverTls(QString()).place(), std::string("mqtts://panel@broker.lan:8883?name=house"));
}

void tst_MqttPage::stores_workWithoutTheBroker()
{
    const auto engine = mqtt(QStringLiteral("mqtt://127.0.0.1:1?name=house"));
    const auto lamp = persistentAtom(engine, "lamp", false);
    lamp.set(true);
    QVERIFY(lamp.get());
    QVERIFY(!engine.load(1s));
    QTRY_COMPARE(engine.status().get().state, EngineState::Offline);
    QCOMPARE(engine.pending().get(), std::size_t(1));
    lamp.set(false);
}

QTEST_GUILESS_MAIN(tst_MqttPage)
#include "tst_mqttpage.moc"
