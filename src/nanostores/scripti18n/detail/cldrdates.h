// SPDX-License-Identifier: MIT
#pragma once

#include <span>

/// \file The table of dates that tools/cldr/generate.py writes.

namespace nanostores::detail {

/// Patterns that a locale has, and its parent has not, as the CLDR writes them: "name=pattern", divided by bars. Names
/// are "date-full", "time-short", "both-medium" and the like, or fields such as "yMMMd".
struct DatePatterns
{
    const char *locale;
    const char *patterns;
};

std::span<const DatePatterns> datePatterns() noexcept;

} // namespace nanostores::detail
