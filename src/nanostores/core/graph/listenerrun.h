// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/notes.h>

#include <cstddef>
#include <cstdint>

namespace nanostores::detail {

class ListenerRun;

/// A listener that looks at parts of the value. Its destructor calls leaveRun(), while its run may still look at it.
struct NANOSTORES_CORE_EXPORT RunListener : Listener
{
    RunListener() { kind |= InRun; }

    /// For the first two that stand next to one another.
    virtual ListenerRun *makeRun() const = 0;
    void leaveRun() noexcept;
    bool isQueuedInRun() const noexcept;

    ListenerRun *run = nullptr; ///< Null: it stands alone. Kept when it has left, for deliveries that stand on it.
    std::uint64_t calledSince = 0; ///< That entry of its run covers nothing that it has not seen.
    bool isMember = false;

protected:
    ~RunListener() override;
};

/// Takes what a run picks.
class NANOSTORES_CORE_EXPORT PickedListeners
{
public:
    virtual void add(RunListener &listener) = 0;

protected:
    ~PickedListeners() = default;
};

/// Listeners of one store that stand next to one another and look at parts of its value. Most changes concern few of
/// them: the run finds these, and the others cost nothing.
///
/// The members are links like all others, in the list of their store. What walks over that list to notify takes the run
/// in one step. Who comes while the run waits in a batch begins another one, as what it has seen is newer.
class NANOSTORES_CORE_EXPORT ListenerRun
{
public:
    ListenerRun() = default;
    ListenerRun(const ListenerRun &) = delete;
    ListenerRun &operator=(const ListenerRun &) = delete;
    virtual ~ListenerRun();

    /// Adds those whom the change may concern, in whatever order; they look themselves before they call their function.
    /// False, or an error: it may concern all of them.
    virtual bool pick(const Node &node, OldValue *past, bool keyed, PickedListeners &to) = 0;
    /// Before it leaves.
    virtual void leaving(RunListener &listener) noexcept = 0;

    /// The member behind this one, or null.
    RunListener *following(const RunListener &listener) const noexcept
    {
        return &listener == last ? nullptr : static_cast<RunListener *>(listener.next);
    }

    RunListener *first = nullptr;
    RunListener *last = nullptr;
    RunListener *newest = nullptr; ///< The first of those who have come since pick() has set this to null.
    std::uint32_t members = 0;
    std::uint32_t refs = 0; ///< Listeners that know the run, members or not.
    bool isQueued = false; ///< It has its entry of a batch in the queue.
    std::uint64_t entry = 0; ///< The number of that, or of the last one.
    /// Members that were called by entries of their own while the run was queued.
    Notes<RunListener *> calledAhead;

    // Memory that does not run out in the midst of a change.
    static void *operator new(std::size_t size);
    static void operator delete(void *run, std::size_t size) noexcept;
};

inline bool RunListener::isQueuedInRun() const noexcept
{
    return isMember && run && run->isQueued;
}

} // namespace nanostores::detail
