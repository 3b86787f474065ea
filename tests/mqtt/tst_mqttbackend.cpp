// SPDX-License-Identifier: MIT
#include "persistent/support/opened.h"
#include "persistent/support/serverchecks.h"
#include "support/broker.h"

#include <nanostores/mqtt.h>
#include <nanostores/mqtt/detail/mqttformat.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QRandomGenerator>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace nanostores;
using support::failure;
using support::keysOf;
using support::Opened;
using support::Values;

/// mqttBackend() with a real broker, by itself.
class tst_MqttBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { m_name = QStringLiteral("shop%1").arg(++m_number); }

    void url_isUnderstood_data();
    void url_isUnderstood();
    void url_thatIsWrongSaysHow_data();
    void url_thatIsWrongSaysHow();
    void traits_areThoseOfABroker();
    void keys_areReversible();
    void levels_thatAreNotOursAreRefused_data();
    void levels_thatAreNotOursAreRefused();

    void payloads_areReadInOneWay();

    void checkEngine_findsNothing();
    void values_ofAllKindsComeBack();
    void load_hasAllThatIsRetained();
    void thousandsOfWrites_areOneCall();
    void twoWriters_endEqual();
    void feed_wakesWhoDidNotWrite();
    void names_areApart();
    void prefix_leavesOutOthers();
    void broker_hasNothingAfterDeletion();
    void hostileMessages_areNoValues_data();
    void hostileMessages_areNoValues();
    void hostileMeta_isMadeAnew();
    void newerFormat_isNotTouched();
    void tooMany_areRefused();

private:
    MqttOptions options() const { return support::impatient<MqttOptions>(m_broker->url(m_name)); }
    std::string topic(const char *rest) const { return "ns/" + m_name.toStdString() + '/' + rest; }

    std::unique_ptr<support::Broker> m_broker;
    QString m_name;
    int m_number = 0;
};

void tst_MqttBackend::initTestCase()
{
    if (!support::Broker::program().isEmpty()) {
        m_broker = std::make_unique<support::Broker>();
        QVERIFY(m_broker->start());
    }
}

void tst_MqttBackend::url_isUnderstood_data()
{
    support::addUrls(QStringLiteral("mqtt"), 1883, 8883);
}

void tst_MqttBackend::url_isUnderstood()
{
    support::checkUrl<MqttOptions>(mqttBackend);
}

void tst_MqttBackend::url_thatIsWrongSaysHow_data()
{
    support::addWrongUrls(QStringLiteral("mqtt"));
    QTest::newRow("path") << QStringLiteral("mqtt://h/x?name=a");
    QTest::newRow("no user") << QStringLiteral("mqtt://:secret@h?name=a");
    QTest::newRow("long name") << QStringLiteral("mqtt://h?name=") + QString(201, QLatin1Char('a'));
}

void tst_MqttBackend::url_thatIsWrongSaysHow()
{
    support::checkWrongUrl<MqttOptions>("mqtt", mqttBackend);
}

void tst_MqttBackend::traits_areThoseOfABroker()
{
    MqttOptions options;
    options.url = QStringLiteral("mqtts://example.com?name=a");
    const BackendTraits traits = mqttBackend(options)->traits();
    QVERIFY(traits.isShared && traits.isRemote && traits.isEncrypted);
    QVERIFY(!traits.comparesVersions && !traits.keepsWrites);
    QCOMPARE(traits.durability, Durability::Process);
    options.url = QStringLiteral("mqtt://example.com?name=a");
    QVERIFY(!mqttBackend(options)->traits().isEncrypted);
}

void tst_MqttBackend::keys_areReversible()
{
    std::mt19937_64 random(QRandomGenerator::global()->generate64());
    std::set<std::string> levels;
    std::set<std::string> keys;
    for (int i = 0; i < 5000; ++i) {
        std::string key;
        for (auto length = random() % 20; length > 0; --length) {
            key += random() % 2 == 0 ? "/+#%$a. \n"[random() % 9] : static_cast<char>(random() % 256);
        }
        const std::string level = detail::percentEncoded(key);
        QVERIFY(level.find_first_of(std::string("/+#\0", 4)) == std::string::npos);
        QVERIFY(detail::percentDecoded(level) == key);
        keys.insert(key);
        levels.insert(level);
    }
    QCOMPARE(levels.size(), keys.size());
}

