// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QDebug>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>

#include <memory>

namespace support {

/// One at which nothing listens.
inline quint16 freePort()
{
    QTcpServer free;
    free.listen(QHostAddress::LocalHost);
    return free.serverPort();
}

/// Of a server of this machine. user: "ada", or "ada:password".
inline QString serverUrl(const char *scheme, const QString &name, quint16 port, const QString &user = {})
{
    return QLatin1String(scheme) + QStringLiteral("://") + (user.isEmpty() ? user : user + QLatin1Char('@'))
           + QStringLiteral("127.0.0.1:%1?name=%2").arg(port).arg(name);
}

/// A server of the test's own, with a folder of its own, on a port that is free.
class ServerProcess
{
public:
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;

    /// It saves nothing.
    void kill()
    {
        if (m_process) {
            m_process->kill();
            m_process->waitForFinished();
            m_process.reset();
        }
    }

    QProcess *process() const { return m_process.get(); }
    quint16 port() const { return m_port; }
    QString folder() const { return m_folder.path(); }
    QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    QString output() const
    {
        QFile file(path("output"));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

protected:
    /// kind: what its folders are called.
    explicit ServerProcess(const char *kind)
        : m_folder(QDir::tempPath() + QLatin1Char('/') + QLatin1String(kind) + QStringLiteral("-XXXXXX"))
        , m_port(freePort())
    {
    }
    ~ServerProcess() { kill(); }

    void run(const QString &program, const QStringList &arguments)
    {
        m_process = std::make_unique<QProcess>();
        m_process->setProcessChannelMode(QProcess::MergedChannels);
        m_process->setStandardOutputFile(path("output"), QIODevice::Append);
        m_process->start(program, arguments);
    }
    /// True: it answers, as that function says.
    template<typename F>
    bool waitUntil(F answers)
    {
        for (int i = 0; i < 2000; ++i) {
            if (answers()) {
                return true;
            }
            if (m_process->waitForFinished(5)) {
                break;
            }
        }
        qWarning().noquote() << "the server does not start:" << output();
        return false;
    }
    /// In order: it saves what it has.
    void end()
    {
        if (m_process) {
            m_process->terminate();
            m_process->waitForFinished();
            m_process.reset();
        }
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<QProcess> m_process;
    const quint16 m_port;
};

} // namespace support
