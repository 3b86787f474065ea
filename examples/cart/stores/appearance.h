// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>

namespace shop {

/// Day or night, for every island at once.
inline const auto isDark = nanostores::atom(false).named("appearance/isDark");
/// Whether things move. Off while pictures are taken.
inline const auto isAnimated = nanostores::atom(true).named("appearance/isAnimated");

} // namespace shop
