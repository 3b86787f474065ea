// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

#include <chrono>

/// What the engine does when it is at rest, and when its scheduler changes.
namespace nanostores::detail {

/// Does what was put off while something ran: transitions first, as their hooks may use the stores that wait to be
/// freed; then kept errors, links and nodes are freed. What is freed may observe other stores, so there may be
/// transitions again.
void Runtime::idleWork()
{
    if (transitions.isSettling()) {
        return;
    }
    if (foreign.hasReleased()) [[unlikely]] {
        foreign.takeReleased();
    }
    do {
        if (!transitions.empty()) {
            transitions.settle();
        }
        if (busy == 0 && !queue.pending()) {
            queue.giveBack();
            puller.dropKept();
            if (reclaimer.hasLinks()) {
                reclaimer.freeDeferredLinks();
            }
            if (reclaimer.hasNodes()) {
                reclaimer.reclaim();
            }
        }
    } while (!transitions.empty() && !queue.isBatching() && busy == 0 && !queue.pending());
    if (timersWait) [[unlikely]] {
        timersWait = false;
        delays.arm();
        batched.arm();
    }
    idleWorkWaits = !transitions.empty() || reclaimer.hasLinks() || reclaimer.hasNodes() || timersWait;
}

/// Does all that waits for the engine to be at rest. Errors go to the handler.
void Runtime::settle() noexcept
{
    try {
        foreign.takeReleased();
        idleWork();
    } catch (...) {
        reportError(std::current_exception());
    }
}

// The scheduler

/// Hands all that waits over to another scheduler, or keeps it if there is none. Moments are kept in the time of the
/// scheduler, so they are moved to the time of the new one: what remains of each delay stays the same.
void Runtime::changeScheduler(Scheduler *newScheduler)
{
    using namespace std::chrono_literals;
    Scheduler *const old = scheduler;
    if (old == newScheduler) {
        return;
    }
    if (old) {
        cancelTimers(*old);
    }
    delays.shift((newScheduler ? newScheduler->now() : 0ms) - (old ? old->now() : 0ms));
    for (Scheduler::Job &job : foreign.changeScheduler(newScheduler)) {
        newScheduler->post(std::move(job));
    }
    timers.move(old, newScheduler);
    batched.dropTimer();
    batched.arm();
    delays.arm();
}

/// The scheduler is being destroyed, and its timers with it.
void Runtime::loseScheduler()
{
    foreign.loseScheduler();
    delays.dropTimer();
    batched.dropTimer();
    timers.move(nullptr, nullptr);
}

void Runtime::cancelTimers(Scheduler &from)
{
    delays.cancelTimer(from);
    batched.cancelTimer(from);
}

/// The scheduler could not take a timer. It is asked again when the engine is at rest the next time.
void Runtime::armAgain()
{
    reportError(std::current_exception());
    timersWait = true;
    idleWorkWaits = true;
}

} // namespace nanostores::detail
