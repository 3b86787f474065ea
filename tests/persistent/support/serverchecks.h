// SPDX-License-Identifier: MIT
#pragma once

#include "certificates.h"
#include "opened.h"
#include "proxy.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QtCore/QByteArray>
#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>
#include <QtCore/QString>
#include <QtTest/QTest>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// What holds for a backend on a server of any kind, and the rows of such tests. A check is the last thing that a test
/// function does, or the caller asks whether it has failed.
namespace support {

/// Of a server: what fails is noticed soon.
template<typename Options>
Options impatient(const QString &url)
{
    Options options;
    options.url = url;
    options.ping = std::chrono::milliseconds(100);
    options.connectTimeout = std::chrono::milliseconds(1000);
    options.answerTimeout = std::chrono::milliseconds(500);
    return options;
}

/// An engine as a program has one; with a place of its own, as another program.
inline nanostores::StorageEngine engineOn(std::unique_ptr<nanostores::EngineBackend> backend, const std::string &place,
                                          const nanostores::testing::Faults &faults = {})
{
    nanostores::EngineOptions options;
    options.patience = std::chrono::milliseconds(5000);
    options.longestRetry = std::chrono::milliseconds(50);
    return nanostores::StorageEngine::custom(nanostores::testing::withFaults(std::move(backend), faults, place),
                                             options);
}

inline nanostores::StorageEngine::RawValue raw(const char *text)
{
    return std::string(text);
}

inline nanostores::EngineState stateOf(const nanostores::StorageEngine &engine)
{
    return engine.status().get().state;
}

inline void turn()
{
    QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 10);
}

// URLs

/// The columns url and place.
inline void addUrls(const QString &scheme, int port, int tlsPort)
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("place");
    const auto row = [&](const char *name, const char *url, const QString &place) {
        QTest::newRow(name) << scheme + QLatin1String(url) << scheme + place;
    };
    row("host", "://localhost?name=a", QStringLiteral("://localhost:%1?name=a").arg(port));
    row("tls", "s://db.example?name=a", QStringLiteral("s://db.example:%1?name=a").arg(tlsPort));
    row("all", "s://ada:p%40ss@db.example:7000?name=a", QStringLiteral("s://ada@db.example:7000?name=a"));
    row("ipv6", "://ada:x@[::1]:1?name=a", QStringLiteral("://ada@[::1]:1?name=a"));
    row("ipv4 in ipv6", "://ada:x@[::ffff:127.0.0.1]:1?name=a", QStringLiteral("://ada@[::ffff:127.0.0.1]:1?name=a"));
    row("slash", "://127.0.0.1:1/?name=a", QStringLiteral("://127.0.0.1:1?name=a"));
}

template<typename Options, typename Make>
void checkUrl(Make make)
{
    QFETCH(QString, url);
    QFETCH(QString, place);
    Options options;
    options.url = url;
    QCOMPARE(QString::fromStdString(make(options)->place()), place);
}

/// The column url.
inline void addWrongUrls(const QString &scheme)
{
    QTest::addColumn<QString>("url");
    const auto row = [](const QString &url) { QTest::newRow(qPrintable(url)) << url; };
    for (const char *url : {"", "http://localhost", "localhost:1", "ada:secret@localhost:1"}) {
        row(QLatin1String(url));
    }
    for (const char *url : {"://", "://h?nam=x", "://h:99999", "://ada:4/secret@h?name=a", "://ada:4?x=secret@h",
                            "://ada:secret@example.com?name=a", "://ada:secret@127.example.com?name=a"}) {
        row(scheme + QLatin1String(url));
    }
}

/// It says how one is written, and no password.
template<typename Options, typename Make>
void checkWrongUrl(const QByteArray &scheme, Make make)
{
    QFETCH(QString, url);
    Options options;
    options.url = url;
    try {
        static_cast<void>(make(options));
        QFAIL("it is taken");
    } catch (const nanostores::EngineError &error) {
        QCOMPARE(error.kind(), nanostores::EngineErrorKind::Misuse);
        const QByteArray text = QByteArray(error.what()) + QByteArray::fromStdString(error.path());
        QVERIFY2(text.contains(scheme + "s://"), text.constData());
        QVERIFY2(!text.contains("secret"), text.constData());
    }
}

// Values

/// newStorage: as of testing::checkEngine().
template<typename NewStorage>
void checkContract(NewStorage newStorage, nanostores::testing::CheckOptions options = {})
{
    options.rounds = 10;
    if (const int cases = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES"); cases > 0) {
        options.rounds = cases / 100;
    }
    QString all;
    for (const auto &message : nanostores::testing::checkEngine(newStorage, options)) {
        all += QString::fromStdString(message) + QLatin1Char('\n');
    }
    QVERIFY2(all.isEmpty(), qPrintable(all));
}

