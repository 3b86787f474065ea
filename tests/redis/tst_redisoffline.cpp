// SPDX-License-Identifier: MIT
#include "persistent/support/opened.h"
#include "support/clients.h"
#include "support/proxy.h"
#include "support/redisserver.h"

#include <nanostores/persistent.h>
#include <nanostores/redis.h>

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

using namespace nanostores;
using support::impatient;
using support::redisEngine;

namespace {

StorageEngine::RawValue raw(const char *text)
{
    return std::string(text);
}

EngineState stateOf(const StorageEngine &engine)
{
    return engine.status().get().state;
}

} // namespace

/// Engines whose server is away: what they show, and what becomes of what is set meanwhile.
class tst_RedisOffline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!support::RedisServer::program().isEmpty()) {
            m_server = std::make_unique<support::RedisServer>();
            QVERIFY(m_server->start());
        }
    }
    void init()
    {
        m_name = QStringLiteral("off%1").arg(++m_number);
        if (m_server && !m_server->process()) {
            QVERIFY(m_server->start());
        }
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void values_areThereWithoutTheServer();
    void firstRun_withoutTheServer();
    void stale_untilTheServerAnswers();
    void writes_waitForTheServer();
    void writes_surviveTheEndOfTheProgram();
    void writes_surviveAKill();
    void killedAgainAndAgain_losesNothing();
    void unknownWrite_isNotDoneTwiceByTheNextRun();
    void conflict_isSeenWhenTheServerIsBack();
    void conflict_isSeenByTheNextRun();
    void comparedWrite_comesThroughAWipe();
    void secondProcess_hasACacheOfItsOwn();
    void cacheOfADeadProcess_isTakenOver();
    void theEndOfTheProgram_doesNotWait();
    void faults_ofTheNetwork_data();
    void faults_ofTheNetwork();
    void deadConnection_isFoundByPing();
    void replacedServer_isNoticed();

private:
    QString cache() const { return m_folder->filePath(QStringLiteral("cache.db")); }
    RedisOptions options() const { return impatient(m_server->url(m_name), cache()); }
    RedisOptions options(const support::Proxy &proxy) const { return impatient(proxy.url(m_name), cache()); }
    RedisOptions others() const { return impatient(m_server->url(m_name)); }
    qulonglong position() const { return m_server->position(m_name.toStdString()); }
    /// By another program.
    void put(const std::string &key, const std::string &value) const
    {
        const auto other = redisEngine(others());
        QVERIFY(other.load());
        other.set(key, value);
        QVERIFY(other.flushNow(std::chrono::seconds(5)));
    }
    /// What the server has, as another program sees it.
    std::map<std::string, std::string> stored() const
    {
        const auto other = redisEngine(others());
        static_cast<void>(other.load());
        const auto entries = other.entries();
        return {entries.begin(), entries.end()};
    }
    /// The next run of the program, on the same cache.
    void sendRest() const
    {
        const auto engine = redisEngine(options());
        QVERIFY(engine.load());
        QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    }
    /// What the file keeps of writes that were not sent.
    std::size_t keptIn(const QString &path) const
    {
        std::vector<StorageEntry> entries;
        for (bool isRead = false; !isRead;) {
            try {
                const support::Opened file(sqliteBackend({path}), 99);
                entries = file.load().entries;
                isRead = true;
            } catch (const EngineError &) { // another process has just locked it
                support::turn();
            }
        }
        return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [](const StorageEntry &entry) {
            return entry.key.starts_with("k/") || entry.key.starts_with("t/");
        }));
    }

    std::unique_ptr<support::RedisServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_name;
    int m_number = 0;
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

void tst_RedisOffline::writes_surviveTheEndOfTheProgram()
{
    NEEDS_REDIS();
    {
        const auto engine = redisEngine(options());
        engine.set("there", "1");
        QVERIFY(engine.flushNow(std::chrono::seconds(5)));
    }
    m_server->kill();
    for (const char *value : {"1", "2"}) { // two runs, one after the other
        const auto engine = redisEngine(options());
        QVERIFY(engine.load());
        engine.set("a", value);
        engine.del("there");
    }
    const auto engine = redisEngine(options());
    QVERIFY(engine.load());
    QCOMPARE(engine.get("a"), raw("2"));
    QVERIFY(!engine.get("there"));
    QCOMPARE(engine.pending().get(), std::size_t(2));
    QVERIFY(m_server->start());
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QCOMPARE(stored(), (std::map<std::string, std::string>{{"a", "2"}}));
    QCOMPARE(position(), 3ULL);
}

