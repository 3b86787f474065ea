// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nanostores::detail {

struct Salvaged
{
    std::vector<StorageEntry> entries; ///< Each key once, deleted ones too.
    std::vector<std::string> lost; ///< Keys that the file's index names, and that no whole row was found for.
};

/// Reads what is whole in a damaged file of sqliteBackend()'s, and in the write-ahead log beside it, without SQLite:
/// each page by itself, so that damage in one does not hide the others. A row is whole if its checksum is right.
/// Changes neither. Throws EngineError if the file cannot be read at all.
Salvaged salvage(const std::string &path);

} // namespace nanostores::detail
