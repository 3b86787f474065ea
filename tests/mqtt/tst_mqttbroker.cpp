// SPDX-License-Identifier: MIT
#include "persistent/support/opened.h"
#include "redis/support/certificates.h"
#include "redis/support/fakeserver.h"
#include "redis/support/proxy.h"
#include "support/broker.h"

#include <nanostores/mqtt.h>

#include <QtCore/QProcess>
#include <QtTest/QTest>

#include <memory>
#include <string>

using namespace nanostores;
using support::Broker;
using support::failure;
using support::impatient;
using support::Opened;
using support::Proxy;
using support::Values;

/// Brokers that are away, forget, refuse or lie, and programs that share one.
class tst_MqttBroker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_hasCertificates = m_certificates.make(); }

    void twoPrograms_seeTheSame();
    void absentBroker_isUnavailable();
    void killedBroker_isFoundAgain();
    void wipedBroker_getsWhatIsKnown();
    void olderBroker_getsWhatItHasLost();
    void deletionsMeanwhile_areSeen();
    void deadConnection_isFound();
    void lostAnswers_areWrittenAgain();
    void password_isNeeded();
    void rights_endAtTheName();
    void tls_data();
    void tls();
    void tls_clientsOwnCertificate();
    void strangers_areNoBrokers_data();
    void strangers_areNoBrokers();

private:
    QByteArray tlsOptions(const char *certificate) const
    {
        const auto line = [&](const char *what, const char *name) {
            return QByteArray(what) + ' ' + QFile::encodeName(m_certificates.file(name)) + '\n';
        };
        return "allow_anonymous true\n" + line("certfile", certificate) + line("keyfile", "server.key")
               + line("cafile", "ca.pem");
    }
    static EngineState stateOf(const StorageEngine &engine) { return engine.status().get().state; }
    static Values valuesAt(const Broker &broker)
    {
        const Opened storage(mqttBackend(impatient(broker.url(QStringLiteral("a")))), 99);
        return storage.values();
    }

    support::Certificates m_certificates;
    bool m_hasCertificates = false;
};

void tst_MqttBroker::twoPrograms_seeTheSame()
{
    NEEDS_BROKER();
    Broker broker;
    QVERIFY(broker.start());
    QProcess programs[2];
    for (QProcess &program : programs) {
        const QString name = QStringLiteral("program %1").arg(&program - programs);
        program.start(QStringLiteral(MQTT_PROCESS), {broker.url(QStringLiteral("a")), name, QStringLiteral("300")});
    }
    for (QProcess &program : programs) {
        QTRY_VERIFY_WITH_TIMEOUT(program.canReadLine(), 60000);
        QCOMPARE(program.readLine(), QByteArray("written\n"));
    }
    const auto engine = support::mqttEngine(impatient(broker.url(QStringLiteral("a"))));
    QVERIFY(engine.load());
    QCOMPARE(engine.entries().size(), std::size_t(601));
    engine.set("stop", "1");
    QByteArray seen[2];
    for (int i = 0; i < 2; ++i) {
        QTRY_COMPARE_WITH_TIMEOUT(programs[i].state(), QProcess::NotRunning, 60000);
        seen[i] = programs[i].readAll();
    }
    QVERIFY(seen[0].count('\n') == 602);
    QCOMPARE(seen[0], seen[1]);
    QVERIFY(seen[0].contains(QByteArray::fromStdString("shared = " + *engine.get("shared") + '\n')));
}

void tst_MqttBroker::absentBroker_isUnavailable()
{
    const auto engine = support::mqttEngine(impatient(QStringLiteral("mqtt://localhost:1?name=a")));
    QVERIFY(!engine.load(std::chrono::milliseconds(100)));
    engine.set("a", "1");
    QTRY_COMPARE(stateOf(engine), EngineState::Offline);
    QVERIFY(engine.status().get().errorKind == EngineErrorKind::Unavailable);
    QCOMPARE(engine.get("a"), StorageEngine::RawValue("1"));
    QCOMPARE(engine.pending().get(), std::size_t(1));
}

void tst_MqttBroker::killedBroker_isFoundAgain()
{
    NEEDS_BROKER();
    Broker broker;
    QVERIFY(broker.start());
    const auto engine = support::mqttEngine(impatient(broker.url(QStringLiteral("a"))));
    const auto other = support::mqttEngine(impatient(broker.url(QStringLiteral("a"))));
    QVERIFY(engine.load() && other.load());
    engine.set("before", "1");
    QTRY_COMPARE(other.get("before"), StorageEngine::RawValue("1"));
    for (int round = 0; round < 3; ++round) {
        const std::string value = std::to_string(round);
        broker.kill();
        QTRY_COMPARE(stateOf(engine), EngineState::Offline);
        engine.set("meanwhile", value);
        QTRY_COMPARE(engine.pending().get(), std::size_t(1));
        QVERIFY(broker.start());
        QVERIFY(engine.flushNow(std::chrono::seconds(10)));
        QTRY_COMPARE(stateOf(engine), EngineState::Live);
        QTRY_COMPARE(other.get("meanwhile"), StorageEngine::RawValue(value));
        QTRY_COMPARE(stateOf(other), EngineState::Live);
        QTRY_COMPARE(valuesAt(broker), (Values{{"before", "1"}, {"meanwhile", value}}));
    }
}

