// SPDX-License-Identifier: MIT
#include "persistent/support/proxy.h"
#include "support/clients.h"
#include "support/redisserver.h"

#include <nanostores/redis.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
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
    void allFaults_loseNothing();
    void wipedServer_losesNoValue();
    void wipedServer_countsOn();

private:
    enum class Counts { Exactly, NotTwice };
    struct Fault
    {
        std::function<void(std::mt19937 &)> begin;
        std::function<void()> end = {}; ///< None: it is over at once.
        std::function<bool()> isEnough = {}; ///< Writing goes on until then, however fast the machine is.
    };

    /// By night NANOSTORES_FAULTS says how many.
    static int nightly(int least) { return std::max(qEnvironmentVariableIntValue("NANOSTORES_FAULTS") * 10, least); }
    /// The fault is made again and again, after about so many milliseconds, once something was written since the last.
    /// One that has an end has it after such a time, whether anything was written or not: it may be what prevents that.
    void storm(const QString &name, int writes, const std::vector<RedisOptions> &clients, int milliseconds,
               const Fault &fault, const std::function<void()> &end, Counts counts = Counts::Exactly);
    void compare(const QString &name, std::vector<std::unique_ptr<WritingClient>> &clients, Counts counts);
    /// What is in the way when nothing goes on.
    QByteArray describe(const std::vector<std::unique_ptr<WritingClient>> &clients) const;
    /// Of a server that is well, however slow the machine is.
    static RedisOptions patient(const QString &url, const QString &cache = {})
    {
        RedisOptions options = support::impatientRedis(url, cache);
        options.connectTimeout = options.answerTimeout = std::chrono::seconds(30);
        return options;
    }
    std::vector<RedisOptions> clientsOf(const QString &url) const
    {
        return std::vector<RedisOptions>(3, support::impatientRedis(url));
    }

    std::unique_ptr<support::RedisServer> m_server;
};

void tst_RedisStorms::storm(const QString &name, int writes, const std::vector<RedisOptions> &options, int milliseconds,
                            const Fault &fault, const std::function<void()> &end, Counts counts)
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
    bool isOn = false;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        std::size_t done = 0;
        for (const auto &client : clients) {
            done += client->done();
        }
        if (std::exchange(isOn, false)) {
            fault.end();
        } else if (done > last) { // however slow the machine is
            last = done;
            fault.begin(random);
            isOn = fault.end != nullptr;
        }
        again();
    });
    again();
    const int each = (writes + 2) / 3;
    QDeadlineTimer patience(240000); // of each write that is one more
    std::size_t most = 0;
    for (int i = 0; i < each || (fault.isEnough && !fault.isEnough()); ++i) {
        for (const auto &client : clients) {
            if (i < each) { // what a wiped server has to be given again grows no more while faults are waited for
                client->write();
            }
            client->count();
        }
        const auto waits = [&] {
            return std::any_of(clients.begin(), clients.end(),
                               [](const auto &client) { return client->pending() > 300; });
        };
        do {
            support::turn();
            std::size_t done = 0;
            for (const auto &client : clients) {
                client->count();
                done += client->done();
            }
            if (done > most) {
                most = done;
                patience.setRemainingTime(240000);
            }
            QVERIFY2(!patience.hasExpired(), describe(clients).constData());
        } while (waits());
    }
    timer.stop();
    end();
    for (const auto &client : clients) {
        QTRY_VERIFY_WITH_TIMEOUT(client->isQuiet(), 60000);
    }
    compare(name, clients, counts);
}

void tst_RedisStorms::compare(const QString &name, std::vector<std::unique_ptr<WritingClient>> &clients, Counts counts)
{
    const auto last = support::redisEngine(patient(m_server->socketUrl(name)));
    QTRY_VERIFY_WITH_TIMEOUT(last.load(), 60000);
    std::map<std::string, std::string> stored;
    const auto hasAll = [&] {
        const auto entries = last.entries();
        stored = std::map<std::string, std::string>(entries.begin(), entries.end());
        return std::all_of(clients.begin(), clients.end(),
                           [&](const auto &client) {
                               return std::all_of(client->written().begin(), client->written().end(),
                                                  [&](const auto &entry) {
                                                      const auto found = stored.find(entry.first);
                                                      return found != stored.end() && found->second == entry.second;
                                                  });
                           })
               && stored.contains("counter");
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
        QTRY_VERIFY_WITH_TIMEOUT(isSame(), 60000);
        QTRY_COMPARE_WITH_TIMEOUT(client->engine().status().get().state, EngineState::Live, 60000);
    }
    qInfo("%zu writes, counted %zu, %zu conflicts, %zu not known; the counter is %s", writes, counted, conflicts,
          unknown, stored["counter"].c_str());
    QVERIFY(counted > 0 && conflicts > 0);
    if (counts == Counts::NotTwice) { // a wiped server gets the counter of the first program to come
        QVERIFY(std::stoul(stored["counter"]) <= counted + unknown);
        return;
    }
    QCOMPARE(unknown, std::size_t(0));
    QCOMPARE(stored["counter"], std::to_string(counted));
    QCOMPARE(m_server->position(name.toStdString()), writes + counted); // each was written once
}

