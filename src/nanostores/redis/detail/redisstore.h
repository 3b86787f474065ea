// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/redis/detail/rediscache.h>
#include <nanostores/redis/detail/redislink.h>

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nanostores::detail {

/// Of how many changes, from where on.
struct RedisChanges
{
    std::vector<StorageEntry> entries; ///< In the order of their versions. Each change, also of the same key.
    std::vector<std::string> large; ///< Keys whose values are not in the log.
    bool isOther = false; ///< One of them is of another epoch.
    bool hasGap = false; ///< Their versions do not follow each other.
};

/// What the server says for EVALSHA of the script.
struct ScriptAnswer
{
    std::optional<RespValue> error; ///< The server has done nothing of it.
    std::uint64_t epoch = 0;
    Position position = 0;
    std::string rewound;
    std::vector<WriteOutcome> outcomes;
};

/// The data of one name on a server, by commands on one connection. Of one thread; throws EngineError.
class RedisStore
{
public:
    RedisStore(const RedisOptions &options, const RedisAddress &address);

    bool isOpen() const noexcept { return m_link.isOpen(); }
    void open();
    void close() noexcept { m_link.close(); }

    struct Known
    {
        std::uint64_t epoch = 0;
        Position position = 0;
        std::uint64_t writer = 0;
    };
    /// Sends the transaction; answers come in order.
    void send(const RedisTransaction &transaction, const Known &known, std::span<const std::string> confirmed);
    ScriptAnswer receive(const RedisTransaction &transaction);
    bool waitForBytes(std::chrono::milliseconds patience) { return m_link.waitForBytes(patience); }
    [[noreturn]] void refuse(const RespValue &error) const { m_link.refuse(error); }
    /// Epoch and position, which are made if there are none.
    ScriptAnswer state(const Known &known);
    std::vector<StorageEntry> all();
    /// Epoch, position and what has changed since.
    ScriptAnswer changesSince(Position position, std::uint64_t epoch, RedisChanges &changes);
    /// The present entries of these keys; without a value those that are not there.
    std::vector<StorageEntry> entriesOf(std::span<const std::string> keys);

    const std::string &logKey() const noexcept { return m_log; }
    const std::string &metaKey() const noexcept { return m_meta; }
    /// Adds what an XREAD has answered. The first version to come is the one after the position.
    void readLog(const RespValue &answer, std::uint64_t epoch, Position position, RedisChanges &changes) const;

private:
    ScriptAnswer stateOf(const RespValue &answer);
    std::optional<StorageEntry> entryOf(std::string key, std::string_view row) const;
    [[noreturn]] void failUnreadable(const std::string &what);

    const RedisOptions m_options;
    RedisLink m_link;
    const std::string m_values;
    const std::string m_log;
    const std::string m_meta;
    const std::string m_gone;
    const std::string m_done;
    std::string m_script; ///< Its name, once the server has it.
};

/// The connection on which the server says that something has changed.
class RedisFeed
{
public:
    RedisFeed(const RedisOptions &options, const RedisAddress &address);

    bool isOpen() const noexcept { return m_link.isOpen(); }
    void open() { m_link.open(); }
    void close() noexcept;
    void onEvent(std::function<void()> f) { m_link.onEvent(std::move(f)); }

    /// Waits for the first change after the position.
    void ask(const RedisStore &store, Position position);
    bool isAsking() const noexcept { return m_answers > 0; }
    Position askedFrom() const noexcept { return m_from; }
    /// What has come: whether it was an answer, and the changes in it. Closes the link when too long nothing came.
    struct News
    {
        bool isAnswer = false;
        std::optional<RespValue> changes;
        std::string epoch;
        std::string position;
    };
    News take();
    /// No answer has been taken for so long that the connection counts as dead, unless bytes have come meanwhile.
    bool isLate() const;
    bool hasBytes() { return m_link.hasBytes(); }

private:
    const RedisOptions m_options;
    RedisLink m_link;
    int m_answers = 0; ///< So many are to come.
    Position m_from = 0;
    News m_news;
    QElapsedTimer m_since;
};

} // namespace nanostores::detail
