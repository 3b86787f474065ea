// SPDX-License-Identifier: MIT
#include <nanostores/core/scheduler.h>

#include <nanostores/core/graph/runtime.h>

#include <algorithm>
#include <map>
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
    std::map<std::pair<std::chrono::milliseconds, TimerId>, Job> timers;
    std::chrono::milliseconds now{0};
    TimerId lastId = 0;
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
    const TimerId id = ++d->lastId;
    d->timers.emplace(std::pair{d->now + delay, id}, std::move(job));
    return id;
}

void ManualScheduler::cancel(TimerId timer)
{
    std::erase_if(d->timers, [timer](const auto &entry) { return entry.first.second == timer; });
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
    while (!d->timers.empty() && d->timers.begin()->first.first <= end) {
        const auto first = d->timers.begin();
        d->now = std::max(d->now, first->first.first);
        const Job job = std::move(first->second);
        d->timers.erase(first);
        runJob(job);
        runPending();
    }
    d->now = end;
}

std::size_t ManualScheduler::pendingTimers() const
{
    return d->timers.size();
}

} // namespace nanostores