/// Of all kinds, by the feed and by load(); and those that are too large.
template<typename Make>
void checkValues(Make make)
{
    using nanostores::EngineErrorKind;
    const Opened writer(make());
    const Opened reader(make(), 2);
    const nanostores::BackendTraits traits = writer->traits();
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
    }
    const Values values{{"", "empty"},
                        {"a/b", bytes},
                        {"+", "lines\n1 2 3\r\n"},
                        {"#", "3"},
                        {"$SYS", "4"},
                        {std::string("a\0b", 3), "5"},
                        {"\xC3\xA9\xF0\x9F\x98\x80", "6"},
                        {std::string(traits.largestKey, '/'), "7"},
                        {"%2F", "8"},
                        {"empty", ""},
                        {"zero", std::string(1, '\0')}};
    writer.load();
    const auto state = reader.load();
    for (const auto &[key, value] : values) {
        writer.set(key, value, 7);
    }
    const auto feed = reader->changesSince(state.position, state.epoch);
    QCOMPARE(feed.changes.size(), values.size());
    for (const auto &entry : feed.changes) {
        QVERIFY(entry.value == values.at(entry.key));
        QCOMPARE(entry.schema, 7U);
    }
    QCOMPARE(Opened(make(), 3).values(), values);
    const std::string tooLong(traits.largestKey + 1, 'x');
    const std::string tooLarge(traits.largestValue + 1, 'x');
    QCOMPARE(failure([&] { writer.set("\xFF", "1"); }), EngineErrorKind::Misuse);
    QCOMPARE(failure([&] { writer.set(tooLong, "1"); }), EngineErrorKind::TooLarge);
    QCOMPARE(failure([&] { writer.set("large", tooLarge); }), EngineErrorKind::TooLarge);
    QVERIFY(writer.set("large", tooLarge.substr(1)).result == nanostores::WriteResult::Written);
    QCOMPARE(reader.entry("large")->value->size(), traits.largestValue);
}

/// Whoever has not written it is woken for a change, and has it in its feed.
template<typename Make>
void checkWakes(Make make)
{
    using Keys = std::vector<std::string>;
    const Opened writer(make());
    const Opened reader(make(), 2);
    const auto own = writer.load();
    const auto state = reader.load();
    writer.set("a", "1");
    QTRY_VERIFY(reader.wakes > 0);
    QCOMPARE(keysOf(reader->changesSince(state.position, state.epoch).changes), (Keys{"a"}));
    QCOMPARE(writer.wakes, 0);
    writer.set("a", std::nullopt);
    QTRY_COMPARE(keysOf(reader->changesSince(state.position, state.epoch).changes), (Keys{"-a"}));
    QCOMPARE(writer.wakes, 0);
    reader.set("b", "1");
    QTRY_VERIFY(writer.wakes > 0);
    QCOMPARE(keysOf(writer->changesSince(own.position, own.epoch).changes), (Keys{"-a", "b"}));
}

/// One storage for each name, whatever is in it.
template<typename Options, typename Make>
void checkNames(Options options, Make make)
{
    const Opened first(make(options));
    options.name = QStringLiteral("a/+ #\u00E9");
    const Opened second(make(options));
    first.set("k", "1");
    second.set("l", "1");
    QCOMPARE(first.values(), (Values{{"k", "1"}}));
    QCOMPARE(Opened(make(options)).values(), (Values{{"l", "1"}}));
}

// Users and rights

/// user:password is not let in.
inline void checkRefusedUser(const nanostores::StorageEngine &engine, const QString &password)
{
    QVERIFY(!engine.load());
    const nanostores::EngineStatus status = engine.status().get();
    QCOMPARE(status.state, nanostores::EngineState::Failed);
    QVERIFY(status.errorKind == nanostores::EngineErrorKind::Denied);
    QVERIFY(status.lastError.find("password in the URL") != std::string::npos);
    QVERIFY(password.isEmpty() || !QString::fromStdString(status.lastError + status.path).contains(password));
    engine.set("a", "1");
    QCOMPARE(engine.get("a"), raw("1")); // the program goes on
}

inline void checkWithoutRights(const Opened &storage)
{
    QCOMPARE(failure([&] { storage.load(); }), nanostores::EngineErrorKind::Denied);
    QCOMPARE(failure([&] { storage.set("a", "1"); }), nanostores::EngineErrorKind::Denied);
}

// TLS

#define NEEDS_CERTIFICATES(certificates) \
    if (!(certificates).areMade()) { \
        QSKIP("There is no openssl to make certificates with"); \
    }

