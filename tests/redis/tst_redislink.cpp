// SPDX-License-Identifier: MIT
#include "persistent/support/fakeserver.h"
#include "persistent/support/opened.h"
#include "support/clients.h"
#include "support/redisserver.h"

#include <nanostores/redis.h>
#include <nanostores/redis/detail/redislink.h>

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <string>

using namespace nanostores;
using namespace nanostores::detail;
using support::failure;
using support::FakeServer;

namespace {

RedisOptions optionsFor(const QString &url)
{
    RedisOptions options = support::impatientRedis(url);
    options.connectTimeout = std::chrono::milliseconds(400);
    options.answerTimeout = std::chrono::milliseconds(400);
    return options;
}

RedisOptions optionsFor(const FakeServer &server)
{
    return optionsFor(support::RedisServer::url(QStringLiteral("fake"), server.port()));
}

/// Bytes of memory of this process, where the system says it.
qint64 memory()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').at(1).toLongLong() * 4096 : 0;
}

} // namespace

/// Connections to servers that are not what they should be.
class tst_RedisLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void open_answersThatAreNone_data();
    void open_answersThatAreNone();
    void open_whereNothingListens();
    void open_userAndPassword();
    void answers_areInOrder();
    void answers_thatComeUnasked();
    void loss_isAnnounced();
    void hostileServer_data();
    void hostileServer();
    void hostileServer_withAnEngine();
    void endlessValues_stop();
};

void tst_RedisLink::open_answersThatAreNone_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("closes");
    QTest::addColumn<int>("kind");
    const auto add = [](const char *name, const QByteArray &answer, bool closes, EngineErrorKind kind) {
        QTest::newRow(name) << answer << closes << static_cast<int>(kind);
    };
    add("HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", true, EngineErrorKind::Failed);
    add("huge bulk", "$99999999999\r\n", false, EngineErrorKind::Failed);
    add("endless line", "+" + QByteArray(300000, 'x'), false, EngineErrorKind::Failed);
    add("lists in lists", QByteArray("*1\r\n").repeated(100), false, EngineErrorKind::Failed);
    add("huge list", "*2000000000\r\n", false, EngineErrorKind::Failed);
    add("another type", ":1\r\n", false, EngineErrorKind::Failed);
    add("silence", "", false, EngineErrorKind::Unavailable);
    add("half an answer", "+PON", true, EngineErrorKind::Unavailable);
    add("closed", "", true, EngineErrorKind::Unavailable);
    add("password wanted", "-NOAUTH Authentication required.\r\n", false, EngineErrorKind::Denied);
    add("loading", "-LOADING Redis is loading the dataset in memory\r\n", false, EngineErrorKind::Unavailable);
    add("too many", "-ERR max number of clients reached\r\n", true, EngineErrorKind::Unavailable);
    add("unknown", "-ERR unknown command\r\n", false, EngineErrorKind::Failed);
}

void tst_RedisLink::open_answersThatAreNone()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, closes);
    QFETCH(int, kind);
    const FakeServer server([&](const QByteArray &) { return FakeServer::Answer{answer, closes}; });
    const RedisOptions options = optionsFor(server);
    RedisLink link(options, addressOf(options), {});
    QCOMPARE(failure([&] { link.open(); }), static_cast<EngineErrorKind>(kind));
    QVERIFY(!link.isOpen());
    QVERIFY(!link.error().empty());
    QCOMPARE(failure([&] { link.send({"PING"}); }), EngineErrorKind::Unavailable);
}

void tst_RedisLink::open_whereNothingListens()
{
    for (const QString &url : {support::RedisServer::url(QStringLiteral("a"), support::freePort()),
                               QStringLiteral("redis://no.such.host.invalid?name=a"),
                               QStringLiteral("redis+unix:///no/such/socket?name=a")}) {
        const RedisOptions options = optionsFor(url);
        RedisLink link(options, addressOf(options), {});
        QCOMPARE(failure([&] { link.open(); }), EngineErrorKind::Unavailable);
    }
}

void tst_RedisLink::open_userAndPassword()
{
    QByteArray sent;
    const FakeServer server([&](const QByteArray &request) {
        sent += request; // which may come in pieces
        return FakeServer::Answer{QByteArray("+OK\r\n").repeated(static_cast<int>(request.count('*')))};
    });
    const RedisOptions options =
        optionsFor(QStringLiteral("redis://ada:p%40ss@127.0.0.1:%1/3?name=a").arg(server.port()));
    RedisLink link(options, addressOf(options), {});
    link.open();
    QVERIFY(link.isOpen());
    QCOMPARE(sent, QByteArray("*3\r\n$4\r\nAUTH\r\n$3\r\nada\r\n$4\r\np@ss\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"
                              "*1\r\n$4\r\nPING\r\n"));
}

void tst_RedisLink::answers_areInOrder()
{
    const FakeServer server([](const QByteArray &request) {
        return FakeServer::Answer{QByteArray("+")
                                      .append(QByteArray::number(request.count('*')))
                                      .append("\r\n")
                                      .repeated(static_cast<int>(request.count('*')))};
    });
    const RedisOptions options = optionsFor(server);
    RedisLink link(options, addressOf(options), {});
    link.open();
    for (int i = 0; i < 100; ++i) {
        link.send({"PING"});
    }
    for (int i = 0; i < 100; ++i) {
        QVERIFY(link.receive(QDeadlineTimer(5000)).type == RespType::Text);
    }
    QVERIFY(!link.take());
}

