// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/batched.h>
#include <nanostores/core/graph/delays.h>
#include <nanostores/core/graph/guards.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/lifetime.h>
#include <nanostores/core/graph/links.h>
#include <nanostores/core/graph/mark.h>
#include <nanostores/core/graph/mount.h>
#include <nanostores/core/graph/pendingtimers.h>
#include <nanostores/core/graph/probehub.h>
#include <nanostores/core/graph/pull.h>
#include <nanostores/core/graph/queue.h>
#include <nanostores/core/graph/run.h>
#include <nanostores/core/graph/slabs.h>
#include <nanostores/core/graph/threads.h>
#include <nanostores/core/graph/transitions.h>
#include <nanostores/core/scheduler.h>

#include <atomic>
#include <bit>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace nanostores::detail {

class Probe;
class ProbeAware;

#if defined(__ELF__) && defined(__GNUC__)
[[gnu::tls_model("initial-exec"), gnu::visibility("hidden")]]
#endif
extern constinit thread_local Runtime *currentRuntime;

/// The state of one thread: the context of the function that runs, and the components that make up the engine. It never
/// moves, and outlives the stores of its thread.
///
/// Each component owns its fields, and states at its head which invariants hold between calls. Here stands only what
/// all of them need to know: whether the engine is at rest.
struct Runtime
{
    Runtime()
        : foreign(this)
    {
    }
    static Runtime &current()
    {
        Runtime *const runtime = currentRuntime;
        return runtime ? *runtime : make();
    }
    static Runtime &make();
    static Runtime *existing() noexcept;
    static Runtime *byIndex(std::uint32_t index) noexcept;

    /// A write made now is drained now.
    bool idle() const noexcept { return !queue.isBatching() && !queue.isDraining() && !puller.runner.isComputing(); }
    /// Inside a function that is being run.
    bool isInside() const noexcept
    {
        static_assert(sizeof(ExecutionContext::Reads) == 2);
        return context.observer || context.owner || context.exempt || std::bit_cast<std::uint16_t>(context.reads);
    }
    /// Outside of everything: a write made now notifies now, before any other. One test, as each write asks it.
    bool atRest() const noexcept
    {
        const auto inside = reinterpret_cast<std::uintptr_t>(context.observer)
                            | reinterpret_cast<std::uintptr_t>(context.owner)
                            | reinterpret_cast<std::uintptr_t>(context.exempt);
        return (inside | busy | std::bit_cast<std::uint16_t>(context.reads) | queue.isBatching() | queue.bytes()) == 0;
    }

    bool hasIdleWork() const noexcept { return idleWorkWaits || foreign.hasReleased(); }
    void idleWork();
    void settle() noexcept;

    void changeScheduler(Scheduler *newScheduler);
    void loseScheduler();
    void cancelTimers(Scheduler &from);
    void armAgain();

    Queue queue; ///< At the beginning: most calls from outside go to it, and its address is that of the runtime.
    ExecutionContext context{};
    /// Counts what runs that holds bare pointers into the graph: perform(), drains, cuts, and the destruction of nodes
    /// and links. Each adds one while it runs. Whatever would destroy a node or a link, or run the hooks of a
    /// transition, reads it, and puts that off while it is not 0; the last one to leave does it (idleWork()).
    std::uint32_t busy = 0;
    /// Something was put off: a node or a link to be freed, a transition, a kept error, a timer. Set by the components
    /// that put it off; brought up to date by idleWork().
    bool idleWorkWaits = false;
    bool timersWait = false; ///< The scheduler could not take a timer: it is asked again at rest.

    // Before all that may hold a node or a listener.
    NodeSlabs slabs;
    ListenerBlocks listenerBlocks;

    Puller puller;
    Marker marker;
    Links links;
    Observers observers;
    Transitions transitions;
    Reclaimer reclaimer;
    UnmountDelays delays;
    BatchedStores batched;
    PendingTimers timers;
    ForeignThreads foreign;

    std::vector<std::vector<Ref<Node>>> collectors; ///< Of trigger() calls, the innermost last: what each has read.
    Notes<EffectNode *> detachedEffects; ///< Without a handle and without an owner: they end with the thread.
    Scheduler *scheduler = nullptr; ///< Changed by ForeignThreads, under its lock.
    std::uint32_t index = 0; ///< In the table of threads.
    std::uint64_t nodes = 0; ///< How many there are.

    /// What new nodes have in their flags: the number of the thread, and Spied if a probe follows all nodes.
    std::uint32_t nodeFlags = 0;
    bool nodesAreSpecial = false; ///< New nodes need an Extra: they are Spied, or the thread has no number.
    Probe *probe = nullptr; ///< The hub, while there is a probe.
    std::unique_ptr<ProbeHub> probes;
    std::vector<std::shared_ptr<std::atomic<ProbeAware *>>> probeAware;
};

// The way from a component to its runtime

