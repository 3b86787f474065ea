// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nanostores {

namespace detail {
struct Node;
/// Null: all of it.
NANOSTORES_CORE_EXPORT std::string graphAsDot(const Node *around);
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

/// What depends on what in this thread, for Graphviz: `dot -Tsvg`. Boxes are stores, ellipses computed stores, hexagons
/// effects; listeners are plain text. The arrow of a source that was listed, and is not observed, is dashed.
[[nodiscard]] inline std::string graphDot()
{
    return detail::graphAsDot(nullptr);
}
/// The same of what the store depends on, and of what depends on it.
template<typename S>
requires requires(const S &store) { store.node().get(); }
[[nodiscard]] std::string graphDot(const S &store)
{
    return detail::graphAsDot(store.node().get());
}

} // namespace nanostores

/// dump() to standard error, for a debugger: `call nanostores_dump()`.
extern "C" NANOSTORES_CORE_EXPORT void nanostores_dump();
/// graphDot() to standard error, for a debugger.
extern "C" NANOSTORES_CORE_EXPORT void nanostores_graph();
