// SPDX-License-Identifier: MIT
#include "persistent/support/opened.h"
#include "persistent/support/serverchecks.h"
#include "support/backendtest.h"

#include <nanostores/redis.h>

#include <QtCore/QDir>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;
using support::failure;
using support::keysOf;
using support::Opened;
using support::Values;

/// redisBackend() with a real server, by itself.
class tst_RedisBackend : public QObject, private support::BackendTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(startServer()); }
    void init() { startTest(); }

    void url_isUnderstood_data();
    void url_isUnderstood();
    void url_thatIsWrongSaysHow_data();
    void url_thatIsWrongSaysHow();
    void traits_areThoseOfAServer();

    void checkEngine_findsNothing();
    void tcp_worksAsTheSocketDoes();
    void values_ofAllKindsComeBack();
    void largeValues_comeByTheFeed();
    void thousandsOfWrites_areOneCall();
    void load_readsMoreThanOnePage();
    void deletedVersion_isCompared();
    void feed_wakesWhoDidNotWrite();
    void log_thatIsTooShortNeedsLoad();
    void script_thatIsForgottenIsGivenAgain();
    void names_areApart();
    void otherFormat_isNotTouched();
    void otherProgramsKey_isNamed();
    void fullServer_isFull();
    void emptyStorage_isNotReadAgainAndAgain();
    void otherCacheThatCannotBeRead_isLeft();
};

void tst_RedisBackend::url_isUnderstood_data()
{
    support::addUrls(QStringLiteral("redis"), 6379, 6379);
    QTest::newRow("database") << QStringLiteral("rediss://ada:p%40ss@db.example:7000/3?name=a")
                              << QStringLiteral("rediss://ada@db.example:7000/3?name=a");
    QTest::newRow("password") << QStringLiteral("redis://:s3cret@127.0.0.1?name=a")
                              << QStringLiteral("redis://127.0.0.1:6379?name=a");
    QTest::newRow("socket") << QStringLiteral("redis+unix:///run/redis.sock?name=b")
                            << QStringLiteral("redis+unix:///run/redis.sock?name=b");
}

void tst_RedisBackend::url_isUnderstood()
{
    support::checkUrl<RedisOptions>(redisBackend);
}

void tst_RedisBackend::url_thatIsWrongSaysHow_data()
{
    support::addWrongUrls(QStringLiteral("redis"));
    for (const char *url : {"redis://h/x", "redis://h/-1", "redis://ada@h", "redis+unix://h/x", "redis+unix:///",
                            "redis://h?name=a%7Bb"}) {
        QTest::newRow(url) << QString::fromLatin1(url);
    }
}

void tst_RedisBackend::url_thatIsWrongSaysHow()
{
    support::checkWrongUrl<RedisOptions>("redis", redisBackend);
}

void tst_RedisBackend::traits_areThoseOfAServer()
{
    RedisOptions options;
    options.url = QStringLiteral("rediss://example.com?name=a");
    const BackendTraits open = redisBackend(options)->traits();
    QVERIFY(open.isShared && open.isRemote && open.comparesVersions && open.isEncrypted && !open.keepsWrites);
    options.cache = QStringLiteral("/tmp/shared.db");
    const BackendTraits kept = redisBackend(options)->traits();
    QVERIFY(kept.keepsWrites && !kept.isEncrypted); // the file is not
}

void tst_RedisBackend::checkEngine_findsNothing()
{
    NEEDS_REDIS();
    support::checkContract([&]() -> testing::MakeBackend {
        init();
        return [url = m_server->socketUrl(m_name)] {
            RedisOptions options;
            options.url = url;
            return redisBackend(options);
        };
    });
}

void tst_RedisBackend::tcp_worksAsTheSocketDoes()
{
    NEEDS_REDIS();
    RedisOptions options;
    options.url = m_server->url(m_name);
    const Opened tcp(redisBackend(options));
    const Opened local(backend(), 2);
    tcp.load();
    tcp.set("a", "1");
    QCOMPARE(local.values(), (Values{{"a", "1"}}));
}

void tst_RedisBackend::values_ofAllKindsComeBack()
{
    NEEDS_REDIS();
    support::checkValues([this] { return backend(); });
}

void tst_RedisBackend::largeValues_comeByTheFeed()
{
    NEEDS_REDIS();
    const Opened writer(backend());
    const Opened reader(backend(), 2);
    writer.load();
    const auto state = reader.load();
    const std::string large(300000, 'x');
    writer.set("large", large);
    writer.set("small", "1");
    writer.set("gone", large);
    writer.set("gone", std::nullopt);
    const auto feed = reader->changesSince(state.position, state.epoch);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"large", "small", "-gone"}));
    QCOMPARE(feed.changes[0].value, large);
}

void tst_RedisBackend::thousandsOfWrites_areOneCall()
{
    NEEDS_REDIS();
    const Opened writer(backend());
    writer.load();
    std::vector<StorageWrite> writes;
    for (int i = 0; i < 2500; ++i) {
        writes.push_back({"k" + std::to_string(i), std::string(10, 'x'), 0, 0});
    }
    const auto applied = writer.apply(writes);
    for (std::size_t i = 0; i < writes.size(); ++i) {
        QVERIFY(applied.outcomes[i].result == WriteResult::Written);
        QCOMPARE(applied.outcomes[i].version, i + 1);
    }
    const auto again = writer.apply(writes);
    QVERIFY(again.outcomes[2499].result == WriteResult::Conflict);
    QCOMPARE(again.outcomes[2499].current->version, std::uint64_t(2500));
}

