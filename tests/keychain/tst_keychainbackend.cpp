// SPDX-License-Identifier: MIT
#include "persistent/support/opened.h"

#include <nanostores/keychain.h>
#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QStandardPaths>
#include <QtTest/QTest>

#include <memory>
#include <string>
#include <thread>

using namespace nanostores;
using support::failure;
using support::Opened;
using support::Values;

class tst_KeychainBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void service_hasToBeNamed();
    void traits_areThoseOfSecrets();
    void apply_isReadByOthers();
    void values_comeBackByteByByte();
    void changesSince_saysWhatOthersWrote();
    void services_areApart();
    void expect_isCompared();
    void limits();
    void threads_comeAndGo();
    void engine_keepsASecret();
    void checkEngine_passes();

private:
    std::unique_ptr<EngineBackend> backend() const { return keychainBackend(m_service); }
    QString m_service;
    bool m_hasKeychain = false;
    int m_number = 0;
};

#define NEEDS_KEYCHAIN() \
    if (!m_hasKeychain) { \
        QSKIP("There is no keychain that runs: see tests/keychain/withkeyring.sh"); \
    }

void tst_KeychainBackend::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    if (!qEnvironmentVariableIsSet("NANOSTORES_TEST_KEYCHAIN")) {
        return; // the keychain of a person is not for tests
    }
    init();
    const Opened storage(backend());
    storage.load();
    m_hasKeychain = true;
}

void tst_KeychainBackend::init()
{
    m_service = QStringLiteral("nanostores.test.%1.%2").arg(QCoreApplication::applicationPid()).arg(++m_number);
}

void tst_KeychainBackend::service_hasToBeNamed()
{
    QCOMPARE(failure([] { const Opened storage(keychainBackend(QString())); }), EngineErrorKind::Misuse);
}

void tst_KeychainBackend::traits_areThoseOfSecrets()
{
    QVERIFY(backend()->traits().isEncrypted);
    QVERIFY(!backend()->traits().isShared); // it does not say when others write
}

void tst_KeychainBackend::apply_isReadByOthers()
{
    NEEDS_KEYCHAIN();
    const Opened writer(backend());
    QVERIFY(writer.load().entries.empty());
    const auto applied = writer.apply({{"token", "s3cret", 2, {}}, {"user", "ada", 0, {}}});
    const Opened reader(backend(), 2);
    QCOMPARE(reader.values(), (Values{{"token", "s3cret"}, {"user", "ada"}}));
    QCOMPARE(reader.load().epoch, applied.epoch);
    QCOMPARE(reader.entry("token")->schema, 2U);
    QCOMPARE(reader.entry("token")->writer, std::uint64_t(1));
}

void tst_KeychainBackend::values_comeBackByteByByte()
{
    NEEDS_KEYCHAIN();
    const Opened storage(backend());
    const Values values{
        {"bytes", std::string("\xff\0\x80", 3)}, {"json", "{\"b\":1,\"a\":2}"}, {"text", "a\nb\xc3\xa9"}, {"", ""}};
    for (const auto &[key, value] : values) {
        storage.set(key, value);
    }
    const Opened reader(backend(), 2);
    QCOMPARE(reader.values(), values);
}

void tst_KeychainBackend::changesSince_saysWhatOthersWrote()
{
    NEEDS_KEYCHAIN();
    const Opened reader(backend(), 2);
    const Opened writer(backend());
    writer.apply({{"a", "1", 0, {}}, {"b", "1", 0, {}}});
    const auto state = reader.load();
    writer.set("a", std::nullopt);
    const auto feed = reader->changesSince(state.position, state.epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(support::keysOf(feed.changes), (std::vector<std::string>{"-a"}));
}

void tst_KeychainBackend::services_areApart()
{
    NEEDS_KEYCHAIN();
    const Opened first(backend());
    init();
    const Opened second(backend());
    first.set("a", "1");
    QVERIFY(second.values().empty());
}

void tst_KeychainBackend::expect_isCompared()
{
    NEEDS_KEYCHAIN();
    const Opened first(backend());
    const Opened second(backend(), 2);
    const auto version = first.set("a", "1", 0, 0).version;
    QCOMPARE(second.set("a", "2", 0, 0).result, WriteResult::Conflict);
    QCOMPARE(second.set("a", "2", 0, version).result, WriteResult::Written);
}

void tst_KeychainBackend::limits()
{
    NEEDS_KEYCHAIN();
    KeychainOptions options;
    options.service = m_service;
    options.largest = 2000;
    const Opened storage(keychainBackend(options));
    QCOMPARE(failure([&] { storage.set("a", std::string(2001, 'x')); }), EngineErrorKind::TooLarge);
    QCOMPARE(failure([&] { storage.set("a", std::string(1990, 'x')); }), EngineErrorKind::Full);
    storage.set("a", "1");
}

void tst_KeychainBackend::threads_comeAndGo()
{
    NEEDS_KEYCHAIN();
    for (int round = 0; round < 3; ++round) {
        std::string seen;
        std::thread([&] {
            const Opened storage(backend());
            storage.set("round", std::to_string(round));
            seen = storage.values()["round"];
        }).join();
        QCOMPARE(seen, std::to_string(round));
    }
}

void tst_KeychainBackend::engine_keepsASecret()
{
    NEEDS_KEYCHAIN();
    {
        const auto engine = StorageEngine::custom(backend());
        engine.load(std::chrono::hours(1));
        engine.set("token", "s3cret");
        QVERIFY(engine.flushNow(std::chrono::hours(1)));
    }
    const auto engine = StorageEngine::custom(backend());
    engine.load(std::chrono::hours(1));
    QCOMPARE(engine.get("token"), std::optional<std::string>("s3cret"));
}

void tst_KeychainBackend::checkEngine_passes()
{
    NEEDS_KEYCHAIN();
    testing::CheckOptions options;
    options.rounds = 5; // each call asks another process
    const auto messages = testing::checkEngine(
        [this]() -> testing::MakeBackend {
            init();
            return [service = m_service] { return keychainBackend(service); };
        },
        options);
    QVERIFY2(messages.empty(), messages.empty() ? "" : messages.front().c_str());
}

QTEST_GUILESS_MAIN(tst_KeychainBackend)
#include "tst_keychainbackend.moc"
