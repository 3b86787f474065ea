// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/export.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace nanostores::detail {

/// The entries of a backend that has them all in memory, by the rules of EngineBackend: versions are given in the order
/// of the writes, deleted entries are remembered for a while.
struct NANOSTORES_PERSISTENT_EXPORT EntryTable
{
    using Entries = std::map<std::string, StorageEntry, std::less<>>;

    Entries entries; ///< Deleted ones have no value.
    Position position = 0;
    Position floor = 0; ///< Deletions up to here may be forgotten.
    std::uint64_t epoch = 0;

    /// What EngineBackend::apply() does. Changes the table only; what cannot be kept is not asked here. known: the
    /// epoch whose versions are expected, or 0.
    Applied apply(std::span<const StorageWrite> writes, std::uint64_t writer, std::uint64_t known = 0);
    /// What EngineBackend::load() says, without deleted entries.
    StorageState state(std::string_view prefix) const;
    /// What EngineBackend::changesSince() says.
    StorageFeed feed(Position since, std::uint64_t ofEpoch, std::string_view prefix) const;

    const StorageEntry *find(std::string_view key) const;
    /// An entry with a new version: of an unknown writer, or of none.
    void put(std::string_view key, std::optional<std::string> value, std::uint32_t schema = 0,
             std::uint64_t writer = 0);
    /// Deletes the oldest of more than `most` deletions.
    void forgetDeletions(std::size_t most);
};

/// Never 0, and never the same.
NANOSTORES_PERSISTENT_EXPORT std::uint64_t randomNumber();

/// Throws TooLarge for keys and values above the limits, and Misuse for keys that are not UTF-8.
NANOSTORES_PERSISTENT_EXPORT void requireFitting(std::span<const StorageWrite> writes, const BackendTraits &traits,
                                                 const std::string &place);

} // namespace nanostores::detail