void tst_RedisOffline::writes_surviveAKill()
{
    NEEDS_REDIS();
    m_server->kill();
    QProcess program;
    program.start(QStringLiteral(REDIS_PROCESS),
                  {m_server->url(m_name), cache(), QStringLiteral("1"), QStringLiteral("50")});
    QVERIFY(program.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(keptIn(cache()) >= 50, 120000);
    program.kill();
    QVERIFY(program.waitForFinished());
    QVERIFY(m_server->start());
    sendRest();
    auto values = stored();
    for (int i = 1; i <= 50; ++i) {
        QCOMPARE(values["p/" + std::to_string(i)], std::to_string(i));
    }
    QCOMPARE(position(), 50ULL);
}

/// While the server and the program are killed, what the program has said to be written is.
void tst_RedisOffline::killedAgainAndAgain_losesNothing()
{
    NEEDS_REDIS();
    const int rounds = std::max(8, qEnvironmentVariableIntValue("NANOSTORES_FAULTS") / 200);
    int written = 0;
    for (int round = 0; round < rounds; ++round) {
        QProcess program;
        program.start(QStringLiteral(REDIS_PROCESS),
                      {m_server->url(m_name), cache(), QString::number(written + 1), QString::number(written + 400)});
        QVERIFY(program.waitForStarted());
        const int before = written;
        while (written < before + 40 * (round % 3 + 1)) {
            QVERIFY(program.waitForReadyRead(120000));
            while (program.canReadLine()) {
                written = std::max(written, program.readLine().trimmed().toInt());
            }
        }
        if (round % 2 == 0) {
            m_server->kill();
            m_server->begin();
        }
        program.kill();
        QVERIFY(program.waitForFinished());
    }
    m_server->kill();
    QVERIFY(m_server->start());
    sendRest();
    auto values = stored();
    for (int i = 1; i <= written; ++i) {
        QCOMPARE(values["p/" + std::to_string(i)], std::to_string(i));
    }
}

/// The answer is lost, and the program ends before it knows: the next run asks by the number of the transaction.
void tst_RedisOffline::unknownWrite_isNotDoneTwiceByTheNextRun()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    {
        const auto engine = redisEngine(options(proxy));
        QVERIFY(engine.load());
        engine.set("n", "1");
        QVERIFY(engine.flushNow(std::chrono::seconds(5)));
        proxy.set(support::Proxy::Way::NoAnswers);
        engine.set("a", "mine");
        QTRY_COMPARE_WITH_TIMEOUT(position(), 2ULL, 20000); // it has come
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine), EngineState::Offline, 20000);
    }
    put("a", "theirs");
    proxy.set(support::Proxy::Way::Pass);
    const auto engine = redisEngine(options(proxy));
    QVERIFY(engine.load());
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QTRY_COMPARE(engine.get("a"), raw("theirs")); // which came later
    QCOMPARE(position(), 3ULL);
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

