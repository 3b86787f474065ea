// SPDX-License-Identifier: MIT
#include "implementation.h"

#include "processguard.h"
#include "tables.h"

#include <sqlite3.h>

#include <filesystem>

namespace nanostores::detail {

using namespace std::chrono_literals;

void SqliteBackend::open(const BackendOptions &options)
{
    m_options = options;
    if (m_process == 0) {
        ProcessGuard::enter(m_path);
        m_process = processId();
    }
    checkProcess();
    const auto folder = parentFolder(m_path);
    makeFolder(folder, m_path);
    const auto network = networkFileSystem(folder);
    m_onNetwork = !network.empty();
    if (m_onNetwork && m_settings.networkFiles == NetworkFiles::Refuse) {
        fail(EngineErrorKind::Misuse, "it is on a network file system (" + network
                                          + "), whose locks are not reliable. Choose a path on a local disk, or set "
                                            "SqliteOptions::networkFiles to"
                                            " NetworkFiles::Poll.");
    }
    const auto status = PathStatus::of(m_path);
    if (status.exists && !status.isFile) {
        fail(EngineErrorKind::Misuse, "it is no file. Move it away, or choose another path.");
    }
    try {
        m_lock.open(status.mode | 0600U);
        if (!status.exists || canWrite(m_path)) {
            openFile();
            watch();
            return;
        }
    } catch (const EngineError &error) {
        if (!status.exists || (error.kind() != EngineErrorKind::Denied && error.kind() != EngineErrorKind::ReadOnly)) {
            throw;
        }
    }
    m_access = Access::Read;
    watch();
}

void SqliteBackend::openFile()
{
    m_access = Access::Write;
    try {
        locked(20ms, [] {}); // as long as a write of another process takes
    } catch (...) {
        if (!m_file) {
            m_access = Access::Closed;
        }
        throw;
    }
}

/// Opens the file that is in its place now, under the lock.
void SqliteBackend::connect()
{
    const auto before = m_identity;
    if (m_file) {
        m_file->connection.leaveAsItIs(); // what lies beside the path belongs to another file now
    }
    disconnect();

    const auto record = m_lock.read();
    if (!FileIdentity::of(m_path)) {
        std::error_code ignored; // a repair that ended between its two renames
        std::filesystem::rename(m_path + ".salvage", m_path, ignored);
    }
    const bool isNew = makeFile(m_path, m_path);
    const bool wasEmpty = !isNew && PathStatus::of(m_path).size == 0;
    m_identity = FileIdentity::of(m_path);
    if (record
        && (record->isRepairing ? record->storage == m_identity : m_identity != before && record->storage == before)) {
        removeLog(); // of the file before
    }
    const auto open = [&] {
        m_file = std::make_unique<Opened>(m_path, SQLITE_OPEN_READWRITE, m_path);
        if (m_file->connection.isReadOnly()) { // SQLite tries that by itself, whatever the reason
            if (canWrite(m_path)) {
                fail(EngineErrorKind::Failed, "it cannot be opened to write it; it is tried again");
            }
            fail(EngineErrorKind::Denied, "there is no permission to write it");
        }
        m_file->connection.setBusyTimeout(20);
        m_synchronous = Synchronous::Unknown;
        checkFormat();
        createIfEmpty(wasEmpty);
        if (m_access != Access::Newer) {
            const char *mode = m_onNetwork ? "truncate" : "wal";
            if (m_file->connection.text("pragma journal_mode") != mode) {
                m_file->connection.text((std::string("pragma journal_mode = ") + mode).c_str());
            }
            m_file->connection.execute("pragma journal_size_limit = 4194304");
#ifdef Q_OS_DARWIN
            m_file->connection.execute("pragma fullfsync = 1; pragma checkpoint_fullfsync = 1");
#endif
            setSynchronous(Synchronous::Normal);
        }
        m_file->session.emplace(m_file->connection);
        checkPosition();
        m_file->connection.setBusyTimeout(1000); // for a reader that recovers the log, and for other programs
    };
    try {
        try {
            open();
        } catch (const EngineError &error) {
            if (error.kind() != EngineErrorKind::Corrupt || m_access == Access::Newer || m_isRepairing) {
                throw;
            }
            repair(error.what());
        }
    } catch (...) {
        disconnect();
        throw;
    }
}

void SqliteBackend::checkFormat()
{
    auto &connection = m_file->connection;
    m_access = Access::Write;
    if (connection.number("select count(*) from sqlite_schema") == 0) {
        return;
    }
    // Both numbers may be damaged. The row of meta has a checksum.
    std::optional<Meta> meta;
    try {
        meta = Session(connection).readMeta();
    } catch (const EngineError &error) {
        if (error.kind() != EngineErrorKind::Corrupt) {
            throw;
        }
    }
    if (!meta && connection.number("pragma application_id") != applicationId) {
        fail(EngineErrorKind::Misuse, "it is a database of another program. Choose another path.");
    }
    const auto version = connection.number("pragma user_version");
    if (!meta && version > formatVersion) {
        fail(EngineErrorKind::Newer,
             "a newer version wrote it in a format that is not known here. Update this program.");
    }
    if (meta && meta->format > formatVersion) {
        m_access = Access::Newer;
    } else if (meta && version != formatVersion) {
        connection.execute(("pragma user_version = " + std::to_string(formatVersion)).c_str());
    }
}

void SqliteBackend::createIfEmpty(bool wasEmpty)
{
    auto &connection = m_file->connection;
    if (connection.number("select count(*) from sqlite_schema") != 0) {
        return;
    }
    if (connection.number("pragma page_count") != 0) {
        fail(EngineErrorKind::Corrupt, "its list of tables is empty");
    }
    const auto record = m_lock.read();
    if (wasEmpty && record && record->position > 0) {
        m_repairs.push_back(m_path + ": the file was empty; all that was in it is lost");
    }
    connection.execute(("pragma page_size = " + std::to_string(pageSize)).c_str());
    Meta meta;
    meta.epoch = newEpoch();
    Session::create(connection, meta);
}

/// Gives the file another epoch if it has gone back, or is a copy of the one that was open.
void SqliteBackend::checkPosition()
{
    auto &session = *m_file->session;
    auto meta = session.readMeta();
    if (m_access == Access::Newer) {
        return;
    }
    const auto record = m_lock.read();
    const bool isKnown = record && record->epoch == meta.epoch;
    const bool isBehind = isKnown && record->position > meta.position;
    const bool isCopy = isKnown ? record->storage != m_identity : m_epoch == meta.epoch;
    if (isBehind) {
        m_repairs.push_back(
            m_path + ": its last " + std::to_string(record->position - meta.position)
            + " changes are lost, as after a power failure or when its -wal file is deleted or damaged");
    }
    if (isCopy || isBehind) {
        Transaction transaction(m_file->connection, session.beginWrite, session.commit);
        meta.epoch = newEpoch();
        session.writeMeta(meta);
        transaction.commit();
    }
    announce(meta);
}

/// For the others to notice; isNew: they cannot know it yet.
void SqliteBackend::announce(const Meta &meta, bool isNew)
{
    const LockFile::Record record{meta.position, meta.epoch, m_identity.value_or(FileIdentity{}), false};
    if (isNew || m_lock.read() != record) {
        m_lock.write(record);
    }
}

void SqliteBackend::removeLog()
{
    removeFile(m_path + "-wal");
    removeFile(m_path + "-shm");
}

void SqliteBackend::disconnect() noexcept
{
    if (m_file) {
        m_file->session.reset();
        m_file.reset();
    }
}

bool SqliteBackend::hasMoved() const
{
    return FileIdentity::of(m_path) != m_identity;
}

} // namespace nanostores::detail