void tst_MqttBroker::wipedBroker_getsWhatIsKnown()
{
    NEEDS_BROKER();
    Broker broker;
    QVERIFY(broker.start());
    const auto engine = support::mqttEngine(impatient(broker.url(QStringLiteral("a"))));
    QVERIFY(engine.load());
    engine.set("a", "1");
    engine.set("b", "2");
    QVERIFY(engine.flushNow(std::chrono::seconds(10)));
    broker.stop();
    broker.wipe();
    QVERIFY(broker.start());
    QTRY_COMPARE(valuesAt(broker), (Values{{"a", "1"}, {"b", "2"}}));
    QVERIFY(engine.flushNow(std::chrono::seconds(10)));
    QCOMPARE(engine.get("a"), StorageEngine::RawValue("1"));
    QTRY_COMPARE(stateOf(engine), EngineState::Live);
}

/// It comes back as it was before the newest writes, as a broker does that saves now and then, and was killed.
void tst_MqttBroker::olderBroker_getsWhatItHasLost()
{
    NEEDS_BROKER();
    Broker broker;
    QVERIFY(broker.start());
    const auto engine = support::mqttEngine(impatient(broker.url(QStringLiteral("a"))));
    const auto other = support::mqttEngine(impatient(broker.url(QStringLiteral("a"))));
    QVERIFY(engine.load() && other.load());
    engine.set("changed", "old");
    engine.set("same", "1");
    QVERIFY(engine.flushNow(std::chrono::seconds(10)));
    broker.stop();
    broker.save();
    QVERIFY(broker.start());
    engine.set("changed", "new");
    engine.set("made", "2");
    QVERIFY(engine.flushNow(std::chrono::seconds(10)));
    QTRY_COMPARE(other.get("made"), StorageEngine::RawValue("2"));
    broker.stop();
    broker.restore();
    QVERIFY(broker.start());
    const Values all{{"changed", "new"}, {"made", "2"}, {"same", "1"}};
    QTRY_COMPARE(valuesAt(broker), all);
    for (const auto &[key, value] : all) {
        QTRY_COMPARE(engine.get(key), StorageEngine::RawValue(value));
        QTRY_COMPARE(other.get(key), StorageEngine::RawValue(value));
    }
    QVERIFY(engine.flushNow(std::chrono::seconds(10)) && other.flushNow(std::chrono::seconds(10)));
    QCOMPARE(valuesAt(broker), all);
}

void tst_MqttBroker::deletionsMeanwhile_areSeen()
{
    NEEDS_BROKER();
    Broker broker;
    QVERIFY(broker.start());
    Proxy proxy(broker.port());
    const Opened direct(mqttBackend(impatient(broker.url(QStringLiteral("a")))));
    direct.apply({{"kept", "1", 0, {}}, {"gone", "1", 0, {}}, {"changed", "1", 0, {}}});
    const auto engine = support::mqttEngine(impatient(Broker::url(QStringLiteral("a"), proxy.port())));
    QVERIFY(engine.load());
    QCOMPARE(engine.entries().size(), std::size_t(3));
    proxy.set(Proxy::Way::Refuse);
    direct.apply({{"gone", {}, 0, {}}, {"changed", "2", 0, {}}});
    proxy.set(Proxy::Way::Pass);
    QTRY_COMPARE(engine.get("changed"), StorageEngine::RawValue("2"));
    QCOMPARE(engine.get("gone"), StorageEngine::RawValue());
    QCOMPARE(direct.values(), (Values{{"kept", "1"}, {"changed", "2"}}));
}

void tst_MqttBroker::deadConnection_isFound()
{
    NEEDS_BROKER();
    Broker broker;
    QVERIFY(broker.start());
    Proxy proxy(broker.port());
    const auto engine = support::mqttEngine(impatient(Broker::url(QStringLiteral("a"), proxy.port())));
    QVERIFY(engine.load());
    proxy.set(Proxy::Way::Stall);
    QTRY_COMPARE(stateOf(engine), EngineState::Offline); // though nothing is written
    const Opened direct(mqttBackend(impatient(broker.url(QStringLiteral("a")))));
    direct.set("a", "1");
    proxy.set(Proxy::Way::Pass);
    QTRY_COMPARE(engine.get("a"), StorageEngine::RawValue("1"));
    QTRY_COMPARE(stateOf(engine), EngineState::Live);
}

