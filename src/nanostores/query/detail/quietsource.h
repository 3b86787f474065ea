// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/task.h>

#include <exception>
#include <memory>
#include <utility>

namespace nanostores::detail {

/// Ends a task whose error is shown elsewhere, so that one who drops the task does not have it reported. It knows
/// whether the task was dropped: see TaskSource, which does not.
template<typename T>
class QuietSource
{
public:
    QuietSource()
        : m_end(std::make_shared<End>())
    {
        m_end->state->isErrorTaken = true;
    }
    Task<T> task() const { return Task<T>(m_end->state); }
    /// Someone has the task, or waits for its end.
    bool isAwaited() const { return m_end->state.use_count() > 1 || !m_end->state->waiting.empty(); }
    /// Only the first end counts.
    template<typename V>
    void resolve(V &&value) const
    {
        if (const auto state = m_end->state; !state->done()) {
            state->value.emplace(std::forward<V>(value));
            state->wake();
        }
    }
    void reject(std::exception_ptr error) const
    {
        if (const auto state = m_end->state; !state->done()) {
            state->error = std::move(error);
            state->wake();
        }
    }

private:
    struct End
    {
        std::shared_ptr<TaskState<T>> state = std::make_shared<TaskState<T>>();

        End() = default;
        End(const End &) = delete;
        End &operator=(const End &) = delete;
        ~End() { state->giveUp(); }
    };
    std::shared_ptr<End> m_end;
};

} // namespace nanostores::detail