void tst_MqttBackend::levels_thatAreNotOursAreRefused_data()
{
    QTest::addColumn<QByteArray>("level");
    for (const char *level :
         {"a b", "%", "%4", "%G0", "%2f", "%41", "a%", "a%2", "a+b", "$x", "\xC3\xA9", "%-1", "% 1"}) {
        QTest::newRow(level) << QByteArray(level);
    }
    QTest::newRow("zero") << QByteArray("a\0b", 3);
}

void tst_MqttBackend::levels_thatAreNotOursAreRefused()
{
    QFETCH(QByteArray, level);
    QVERIFY(!detail::percentDecoded(level.toStdString()));
}

/// Of any bytes, what is read is what would be written.
void tst_MqttBackend::payloads_areReadInOneWay()
{
    std::mt19937_64 random(QRandomGenerator::global()->generate64());
    int read = 0;
    for (int i = 0; i < 50000; ++i) {
        const detail::MqttHead written{static_cast<std::uint32_t>(random()), random(), random() >> (random() % 64)};
        const bool isMeta = random() % 2 == 0;
        std::string payload = isMeta ? detail::encodeMeta({random() | 1U, random() % 100, random() % 2, random() % 100})
                                     : detail::encodeValue(written, "value");
        for (auto changes = random() % 3; changes > 0 && !payload.empty(); --changes) {
            const auto place = random() % payload.size();
            if (random() % 2 == 0) {
                payload[place] = random() % 2 == 0 ? "0123456789 \n-+"[random() % 14] : static_cast<char>(random());
            } else {
                payload.erase(place, random() % 4);
            }
        }
        detail::MqttHead head;
        detail::MqttMeta meta;
        std::string_view value;
        if (detail::decodeValue(payload, head, value) == detail::MqttReading::Read) {
            ++read;
            QVERIFY(detail::encodeValue(head, value) == payload);
        }
        if (detail::decodeMeta(payload, meta) == detail::MqttReading::Read) {
            ++read;
            QVERIFY(detail::encodeMeta(meta) == payload);
        }
    }
    QVERIFY(read > 100);
}

void tst_MqttBackend::checkEngine_findsNothing()
{
    NEEDS_BROKER();
    testing::CheckOptions versions;
    versions.keepsVersions = false;
    const auto newStorage = [&]() -> testing::MakeBackend {
        init();
        return [url = m_broker->url(m_name)] {
            MqttOptions options;
            options.url = url;
            return mqttBackend(options);
        };
    };
    support::checkContract(newStorage, versions);
}

void tst_MqttBackend::values_ofAllKindsComeBack()
{
    NEEDS_BROKER();
    support::checkValues([this] { return mqttBackend(options()); });
}

/// Far more than Mosquitto queues by default for a client that does not say how many it takes.
void tst_MqttBackend::load_hasAllThatIsRetained()
{
    NEEDS_BROKER();
    const Opened first(mqttBackend(options()));
    std::vector<StorageWrite> writes;
    writes.reserve(20000);
    for (int i = 0; i < 20000; ++i) {
        writes.push_back({"key/" + std::to_string(i), std::to_string(i), 0, {}});
    }
    first.apply(writes);
    for (int round = 0; round < 3; ++round) {
        const Opened later(mqttBackend(options()), 2);
        QCOMPARE(later.load().entries.size(), writes.size());
    }
}

void tst_MqttBackend::thousandsOfWrites_areOneCall()
{
    NEEDS_BROKER();
    const Opened first(mqttBackend(options()));
    const Opened second(mqttBackend(options()), 2);
    const StorageState before = second.load();
    std::vector<StorageWrite> writes;
    writes.reserve(3000);
    for (int i = 0; i < 3000; ++i) {
        writes.push_back({std::to_string(i % 1000), std::to_string(i), 0, {}});
    }
    const Applied applied = first.apply(writes);
    std::uint64_t version = 0;
    for (const WriteOutcome &outcome : applied.outcomes) {
        QVERIFY(outcome.result == WriteResult::Written && outcome.version > version);
        version = outcome.version;
    }
    QCOMPARE(second->changesSince(before.position, before.epoch).changes.size(), std::size_t(1000));
    QCOMPARE(second.entry("7")->value, std::string("2007"));
    QCOMPARE(second.entry("7")->writer, std::uint64_t(1));
}

