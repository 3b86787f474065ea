// SPDX-License-Identifier: MIT
#pragma once

#include "clients.h"
#include "redisserver.h"

#include "persistent/support/opened.h"
#include "persistent/support/proxy.h"

#include <nanostores/persistent.h>
#include <nanostores/redis.h>

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace support {

/// How many writes that were not sent a cache has on the disk.
inline std::size_t keptIn(const QString &path)
{
    std::vector<nanostores::StorageEntry> entries;
    for (bool isRead = false; !isRead;) {
        try {
            const Opened file(nanostores::sqliteBackend({path}), 99);
            entries = file.load().entries;
            isRead = true;
        } catch (const nanostores::EngineError &) { // another process has just locked it
            turn();
        }
    }
    return static_cast<std::size_t>(
        std::count_if(entries.begin(), entries.end(), [](const nanostores::StorageEntry &entry) {
            return entry.key.starts_with("k/") || entry.key.starts_with("t/");
        }));
}

/// For tests of engines whose server is away: a server of their own, and for each test a name and a cache.
class OfflineTest
{
protected:
    bool startServer()
    {
        if (RedisServer::program().isEmpty()) {
            return true; // the tests skip
        }
        // Otherwise a server that is killed while its disk is busy has lost what it has acknowledged.
        m_server =
            std::make_unique<RedisServer>(QStringList{QStringLiteral("--appendfsync"), QStringLiteral("always")});
        return m_server->start();
    }
    bool startTest()
    {
        m_name = QStringLiteral("off%1").arg(++m_number);
        m_folder = std::make_unique<QTemporaryDir>();
        return !m_server || m_server->process() || m_server->start();
    }

    QString cache() const { return m_folder->filePath(QStringLiteral("cache.db")); }
    nanostores::RedisOptions options() const { return impatientRedis(m_server->url(m_name), cache()); }
    nanostores::RedisOptions options(const Proxy &proxy) const
    {
        return impatientRedis(RedisServer::url(m_name, proxy.port()), cache());
    }
    nanostores::RedisOptions others() const { return impatientRedis(m_server->url(m_name)); }
    qulonglong position() const { return m_server->position(m_name.toStdString()); }
    /// By another program.
    void put(const std::string &key, const std::string &value) const
    {
        const auto other = redisEngine(others());
        QVERIFY(other.load());
        other.set(key, value);
        QVERIFY(other.flushNow(std::chrono::seconds(60)));
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
        QTRY_COMPARE_WITH_TIMEOUT(engine.pending().get(), std::size_t(0), 60000);
    }
    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_name;
    int m_number = 0;
};

} // namespace support
