// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/timer.h>

#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/testing.h>

#include <algorithm>
#include <utility>

/// Timers: jobs that run at a later moment of the thread's scheduler.
namespace nanostores::detail {

namespace {

/// Who wants more means never: a hundred years, which schedulers can add to their clocks.
constexpr std::chrono::milliseconds LongestDelay = std::chrono::hours{24 * 366 * 100};

/// The moment has come. The timer leaves the list before its job runs, as the job may start or stop timers.
void fire(const std::shared_ptr<PendingTimer> &wait)
{
    wait->id = 0;
    wait->runtime->timers.remove(wait);
    const auto job = std::exchange(wait->job, nullptr);
    if (job && !wait->stopped) {
        try {
            job();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
}

/// The job of the scheduler. It holds the timer weakly: one that was stopped is gone.
struct Fire
{
    std::weak_ptr<PendingTimer> timer;

    void operator()() const
    {
        if (const auto present = timer.lock()) {
            fire(present);
        }
    }
};

/// Asks the scheduler for the rest of the delay.
void arm(const std::shared_ptr<PendingTimer> &wait, Scheduler &scheduler)
{
    wait->due = scheduler.now() + wait->remaining;
    wait->id = scheduler.after(wait->remaining, Fire{wait});
}

} // namespace

/// The scheduler is another one. What remains of each delay is handed over, or kept until there is one.
void PendingTimers::move(Scheduler *from, Scheduler *to)
{
    for (const auto &wait : m_all) {
        if (from && wait->id) {
            from->cancel(wait->id);
            wait->remaining = std::max(wait->due - from->now(), std::chrono::milliseconds{0});
        }
        wait->id = 0;
        if (to) {
            arm(wait, *to);
        }
    }
}

/// The thread ends: no job runs any more. What a job holds may start further timers when it is dropped, so the list is
/// emptied until it stays empty.
void PendingTimers::drop(Scheduler *from)
{
    while (!m_all.empty()) {
        const auto all = std::exchange(m_all, {});
        for (const auto &wait : all) {
            wait->isListed = false; // of all, as a job that is dropped may end other timers
        }
        for (const auto &wait : all) {
            if (from && wait->id) {
                from->cancel(wait->id);
            }
            wait->stopped = true;
            const auto job = std::exchange(wait->job, nullptr); // what it holds may end the timer itself
        }
    }
}

const std::type_info &typeOfJob(const Scheduler::Job &job)
{
    if (const Fire *const timer = job.target<Fire>()) {
        if (const auto present = timer->timer.lock(); present && present->job) {
            return present->job.target_type();
        }
    }
    return job.target_type();
}

void giveUpJob(const Scheduler::Job &job)
{
    const Fire *const timer = job.target<Fire>();
    const auto wait = timer ? timer->timer.lock() : nullptr;
    if (wait && !wait->stopped.exchange(true)) {
        wait->runtime->timers.remove(wait);
        const auto ended = std::exchange(wait->job, nullptr); // what it holds may end the timer itself
    }
}

Timer::Timer() noexcept = default;

Timer::~Timer()
{
    stop();
}

/// The former job waits until the scheduler has taken the new one: if that fails, it goes on waiting.
void Timer::start(std::chrono::milliseconds delay, std::function<void()> job)
{
    Runtime &runtime = Runtime::current();
    const auto wait = std::make_shared<PendingTimer>();
    wait->runtime = &runtime;
    wait->remaining = std::clamp(delay, std::chrono::milliseconds{0}, LongestDelay);
    wait->job = std::move(job);
    runtime.timers.add(wait);
    if (runtime.scheduler) {
        try {
            arm(wait, *runtime.scheduler);
        } catch (...) {
            runtime.timers.remove(wait);
            throw; // the job that waited goes on to do so
        }
    }
    stop();
    m_wait = wait;
}

void Timer::stop() noexcept
{
    const auto wait = std::exchange(m_wait, nullptr);
    if (!wait) {
        return;
    }
    wait->stopped = true;
    Runtime *runtime = Runtime::existing();
    if (!runtime || runtime != wait->runtime || !wait->job) {
        return; // on another thread: it fires there, and does nothing
    }
    if (wait->id && runtime->scheduler) {
        runtime->scheduler->cancel(wait->id);
    }
    runtime->timers.remove(wait);
    const auto job = std::exchange(wait->job, nullptr); // what it holds may end the timer itself
}

bool Timer::active() const noexcept
{
    return m_wait && m_wait->job;
}

} // namespace nanostores::detail
