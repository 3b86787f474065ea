// SPDX-License-Identifier: MIT
#include "persistent/support/proxy.h"
#include "persistent/support/serverchecks.h"
#include "support/offline.h"

#include <nanostores/persistent.h>
#include <nanostores/redis.h>

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>

using namespace nanostores;
using support::keptIn;
using support::raw;
using support::redisEngine;
using support::stateOf;

/// Engines whose server is away: what they show, and what becomes of what is set meanwhile.
class tst_RedisOffline : public QObject, private support::OfflineTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(startServer()); }
    void init() { QVERIFY(startTest()); }

    void values_areThereWithoutTheServer();
    void firstRun_withoutTheServer();
    void stale_untilTheServerAnswers();
    void writes_waitForTheServer();
    void conflict_isSeenWhenTheServerIsBack();
    void comparedWrite_comesThroughAWipe();
    void faults_ofTheNetwork_data();
    void faults_ofTheNetwork();
    void deadConnection_isFoundByPing();
    void connectionLostWithItsNews_isMadeAgain();
    void writeWhoseAnswerWasLost_isInTheCache();
    void writeWhoseAnswerWasLost_isOlderThanTheNext_data();
    void writeWhoseAnswerWasLost_isOlderThanTheNext();
    void replacedServer_isNoticed();
};

void tst_RedisOffline::values_areThereWithoutTheServer()
{
    NEEDS_REDIS();
    {
        const auto engine = redisEngine(options());
        engine.set("a", "1");
        engine.set("b", std::string(5000, 'x'));
        engine.set("gone", "1");
        QVERIFY(engine.flushNow(std::chrono::seconds(5)));
        engine.del("gone");
        QVERIFY(engine.flushNow(std::chrono::seconds(5)));
        put("c", "by another");
        QTRY_COMPARE(engine.get("c"), raw("by another"));
    }
    m_server->kill();
    const auto engine = redisEngine(options());
    QVERIFY(engine.load());
    QCOMPARE(engine.get("a"), raw("1"));
    QCOMPARE(engine.get("b")->size(), std::size_t(5000));
    QCOMPARE(engine.get("c"), raw("by another"));
    QVERIFY(!engine.get("gone"));
    QTRY_COMPARE(stateOf(engine), EngineState::Offline);
    QVERIFY(QString::fromStdString(engine.status().get().lastError).contains(QLatin1String("cannot be reached")));
}

void tst_RedisOffline::firstRun_withoutTheServer()
{
    NEEDS_REDIS();
    m_server->kill();
    const auto engine = redisEngine(options());
    QVERIFY(!engine.load());
    QCOMPARE(stateOf(engine), EngineState::Offline);
    engine.set("a", "1");
    QCOMPARE(engine.get("a"), raw("1"));
    QVERIFY(m_server->start());
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QTRY_COMPARE(stateOf(engine), EngineState::Live);
    QCOMPARE(position(), 1ULL);
    QCOMPARE(engine.status().get().resyncs, std::uint64_t(0));
}

void tst_RedisOffline::stale_untilTheServerAnswers()
{
    NEEDS_REDIS();
    {
        const auto engine = redisEngine(options());
        engine.set("a", "1");
        QVERIFY(engine.flushNow(std::chrono::seconds(5)));
    }
    support::Proxy proxy(m_server->port());
    proxy.set(support::Proxy::Way::Stall);
    const auto engine = redisEngine(options(proxy));
    QVERIFY(engine.load()); // at once
    QCOMPARE(stateOf(engine), EngineState::Stale);
    QCOMPARE(engine.get("a"), raw("1"));
    put("a", "2");
    proxy.set(support::Proxy::Way::Pass);
    QTRY_COMPARE(engine.get("a"), raw("2"));
    QTRY_COMPARE(stateOf(engine), EngineState::Live);
}

