// SPDX-License-Identifier: MIT
#include "persistent/support/certificates.h"
#include "persistent/support/fakeserver.h"
#include "persistent/support/opened.h"
#include "persistent/support/serverchecks.h"
#include "support/clients.h"
#include "support/redisserver.h"

#include <nanostores/redis.h>

#include <QtTest/QTest>

#include <memory>
#include <mutex>
#include <string>

using namespace nanostores;
using support::failure;
using support::impatientRedis;
using support::Opened;

namespace {

/// As docs/federation.md lists them.
const char *const rights = "+ping +evalsha +script|load +hget +hmget +hset +hdel +hincrby +hscan +del +expire +xadd "
                           "+xread +zadd +zrem +zscore +zremrangebyrank";

} // namespace

/// Users, passwords, rights, TLS.
class tst_RedisSecurity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void password_wrong();
    void password_thatBecomesRight();
    void rights_areEnough();
    void rights_areNeeded_data();
    void rights_areNeeded();
    void rights_endAtTheName();
    void tls_data();
    void tls();
    void tls_clientsOwnCertificate();
    void tls_sendsNothingToAStranger();

private:
    void allow(const char *user, const QByteArray &commands) const
    {
        // -@all stays first: rights are given one by one
        std::vector<std::string> words{"ACL", "SETUSER", user, "reset", "on", ">s3cret", "~ns:{mine}:*", "-@all"};
        for (const QByteArray &command : commands.split(' ')) {
            words.push_back(command.toStdString());
        }
        const std::vector<std::string_view> views(words.begin(), words.end());
        RedisOptions options;
        options.url = m_server->socketUrl(QStringLiteral("admin"));
        detail::RedisLink link(options, detail::addressOf(options), {});
        link.open();
        link.send(views);
        QCOMPARE(link.receive(QDeadlineTimer(5000)).text, std::string("OK"));
    }
    QString url(const QString &user, const QString &password = QStringLiteral("s3cret"),
                const QString &name = QStringLiteral("mine")) const
    {
        return m_server->url(name, user + QLatin1Char(':') + password);
    }
    /// All that an engine does.
    void exercise(const QString &user) const
    {
        m_server->call({"FLUSHALL"});
        const Opened storage(redisBackend(impatientRedis(url(user))));
        const auto state = storage.load();
        const auto first = storage.set("a", "1");
        storage.set("large", std::string(5000, 'x'), 0, 0);
        storage.set("a", "2", 0, first.version);
        storage.set("a", std::nullopt);
        storage.set("a", "3", 0, first.version + 2);
        storage.set("b", "1");
        if (storage->changesSince(state.position, state.epoch).changes.size() != 3) {
            qFatal("the changes are not there");
        }
    }
    QString file(const char *name) const { return m_certificates.file(name); }
    QStringList tlsOptions(const char *certificate, const char *authClients) const
    {
        return {QStringLiteral("--tls-port"),         QString::number(m_tlsPort),
                QStringLiteral("--tls-cert-file"),    file(certificate),
                QStringLiteral("--tls-key-file"),     file("server.key"),
                QStringLiteral("--tls-ca-cert-file"), file("ca.pem"),
                QStringLiteral("--tls-auth-clients"), QString::fromLatin1(authClients)};
    }

    std::unique_ptr<support::RedisServer> m_server;
    support::Certificates m_certificates;
    quint16 m_tlsPort = 0;
};

#define NEEDS_TLS() \
    NEEDS_REDIS() \
    NEEDS_CERTIFICATES(m_certificates)

void tst_RedisSecurity::initTestCase()
{
    m_certificates.make();
    m_tlsPort = support::freePort();
    if (!support::RedisServer::program().isEmpty()) {
        m_server = std::make_unique<support::RedisServer>();
        QVERIFY(m_server->start());
    }
}

void tst_RedisSecurity::password_wrong()
{
    NEEDS_REDIS();
    allow("ada", rights);
    for (const char *user : {"ada", "zoe"}) {
        const QString wrong = QStringLiteral("n0tThis");
        support::checkRefusedUser(support::redisEngine(impatientRedis(url(QString::fromLatin1(user), wrong))), wrong);
    }
}

