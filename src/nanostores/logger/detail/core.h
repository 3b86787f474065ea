// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/logger.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>

namespace nanostores::detail {

/// What the parts of a logger on several threads share.
class LoggerCore
{
public:
    LoggerCore(LoggerOptions options, bool all);

    const LoggerOptions &options() const noexcept { return m_options; }
    const RedactionRules &rules() const noexcept { return m_rules; }
    bool followsAll() const noexcept { return m_all; }
    bool isIgnored(const std::string &action) const { return m_ignored.count(action) > 0; }
    std::chrono::nanoseconds now() const noexcept;
    std::uint64_t nextEvent() noexcept { return ++m_events; }
    std::uint64_t nextStore() noexcept { return ++m_stores; }

    bool isOver() const noexcept { return m_over.load(std::memory_order_acquire); }
    /// Writes what is left to be said, and lets go of the sinks.
    void close() noexcept;

    /// Whether any sink writes.
    bool isOn() const noexcept;
    /// Whether the rate leaves room for one more tree.
    bool hasRoom() noexcept;
    /// Something that lasts as long as the logger.
    void hold(std::shared_ptr<void> thing);
    void leaveOut(std::uint64_t events) noexcept { m_leftOut += events; }
    void write(LogTree tree) noexcept;

private:
    class Handing;

    void hand(const LogTree &tree) noexcept;
    LogEvent leftOutEvent(std::uint64_t events) noexcept;

    const LoggerOptions m_options;
    const RedactionRules m_rules;
    const std::unordered_set<std::string> m_ignored;
    const bool m_all;
    std::atomic<bool> m_over{false};
    std::atomic<std::uint64_t> m_events{0};
    std::atomic<std::uint64_t> m_stores{0};
    std::atomic<std::uint64_t> m_leftOut{0};
    mutable std::mutex m_mutex;
    std::condition_variable m_isHanded; ///< Notified when m_handing becomes less.
    std::size_t m_handing = 0; ///< So many calls of hand() are under way. With the lock, as the following.
    std::vector<LogSinkPtr> m_sinks;
    std::vector<std::shared_ptr<void>> m_held;
    double m_room = 0;
    std::chrono::nanoseconds m_filled{};
};

/// Counts the threads that log.
std::uint64_t threadNumber() noexcept;

} // namespace nanostores::detail
