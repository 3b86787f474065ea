// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>

namespace nanostores::detail {

/// What effects and scopes made now belong to: an effect, a scope, or the computed store whose function runs. Null in a
/// listener, a hook, a cleanup, and outside of every function. The place holds until the thread ends.
NANOSTORES_CORE_EXPORT Sink *const &currentOwner() noexcept;

} // namespace nanostores::detail