void tst_RedisSecurity::password_thatBecomesRight()
{
    NEEDS_REDIS();
    allow("bob", rights);
    const auto engine = support::redisEngine(impatientRedis(url(QStringLiteral("bob"))));
    QVERIFY(engine.load());
    m_server->call({"ACL", "SETUSER", "bob", "resetpass", ">another"});
    m_server->call({"CLIENT", "KILL", "USER", "bob"});
    QTRY_VERIFY(engine.status().get().errorKind == EngineErrorKind::Denied);
    m_server->call({"ACL", "SETUSER", "bob", "resetpass", ">s3cret"});
    engine.set("a", "1");
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QTRY_COMPARE(engine.status().get().state, EngineState::Live);
}

void tst_RedisSecurity::rights_areEnough()
{
    NEEDS_REDIS();
    allow("carl", rights);
    exercise(QStringLiteral("carl"));
}

void tst_RedisSecurity::rights_areNeeded_data()
{
    QTest::addColumn<QByteArray>("right");
    for (const QByteArray &right : QByteArray(rights).split(' ')) {
        QTest::newRow(right.constData()) << right;
    }
}

void tst_RedisSecurity::rights_areNeeded()
{
    NEEDS_REDIS();
    QFETCH(QByteArray, right);
    QList<QByteArray> others = QByteArray(rights).split(' ');
    others.removeAll(right);
    allow("dora", others.join(' '));
    QCOMPARE(failure([&] { exercise(QStringLiteral("dora")); }), EngineErrorKind::Denied);
}

void tst_RedisSecurity::rights_endAtTheName()
{
    NEEDS_REDIS();
    allow("eva", rights);
    const Opened storage(
        redisBackend(impatientRedis(url(QStringLiteral("eva"), QStringLiteral("s3cret"), QStringLiteral("theirs")))));
    support::checkWithoutRights(storage);
    QCOMPARE(m_server->call({"KEYS", "ns:{theirs}*"}).items.size(), std::size_t(0));
}

void tst_RedisSecurity::tls_data()
{
    support::addCertificates();
}

void tst_RedisSecurity::tls()
{
    NEEDS_TLS();
    QFETCH(QByteArray, certificate);
    QFETCH(QString, host);
    QFETCH(bool, tls);
    QFETCH(bool, works);
    support::RedisServer server(tlsOptions(certificate.constData(), "no"));
    QVERIFY(server.start());
    RedisOptions options =
        impatientRedis(support::serverUrl(tls ? "rediss" : "redis", QStringLiteral("tls"), m_tlsPort));
    options.peerName = host;
    support::checkCertificate(options, m_certificates, redisBackend);
    QCOMPARE(server.call({"DBSIZE"}).integer > 0, works);
}

void tst_RedisSecurity::tls_clientsOwnCertificate()
{
    NEEDS_TLS();
    support::RedisServer server(tlsOptions("server.pem", "yes"));
    QVERIFY(server.start());
    const auto options = impatientRedis(support::serverUrl("rediss", QStringLiteral("tls"), m_tlsPort));
    support::checkOwnCertificate(options, m_certificates, redisBackend);
    RedisOptions another = options;
    another.caFile = file("ca.pem");
    another.certificateFile = file("server.pem");
    another.keyFile = file("names"); // which is no key
    const Opened storage(redisBackend(another));
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Misuse);
}

void tst_RedisSecurity::tls_sendsNothingToAStranger()
{
    QByteArray sent;
    std::mutex mutex;
    const support::FakeServer stranger([&](const QByteArray &request) {
        const std::lock_guard lock(mutex);
        sent += request;
        return support::FakeServer::Answer{"+OK\r\n+PONG\r\n", true};
    });
    const Opened storage(
        redisBackend(impatientRedis(QStringLiteral("rediss://ada:s3cret@127.0.0.1:%1?name=tls").arg(stranger.port()))));
    QVERIFY(failure([&] { storage.load(); }));
    const std::lock_guard lock(mutex);
    QVERIFY(!sent.contains("s3cret"));
}

QTEST_GUILESS_MAIN(tst_RedisSecurity)
#include "tst_redissecurity.moc"
