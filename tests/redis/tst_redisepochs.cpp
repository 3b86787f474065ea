// SPDX-License-Identifier: MIT
#include "persistent/support/opened.h"
#include "persistent/support/proxy.h"
#include "support/backendtest.h"
#include "support/clients.h"

#include <nanostores/redis.h>

#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <atomic>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <thread>
#include <vector>

using namespace nanostores;
using support::failure;
using support::keysOf;
using support::Opened;
using support::Values;

/// Servers that forget, all or their newest changes; and results of transactions, which they may forget.
class tst_RedisEpochs : public QObject, private support::BackendTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(startServer()); }
    void init() { startTest(); }

    void wipedServer_hasAnotherEpoch();
    void serverThatLostItsNewest_saysWhatIsLost();
    void results_areForgottenOnceConfirmed();
    void resultOfBeforeARewind_isNotSure();
    void versionOfBeforeARewind_matchesNothing();
    void resultThatTheCacheAsksFor_isNotForgotten();
};

void tst_RedisEpochs::wipedServer_hasAnotherEpoch()
{
    NEEDS_REDIS();
    Opened storage(backend());
    const auto state = storage.load();
    storage.set("a", "1");
    m_server->call({"FLUSHALL"});
    QTRY_VERIFY(storage.wakes > 0); // found by the next ping
    QVERIFY(storage->changesSince(1, state.epoch).tooOld);
    const auto now = storage.load();
    QVERIFY(now.epoch != state.epoch);
    QVERIFY(!now.rewoundTo);
    m_server->call({"FLUSHALL"});
    QVERIFY(storage.apply({{"b", "1", 0, {}}}).epoch != now.epoch);
}

void tst_RedisEpochs::serverThatLostItsNewest_saysWhatIsLost()
{
    NEEDS_REDIS();
    const Opened storage(backend());
    const auto state = storage.load();
    storage.set("a", "1");
    storage.set("b", "1");
    const std::string before = m_server->call({"HGET", key("values"), "a"}).text;
    storage.set("a", "2");
    storage.set("c", "1");
    m_server->call({"HSET", key("meta"), "seq", "2"}); // as if it had been restored from an older file
    m_server->call({"HSET", key("values"), "a", before});
    m_server->call({"HDEL", key("values"), "c"});
    QVERIFY(storage->changesSince(4, state.epoch).tooOld);
    const auto now = storage.load();
    QVERIFY(now.epoch != state.epoch);
    QCOMPARE(now.rewoundTo, std::optional<Position>(2));
    QCOMPARE(storage.values(), (Values{{"a", "1"}, {"b", "1"}}));
    QVERIFY(storage.set("a", "2", 0, 1).version == 3);
}

void tst_RedisEpochs::results_areForgottenOnceConfirmed()
{
    NEEDS_REDIS();
    const Opened storage(backend());
    storage.load();
    for (int i = 0; i < 20; ++i) {
        storage.set("a", std::to_string(i));
    }
    const auto keys = m_server->call({"KEYS", key("done:*")});
    QCOMPARE(keys.items.size(), std::size_t(1));
    QCOMPARE(m_server->call({"HLEN", keys.items[0].text}).integer, 1); // that of the last one
    QVERIFY(m_server->call({"TTL", keys.items[0].text}).integer > 0);
}

/// The server has forgotten changes, but not this one: that it is in conflict does not mean that it was not written.
void tst_RedisEpochs::resultOfBeforeARewind_isNotSure()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    const Opened storage(redisBackend(support::impatientRedis(support::RedisServer::url(m_name, proxy.port()))));
    const auto state = storage.load();
    proxy.set(support::Proxy::Way::NoAnswers);
    QCOMPARE(failure([&] { storage.set("n", "1", 0, 0); }), EngineErrorKind::Unavailable);
    proxy.set(support::Proxy::Way::Pass);
    QCOMPARE(keysOf(storage->changesSince(state.position, state.epoch).changes), (std::vector<std::string>{"n"}));
    storage.set("b", "1");
    m_server->call({"HSET", key("meta"), "seq", "1"}); // it had two
    QVERIFY(storage.load().epoch != state.epoch);
    const auto outcome = storage.set("n", "1", 0, 0);
    QVERIFY(outcome.result == WriteResult::Conflict);
    QVERIFY(!outcome.isSure);
}

