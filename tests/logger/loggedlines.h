// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger.h>

#include <QByteArray>
#include <QList>

#include <chrono>
#include <memory>
#include <utility>

namespace support {

/// What a logger writes, in lines. The clock of its options stands still. What differs from build to build, or between
/// to test, is left out: origins and turns.
class LoggedLines
{
public:
    nanostores::LoggerOptions options(nanostores::LoggerOptions more = {}) const
    {
        more.sinks.push_back(nanostores::lineSink([lines = m_lines](const std::string &line) {
            const std::size_t end = line.rfind('[', 0) == 0 ? line.find("] ") + 2 : 0;
            lines->push_back(QByteArray::fromStdString(line.substr(end)));
        }));
        more.origins = false;
        more.clock = [time = m_time] { return *time; };
        return more;
    }
    QList<QByteArray> take() { return std::exchange(*m_lines, {}); }
    QByteArray text() const { return m_lines->join('\n'); }
    void advance(std::chrono::nanoseconds by) { *m_time += by; }

private:
    std::shared_ptr<QList<QByteArray>> m_lines = std::make_shared<QList<QByteArray>>();
    std::shared_ptr<std::chrono::nanoseconds> m_time = std::make_shared<std::chrono::nanoseconds>(0);
};

} // namespace support
