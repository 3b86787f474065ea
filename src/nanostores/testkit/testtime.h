// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/duration.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/testkit/export.h>

#include <cstddef>
#include <memory>

namespace nanostores {

namespace detail {
class TimeQueue;
}

/// The clock of a TestGuard, which knows who waits for it. It stands still until advance() is called; or, after
/// useScheduler(), it is that of the scheduler given, usually the event loop's.
class NANOSTORES_TESTKIT_EXPORT TestTime final : public Scheduler
{
public:
    TestTime();
    ~TestTime() override;

    void defer(Job job) override;
    TimerId after(std::chrono::milliseconds delay, Job job) override;
    void cancel(TimerId timer) override;
    void post(Job job) override;
    std::chrono::milliseconds now() const override;

    /// Moves time on as ManualScheduler::advance() does. If the jobs of one moment set one another off without an end,
    /// it stops there.
    void advance(std::chrono::milliseconds time);
    std::size_t pendingTimers() const;

    /// Takes time and turns from another scheduler, which has to live longer; what waits is handed to it.
    void useScheduler(Scheduler &scheduler);
    bool isManual() const noexcept;

    /// For the guard.
    detail::TimeQueue &queue() noexcept { return *d; }

private:
    std::shared_ptr<detail::TimeQueue> d; ///< Jobs that another scheduler holds refer to it.
};

} // namespace nanostores
