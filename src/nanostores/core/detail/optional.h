// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

namespace nanostores::detail {

template<typename T>
inline constexpr bool isOptional = false;
template<typename T>
inline constexpr bool isOptional<std::optional<T>> = true;

} // namespace nanostores::detail
