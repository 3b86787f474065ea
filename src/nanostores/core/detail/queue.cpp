#include <nanostores/core/detail/runtime.h>

/// What a write has queued: effects, stale stores and listeners, and the batches that hold them back.
namespace nanostores::detail {

void Runtime::drain()
{
    if (!pending()) {
        if (busy == 0 && hasIdleWork()) {
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
    const CleanSurroundings clean(*this);
    beginDrain();
    endDrain();
}

/// Does what is queued.
void Runtime::endDrain()
{
    try {
        runQueue();
    } catch (...) {
        endDrain(std::current_exception());
        return;
    }
    queue.clear();
    --draining;
    if (--busy == 0 && hasIdleWork()) {
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
    if (--busy == 0 && hasIdleWork()) {
        try {
            idleWork();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    std::rethrow_exception(std::move(error));
}

/// Of a node that has nothing else below. At rest.
void Runtime::tellListeners(Node &node, Past *past)
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
                setUntold(sink);
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
        runTracked(static_cast<Sink *>(e->source));
        pulling = outer;
        if (effect->has(Dirty)) {
            return true;
        }
    }
    effect->flags &= ~(Stale | Untold);
    return true;
}

namespace {

/// A computed store that has to be brought up to date, and may be now.
bool isPullable(const Node *node) noexcept
{
    const std::uint32_t flags = node->flags;
    return (flags & Computing) && (flags & (Dirty | Stale)) && !(flags & (Untold | Batched | Gate | Running));
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
            if (flags & (Disposed | Running)) {
                return; // Running: queued while it was checked, and a drain inside its body comes past
            }
            Sink *const outer = pulling;
            try {
                if ((flags & Listed) || !((flags & Dirty) || checkQuickly(sink))) {
                    refresh(sink);
                }
                if ((sink->flags & (Dirty | Disposed)) == Dirty) {
                    runEffect(static_cast<EffectNode *>(sink));
                }
            } catch (...) {
                pulling = outer;
                if (!sink->has(Listed)) {
                    skipEffects();
                }
                throw;
            }
        } else if (sink->has(Dirty | Stale)
                   && (sink->live > 0 || sink->has(Leaving) || (sink->has(Gate) && sink->sinks))
                   && !sink->has(Running)) {
            refresh(sink);
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

void Runtime::runQueue()
{
    while (pending()) {
        step();
    }
}

/// Calls the listeners that are under way. A batch inside one of them goes on with the rest before it ends.
void Runtime::deliver()
{
    Node *const node = delivery.node;
    Past *const past = delivery.past;
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
            struct Release
            {
                Past *past;
                ~Release() { past->release(); }
            } const releaseAtEnd{past};
            listener->call(*node, past, keyed);
        }
        if (delivery.cursor != next) {
            return; // all that waited was done inside
        }
        link = next;
    }
    delivery.cursor = nullptr;
    if (Past *const rest = std::exchange(delivery.past, nullptr)) {
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

void endBatch()
{
    Runtime &runtime = Runtime::current();
    struct Reset
    {
        bool &batching;
        ~Reset() { batching = false; }
    };
    {
        const Reset reset{runtime.batching};
        if (runtime.computing == 0) {
            runtime.drain();
        }
    }
    if (runtime.busy == 0) {
        runtime.idleWork();
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
