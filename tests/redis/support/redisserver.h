// SPDX-License-Identifier: MIT
#pragma once

#include "persistent/support/serverprocess.h"

#include <nanostores/redis/detail/redislink.h>

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtTest/QTest>

#include <initializer_list>
#include <string>
#include <string_view>

#include <signal.h>
#include <sys/types.h>

namespace support {

/// A server of Redis or Valkey, which has a socket as well.
class RedisServer : public ServerProcess
{
public:
    /// Empty: there is none. NANOSTORES_REDIS_SERVER names one of several. The check of Debian's redis-tools, or
    /// valkey-tools, is the same program, and goes by its name; to install that starts no service.
    static QString program()
    {
        if (const QString named = qEnvironmentVariable("NANOSTORES_REDIS_SERVER"); !named.isEmpty()) {
            return QStandardPaths::findExecutable(named);
        }
        for (const char *name : {"redis-server", "valkey-server", "redis-check-rdb", "valkey-check-rdb"}) {
            const QString path = QStandardPaths::findExecutable(QString::fromLatin1(name));
            if (!path.isEmpty()) {
                return path;
            }
        }
        return {};
    }

    explicit RedisServer(QStringList options = {})
        : ServerProcess("nsredis")
        , m_options(std::move(options))
    {
    }

    /// Begins; does not wait.
    void begin()
    {
        QStringList arguments{QStringLiteral("--port"),
                              QString::number(port()),
                              QStringLiteral("--bind"),
                              QStringLiteral("127.0.0.1"),
                              QStringLiteral("--unixsocket"),
                              socketPath(),
                              QStringLiteral("--dir"),
                              folder(),
                              QStringLiteral("--save"),
                              QString(),
                              QStringLiteral("--appendonly"),
                              QStringLiteral("yes"),
                              QStringLiteral("--daemonize"),
                              QStringLiteral("no"),
                              QStringLiteral("--enable-debug-command"),
                              QStringLiteral("local")};
        QString server = program();
        if (server.endsWith(QStringLiteral("-check-rdb"))) {
            const QString link = path("redis-server");
            QFile::link(server, link); // there already, if it was started before
            server = link;
        }
        run(server, arguments + m_options);
    }
    /// True: it answers.
    bool start()
    {
        begin();
        return waitUntil([this] {
            try {
                call({"PING"});
                return true;
            } catch (const nanostores::EngineError &) {
                return false;
            }
        });
    }
    void kill()
    {
        ServerProcess::kill();
        QFile::remove(socketPath());
    }
    /// All that it has on the disk; it must not run.
    void wipe() { QDir(folderOfData()).removeRecursively(); }
    /// What it has on the disk now, it has again after restore(). It must not run.
    void save() const
    {
        for (const QFileInfo &file : QDir(folderOfData()).entryInfoList(QDir::Files)) {
            QDir().mkpath(savedData());
            QFile::copy(file.filePath(), savedData() + QLatin1Char('/') + file.fileName());
        }
    }
    void restore()
    {
        wipe();
        QDir().rename(savedData(), folderOfData());
    }
    /// It takes what is sent, and does nothing with it, until it is killed.
    void freeze() const
    {
        const auto id = process()->processId();
        ::kill(static_cast<pid_t>(id), SIGSTOP);
        for (bool isRunning = true; isRunning;) { // on Linux it is seen when it has stopped
            QFile state(QStringLiteral("/proc/%1/stat").arg(id));
            isRunning = state.open(QIODevice::ReadOnly) && !state.readAll().contains(") T ");
        }
    }

    QString url(const QString &name, const QString &user = {}) const { return url(name, port(), user); }
    static QString url(const QString &name, quint16 port, const QString &user = {})
    {
        return serverUrl("redis", name, port, user);
    }
    QString socketUrl(const QString &name) const
    {
        return QStringLiteral("redis+unix://%1?name=%2").arg(socketPath(), name);
    }
    QString socketPath() const { return path("s"); }

    /// Throws what the server says against it.
    nanostores::detail::RespValue call(std::initializer_list<std::string_view> words) const
    {
        nanostores::RedisOptions options;
        options.url = socketUrl(QStringLiteral("admin"));
        nanostores::detail::RespLimits limits;
        limits.values = std::size_t{4} * 1024 * 1024;
        nanostores::detail::RedisLink link(options, nanostores::detail::addressOf(options), limits);
        link.open();
        return link.call(words);
    }
    /// How many changes there have been.
    qulonglong position(std::string_view name) const
    {
        return QString::fromStdString(call({"HGET", "ns:{" + std::string(name) + "}:meta", "seq"}).text).toULongLong();
    }

private:
    QString folderOfData() const { return path("appendonlydir"); }
    QString savedData() const { return path("saved"); }

    const QStringList m_options;
};

} // namespace support

#define NEEDS_REDIS() \
    if (support::RedisServer::program().isEmpty()) { \
        QSKIP("There is no redis-server or valkey-server: install it with sh tests/install-deps.sh"); \
    }