void tst_MqttBroker::lostAnswers_areWrittenAgain()
{
    NEEDS_BROKER();
    Broker broker;
    QVERIFY(broker.start());
    Proxy proxy(broker.port());
    const auto engine = support::mqttEngine(impatient(Broker::url(QStringLiteral("a"), proxy.port())));
    QVERIFY(engine.load());
    Values expected;
    for (const auto way : {Proxy::Way::CutAnswer, Proxy::Way::CutAfterAnswer, Proxy::Way::NoAnswers, Proxy::Way::Delay,
                           Proxy::Way::CutAnswer}) {
        const std::string key = "key " + std::to_string(expected.size());
        expected[key] = std::string(10000, 'x');
        proxy.set(way);
        engine.set(key, expected[key]);
        if (way == Proxy::Way::NoAnswers) {
            QTRY_COMPARE(stateOf(engine), EngineState::Offline);
            proxy.set(Proxy::Way::Pass);
        }
        QVERIFY(engine.flushNow(std::chrono::seconds(10)));
    }
    QCOMPARE(valuesAt(broker), expected);
}

// Users, rights, TLS

void tst_MqttBroker::password_isNeeded()
{
    NEEDS_BROKER();
    const QString tool = QStandardPaths::findExecutable(QStringLiteral("mosquitto_passwd"));
    if (tool.isEmpty()) {
        QSKIP("There is no mosquitto_passwd to make a file of passwords with");
    }
    const QString passwords = m_certificates.file("passwords");
    QCOMPARE(QProcess::execute(tool, {QStringLiteral("-b"), QStringLiteral("-c"), passwords, QStringLiteral("ada"),
                                      QStringLiteral("s3cret")}),
             0);
    Broker broker("allow_anonymous false\npassword_file " + QFile::encodeName(passwords) + '\n');
    QVERIFY(broker.start());
    for (const char *user : {"", "ada", "ada:wrong", "bob:s3cret"}) {
        const auto engine = support::mqttEngine(impatient(broker.url(QStringLiteral("a"), QString::fromLatin1(user))));
        QVERIFY(!engine.load());
        const EngineStatus status = engine.status().get();
        QCOMPARE(status.state, EngineState::Failed);
        QVERIFY(status.errorKind == EngineErrorKind::Denied);
        QVERIFY(status.lastError.find("password in the URL") != std::string::npos);
        QVERIFY((status.lastError + status.path).find("wrong") == std::string::npos);
    }
    const Opened right(mqttBackend(impatient(broker.url(QStringLiteral("a"), QStringLiteral("ada:s3cret")))));
    QCOMPARE(right.set("a", "1").result, WriteResult::Written);
}

void tst_MqttBroker::rights_endAtTheName()
{
    NEEDS_BROKER();
    QFile rights(m_certificates.file("rights"));
    QVERIFY(rights.open(QIODevice::WriteOnly));
    rights.write("topic readwrite ns/mine/#\ntopic read ns/others/#\n");
    rights.close();
    Broker broker("allow_anonymous true\nacl_file " + QFile::encodeName(rights.fileName()) + '\n');
    QVERIFY(broker.start());
    const Opened mine(mqttBackend(impatient(broker.url(QStringLiteral("mine")))));
    QCOMPARE(mine.set("a", "1").result, WriteResult::Written);
    for (const char *name : {"others", "theirs"}) {
        const Opened storage(mqttBackend(impatient(broker.url(QString::fromLatin1(name)))));
        QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Denied);
        QCOMPARE(failure([&] { storage.set("a", "1"); }), EngineErrorKind::Denied);
    }
}

void tst_MqttBroker::tls_data()
{
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QByteArray>("ca");
    QTest::addColumn<bool>("works");
    const QString number = QStringLiteral("mqtts://127.0.0.1");
    QTest::newRow("right") << QByteArray("server.pem") << number << QByteArray("ca.pem") << true;
    QTest::newRow("name") << QByteArray("server.pem") << QStringLiteral("mqtts://localhost") << QByteArray("ca.pem")
                          << true;
    QTest::newRow("unknown authority") << QByteArray("server.pem") << number << QByteArray("other.pem") << false;
    QTest::newRow("authorities of the system") << QByteArray("server.pem") << number << QByteArray() << false;
    QTest::newRow("another name") << QByteArray("server.pem") << QStringLiteral("mqtts://127.0.0.2")
                                  << QByteArray("ca.pem") << false;
    QTest::newRow("expired") << QByteArray("expired.pem") << number << QByteArray("ca.pem") << false;
    QTest::newRow("without TLS") << QByteArray("server.pem") << QStringLiteral("mqtt://127.0.0.1") << QByteArray()
                                 << false;
}

