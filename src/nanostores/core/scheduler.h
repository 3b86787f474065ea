// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/duration.h>
#include <nanostores/core/export.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace nanostores {

/// What the stores of a thread ask of its event loop. Jobs run on that thread, never inside the call that asks.
class NANOSTORES_CORE_EXPORT Scheduler
{
public:
    using Job = std::function<void()>;
    using TimerId = std::uint64_t; ///< Never 0.

    Scheduler();
    Scheduler(const Scheduler &) = delete;
    Scheduler &operator=(const Scheduler &) = delete;
    virtual ~Scheduler();

    /// Runs the job at the next turn of the loop.
    virtual void defer(Job job) = 0;
    /// Runs the job once, when the delay is over; 0 means a later turn of the loop, not now.
    virtual TimerId after(std::chrono::milliseconds delay, Job job) = 0;
    /// Forgets a timer; one that has fired already is no mistake.
    virtual void cancel(TimerId timer) = 0;
    /// As defer(), callable from any thread. Jobs of one thread keep their order.
    virtual void post(Job job) = 0;
    /// Time since some fixed point; never goes back.
    virtual std::chrono::milliseconds now() const = 0;
};

/// A scheduler whose time stands still until advance() is called. For tests, and for programs without an event loop.
/// What a job throws goes to the error handler; the others run.
class NANOSTORES_CORE_EXPORT ManualScheduler : public Scheduler
{
public:
    ManualScheduler();
    ~ManualScheduler() override;

    void defer(Job job) override;
    TimerId after(std::chrono::milliseconds delay, Job job) override;
    void cancel(TimerId timer) override;
    void post(Job job) override;
    std::chrono::milliseconds now() const override;

    /// Runs what was deferred or posted so far, and what that defers, but no timer.
    void runPending();
    /// Moves time on, timer by timer in order of their moments (first set first at the same moment); runs runPending()
    /// before, between and after them.
    void advance(std::chrono::milliseconds time);
    std::size_t pendingTimers() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Makes the scheduler that of the calling thread, which does not own it; null takes the present one away. What stores
/// asked of time before is kept and handed over now.
NANOSTORES_CORE_EXPORT void setScheduler(Scheduler *scheduler);
/// The calling thread's scheduler, or null.
NANOSTORES_CORE_EXPORT Scheduler *scheduler() noexcept;

} // namespace nanostores
