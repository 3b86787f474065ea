// SPDX-License-Identifier: MIT
#include "persistent/support/proxy.h"
#include "support/offline.h"

#include <nanostores/persistent.h>
#include <nanostores/redis.h>

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtTest/QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

using namespace nanostores;
using support::keptIn;
using support::raw;
using support::redisEngine;
using support::stateOf;

/// Runs of a program, one after the other and beside each other, on one cache: how one ends, and what the next one has.
class tst_RedisRuns : public QObject, private support::OfflineTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(startServer()); }
    void init() { QVERIFY(startTest()); }

    void writes_surviveTheEndOfTheProgram();
    void writes_surviveAKill();
    void killedAgainAndAgain_losesNothing();
    void unknownWrite_isNotDoneTwiceByTheNextRun();
    void conflict_isSeenByTheNextRun_data();
    void conflict_isSeenByTheNextRun();
    void conflict_atTheEndIsSeenByTheNextRun();
    void rewoundServer_getsWhatTheNextRunHas();
    void secondProcess_hasACacheOfItsOwn();
    void cacheOfADeadProcess_isTakenOver();
    void theEndOfTheProgram_doesNotWait();
};

void tst_RedisRuns::writes_surviveTheEndOfTheProgram()
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

void tst_RedisRuns::writes_surviveAKill()
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
void tst_RedisRuns::killedAgainAndAgain_losesNothing()
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
void tst_RedisRuns::unknownWrite_isNotDoneTwiceByTheNextRun()
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

void tst_RedisRuns::conflict_isSeenByTheNextRun_data()
{
    QTest::addColumn<QString>("end");
    QTest::addColumn<QString>("server");
    for (const char *end : {"known", "not heard", "after", "frozen"}) {
        for (const char *server : {"the same", "wiped"}) {
            QTest::addRow("%s, %s server", end, server) << QString::fromLatin1(end) << QString::fromLatin1(server);
        }
    }
}

/// A run ends with a change that the server has not got, in whichever order that, its end and the failure come; another
/// program writes meanwhile, to this server or to one that has forgotten all.
void tst_RedisRuns::conflict_isSeenByTheNextRun()
{
    NEEDS_REDIS();
    QFETCH(QString, end);
    QFETCH(QString, server);
    testing::Faults faults;
    {
        const auto engine = redisEngine(options(), faults);
        const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
        store.set("base");
        QVERIFY(engine.flushNow(std::chrono::seconds(60)));
        if (end == QLatin1String("frozen")) { // it has the write in its buffer, and never gets to it
            m_server->freeze();
        } else {
            m_server->kill();
        }
        const bool isStalled = end == QLatin1String("not heard") || end == QLatin1String("after");
        if (isStalled) {
            faults.stall();
        }
        const int applies = faults.applies();
        const int calls = faults.calls();
        store.set("mine");
        if (end == QLatin1String("known")) {
            QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine), EngineState::Offline, 60000);
        } else if (isStalled) { // in the write, or in the call that looks what has become of the connection
            QTRY_VERIFY_WITH_TIMEOUT(faults.calls() > calls, 60000);
        } else {
            QTRY_VERIFY_WITH_TIMEOUT(faults.applies() > applies, 60000);
        }
        if (end == QLatin1String("not heard")) {
            faults.goOn();
            QVERIFY(redisEngine(options(), {}, support::Run::Present).load()); // the worker has failed by then
        }
    }
    faults.goOn();
    QTRY_VERIFY_WITH_TIMEOUT(keptIn(cache()) > 0, 60000); // what the run has left to do is done
    m_server->kill();
    if (server == QLatin1String("wiped")) {
        m_server->wipe();
    }
    QVERIFY(m_server->start());
    put("text", "theirs");
    const auto engine = redisEngine(options());
    const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
    QCOMPARE(store.get(), std::string("mine"));
    QTRY_VERIFY_WITH_TIMEOUT(conflictOf(store).get(), 60000);
    const auto conflict = conflictOf(store).get();
    QCOMPARE(store.get(), std::string("mine"));
    QCOMPARE(conflict->base, std::string("base"));
    QCOMPARE(conflict->mine, std::string("mine"));
    QCOMPARE(conflict->theirs, std::string("theirs"));
    conflict->keepMine();
    QTRY_COMPARE_WITH_TIMEOUT(engine.pending().get(), std::size_t(0), 60000);
    QCOMPARE(stored()["text"], std::string("mine"));
    QTRY_COMPARE(keptIn(cache()), std::size_t(0));
}

/// The engine ends when another program has written already, whose change it has not heard of.
void tst_RedisRuns::conflict_atTheEndIsSeenByTheNextRun()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    testing::Faults faults;
    {
        const auto engine = redisEngine(options(proxy), faults);
        const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
        store.set("base");
        QVERIFY(engine.flushNow(std::chrono::seconds(60)));
        faults.dropWakes(true);
        put("text", "theirs");
        const int before = faults.applies();
        faults.stall();
        store.set("mine");
        QTRY_VERIFY(faults.applies() > before);
    }
    faults.goOn(); // and no one hears that it is refused
    const auto engine = redisEngine(options(proxy));
    const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
    QCOMPARE(store.get(), std::string("mine"));
    QTRY_VERIFY_WITH_TIMEOUT(conflictOf(store).get(), 60000);
    QCOMPARE(conflictOf(store).get()->base, std::string("base"));
    QCOMPARE(conflictOf(store).get()->theirs, std::string("theirs"));
}

/// A server that has lost its newest changes, and no other program has written since.
void tst_RedisRuns::rewoundServer_getsWhatTheNextRunHas()
{
    NEEDS_REDIS();
    put("other", "1");
    m_server->kill();
    m_server->save();
    QVERIFY(m_server->start());
    {
        const auto engine = redisEngine(options());
        const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
        store.set("base");
        QVERIFY(engine.flushNow(std::chrono::seconds(60)));
        m_server->kill();
        store.set("mine");
        QTRY_COMPARE(stateOf(engine), EngineState::Offline);
    }
    QTRY_VERIFY_WITH_TIMEOUT(keptIn(cache()) > 0, 60000);
    m_server->restore();
    QVERIFY(m_server->start());
    const auto engine = redisEngine(options());
    const auto store = persistentAtom(engine, "text", "initial", {.onConflict = reject});
    QCOMPARE(store.get(), std::string("mine"));
    QTRY_COMPARE_WITH_TIMEOUT(engine.pending().get(), std::size_t(0), 60000);
    QVERIFY(!conflictOf(store).get());
    QCOMPARE(stored(), (std::map<std::string, std::string>{{"other", "1"}, {"text", "mine"}}));
}

void tst_RedisRuns::secondProcess_hasACacheOfItsOwn()
{
    NEEDS_REDIS();
    const auto first = redisEngine(options());
    const auto second = redisEngine(options(), {}, support::Run::OfAnotherProgram);
    QVERIFY(first.load());
    QVERIFY(second.load());
    first.set("a", "1");
    second.set("b", "1");
    QTRY_COMPARE(second.get("a"), raw("1"));
    QTRY_COMPARE(first.get("b"), raw("1"));
    QVERIFY(QFile::exists(cache() + QStringLiteral(".2")));
}

void tst_RedisRuns::cacheOfADeadProcess_isTakenOver()
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

void tst_RedisRuns::theEndOfTheProgram_doesNotWait()
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

QTEST_GUILESS_MAIN(tst_RedisRuns)
#include "tst_redisruns.moc"
