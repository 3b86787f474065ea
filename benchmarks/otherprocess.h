// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

/// For cases in which processes talk to each other.

/// ns, the same in all processes.
inline std::int64_t now()
{
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

inline double processorTime() ///< us
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

[[noreturn]] inline void giveUp(const char *what)
{
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

/// So many of a hundred are below it. Sorts them.
inline double percentile(std::vector<double> &values, std::size_t percent)
{
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, values.size() * percent / 100)];
}

/// This program once more, with these arguments. It has to say "ready".
class OtherProcess
{
public:
    explicit OtherProcess(const QStringList &arguments)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QStringLiteral("/proc/self/exe"), arguments);
        if (line() != "ready") {
            giveUp("the other process does not begin");
        }
    }
    ~OtherProcess()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    OtherProcess(const OtherProcess &) = delete;
    OtherProcess &operator=(const OtherProcess &) = delete;

    QByteArray line()
    {
        while (!m_process.canReadLine() && m_process.waitForReadyRead(30000)) {}
        return m_process.readLine().trimmed();
    }
    qint64 id() const { return m_process.processId(); }

private:
    QProcess m_process;
};
