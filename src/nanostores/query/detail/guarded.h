// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/errors.h>

#include <exception>

namespace nanostores::detail {

/// Calls f; what it throws is reported.
template<typename F>
void guarded(F f) noexcept
{
    try {
        f();
    } catch (...) {
        reportError(std::current_exception());
    }
}

} // namespace nanostores::detail