QByteArray tst_RedisStorms::describe(const std::vector<std::unique_ptr<WritingClient>> &clients) const
{
    const auto *const server = m_server->process();
    QByteArray text = "nothing was written for long; the server is "
                      + QByteArray(!server                                ? "killed"
                                   : server->state() == QProcess::Running ? "there"
                                                                          : "over");
    for (const auto &client : clients) {
        const EngineStatus status = client->engine().status().get();
        text += QByteArray("\n") + nameOf(status.state).data() + ", pending "
                + QByteArray::number(qulonglong(status.pending)) + ", last error: " + status.lastError.c_str();
    }
    return text;
}

void tst_RedisStorms::calm_losesNothing()
{
    NEEDS_REDIS();
    storm(QStringLiteral("calm"), nightly(10000), clientsOf(m_server->url(QStringLiteral("calm"))), 1000,
          {[](std::mt19937 &) {}}, [] {});
}

void tst_RedisStorms::killedServer_losesNothing()
{
    NEEDS_REDIS();
    int kills = 0;
    storm(QStringLiteral("kills"), nightly(10000), clientsOf(m_server->url(QStringLiteral("kills"))), 150,
          {[&](std::mt19937 &) {
               m_server->kill();
               m_server->begin();
               ++kills;
           },
           {},
           [&] { return kills > 3; }},
          [&] {
              m_server->kill();
              QVERIFY(m_server->start());
          });
    qInfo("%d kills", kills);
}

void tst_RedisStorms::cutConnections_loseNothing()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    int cuts = 0;
    storm(QStringLiteral("cuts"), nightly(10000),
          clientsOf(support::RedisServer::url(QStringLiteral("cuts"), proxy.port())), 60,
          {[&](std::mt19937 &) {
               proxy.cut();
               ++cuts;
           },
           {},
           [&] { return cuts > 5; }},
          [] {});
    qInfo("%d cuts, %d connections", cuts, proxy.connections());
    QVERIFY(proxy.connections() > cuts);
}

/// A program of its own that writes p/1, p/2 and so on, and is killed and started again.
class KilledClient
{
public:
    KilledClient(QString url, QString cache)
        : m_url(std::move(url))
        , m_cache(std::move(cache))
    {
    }
    ~KilledClient() { kill(); }
    void start()
    {
        m_before = m_written;
        m_process.start(QStringLiteral(REDIS_PROCESS),
                        {m_url, m_cache, QString::number(m_written + 1), QStringLiteral("1000000")});
    }
    void kill()
    {
        if (m_process.state() != QProcess::NotRunning) {
            read();
            m_process.kill();
            m_process.waitForFinished();
            read();
            ++m_kills;
        }
    }
    int written() const { return m_written; } ///< So many it has said to be on the server.
    int kills() const { return m_kills; }
    /// It has written something since it was started, so that killing it says something.
    bool isWriting()
    {
        read();
        return m_written > m_before;
    }

private:
    void read()
    {
        while (m_process.canReadLine()) {
            m_written = std::max(m_written, m_process.readLine().trimmed().toInt());
        }
    }

    const QString m_url;
    const QString m_cache;
    QProcess m_process;
    int m_written = 0;
    int m_before = 0; ///< As it was started.
    int m_kills = 0;
};

