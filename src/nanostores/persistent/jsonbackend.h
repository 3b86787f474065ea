// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/export.h>

#include <QtCore/QString>

#include <chrono>
#include <cstddef>
#include <memory>

namespace nanostores {

/// Where jsonBackend() keeps its file, and how.
struct JsonOptions
{
    /// The file. A relative path begins where the platform keeps the data of an application
    /// (QStandardPaths::AppDataLocation). The folder is made if it is not there. `-lock` and `.new` are appended to the
    /// name for the files beside it.
    QString path = QStringLiteral("state.json");
    /// How long a write waits for another process that is writing, before it throws EngineErrorKind::Unavailable.
    /// Opening does not wait.
    std::chrono::milliseconds patience{1000};
    /// How long a file that is broken, or has gone, is left alone, as an editor may be saving it.
    std::chrono::milliseconds settle{1000};
    std::size_t largestFile = std::size_t{16} * 1024 * 1024; ///< bytes; neither read nor written above
    std::size_t largestValue = std::size_t{1024} * 1024; ///< bytes
};

/// Keeps values in a JSON file that people can read and edit. Any number of processes may use it at the same time. Each
/// write replaces the whole file: for some thousand keys, or much that changes all the time, take sqliteBackend().
///
/// - In the file, values that are JSON are JSON, and all others are text. Keys are sorted.
/// - What is changed with an editor, or by another program, is a new version by an unknown writer (0), found by a
///   checksum of each value. It is merged by key with what this process has written meanwhile, also when the editor had
///   an older file. Members of the file that are not known are kept.
/// - A file that is no JSON is kept as NAME.broken-DATE. What this process knows, or else what is readable up to the
///   mistake, is written to a new one, and StorageState::repairs says so.
/// - The file is replaced as a whole, and its folder is synced for Durability::Disk and by sync().
/// - A file that cannot be written is read: StorageState::readOnly. So is one of a newer format; apply() then throws
///   EngineErrorKind::Newer.
/// - The file is readable by its owner only, and so is the folder, if it is made here.
/// - A process that was forked without exec() cannot use the backends of its parent: EngineErrorKind::Misuse.
///
/// A damaged bit inside a value looks like an edit: only sqliteBackend() knows the difference.
[[nodiscard]] NANOSTORES_PERSISTENT_EXPORT std::unique_ptr<EngineBackend> jsonBackend(JsonOptions options = {});

} // namespace nanostores