void tst_RedisOffline::writes_waitForTheServer()
{
    NEEDS_REDIS();
    const auto engine = redisEngine(options());
    QVERIFY(engine.load());
    m_server->kill();
    for (int i = 0; i < 100; ++i) {
        engine.set("a", std::to_string(i));
        engine.set("b", std::to_string(i));
        support::turn();
    }
    QTRY_COMPARE(stateOf(engine), EngineState::Offline);
    QCOMPARE(engine.pending().get(), std::size_t(2)); // each key once
    QVERIFY(m_server->start());
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QTRY_COMPARE(stateOf(engine), EngineState::Live);
    QCOMPARE(stored()["a"], std::string("99"));
    QCOMPARE(keptIn(cache()), std::size_t(0));
}

void tst_RedisOffline::conflict_isSeenWhenTheServerIsBack()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    const auto engine = redisEngine(options(proxy));
    const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
    store.set("base");
    QVERIFY(engine.flushNow(std::chrono::seconds(5)));
    proxy.set(support::Proxy::Way::Refuse);
    store.set("mine");
    QTRY_COMPARE(stateOf(engine), EngineState::Offline);
    put("text", "theirs");
    proxy.set(support::Proxy::Way::Pass);
    QTRY_COMPARE(engine.status().get().conflicts, std::size_t(1));
    QVERIFY(conflictOf(store).get());
    const auto conflict = *conflictOf(store).get();
    QCOMPARE(conflict.base, std::string("base"));
    QCOMPARE(conflict.mine, std::string("mine"));
    QCOMPARE(conflict.theirs, std::string("theirs"));
    conflict.takeTheirs();
    QCOMPARE(store.get(), std::string("theirs"));
    QTRY_COMPARE(keptIn(cache()), std::size_t(0));
    QCOMPARE(position(), 2ULL);
}

void tst_RedisOffline::comparedWrite_comesThroughAWipe()
{
    NEEDS_REDIS();
    const auto engine = redisEngine(options());
    const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
    store.set("base");
    QVERIFY(engine.flushNow(std::chrono::seconds(5)));
    m_server->kill();
    store.set("mine");
    QTRY_COMPARE(stateOf(engine), EngineState::Offline);
    QTRY_VERIFY(keptIn(cache()) > 0);
    m_server->wipe();
    QVERIFY(m_server->start());
    QTRY_VERIFY(engine.pending().get() == 0 || conflictOf(store).get());
    if (conflictOf(store).get()) { // it was asked before the program has seen that it is another one
        QCOMPARE(conflictOf(store).get()->mine, std::string("mine"));
        conflictOf(store).get()->keepMine();
    }
    QTRY_COMPARE(engine.pending().get(), std::size_t(0)); // written to the new one
    QCOMPARE(stored()["text"], std::string("mine"));
    QTRY_COMPARE(keptIn(cache()), std::size_t(0));
}

void tst_RedisOffline::faults_ofTheNetwork_data()
{
    support::addFaults();
}

void tst_RedisOffline::faults_ofTheNetwork()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    const auto engine = redisEngine(options(proxy));
    support::checkFaults(engine, redisEngine(others()), proxy);
    QCOMPARE(position(), qulonglong(engine.entries().size())); // each was written once
}

void tst_RedisOffline::deadConnection_isFoundByPing()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    support::checkDeadConnection(redisEngine(options(proxy)), redisEngine(others()), proxy);
}

/// What others have changed, and the end of the connection on which that is said, come at once.
void tst_RedisOffline::connectionLostWithItsNews_isMadeAgain()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    const auto engine = redisEngine(options(proxy));
    const auto other = redisEngine(others());
    QVERIFY(engine.load() && other.load());
    for (int i = 0; i < 40; ++i) {
        QTRY_COMPARE(stateOf(engine), EngineState::Live);
        proxy.set(support::Proxy::Way::CutAfterAnswer);
        const std::string value = std::to_string(i);
        other.set("a", value);
        QTRY_COMPARE_WITH_TIMEOUT(engine.get("a"), std::optional(value), 20000);
    }
}

