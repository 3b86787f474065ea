// SPDX-License-Identifier: MIT
#pragma once

#include "persistent/support/serverchecks.h"

#include <nanostores/persistent/testing/checkengine.h>
#include <nanostores/redis.h>

#include <QtCore/QString>
#include <QtTest/QTest>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace support {

inline nanostores::RedisOptions impatientRedis(const QString &url, const QString &cache = {})
{
    auto options = impatient<nanostores::RedisOptions>(url);
    options.cache = cache;
    return options;
}

/// The program's run before, on the same cache, has to be over: otherwise the next engine is one more of that run,
/// which is connected.
inline void beginRun(const std::string &place, const nanostores::testing::Faults &faults)
{
    static std::map<std::string, std::pair<nanostores::testing::Faults, int>> runs;
    const auto before = runs.find(place);
    if (before != runs.end()) {
        const auto &[its, closes] = before->second;
        if (!QTest::qWaitFor([&] { return its.closes() > closes; }, 60000)) {
            qFatal("An engine of the run before is still there");
        }
    }
    runs.insert_or_assign(place, std::pair(faults, faults.closes()));
}

/// Whose engine it is, if there is a cache.
enum class Run { Next, Present, OfAnotherProgram };

/// An engine on a server; without a cache, as another program has one.
inline nanostores::StorageEngine redisEngine(const nanostores::RedisOptions &redis,
                                             const nanostores::testing::Faults &faults = {}, Run run = Run::Next)
{
    static int count = 0;
    std::string place = "redis client ";
    if (redis.cache.isEmpty() || run == Run::OfAnotherProgram) {
        place += std::to_string(++count);
    } else {
        place += "with " + redis.cache.toStdString();
    }
    if (run == Run::Next) {
        beginRun(place, faults);
    }
    return engineOn(nanostores::redisBackend(redis), place, faults);
}

/// A program that writes keys of its own, each once, and counts a counter up together with others.
class WritingClient
{
public:
    WritingClient(const nanostores::RedisOptions &redis, int number)
        : m_engine(redisEngine(redis, m_faults))
        , m_prefix("own/" + std::to_string(number) + '/')
    {
    }

    void write()
    {
        const std::string key = m_prefix + std::to_string(m_written.size());
        m_written[key] = "value of " + key + (m_written.size() % 50 == 0 ? std::string(2000, '.') : std::string());
        m_engine.set(key, m_written[key]);
    }
    /// One at a time.
    void count()
    {
        if (m_task && !m_task->done()) {
            return;
        }
        finishCounting();
        const std::string present = m_engine.get("counter").value_or("0");
        m_task =
            m_engine.compareAndSet("counter", m_engine.versionOf("counter"), std::to_string(std::stoul(present) + 1));
    }
    bool finishCounting()
    {
        if (!m_task) {
            return true;
        }
        if (!m_task->done()) {
            return false;
        }
        try {
            ++(m_task->result() ? counted : conflicts);
        } catch (const nanostores::EngineError &) {
            ++unknown;
        }
        m_task.reset();
        return true;
    }

    const nanostores::StorageEngine &engine() const { return m_engine; }
    const std::map<std::string, std::string> &written() const { return m_written; }
    std::vector<std::string> mistakes() const { return m_faults.mistakes(); }
    std::size_t pending() const { return m_engine.pending().get(); }
    /// How much is written for sure.
    std::size_t done() const
    {
        const std::size_t all = m_written.size() + counted + conflicts;
        return all - std::min(all, pending());
    }
    bool isQuiet() { return finishCounting() && pending() == 0; }

    std::size_t counted = 0;
    std::size_t conflicts = 0;
    std::size_t unknown = 0;

private:
    nanostores::testing::Faults m_faults;
    nanostores::StorageEngine m_engine;
    std::string m_prefix;
    std::map<std::string, std::string> m_written;
    std::optional<nanostores::Task<bool>> m_task;
};

} // namespace support