/// The last write that the broker has got wins, for the writers as well.
void tst_MqttBackend::twoWriters_endEqual()
{
    NEEDS_BROKER();
    const auto first = support::mqttEngine(options());
    const auto second = support::mqttEngine(options());
    QVERIFY(first.load() && second.load());
    for (int i = 0; i < 300; ++i) {
        first.set("shared", "first " + std::to_string(i));
        second.set("shared", "second " + std::to_string(i));
        if (i % 7 == 0) {
            first.del("shared");
        }
        QCoreApplication::processEvents();
    }
    QVERIFY(first.flushNow(std::chrono::seconds(10)) && second.flushNow(std::chrono::seconds(10)));
    const auto stored = [&] {
        const Opened third(mqttBackend(options()), 3);
        const auto entry = third.entry("shared");
        return entry ? entry->value : std::nullopt;
    };
    QTRY_VERIFY(first.get("shared") == stored() && second.get("shared") == stored());
}

void tst_MqttBackend::feed_wakesWhoDidNotWrite()
{
    NEEDS_BROKER();
    support::checkWakes([this] { return mqttBackend(options()); });
}

void tst_MqttBackend::names_areApart()
{
    NEEDS_BROKER();
    support::checkNames(options(), mqttBackend);
}

void tst_MqttBackend::prefix_leavesOutOthers()
{
    NEEDS_BROKER();
    const Opened all(mqttBackend(options()));
    const Opened some(mqttBackend(options()), 2, "a/");
    const StorageState before = some.load();
    all.apply({{"a/1", "1", 0, {}}, {"b/1", "1", 0, {}}});
    QCOMPARE(keysOf(some->changesSince(before.position, before.epoch).changes), std::vector<std::string>{"a/1"});
    QCOMPARE(some.values(), (Values{{"a/1", "1"}}));
}

void tst_MqttBackend::broker_hasNothingAfterDeletion()
{
    NEEDS_BROKER();
    const Opened storage(mqttBackend(options()));
    storage.set("a", "1");
    const auto before = storage.load();
    storage.set("a", std::nullopt);
    QCOMPARE(storage.set("never", std::nullopt).result, WriteResult::Written);
    QCOMPARE(keysOf(storage->changesSince(before.position, before.epoch).changes), std::vector<std::string>{"-a"});
    const Opened later(mqttBackend(options()), 2);
    QVERIFY(later.load().entries.empty());
    QVERIFY(later->changesSince(0, later.load().epoch).changes.empty());
}

void tst_MqttBackend::hostileMessages_areNoValues_data()
{
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<QByteArray>("payload");
    const QByteArray good("ns1 0 1 1\nx");
    for (const char *payload : {"x",
                                "ns",
                                "ns1",
                                "ns1 ",
                                "ns1 0",
                                "ns1 0 1 1",
                                "ns1 0 1\nx",
                                "ns1  0 1 1\nx",
                                "ns1 -1 1 1\nx",
                                "ns1 +1 1 1\nx",
                                "ns1 00 1 1\nx",
                                "ns1 4294967296 1 1\nx",
                                "ns1 0 18446744073709551616 1\nx",
                                "ns1 0 1 18446744073709551615\nx",
                                "ns1 0 1 1 \nx",
                                "ns1 0 1 1\r\nx",
                                "NS1 0 1 1\nx",
                                "ns0 0 1 1\nx",
                                "ns01 0 1 1\nx",
                                "\xFF\xFE",
                                "{}"}) {
        QTest::newRow(QByteArray(payload).toPercentEncoding().constData()) << QByteArray("v/a") << QByteArray(payload);
    }
    QTest::newRow("zeros") << QByteArray("v/a") << QByteArray(100, '\0');
    QTest::newRow("huge") << QByteArray("v/a") << QByteArray(qsizetype{20} * 1024 * 1024, 'x');
    QTest::newRow("huge value") << QByteArray("v/a") << good + QByteArray(qsizetype{1024} * 1024, 'x');
    QTest::newRow("long number") << QByteArray("v/a") << "ns1 0 1 " + QByteArray(1024, '1') + "\nx";
    for (const char *topic : {"v/a%", "v/%61", "v/%2f", "v/a b", "v/%FF", "v/%C0%80", "v/\xC3\xA9"}) {
        QTest::newRow(topic) << QByteArray(topic) << good;
    }
    QTest::newRow("long key") << "v/" + QByteArray(1025, 'k') << good;
    QTest::newRow("very long topic") << "v/" + QByteArray(60000, 'k') << good;
}

