// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/redis/redisbackend.h>

#include <nanostores/persistent/detail/serverbackend.h>
#include <nanostores/redis/detail/rediscache.h>
#include <nanostores/redis/detail/redisstore.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// A server, and a cache of it: how it is opened and read (redisbackend.cpp), how it is written and what becomes of
/// writes whose answers are lost (rediswriting.cpp), and how changes of others are followed (redisfollowing.cpp).
///
/// Two connections: one for commands, on which each call waits for its answers, and one on which the server says that
/// the log has something new. Transactions whose answers have not come are in doubt: they are sent again, under the
/// same numbers, before anything else, and a write that is given to apply() again gets the result that it had.
class RedisBackend final : public ServerBackend
{
public:
    explicit RedisBackend(const RedisOptions &options)
        : m_settings(options)
        , m_address(addressOf(options))
        , m_cache(options.cache)
        , m_store(options, m_address)
        , m_feed(options, m_address)
        , m_place(m_cache.path().empty() ? m_address.shown() : m_address.shown() + ", kept in " + m_cache.path())
    {
    }
    ~RedisBackend() override = default;

    BackendTraits traits() const override;
    std::string place() const override { return m_place; }

    void open(const BackendOptions &options) override;
    StorageState load() override;
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override;
    StorageFeed changesSince(Position position, std::uint64_t epoch) override;
    void sync() override { m_cache.sync(); }
    void keep(std::span<const KeptWrite> writes, std::span<const std::string> settled) override;
    void close(std::chrono::milliseconds deadline) noexcept override;

private:
    struct Resolved
    {
        StorageWrite write;
        WriteOutcome outcome;
        std::uint64_t epoch;
    };

    void connect();
    void resolveDoubts();
    void resolve(const RedisTransaction &transaction, const ScriptAnswer &answer);
    void keepDoubtful() noexcept;
    std::vector<RedisTransaction> transactionsOf(std::span<const StorageWrite> writes,
                                                 std::span<const std::size_t> places);
    ScriptAnswer receiveAll(const std::vector<RedisTransaction> &transactions, std::vector<WriteOutcome> &outcomes);
    void giveUp(std::span<const StorageWrite> writes) noexcept;
    void confirm(const std::string &id);
    StorageEntry entryOf(const StorageWrite &write, const WriteOutcome &outcome) const;
    void noteApplied(const std::vector<RedisTransaction> &transactions, const std::vector<WriteOutcome> &outcomes,
                     std::uint64_t epoch);
    StorageFeed follow(Position position, std::uint64_t epoch);
    bool takeNews(Position &position, std::uint64_t epoch, RedisChanges &changes);
    std::vector<StorageEntry> entriesOf(RedisChanges &changes);
    StorageState staleState();
    std::vector<KeptWrite> takeUnsent();
    void keepOnly(std::vector<StorageEntry> &entries) const;
    void askForNews();
    void newsCame();
    void tick() override;
    RedisStore::Known known() const { return {m_epoch, m_seen, m_open.writer}; }

    const RedisOptions m_settings;
    const RedisAddress m_address;
    RedisCache m_cache;
    RedisStore m_store;
    RedisFeed m_feed;
    const std::string m_place;
    BackendOptions m_open;

    RedisCache::Contents m_contents; ///< Until load() has given them.
    std::map<std::string, KeptWrite> m_unsent; ///< Likewise.
    bool m_isFirst = true; ///< load() has given nothing yet.

    std::uint64_t m_epoch = 0; ///< What the engine knows.
    Position m_position = 0;
    Position m_seen = 0; ///< The newest version that the server has ever named.
    std::deque<RedisTransaction> m_doubtful;
    std::map<std::string, Resolved> m_resolved; ///< What was in doubt, until its key is written again.
    /// Keys of calls that have failed, until they are written: what they have done is known.
    std::unordered_set<std::string> m_failed;
    std::vector<std::string> m_confirmed; ///< Numbers whose results the server need not keep.
    std::string m_client;
    std::uint64_t m_lastNumber = 0;
    bool m_isTooOld = false; ///< What the engine knows, as changesSince() has said: all of it has to be read anew.
    bool m_isFollowing = false; ///< What others change is asked for, as far as the last call has left it.
    std::optional<RespValue> m_news;
    Position m_newsFrom = 0;
};

} // namespace nanostores::detail