void tst_RedisOffline::writeWhoseAnswerWasLost_isInTheCache()
{
    NEEDS_REDIS();
    {
        support::Proxy proxy(m_server->port());
        const auto engine = redisEngine(options(proxy));
        engine.set("a", "1");
        engine.set("gone", "1");
        QVERIFY(engine.flushNow(std::chrono::seconds(60)));
        proxy.set(support::Proxy::Way::NoAnswers);
        engine.set("a", "2");
        engine.del("gone");
        QTRY_COMPARE_WITH_TIMEOUT(position(), 4ULL, 20000); // it has come
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine), EngineState::Offline, 20000);
        proxy.set(support::Proxy::Way::Pass);
        QTRY_COMPARE_WITH_TIMEOUT(engine.pending().get(), std::size_t(0), 20000);
        put("b", "by another");
        QTRY_COMPARE_WITH_TIMEOUT(engine.get("b"), raw("by another"), 20000);
    }
    m_server->kill();
    const auto engine = redisEngine(options());
    QVERIFY(engine.load());
    QCOMPARE(engine.get("a"), raw("2"));
    QCOMPARE(engine.get("b"), raw("by another"));
    QVERIFY(!engine.get("gone"));
}

void tst_RedisOffline::writeWhoseAnswerWasLost_isOlderThanTheNext_data()
{
    QTest::addColumn<bool>("compares");
    QTest::addColumn<bool>("deletes");
    for (const bool compares : {false, true}) {
        QTest::addRow("%s, then another value", compares ? "compared" : "set") << compares << false;
        QTest::addRow("%s, then deleted", compares ? "compared" : "set") << compares << true;
    }
}

/// Another program has written the key since: its value is the one that is shown.
void tst_RedisOffline::writeWhoseAnswerWasLost_isOlderThanTheNext()
{
    NEEDS_REDIS();
    QFETCH(bool, compares);
    QFETCH(bool, deletes);
    support::Proxy proxy(m_server->port());
    const auto engine = redisEngine(options(proxy));
    const auto other = redisEngine(others());
    QVERIFY(engine.load() && other.load());
    proxy.set(support::Proxy::Way::NoAnswers);
    std::optional<Task<bool>> task;
    if (compares) {
        task = engine.compareAndSet("k", 0, "mine");
    } else {
        engine.set("k", "mine");
    }
    QTRY_COMPARE_WITH_TIMEOUT(other.get("k"), raw("mine"), 20000); // it has come
    if (deletes) {
        other.del("k");
    } else {
        other.set("k", "theirs");
    }
    QVERIFY(other.flushNow(std::chrono::seconds(20)));
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine), EngineState::Offline, 20000);
    proxy.set(support::Proxy::Way::Pass);
    QTRY_VERIFY_WITH_TIMEOUT(engine.pending().get() == 0 && stateOf(engine) == EngineState::Live, 20000);
    QTRY_COMPARE_WITH_TIMEOUT(engine.get("k"), other.get("k"), 20000);
    QCOMPARE(engine.get("k"), deletes ? StorageEngine::RawValue() : raw("theirs"));
    if (compares) {
        QVERIFY(task->done() && task->result());
    }
}

void tst_RedisOffline::replacedServer_isNoticed()
{
    NEEDS_REDIS();
    const auto engine = redisEngine(options());
    engine.set("a", "1");
    QVERIFY(engine.flushNow(std::chrono::seconds(5)));
    m_server->kill();
    m_server->wipe();
    QVERIFY(m_server->start());
    const auto other = redisEngine(others());
    QVERIFY(other.load());
    other.set("b", "of the new one");
    QVERIFY(other.flushNow(std::chrono::seconds(5)));
    QTRY_COMPARE(engine.get("b"), raw("of the new one"));
    QTRY_COMPARE(other.get("a"), raw("1")); // which the first one knew
    QTRY_COMPARE(engine.status().get().resyncs, std::uint64_t(1));
}

QTEST_GUILESS_MAIN(tst_RedisOffline)
#include "tst_redisoffline.moc"
