// SPDX-License-Identifier: MIT
#pragma once

#include "redisserver.h"

#include <nanostores/redis.h>

#include <QtCore/QString>

#include <chrono>
#include <memory>
#include <string>

namespace support {

/// For tests of redisBackend() by itself: a server of their own, and for each test a name.
class BackendTest
{
protected:
    bool startServer()
    {
        if (RedisServer::program().isEmpty()) {
            return true; // the tests skip
        }
        m_server = std::make_unique<RedisServer>();
        return m_server->start();
    }
    void startTest() { m_name = QStringLiteral("shop%1").arg(++m_number); }

    nanostores::RedisOptions options(const QString &cache = {}) const
    {
        nanostores::RedisOptions options;
        options.url = m_server->socketUrl(m_name);
        options.cache = cache;
        options.ping = std::chrono::milliseconds(100);
        options.keptChanges = 100;
        return options;
    }
    std::unique_ptr<nanostores::EngineBackend> backend(const QString &cache = {}) const
    {
        return nanostores::redisBackend(options(cache));
    }
    std::string key(const char *what) const { return "ns:{" + m_name.toStdString() + "}:" + what; }

    std::unique_ptr<RedisServer> m_server;
    QString m_name;

private:
    int m_number = 0;
};

} // namespace support
