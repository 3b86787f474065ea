// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/notes.h>
#include <nanostores/core/scheduler.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace nanostores::detail {

/// Read by a job of a scheduler, which may outlive the thread: whether there is still something to do.
struct Life
{
    explicit Life(Runtime *owner) noexcept
        : runtime(owner)
    {
    }

    std::atomic<Runtime *> runtime;
};

/// What other threads may ask of this one: to run a job, and to end a store whose last handle they gave up.
///
/// Invariants: m_released, m_jobs, m_closing, m_standIn and the Runtime's scheduler change with m_mutex locked only.
/// The lock is held while nothing of the user's runs.
class ForeignThreads : public Component<ForeignThreads>
{
public:
    explicit ForeignThreads(Runtime *owner)
        : m_life(std::make_shared<Life>(owner))
    {
    }

    // On other threads
    void post(Scheduler::Job &job);
    void release(Node *node) noexcept;
    bool isOver() const noexcept { return m_threadOver; }

    // On this thread
    bool hasReleased() const noexcept { return m_hasReleased.load(std::memory_order_relaxed); }
    void takeReleased();
    /// Jobs that have waited for a scheduler are returned, to be posted to the new one.
    std::vector<Scheduler::Job> changeScheduler(Scheduler *scheduler);
    void loseScheduler() noexcept;
    Scheduler *close(std::vector<Scheduler::Job> &dropped);
    bool endThread(bool &unused);

private:
    std::mutex m_mutex;
    Notes<Node *> m_released; ///< Last references given up by other threads.
    std::atomic<bool> m_hasReleased{false};
    std::vector<Scheduler::Job> m_jobs; ///< Posted while there is no scheduler.
    bool m_closing = false; ///< Takes no more jobs.
    std::atomic<bool> m_threadOver{false}; ///< The thread has ended, but some of its stores are in use elsewhere.
    bool m_standIn = false; ///< Over, and another thread ends its stores.
    const std::shared_ptr<Life> m_life;
};

} // namespace nanostores::detail