void tst_RedisOffline::conflict_isSeenByTheNextRun()
{
    NEEDS_REDIS();
    {
        const auto engine = redisEngine(options());
        const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
        store.set("base");
        QVERIFY(engine.flushNow(std::chrono::seconds(5)));
        m_server->kill();
        store.set("mine");
        QTRY_COMPARE(stateOf(engine), EngineState::Offline);
    }
    QVERIFY(m_server->start());
    put("text", "theirs");
    const auto engine = redisEngine(options());
    const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
    QCOMPARE(store.get(), std::string("mine"));
    QTRY_VERIFY(conflictOf(store).get());
    const auto conflict = conflictOf(store).get();
    QCOMPARE(conflict->base, std::string("base"));
    QCOMPARE(conflict->mine, std::string("mine"));
    QCOMPARE(conflict->theirs, std::string("theirs"));
    conflict->keepMine();
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QCOMPARE(stored()["text"], std::string("mine"));
    QTRY_COMPARE(keptIn(cache()), std::size_t(0));
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

void tst_RedisOffline::secondProcess_hasACacheOfItsOwn()
{
    NEEDS_REDIS();
    const auto first = redisEngine(options());
    const auto second = redisEngine(options(), {}, false);
    QVERIFY(first.load());
    QVERIFY(second.load());
    first.set("a", "1");
    second.set("b", "1");
    QTRY_COMPARE(second.get("a"), raw("1"));
    QTRY_COMPARE(first.get("b"), raw("1"));
    QVERIFY(QFile::exists(cache() + QStringLiteral(".2")));
}

void tst_RedisOffline::cacheOfADeadProcess_isTakenOver()
{
    NEEDS_REDIS();
    m_server->kill();
    {
        const auto first = redisEngine(options());
        QProcess program; // the second one, which is killed
        program.start(QStringLiteral(REDIS_PROCESS),
                      {m_server->url(m_name), cache(), QStringLiteral("1"), QStringLiteral("5")});
        QVERIFY(program.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(
            QFile::exists(cache() + QStringLiteral(".2")) && keptIn(cache() + QStringLiteral(".2")) >= 5, 120000);
        program.kill();
        QVERIFY(program.waitForFinished());
    }
    QVERIFY(m_server->start());
    sendRest();
    QCOMPARE(position(), 5ULL);
    QCOMPARE(keptIn(cache() + QStringLiteral(".2")), std::size_t(0));
}

void tst_RedisOffline::theEndOfTheProgram_doesNotWait()
{
    NEEDS_REDIS();
    m_server->kill();
    QProcess program; // its engine would wait for an hour
    program.setProcessChannelMode(QProcess::MergedChannels);
    program.start(QStringLiteral(REDIS_PROCESS),
                  {m_server->url(m_name), cache(), QStringLiteral("1"), QStringLiteral("5"), QStringLiteral("quit")});
    QVERIFY(program.waitForFinished(60000));
    const QByteArray output = program.readAll();
    QVERIFY2(!output.contains("could not be saved"), output.constData());
    QCOMPARE(keptIn(cache()), std::size_t(5));
}

void tst_RedisOffline::faults_ofTheNetwork_data()
{
    QTest::addColumn<int>("way");
    using Way = support::Proxy::Way;
    QTest::newRow("refused") << static_cast<int>(Way::Refuse);
    QTest::newRow("stalled") << static_cast<int>(Way::Stall);
    QTest::newRow("no answers") << static_cast<int>(Way::NoAnswers);
    QTest::newRow("delayed") << static_cast<int>(Way::Delay);
    QTest::newRow("cut in an answer") << static_cast<int>(Way::CutAnswer);
}

void tst_RedisOffline::faults_ofTheNetwork()
{
    NEEDS_REDIS();
    QFETCH(int, way);
    support::Proxy proxy(m_server->port());
    const auto engine = redisEngine(options(proxy));
    const auto other = redisEngine(others());
    QVERIFY(engine.load());
    QVERIFY(other.load());
    qulonglong writes = 0;
    for (int round = 0; round < 3; ++round) {
        proxy.set(static_cast<support::Proxy::Way>(way));
        for (int i = 0; i < 20; ++i) {
            const std::string key = std::to_string(round) + '/' + std::to_string(i);
            engine.set("mine/" + key, key);
            other.set("theirs/" + key, key);
            writes += 2;
            support::turn();
        }
        QVERIFY(other.flushNow(std::chrono::seconds(5))); // which goes another way
        proxy.set(support::Proxy::Way::Pass);
        QTRY_COMPARE_WITH_TIMEOUT(engine.pending().get(), std::size_t(0), 20000);
        QTRY_COMPARE_WITH_TIMEOUT(engine.entries().size(), std::size_t(writes), 20000);
        QTRY_COMPARE_WITH_TIMEOUT(other.entries().size(), std::size_t(writes), 20000);
        QCOMPARE(position(), writes); // each once
    }
    QTRY_COMPARE(stateOf(engine), EngineState::Live);
}

void tst_RedisOffline::deadConnection_isFoundByPing()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    const auto engine = redisEngine(options(proxy));
    QVERIFY(engine.load());
    QTRY_COMPARE(stateOf(engine), EngineState::Live);
    proxy.set(support::Proxy::Way::Stall); // nothing is closed, and nothing is sent
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine), EngineState::Offline, 20000);
    proxy.set(support::Proxy::Way::Pass);
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine), EngineState::Live, 20000);
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
