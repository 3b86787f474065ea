#pragma once

#include <nanostores/core/detail/lifecycle.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/scheduler.h>

#include <exception>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace nanostores::detail {

/// A listener's, a computed store's or an effect's place in the queue.
struct QueueEntry
{
    Sink *sink = nullptr; ///< Null: listeners of node from cursor up to the one stamped lastStamp.
    Node *node = nullptr;
    Link *cursor = nullptr;
    std::uint64_t lastStamp = 0;
    Past *past = nullptr;
    bool keyed = false; ///< The listeners are told which key changed.
    bool single = false; ///< One listener of a batch.
};

/// A sink that waits for its sources to be looked at, from edge on.
struct PullFrame
{
    Sink *sink;
    Edge *edge;
    bool visited; ///< The source of edge was brought up to date.
};

/// A job that waits for its moment; see Timer.
struct Wait
{
    Runtime *runtime = nullptr;
    std::chrono::milliseconds remaining{0}; ///< Of the delay, when it was last handed to a scheduler.
    std::chrono::milliseconds due{0};
    Scheduler::TimerId id = 0; ///< 0: there was no scheduler to ask.
    std::function<void()> job;
    std::atomic<bool> stopped{false};
};

/// The state of one thread: queue, batch, tracking, mounting. Never moves, and outlives the stores of its thread.
struct Runtime
{
    static Runtime &current();
    static Runtime *existing() noexcept;
    static Runtime *byIndex(std::uint32_t index) noexcept;

    bool idle() const noexcept { return !batching && draining == 0 && computing == 0; }
    bool pending() const noexcept { return head < queue.size(); }
    /// Waits for the source that is brought up to date now, and will see for itself that it changed.
    bool isPulling(const Sink *sink) const noexcept { return !pullStack.empty() && pullStack.back().sink == sink; }
    bool ranInThisDrain(const Sink *effect) const noexcept
    {
        return draining > 0 && effect->run - drainedFrom - 1 < runSerial - drainedFrom;
    }

    // graph.cpp
    void mark(Node *origin, Past *past, bool keyed);
    void queueListener(Listener *listener, Past *past, bool keyed, std::size_t &open);
    void queueSink(Sink *sink);
    void queueFirst(Sink *sink);
    void queueEffect(Sink *effect);
    void markUntold(Node *origin);
    void setUntold(Sink *sink);
    [[noreturn]] void throwCycle(Sink *sink);
    void commit(Node *signal);
    void touch(Node *node);
    void publish(Sink *computed, Past *past);
    void delay(Sink *batched);
    void fireBatched();
    void settled(Sink *computed, Past *past);
    void refresh(Sink *root);
    bool verified(const Sink *computed) const noexcept;
    void runComputed(Sink *computed);
    void runEffect(EffectNode *effect);
    void checkEffect(Sink *effect);
    void drain();
    void drainIfIdle()
    {
        if (pending() && idle()) {
            drain();
        }
    }
    void step();
    void skipEffects();
    void linkTracked(Node *source, Sink *sink);
    void unlinkRest(Sink *sink);
    void unlinkAll(Sink *sink);

    // mount.cpp
    void append(Link *link);
    void unlink(Link *link, bool byListener);
    void takeOut(Listener *listener);
    void count(Link *link);
    void raise(Node *node);
    void lower(Node *node, bool byListener);
    void mount(Node *node);
    void attachQuietly(Sink *computed);
    void detach(Sink *computed, bool byListener);
    void uncountSources(Sink *computed);
    void releaseSources(Sink *computed, bool byListener);
    void announceUp(Node *node);
    void announceDown(Node *node);
    void enterTransition(Node *node);
    void enterLeaving(Node *node);
    void cancelLeaving(Node *node);
    void leavingOver(Node *node);
    void unmount(Node *node);
    void afterLastSink(Node *node);
    void idleWork();
    void settleTransitions();
    void freeLimbo();
    void bury();
    void destroy(Node *node);
    void arm();
    void fireLeaving();
    void takeForeign();

    std::uint32_t index = 0;
    std::vector<QueueEntry> queue;
    std::size_t head = 0;
    bool batching = false;
    std::uint64_t batches = 0;
    std::uint32_t draining = 0;
    std::uint32_t computing = 0;
    std::uint32_t busy = 0; ///< Something runs that holds bare pointers into the graph.
    std::uint32_t runSerial = 0;
    std::uint32_t drainedFrom = 0; ///< What runSerial was when the drain began.
    std::uint64_t stampSerial = 0;
    Sink *observer = nullptr;
    EffectNode *owner = nullptr;
    Node *exempt = nullptr; ///< Effects made now do not mount it.
    bool passive = false; ///< Reads made now mount nothing.
    std::vector<std::vector<Ref<Node>>> collectors;
    bool collecting = false; ///< Untracked reads go to the last collector.
    std::vector<Sink *> running;

    std::vector<std::pair<Link *, Node *>> markStack;
    std::vector<PullFrame> pullStack;
    std::uint32_t pullSerial = 0;
    Edge *freeEdges = nullptr;
    std::vector<std::unique_ptr<Edge[]>> slabs;
    std::vector<Link *> limbo;
    std::vector<Node *> graveyard;
    std::vector<Node *> transitions;
    std::vector<Sink *> batched; ///< Stale batched stores that wait for the timer.
    bool batchedArmed = false;
    std::vector<EffectNode *> detachedEffects;
    std::vector<std::pair<Node *, bool>> sinkless;
    bool settling = false;
    bool burying = false;
    bool clearing = false;

    using LeaveKey = std::pair<std::chrono::milliseconds, std::uint64_t>;
    std::map<LeaveKey, Node *> leaving;
    std::unordered_map<Node *, LeaveKey> leavingKeys;
    std::uint64_t leaveSerial = 0;
    Scheduler *scheduler = nullptr;
    Scheduler::TimerId timer = 0;
    std::chrono::milliseconds timerDue{0};

    // timer.cpp
    void moveWaits(Scheduler *from, Scheduler *to);
    void dropWaits();
    std::vector<std::shared_ptr<Wait>> waits;

    std::mutex foreignMutex;
    std::vector<Node *> foreign; ///< Last references given up by other threads.
    std::uint64_t nodes = 0;
    bool threadOver = false;

    Edge *newEdge();
    void freeEdge(Edge *edge) noexcept;
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
    if (--runtime.busy == 0) {
        runtime.idleWork();
    }
}

} // namespace nanostores::detail
