// SPDX-License-Identifier: MIT
#include "session.h"

#include "checksum.h"
#include "tables.h"

#include <QtCore/QRandomGenerator>

namespace nanostores::detail {

namespace {

std::uint32_t metaChecksum(const Meta &meta)
{
    Checksum sum;
    sum.add(static_cast<std::uint64_t>(meta.format));
    sum.add(meta.position);
    sum.add(meta.epoch);
    sum.add(meta.floor);
    return sum.value();
}

/// Added up, the same for the same rows in any order.
std::uint64_t mark(std::string_view key, std::uint64_t version)
{
    Checksum sum;
    sum.add(version);
    sum.add(key);
    return (std::uint64_t{sum.value()} << 32U | sum.value()) * 0x9E3779B97F4A7C15U + version;
}

} // namespace

std::uint64_t newEpoch()
{
    const auto random = QRandomGenerator::system()->generate64() >> 1U; // SQLite's numbers have a sign
    return random != 0 ? random : 1;
}

Session::Session(Connection &connection)
    : beginRead(connection, "begin")
    , beginWrite(connection, "begin immediate")
    , commit(connection, "commit")
    , m_connection(&connection)
    , m_readMeta(connection, "select format, seq, epoch, floor, crc from meta where id = 1")
    , m_writeMeta(connection, "update meta set format = ?1, seq = ?2, epoch = ?3, floor = ?4, crc = ?5 where id = 1")
    , m_writeSynced(connection, "update meta set synced = seq where id = 1")
    , m_rows(connection, "select key, value, version, schema, writer, crc from kv where key >= ?1 order by key")
    , m_index(connection, "select key, version from kv indexed by kv_version where version > 0")
    , m_rowsSince(connection,
                  "select key, value, version, schema, writer, crc from kv indexed by kv_version where version > ?1"
                  " order by version")
    , m_row(connection, "select key, value, version, schema, writer, crc from kv where key = ?1")
    , m_upsert(connection, "insert into kv(key, value, version, schema, writer, crc) values(?1, ?2, ?3, ?4, ?5, ?6)"
                           " on conflict(key) do update set value = excluded.value, version = excluded.version,"
                           " schema = excluded.schema, writer = excluded.writer, crc = excluded.crc"
                           " where kv.schema <= excluded.schema or kv.value is null")
    , m_delete(connection, "update kv set value = null, version = ?3, schema = ?4, writer = ?5, crc = ?6"
                           " where key = ?1 and value is not null and schema <= ?4")
    , m_forget(connection, "delete from kv where value is null and version <= ?1")
{
}

void Session::create(Connection &connection, const Meta &meta)
{
    Statement begin(connection, "begin immediate");
    Statement commit(connection, "commit");
    Transaction transaction(connection, begin, commit);
    connection.execute(createTables);
    connection.execute(("pragma application_id = " + std::to_string(applicationId)).c_str());
    connection.execute(("pragma user_version = " + std::to_string(formatVersion)).c_str());
    connection.execute("insert into meta(id, format, seq, epoch, floor, synced, crc) values(1, 0, 0, 0, 0, 0, 0)");
    Session(connection).writeMeta(meta);
    transaction.commit();
}

void Session::corrupt(const std::string &what) const
{
    throw EngineError(EngineErrorKind::Corrupt, m_connection->place() + ": " + what, m_connection->place());
}

Meta Session::readMeta()
{
    const Use use(m_readMeta);
    if (!use->step()) {
        corrupt("its row of meta is missing");
    }
    Meta meta;
    meta.format = use->number(0);
    meta.position = static_cast<std::uint64_t>(use->number(1));
    meta.epoch = static_cast<std::uint64_t>(use->number(2));
    meta.floor = static_cast<std::uint64_t>(use->number(3));
    if (use->number(4) != std::int64_t{metaChecksum(meta)}) {
        corrupt("the checksum of its row of meta is wrong");
    }
    return meta;
}

void Session::writeMeta(const Meta &meta)
{
    const Use use(m_writeMeta);
    use->bind(1, meta.format);
    use->bind(2, meta.position);
    use->bind(3, meta.epoch);
    use->bind(4, meta.floor);
    use->bind(5, std::int64_t{metaChecksum(meta)});
    use->step();
}

void Session::writeSynced()
{
    Use(m_writeSynced)->step();
}

StorageEntry Session::readRow(Statement &statement) const
{
    StorageEntry entry;
    entry.key = statement.text(0);
    if (const auto value = statement.blob(1)) {
        entry.value = std::string(*value);
    }
    entry.version = static_cast<std::uint64_t>(statement.number(2));
    entry.schema = static_cast<std::uint32_t>(statement.number(3));
    entry.writer = static_cast<std::uint64_t>(statement.number(4));
    if (statement.number(5) != std::int64_t{rowChecksum(entry)}) {
        corrupt("the checksum of a row is wrong");
    }
    return entry;
}

std::vector<StorageEntry> Session::rows(std::string_view prefix)
{
    std::vector<StorageEntry> entries;
    std::uint64_t inTable = 0;
    {
        const Use use(m_rows);
        use->bind(1, prefix);
        while (use->step()) {
            if (!use->text(0).starts_with(prefix)) {
                break;
            }
            auto entry = readRow(m_rows);
            inTable += mark(entry.key, entry.version);
            if (entry.value) {
                entries.push_back(std::move(entry));
            }
        }
    }
    std::uint64_t inIndex = 0;
    const Use use(m_index);
    while (use->step()) {
        const auto key = use->text(0);
        if (key.starts_with(prefix)) {
            inIndex += mark(key, static_cast<std::uint64_t>(use->number(1)));
        }
    }
    if (inTable != inIndex) {
        corrupt("its rows and their index are not the same");
    }
    return entries;
}

std::vector<StorageEntry> Session::rowsSince(Position position, std::string_view prefix)
{
    std::vector<StorageEntry> entries;
    const Use use(m_rowsSince);
    use->bind(1, position);
    while (use->step()) {
        if (use->text(0).starts_with(prefix)) {
            entries.push_back(readRow(m_rowsSince));
        }
    }
    return entries;
}

std::optional<StorageEntry> Session::row(std::string_view key)
{
    const Use use(m_row);
    use->bind(1, key);
    if (!use->step()) {
        return {};
    }
    return readRow(m_row);
}

bool Session::upsert(const StorageEntry &entry)
{
    Statement &statement = entry.value ? m_upsert : m_delete;
    const Use use(statement);
    use->bind(1, entry.key);
    if (entry.value) {
        use->bindBlob(2, std::string_view(*entry.value));
    }
    use->bind(3, entry.version);
    use->bind(4, std::int64_t{entry.schema});
    use->bind(5, entry.writer);
    use->bind(6, std::int64_t{rowChecksum(entry)});
    use->step();
    return m_connection->changes() > 0;
}

WriteOutcome Session::write(const StorageWrite &write, Meta &meta, std::uint64_t writer, bool isOther)
{
    if (write.expect) {
        auto current = row(write.key);
        const bool isThere = current && current->value;
        const auto version = current ? current->version : 0;
        if (isThere && current->schema > write.schema) {
            return {WriteResult::Newer, 0, std::move(current)};
        }
        if ((isOther || *write.expect != version) && (isThere || *write.expect != 0)) {
            return {WriteResult::Conflict, 0, isThere ? std::move(current) : std::nullopt};
        }
    }
    if (upsert({write.key, write.value, meta.position + 1, write.schema, writer})) {
        return {WriteResult::Written, ++meta.position, {}};
    }
    auto current = row(write.key);
    if (current && current->value) {
        return {WriteResult::Newer, 0, std::move(current)};
    }
    return {WriteResult::Written, current ? current->version : 0, {}}; // it was not there
}

void Session::put(const StorageEntry &entry)
{
    const Use use(m_upsert);
    use->bind(1, entry.key);
    std::optional<std::string_view> value;
    if (entry.value) {
        value = *entry.value;
    }
    use->bindBlob(2, value);
    use->bind(3, entry.version);
    use->bind(4, std::int64_t{entry.schema});
    use->bind(5, entry.writer);
    use->bind(6, std::int64_t{rowChecksum(entry)});
    use->step();
}

void Session::forget(Position position)
{
    const Use use(m_forget);
    use->bind(1, position);
    use->step();
}

} // namespace nanostores::detail
