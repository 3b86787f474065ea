// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace nanostores::detail {

/// A bit of Link::kind: the listener is not called, as while time travel shows the past. It stays in the list of its
/// store, and may leave it meanwhile. Heeded for stores that a probe follows: others notify their listeners in shorter
/// ways.
inline constexpr std::uint32_t MutedLink = 512;

} // namespace nanostores::detail
