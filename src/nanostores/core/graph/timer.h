// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/scheduler.h>

#include <functional>
#include <memory>

namespace nanostores::detail {

struct PendingTimer;

/// A job at a later moment of the thread's scheduler. While there is no scheduler the job is kept, and its delay starts
/// when one comes; a scheduler that takes the place of another gets what remains of the delay.
class NANOSTORES_CORE_EXPORT Timer
{
public:
    Timer() noexcept;
    Timer(const Timer &) = delete;
    Timer &operator=(const Timer &) = delete;
    ~Timer();

    /// Takes the place of the job that waits. An error of the job goes to the error handler.
    void start(std::chrono::milliseconds delay, std::function<void()> job);
    void stop() noexcept;
    bool active() const noexcept;

private:
    std::shared_ptr<PendingTimer> m_wait;
};

} // namespace nanostores::detail
