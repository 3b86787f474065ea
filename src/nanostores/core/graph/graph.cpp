// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

#include <nanostores/core/graph/valuenumber.h>

/// Writing, and marking what depends on what was written. pull.cpp brings it up to date, queue.cpp notifies.
namespace nanostores::detail {

std::uint32_t valueNumber(const Node &node) noexcept
{
    const bool isUncommitted = !node.has(Computing) && node.has(Dirty);
    return isUncommitted ? ~Runtime::current().serial() : node.version; // each write takes a serial
}

OldValue::~OldValue() = default;
Listener::~Listener() = default;

std::string Listener::shownAs() const
{
    return {};
}

Cleanup::~Cleanup() = default;

bool Node::differs(const OldValue *) const
{
    return true;
}

Sink::Sink(std::uint32_t sinkFlags)
    : Node(sinkFlags)
{
}
Sink::~Sink() = default;

bool Sink::compute(OldValue *&)
{
    return false;
}

Edge *Sink::listedEdges() noexcept
{
    return nullptr;
}

void Node::versionsWrapped()
{
    ++Runtime::current().epoch;
}

void Sink::sourceLinked(Node &) {}
void Sink::sourceUnlinked(Node &) noexcept {}

UntrackedScope::UntrackedScope(Sink *observer) noexcept
{
    Runtime &runtime = Runtime::current();
    m_previous = std::exchange(runtime.observer, observer);
    m_collecting = std::exchange(runtime.reads.collecting, false);
}

UntrackedScope::~UntrackedScope()
{
    Runtime &runtime = Runtime::current();
    runtime.observer = m_previous;
    runtime.reads.collecting = m_collecting;
}

// Writing

namespace {

struct NotifyCall : HookCall
{
    OldValue *past = nullptr;
};

/// True when a hook aborted the notification.
bool abortedByHook(Node &node, OldValue *past)
{
    if (!node.has(HooksNotify)) [[likely]] {
        return false;
    }
    NotifyCall call;
    call.node = &node;
    call.past = past;
    runHooks(node, HookKind::Notify, call);
    return call.aborted;
}

} // namespace

OldValue *notifyOldValue(const HookCall &call) noexcept
{
    return static_cast<const NotifyCall &>(call).past;
}

namespace {

/// Keeps the value that the sinks last saw until the write is committed.
void keepSeen(Node &node, OldValue *past)
{
    if (node.has(Dirty)) {
        return;
    }
    node.flags |= Dirty;
    if (past) {
        past->retain();
        if (Extra *e = node.extraOrNull()) {
            e->seen = past;
        } else {
            node.aux = reinterpret_cast<std::uintptr_t>(past) | 1u;
        }
    }
}

} // namespace

void Node::changed(OldValue *past)
{
    Runtime *const runtime = currentRuntime;
    if (runtime && sinks && !has(HasEdges | HooksNotify) && runtime->atRest()) [[likely]] {
        checkThread();
        runtime->nextPull();
        bump();
        runtime->tellListeners(*this, past);
    } else {
        changedWithin(past);
    }
}

/// The same in all cases.
void Node::changedWithin(OldValue *past)
{
    checkThread();
    Runtime &runtime = Runtime::current();
    runtime.nextPull();
    if (has(HasEdges)) {
        keepSeen(*this, past);
    } else {
        bump();
    }
    if (has(HooksNotify)) [[unlikely]] {
        changedWithHooks(past);
        return;
    }
    runtime.mark(this, past, true);
    if (past) {
        past->release();
    }
    if (runtime.idle()) {
        runtime.drain();
    }
}

void Node::changedBelow(void *old, OldValue *(*keep)(void *))
{
    checkThread();
    Runtime &runtime = Runtime::current();
    if (has(Dirty) || !runtime.idle() || runtime.pending()) {
        changed(has(Dirty) ? nullptr : keep(old));
        return;
    }
    runtime.nextPull();
    runtime.mark(this, nullptr, true);
    if (!runtime.queue.empty() && runtime.queue[0].sink) {
        // It is pulled before anybody could take the write back.
        runtime.committed(this);
    } else {
        OldValue *const past = keep(old);
        keepSeen(*this, past);
        if (past) {
            past->release();
        }
    }
    runtime.drain();
}

void Node::changedWithHooks(OldValue *past)
{
    const auto held = Ref<Node>::share(this); // the last handle may go in a hook
    Runtime &runtime = Runtime::current();
    bool aborted = true;
    std::exception_ptr error;
    try {
        aborted = abortedByHook(*this, past);
    } catch (...) {
        error = std::current_exception();
    }
    if (!aborted) {
        runtime.mark(this, past, true);
    } else if (has(HasEdges)) {
        runtime.markStaleNotQueued(this); // reads see the new value, and no observer is notified
    }
    if (past) {
        past->release();
    }
    if (runtime.idle()) {
        runtime.drain();
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

void Node::notifyNow(OldValue *past)
{
    checkThread();
    const auto held = Ref<Node>::share(this); // the last handle may go in a hook
    bool aborted = true;
    try {
        aborted = abortedByHook(*this, nullptr);
    } catch (...) {
        if (past) {
            past->release();
        }
        throw;
    }
    if (aborted) {
        if (past) {
            past->release();
        }
        return;
    }
    Runtime &runtime = Runtime::current();
    std::size_t open = NoEntry;
    for (Link *link = sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            runtime.queueListener(asListener(link), past, true, open);
            continue;
        }
        Sink *sink = asEdge(link)->sink;
        if (sink->has(Effecting) && sink->has(Listed) && !sink->has(Queued | Running)) {
            sink->flags |= Dirty;
            runtime.queueEffect(sink);
        }
    }
    if (past) {
        past->release();
    }
    runtime.drainIfIdle();
}

void Runtime::queueListener(Listener *listener, OldValue *past, bool keyed, std::size_t &open)
{
    if (batching) {
        if (listener->kind & Link::InQueue) {
            return;
        }
        queue.push({nullptr, {listener->source, listener, listener->stamp, past, false, true}});
        listener->kind |= Link::InQueue;
        if (past) {
            past->retain();
        }
        return;
    }
    if (open != NoEntry && open + 1 == queue.size()) {
        queue.back().listeners.lastStamp = listener->stamp;
        return;
    }
    queue.push({nullptr, {listener->source, listener, listener->stamp, past, keyed, false}});
    open = queue.size() - 1;
    if (past) {
        past->retain();
    }
}

void Runtime::queueFirst(Sink *sink)
{
    sink->flags |= Queued;
    if (delivery.cursor) {
        queue.pushFirst() = {nullptr, std::exchange(delivery, {})}; // goes on after it
    }
    queue.pushFirst().sink = sink;
}

/// Outer effects first: a re-run of the outer one removes the inner one unrun.
void Runtime::queueWithOwners(Sink *effect)
{
    const std::size_t first = queue.size();
    for (auto *e = static_cast<EffectNode *>(effect); e; e = e->parent()) {
        if (!e->has(Queued | Running)) {
            queueSink(e);
        }
    }
    std::reverse(queue.begin() + first, queue.end());
}

void Runtime::mark(Node *origin, OldValue *past, bool keyed, bool listeners)
{
    std::size_t open = NoEntry;
    const std::size_t base = markStack.size();
    Link *link = origin->sinks;
    Node *via = origin;
    for (;;) {
        while (link) {
            Link *current = link;
            link = link->next;
            if (current->kind & Link::IsListener) {
                if (via == origin && listeners) {
                    queueListener(asListener(current), past, keyed, open);
                }
                continue;
            }
            Sink *sink = asEdge(current)->sink;
            const std::uint32_t flags = sink->flags;
            if (flags & (Effecting | Running | Batched | Barrier | Eager)) {
                if (flags & Running) {
                    // Its own write of what it has read already: it ends stale, and an effect is not queued by it.
                    if ((flags & Listed) || current->seen == sink->run) {
                        sink->flags = flags | Stale;
                    }
                    continue;
                }
                if (flags & Effecting) {
                    sink->flags = (flags | Stale) & ~StaleNotQueued;
                    if (!(flags & Queued)) {
                        queueEffect(sink);
                    }
                    continue;
                }
                if (flags & Batched) {
                    sink->flags = flags | Stale;
                    delay(sink);
                    continue;
                }
                if (flags & Barrier) {
                    sink->flags = (flags | Stale) & ~StaleNotQueued;
                    if (!(flags & Queued)) {
                        queueFirst(sink);
                    }
                    continue;
                }
                if (!(flags & Queued) && (via == origin || !via->has(Listed))) {
                    queueSink(sink);
                }
            }
            if ((flags & (Stale | Dirty)) && !(flags & StaleNotQueued)) {
                continue;
            }
            sink->flags = (sink->flags | Stale) & ~StaleNotQueued;
            if (sink->sinks) {
                if (link) {
                    markStack.push({link, via});
                }
                via = sink;
                link = sink->sinks;
            }
        }
        if (markStack.size() == base) {
            return;
        }
        const MarkFrame frame = markStack.pop();
        link = frame.link;
        via = frame.via;
    }
}

void Runtime::markStaleNotQueued(Node *origin)
{
    const std::size_t base = markStack.size();
    Link *link = origin->sinks;
    for (;;) {
        for (; link; link = link->next) {
            if (link->kind & Link::IsListener) {
                continue;
            }
            Sink *sink = asEdge(link)->sink;
            if (sink->has(Stale | Dirty | Running)) {
                continue;
            }
            sink->flags |= Stale | StaleNotQueued;
            if (sink->sinks) {
                markStack.push({sink->sinks, sink});
            }
        }
        if (markStack.size() == base) {
            return;
        }
        link = markStack.pop().link;
    }
}

namespace {

/// A computed store at which marks would stop.
bool stopsMarks(const Node *node) noexcept
{
    return node->has(Computing) && node->has(Stale | Dirty) && !node->has(StaleNotQueued | Running);
}

} // namespace

void Runtime::setStaleNotQueued(Sink *sink)
{
    sink->flags |= StaleNotQueued;
    setSourcesStaleNotQueued(sink);
}

/// The sink may be clean: it has failed, and goes on waiting for sources that it did not come to read.
void Runtime::setSourcesStaleNotQueued(Sink *sink)
{
    const std::size_t base = markStack.size();
    for (Sink *s = sink;;) {
        for (Edge *e = s->sources; e; e = e->nextSource) {
            if (stopsMarks(e->source)) {
                e->source->flags |= StaleNotQueued;
                markStack.push({nullptr, e->source});
            }
        }
        if (markStack.size() == base) {
            return;
        }
        s = static_cast<Sink *>(markStack.pop().via);
    }
}

// Gates

void invalidate(Sink *computed)
{
    if (computed->has(Running)) {
        return; // it is just finding out
    }
    Runtime &runtime = Runtime::current();
    runtime.nextPull();
    computed->flags |= Dirty;
    runtime.mark(computed, nullptr, false);
}

bool tracking() noexcept
{
    const Runtime *runtime = Runtime::existing();
    return runtime && runtime->observer;
}

const Edge *lastRead() noexcept
{
    const Runtime *runtime = Runtime::existing();
    return runtime && runtime->observer ? runtime->observer->sourcesTail : nullptr;
}

// Triggers

void beginCollect()
{
    Runtime &runtime = Runtime::current();
    runtime.collectors.emplace_back();
    runtime.reads.collecting = true;
}

void endCollect(bool trigger)
{
    Runtime &runtime = Runtime::current();
    const auto nodes = std::move(runtime.collectors.back());
    runtime.collectors.pop_back();
    if (trigger) {
        for (const Ref<Node> &node : nodes) {
            runtime.touch(node.get());
        }
        runtime.drainIfIdle();
    }
}

/// A computed store's new value comes at a moment of its own: acts as a signal that was written.
void Runtime::publish(Sink *computed, OldValue *past)
{
    mark(computed, past, false);
    computed->bump();
    for (Link *link = computed->sinks; link; link = link->next) {
        if (!(link->kind & Link::IsListener) && !asEdge(link)->sink->has(Running)) {
            asEdge(link)->sink->flags = (asEdge(link)->sink->flags | Dirty) & ~Stale;
        }
    }
}

void Runtime::delay(Sink *sink)
{
    if (const auto place = batchedPlaces.find(sink); place != batchedPlaces.end()) {
        batched.splice(batched.end(), batched, place->second);
    } else {
        batched.push_back(sink);
        batchedPlaces.emplace(sink, std::prev(batched.end()));
    }
    armBatched();
}

void Runtime::armBatched()
{
    if (scheduler && !batchedArmed && !batched.empty()) {
        try {
            batchedTimer = scheduler->after(std::chrono::milliseconds{0}, [this] { fireBatched(); });
            batchedArmed = true;
        } catch (...) {
            armAgain();
        }
    }
}

void Runtime::forgetBatched(Sink *sink) noexcept
{
    if (const auto place = batchedPlaces.find(sink); place != batchedPlaces.end()) {
        batched.erase(place->second);
        batchedPlaces.erase(place);
    }
}

void Runtime::fireBatched()
{
    batchedArmed = false;
    const NoteList<Sink *> due = std::exchange(batched, {});
    batchedPlaces.clear();
    for (Sink *sink : due) {
        sink->retain();
    }
    for (Sink *sink : due) {
        if (sink->has(Attached) && sink->has(Stale | Dirty)) {
            try {
                sink->pull();
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        sink->release();
    }
}

void deliver(Sink *computed, OldValue *past)
{
    Runtime &runtime = Runtime::current();
    runtime.nextPull();
    runtime.publish(computed, past);
    if (past) {
        past->release();
    }
    runtime.drainIfIdle();
}

/// Takes the node's value as changed, whatever it was.
void Runtime::touch(Node *node)
{
    nextPull();
    if (node->has(Computing)) {
        publish(static_cast<Sink *>(node), nullptr);
        return;
    }
    if (!node->has(HasEdges)) {
        node->bump();
    } else {
        if (Extra *present = node->extraOrNull()) {
            if (OldValue *seen = std::exchange(present->seen, nullptr)) {
                seen->release();
            }
        } else if (node->aux & 1u) {
            reinterpret_cast<OldValue *>(std::exchange(node->aux, 0) & ~std::uintptr_t{1})->release();
        }
        node->flags |= Dirty;
    }
    mark(node, nullptr, false);
}

} // namespace nanostores::detail