void tst_RedisLink::answers_thatComeUnasked()
{
    const FakeServer server(
        [](const QByteArray &) { return FakeServer::Answer{"+PONG\r\n>2\r\n+invalidate\r\n_\r\n+later\r\n"}; });
    const RedisOptions options = optionsFor(server);
    RedisLink link(options, addressOf(options), {});
    int events = 0;
    link.onEvent([&] { ++events; });
    link.open();
    const auto answer = link.receive(QDeadlineTimer(5000));
    QCOMPARE(answer.text, std::string("later")); // the push is none
    link.send({"PING"});
    QTRY_VERIFY(events > 0); // from the event loop, as nothing waits for it
}

void tst_RedisLink::loss_isAnnounced()
{
    const FakeServer server([](const QByteArray &request) {
        return request.contains("QUIT") ? FakeServer::Answer{"", true} : FakeServer::Answer{"+PONG\r\n"};
    });
    const RedisOptions options = optionsFor(server);
    RedisLink link(options, addressOf(options), {});
    int events = 0;
    link.onEvent([&] { ++events; });
    link.open();
    link.send({"QUIT"});
    QTRY_VERIFY(!link.isOpen());
    QCOMPARE(events, 1);
    QVERIFY(QString::fromStdString(link.error()).contains(QLatin1String("lost")));
    link.open(); // again
    QVERIFY(link.isOpen());
}

void tst_RedisLink::hostileServer_data()
{
    QTest::addColumn<QByteArray>("script"); // the answer to EVALSHA
    QTest::newRow("nothing") << QByteArray("$-1\r\n");
    QTest::newRow("text") << QByteArray("+OK\r\n");
    QTest::newRow("short list") << QByteArray("*2\r\n$1\r\n5\r\n$1\r\n0\r\n");
    QTest::newRow("no epoch") << QByteArray("*4\r\n$1\r\nx\r\n$1\r\n0\r\n$0\r\n\r\n*0\r\n");
    QTest::newRow("epoch 0") << QByteArray("*4\r\n$1\r\n0\r\n$1\r\n0\r\n$0\r\n\r\n*0\r\n");
    QTest::newRow("too many results") << QByteArray(
        "*4\r\n$1\r\n5\r\n$1\r\n0\r\n$0\r\n\r\n*2\r\n$2\r\nw1\r\n$2\r\nw2\r\n");
    QTest::newRow("values in results") << QByteArray("*4\r\n$1\r\n5\r\n*1\r\n_\r\n$0\r\n\r\n*0\r\n");
    QTest::newRow("unknown error") << QByteArray("-WHAT is this\r\n");
}

void tst_RedisLink::hostileServer()
{
    QFETCH(QByteArray, script);
    const FakeServer server([&](const QByteArray &request) {
        return FakeServer::Answer{request.contains("EVALSHA") ? script
                                  : request.contains("LOAD")  ? QByteArray("$4\r\nname\r\n")
                                                              : QByteArray("+PONG\r\n")};
    });
    const support::Opened storage(redisBackend(optionsFor(server)));
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Failed);
    QCOMPARE(failure([&] { storage.set("a", "1"); }), EngineErrorKind::Failed);
}

/// The program goes on, with what it has set.
void tst_RedisLink::hostileServer_withAnEngine()
{
    const QTemporaryDir folder;
    const FakeServer server([&](const QByteArray &request) {
        return FakeServer::Answer{request.contains("PING") ? QByteArray("+PONG\r\n") : QByteArray("*1000000000\r\n")};
    });
    RedisOptions options = optionsFor(server);
    options.cache = folder.filePath(QStringLiteral("cache.db"));
    const auto engine = support::redisEngine(options);
    engine.set("a", "1");
    QTRY_COMPARE(engine.status().get().state, EngineState::Failed);
    QCOMPARE(engine.get("a"), StorageEngine::RawValue("1"));
    QCOMPARE(engine.pending().get(), std::size_t(1));
    QVERIFY(QString::fromStdString(engine.status().get().lastError).contains(QLatin1String("is not ours")));
}

/// Pages of values without an end: the limit of RedisOptions ends it, whatever comes.
void tst_RedisLink::endlessValues_stop()
{
    const FakeServer server([&](const QByteArray &request) {
        if (request.contains("HSCAN")) {
            static int number = 0;
            const QByteArray key = QByteArray::number(++number).rightJustified(10, '0');
            const QByteArray row = "1 0 1\n" + QByteArray(100000, 'x');
            return FakeServer::Answer{"*2\r\n$1\r\n7\r\n*2\r\n$10\r\n" + key + "\r\n$" + QByteArray::number(row.size())
                                      + "\r\n" + row + "\r\n"};
        }
        return FakeServer::Answer{request.contains("EVALSHA") ? "*4\r\n$1\r\n5\r\n$1\r\n0\r\n$0\r\n\r\n*0\r\n"
                                  : request.contains("LOAD")  ? "$4\r\nname\r\n"
                                                              : "+PONG\r\n"};
    });
    RedisOptions options = optionsFor(server);
    options.largestTotal = std::size_t{4} * 1024 * 1024;
    const support::Opened storage(redisBackend(options));
    const qint64 before = memory();
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Failed);
    QVERIFY(memory() - before < 32 * 1024 * 1024);
}

QTEST_GUILESS_MAIN(tst_RedisLink)
#include "tst_redislink.moc"
