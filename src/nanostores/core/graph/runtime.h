// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/freshstack.h>
#include <nanostores/core/graph/guards.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/notes.h>
#include <nanostores/core/scheduler.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <deque>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nanostores::detail {

struct Runtime;

#if defined(__ELF__) && defined(__GNUC__)
[[gnu::tls_model("initial-exec"), gnu::visibility("hidden")]]
#endif
extern constinit thread_local Runtime *currentRuntime;

/// Listeners of a node that are to be called: from cursor up to the one stamped lastStamp.
struct Delivery
{
    Node *node;
    Link *cursor;
    std::uint64_t lastStamp;
    OldValue *past;
    bool keyed; ///< The listeners take the key that changed.
    bool single; ///< One listener of a batch.
    bool settled = false; ///< With single: the store was brought up to date.
};

/// A computed store's, an effect's, or if sink is null, some listeners' place in the queue.
struct QueueEntry
{
    Sink *sink;
    Delivery listeners;
};

/// A sink that waits for the source of edge.
struct PullFrame
{
    Sink *sink;
    Edge *edge;
};

/// A stack or a queue of plain values.
template<typename T>
class PodDeque
{
    static_assert(std::is_trivially_copyable_v<T>);

public:
    PodDeque() = default;
    PodDeque(const PodDeque &) = delete;
    PodDeque &operator=(const PodDeque &) = delete;
    ~PodDeque() { NoteAllocator<T>().deallocate(m_buffer, capacity()); }

    bool empty() const noexcept { return m_first == m_last; }
    std::size_t size() const noexcept { return static_cast<std::size_t>(m_last - m_first); }
    T *begin() noexcept { return m_first; }
    T *end() noexcept { return m_last; }
    T &operator[](std::size_t i) noexcept { return m_first[i]; }
    T &back() noexcept { return m_last[-1]; }
    /// A place at the end, to be filled.
    T &push()
    {
        if (m_last == m_limit) [[unlikely]] {
            grow();
        }
        return *m_last++;
    }
    void push(const T &value) { push() = value; }
    T pop() noexcept { return *--m_last; }
    /// A place before the first one.
    T &pushFirst()
    {
        if (m_first == m_buffer) {
            push();
            std::move_backward(m_first, m_last - 1, m_last);
            return *m_first;
        }
        return *--m_first;
    }
    const T &popFirst() noexcept { return *m_first++; }
    void clear() noexcept { m_first = m_last = m_buffer; }
    void shrink(std::size_t size) noexcept { m_last = m_first + size; }

private:
    std::size_t capacity() const noexcept { return static_cast<std::size_t>(m_limit - m_buffer); }
    [[gnu::noinline]] void grow()
    {
        const std::size_t used = size();
        const std::size_t wanted = std::max<std::size_t>(16, 2 * used);
        T *const moved = NoteAllocator<T>().allocate(wanted);
        std::copy(m_first, m_last, moved);
        NoteAllocator<T>().deallocate(m_buffer, capacity());
        m_buffer = m_first = moved;
        m_last = moved + used;
        m_limit = moved + wanted;
    }

    T *m_buffer = nullptr;
    T *m_first = nullptr;
    T *m_last = nullptr;
    T *m_limit = nullptr;
};

/// What a running function sees around it; each run sets its own, and restores the one outside.
struct ExecutionContext
{
    Sink *observer;
    Sink *owner; ///< An effect or a scope; or a computed store, whose nest then owns.
    Node *exempt; ///< Effects made now do not mount it.
    struct Reads
    {
        bool passive; ///< Reads made now mount nothing.
        bool collecting; ///< Untracked reads go to the last collector.
    } reads;
};

/// A computed store that threw while one that reads it was checked: its error waits until that one's function reads it.
struct Failure
{
    Sink *computed = nullptr;
    std::exception_ptr error;
};

/// A source that has lost an edge.
struct CutFrame
{
    Node *source;
    bool counted;
};

/// A function that is being run, and the one inside of which it is.
struct Run
{
    const Sink *sink;
    const Run *outer;
};

/// A job that waits for its moment; see Timer.
struct PendingTimer
{
    Runtime *runtime = nullptr;
    std::chrono::milliseconds remaining{0}; ///< Of the delay, when it was last handed to a scheduler.
    std::chrono::milliseconds due{0};
    Scheduler::TimerId id = 0; ///< 0: there was no scheduler to ask.
    std::function<void()> job;
    std::atomic<bool> stopped{false};
};

