// SPDX-License-Identifier: MIT
#include "implementation.h"

#include "salvage.h"

#include <QtCore/QFile>
#include <QtCore/QUrl>

#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace nanostores::detail {

StorageState SqliteBackend::load()
{
    checkUsable();
    if (m_access == Access::Read && !openAgainToWrite()) {
        return readUnlocked();
    }
    try {
        if (m_file && !hasMoved()) {
            return read();
        }
    } catch (const EngineError &error) {
        if (error.kind() != EngineErrorKind::Corrupt || m_access == Access::Newer) {
            throw;
        }
    }
    return locked(m_settings.patience, [this] { return read(); });
}

StorageState SqliteBackend::read()
{
    auto &session = *m_file->session;
    Transaction transaction(m_file->connection, session.beginRead, session.commit);
    const auto meta = session.readMeta();
    StorageState state;
    state.entries = session.rows(m_options.prefix);
    transaction.commit();
    state.position = m_seen = meta.position;
    state.epoch = m_epoch = meta.epoch;
    state.readOnly = m_access != Access::Write;
    state.repairs = std::exchange(m_repairs, {});
    if (m_access == Access::Newer) {
        state.repairs.push_back(m_path + ": a newer version wrote it, so it is read only. Update this program.");
    }
    m_known->set(meta.position, meta.epoch);
    return state;
}

/// What no lock can be had for: a file or a folder without permission to write.
StorageState SqliteBackend::readUnlocked()
{
    const auto status = [this] { return std::pair(PathStatus::of(m_path), PathStatus::of(m_path + "-wal")); };
    StorageState state;
    for (int attempt = 0;; ++attempt) {
        m_readFrom = status();
        if (!m_readFrom.first.exists) {
            fail(EngineErrorKind::Unavailable, "the file is gone, and cannot be made again");
        }
        try {
            std::optional<QTemporaryDir> copy;
            const auto file = openToRead(copy);
            auto &session = *file->session;
            Transaction transaction(file->connection, session.beginRead, session.commit);
            const auto meta = session.readMeta();
            state.entries = session.rows(m_options.prefix);
            state.position = meta.position;
            state.epoch = meta.epoch;
        } catch (const EngineError &error) {
            if (m_readFrom != status() && attempt < 5) {
                continue; // written meanwhile
            }
            if (error.kind() != EngineErrorKind::Corrupt) {
                throw;
            }
            auto salvaged = salvage(m_path);
            std::erase_if(salvaged.entries, [this](const StorageEntry &entry) {
                return !entry.value || !entry.key.starts_with(m_options.prefix);
            });
            state.entries = std::move(salvaged.entries);
            state.position = 0;
            state.epoch = newEpoch();
            state.repairs.push_back(std::string(error.what()) + "; " + std::to_string(state.entries.size())
                                    + " keys could be read, " + std::to_string(salvaged.lost.size())
                                    + " not. The file cannot be repaired without permission to write it.");
        }
        if (m_readFrom == status() || attempt >= 5) {
            break;
        }
    }
    state.readOnly = true;
    m_epoch = state.epoch;
    m_seen = state.position;
    m_known->set(state.position, state.epoch);
    return state;
}

std::unique_ptr<Opened> SqliteBackend::openToRead(std::optional<QTemporaryDir> &copy) const
{
    const auto opened = [this](const std::string &file, int flags) {
        auto result = std::make_unique<Opened>(file, flags, m_path);
        result->connection.setBusyTimeout(1000);
        result->session.emplace(result->connection);
        return result;
    };
    if (PathStatus::of(m_path + "-wal").size == 0) { // nothing can be recovered, so nothing need be written
        const auto url = "file:" + QUrl::toPercentEncoding(QString::fromStdString(m_path), "/").toStdString();
        return opened(url + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    }
    try {
        auto result = opened(m_path, SQLITE_OPEN_READONLY); // if there is a -shm, or one can be made
        result->session->readMeta();
        return result;
    } catch (const EngineError &error) {
        if (error.kind() == EngineErrorKind::Corrupt) {
            throw;
        }
    }
    copy.emplace();
    const auto path = copy->path() + QStringLiteral("/copy");
    const auto original = QString::fromStdString(m_path);
    if (!copy->isValid() || !QFile::copy(original, path)
        || !QFile::copy(original + QStringLiteral("-wal"), path + QStringLiteral("-wal"))) {
        throw EngineError(systemError(EACCES, "it cannot be copied to be read", m_path));
    }
    QFile::setPermissions(path, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    QFile::setPermissions(path + QStringLiteral("-wal"), QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return opened(path.toStdString(), SQLITE_OPEN_READWRITE);
}

/// Permission may have been given.
bool SqliteBackend::openAgainToWrite()
{
    if (!canWrite(m_path) || !m_lock.tryOpen(PathStatus::of(m_path).mode | 0600U)) {
        return false;
    }
    openFile();
    watch();
    return true;
}

StorageFeed SqliteBackend::changesSince(Position position, std::uint64_t epoch)
{
    checkUsable();
    StorageFeed feed;
    if (m_access == Access::Read) {
        feed.tooOld = epoch != m_epoch || position != m_seen
                      || m_readFrom != std::pair(PathStatus::of(m_path), PathStatus::of(m_path + "-wal"));
        feed.position = m_seen;
        feed.epoch = m_epoch;
        return feed;
    }
    watchAgain();
    const auto read = [&] {
        auto &session = *m_file->session;
        auto meta = session.readMeta();
        if (epoch == meta.epoch && position != meta.position && position >= meta.floor && position < meta.position) {
            Transaction transaction(m_file->connection, session.beginRead, session.commit);
            meta = session.readMeta(); // may have changed since
            feed.changes = session.rowsSince(position, m_options.prefix);
            transaction.commit();
        }
        feed.tooOld = epoch != meta.epoch || position > meta.position || position < meta.floor;
        feed.position = meta.position;
        feed.epoch = meta.epoch;
        if (feed.tooOld) {
            feed.changes.clear();
            return;
        }
        m_epoch = meta.epoch;
        m_seen = meta.position;
        m_known->set(meta.position, meta.epoch);
    };
    try {
        if (m_file && !hasMoved()) {
            read();
            return feed;
        }
    } catch (const EngineError &error) {
        if (error.kind() != EngineErrorKind::Corrupt || m_access == Access::Newer) {
            throw;
        }
    }
    feed = {};
    locked(m_settings.patience, read);
    return feed;
}

} // namespace nanostores::detail
