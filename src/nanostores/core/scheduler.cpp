// SPDX-License-Identifier: MIT
#include <nanostores/core/scheduler.h>

#include <nanostores/core/detail/timerqueue.h>
#include <nanostores/core/graph/runtime.h>

#include <algorithm>
#include <memory>
#include <mutex>

/// The scheduler of a thread, and one that is advanced by hand.
namespace nanostores {

Scheduler::Scheduler() = default;
Scheduler::~Scheduler()
{
    if (detail::Runtime *runtime = detail::Runtime::existing(); runtime && runtime->scheduler == this) {
        runtime->loseScheduler();
    }
}

void setScheduler(Scheduler *newScheduler)
{
    detail::Runtime::current().changeScheduler(newScheduler);
}

Scheduler *scheduler() noexcept
{
    const detail::Runtime *runtime = detail::Runtime::existing();
    return runtime ? runtime->scheduler : nullptr;
}

struct ManualScheduler::Private
{
    std::mutex mutex;
    std::vector<Job> jobs;
    detail::TimerQueue timers;
    std::chrono::milliseconds now{0};
};

ManualScheduler::ManualScheduler()
    : d(std::make_unique<Private>())
{
}
ManualScheduler::~ManualScheduler()
{
    if (nanostores::scheduler() == this) {
        setScheduler(nullptr); // what remains of each delay is kept
    }
}

void ManualScheduler::defer(Job job)
{
    post(std::move(job));
}

void ManualScheduler::post(Job job)
{
    const std::lock_guard lock(d->mutex);
    d->jobs.push_back(std::move(job));
}

Scheduler::TimerId ManualScheduler::after(std::chrono::milliseconds delay, Job job)
{
    return d->timers.add(d->now + delay, std::move(job));
}

void ManualScheduler::cancel(TimerId timer)
{
    d->timers.cancel(timer);
}

std::chrono::milliseconds ManualScheduler::now() const
{
    return d->now;
}

namespace {

/// What it throws is no reason to keep the others back.
void runJob(const Scheduler::Job &job) noexcept
{
    try {
        job();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

} // namespace

void ManualScheduler::runPending()
{
    for (;;) {
        std::vector<Job> jobs;
        {
            const std::lock_guard lock(d->mutex);
            jobs.swap(d->jobs);
        }
        if (jobs.empty()) {
            return;
        }
        for (const Job &job : jobs) {
            runJob(job);
        }
    }
}

void ManualScheduler::advance(std::chrono::milliseconds time)
{
    const auto end = d->now + time;
    runPending();
    while (!d->timers.empty() && d->timers.due() <= end) {
        d->now = std::max(d->now, d->timers.due());
        runJob(d->timers.takeFirst());
        runPending();
    }
    d->now = end;
}

std::size_t ManualScheduler::pendingTimers() const
{
    return d->timers.size();
}

} // namespace nanostores
