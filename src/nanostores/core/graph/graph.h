// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/checks.h>
#include <nanostores/core/detail/duration.h>
#include <nanostores/core/export.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

/// The reactive graph, free of API and of value types.
///
/// A write marks what lies below it (Stale: something further up changed; Dirty: a direct source did) and puts
/// listeners, effects and eager computed stores into one queue. The queue is drained first in, first out; a computed
/// store is pulled there, or earlier when it is read. Marking runs no code of the user's. Marking, pulling,
/// attaching and destruction are loops over explicit stacks, so a graph may be as deep as the heap.
namespace nanostores::detail {

struct Edge;
struct Extra;
struct Lifecycle;
class Describer;
struct Listener;
struct Node;
struct Runtime;
struct Sink;

enum Flag : std::uint32_t {
    Dirty = 1u << 0, ///< A direct source changed (computed, effect); written and not yet committed (signal).
    Stale = 1u << 1, ///< Something further up changed: check.
    Evaluated = 1u << 2, ///< Holds a value of its own function.
    Running = 1u << 3,
    Queued = 1u << 4,
    Eager = 1u << 5, ///< Pulled from the queue: a listed computed, or a tracked one with listeners.
    OwnsNest = 1u << 5, ///< Effect: runs nothing; owns what a computed store's function has made.
    StaleNotQueued = 1u << 6, ///< Stale, and on purpose not queued.
    Computing = 1u << 7, ///< Is a computed store.
    Effecting = 1u << 8, ///< Is an effect.
    Listed = 1u << 9, ///< Its sources were given, not tracked.
    Attached = 1u << 10, ///< Listed: stands in the lists of its sources.
    Leaving = 1u << 11, ///< Unobserved, in its unmount delay.
    Disposed = 1u << 12, ///< Effect: stopped.
    Nesting = 1u << 12, ///< Computed: its function has made effects or scopes, or a Substitute takes its place.
    WantsOldMap = 1u << 12, ///< Map: a listener takes the whole old container.
    HooksSet = 1u << 13,
    HooksNotify = 1u << 14,
    WantsOldValue = 1u << 15, ///< A listener or a hook takes the old value.
    HasEdges = 1u << 16, ///< A computed store or an effect stands below; it compares with the old value.
    Spied = 1u << 17, ///< A probe follows it: it has an Extra, and goes the slow ways (probe.h).
    CustomEqual = 1u << 18,
    ViewEffect = 1u << 18, ///< Effect: shows stores, as a ViewFunction does (muting.h).
    Observable = 1u << 19, ///< Has lifecycle hooks.
    Former = 1u << 20, ///< Effect: made in the last run of its owner, which runs again.
    Barrier = 1u << 20, ///< Computed: marks stop at it; runs first of all in the queue and wakes what it chooses below.
    Lazy = 1u << 21, ///< Scope: not started; the effects made in it wait.
    Batched = 1u << 21, ///< Computed: notifies only when its timer fires or it is read.
    Watched = 1u << 22, ///< Sink: is notified when it is linked to a source or unlinked.
    Deferred = 1u << 23, ///< Nothing holds it any more: in the deferredNodes.
    Late = 1u << 24, ///< Sink: when its turn in the queue comes, it waits until nothing else is queued.
    FlagBits = 25,
    FlagMask = (1u << FlagBits) - 1,
};

/// Stands in the place of the number of the thread in nodes of threads that are too many to have one.
constexpr std::uint32_t NoThreadNumber = (1u << (32 - FlagBits)) - 1;

/// An old value, shared by the queue entries of one write and by the comparison that commits it.
struct NANOSTORES_CORE_EXPORT OldValue
{
    OldValue() = default;
    OldValue(const OldValue &) = delete;
    OldValue &operator=(const OldValue &) = delete;
    virtual ~OldValue();

    void retain() noexcept { ++refs; }
    void release() noexcept
    {
        if (--refs == 0) {
            delete this;
        }
    }

    std::uint32_t refs = 1;
};

/// A place in the ordered list of a source's sinks.
struct Link
{
    enum Kind : std::uint32_t {
        IsListener = 1,
        Counted = 2,
        Exempt = 4,
        Dead = 8,
        InQueue = 16,
        Detached = 32,
        Linked = 64,
        TakesOldMap = 128,
        InRun = 256 ///< Is a RunListener.
    };

    Link *prev = nullptr; ///< The first one's points to the last one.
    Link *next = nullptr;
    Node *source = nullptr;
    std::uint32_t kind = 0;
    std::uint32_t seen = 0; ///< Listed: the version last seen. Tracked: the run of the sink that read it last.
};

/// Source to computed store or effect; stands in the sink's ordered list of sources too.
struct Edge : Link
{
    Sink *sink = nullptr;
    Edge *nextSource = nullptr;
};

/// A function that listens to one store.
struct NANOSTORES_CORE_EXPORT Listener : Link
{
    Listener() { kind = IsListener; }
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;
    virtual ~Listener();
    virtual void call(Node &node, OldValue *past, bool keyed) = 0;
    /// What messages call an unnamed store that it listens to, such as the property that shows it; may be empty.
    virtual std::string shownAs() const;

