// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>

#include <cstdint>

/// Flags whose bits mean one thing for an effect or a scope, and another for a computed store. The two sets are types
/// of their own here: a flag of the one kind cannot be asked of, or set in, a node of the other. One of these bits is
/// that of a map, too, whose flag is set by the links that TakesOldMap marks, and asked of maps.
namespace nanostores::detail {

enum class EffectFlag : std::uint32_t {
    OwnsNest = detail::OwnsNest,
    Disposed = detail::Disposed,
    Former = detail::Former,
    Lazy = detail::Lazy,
};

enum class ComputedFlag : std::uint32_t {
    Eager = detail::Eager,
    Nesting = detail::Nesting,
    Barrier = detail::Barrier,
    Batched = detail::Batched,
};

inline bool hasFlag(const EffectNode &effect, EffectFlag flag) noexcept
{
    return effect.has(static_cast<std::uint32_t>(flag));
}

inline void setFlag(EffectNode &effect, EffectFlag flag) noexcept
{
    effect.flags |= static_cast<std::uint32_t>(flag);
}

inline void clearFlag(EffectNode &effect, EffectFlag flag) noexcept
{
    effect.flags &= ~static_cast<std::uint32_t>(flag);
}

/// Of a node of any kind: whether it is a computed store, and has the flag.
inline bool hasFlag(const Node &node, ComputedFlag flag) noexcept
{
    const std::uint32_t both = Computing | static_cast<std::uint32_t>(flag);
    return (node.flags & both) == both;
}

// The bits that are shared are these four, and no others.
constexpr std::uint32_t SharedBits = OwnsNest | Disposed | Former | Lazy;
static_assert(SharedBits == (Eager | Nesting | Barrier | Batched));
static_assert(std::uint32_t{OwnsNest} == Eager && std::uint32_t{Disposed} == Nesting);
static_assert(std::uint32_t{WantsOldMap} == Nesting);
static_assert(std::uint32_t{ViewEffect} == CustomEqual); // of a store
static_assert(std::uint32_t{Former} == Barrier && std::uint32_t{Lazy} == Batched);

constexpr std::uint32_t OwnBits[] = {
    Dirty,     Stale,         Evaluated,  Running, Queued,   StaleNotQueued, Computing,
    Effecting, Listed,        Attached,   Leaving, HooksSet, HooksNotify,    HasEdges,
    Spied,     WantsOldValue, Observable, Watched, Deferred, CustomEqual,    Late,
};
constexpr bool areDistinct() noexcept
{
    std::uint32_t seen = SharedBits;
    for (const std::uint32_t bit : OwnBits) {
        if ((seen & bit) != 0 || (bit & (bit - 1)) != 0) {
            return false;
        }
        seen |= bit;
    }
    return seen == FlagMask; // the number of the thread begins above
}
static_assert(areDistinct());

} // namespace nanostores::detail
