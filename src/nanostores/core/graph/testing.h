// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/scheduler.h>

#include <cstdint>
#include <typeinfo>

/// What a test kit asks of the engine, beyond what a Probe sees. Nothing of it is on the way of a program without one.
namespace nanostores::detail {

/// Takes the place of a computed store's function. It has to be removed before it is destroyed, and the store has to
/// live until then.
class NANOSTORES_CORE_EXPORT Substitute
{
public:
    Substitute() = default;
    Substitute(const Substitute &) = delete;
    Substitute &operator=(const Substitute &) = delete;
    virtual ~Substitute();

    /// As Sink::compute(): sets the value of the store, and returns whether it differs.
    virtual bool compute(Sink &computed, OldValue *&past) = 0;

private:
    friend NANOSTORES_CORE_EXPORT void addSubstitute(Sink &computed, Substitute &substitute);
    friend NANOSTORES_CORE_EXPORT void removeSubstitute(Sink &computed, Substitute &substitute);

    Substitute *m_former = nullptr;
};

/// The store runs the substitute from now on, as if a source had changed. Its sources are not looked at, and it stays
/// their sink. Of several substitutes the last one counts.
NANOSTORES_CORE_EXPORT void addSubstitute(Sink &computed, Substitute &substitute);
/// The store runs what it ran before, in whichever order substitutes are removed.
NANOSTORES_CORE_EXPORT void removeSubstitute(Sink &computed, Substitute &substitute);

/// A node that may have been made after its store: it comes with what first has to know of the store.
class NANOSTORES_CORE_EXPORT LateNode
{
public:
    /// Whether the store was there before all probes that follow all stores.
    virtual bool isLate() const noexcept = 0;

protected:
    LateNode() = default;
    LateNode(const LateNode &) = default;
    LateNode &operator=(const LateNode &) = default;
    virtual ~LateNode();
};

/// Whether the node is a late one.
NANOSTORES_CORE_EXPORT bool isLate(const Node &node) noexcept;

/// Has the mount hooks of the store not run, until it was released as often as it was held. Those that have run are
/// not undone.
NANOSTORES_CORE_EXPORT void holdMounts(Node &node);
NANOSTORES_CORE_EXPORT void releaseMounts(Node &node) noexcept;

/// The first hook of the kind that came after the one with this number, or null. See HookList.
NANOSTORES_CORE_EXPORT HookPtr hookAfter(const Node &node, HookKind kind, std::uint64_t number) noexcept;

/// Takes out the listeners that came after the one with this number, see listenSerial(). A subscription still holds
/// its listener, and deletes it when it ends.
NANOSTORES_CORE_EXPORT void dropListeners(Node &node, std::uint64_t after);
/// Ends the unmount delay of the store, if it has begun.
NANOSTORES_CORE_EXPORT void endUnmountDelay(Node &node);

/// Whether no batch is open, and nothing of the graph runs.
NANOSTORES_CORE_EXPORT bool isAtRest() noexcept;

/// The type of the function of a scheduler's job; of that of a Timer, the function of the timer.
NANOSTORES_CORE_EXPORT const std::type_info &typeOfJob(const Scheduler::Job &job);
/// If the job is that of a Timer: the timer does not wait any more, and no other scheduler gets it.
NANOSTORES_CORE_EXPORT void giveUpJob(const Scheduler::Job &job);

} // namespace nanostores::detail
