// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/notetables.h>
#include <nanostores/core/scheduler.h>

#include <chrono>
#include <cstdint>
#include <utility>

namespace nanostores::detail {

/// The unmount delays that run, and the one timer for the first of them to end (rule 25).
///
/// Invariants: a node has the flag Leaving exactly while it stands in m_byMoment and m_keys. The timer is armed for a
/// moment not after the first one of m_byMoment, as long as there is a scheduler that takes it. Moments are in the time
/// of the present scheduler, or count from 0 while there is none.
class UnmountDelays : public Component<UnmountDelays>
{
public:
    UnmountDelays() noexcept = default;

    void begin(Node *node);
    void cancel(Node *node);
    void expired(Node *node);

    /// A momentary get() has come: the delay stops, and its end is kept for the next begin().
    void interrupt(Node *node);
    bool hasInterrupted() const noexcept { return !m_kept.empty(); }
    void forgetInterrupted(Node *root);
    /// Before the node is destroyed.
    void forget(Node *node)
    {
        cancel(node);
        if (!m_kept.empty()) {
            m_kept.erase(node);
        }
    }

    void arm();
    void cancelTimer(Scheduler &scheduler);
    void dropTimer() noexcept { m_timer = 0; } ///< Its scheduler has gone.
    /// Another scheduler: all moments are later by so much.
    void shift(std::chrono::milliseconds difference);

private:
    /// The moment of the end; delays that end at the same moment end in the order in which they began.
    using LeaveKey = std::pair<std::chrono::milliseconds, std::uint64_t>;

    void fire();

    NoteMap<LeaveKey, Node *> m_byMoment;
    NoteTable<Node *, LeaveKey> m_keys;
    NoteTable<const Node *, std::chrono::milliseconds> m_kept; ///< The ends of interrupted delays.
    std::uint64_t m_serial = 0;
    Scheduler::TimerId m_timer = 0;
    std::chrono::milliseconds m_timerDue{0};
};

} // namespace nanostores::detail
