// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/timer.h>
#include <nanostores/persistent/detail/rowlistener.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace nanostores::detail {

/// Of a binding that is not written at once.
struct Binding::Pace
{
    explicit Pace(const Pacing &p)
        : pacing(p)
    {
    }

    const Pacing pacing;
    Timer timer;
    bool isDue = false;
    std::uint32_t seen = 0; ///< The number of the store's value when the timer was started.
    std::optional<std::chrono::milliseconds> last; ///< When it was written last.
};

} // namespace nanostores::detail