void tst_MqttBroker::tls()
{
    NEEDS_BROKER();
    if (!m_hasCertificates) {
        QSKIP("There is no openssl to make certificates with");
    }
    QFETCH(QByteArray, certificate);
    QFETCH(QString, address);
    QFETCH(QByteArray, ca);
    QFETCH(bool, works);
    const bool isOther = address.endsWith(QStringLiteral(".2"));
#ifndef Q_OS_LINUX
    if (isOther) {
        QSKIP("The system has one address of its own");
    }
#endif
    Broker broker(tlsOptions(certificate.constData()), isOther ? "127.0.0.2" : "127.0.0.1");
    QVERIFY(broker.start());
    MqttOptions options = impatient(QStringLiteral("%1:%2?name=tls").arg(address).arg(broker.port()));
    options.caFile = ca.isEmpty() ? QString() : m_certificates.file(ca.constData());
    options.connectTimeout = std::chrono::milliseconds(5000);
    const Opened storage(mqttBackend(options));
    if (works) {
        storage.load();
        QVERIFY(storage.set("a", std::string(100000, 'x')).result == WriteResult::Written);
        QCOMPARE(storage.entry("a")->value->size(), std::size_t(100000));
        return;
    }
    const auto kind = failure([&] { storage.load(); });
    if (address.startsWith(QStringLiteral("mqtts"))) {
        QCOMPARE(kind, EngineErrorKind::Denied);
    } else {
        QVERIFY(kind);
    }
}

void tst_MqttBroker::tls_clientsOwnCertificate()
{
    NEEDS_BROKER();
    if (!m_hasCertificates) {
        QSKIP("There is no openssl to make certificates with");
    }
    Broker broker(tlsOptions("server.pem") + "require_certificate true\n");
    QVERIFY(broker.start());
    MqttOptions options = impatient(QStringLiteral("mqtts://127.0.0.1:%1?name=tls").arg(broker.port()));
    options.caFile = m_certificates.file("ca.pem");
    {
        const Opened storage(mqttBackend(options));
        QVERIFY(failure([&] { storage.load(); }));
    }
    options.certificateFile = m_certificates.file("server.pem");
    options.keyFile = m_certificates.file("server.key");
    {
        const Opened storage(mqttBackend(options));
        QVERIFY(storage.set("a", "1").result == WriteResult::Written);
    }
    options.keyFile = m_certificates.file("no such file");
    const Opened storage(mqttBackend(options));
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Misuse);
}

// What is no broker

void tst_MqttBroker::strangers_areNoBrokers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("closes");
    const QByteArray agreed("\x20\x03\x00\x00\x00", 5);
    const auto row = [](const char *name, const QByteArray &answer, bool closes = false) {
        QTest::newRow(name) << answer << closes;
    };
    row("silent", {});
    row("closes", {}, true);
    row("text", "HTTP/1.1 400 Bad Request\r\n\r\n", true);
    row("noise", QByteArray::fromHex("ffd0a17734c2b5089ae1f26d11"));
    row("old protocol", QByteArray("\x20\x02\x00\x01", 4), true);
    row("endless length", QByteArray("\x20\xFF\xFF\xFF\xFF\xFF\xFF", 7));
    row("huge message", agreed + QByteArray("\x30\xFF\xFF\xFF\x7F", 5) + QByteArray(1000, 'x'));
    row("agrees twice", agreed + agreed);
    row("no topic", agreed + QByteArray("\x32\x05\x00\x00\x00\x01\x00", 7));
    row("topic too long", agreed + QByteArray("\x32\x05\xFF\xFF\x00\x01\x00", 7));
    row("acknowledges nothing", agreed + QByteArray("\x40\x02\x00\x07", 4));
    row("grants nothing", agreed + QByteArray("\x90\x03\x00\x01\x00", 5));
    row("refuses", QByteArray("\x20\x03\x00\x87\x00", 5));
    row("wrong properties", QByteArray("\x20\x06\x00\x00\x03\xFF\xFF\xFF", 8));
}

void tst_MqttBroker::strangers_areNoBrokers()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, closes);
    const support::FakeServer stranger([&](const QByteArray &) { return support::FakeServer::Answer{answer, closes}; });
    MqttOptions options = impatient(Broker::url(QStringLiteral("a"), stranger.port()));
    options.connectTimeout = std::chrono::milliseconds(200);
    options.answerTimeout = std::chrono::milliseconds(100);
    const Opened storage(mqttBackend(options));
    QVERIFY(failure([&] { storage.load(); }));
    QVERIFY(failure([&] { storage.set("a", "1"); }));
}

QTEST_GUILESS_MAIN(tst_MqttBroker)
#include "tst_mqttbroker.moc"
