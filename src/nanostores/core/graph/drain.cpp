// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/muting.h>
#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>

/// The drain: works off what is queued, first in, first out (rule 7).
///
/// drain() is called by each write that is made while the engine is idle, and by the end of a batch. beginDrain() and
/// endDrain() are the frame: they count the drain and keep the engine busy, so that nothing is destroyed. run() takes
/// one entry after the other (step()) until the queue is empty, also those that are added meanwhile. A drain inside a
/// drain, which a batch in a listener makes, works the same queue off to its end and then returns to the outer one
/// (rule 19).
///
/// A delivery goes before the queue: these are listeners of one store, some of which were called already. It stands in
/// a field and not on the stack so that a nested drain goes on with it.
namespace nanostores::detail {

/// Works the queue off, and then does what was put off. If nothing is queued, only the latter.
void Queue::drain()
{
    if (!pending()) {
        if (runtime().busy == 0 && runtime().hasIdleWork() && !m_batching) {
            runtime().idleWork();
        }
        return;
    }
    if (runtime().isInside()) [[unlikely]] {
        drainInside();
        return;
    }
    beginDrain();
    endDrain();
}

/// At rest, so that it is known to be the outermost one.
[[gnu::always_inline]] inline void Queue::beginFirstDrain() noexcept
{
    m_draining = 1;
    m_drainedFrom = runtime().puller.runner.serial();
    m_turn += m_turnHolders == 0;
    runtime().busy = 1;
}

/// Most often nothing has joined the queue. The delivery has ended.
[[gnu::always_inline]] inline void Queue::endShortDrain()
{
    if (!m_entries.empty() || runtime().hasIdleWork()) [[unlikely]] {
        endDrain();
        return;
    }
    --m_draining;
    --runtime().busy;
}

/// Inside a function that runs: listeners and effects do not see its context.
void Queue::drainInside()
{
    const Restore<ExecutionContext> outside(runtime().context, {});
    beginDrain();
    endDrain();
}

/// Runs the queue to its end and leaves the drain. The outermost drain does the idle work, but not within a batch.
void Queue::endDrain()
{
    if (m_draining == 1) {
        m_easySteps = EasySteps + 1;
        m_isLong = false;
    }
    try {
        run();
    } catch (...) {
        endDrain(std::current_exception());
        return;
    }
    m_entries.clear();
    --m_draining;
    if (--runtime().busy == 0 && runtime().hasIdleWork()
        && !m_batching) { // a batch does it when it has ended: hooks may write
        runtime().idleWork();
    }
}

/// Drains the rest after a listener threw: later errors go to the error handler, then the first one is rethrown.
void Queue::endDrain(std::exception_ptr error)
{
    while (pending()) {
        try {
            run();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    m_entries.clear();
    --m_draining;
    if (--runtime().busy == 0 && runtime().hasIdleWork() && !m_batching) {
        try {
            runtime().idleWork();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    std::rethrow_exception(std::move(error));
}

/// Another error is being thrown already: errors of this drain go to the handler.
void Queue::drainAfterError() noexcept
{
    try {
        drainIfIdle();
    } catch (...) {
        reportError(std::current_exception());
    }
}

/// A listener has thrown. Called in a handler, and apart, so that a write needs no place for the error.
[[gnu::noinline]] void Queue::endDrainAfterError()
{
    endDrain(std::current_exception());
}

/// The notification of a write whose store has only listeners below, made at rest: the way of most writes. It needs no
/// entry in the queue, and allocates nothing. With one listener that takes no old value, it needs no delivery either.
[[gnu::always_inline]] inline void Queue::notifyAtRest(Node &node, OldValue *past)
{
    Link *const first = node.sinks;
    if (past || first->next) {
        notifyEach(node, past);
        return;
    }
    beginFirstDrain();
    try {
        asListener(first)->call(node, nullptr, true);
    } catch (...) {
        endDrainAfterError();
    }
    endShortDrain();
}

void Queue::notifyListeners(Node &node, OldValue *past)
{
    notifyAtRest(node, past);
}

/// The same after a write at which the version of the node has begun anew.
[[gnu::noinline]] void Queue::notifyAsWrapped(Node &node, OldValue *past)
{
    Node::versionsWrapped();
    notifyAtRest(node, past);
}

void Queue::notifyEach(Node &node, OldValue *past)
{
    beginFirstDrain();
    try {
        m_delivery = {&node, node.sinks, asListener(node.sinks->prev)->stamp, past, true, false};
        deliver();
    } catch (...) {
        endDrainAfterError();
    }
    endShortDrain();
}

/// After a write of another value. The frequent case is a store with listeners alone, and a write that is made at rest:
/// a new version, and the listeners are called at once.
void Node::changed(OldValue *past)
{
    if (has(HasEdges | HooksNotify | Spied) || !sinks) [[unlikely]] {
        changedWithin(past);
        return;
    }
    Runtime *const runtime = currentRuntime;
    if (!runtime || !runtime->atRest()) [[unlikely]] {
        changedWithin(past);
        return;
    }
    checkThread();
    runtime->puller.nextPull();
    if (++version == 0) [[unlikely]] {
        runtime->queue.notifyAsWrapped(*this, past);
        return;
    }
    runtime->queue.notifyAtRest(*this, past);
}

/// A tracked effect threw: those that are queued behind it are skipped (rule 33). They stay stale and run at the next
/// change. Listeners and computed stores keep their entries.
void Queue::skipEffects()
{
    const auto skip = [this](Sink *sink) {
        sink->flags &= ~Queued;
        if (!sink->has(Disposed)) {
            sink->flags |= Stale;
            runtime().marker.setStaleNotQueued(sink);
        }
    };
    for (QueueEntry &entry : m_entries) {
        Sink *sink = entry.sink;
        if (sink && sink->has(Effecting) && !sink->has(Listed)) {
            entry = {};
            skip(sink);
        }
    }
    for (Sink *&sink : m_lateEffects) {
        if (sink && !sink->has(Listed)) {
            skip(std::exchange(sink, nullptr));
        }
    }
}

namespace {

/// The entry of the late sinks.
constexpr QueueEntry LateEntry{nullptr, {nullptr, nullptr, 0, nullptr, false, false, true}};

} // namespace

/// Puts a late sink off whose turn has come.
void Queue::waitLate(Sink *sink)
{
    if (m_lateStores.empty() && m_lateEffects.empty()) {
        m_entries.push(LateEntry);
    }
    (sink->has(Effecting) ? m_lateEffects : m_lateStores).push(sink);
    sink->flags |= Queued;
}

/// The entry of the late sinks has come: if anything else is queued, it goes behind that. Otherwise one of them has its
/// turn, the computed stores before the effects, which their listeners may set off.
void Queue::stepLate()
{
    if (!m_entries.empty()) {
        m_entries.push(LateEntry);
        return;
    }
    PodDeque<Sink *> &turn = m_lateStores.empty() ? m_lateEffects : m_lateStores;
    Sink *const sink = turn.popFirst();
    if (turn.empty()) {
        turn.clear();
    }
    if (!m_lateStores.empty() || !m_lateEffects.empty()) {
        m_entries.push(LateEntry);
    }
    if (sink) {
        m_lateTurn = sink;
        m_entries.pushFirst().sink = sink;
        step();
        m_lateTurn = nullptr; // it was not due
    }
}

/// The check of a tracked effect in the frequent case, that all sources that are not up to date are Dirty tracked
/// computed stores. Each of these has to run, and no pull is needed to find that out. Returns false as soon as a
/// source of another kind has to be looked at: refresh() does the rest. Returns true when the effect is known to be
/// Dirty, or is clean.
inline bool Queue::checkQuickly(Sink *effect)
{
    Sink *const outer = runtime().puller.pulling();
    for (Edge *e = effect->sources; e; e = e->nextSource) {
        const std::uint32_t flags = e->source->flags;
        if (!(flags & (Dirty | Stale | Running))) {
            continue;
        }
        if ((flags & (Computing | Dirty | Running | Listed | Batched)) != (Computing | Dirty)) {
            return false;
        }
        runtime().puller.setPulling(effect);
        try {
            runtime().puller.runner.runTracked(static_cast<Sink *>(e->source));
        } catch (...) {
            runtime().puller.keepError(static_cast<Sink *>(e->source), std::current_exception());
            effect->flags |= Dirty; // its function may catch it
        }
        runtime().puller.setPulling(outer);
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
inline bool isDue(const Sink *computed) noexcept
{
    return computed->has(Dirty | Stale) && !computed->has(Running)
           && (computed->live > 0 || computed->has(Leaving) || (computed->has(Barrier) && computed->sinks));
}

} // namespace

/// A probe follows the store of the delivery.
void Queue::announceDelivery() noexcept
{
    if (Probe *const probe = probeOf(*m_delivery.node)) {
        probe->notifying(*m_delivery.node);
    }
}

/// Takes the first entry of the queue, or goes on with the delivery (rule 7):
///
/// * A delivery under way: call its listeners.
/// * An effect: check it, and run it if a source has changed. A disposed one is left out. A running one is left out as
///   well: it was queued while its sources were checked, and its run sees the change.
/// * A nest (OwnsNest) stands for the effects that a computed store has made, before which it is queued (rule 15). The
///   store is pulled: if it runs again, it ends these effects.
/// * A computed store: pull it, if it is still due.
/// * A late effect or computed store waits until nothing else is queued (rule 44).
/// * Listeners: call them with the value that the store settled on last. It is not pulled, with one exception. A
///   computed store in a batch may have been read, which queues its listeners, and then become stale again. Its
///   listener gets the settled value, so the store is pulled first; settled says that this was done.
[[gnu::always_inline]] inline void Queue::step()
{
    if (m_delivery.cursor) {
        deliver();
        return;
    }
    const QueueEntry &entry = m_entries.popFirst();
    if (Sink *sink = entry.sink) {
        const std::uint32_t flags = sink->flags;
        sink->flags = flags & ~Queued;
        if (flags & Effecting) {
            if (flags & (Disposed | Running | OwnsNest | Late)) {
                if ((flags & (Disposed | Running | Late)) == Late && std::exchange(m_lateTurn, nullptr) != sink) {
                    waitLate(sink);
                    return;
                }
                if ((flags & (Disposed | OwnsNest)) == OwnsNest) {
                    Sink *const computed = static_cast<NestNode *>(sink)->computed;
                    if (computed && isDue(computed)) {
                        runtime().puller.refreshQueued(computed); // its next run ends what waits behind
                    }
                    return;
                }
                if (flags & (Disposed | Running)) {
                    return; // Running: queued while it was checked, and a drain inside its body comes past
                }
            }
            Sink *const outer = runtime().puller.pulling();
            try {
                if (flags & Listed) {
                    if (!(flags & Evaluated)) {
                        return; // a hook has set what it has mounted already: its first run sees it
                    }
                    runtime().puller.refresh(sink);
                } else if (!((flags & Dirty) || checkQuickly(sink))) {
                    runtime().puller.refresh(sink);
                }
                if ((sink->flags & (Dirty | Disposed)) == Dirty) {
                    runtime().puller.runner.runEffect(static_cast<EffectNode *>(sink));
                }
            } catch (...) {
                runtime().puller.setPulling(outer);
                if (sink->has(Stale | Dirty) && !sink->has(StaleNotQueued | Disposed)) {
                    runtime().marker.setStaleNotQueued(sink);
                }
                if (!sink->has(Listed)) {
                    skipEffects();
                }
                throw;
            }
        } else if (isDue(sink)) {
            if ((flags & Late) && std::exchange(m_lateTurn, nullptr) != sink) [[unlikely]] {
                waitLate(sink);
                return;
            }
            runtime().puller.refreshQueued(sink);
        }
        return;
    }
    if (!entry.listeners.cursor) [[unlikely]] {
        if (entry.listeners.settled) {
            stepLate();
        }
        return;
    }
    if (entry.listeners.single) {
        Node *const node = entry.listeners.node;
        if (isPullable(node) && !entry.listeners.settled) [[unlikely]] {
            // Pull first, and come back to the listener then.
            QueueEntry waiting = entry;
            waiting.listeners.settled = true;
            m_entries.pushFirst() = waiting;
            runtime().puller.refresh(static_cast<Sink *>(node));
            return;
        }
        leftQueue(entry.listeners);
    }
    m_delivery = entry.listeners;
    if (m_delivery.node->has(Spied) && !m_delivery.picked) [[unlikely]] {
        announceDelivery();
    }
    deliver();
}

/// Feedback, that is listeners and effects which set one another off without end, is looked for only in long drains.
void Queue::run()
{
    while (pending()) {
        if (--m_easySteps == 0) [[unlikely]] {
            countStep();
        }
        step();
    }
}

/// The next listener of the delivery that is called, from a link on; null: there is none. Links that were taken out in
/// a call keep their next pointer; they are Dead, and not called (rule 32). A listener that was added since has a stamp
/// above lastStamp, and waits for the next notification.
[[gnu::always_inline]] inline Listener *Queue::listenerFrom(Link *link, std::uint64_t lastStamp)
{
    constexpr std::uint32_t Plain = Link::IsListener | Link::Dead | MutedLink;
    for (; link; link = m_delivery.cursor) {
        const bool isAlone = (link->kind & (Plain | Link::InRun)) == Link::IsListener;
        if (!isAlone && (link->kind & Plain) != Link::IsListener) {
            m_delivery.cursor = link->next;
        } else if (asListener(link)->stamp > lastStamp) {
            return nullptr;
        } else if (isAlone || !takeRun(link)) {
            return asListener(link);
        }
    }
    return nullptr;
}

/// Calls the listeners of the delivery. Before each call the cursor is put on the next link, so that a drain inside
/// the call goes on with the rest. If the cursor has moved when the call returns, such a drain has called the rest,
/// and this loop ends.
///
/// Each listener that is called with the old value holds a reference of it; the last one takes that of the delivery.
void Queue::deliver()
{
    Node *const node = m_delivery.node;
    OldValue *const past = m_delivery.past;
    const bool keyed = m_delivery.keyed;
    const std::uint64_t lastStamp = m_delivery.lastStamp;
    Link *next = m_delivery.cursor;
    if (!past) {
        while (Listener *const listener = listenerFrom(next, lastStamp)) {
            m_delivery.cursor = next = listener->next;
            listener->call(*node, nullptr, keyed);
            if (m_delivery.cursor != next) {
                return; // all that waited was done inside
            }
        }
        m_delivery.cursor = nullptr;
        return;
    }
    while (Listener *const listener = listenerFrom(next, lastStamp)) {
        m_delivery.cursor = next = listener->stamp == lastStamp ? nullptr : listener->next;
        if (next) {
            past->retain();
        } else {
            m_delivery.past = nullptr; // ours now
        }
        {
            const ScopeExit release([past] { past->release(); });
            listener->call(*node, past, keyed);
        }
        if (m_delivery.cursor != next) {
            return; // all that waited was done inside
        }
    }
    m_delivery.cursor = nullptr;
    if (OldValue *const rest = std::exchange(m_delivery.past, nullptr)) {
        rest->release();
    }
}

} // namespace nanostores::detail