    // Listeners come and go with what is shown: a thread keeps the memory of some for the next ones.
    static void *operator new(std::size_t size);
    static void *operator new(std::size_t size, std::align_val_t alignment);
    static void operator delete(void *listener, std::size_t size) noexcept;
    static void operator delete(void *listener, std::size_t size, std::align_val_t alignment) noexcept;

    std::uint64_t stamp = 0;
};

/// A store's node. Alive while a handle refers to it or a sink stands below it.
struct NANOSTORES_CORE_EXPORT Node
{
    explicit Node(std::uint32_t flags);
    Node(const Node &) = delete;
    Node &operator=(const Node &) = delete;
    virtual ~Node()
    {
        if (aux) [[unlikely]] {
            dropAux();
        }
    }

    // All nodes of a thread can be found in the memory that they come from: see forEachNode().
    static void *operator new(std::size_t size);
    static void *operator new(std::size_t size, std::align_val_t alignment);
    static void operator delete(void *node, std::size_t size) noexcept;
    static void operator delete(void *node, std::size_t size, std::align_val_t alignment) noexcept;

    /// Signal: whether the value differs from the one its sinks last saw. Without a past it counts as different.
    virtual bool differs(const OldValue *seen) const;
    // For describe(), keep() and restore():
    virtual void describeTo(Describer &to) const;
    virtual OldValue *keepValue() const; ///< A copy; null: it cannot be restored.
    virtual void swapValue(OldValue &kept); ///< Exchanges the value with a copy that keepValue() has made.

    void retain() noexcept { refs.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept
    {
        auto count = refs.load(std::memory_order_acquire);
        do {
            if (count == 1) {
                lastRelease();
                return;
            }
        } while (!refs.compare_exchange_weak(count, count - 1, std::memory_order_acq_rel));
    }
    bool has(std::uint32_t flag) const noexcept { return (flags & flag) != 0; }

    /// Brings the value up to date; runs computed functions.
    void fresh() const
    {
        if (has(Dirty | Stale | Running)) [[unlikely]] {
            pull();
        }
    }
    void checkThread() const
    {
#if NANOSTORES_CHECKS
        verifyThread();
#endif
    }

    /// Before an untracked read.
    void checkRead() const
    {
#if NANOSTORES_CHECKS
        verifyRead();
#endif
    }

    void pull() const;
    void pullTracked() const;
    void track() const; ///< Ties the running computed store or effect to this node.
    void readMounting() const; ///< The read of nanostores' get(): mounts for a moment.
    void changed(OldValue *past); ///< After a write: hooks, mark, drain. Takes the past.
    void changedWithin(OldValue *past);
    void changedWithHooks(OldValue *past);
    /// The same where no listener takes the old value: keep(old) makes a OldValue of it, if one is needed at all.
    void changedBelow(void *old, OldValue *(*keep)(void *));
    void clean(); ///< Drops the listeners, unmounts at once.
    void notifyNow(OldValue *past = nullptr); ///< Listeners run though nothing changed. Takes the past.
    /// Its value is another one.
    void bump()
    {
        if (++version == 0) [[unlikely]] {
            versionsWrapped();
        }
    }
    static void versionsWrapped();
    bool plainRead() const noexcept { return !has(Dirty | Stale | Observable | Computing); }
    void listen(Listener *listener); ///< For attachListener(): mounts, then links. On error the listener is deleted.
    void lastRelease() noexcept;
    void lastReleaseSlowly() noexcept;
    void dropAux() noexcept;
    void verifyThread() const;
    void verifyRead() const;

    Extra &extra();
    Extra *extraOrNull() const noexcept;
    Lifecycle &lifecycle();
    Lifecycle *lifecycleOrNull() const noexcept;
    std::string label() const;
    void setName(std::string name);
    bool observed() const noexcept; ///< Some listener, effect or live computed store stands below.

    std::atomic<std::uint32_t> refs{1};
    std::uint32_t flags;
    Link *sinks = nullptr;
    std::uintptr_t aux = 0; ///< Extra, or with its lowest bit set the OldValue that the sinks last saw.
    std::uint32_t version = 0;
};

/// A node with sources: a computed store or an effect.
struct NANOSTORES_CORE_EXPORT Sink : Node
{
    explicit Sink(std::uint32_t flags);
    ~Sink() override;

    /// Computed: runs the function, keeps the result; true when it differs. The old value goes to past if asked for.
    virtual bool compute(OldValue *&past);
    /// Listed: the edges, made with the node.
    virtual Edge *listedEdges() noexcept;
    /// Watched: it now stands in the list of a source, or no longer does. Called in the midst of a change of the graph.
    virtual void sourceLinked(Node &source);
    virtual void sourceUnlinked(Node &source) noexcept;

