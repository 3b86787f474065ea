// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/scheduler.h>
#include <nanostores/qt/export.h>

#include <memory>

namespace nanostores {

/// Lets the stores of a thread use its Qt event loop.
///
/// The main thread gets one by itself when the application object appears, unless a scheduler is set already; it is
/// never destroyed. What it is asked while there is no application object, before the first or between two, is kept and
/// done when there is one.
class NANOSTORES_QT_EXPORT EventLoopScheduler : public Scheduler
{
public:
    /// For the event loop of the calling thread, where it is to be destroyed, too.
    EventLoopScheduler();
    ~EventLoopScheduler() override;

    void defer(Job job) override;
    TimerId after(std::chrono::milliseconds delay, Job job) override;
    void cancel(TimerId timer) override;
    void post(Job job) override;
    std::chrono::milliseconds now() const override;

private:
    friend struct ApplicationWatch;
    class Private;
    std::unique_ptr<Private> d;
};

/// Gives the calling thread an EventLoopScheduler that lives as long as the thread, unless it has a scheduler already.
/// For the stores of worker threads that run an event loop.
NANOSTORES_QT_EXPORT void installScheduler();

namespace detail {
NANOSTORES_QT_EXPORT bool installSchedulerAtStartup();
/// Here so that a program that only includes the header links the library.
inline const bool schedulerInstalledAtStartup = installSchedulerAtStartup();
} // namespace detail

} // namespace nanostores
