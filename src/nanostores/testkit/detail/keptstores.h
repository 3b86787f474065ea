// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/testkit/export.h>

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace nanostores::detail {

/// Copies of the values of stores that can be set, to be given back. A store may end meanwhile: see forget().
class NANOSTORES_TESTKIT_EXPORT KeptStores
{
public:
    /// Copies the value, unless that was done. A computed store is left out: it follows its sources.
    void keep(const Node &node);
    void forget(const Node &node) noexcept;
    /// The store was written: that matters if its value could not be copied.
    void noteWrite(const Node &node) noexcept;

    /// Gives the stores their values, in a batch. Returns those that do not have them then, as lines.
    std::vector<std::string> restore();
    /// The stores that have another value now, as `store "volume": 50 -> 75`.
    std::vector<std::string> differences();

private:
    struct Kept
    {
        Node *node; ///< Null: it has gone.
        KeptValue value;
    };
    struct Lost
    {
        std::string why;
        bool isWritten = false;
    };

    bool restoreOnce(std::vector<std::string> &errors);

    std::vector<Kept> m_kept;
    std::unordered_map<const Node *, std::size_t> m_places; ///< In m_kept.
    std::unordered_map<const Node *, Lost> m_lost; ///< Those that cannot be copied.
};

} // namespace nanostores::detail
