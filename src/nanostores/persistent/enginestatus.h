// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/readonly.h>
#include <nanostores/persistent/engineerror.h>
#include <nanostores/persistent/export.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nanostores {

/// How an engine is. In each state stores can be read and set; what is not written yet is kept, and written when it can
/// be.
enum class EngineState : std::uint8_t {
    Loading, ///< Its values have not been read yet: stores have their initial values.
    Live, ///< Values are read and written.
    Offline, ///< Out of reach for now: locked by another process, or a server that does not answer. Tried again.
    ReadOnly, ///< Values are read, and cannot be written.
    Full, ///< There is no room. Tried again.
    Newer, ///< Something was written by a newer version of the program, which this one does not overwrite.
    Failed, ///< See lastError. Tried again, unless it is denied, damaged or misused.
    Stale, ///< Values are those that were kept of a storage that has not answered yet.
};

/// "live", "offline" and so on.
NANOSTORES_PERSISTENT_EXPORT std::string_view nameOf(EngineState state) noexcept;

/// What a StorageEngine has to say of itself. See StorageEngine::status().
struct EngineStatus
{
    EngineState state = EngineState::Loading;
    bool isLoaded = false; ///< The values have been read.
    std::size_t pending = 0; ///< How many entries wait to be written, those that cannot be written included.
    std::size_t conflicts = 0; ///< How many of them wait for a conflict to be resolved: see conflictOf().
    std::string lastError; ///< The last failure, also after it is over: what happened, and the remedy. Empty: none yet.
    std::optional<EngineErrorKind> errorKind; ///< Of lastError.
    std::string path; ///< Where it is: a path, an address without passwords.
    std::vector<std::string> repairs; ///< What had to be repaired, for people.
    /// Keys whose value is not of the store's type, or was written by a newer version of the program. It is kept as it
    /// is until the store is set; until then the store has its initial value.
    std::vector<std::string> unreadable;
    std::uint64_t resyncs = 0; ///< How often the storage has been replaced by another one while it was open.

    friend bool operator==(const EngineStatus &, const EngineStatus &) = default;
};

/// A store of the status: for listeners, computed stores, adapters and bindings.
using EngineStatusStore = Readonly<detail::SignalNode<EngineStatus>>;
/// A store of a number that only the engine sets.
using EngineCountStore = Readonly<detail::SignalNode<std::size_t>>;

} // namespace nanostores
