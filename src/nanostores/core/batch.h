// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>

#include <exception>
#include <type_traits>
#include <utility>

namespace nanostores {

/// Puts off the listeners until the outermost batch ends; each then runs once, however often its store was set.
///
/// Values and computed stores are up to date inside it. Errors of listeners leave end(); the destructor hands them to
/// the error handler instead.
class Batch
{
public:
    Batch()
        : m_outermost(detail::beginBatch())
    {
    }
    Batch(const Batch &) = delete;
    Batch &operator=(const Batch &) = delete;
    ~Batch() { detail::endBatchQuietly(std::exchange(m_outermost, false)); }

    /// Ends the batch before the scope does.
    void end()
    {
        if (std::exchange(m_outermost, false)) {
            detail::endBatch();
        }
    }

private:
    bool m_outermost;
};

/// Runs f in a batch and returns what it returns. If f throws, what it wrote is notified all the same.
template<typename F>
decltype(auto) batch(F &&f)
{
    Batch scope;
    if constexpr (std::is_void_v<decltype(std::forward<F>(f)())>) {
        std::forward<F>(f)();
        scope.end();
    } else {
        decltype(auto) result = std::forward<F>(f)();
        scope.end();
        return result;
    }
}

} // namespace nanostores