/// The server has given the number of the version again, to another value.
void tst_RedisEpochs::versionOfBeforeARewind_matchesNothing()
{
    NEEDS_REDIS();
    const Opened storage(backend());
    storage.load();
    QCOMPARE(storage.set("a", "1").version, std::uint64_t{1});
    QCOMPARE(storage.set("n", "1").version, std::uint64_t{2});
    m_server->call({"HSET", key("meta"), "seq", "1"});
    m_server->call({"HDEL", key("values"), "n"});
    m_server->call({"DEL", key("log")});
    const Opened other(backend(), 2);
    other.load();
    QCOMPARE(other.set("n", "theirs").version, std::uint64_t{2});
    m_server->call({"HSET", key("meta"), "epoch", "7"}); // as a client would that has seen more
    const auto outcome = storage.set("n", "2", 0, 2);
    QVERIFY(outcome.result == WriteResult::Conflict);
    QCOMPARE(outcome.current->value, std::optional<std::string>("theirs"));
    QVERIFY(storage.set("b", "1", 0, 0).result == WriteResult::Written);
    storage.load();
    QVERIFY(storage.set("n", "2", 0, 2).result == WriteResult::Written);
}

/// The cache cannot forget that it is not known what became of a transaction: the next run asks the server for it.
void tst_RedisEpochs::resultThatTheCacheAsksFor_isNotForgotten()
{
    NEEDS_REDIS();
    const QTemporaryDir folder;
    const QString cache = folder.filePath(QStringLiteral("cache.db"));
    support::Proxy proxy(m_server->port());
    RedisOptions options = support::impatientRedis(support::RedisServer::url(m_name, proxy.port()), cache);
    options.answerTimeout = std::chrono::seconds(60);
    const Opened storage(redisBackend(options));
    storage.load();
    proxy.set(support::Proxy::Way::NoAnswers);
    std::atomic<bool> isOver{false};
    std::thread locks([&] {
        sqlite3 *db = nullptr;
        sqlite3_open(cache.toUtf8().constData(), &db);
        const auto rows = [&] { // of transactions without an answer
            int count = 0;
            sqlite3_stmt *statement = nullptr;
            sqlite3_prepare_v2(db, "select count(*) from kv where value is not null and key glob 't/*'", -1, &statement,
                               nullptr);
            if (sqlite3_step(statement) == SQLITE_ROW) {
                count = sqlite3_column_int(statement, 0);
            }
            sqlite3_finalize(statement);
            return count;
        };
        while (rows() == 0 && !isOver) {
            std::this_thread::yield();
        }
        while (sqlite3_exec(db, "begin immediate", nullptr, nullptr, nullptr) != SQLITE_OK && !isOver) {
            std::this_thread::yield();
        }
        proxy.set(support::Proxy::Way::Pass);
        isOver.wait(false);
        sqlite3_close(db);
    });
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cache of the server's values cannot be")));
    const auto first = storage.set("a", "1");
    const auto second = storage.set("a", "2");
    isOver = true;
    isOver.notify_all();
    locks.join();
    QVERIFY(first.result == WriteResult::Written && second.result == WriteResult::Written);
    const auto keys = m_server->call({"KEYS", key("done:*")});
    QCOMPARE(keys.items.size(), std::size_t(1));
    QCOMPARE(m_server->call({"HLEN", keys.items[0].text}).integer, 2);
}

QTEST_GUILESS_MAIN(tst_RedisEpochs)
#include "tst_redisepochs.moc"
