// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>

#include "connection.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nanostores::detail {

/// The row of meta.
struct Meta
{
    std::int64_t format = 1;
    std::uint64_t position = 0;
    std::uint64_t epoch = 0;
    std::uint64_t floor = 0; ///< Deletions up to here have been forgotten.

    friend bool operator==(const Meta &, const Meta &) = default;
};

/// Not 0, and no number that was used before.
std::uint64_t newEpoch();

/// The tables of a file that is open, and what is asked of them. Damage is an EngineErrorKind::Corrupt.
class Session
{
public:
    explicit Session(Connection &connection);

    /// Makes the tables, in one transaction.
    static void create(Connection &connection, const Meta &meta);

    Meta readMeta();
    void writeMeta(const Meta &meta);
    /// Notes that a commit makes all so far durable. SQLite syncs only when something is written that was not the same
    /// before.
    void writeSynced();

    /// All rows whose key begins with the prefix and that have a value. Compares the table with its index.
    std::vector<StorageEntry> rows(std::string_view prefix);
    std::vector<StorageEntry> rowsSince(Position position, std::string_view prefix);
    std::optional<StorageEntry> row(std::string_view key);

    /// Writes what may be written, and counts the position up. Inside of a transaction.
    /// isOther: the versions that are expected are of another epoch.
    WriteOutcome write(const StorageWrite &write, Meta &meta, std::uint64_t writer, bool isOther);
    void put(const StorageEntry &entry);
    /// Deleted rows up to this position go.
    void forget(Position position);

    /// Statements for Transaction.
    Statement beginRead;
    Statement beginWrite;
    Statement commit;

private:
    StorageEntry readRow(Statement &statement) const;
    bool upsert(const StorageEntry &entry);
    [[noreturn]] void corrupt(const std::string &what) const;

    Connection *m_connection;
    Statement m_readMeta;
    Statement m_writeMeta;
    Statement m_writeSynced;
    Statement m_rows;
    Statement m_index;
    Statement m_rowsSince;
    Statement m_row;
    Statement m_upsert;
    Statement m_delete;
    Statement m_forget;
};

} // namespace nanostores::detail
