// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/notetables.h>
#include <nanostores/core/scheduler.h>

namespace nanostores::detail {

/// Stale `batched` stores, which wait for a timer of 0 ms (rule 18).
///
/// Invariants: m_places has an entry for each store of m_waiting, and no other. While there is a scheduler and a store
/// waits, the timer is armed, unless the scheduler could not take it: then Runtime::idleWork() asks again.
class BatchedStores : public Component<BatchedStores>
{
public:
    BatchedStores() noexcept = default;

    void add(Sink *batched);
    void forget(Sink *batched) noexcept;
    void arm();
    void cancelTimer(Scheduler &scheduler);
    void dropTimer() noexcept { m_armed = false; } ///< Its scheduler has gone.

private:
    void fire();

    NoteList<Sink *> m_waiting; ///< The store that was marked last is at the end.
    NoteTable<const Sink *, NoteList<Sink *>::iterator> m_places;
    bool m_armed = false;
    Scheduler::TimerId m_timer = 0;
};

} // namespace nanostores::detail