/// The columns certificate: of the server; ca: whom the client trusts; host: what it takes the server for, where that
/// is not its number; tls: whether it speaks TLS; works.
inline void addCertificates()
{
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<QByteArray>("ca");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<bool>("works");
    const auto row = [](const char *name, const char *certificate, const char *ca, const char *host, bool works) {
        QTest::newRow(name) << QByteArray(certificate) << QByteArray(ca) << QString::fromLatin1(host) << true << works;
    };
    row("right", "server.pem", "ca.pem", "", true);
    row("name", "server.pem", "ca.pem", "localhost", true);
    row("unknown authority", "server.pem", "other.pem", "", false);
    row("authorities of the system", "server.pem", "", "", false);
    row("another name", "server.pem", "ca.pem", "127.0.0.2", false);
    row("expired", "expired.pem", "ca.pem", "", false);
    QTest::newRow("without TLS") << QByteArray("server.pem") << QByteArray() << QString() << false << false;
}

/// options: with what the columns say but ca.
template<typename Options, typename Make>
void checkCertificate(Options options, const Certificates &certificates, Make make)
{
    QFETCH(QByteArray, ca);
    QFETCH(bool, tls);
    QFETCH(bool, works);
    options.caFile = ca.isEmpty() ? QString() : certificates.file(ca.constData());
    options.connectTimeout = std::chrono::milliseconds(5000);
    const Opened storage(make(options));
    if (works) {
        storage.load();
        QVERIFY(storage.set("a", std::string(100000, 'x')).result == nanostores::WriteResult::Written);
        QCOMPARE(storage.entry("a")->value->size(), std::size_t(100000));
        return;
    }
    const auto kind = failure([&] { storage.load(); });
    if (tls) {
        QCOMPARE(kind, nanostores::EngineErrorKind::Denied);
    } else {
        QVERIFY(kind);
    }
}

/// options: of a server that wants a certificate of the client.
template<typename Options, typename Make>
void checkOwnCertificate(Options options, const Certificates &certificates, Make make)
{
    options.caFile = certificates.file("ca.pem");
    {
        const Opened storage(make(options));
        QVERIFY(failure([&] { storage.load(); }));
    }
    options.certificateFile = certificates.file("server.pem");
    options.keyFile = certificates.file("server.key");
    {
        const Opened storage(make(options));
        storage.load();
        QVERIFY(storage.set("a", "1").result == nanostores::WriteResult::Written);
    }
    options.keyFile = certificates.file("no such file");
    const Opened storage(make(options));
    QCOMPARE(failure([&] { storage.load(); }), nanostores::EngineErrorKind::Misuse);
}

// Networks that fail

/// The column way.
inline void addFaults()
{
    QTest::addColumn<int>("way");
    QTest::newRow("refused") << static_cast<int>(Proxy::Way::Refuse);
    QTest::newRow("stalled") << static_cast<int>(Proxy::Way::Stall);
    QTest::newRow("no answers") << static_cast<int>(Proxy::Way::NoAnswers);
    QTest::newRow("delayed") << static_cast<int>(Proxy::Way::Delay);
    QTest::newRow("cut in an answer") << static_cast<int>(Proxy::Way::CutAnswer);
    QTest::newRow("cut after an answer") << static_cast<int>(Proxy::Way::CutAfterAnswer);
}

/// engine: behind the proxy; other: beside it. Each of their keys is written once.
inline void checkFaults(const nanostores::StorageEngine &engine, const nanostores::StorageEngine &other, Proxy &proxy)
{
    QFETCH(int, way);
    QVERIFY(engine.load() && other.load());
    std::size_t writes = 0;
    for (int round = 0; round < 3; ++round) {
        proxy.set(static_cast<Proxy::Way>(way));
        for (int i = 0; i < 20; ++i) {
            const std::string key = std::to_string(round) + '/' + std::to_string(i);
            engine.set("mine/" + key, i == 0 ? std::string(10000, 'x') : key);
            other.set("theirs/" + key, key);
            writes += 2;
            turn();
        }
        QVERIFY(other.flushNow(std::chrono::seconds(5))); // which goes another way
        proxy.set(Proxy::Way::Pass);
        QTRY_COMPARE_WITH_TIMEOUT(engine.pending().get(), std::size_t(0), 20000);
        QTRY_COMPARE_WITH_TIMEOUT(engine.entries().size(), writes, 20000);
        QTRY_COMPARE_WITH_TIMEOUT(other.entries().size(), writes, 20000);
    }
    QCOMPARE(engine.entries(), other.entries());
    QTRY_COMPARE(stateOf(engine), nanostores::EngineState::Live);
}

/// Nothing is closed, and nothing is sent; and nothing is written that would show it.
inline void checkDeadConnection(const nanostores::StorageEngine &engine, const nanostores::StorageEngine &other,
                                Proxy &proxy)
{
    QVERIFY(engine.load() && other.load());
    QTRY_COMPARE(stateOf(engine), nanostores::EngineState::Live);
    proxy.set(Proxy::Way::Stall);
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine), nanostores::EngineState::Offline, 20000);
    other.set("a", "1");
    proxy.set(Proxy::Way::Pass);
    QTRY_COMPARE_WITH_TIMEOUT(engine.get("a"), raw("1"), 20000);
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine), nanostores::EngineState::Live, 20000);
}

} // namespace support
