// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>
#include <nanostores/core/graph/graph.h>

#include <cstdint>

namespace nanostores::detail {

/// A number that changes whenever the store's value may have changed, for readers that keep a copy of the value. The
/// version alone is not enough: a written signal keeps it until a sink pulls the signal.
NANOSTORES_CORE_EXPORT std::uint32_t valueNumber(const Node &node) noexcept;

} // namespace nanostores::detail