void tst_RedisStorms::allFaults_loseNothing()
{
    NEEDS_REDIS();
    using Way = support::Proxy::Way;
    const QTemporaryDir folder;
    const QString cache = folder.filePath(QStringLiteral("cache.db"));
    support::Proxy proxy(m_server->port());
    KilledClient killed(support::RedisServer::url(QStringLiteral("killed"), proxy.port()), cache);
    killed.start();
    std::size_t faults = 0;
    std::vector<int> kinds{0, 1, 2, 3, 4, 5, 6, 7};
    const auto begin = [&](std::mt19937 &random) {
        if (faults % kinds.size() == 0) {
            std::shuffle(kinds.begin(), kinds.end(), random);
        }
        const int kind = kinds[faults++ % kinds.size()];
        if (kind == 0) {
            proxy.cut();
        } else if (kind == 1) {
            m_server->kill();
        } else if (kind == 2) {
            killed.kill();
            killed.start();
        } else {
            constexpr Way Ways[] = {Way::Refuse, Way::Stall, Way::NoAnswers, Way::Delay, Way::CutAnswer};
            proxy.set(Ways[kind - 3]);
        }
    };
    const auto over = [&] {
        proxy.set(Way::Pass);
        if (!m_server->process()) {
            m_server->begin();
        }
    };
    const auto isEnough = [&] { return faults >= kinds.size(); }; // each kind
    storm(QStringLiteral("all"), nightly(10000),
          clientsOf(support::RedisServer::url(QStringLiteral("all"), proxy.port())), 100, {begin, over, isEnough}, [&] {
              proxy.set(Way::Pass);
              m_server->kill();
              QVERIFY(m_server->start());
          });
    QTRY_VERIFY_WITH_TIMEOUT(killed.isWriting(), 60000); // the last one, at least, whose faults are over
    killed.kill();
    qInfo("%zu faults, %d kills of a client, which has written %d", faults, killed.kills(), killed.written());
    QVERIFY(killed.kills() > 0);
    const auto last = support::redisEngine(patient(m_server->url(QStringLiteral("killed")), cache));
    QVERIFY(last.load());
    QTRY_COMPARE_WITH_TIMEOUT(last.status().get().state, EngineState::Live, 60000);
    QTRY_COMPARE_WITH_TIMEOUT(last.pending().get(), std::size_t(0), 60000);
    for (int i = 1; i <= killed.written(); ++i) {
        QCOMPARE(last.get("p/" + std::to_string(i)), std::optional(std::to_string(i)));
    }
}

/// What the programs know is written again to a server that has forgotten it.
void tst_RedisStorms::wipedServer_losesNoValue()
{
    NEEDS_REDIS();
    support::Proxy proxy(m_server->port());
    int wipes = 0;
    const auto begin = [&](std::mt19937 &random) {
        if (random() % 3 == 0) {
            proxy.cut();
        } else {
            m_server->kill();
            if (random() % 2 == 0) {
                m_server->wipe();
                ++wipes;
            }
            m_server->begin();
        }
    };
    const auto end = [&] {
        m_server->kill();
        m_server->wipe();
        ++wipes;
        QVERIFY(m_server->start());
    };
    storm(QStringLiteral("wipes"), nightly(1000),
          clientsOf(support::RedisServer::url(QStringLiteral("wipes"), proxy.port())), 150,
          {begin, {}, [&] { return wipes > 2; }}, end, Counts::NotTwice);
    qInfo("%d wipes", wipes);
}

/// All programs know the counter when the server is wiped: one of them writes it to the new one, and nothing that was
/// counted is lost.
void tst_RedisStorms::wipedServer_countsOn()
{
    NEEDS_REDIS();
    std::vector<std::unique_ptr<WritingClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<WritingClient>(patient(m_server->url(QStringLiteral("counter"))), i));
        QVERIFY(clients.back()->engine().load());
    }
    const auto sum = [&](std::size_t WritingClient::*what) {
        return std::accumulate(clients.begin(), clients.end(), std::size_t(0),
                               [&](std::size_t all, const auto &client) { return all + (*client).*what; });
    };
    for (int round = 0; round < 6; ++round) {
        const std::size_t before = sum(&WritingClient::counted);
        while (sum(&WritingClient::counted) < before + 20) {
            for (const auto &client : clients) {
                client->count();
            }
            support::turn();
        }
        std::string counter;
        for (const auto &client : clients) {
            QTRY_VERIFY_WITH_TIMEOUT(client->isQuiet(), 60000);
        }
        const auto areSame = [&] {
            counter = clients.front()->engine().get("counter").value_or("none");
            return std::all_of(clients.begin(), clients.end(),
                               [&](const auto &client) { return client->engine().get("counter") == counter; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(areSame() && counter != "none", 60000);
        QVERIFY(std::stoul(counter) >= sum(&WritingClient::counted));
        QVERIFY(std::stoul(counter) <= sum(&WritingClient::counted) + sum(&WritingClient::unknown));
        m_server->kill();
        m_server->wipe();
        if (round % 2 == 0) { // of the server before, while there is none
            clients.front()->count();
            support::turn();
        }
        QVERIFY(m_server->start());
        clients.back()->count(); // of the server before, perhaps
    }
}

QTEST_GUILESS_MAIN(tst_RedisStorms)
#include "tst_redisstorms.moc"
