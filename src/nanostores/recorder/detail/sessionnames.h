// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string>

/// What kinds of events, outcomes and places are called in a session, in the order of their enumerators.
namespace nanostores::detail {

inline constexpr std::array<const char *, 11> KindNames = {
    "gone", "w", "run", "tell", "observed", "unobserved", "mounted", "unmounted", "batch", "error", "lost"};
inline constexpr std::array<const char *, 6> OutcomeNames = {"changed",  "equal", "aborted",
                                                             "notified", "threw", "underway"};
inline constexpr std::array<const char *, 4> PlaceNames = {"outside", "function", "listener", "hook"};

template<typename E, std::size_t N>
const char *nameIn(const std::array<const char *, N> &names, E which) noexcept
{
    return names[static_cast<std::size_t>(which)];
}

template<typename E, std::size_t N>
bool readName(const std::array<const char *, N> &names, const std::string &name, E &to)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (name == names[i]) {
            to = static_cast<E>(i);
            return true;
        }
    }
    return false;
}

} // namespace nanostores::detail
