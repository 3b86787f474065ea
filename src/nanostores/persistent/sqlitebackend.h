// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/export.h>

#include <QtCore/QString>

#include <chrono>
#include <cstdint>
#include <memory>

namespace nanostores {

/// What sqliteBackend() does with a file on a network file system (NFS, SMB, FUSE).
enum class NetworkFiles : std::uint8_t {
    Refuse, ///< open() throws: locks are not reliable there, and SQLite's shared memory does not reach other machines.
    Poll, ///< Works with a rollback journal instead of the write-ahead log, and looks for changes from time to time.
};

/// Where sqliteBackend() keeps its file, and how.
struct SqliteOptions
{
    /// The file. A relative path begins where the platform keeps the data of an application
    /// (QStandardPaths::AppDataLocation). The folder is made if it is not there. `-lock`, `-wal` and `-shm` are
    /// appended to the name for the files beside it.
    QString path = QStringLiteral("state.db");
    /// How long a write waits for another process that is writing, before it throws EngineErrorKind::Unavailable.
    /// Opening does not wait.
    std::chrono::milliseconds patience{1000};
    NetworkFiles networkFiles = NetworkFiles::Refuse;
    /// How often changes are looked for where the system does not announce them: on a network file system, or when it
    /// has no watches left.
    std::chrono::milliseconds poll{1000};
};

/// Keeps values in a SQLite file, which any number of processes may use at the same time.
///
/// - Every row has a checksum. A damaged file is set aside as NAME.broken-DATE, what is whole in it is written to a new
///   one, and StorageState::repairs says what was lost.
/// - A file that has been deleted or replaced while it was open is noticed before the next read or write: the storage
///   has another epoch then.
/// - A file that cannot be written is read: StorageState::readOnly. So is one that a newer version of this library
///   wrote; apply() then throws EngineErrorKind::Newer.
/// - New files are readable by their owner only, and so is the folder, if it is made here.
/// - A process that was forked without exec() cannot use the backends of its parent, nor open others while those are
///   open: EngineErrorKind::Misuse.
[[nodiscard]] NANOSTORES_PERSISTENT_EXPORT std::unique_ptr<EngineBackend> sqliteBackend(SqliteOptions options = {});

} // namespace nanostores
