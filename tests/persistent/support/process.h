// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QProcess>
#include <QtCore/QStringList>

/// A helper program that answers each line by a line.
namespace support {

class Process
{
public:
    Process(const QString &program, const QStringList &arguments)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(program, arguments);
    }
    Process(const Process &) = delete;
    Process &operator=(const Process &) = delete;
    ~Process() { kill(); }

    /// The next line it prints; empty if it ends before.
    QByteArray line()
    {
        while (!m_process.canReadLine() && m_process.waitForReadyRead(60000)) {}
        return m_process.readLine().trimmed();
    }
    void send(const QByteArray &line)
    {
        m_process.write(line + '\n');
        m_process.waitForBytesWritten();
    }
    QByteArray ask(const QByteArray &line)
    {
        send(line);
        return this->line();
    }
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    QProcess &process() { return m_process; }

private:
    QProcess m_process;
};

} // namespace support
