// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/write.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>

/// What an inspector, a logger or a test can follow: all that the stores and effects of a thread do.
///
/// A node that is followed has the flag Spied and an Extra. Each place that has something to say tests the flag in a
/// mask that it tests anyway, and goes another, slow way if it is set. So a program without a probe pays nothing, and
/// one with a probe pays only for the nodes that are followed. Following changes neither what runs nor in which order.
namespace nanostores::detail {

/// How the run of a function ended. An effect that ended without an error is Same.
enum class RunEnd : std::uint8_t {
    Changed, ///< The computed store has another value.
    Same,
    Threw, ///< The error is std::current_exception().
};

/// Follows the nodes of one thread. The functions are called in the midst of what they are about: they may ask for a
/// label() and may attach or detach probes, but may neither write, read through handles, nor destroy.
///
/// A thread may have several probes, each called for the nodes that it follows, in the order in which they were
/// attached. A probe is called for the end of a write, a run or a batch only if it was called for the beginning.
class NANOSTORES_CORE_EXPORT Probe
{
public:
    Probe() = default;
    Probe(const Probe &) = delete;
    Probe &operator=(const Probe &) = delete;
    /// Detaches it. Attached and destroyed on the same thread.
    virtual ~Probe();

    /// The node has no value yet, and typeid gives Node. Its flags say of which kind it is.
    virtual void created(Node &node) noexcept;
    /// The node has no value any more.
    virtual void destroyed(Node &node) noexcept;
    virtual void named(Node &node) noexcept;

    /// A write begins; the onSet hooks and the comparison are part of it.
    virtual void writeBegan(Node &node) noexcept;
    /// The write has ended, with its drain if it was outermost. Writes that it set off have ended before.
    virtual void writeEnded(Node &node, Outcome outcome) noexcept;

    /// Whether an effect may run again; all probes have to agree. If not, it stays stale, and is asked for again after
    /// the next change of a source. The first run of an effect is not asked for.
    virtual bool mayRun(EffectNode &effect) noexcept;
    /// The function of a computed store or an effect is called; runs inside of it are nested.
    virtual void runBegan(Sink &sink) noexcept;
    virtual void runEnded(Sink &sink, RunEnd end) noexcept;

    /// Listeners of the node are called next: in a batch one, otherwise those that follow one another.
    virtual void notifying(Node &node) noexcept;

    /// The first observer has come.
    virtual void observed(Node &node) noexcept;
    /// The last observer has left.
    virtual void unobserved(Node &node) noexcept;
    /// The mount hooks run next.
    virtual void mounted(Node &node) noexcept;
    /// The cleanups of the mount hooks have run.
    virtual void unmounted(Node &node) noexcept;

    /// Of the outermost batch.
    virtual void batchBegan() noexcept;
    virtual void batchEnded() noexcept;

    /// An error without a caller goes to the error handler.
    virtual void errorReported(const std::exception_ptr &error) noexcept;
};

/// Is called when a probe begins or ends to follow all nodes of the thread it was made in. For what makes its nodes
/// late, and has to make them early then. It may end on another thread, as an engine does whose thread waits.
class NANOSTORES_CORE_EXPORT ProbeAware
{
public:
    ProbeAware();
    ProbeAware(const ProbeAware &) = delete;
    ProbeAware &operator=(const ProbeAware &) = delete;
    virtual ~ProbeAware();

    virtual void followed(bool all) noexcept = 0;

private:
    const std::shared_ptr<std::atomic<ProbeAware *>> m_place; ///< In the list of its thread; null when it has ended.
};

/// Whether a probe follows all nodes of this thread.
NANOSTORES_CORE_EXPORT bool followsAll() noexcept;

enum class Follow : std::uint8_t {
    All, ///< All nodes of the thread, and those that are made from now on.
    Chosen, ///< Those that follow() names.
};

/// Calls the probe from now on. Attached again, it is as if it had been detached before.
NANOSTORES_CORE_EXPORT void attachProbe(Probe &probe, Follow which = Follow::All);
/// Calls the probe no more. A node that no probe follows is as fast as before. Nothing happens if it is not attached.
NANOSTORES_CORE_EXPORT void detachProbe(const Probe &probe) noexcept;
/// Whether the probe is attached to this thread.
NANOSTORES_CORE_EXPORT bool isAttached(const Probe &probe) noexcept;

/// Calls an attached probe for the node as well.
NANOSTORES_CORE_EXPORT void follow(const Probe &probe, Node &node);
/// Ends follow(). A probe that follows all nodes goes on to follow this one.
NANOSTORES_CORE_EXPORT void unfollow(const Probe &probe, Node &node) noexcept;

} // namespace nanostores::detail