void tst_RedisBackend::load_readsMoreThanOnePage()
{
    NEEDS_REDIS();
    const Opened writer(backend());
    writer.load();
    Values expected;
    std::vector<StorageWrite> writes;
    for (int i = 0; i < 3000; ++i) { // small ones, and some that are large
        const std::string key = "k" + std::to_string(i);
        expected[key] = std::string(i % 100 == 0 ? 20000 : 20, 'v');
        writes.push_back({key, expected[key], 0, {}});
    }
    writer.apply(writes);
    QCOMPARE(Opened(backend(), 2).values(), expected);
}

void tst_RedisBackend::deletedVersion_isCompared()
{
    NEEDS_REDIS();
    const Opened storage(backend());
    storage.load();
    storage.set("a", "1");
    const auto deleted = storage.set("a", std::nullopt);
    const auto again = storage.set("a", std::nullopt);
    QCOMPARE(again.version, deleted.version); // nothing has changed
    QVERIFY(storage.set("a", "2", 0, deleted.version - 1).result == WriteResult::Conflict);
    QVERIFY(storage.set("a", "2", 0, deleted.version).result == WriteResult::Written);
}

void tst_RedisBackend::feed_wakesWhoDidNotWrite()
{
    NEEDS_REDIS();
    support::checkWakes([this] { return backend(); });
}

void tst_RedisBackend::log_thatIsTooShortNeedsLoad()
{
    NEEDS_REDIS();
    const Opened writer(backend());
    const Opened reader(backend(), 2);
    writer.load();
    const auto state = reader.load();
    for (int i = 0; i < 400; ++i) {
        writer.set("a", std::to_string(i));
    }
    m_server->call({"XTRIM", key("log"), "MAXLEN", "50"});
    QVERIFY(reader->changesSince(state.position, state.epoch).tooOld);
    QCOMPARE(reader.values(), (Values{{"a", "399"}}));
    m_server->call({"DEL", key("log")});
    QVERIFY(reader->changesSince(state.position, state.epoch).tooOld);
    const auto now = reader.load();
    QVERIFY(!reader->changesSince(now.position, now.epoch).tooOld);
}

void tst_RedisBackend::script_thatIsForgottenIsGivenAgain()
{
    NEEDS_REDIS();
    const Opened storage(backend());
    storage.load();
    storage.set("a", "1");
    m_server->call({"SCRIPT", "FLUSH"});
    QCOMPARE(failure([&] { storage.set("a", "2", 0, 1); }), EngineErrorKind::Unavailable); // tried again
    QVERIFY(storage.set("a", "2", 0, 1).result == WriteResult::Written);
    QCOMPARE(m_server->position(m_name.toStdString()), 2ULL);
}

void tst_RedisBackend::names_areApart()
{
    NEEDS_REDIS();
    support::checkNames(options(), redisBackend);
}

void tst_RedisBackend::otherFormat_isNotTouched()
{
    NEEDS_REDIS();
    const Opened storage(backend());
    storage.load();
    m_server->call({"HSET", key("meta"), "format", "2"});
    QCOMPARE(failure([&] { storage.set("a", "1"); }), EngineErrorKind::Newer);
    const Opened other(backend(), 2);
    QCOMPARE(failure([&] { other.load(); }), EngineErrorKind::Newer);
    QCOMPARE(m_server->position(m_name.toStdString()), 0ULL);
}

void tst_RedisBackend::otherProgramsKey_isNamed()
{
    NEEDS_REDIS();
    m_server->call({"SET", key("values"), "mine"});
    const Opened storage(backend());
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Corrupt);
    m_server->call({"DEL", key("values")});
    m_server->call({"HSET", key("values"), "k", "not ours"});
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Failed);
}

void tst_RedisBackend::fullServer_isFull()
{
    NEEDS_REDIS();
    const Opened storage(backend());
    storage.load();
    m_server->call({"CONFIG", "SET", "maxmemory", "1"});
    QCOMPARE(failure([&] { storage.set("a", "1"); }), EngineErrorKind::Full);
    m_server->call({"CONFIG", "SET", "maxmemory", "0"});
    QVERIFY(storage.set("a", "1").result == WriteResult::Written);
    QCOMPARE(m_server->position(m_name.toStdString()), 1ULL);
}

void tst_RedisBackend::emptyStorage_isNotReadAgainAndAgain()
{
    NEEDS_REDIS();
    const Opened storage(backend());
    storage.load();
    m_server->call({"CONFIG", "RESETSTAT"});
    const auto pings = [&] {
        const QString all = QString::fromStdString(m_server->call({"INFO", "commandstats"}).text);
        static const QRegularExpression reads(QStringLiteral("cmdstat_xread:calls=(\\d+)"));
        return reads.match(all).captured(1).toInt();
    };
    QTRY_VERIFY(pings() >= 3);
    QCOMPARE(storage.wakes, 0);
}

void tst_RedisBackend::otherCacheThatCannotBeRead_isLeft()
{
    NEEDS_REDIS();
    const QTemporaryDir folder;
    const QString cache = folder.filePath(QStringLiteral("cache.db"));
    QVERIFY(QDir().mkpath(cache + QStringLiteral(".2")));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("another process has left cannot be sent")));
    const Opened storage(backend(cache));
    storage.load();
    QVERIFY(storage.set("a", "1").result == WriteResult::Written);
}

QTEST_GUILESS_MAIN(tst_RedisBackend)
#include "tst_redisbackend.moc"
