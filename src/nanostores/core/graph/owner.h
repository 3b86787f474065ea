// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>

namespace nanostores::detail {

/// What effects and scopes made now belong to: an effect, a scope, or the computed store whose function runs. Null in a
/// listener, a hook, a cleanup, and outside of every function.
NANOSTORES_CORE_EXPORT Sink *currentOwner() noexcept;

} // namespace nanostores::detail
