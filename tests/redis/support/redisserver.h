// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/redis/detail/redislink.h>

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtNetwork/QTcpServer>
#include <QtTest/QTest>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <signal.h>
#include <sys/types.h>

namespace support {

/// A server of Redis or Valkey of the test's own, with a folder of its own, on a port that is free and a socket.
class RedisServer
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
        : m_folder(QDir::tempPath() + QStringLiteral("/nsredis-XXXXXX"))
        , m_options(std::move(options))
    {
        QTcpServer free;
        free.listen(QHostAddress::LocalHost);
        m_port = free.serverPort();
    }
    RedisServer(const RedisServer &) = delete;
    RedisServer &operator=(const RedisServer &) = delete;
    ~RedisServer() { kill(); }

    /// Begins; does not wait.
    void begin()
    {
        m_process = std::make_unique<QProcess>();
        m_process->setProcessChannelMode(QProcess::MergedChannels);
        m_process->setStandardOutputFile(m_folder.filePath(QStringLiteral("output")), QIODevice::Append);
        QStringList arguments{QStringLiteral("--port"),
                              QString::number(m_port),
                              QStringLiteral("--bind"),
                              QStringLiteral("127.0.0.1"),
                              QStringLiteral("--unixsocket"),
                              socketPath(),
                              QStringLiteral("--dir"),
                              m_folder.path(),
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
            const QString link = m_folder.filePath(QStringLiteral("redis-server"));
            QFile::link(server, link); // there already, if it was started before
            server = link;
        }
        m_process->start(server, arguments + m_options);
    }
    /// True: it answers.
    bool start()
    {
        begin();
        for (int i = 0; i < 2000; ++i) {
            try {
                call({"PING"});
                return true;
            } catch (const nanostores::EngineError &) {
                if (m_process->waitForFinished(5)) {
                    break;
                }
            }
        }
        qWarning().noquote() << "the server does not start:" << output();
        return false;
    }
    void kill()
    {
        if (m_process) {
            m_process->kill();
            m_process->waitForFinished();
            m_process.reset();
        }
        QFile::remove(socketPath());
    }
    /// All that it has on the disk; it must not run.
    void wipe() { QDir(folderOfData()).removeRecursively(); }
    /// What it has on the disk now, it has again after restore(). It must not run.
    void save() const
    {
        for (const QFileInfo &file : QDir(folderOfData()).entryInfoList(QDir::Files)) {
            QDir(m_folder.path()).mkpath(savedData());
            QFile::copy(file.filePath(), savedData() + QLatin1Char('/') + file.fileName());
        }
    }
    void restore()
    {
        wipe();
        QDir(m_folder.path()).rename(savedData(), folderOfData());
    }
    /// It takes what is sent, and does nothing with it, until it is killed.
    void freeze() const
    {
        const auto id = m_process->processId();
        ::kill(static_cast<pid_t>(id), SIGSTOP);
        for (bool isRunning = true; isRunning;) { // on Linux it is seen when it has stopped
            QFile state(QStringLiteral("/proc/%1/stat").arg(id));
            isRunning = state.open(QIODevice::ReadOnly) && !state.readAll().contains(") T ");
        }
    }
    QProcess *process() const { return m_process.get(); }

    QString url(const QString &name, const QString &user = {}) const
    {
        return QStringLiteral("redis://") + (user.isEmpty() ? user : user + QLatin1Char('@'))
               + QStringLiteral("127.0.0.1:%1?name=%2").arg(m_port).arg(name);
    }
    QString socketUrl(const QString &name) const
    {
        return QStringLiteral("redis+unix://%1?name=%2").arg(socketPath(), name);
    }
    QString socketPath() const { return m_folder.filePath(QStringLiteral("s")); }
    QString folder() const { return m_folder.path(); }
    quint16 port() const { return m_port; }
    QString output() const
    {
        QFile file(m_folder.filePath(QStringLiteral("output")));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

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
    QString folderOfData() const { return m_folder.filePath(QStringLiteral("appendonlydir")); }
    QString savedData() const { return m_folder.filePath(QStringLiteral("saved")); }
    QTemporaryDir m_folder;
    QStringList m_options;
    quint16 m_port = 0;
    std::unique_ptr<QProcess> m_process;
};

} // namespace support

#define NEEDS_REDIS() \
    if (support::RedisServer::program().isEmpty()) { \
        QSKIP("There is no redis-server or valkey-server: install it with sh tests/install-deps.sh"); \
    }
