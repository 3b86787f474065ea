#pragma once

#include <nanostores/core/detail/graph.h>
#include <nanostores/core/export.h>

#include <cstdint>

namespace nanostores::detail {

/// A number that is another one whenever the store's value may be another one, for those who keep a copy of the value.
/// The version alone does not tell: a written signal keeps it until a sink pulls it.
NANOSTORES_CORE_EXPORT std::uint32_t valueNumber(const Node &node) noexcept;

} // namespace nanostores::detail
