// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/scheduler.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace nanostores::detail {

/// A job that waits for its moment; see Timer.
struct PendingTimer
{
    Runtime *runtime = nullptr;
    std::chrono::milliseconds remaining{0}; ///< Of the delay, when it was last handed to a scheduler.
    std::chrono::milliseconds due{0};
    Scheduler::TimerId id = 0; ///< 0: there was no scheduler to ask.
    std::function<void()> job;
    std::atomic<bool> stopped{false};
};

/// The jobs of this thread's Timers, which go from one scheduler to the next.
///
/// Invariant: a timer is in m_all exactly while its job has neither run nor been given up.
class PendingTimers : public Component<PendingTimers>
{
public:
    PendingTimers() noexcept = default;

    void add(const std::shared_ptr<PendingTimer> &timer) { m_all.push_back(timer); }
    void remove(const std::shared_ptr<PendingTimer> &timer) { std::erase(m_all, timer); }
    void move(Scheduler *from, Scheduler *to);
    void drop(Scheduler *from);

private:
    std::vector<std::shared_ptr<PendingTimer>> m_all;
};

} // namespace nanostores::detail