    std::uint32_t live = 0; ///< How many of its sinks are observed.
    Edge *sources = nullptr;
    Edge *sourcesTail = nullptr; ///< While running: the last one read so far.
    std::uint32_t run = 0; ///< Number of the present run; edges of it carry the same.
    std::uint32_t epoch = 0; ///< Detached: the runtime's, when versions of sources were last seen.
};

/// An owning pointer to a node.
template<typename N>
class Ref
{
public:
    Ref() noexcept = default;
    /// Takes over the reference that a new node starts with.
    static Ref adopt(N *node) noexcept
    {
        Ref ref;
        ref.m_node = node;
        return ref;
    }
    static Ref share(N *node) noexcept
    {
        if (node) {
            node->retain();
        }
        return adopt(node);
    }
    Ref(const Ref &other) noexcept
        : m_node(other.m_node)
    {
        if (m_node) {
            m_node->retain();
        }
    }
    Ref(Ref &&other) noexcept
        : m_node(std::exchange(other.m_node, nullptr))
    {
    }
    Ref &operator=(Ref other) noexcept
    {
        std::swap(m_node, other.m_node);
        return *this;
    }
    ~Ref()
    {
        if (m_node) {
            m_node->release();
        }
    }
    N *get() const noexcept { return m_node; }
    N *operator->() const noexcept { return m_node; }
    N &operator*() const noexcept { return *m_node; }
    explicit operator bool() const noexcept { return m_node != nullptr; }

private:
    N *m_node = nullptr;
};

/// Calls visit with each node of this thread, stores, effects and scopes alike. It may make nodes, which are visited or
/// not, and may destroy none.
NANOSTORES_CORE_EXPORT void forEachNode(void (*visit)(void *context, Node &node), void *context);
template<typename F>
void forEachNode(F &&visit)
{
    forEachNode([](void *context, Node &node) { (*static_cast<std::remove_reference_t<F> *>(context))(node); },
                const_cast<void *>(static_cast<const void *>(&visit)));
}

/// Marks the listener as one that takes the whole old map; on error it is deleted.
NANOSTORES_CORE_EXPORT void takeOldMap(Node &node, Listener *listener);
/// Has the listener notified of changes of the node; on error it is deleted. wants: the flags that say which old values
/// it takes.
inline void attachListener(Node &node, Listener *listener, std::uint32_t wants)
{
    if (wants & WantsOldMap) {
        takeOldMap(node, listener);
    }
    node.flags |= wants;
    node.listen(listener);
    node.flags |= wants; // mounting may have let go of the last sink
}
NANOSTORES_CORE_EXPORT void removeListener(Listener *listener) noexcept;
NANOSTORES_CORE_EXPORT void detachListener(Listener *listener) noexcept;

/// A computed store's value was set outside its function: notifies its dependents. Takes the past.
NANOSTORES_CORE_EXPORT void deliver(Sink *computed, OldValue *past);

/// Begins a batch; false when one was open already.
NANOSTORES_CORE_EXPORT bool beginBatch();
/// Ends the outermost batch: drains. Throws the first error of the listeners.
NANOSTORES_CORE_EXPORT void endBatch();
/// The same for a destructor: errors go to the error handler.
NANOSTORES_CORE_EXPORT void endBatchQuietly(bool outermost) noexcept;

/// Has a computed store run again when it is asked next, and marks what lies below. For a Barrier, in its function.
NANOSTORES_CORE_EXPORT void invalidate(Sink *computed);
/// Whether a computed store or an effect is running that reads become sources of.
NANOSTORES_CORE_EXPORT bool tracking() noexcept;
/// What the function that runs has read last, tracked; to see whether a part of it reads anything.
NANOSTORES_CORE_EXPORT const Edge *lastRead() noexcept;
/// The computed store or the effect whose function runs is Late from now on, and so are the effects that it makes.
NANOSTORES_CORE_EXPORT void runLate() noexcept;

/// Runs f and takes what it read as changed.
NANOSTORES_CORE_EXPORT void beginCollect();
NANOSTORES_CORE_EXPORT void endCollect(bool trigger);

/// Whether a write made now notifies at once: no batch is open, no listener is being called, no computed store runs.
NANOSTORES_CORE_EXPORT bool idle() noexcept;

/// A number for each outermost batch with its drain; 0 outside.
NANOSTORES_CORE_EXPORT std::uint64_t batchSerial() noexcept;

/// A number for each turn: an outermost write or batch, with its drain and all that is written in that. At rest that
/// of the last one.
NANOSTORES_CORE_EXPORT std::uint64_t turn() noexcept;

/// Counts the listeners that have come so far.
NANOSTORES_CORE_EXPORT std::uint64_t listenSerial() noexcept;

/// Turns tracking off for a scope, or on for another sink.
class NANOSTORES_CORE_EXPORT UntrackedScope
{
public:
    explicit UntrackedScope(Sink *observer = nullptr) noexcept;
    UntrackedScope(const UntrackedScope &) = delete;
    UntrackedScope &operator=(const UntrackedScope &) = delete;
    ~UntrackedScope();

private:
    Sink *m_previous;
    bool m_collecting;
};

} // namespace nanostores::detail
