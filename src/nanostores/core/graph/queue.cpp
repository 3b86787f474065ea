// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/probe.h>
#include <nanostores/core/graph/runtime.h>

/// How sinks and listeners get their places in the queue, batches, and the bound for feedback. drain.cpp works it off.
namespace nanostores::detail {

/// Outside of a batch, the listeners of one store that follow one another in a walk share an entry: it covers the links
/// from the first one on, up to the stamp of the last one. A sink that is queued in between gets its place between them
/// (rule 13), and the next listener begins another entry.
///
/// In a batch each listener has an entry of its own until it is called, with the first old value and no key (rule 20);
/// those of a run share one. A run is handed in by its first listener.
Link *Queue::addListener(Listener *listener, OldValue *past, bool keyed, std::size_t &open)
{
    const Listener *const last = lastOfRun(listener);
    Link *const next = last->next;
    if (m_batching) {
        if ((listener->kind & Link::InRun) && addRun(*static_cast<RunListener *>(listener), past)) [[unlikely]] {
            return next;
        }
        if (listener->kind & Link::InQueue) {
            return next;
        }
        m_entries.push({nullptr, {listener->source, listener, listener->stamp, past, false, true}});
        listener->kind |= Link::InQueue;
        if (past) {
            past->retain();
        }
        return next;
    }
    if (open != NoEntry && open + 1 == m_entries.size()) {
        m_entries.back().listeners.lastStamp = last->stamp;
        return next;
    }
    m_entries.push({nullptr, {listener->source, listener, last->stamp, past, keyed, false}});
    open = m_entries.size() - 1;
    if (past) {
        past->retain();
    }
    return next;
}

/// For a Barrier, which decides what else is queued. A delivery under way goes back into the queue, behind it.
void Queue::addFirst(Sink *sink)
{
    sink->flags |= Queued;
    if (m_delivery.cursor) {
        m_entries.pushFirst() = {nullptr, std::exchange(m_delivery, {})}; // goes on after it
    }
    m_entries.pushFirst().sink = sink;
}

/// Queues the effects that own this one before it, outermost first (rule 15): if an outer one runs again, it ends the
/// inner one, which then does not run.
void Queue::addWithOwners(Sink *effect)
{
    const std::size_t first = m_entries.size();
    for (auto *e = static_cast<EffectNode *>(effect); e; e = e->parent()) {
        if (!e->has(Queued | Running)) {
            add(e);
        }
    }
    std::reverse(m_entries.begin() + first, m_entries.end());
}

namespace {

std::atomic<std::uint32_t> feedbackLimit{100000};
constexpr std::uint32_t NestedFeedbackLimit = 500; ///< Batches inside of listeners: each takes its part of the stack.

} // namespace

std::uint32_t Queue::feedbackBound() noexcept
{
    return feedbackLimit.load(std::memory_order_relaxed);
}

/// Counts the rounds of a long drain: a round works off what the round before has queued. Listeners and effects that
/// set one another off fill round after round. When the rounds exceed the limit, the drain ends with an error.
void Queue::countStep()
{
    m_easySteps = 1; // the next step is looked at, too
    if (!m_isLong) {
        m_isLong = true;
        m_rounds = {};
    }
    if (m_rounds.left > 0) {
        --m_rounds.left;
        return;
    }
    m_rounds.left = m_entries.size() - (m_delivery.cursor ? 0 : 1);
    if (m_entries.isLong()) {
        runtime().idleWorkWaits = true; // gives the memory back
    }
    ++m_rounds.all;
    // A deep chain of computed stores takes a round for each, and ends: rounds of these alone count less.
    if (m_delivery.cursor || std::any_of(m_entries.begin(), m_entries.end(), [](const QueueEntry &entry) {
            return !entry.sink || entry.sink->has(Effecting);
        })) {
        ++m_rounds.withCalls;
    }
    const std::uint32_t limit = feedbackLimit.load(std::memory_order_relaxed);
    if (limit > 0 && (m_rounds.withCalls > limit || m_rounds.all / 100 > limit || m_draining > NestedFeedbackLimit)) {
        endFeedback();
    }
}

/// Empties the queue, and throws an error that names what was in it. What waited is notified of the next change: sinks
/// stay StaleNotQueued.
void Queue::endFeedback()
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
    if (m_delivery.cursor) {
        addName(m_delivery.node);
        if (m_delivery.past) {
            m_delivery.past->release();
        }
        m_delivery = {};
    }
    const auto drop = [&](Sink *sink) {
        addName(sink);
        sink->flags &= ~Queued;
        if (sink->has(Stale | Dirty)) {
            runtime().marker.setStaleNotQueued(sink);
        }
    };
    for (PodDeque<Sink *> *late : {&m_lateStores, &m_lateEffects}) {
        while (!late->empty()) {
            if (Sink *const sink = late->popFirst()) {
                drop(sink);
            }
        }
        late->clear();
    }
    while (!m_entries.empty()) {
        const QueueEntry entry = m_entries.popFirst();
        if (Sink *const sink = entry.sink) {
            drop(sink);
            continue;
        }
        if (!entry.listeners.cursor) {
            continue; // of what was skipped, or of the late sinks
        }
        addName(entry.listeners.node);
        if (entry.listeners.single) {
            leftQueue(entry.listeners);
        }
        if (entry.listeners.past) {
            entry.listeners.past->release();
        }
    }
    std::string message = "nanostores: one write has set off listeners and effects, and these one another, in "
                          + std::to_string(m_rounds.withCalls) + " rounds without an end: ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        message += (i > 0 ? ", " : "") + names[i];
    }
    throw FeedbackError(message
                        + "; have what listens leave a store alone that holds the value already, or raise the "
                          "bound with setFeedbackLimit()");
}

// Batches

bool beginBatch()
{
    Runtime &runtime = Runtime::current();
    const bool opened = runtime.queue.openBatch();
    if (runtime.probe && opened) [[unlikely]] {
        runtime.probe->batchBegan();
    }
    return opened;
}

/// Nothing may be queued either: its listeners are called before those of a write made now.
bool idle() noexcept
{
    const Runtime *runtime = Runtime::existing();
    return !runtime || (runtime->idle() && !runtime->queue.pending());
}

std::uint64_t batchSerial() noexcept
{
    return Runtime::current().queue.batchSerial();
}

std::uint64_t listenSerial() noexcept
{
    return Runtime::current().links.lastStamp();
}

/// Ends the outermost batch (rule 19). The drain comes first, with the batch still open: hooks and cleanups have to
/// wait until it has ended. Then the idle work runs, and what it has written is drained. Inside a computed store's
/// function nothing is drained (rule 10). The first error is thrown, after all of this.
void endBatch()
{
    Runtime &runtime = Runtime::current();
    std::exception_ptr error;
    if (!runtime.puller.runner.isComputing()) {
        try {
            runtime.queue.drain();
        } catch (...) {
            error = std::current_exception();
        }
    }
    runtime.queue.closeBatch();
    if (runtime.probe) [[unlikely]] {
        runtime.probe->batchEnded();
    }
    try {
        if (runtime.busy == 0) {
            runtime.idleWork();
        }
    } catch (...) {
        collect(error);
    }
    try {
        runtime.queue.drainIfIdle();
    } catch (...) {
        collect(error);
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

/// Of a Batch that is destroyed. Errors go to the handler.
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
