// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/detail/filelock.h>
#include <nanostores/redis/export.h>

#include <QtCore/QString>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// Writes that go to the server in one piece, under a number that is never given again.
struct RedisTransaction
{
    std::string id; ///< "client/number"
    std::vector<StorageWrite> writes;

    friend bool operator==(const RedisTransaction &, const RedisTransaction &) = default;
};

NANOSTORES_REDIS_EXPORT std::string encodeTransaction(const RedisTransaction &transaction);
/// None: it is not the text of one.
NANOSTORES_REDIS_EXPORT std::optional<RedisTransaction> decodeTransaction(std::string id, std::string_view text);

/// What a program has of a server while that is out of reach: its values, and the writes that it has not got. In a
/// SQLite file, or in memory.
///
/// A file belongs to one process at a time. The next one gets another file beside it; what a process that was killed
/// has left in one of them is taken by the next process that opens any.
class NANOSTORES_REDIS_EXPORT RedisCache
{
public:
    struct Contents
    {
        std::vector<StorageEntry> entries;
        Position position = 0;
        std::uint64_t epoch = 0; ///< 0: the values have never been read from a server.
        std::map<std::string, KeptWrite> kept;
        std::vector<RedisTransaction> transactions; ///< Of which it is not known whether they were written.
    };

    /// The path of the file; empty: in memory.
    explicit RedisCache(const QString &path);
    RedisCache(const RedisCache &) = delete;
    RedisCache &operator=(const RedisCache &) = delete;
    ~RedisCache();

    const std::string &path() const noexcept { return m_path; }

    /// Throws what sqliteBackend() throws.
    void open();
    Contents read();
    /// It has all that it was given.
    bool isCurrent() const noexcept { return !m_isBehind; }

    /// What the server has now; those that are settled are forgotten in the same moment. A failure is no loss: the
    /// cache counts as empty until replace().
    void write(std::span<const StorageEntry> entries, Position position, std::uint64_t epoch,
               std::span<const std::string> settledKeys, std::span<const std::string> settledTransactions);
    /// All that the server has.
    void replace(const StorageState &state);
    /// These throw.
    void keep(std::span<const KeptWrite> writes, std::span<const std::string> settled);
    void keep(const RedisTransaction &transaction);
    /// None: it is not kept.
    const KeptWrite *kept(const std::string &key) const;
    bool hasTransaction(const std::string &id) const { return m_transactions.contains(id); }

    void sync();
    void close(std::chrono::milliseconds deadline) noexcept;

private:
    static std::unique_ptr<EngineBackend> openedFile(const std::string &path, std::uint64_t writer);
    static std::string pathOf(const std::string &path, int slot);
    void takeOver(const std::string &path);
    void apply(const std::vector<StorageWrite> &writes, Durability durability);

    const std::string m_path;
    std::unique_ptr<FileLock> m_lock;
    std::unique_ptr<EngineBackend> m_backend;
    std::map<std::string, KeptWrite> m_kept;
    std::set<std::string> m_transactions;
    bool m_isBehind = false; ///< A write has failed.
    bool m_isUnsynced = false;
};

} // namespace nanostores::detail