// Runtime is no standard-layout class, but has no virtual base either: compilers support offsetof for it.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#endif
constexpr std::size_t offsetInRuntime(const Queue *) noexcept
{
    return offsetof(Runtime, queue);
}
constexpr std::size_t offsetInRuntime(const Puller *) noexcept
{
    return offsetof(Runtime, puller);
}
constexpr std::size_t offsetInRuntime(const Runner *) noexcept
{
    return offsetof(Runtime, puller) + offsetof(Puller, runner);
}
constexpr std::size_t offsetInRuntime(const Marker *) noexcept
{
    return offsetof(Runtime, marker);
}
constexpr std::size_t offsetInRuntime(const Links *) noexcept
{
    return offsetof(Runtime, links);
}
constexpr std::size_t offsetInRuntime(const Observers *) noexcept
{
    return offsetof(Runtime, observers);
}
constexpr std::size_t offsetInRuntime(const Transitions *) noexcept
{
    return offsetof(Runtime, transitions);
}
constexpr std::size_t offsetInRuntime(const Reclaimer *) noexcept
{
    return offsetof(Runtime, reclaimer);
}
constexpr std::size_t offsetInRuntime(const UnmountDelays *) noexcept
{
    return offsetof(Runtime, delays);
}
constexpr std::size_t offsetInRuntime(const BatchedStores *) noexcept
{
    return offsetof(Runtime, batched);
}
constexpr std::size_t offsetInRuntime(const PendingTimers *) noexcept
{
    return offsetof(Runtime, timers);
}
constexpr std::size_t offsetInRuntime(const ForeignThreads *) noexcept
{
    return offsetof(Runtime, foreign);
}
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

template<typename Derived>
inline Runtime &Component<Derived>::runtime() noexcept
{
    auto *const self = static_cast<Derived *>(this);
    return *reinterpret_cast<Runtime *>(reinterpret_cast<char *>(self) - offsetInRuntime(self));
}

template<typename Derived>
inline const Runtime &Component<Derived>::runtime() const noexcept
{
    return const_cast<Component *>(this)->runtime();
}

// What components ask one another on the way of most writes

inline bool Queue::ranInThisDrain(const Sink *effect) const noexcept
{
    return m_draining > 0 && effect->run - m_drainedFrom - 1 < runtime().puller.runner.serial() - m_drainedFrom;
}

inline void Queue::beginDrain() noexcept
{
    if (m_draining++ == 0) {
        m_drainedFrom = runtime().puller.runner.serial();
        m_turn += m_turnHolders == 0;
    }
    ++runtime().busy;
}

inline void Queue::drainIfIdle()
{
    if (pending() && runtime().idle()) {
        drain();
    }
}

inline Listener *asListener(Link *link) noexcept
{
    return static_cast<Listener *>(link);
}

/// The last one that stands for the same place in a walk that notifies: of a run, its last listener.
Listener *lastOfRunSlowly(Listener *listener) noexcept;
inline Listener *lastOfRun(Listener *listener) noexcept
{
    return listener->kind & Link::InRun ? lastOfRunSlowly(listener) : listener;
}

inline Edge *asEdge(Link *link) noexcept
{
    return static_cast<Edge *>(link);
}

/// Whether there is one; it has been called then.
bool callMisuseHandler(const std::string &message);

/// To be called when the runtime starts: reports when another one has started in this process before.
void announceRuntime() noexcept;

/// Called in a handler, for a loop that goes on after an error: keeps the first error, to be thrown at the end, and
/// hands the others to the error handler.
inline void collect(std::exception_ptr &first)
{
    if (first) {
        reportError(std::current_exception());
    } else {
        first = std::current_exception();
    }
}

/// Runs a step of the graph that holds bare pointers into it. The engine is busy for its time; the outermost step does
/// the idle work after it. An error of the step goes to the caller, and then errors of the idle work to the handler;
/// without one, those of the idle work go to the caller.
template<typename F>
void perform(Runtime &runtime, F &&step)
{
    ++runtime.busy;
    try {
        step();
    } catch (...) {
        if (--runtime.busy == 0) {
            try {
                runtime.idleWork();
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        throw;
    }
    if (--runtime.busy == 0 && runtime.hasIdleWork()) {
        runtime.idleWork();
    }
}

/// Runs a step as perform() does, and then drains: what the function of a computed store has written in the step was
/// queued and waits for the end of that function. It is drained also if the step threw.
template<typename F>
void performAndDrain(Runtime &runtime, F &&step)
{
    try {
        perform(runtime, std::forward<F>(step));
    } catch (...) {
        runtime.queue.drainAfterError();
        throw;
    }
    runtime.queue.drainIfIdle();
}

/// Keeps a store until its reader has the value, though the last handle goes inside the read: it is parked where the
/// next thing that the graph does finds it.
class Parked
{
public:
    Parked(Runtime &runtime, Node *node) noexcept
        : m_runtime(runtime)
        , m_node(node)
    {
        m_node->retain();
    }
    Parked(const Parked &) = delete;
    Parked &operator=(const Parked &) = delete;
    ~Parked()
    {
        if (m_node->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            m_runtime.reclaimer.deferNode(m_node);
        }
    }

private:
    Runtime &m_runtime;
    Node *const m_node;
};

/// Runs a step that reads a store, and then drains: a pull may have queued listeners and effects (rule 11). The idle
/// work or the drain may take the last handle of the store away before its reader has the value, so the store is
/// parked.
template<typename F>
void performRead(Runtime &runtime, Node *node, F &&step)
{
    ++runtime.busy; // till then nothing is destroyed
    try {
        step();
    } catch (...) {
        const Parked parked(runtime, node);
        if (--runtime.busy == 0) {
            try {
                runtime.idleWork();
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        runtime.queue.drainAfterError();
        throw;
    }
    if (--runtime.busy > 0) {
        runtime.queue.drainIfIdle();
    } else if (runtime.hasIdleWork() || runtime.queue.pending()) [[unlikely]] {
        const Parked parked(runtime, node);
        runtime.idleWork();
        runtime.queue.drainIfIdle();
    }
}

} // namespace nanostores::detail
