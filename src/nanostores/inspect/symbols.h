// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspect/export.h>

namespace nanostores {

namespace detail {

/// From now on, names of stores are looked for in the symbols of the program and of its libraries.
NANOSTORES_INSPECT_EXPORT bool useSymbols() noexcept;

/// A program that includes this header has the names of its variables.
inline const bool symbolsAreUsed = useSymbols();

} // namespace detail

} // namespace nanostores