/// Read by a job of a scheduler, which may outlive the thread: whether there is still something to do.
struct Life
{
    explicit Life(Runtime *owner) noexcept
        : runtime(owner)
    {
    }

    std::atomic<Runtime *> runtime;
};

/// The state of one thread: queue, batch, tracking, mounting. Never moves, and outlives the stores of its thread.
struct Runtime : ExecutionContext
{
    Runtime()
        : ExecutionContext{}
        , stackLimit(firstStackLimit())
        , life(std::make_shared<Life>(this))
    {
    }
    /// So far it was not asked how large the stack is.
    static std::uintptr_t firstStackLimit() noexcept
    {
        const char here = 0;
        return stackPosition(&here) - std::uintptr_t{64} * 1024;
    }
    static Runtime &current()
    {
        Runtime *const runtime = currentRuntime;
        return runtime ? *runtime : make();
    }
    static Runtime &make();
    static Runtime *existing() noexcept;
    static Runtime *byIndex(std::uint32_t index) noexcept;

    bool idle() const noexcept { return !batching && draining == 0 && computing == 0; }
    bool pending() const noexcept { return delivery.cursor || !queue.empty(); }
    /// Waits for the source that is brought up to date now, and will see for itself that it changed.
    bool isPulling(const Sink *sink) const noexcept { return pulling == sink; }
    bool ranInThisDrain(const Sink *effect) const noexcept
    {
        return draining > 0 && effect->run - drainedFrom - 1 < runSerial - drainedFrom;
    }
    ExecutionContext &context() noexcept { return *this; }
    std::uint32_t serial() const noexcept { return pullSerial; }
    void nextPull() noexcept
    {
        if (++pullSerial == 0) [[unlikely]] {
            ++epoch;
        }
    }
    bool hasIdleWork() const noexcept { return idleWorkWaits || foreignWaits.load(std::memory_order_relaxed); }
    /// Inside a function that is being run.
    bool isInside() const noexcept
    {
        static_assert(sizeof(Reads) == 2);
        return observer || owner || exempt || std::bit_cast<std::uint16_t>(reads);
    }
    /// Outside of everything: a write made now notifies now, before any other.
    bool atRest() const noexcept { return busy == 0 && !batching && queue.empty() && !isInside(); }

    // graph.cpp, pull.cpp, queue.cpp, effects.cpp
    void mark(Node *origin, OldValue *past, bool keyed, bool listeners = true);
    void queueListener(Listener *listener, OldValue *past, bool keyed, std::size_t &open);
    void queueSink(Sink *sink);
    void queueFirst(Sink *sink);
    void queueEffect(Sink *effect);
    void queueWithOwners(Sink *effect);
    void markStaleNotQueued(Node *origin);
    void setStaleNotQueued(Sink *sink);
    void setSourcesStaleNotQueued(Sink *sink);
    [[noreturn]] void throwCycle(Sink *sink, bool waited);
    void commit(Node *signal);
    void committed(Node *signal);
    void touch(Node *node);
    void publish(Sink *computed, OldValue *past);
    void delay(Sink *batched);
    void armBatched();
    void fireBatched();
    void forgetBatched(Sink *batched) noexcept;
    void settled(Sink *computed, OldValue *past);
    void settledFrom(Link *link, OldValue *past, bool listeners = true);
    void noteRead(Node *read);
    void refresh(Sink *root, Sink **threw = nullptr);
    Sink *leaveToReader(Sink *sink, Sink *ran, std::size_t base);
    void refreshQueued(Sink *computed);
    bool isReadByFunctions(const Sink *computed) const noexcept;
    void keepError(Sink *computed, std::exception_ptr error);
    void rethrowKept(Sink *computed);
    bool verified(const Sink *computed) const noexcept;
    void finish(Sink *sink);
    void runTracked(Sink *computed);
    void runFormer(Sink *computed);
    /// Down in a chain of functions that call one another, where the stack is nearly used up.
    bool isFar(const void *local) const noexcept { return stackPosition(local) < stackLimit; }
    bool evaluateFar(Sink *computed, OldValue *&past);
    void callFar(void (*function)(void *), void *argument);
    void runListed(Sink *computed);
    void failed(Sink *computed, OldValue *past);
    void tell(Sink *computed, OldValue *past);
    void runEffect(EffectNode *effect);
    void runEffectInside(EffectNode *effect);
    void drain();
    void drainInside();
    void beginDrain() noexcept
    {
        if (draining++ == 0) {
            drainedFrom = runSerial;
        }
        ++busy;
    }
    void endDrain();
    void endDrain(std::exception_ptr error);
    void tellListeners(Node &node, OldValue *past);
    void drainIfIdle()
    {
        if (pending() && idle()) {
            drain();
        }
    }
    void runQueue();
    void countStep();
    [[noreturn]] void endFeedback();
    static std::uint32_t feedbackBound() noexcept; ///< 0: there is none.
    void step();
    bool checkQuickly(Sink *effect);
    void drainAfterError() noexcept;
    void checkTracked(const Sink *sink);
    void deliver();
    void skipEffects();
    void link(Node *source, Sink *sink);
    void linkTracked(Node *source, Sink *sink);
    void unlinkRest(Sink *sink);
    void unlinkAll(Sink *sink);

