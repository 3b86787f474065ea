// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/scheduler.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <utility>

namespace nanostores::detail {

/// A job that waits for its moment; see Timer.
struct PendingTimer
{
    Runtime *runtime = nullptr;
    std::chrono::milliseconds remaining{0}; ///< Of the delay, when it was last handed to a scheduler.
    std::chrono::milliseconds due{0};
    Scheduler::TimerId id = 0; ///< 0: there was no scheduler to ask.
    std::function<void()> job;
    std::list<std::shared_ptr<PendingTimer>>::iterator place; ///< In the list, while it is there.
    bool isListed = false;
    std::atomic<bool> stopped{false};
};

/// The jobs of this thread's Timers, which go from one scheduler to the next.
///
/// Invariant: a timer is in m_all exactly while its job has neither run nor been given up.
class PendingTimers : public Component<PendingTimers>
{
public:
    PendingTimers() noexcept = default;

    void add(const std::shared_ptr<PendingTimer> &timer)
    {
        timer->place = m_all.insert(m_all.end(), timer);
        timer->isListed = true;
    }
    void remove(const std::shared_ptr<PendingTimer> &timer) noexcept
    {
        if (std::exchange(timer->isListed, false)) {
            m_all.erase(timer->place);
        }
    }
    void move(Scheduler *from, Scheduler *to);
    void drop(Scheduler *from);

private:
    std::list<std::shared_ptr<PendingTimer>> m_all; ///< In the order of their start.
};

} // namespace nanostores::detail
