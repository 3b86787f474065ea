// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// What a write has queued: effects, stale stores and listeners, and the batches that hold them back.
namespace nanostores::detail {

void Runtime::drain()
{
    if (!pending()) {
        if (busy == 0 && hasIdleWork() && !batching) {
            idleWork();
        }
        return;
    }
    if (isInside()) [[unlikely]] {
        drainInside();
        return;
    }
    beginDrain();
    endDrain();
}

void Runtime::drainInside()
{
    const Restore<ExecutionContext> outside(context(), {});
    beginDrain();
    endDrain();
}

/// Does what is queued.
void Runtime::endDrain()
{
    if (draining == 1) {
        steps = 0;
    }
    try {
        runQueue();
    } catch (...) {
        endDrain(std::current_exception());
        return;
    }
    queue.clear();
    --draining;
    if (--busy == 0 && hasIdleWork() && !batching) { // a batch does it when it has ended: hooks may write
        idleWork();
    }
}

/// Drains the rest after a listener threw: later errors go to the error handler, then the first one is rethrown.
void Runtime::endDrain(std::exception_ptr error)
{
    while (pending()) {
        try {
            runQueue();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    queue.clear();
    --draining;
    if (--busy == 0 && hasIdleWork() && !batching) {
        try {
            idleWork();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    std::rethrow_exception(std::move(error));
}

/// An error is on its way: those that follow go to the handler.
void Runtime::drainAfterError() noexcept
{
    try {
        drainIfIdle();
    } catch (...) {
        reportError(std::current_exception());
    }
}

/// Of a node that has nothing else below. At rest.
void Runtime::tellListeners(Node &node, OldValue *past)
{
    beginDrain();
    try {
        if (!past && !node.sinks->next) {
            asListener(node.sinks)->call(node, nullptr, true);
        } else {
            delivery = {&node, node.sinks, asListener(node.sinks->prev)->stamp, past, true, false};
            deliver();
        }
    } catch (...) {
        endDrain(std::current_exception());
        return;
    }
    if (pending() || hasIdleWork()) [[unlikely]] {
        endDrain();
        return;
    }
    --draining;
    --busy;
}

void Runtime::skipEffects()
{
    for (QueueEntry &entry : queue) {
        Sink *sink = entry.sink;
        if (sink && sink->has(Effecting) && !sink->has(Listed)) {
            entry = {};
            sink->flags &= ~Queued;
            if (!sink->has(Disposed)) {
                sink->flags |= Stale;
                setStaleNotQueued(sink);
            }
        }
    }
}

/// Runs the sources that have to run anyhow; false if more has to be looked at.
inline bool Runtime::checkQuickly(Sink *effect)
{
    Sink *const outer = pulling;
    for (Edge *e = effect->sources; e; e = e->nextSource) {
        const std::uint32_t flags = e->source->flags;
        if (!(flags & (Dirty | Stale | Running))) {
            continue;
        }
        if ((flags & (Computing | Dirty | Running | Listed | Batched)) != (Computing | Dirty)) {
            return false;
        }
        pulling = effect;
        try {
            runTracked(static_cast<Sink *>(e->source));
        } catch (...) {
            keepError(static_cast<Sink *>(e->source), std::current_exception());
            effect->flags |= Dirty; // its function may catch it
        }
        pulling = outer;
        if (effect->has(Dirty)) {
            return true;
        }
    }
    effect->flags &= ~(Stale | StaleNotQueued);
    return true;
}

namespace {

/// A computed store that has to be brought up to date, and may be now.
bool isPullable(const Node *node) noexcept
{
    const std::uint32_t flags = node->flags;
    return (flags & Computing) && (flags & (Dirty | Stale))
           && !(flags & (StaleNotQueued | Batched | Barrier | Running));
}

/// A computed store that is pulled when its turn in the queue has come.
bool isDue(const Sink *computed) noexcept
{
    return computed->has(Dirty | Stale) && !computed->has(Running)
           && (computed->live > 0 || computed->has(Leaving) || (computed->has(Barrier) && computed->sinks));
}

} // namespace

[[gnu::always_inline]] inline void Runtime::step()
{
    if (delivery.cursor) {
        deliver();
        return;
    }
    const QueueEntry &entry = queue.popFirst();
    if (Sink *sink = entry.sink) {
        const std::uint32_t flags = sink->flags;
        sink->flags = flags & ~Queued;
        if (flags & Effecting) {
            if (flags & (Disposed | Running | OwnsNest)) {
                if ((flags & (Disposed | OwnsNest)) == OwnsNest) {
                    Sink *const computed = static_cast<NestNode *>(sink)->computed;
                    if (computed && isDue(computed)) {
                        refreshQueued(computed); // its next run ends what waits behind
                    }
                }
                return; // Running: queued while it was checked, and a drain inside its body comes past
            }
            Sink *const outer = pulling;
            try {
                if (flags & Listed) {
                    if (!(flags & Evaluated)) {
                        return; // a hook has set what it has mounted already: its first run sees it
                    }
                    refresh(sink);
                } else if (!((flags & Dirty) || checkQuickly(sink))) {
                    refresh(sink);
                }
                if ((sink->flags & (Dirty | Disposed)) == Dirty) {
                    runEffect(static_cast<EffectNode *>(sink));
                }
            } catch (...) {
                pulling = outer;
                if (sink->has(Stale | Dirty) && !sink->has(StaleNotQueued | Disposed)) {
                    setStaleNotQueued(sink);
                }
                if (!sink->has(Listed)) {
                    skipEffects();
                }
                throw;
            }
        } else if (isDue(sink)) {
            refreshQueued(sink);
        }
        return;
    }
    if (entry.listeners.single) {
        Node *const node = entry.listeners.node;
        if (isPullable(node) && !entry.listeners.settled) [[unlikely]] {
            // It was read within the batch, and a source has changed since: its listener waits for the settled value.
            QueueEntry waiting = entry;
            waiting.listeners.settled = true;
            queue.pushFirst() = waiting;
            refresh(static_cast<Sink *>(node));
            return;
        }
        entry.listeners.cursor->kind &= ~Link::InQueue;
    }
    delivery = entry.listeners;
    deliver();
}

namespace {

std::atomic<std::uint32_t> feedbackLimit{100000};
constexpr std::uint32_t EasySteps = 256; ///< Not looked at.
constexpr std::uint32_t NestedFeedbackLimit = 500; ///< Batches inside of listeners: each takes its part of the stack.

} // namespace

std::uint32_t Runtime::feedbackBound() noexcept
{
    return feedbackLimit.load(std::memory_order_relaxed);
}

void Runtime::runQueue()
{
    while (pending()) {
        if (++steps > EasySteps) [[unlikely]] {
            countStep();
        }
        step();
    }
}

/// Of a drain that goes on: each round has what the one before has queued.
void Runtime::countStep()
{
    if (steps == EasySteps + 1) {
        rounds = {};
    }
    steps = EasySteps + 2;
    if (rounds.left > 0) {
        --rounds.left;
        return;
    }
    rounds.left = queue.size() - (delivery.cursor ? 0 : 1);
    ++rounds.all;
    // A deep chain of computed stores takes a round for each, and ends: rounds of these alone count less.
    if (delivery.cursor || std::any_of(queue.begin(), queue.end(), [](const QueueEntry &entry) {
            return !entry.sink || entry.sink->has(Effecting);
        })) {
        ++rounds.withCalls;
    }
    const std::uint32_t limit = feedbackLimit.load(std::memory_order_relaxed);
    if (limit > 0 && (rounds.withCalls > limit || rounds.all / 100 > limit || draining > NestedFeedbackLimit)) {
        endFeedback();
    }
}

/// Leaves out what waits: it is notified of the next change.
void Runtime::endFeedback()
{
    constexpr std::size_t MaxNames = 5;
    std::vector<std::string> names;
    const auto addName = [&](const Node *node) {
        std::string name = node->label();
        const char *joint = " of ";
        for (const Edge *e = node->has(Effecting) ? static_cast<const Sink *>(node)->sources : nullptr; e;
             e = e->nextSource) {
            name += joint + e->source->label();
            joint = " and ";
        }
        if (names.size() < MaxNames && std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
    };
    if (delivery.cursor) {
        addName(delivery.node);
        if (delivery.past) {
            delivery.past->release();
        }
        delivery = {};
    }
    while (!queue.empty()) {
        const QueueEntry entry = queue.popFirst();
        if (Sink *const sink = entry.sink) {
            addName(sink);
            sink->flags &= ~Queued;
            if (sink->has(Stale | Dirty)) {
                setStaleNotQueued(sink);
            }
            continue;
        }
        addName(entry.listeners.node);
        if (entry.listeners.single) {
            entry.listeners.cursor->kind &= ~Link::InQueue;
        }
        if (entry.listeners.past) {
            entry.listeners.past->release();
        }
    }
    std::string message = "nanostores: one write has set off listeners and effects, and these one another, in "
                          + std::to_string(rounds.withCalls) + " rounds without an end: ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        message += (i > 0 ? ", " : "") + names[i];
    }
    throw FeedbackError(message
                        + "; have what listens leave a store alone that holds the value already, or raise the "
                          "bound with setFeedbackLimit()");
}

/// Calls the listeners that are under way. A batch inside one of them goes on with the rest before it ends.
void Runtime::deliver()
{
    Node *const node = delivery.node;
    OldValue *const past = delivery.past;
    const bool keyed = delivery.keyed;
    const std::uint64_t lastStamp = delivery.lastStamp;
    Link *link = delivery.cursor;
    if (!past) {
        while (link) {
            Link *const next = link->next;
            delivery.cursor = next;
            if ((link->kind & (Link::IsListener | Link::Dead)) == Link::IsListener) {
                Listener *const listener = asListener(link);
                if (listener->stamp > lastStamp) {
                    break; // added since
                }
                listener->call(*node, nullptr, keyed);
                if (delivery.cursor != next) {
                    return; // all that waited was done inside
                }
            }
            link = next;
        }
        delivery.cursor = nullptr;
        return;
    }
    while (link) {
        if ((link->kind & (Link::IsListener | Link::Dead)) != Link::IsListener) {
            link = delivery.cursor = link->next;
            continue;
        }
        Listener *const listener = asListener(link);
        if (listener->stamp > lastStamp) {
            break; // added since
        }
        Link *const next = listener->stamp == lastStamp ? nullptr : listener->next;
        delivery.cursor = next;
        if (next) {
            past->retain();
        } else {
            delivery.past = nullptr; // ours now
        }
        {
            const ScopeExit release([past] { past->release(); });
            listener->call(*node, past, keyed);
        }
        if (delivery.cursor != next) {
            return; // all that waited was done inside
        }
        link = next;
    }
    delivery.cursor = nullptr;
    if (OldValue *const rest = std::exchange(delivery.past, nullptr)) {
        rest->release();
    }
}

bool beginBatch()
{
    Runtime &runtime = Runtime::current();
    if (runtime.batching) {
        return false;
    }
    runtime.batching = true;
    ++runtime.batches;
    return true;
}

bool idle() noexcept
{
    const Runtime *runtime = Runtime::existing();
    return !runtime || (runtime->idle() && !runtime->pending());
}

std::uint64_t batchSerial() noexcept
{
    const Runtime &runtime = Runtime::current();
    return runtime.batching ? runtime.batches : 0;
}

std::uint64_t listenSerial() noexcept
{
    return Runtime::current().stampSerial;
}

void endBatch()
{
    Runtime &runtime = Runtime::current();
    std::exception_ptr error;
    if (runtime.computing == 0) {
        try {
            runtime.drain();
        } catch (...) {
            error = std::current_exception();
        }
    }
    runtime.batching = false;
    try {
        if (runtime.busy == 0) {
            runtime.idleWork();
        }
    } catch (...) {
        collect(error);
    }
    try {
        runtime.drainIfIdle();
    } catch (...) {
        collect(error);
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

void endBatchQuietly(bool outermost) noexcept
{
    if (!outermost) {
        return;
    }
    try {
        endBatch();
    } catch (...) {
        reportError(std::current_exception());
    }
}

} // namespace nanostores::detail

void nanostores::setFeedbackLimit(std::uint32_t rounds) noexcept
{
    detail::feedbackLimit.store(rounds, std::memory_order_relaxed);
}
