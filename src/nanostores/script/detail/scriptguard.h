// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/write.h>
#include <nanostores/script/detail/scriptbridge.h>

#include <exception>

namespace nanostores::detail {

/// Does something for JavaScript, where its error goes; nothing may be called there once it is on its way.
template<typename F>
void ScriptBridge::guarded(F f)
{
    std::exception_ptr error;
    try {
        f();
    } catch (...) {
        error = std::current_exception();
    }
    if (m_oldValuesLeft == 0 && m_oldValues > 0 && idle() && !m_closed) {
        settle();
    }
    if (error) {
        raise(error);
    }
}

} // namespace nanostores::detail