    // links.cpp, mount.cpp, lifecycle.cpp, lifetime.cpp
    void append(Link *link);
    static void takeFromList(Link *link) noexcept;
    void unlink(Link *link, bool byListener);
    void cut(Edge *first, bool byListener);
    bool takeEdge(Edge *edge) noexcept;
    void letGo(Node *source, bool counted, bool byListener);
    void takeOutListeners(Node *node);
    static void forgetListener(Node *node) noexcept;
    void count(Link *link, bool momentary = false);
    void addObserver(Node *node, bool momentary = false);
    void removeObserver(Node *node, bool byListener);
    void mount(Node *node, bool momentary = false);
    void attachQuietly(Sink *computed);
    void detach(Sink *computed, bool byListener);
    void uncountSources(Sink *computed);
    void releaseSources(Sink *computed, bool byListener);
    void runStartHooks(Node *node);
    void rollBackStart(Node *node);
    void runStopHooks(Node *node);
    void enterTransition(Node *node);
    void enterLeaving(Node *node);
    void cancelLeaving(Node *node);
    void interruptLeaving(Node *node);
    void forgetInterrupted(Node *root);
    void unmountDelayExpired(Node *node);
    void unmount(Node *node);
    void afterLastSink(Node *node);
    void idleWork();
    void settleTransitions();
    void deferLink(Link *link);
    void freeDeferredLinks();
    void deferNode(Node *node);
    void reclaim();
    void destroy(Node *node);
    void arm();
    void armAgain();
    void fireLeaving();
    void takeForeign();
    void releaseFromOutside(Node *node) noexcept;
    void settle() noexcept;
    void cancelTimers(Scheduler &from);

    std::uint32_t index = 0;
    PodDeque<QueueEntry> queue;
    std::uint32_t untrackedIn = 0; ///< The run of the function that read by get() last; kept by debug builds.
    Delivery delivery{}; ///< Under way, before what is queued.
    bool batching = false;
    std::uint64_t batches = 0;
    std::uint32_t draining = 0;
    std::uint32_t steps = 0; ///< Of this drain, until they are many.
    struct Rounds
    {
        std::size_t left = 0; ///< Steps of this round.
        std::uint32_t all = 0;
        std::uint32_t withCalls = 0; ///< Of listeners and effects.
    } rounds;
    std::uint32_t computing = 0;
    std::uint32_t busy = 0; ///< Something runs that holds bare pointers into the graph.
    std::uint32_t runSerial = 0;
    std::uint32_t drainedFrom = 0; ///< What runSerial was when the drain began.
    std::uint64_t stampSerial = 0;
    std::vector<std::vector<Ref<Node>>> collectors;
    const Run *running = nullptr; ///< The innermost one.
    const Listener *arriving = nullptr; ///< Its store is being mounted.
    std::uintptr_t stackLimit; ///< Below it the stack is nearly used up.
    bool stackLimitIsKnown = false;

    struct MarkFrame
    {
        Link *link;
        Node *via;
    };
    PodDeque<MarkFrame> markStack;
    PodDeque<PullFrame> pullStack;
    PodDeque<CutFrame> cutStack;
    Failure failure;
    Sink *pulling = nullptr; ///< Waits for the source that is brought up to date now.
    std::uint32_t pullSerial = 0;
    std::uint32_t epoch =
        0; ///< One more whenever a version or pullSerial begins anew: what was seen before is no proof.
    Edge *freeEdges = nullptr;
    std::vector<std::unique_ptr<Edge[]>> slabs;
    Notes<Link *> deferredLinks;
    Notes<Node *> deferredNodes;
    NoteQueue<Node *> transitions;
    bool idleWorkWaits =
        false; ///< One of deferredLinks, deferredNodes and transitions is not empty, or an error is kept.
    NoteList<Sink *> batched; ///< Stale batched stores that wait for the timer, the one marked last at the end.
    NoteTable<const Sink *, NoteList<Sink *>::iterator> batchedPlaces;
    bool batchedArmed = false;
    Scheduler::TimerId batchedTimer = 0;
    bool timersWait = false; ///< The scheduler could not take one: it is asked again.
    Notes<EffectNode *> detachedEffects;
    Notes<std::pair<Node *, bool>> sinkless;
    bool settling = false;
    bool reclaiming = false;
    bool clearing = false;

