// SPDX-License-Identifier: MIT
#include "support/clients.h"
#include "support/proxy.h"
#include "support/redisserver.h"

#include <nanostores/redis.h>

#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace nanostores;
using support::WritingClient;

/// Three programs that write while everything fails: nothing is lost, nothing is written twice.
class tst_RedisStorms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!support::RedisServer::program().isEmpty()) {
            // Otherwise a server that is killed while its disk is busy has lost what it has acknowledged.
            m_server = std::make_unique<support::RedisServer>(
                QStringList{QStringLiteral("--appendfsync"), QStringLiteral("always")});
            QVERIFY(m_server->start());
        }
    }

    void calm_losesNothing();
    void killedServer_losesNothing();
    void cutConnections_loseNothing();

private:
    int writes() const { return std::max(qEnvironmentVariableIntValue("NANOSTORES_FAULTS") * 10, 10000); }
    /// The fault is made again and again, after about so many milliseconds, once something was written since the last.
    void storm(const QString &name, const std::vector<RedisOptions> &clients, int milliseconds,
               const std::function<void(std::mt19937 &)> &fault, const std::function<void()> &end);
    void compare(const QString &name, std::vector<std::unique_ptr<WritingClient>> &clients);
    std::vector<RedisOptions> clientsOf(const QString &url) const
    {
        return std::vector<RedisOptions>(3, support::impatient(url));
    }

    std::unique_ptr<support::RedisServer> m_server;
};

void tst_RedisStorms::storm(const QString &name, const std::vector<RedisOptions> &options, int milliseconds,
                            const std::function<void(std::mt19937 &)> &fault, const std::function<void()> &end)
{
    std::mt19937 random(7);
    std::vector<std::unique_ptr<WritingClient>> clients;
    for (const RedisOptions &redis : options) {
        clients.push_back(std::make_unique<WritingClient>(redis, static_cast<int>(clients.size())));
        QVERIFY(clients.back()->engine().load());
    }
    QTimer timer;
    timer.setSingleShot(true);
    const auto again = [&] { timer.start(milliseconds / 2 + static_cast<int>(random() % unsigned(milliseconds))); };
    std::size_t last = 0;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        std::size_t done = 0;
        for (const auto &client : clients) {
            done += client->done();
        }
        if (done > last) { // however slow the machine is
            last = done;
            fault(random);
        }
        again();
    });
    again();
    const int each = writes() / 3;
    for (int i = 0; i < each; ++i) {
        for (const auto &client : clients) {
            client->write();
            if (i % 10 == 0) {
                client->count();
            }
        }
        const auto waits = [&] {
            return std::any_of(clients.begin(), clients.end(),
                               [](const auto &client) { return client->pending() > 300; });
        };
        do {
            support::turn();
        } while (waits());
    }
    timer.stop();
    end();
    for (const auto &client : clients) {
        QTRY_VERIFY_WITH_TIMEOUT(client->isQuiet(), 60000);
    }
    compare(name, clients);
}

void tst_RedisStorms::compare(const QString &name, std::vector<std::unique_ptr<WritingClient>> &clients)
{
    const auto last = support::redisEngine(support::impatient(m_server->socketUrl(name)));
    QVERIFY(last.load());
    std::map<std::string, std::string> stored;
    const auto hasAll = [&] {
        const auto entries = last.entries();
        stored = std::map<std::string, std::string>(entries.begin(), entries.end());
        return std::all_of(clients.begin(), clients.end(), [&](const auto &client) {
            return std::all_of(client->written().begin(), client->written().end(), [&](const auto &entry) {
                const auto found = stored.find(entry.first);
                return found != stored.end() && found->second == entry.second;
            });
        });
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasAll(), 60000);
    std::size_t writes = 0;
    std::size_t counted = 0;
    std::size_t conflicts = 0;
    std::size_t unknown = 0;
    for (const auto &client : clients) {
        writes += client->written().size();
        counted += client->counted;
        conflicts += client->conflicts;
        unknown += client->unknown;
        QVERIFY(client->mistakes().empty());
        const auto isSame = [&] { return client->engine().entries() == last.entries(); };
        QTRY_VERIFY_WITH_TIMEOUT(isSame(), 20000);
        QTRY_COMPARE(client->engine().status().get().state, EngineState::Live);
    }
    qInfo("%zu writes, counted %zu, %zu conflicts", writes, counted, conflicts);
    QVERIFY(counted > 10);
    QCOMPARE(unknown, std::size_t(0));
    QCOMPARE(stored["counter"], std::to_string(counted));
    QCOMPARE(m_server->position(name.toStdString()), writes + counted); // each was written once
}

void tst_RedisStorms::calm_losesNothing()
{
    NEEDS_REDIS();
    storm(
        QStringLiteral("calm"), clientsOf(m_server->url(QStringLiteral("calm"))), 1000, [](std::mt19937 &) {}, [] {});
}

void tst_RedisStorms::killedServer_losesNothing()
{
    NEEDS_REDIS();
    int kills = 0;
    storm(
        QStringLiteral("kills"), clientsOf(m_server->url(QStringLiteral("kills"))), 150,
        [&](std::mt19937 &) {
            m_server->kill();
            m_server->begin();
            ++kills;
        },
        [&] {
            m_server->kill();
            QVERIFY(m_server->start());
        });
    qInfo("%d kills", kills);
    QVERIFY(kills > 0);
}

void tst_RedisStorms::cutConnections_loseNothing()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    int cuts = 0;
    storm(
        QStringLiteral("cuts"), clientsOf(proxy.url(QStringLiteral("cuts"))), 60,
        [&](std::mt19937 &) {
            proxy.cut();
            ++cuts;
        },
        [] {});
    qInfo("%d cuts, %d connections", cuts, proxy.connections());
    QVERIFY(cuts > 0 && proxy.connections() > cuts);
}

QTEST_GUILESS_MAIN(tst_RedisStorms)
#include "tst_redisstorms.moc"
