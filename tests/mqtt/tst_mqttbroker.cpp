// SPDX-License-Identifier: MIT
#include "persistent/support/certificates.h"
#include "persistent/support/fakeserver.h"
#include "persistent/support/opened.h"
#include "persistent/support/proxy.h"
#include "persistent/support/serverchecks.h"
#include "support/broker.h"

#include <nanostores/mqtt.h>

#include <QtCore/QProcess>
#include <QtTest/QTest>

#include <memory>
#include <string>

using namespace nanostores;
using support::Broker;
using support::failure;
using support::Opened;
using support::Proxy;
using support::stateOf;
using support::Values;

/// Brokers that are away, forget, refuse or lie, and programs that share one.
class tst_MqttBroker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_certificates.make(); }

    void twoPrograms_seeTheSame();
    void absentBroker_isUnavailable();
    void killedBroker_isFoundAgain();
    void wipedBroker_getsWhatIsKnown();
    void olderBroker_getsWhatItHasLost();
    void deletionsMeanwhile_areSeen();
    void deadConnection_isFound();
    void faults_ofTheNetwork_data();
    void faults_ofTheNetwork();
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
    static MqttOptions impatient(const QString &url) { return support::impatient<MqttOptions>(url); }
    static Values valuesAt(const Broker &broker)
    {
        const Opened storage(mqttBackend(impatient(broker.url(QStringLiteral("a")))), 99);
        return storage.values();
    }

    support::Certificates m_certificates;
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
    support::checkDeadConnection(support::mqttEngine(impatient(Broker::url(QStringLiteral("a"), proxy.port()))),
                                 support::mqttEngine(impatient(broker.url(QStringLiteral("a")))), proxy);
}

void tst_MqttBroker::faults_ofTheNetwork_data()
{
    support::addFaults();
}

void tst_MqttBroker::faults_ofTheNetwork()
{
    NEEDS_BROKER();
    Broker broker;
    QVERIFY(broker.start());
    Proxy proxy(broker.port());
    const auto engine = support::mqttEngine(impatient(Broker::url(QStringLiteral("a"), proxy.port())));
    support::checkFaults(engine, support::mqttEngine(impatient(broker.url(QStringLiteral("a")))), proxy);
    const auto entries = engine.entries();
    QCOMPARE(valuesAt(broker), Values(entries.begin(), entries.end()));
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
    for (const char *user : {"", "ada", "ada:n0tThis", "bob:s3cret"}) {
        const QString who = QString::fromLatin1(user);
        support::checkRefusedUser(support::mqttEngine(impatient(broker.url(QStringLiteral("a"), who))),
                                  who.section(QLatin1Char(':'), 1));
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
        support::checkWithoutRights(storage);
    }
}

void tst_MqttBroker::tls_data()
{
    support::addCertificates();
}

void tst_MqttBroker::tls()
{
    NEEDS_BROKER();
    NEEDS_CERTIFICATES(m_certificates);
    QFETCH(QByteArray, certificate);
    QFETCH(QString, host);
    QFETCH(bool, tls);
    const bool isOther = host.endsWith(QStringLiteral(".2"));
#ifndef Q_OS_LINUX
    if (isOther) {
        QSKIP("The system has one address of its own");
    }
#endif
    Broker broker(tlsOptions(certificate.constData()), isOther ? "127.0.0.2" : "127.0.0.1");
    QVERIFY(broker.start());
    const auto url = QStringLiteral("%1://%2:%3?name=tls")
                         .arg(tls ? QStringLiteral("mqtts") : QStringLiteral("mqtt"),
                              host.isEmpty() ? QStringLiteral("127.0.0.1") : host, QString::number(broker.port()));
    support::checkCertificate(impatient(url), m_certificates, mqttBackend);
}

void tst_MqttBroker::tls_clientsOwnCertificate()
{
    NEEDS_BROKER();
    NEEDS_CERTIFICATES(m_certificates);
    Broker broker(tlsOptions("server.pem") + "require_certificate true\n");
    QVERIFY(broker.start());
    const auto url = support::serverUrl("mqtts", QStringLiteral("tls"), broker.port());
    support::checkOwnCertificate(impatient(url), m_certificates, mqttBackend);
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
