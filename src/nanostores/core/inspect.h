// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nanostores {

namespace detail {
struct Node;
} // namespace detail

/// A store as it was when it was asked for.
struct StoreInfo
{
    std::string name; ///< Given, or found: see docs/debugging.md. Empty, if there is none.
    bool isNamed = false; ///< The name was given.
    std::string kind; ///< `store`, `computed` or `batched`.
    std::string type; ///< Of the value: `int`.
    std::string value; ///< As text. A computed store shows the value it has: none, if it has not run.
    std::size_t observers = 0;
    bool isMounted = false;
    bool isStale = false; ///< A computed store that runs before it is read next.
    const detail::Node *node = nullptr; ///< Which one it is. Valid as long as the store lives.
};

/// All stores of this thread: those with a given name first, then those with a name that was found, in the order of
/// their names. Nothing runs for it.
[[nodiscard]] NANOSTORES_CORE_EXPORT std::vector<StoreInfo> allStores();

/// All stores of this thread, one on a line, those with a given name first:
///
///     "player/volume" store int = 50, 2 observers, mounted
///     shop::label computed std::string = "50 %", stale, 0 observers
///
/// Nothing runs for it: a computed store shows the value it has. A value of a type that is not known shows as the name
/// of the type in < >. For logs and debuggers; the format may change.
[[nodiscard]] NANOSTORES_CORE_EXPORT std::string dump();

} // namespace nanostores

/// dump() to standard error, for a debugger: `call nanostores_dump()`.
extern "C" NANOSTORES_CORE_EXPORT void nanostores_dump();