    using LeaveKey = std::pair<std::chrono::milliseconds, std::uint64_t>;
    NoteMap<LeaveKey, Node *> leaving;
    NoteTable<Node *, LeaveKey> leavingKeys;
    NoteTable<const Node *, std::chrono::milliseconds> keptDelays; ///< Interrupted by a momentary get().
    std::uint64_t leaveSerial = 0;
    Scheduler *scheduler = nullptr;
    Scheduler::TimerId timer = 0;
    std::chrono::milliseconds timerDue{0};

    // timer.cpp
    void moveWaits(Scheduler *from, Scheduler *to);
    void dropWaits(Scheduler *from);
    std::vector<std::shared_ptr<PendingTimer>> waits;

    std::mutex foreignMutex;
    Notes<Node *> foreign; ///< Last references given up by other threads.
    std::atomic<bool> foreignWaits{false};
    std::vector<Scheduler::Job> foreignJobs; ///< Posted by other threads while there is no scheduler.
    std::uint64_t nodes = 0;
    bool closing = false; ///< Takes no more foreign jobs.
    std::atomic<bool> threadOver{false};
    bool standIn = false; ///< Over, and another thread ends its stores.
    const std::shared_ptr<Life> life;

    Edge *newEdge();
    void freeEdge(Edge *edge) noexcept;
};

constexpr std::size_t NoEntry = static_cast<std::size_t>(-1); ///< In the queue.

inline Listener *asListener(Link *link) noexcept
{
    return static_cast<Listener *>(link);
}

inline Edge *asEdge(Link *link) noexcept
{
    return static_cast<Edge *>(link);
}

/// Whether there is one; it has been called then.
bool callMisuseHandler(const std::string &message);

/// To be called when the runtime starts: reports when another one has started in this process before.
void announceRuntime() noexcept;

/// Keeps the first error, hands the others to the handler.
inline void collect(std::exception_ptr &first)
{
    if (first) {
        reportError(std::current_exception());
    } else {
        first = std::current_exception();
    }
}

inline void Runtime::queueSink(Sink *sink)
{
    queue.push().sink = sink;
    sink->flags |= Queued;
}

inline void Runtime::queueEffect(Sink *effect)
{
    if (!static_cast<EffectNode *>(effect)->parent()) [[likely]] {
        queueSink(effect);
    } else {
        queueWithOwners(effect);
    }
}

/// Ends what a computed store's function has made: the effects and scopes that are there now, when it goes out of
/// scope.
class FormerNest
{
public:
    explicit FormerNest(Sink *computed) noexcept
    {
        if (computed->has(Nesting)) [[unlikely]] {
            take(computed);
        }
    }
    FormerNest(const FormerNest &) = delete;
    FormerNest &operator=(const FormerNest &) = delete;
    ~FormerNest()
    {
        if (m_nest) [[unlikely]] {
            end();
        }
    }
    explicit operator bool() const noexcept { return m_nest != nullptr; }

private:
    void take(Sink *computed) noexcept;
    void end() noexcept;

    NestNode *m_nest = nullptr;
};

/// Runs a step of the graph; what was put off until it ends is done after it. Errors of both go to the caller.
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

/// The same; what a computed store's function has written in it is drained after it, also when it threw.
template<typename F>
void performAndDrain(Runtime &runtime, F &&step)
{
    try {
        perform(runtime, std::forward<F>(step));
    } catch (...) {
        runtime.drainAfterError();
        throw;
    }
    runtime.drainIfIdle();
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
            m_runtime.deferNode(m_node);
        }
    }

private:
    Runtime &m_runtime;
    Node *const m_node;
};

/// The same for a step that reads a store. Queued listeners are notified after it.
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
        runtime.drainAfterError();
        throw;
    }
    if (--runtime.busy > 0) {
        runtime.drainIfIdle();
    } else if (runtime.hasIdleWork() || runtime.pending()) [[unlikely]] {
        const Parked parked(runtime, node);
        runtime.idleWork();
        runtime.drainIfIdle();
    }
}

} // namespace nanostores::detail