void tst_MqttBackend::hostileMessages_areNoValues()
{
    NEEDS_BROKER();
    QFETCH(QByteArray, topic);
    QFETCH(QByteArray, payload);
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("is not of this library, and left out: ns/shop")));
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("is not of this library, and left out: ns/shop")));
    const Opened open(mqttBackend(options())); // which gets it as it comes
    open.apply({{"good", "1", 0, {}}, {"a", "2", 0, {}}});
    support::Neighbour neighbour(m_broker->url(m_name));
    neighbour.publish(this->topic(topic.constData()), {payload.constData(), static_cast<std::size_t>(payload.size())});
    Values expected{{"good", "1"}, {"a", "2"}};
    if (topic == "v/a") {
        expected.erase("a");
    }
    QCOMPARE(open.values(), expected);
    const Opened later(mqttBackend(options()), 2); // and this one as it is retained
    const StorageState state = later.load();
    QCOMPARE(later.values(), expected);
    QCOMPARE(state.repairs.size(), std::size_t(1));
    QVERIFY(state.repairs.front().find("1 messages are not of this library") == 0);
    QCOMPARE(open.set("a", "3").result, WriteResult::Written);
    QCOMPARE(later.entry("a")->value, std::string("3"));
}

void tst_MqttBackend::hostileMeta_isMadeAnew()
{
    NEEDS_BROKER();
    const Opened open(mqttBackend(options()));
    open.set("a", "1");
    support::Neighbour neighbour(m_broker->url(m_name));
    for (const char *payload :
         {"", "x", "ns1 0 1 0 0\n", "ns1 1 1 0 0\nx", "ns1 1 1 0\n", "ns1 1 9999999999999999999 0 0\n"}) {
        const auto epoch = open.load().epoch;
        neighbour.publish(topic("meta"), payload);
        QCOMPARE(open.load().epoch, epoch);
        const Opened later(mqttBackend(options()), 2);
        QCOMPARE(later.values(), (Values{{"a", "1"}}));
    }
    neighbour.publish(topic("sync/x"), "1");
    neighbour.publish(topic("else"), "1");
    QCOMPARE(open.values(), (Values{{"a", "1"}}));
}

void tst_MqttBackend::newerFormat_isNotTouched()
{
    NEEDS_BROKER();
    const Opened open(mqttBackend(options()));
    open.set("a", "1");
    support::Neighbour neighbour(m_broker->url(m_name));
    neighbour.publish(topic("v/b"), "ns2 something else");
    QCOMPARE(failure([&] { open.load(); }), EngineErrorKind::Newer);
    QCOMPARE(failure([&] { open.set("b", "1"); }), EngineErrorKind::Newer);
    neighbour.publish(topic("v/b"), "");
    QCOMPARE(open.values(), (Values{{"a", "1"}}));
}

void tst_MqttBackend::tooMany_areRefused()
{
    NEEDS_BROKER();
    MqttOptions small = options();
    small.mostKeys = 8;
    small.largestTotal = 1000;
    const Opened storage(mqttBackend(small));
    for (int i = 0; i < 8; ++i) {
        storage.set(std::to_string(i), "x");
    }
    QCOMPARE(failure([&] { storage.set("one more", "x"); }), EngineErrorKind::Full);
    storage.set("0", std::nullopt);
    QCOMPARE(failure([&] { storage.set("large", std::string(1000, 'x')); }), EngineErrorKind::Full);
    storage.set("large", "x");
    const Opened other(mqttBackend(options()), 2);
    for (int i = 0; i < 8; ++i) {
        other.set("other " + std::to_string(i), "x");
    }
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Failed);
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Failed);
}

QTEST_GUILESS_MAIN(tst_MqttBackend)
#include "tst_mqttbackend.moc"
