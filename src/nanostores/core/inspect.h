// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <string>

namespace nanostores {

/// All stores of this thread, one on a line, those with a name first:
///
///     "player/volume" store int = 50, 2 observers, mounted
///     "player/label" computed std::string = "50 %", stale, 0 observers
///
/// Nothing runs for it: a computed store shows the value it has. A value of a type that is not known shows as the name
/// of the type in < >. For logs and debuggers; the format may change.
[[nodiscard]] NANOSTORES_CORE_EXPORT std::string dump();

} // namespace nanostores

/// dump() to standard error, for a debugger: `call nanostores_dump()`.
extern "C" NANOSTORES_CORE_EXPORT void nanostores_dump();
