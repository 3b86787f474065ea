// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

/// What depends on what in this thread, as data: for graphDot() and for inspectors that draw it themselves.
namespace nanostores::detail {

struct Node;

/// A store, a computed store or an effect.
struct GraphNode
{
    const Node *node = nullptr;
    std::string name; ///< Its own, or what makes it differ from others.
};

/// From a source to a computed store or an effect, by their places in GraphPart::nodes.
struct GraphArrow
{
    std::size_t from = 0;
    std::size_t to = 0;
    bool isObserved = true; ///< Not so: the source is listed, and its sink does not run by itself.
};

/// Listeners of one store that have one name.
struct GraphListener
{
    std::size_t of = 0; ///< The place of the store.
    std::string name;
    std::size_t count = 1;
};

struct GraphPart
{
    std::vector<GraphNode> nodes; ///< In the order of their names.
    std::vector<GraphArrow> arrows;
    std::vector<GraphListener> listeners; ///< In the order of their stores.
};

constexpr std::size_t AllSteps = std::numeric_limits<std::size_t>::max();

/// What the node depends on, and what depends on it, each so many steps far; of a null pointer, all there is. Nothing
/// runs for it.
NANOSTORES_CORE_EXPORT GraphPart graphAround(const Node *around, std::size_t steps = AllSteps);
/// As text for Graphviz; valueOf gives what is written below the name of a store.
NANOSTORES_CORE_EXPORT std::string dotOf(const GraphPart &part,
                                         const std::function<std::string(const GraphNode &)> &valueOf);
/// A text in quotes as Graphviz reads it, which knows other marks than JSON.
NANOSTORES_CORE_EXPORT std::string dotText(std::string_view text);

} // namespace nanostores::detail
