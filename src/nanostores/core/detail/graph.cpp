#include <nanostores/core/detail/runtime.h>

#include <algorithm>

/// Marking, committing, pulling, draining. Lifecycle and lifetime are in mount.cpp.
namespace nanostores::detail {

namespace {

constexpr std::size_t NoEntry = static_cast<std::size_t>(-1);

Listener *asListener(Link *link) noexcept
{
    return static_cast<Listener *>(link);
}

Edge *asEdge(Link *link) noexcept
{
    return static_cast<Edge *>(link);
}

/// Keeps the first error, hands the others to the handler.
void collect(std::exception_ptr &first)
{
    if (first) {
        reportError(std::current_exception());
    } else {
        first = std::current_exception();
    }
}

} // namespace

Past::~Past() = default;
Listener::~Listener() = default;
Cleanup::~Cleanup() = default;

bool Node::differs(const Past *) const
{
    return true;
}

Sink::Sink(std::uint32_t sinkFlags) noexcept
    : Node(sinkFlags)
{
}
Sink::~Sink() = default;

bool Sink::compute(Past *&)
{
    return false;
}

Edge *Sink::listedEdges() noexcept
{
    return nullptr;
}

void Sink::sourceLinked(Node &) {}
void Sink::sourceUnlinked(Node &) noexcept {}

TrackingScope::TrackingScope(Sink *observer) noexcept
{
    Runtime &runtime = Runtime::current();
    m_previous = std::exchange(runtime.observer, observer);
    m_collecting = std::exchange(runtime.collecting, false);
}

TrackingScope::~TrackingScope()
{
    Runtime &runtime = Runtime::current();
    runtime.observer = m_previous;
    runtime.collecting = m_collecting;
}

void Runtime::drain()
{
    if (!pending()) {
        if (busy == 0 && hasIdleWork()) {
            idleWork();
        }
        return;
    }
    drainFrom([] {});
}

/// Does something, and then all that is queued.
template<typename F>
void Runtime::drainFrom(F &&first)
{
    if (draining++ == 0) {
        drainedFrom = runSerial;
    }
    ++busy;
    // Inside a function that is being run, what is called now is no part of it.
    const Surroundings outer = surroundings();
    const bool inside = outer.observer || outer.owner || outer.exempt || outer.passive || outer.collecting;
    if (inside) [[unlikely]] {
        surroundings() = {};
    }
    std::exception_ptr error;
    try {
        first();
    } catch (...) {
        collect(error);
    }
    while (pending()) {
        try {
            while (pending()) {
                step();
            }
        } catch (...) {
            collect(error);
        }
    }
    queue.clear();
    --draining;
    if (--busy == 0 && hasIdleWork()) {
        try {
            idleWork();
        } catch (...) {
            collect(error);
        }
    }
    if (inside) [[unlikely]] {
        surroundings() = outer;
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

// Writing

namespace {

struct NotifyCall : HookCall
{
    Past *past = nullptr;
};

/// True when a hook aborted the notification.
bool abortedByHook(Node &node, Past *past)
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

Past *notifyPast(const HookCall &call) noexcept
{
    return static_cast<const NotifyCall &>(call).past;
}

namespace {

/// Keeps the value that the sinks last saw until the write is committed.
void keepSeen(Node &node, Past *past)
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

void Node::changed(Past *past)
{
    checkThread();
    Runtime &runtime = Runtime::current();
    ++runtime.pullSerial;
    if (has(HasEdges)) {
        keepSeen(*this, past);
    } else {
        ++version;
    }
    if (has(HooksNotify)) [[unlikely]] {
        changedWithHooks(past);
        return;
    }
    if (!has(HasEdges) && sinks && runtime.idle() && !runtime.pending()) {
        // Listeners only, and nothing before them.
        if (!sinks->next && !past) {
            runtime.drainFrom([this] { asListener(sinks)->call(*this, nullptr, true); });
            return;
        }
        runtime.delivery = {this, sinks, asListener(sinks->prev)->stamp, past, true, false};
        runtime.drainFrom([&runtime] { runtime.deliver(); });
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

void Node::changedBelow(void *old, Past *(*keep)(void *))
{
    checkThread();
    Runtime &runtime = Runtime::current();
    if (has(Dirty) || !runtime.idle() || runtime.pending()) {
        changed(has(Dirty) ? nullptr : keep(old));
        return;
    }
    ++runtime.pullSerial;
    runtime.mark(this, nullptr, true);
    if (!runtime.queue.empty() && runtime.queue[0].sink) {
        // It is pulled before anybody could take the write back.
        runtime.committed(this);
    } else {
        Past *const past = keep(old);
        keepSeen(*this, past);
        past->release();
    }
    runtime.drain();
}

void Node::changedWithHooks(Past *past)
{
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
        runtime.markUntold(this); // reading stays truthful, and nobody is told
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

void Node::notifyNow(Past *past)
{
    checkThread();
    if (abortedByHook(*this, nullptr)) {
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

void Runtime::queueListener(Listener *listener, Past *past, bool keyed, std::size_t &open)
{
    if (batching) {
        if (listener->kind & Link::InQueue) {
            return;
        }
        listener->kind |= Link::InQueue;
        if (past) {
            past->retain();
        }
        queue.push({nullptr, {listener->source, listener, listener->stamp, past, false, true}});
        return;
    }
    if (open != NoEntry && open + 1 == queue.size()) {
        queue.back().listeners.lastStamp = listener->stamp;
        return;
    }
    open = queue.size();
    if (past) {
        past->retain();
    }
    queue.push({nullptr, {listener->source, listener, listener->stamp, past, keyed, false}});
}

inline void Runtime::queueSink(Sink *sink)
{
    sink->flags |= Queued;
    queue.push().sink = sink;
}

void Runtime::queueFirst(Sink *sink)
{
    sink->flags |= Queued;
    if (delivery.cursor) {
        queue.pushFirst() = {nullptr, std::exchange(delivery, {})}; // goes on after it
    }
    queue.pushFirst().sink = sink;
}

inline void Runtime::queueEffect(Sink *effect)
{
    if (!static_cast<EffectNode *>(effect)->parent()) [[likely]] {
        queueSink(effect);
    } else {
        queueWithOwners(effect);
    }
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

void Runtime::mark(Node *origin, Past *past, bool keyed)
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
                if (via == origin) {
                    queueListener(asListener(current), past, keyed, open);
                }
                continue;
            }
            Sink *sink = asEdge(current)->sink;
            const std::uint32_t flags = sink->flags;
            if (flags & (Effecting | Running | Batched | Gate | Eager)) {
                if (flags & Running) {
                    // Its own write of what it has read already: it ends stale, and an effect is not queued by it.
                    if ((flags & Listed) || current->seen == sink->run) {
                        sink->flags = flags | Stale;
                    }
                    continue;
                }
                if (flags & Effecting) {
                    sink->flags = (flags | Stale) & ~Untold;
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
                if (flags & Gate) {
                    sink->flags = (flags | Stale) & ~Untold;
                    if (!(flags & Queued)) {
                        queueFirst(sink);
                    }
                    continue;
                }
                if (!(flags & Queued) && (via == origin || !via->has(Listed))) {
                    queueSink(sink);
                }
            }
            if ((flags & (Stale | Dirty)) && !(flags & Untold)) {
                continue;
            }
            sink->flags = (sink->flags | Stale) & ~Untold;
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

void Runtime::markUntold(Node *origin)
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
            sink->flags |= Stale | Untold;
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

void Runtime::setUntold(Sink *sink)
{
    std::vector<Sink *> work{sink};
    while (!work.empty()) {
        Sink *s = work.back();
        work.pop_back();
        s->flags |= Untold;
        for (Edge *e = s->sources; e; e = e->nextSource) {
            if (e->source->has(Computing) && e->source->has(Stale | Dirty) && !e->source->has(Untold)) {
                work.push_back(static_cast<Sink *>(e->source));
            }
        }
    }
}

// Committing and pulling

void Runtime::commit(Node *signal)
{
    signal->flags &= ~Dirty;
    Past *seen = nullptr;
    if (Extra *e = signal->extraOrNull()) {
        seen = std::exchange(e->seen, nullptr);
    } else if (signal->aux & 1u) {
        seen = reinterpret_cast<Past *>(signal->aux & ~std::uintptr_t{1});
        signal->aux = 0;
    }
    const bool changed = signal->differs(seen);
    if (seen) {
        seen->release();
    }
    if (changed) {
        committed(signal);
    }
}

/// Its value differs from the one that its sinks last saw.
void Runtime::committed(Node *signal)
{
    ++signal->version;
    for (Link *link = signal->sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            continue;
        }
        Sink *sink = asEdge(link)->sink;
        const std::uint32_t flags = sink->flags;
        if (flags & Running) {
            continue;
        }
        sink->flags = (flags | Dirty) & ~Stale;
        if ((flags & (Effecting | Batched | Eager)) && !(flags & (Queued | Untold)) && !isPulling(sink)) {
            if (sink->has(Effecting)) {
                queueEffect(sink);
            } else if (sink->has(Batched)) {
                delay(sink);
            } else if (sink->has(Eager)) {
                queueSink(sink);
            }
        }
    }
}

inline void Runtime::settled(Sink *computed, Past *past)
{
    ++computed->version;
    for (Link *link = computed->sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            settledFrom(link, past);
            return;
        }
        Sink *sink = asEdge(link)->sink;
        const std::uint32_t flags = sink->flags;
        if (flags & Running) {
            continue;
        }
        if ((flags & (Effecting | Batched | Eager)) && !(flags & Queued) && !isPulling(sink)) {
            settledFrom(link, past);
            return;
        }
        sink->flags = (flags | Dirty) & ~Stale;
    }
}

/// The rest of it, from a sink on that has to be queued.
void Runtime::settledFrom(Link *link, Past *past)
{
    std::size_t open = NoEntry;
    for (; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            queueListener(asListener(link), past, false, open);
            continue;
        }
        Sink *sink = asEdge(link)->sink;
        const std::uint32_t flags = sink->flags;
        if (flags & Running) {
            continue;
        }
        sink->flags = (flags | Dirty) & ~Stale;
        if (!(flags & (Effecting | Batched | Eager)) || (flags & Queued) || isPulling(sink)) {
            continue;
        }
        if (flags & Effecting) {
            if ((flags & Untold) && ranInThisDrain(sink)) {
                continue; // its own write: it would go on for ever
            }
            sink->flags &= ~Untold;
            queueEffect(sink);
        } else if (flags & Batched) {
            delay(sink);
        } else {
            queueSink(sink);
        }
    }
}

void Node::pull() const
{
    checkThread();
    auto *self = const_cast<Node *>(this);
    Runtime &runtime = Runtime::current();
    if (!has(Computing)) {
        runtime.commit(self);
        runtime.drainIfIdle();
        return;
    }
    perform(runtime, [&] { runtime.refresh(static_cast<Sink *>(self)); });
    runtime.drainIfIdle();
}

void Node::readMounting() const
{
    checkThread();
    auto *self = const_cast<Node *>(this);
    Runtime &runtime = Runtime::current();
    if (has(Running)) {
        runtime.refresh(static_cast<Sink *>(self)); // reports the circle
    }
    if (!has(Computing) && !has(Observable)) {
        return;
    }
    const Lifecycle *lifecycle = lifecycleOrNull();
    if (observed() || (lifecycle && (lifecycle->heard || lifecycle->inRound))) { // a hook may read its own store
        if (has(Computing)) {
            fresh();
        }
        return;
    }
    perform(runtime, [&] {
        runtime.mount(self);
        runtime.raise(self);
        runtime.lower(self, true);
    });
    runtime.drainIfIdle();
    fresh(); // hooks of what it reads may have set something
}

/// One more source of the running sink.
inline void Runtime::link(Node *source, Sink *sink)
{
    Edge *const last = sink->sourcesTail;
    Edge *const following = last ? last->nextSource : sink->sources;
    if (following && following->source == source) { // as in the run before
        following->seen = sink->run;
        sink->sourcesTail = following;
    } else if (!last || last->source != source) {
        linkTracked(source, sink);
    }
}

void Node::track() const
{
    checkThread();
    if (has(Dirty | Stale | Running)) [[unlikely]] {
        pullTracked();
    }
    Runtime *const runtime = currentRuntime;
    if (!runtime) [[unlikely]] {
        return; // nothing runs on this thread
    }
    if (Sink *sink = runtime->observer) {
        runtime->link(const_cast<Node *>(this), sink);
    } else if (runtime->collecting) [[unlikely]] {
        runtime->noteRead(const_cast<Node *>(this));
    }
}

void Node::pullTracked() const
{
    try {
        pull();
    } catch (const CycleError &) {
        throw;
    } catch (...) {
        Runtime &runtime = Runtime::current();
        if (Sink *sink = runtime.observer) {
            runtime.link(const_cast<Node *>(this), sink); // it was read, and may do better when it changes
        }
        throw;
    }
}

void Runtime::noteRead(Node *read)
{
    collectors.back().push_back(Ref<Node>::share(read));
}

/// Brings a sink up to date, its sources first. Of an effect only the Dirty flag is settled: it is not run.
void Runtime::refresh(Sink *root)
{
    const std::size_t base = pullStack.size();
    if (base == 0) {
        ++pullSerial;
    }
    const auto enter = [this](Sink *sink, bool waited) {
        if (sink->has(Running)) [[unlikely]] {
            throwCycle(sink, waited);
        }
        return sink->has(Listed) ? sink->listedEdges() : sink->sources;
    };
    Sink *const outer = pulling;
    try {
        Sink *sink = root;
        Edge *edge = enter(root, false);
        for (;;) {
            const bool listed = sink->has(Listed);
            Sink *below = nullptr;
            for (; edge && (listed || !sink->has(Dirty)); edge = edge->nextSource) {
                Node *const source = edge->source;
                const std::uint32_t flags = source->flags;
                if (flags & (Dirty | Stale | Running)) {
                    if (flags & Running) [[unlikely]] {
                        if (listed) {
                            pullStack.push({sink, edge});
                            throwCycle(static_cast<Sink *>(source), true);
                        }
                        sink->flags |= Dirty; // its function decides whether it still reads it
                        break;
                    }
                    if (!(flags & Computing)) {
                        pulling = sink;
                        commit(source);
                    } else if (!(flags & (Listed | Batched))) {
                        if (!(flags & Dirty)) {
                            below = static_cast<Sink *>(source);
                            break;
                        }
                        pulling = sink;
                        runTracked(static_cast<Sink *>(source));
                    } else if ((flags & (Batched | Evaluated | Attached)) == (Batched | Evaluated | Attached)) {
                        // what lies behind it sees the change when its timer fires
                    } else if (!verified(static_cast<Sink *>(source))) {
                        below = static_cast<Sink *>(source);
                        break;
                    }
                }
                if (listed && edge->seen != source->version) {
                    sink->flags |= Dirty;
                }
            }
            if (below) {
                pullStack.push({sink, edge});
                sink = below;
                edge = enter(below, true);
                continue;
            }
            for (;;) {
                const bool last = pullStack.size() == base;
                pulling = last ? outer : pullStack.back().sink;
                finish(sink);
                if (last) {
                    return;
                }
                const PullFrame frame = pullStack.pop();
                sink = frame.sink;
                edge = frame.edge;
                if ((sink->flags & (Dirty | Listed)) != Dirty) {
                    break;
                }
            }
            if (sink->has(Listed) && edge->seen != edge->source->version) {
                sink->flags |= Dirty;
            }
            edge = edge->nextSource;
        }
    } catch (...) {
        pullStack.shrink(base);
        pulling = outer;
        throw;
    }
}

/// Its sources are up to date.
void Runtime::finish(Sink *sink)
{
    const std::uint32_t flags = sink->flags;
    if (flags & Dirty) {
        if (!(flags & (Listed | Effecting))) {
            runTracked(sink);
            return;
        }
        if (!(flags & Effecting)) {
            runListed(sink);
        }
    } else if (!(flags & Listed) || (flags & (Attached | Effecting))) {
        sink->flags = flags & ~(Stale | Untold);
    }
    if (sink->has(Listed) && !sink->has(Attached | Effecting)) {
        sink->run = pullSerial;
    }
}

/// A detached computed store stays stale; within one pull it is looked at once.
bool Runtime::verified(const Sink *computed) const noexcept
{
    return computed->has(Listed) && !computed->has(Attached | Dirty) && computed->run == pullSerial;
}

void Runtime::throwCycle(Sink *sink, bool waited)
{
    std::string message = "nanostores: a store waits for itself: ";
    // From the end: whoever waits for a store, or else whose function reads it.
    std::vector<const Sink *> circle;
    const Sink *current = sink;
    std::size_t frames = pullStack.size();
    std::size_t runs = running.size();
    do {
        if (frames > 0 && pullStack[frames - 1].edge->source == current && (waited || !circle.empty())) {
            current = pullStack[--frames].sink;
        } else if (runs > 0) {
            current = running[--runs];
        } else {
            break;
        }
        circle.push_back(current);
    } while (current != sink);
    for (auto it = circle.rbegin(); it != circle.rend(); ++it) {
        message += (*it)->label() + " -> ";
    }
    message += sink->label();
    message += "; break the circle by reading one of them with untracked() or get() outside the function";
    throw CycleError(message);
}

/// It has a new value.
inline void Runtime::tell(Sink *computed, Past *past)
{
    if (computed->has(Batched)) [[unlikely]] {
        publish(computed, past);
    } else {
        settled(computed, past);
    }
    if (past) {
        past->release();
    }
}

/// The caller is busy: nothing is destroyed meanwhile.
void Runtime::runTracked(Sink *computed)
{
    computed->flags = (computed->flags & ~(Dirty | Stale | Untold)) | Running;
    const Surroundings outer = surroundings();
    surroundings() = {computed, nullptr, outer.exempt, false, false};
    ++computing;
    running.push(computed);
    computed->sourcesTail = nullptr;
    computed->run = ++runSerial;
    const auto leave = [&] {
        running.pop();
        surroundings() = outer;
        --computing;
    };
    Past *past = nullptr;
    bool changed = false;
    try {
        changed = computed->compute(past);
    } catch (...) {
        computed->flags &= ~Running;
        leave();
        failed(computed, past);
        throw;
    }
    const std::uint32_t flags = computed->flags;
    computed->flags = (flags & ~Running) | Evaluated;
    leave();
    if (!computed->sourcesTail || computed->sourcesTail->nextSource) {
        unlinkRest(computed); // not after an error: what it did not come to read may still be what it waits for
    }
    if (!computed->sources) [[unlikely]] {
        checkTracked(computed);
    }
    if (flags & Stale) {
        setUntold(computed);
    }
    if (changed) {
        tell(computed, past);
    }
}

/// It read nothing that could make it run again: on purpose?
void Runtime::checkTracked(const Sink *sink)
{
    if (untrackedIn != sink->run || sink->run == 0) {
        return;
    }
    untrackedIn = 0;
    const bool effect = sink->has(Effecting);
    reportError(std::make_exception_ptr(UntrackedReadError(
        "nanostores: " + sink->label() + " reads by get() alone, which is never tracked, and lists no sources: it will "
        + "not run again. Read its stores by calling them, as in count(), or list them, as in "
        + (effect ? "effect" : "computed") + "(count, f); if it is meant so, read them in untracked()")));
}

void Runtime::runListed(Sink *computed)
{
    computed->flags = (computed->flags & ~(Dirty | Stale | Untold)) | Running;
    const Surroundings outer = surroundings();
    surroundings() = {nullptr, nullptr, outer.exempt, false, false};
    ++computing;
    running.push(computed);
    for (Edge *e = computed->listedEdges(); e; e = e->nextSource) {
        e->seen = e->source->version;
    }
    const auto leave = [&] {
        running.pop();
        surroundings() = outer;
        --computing;
        computed->flags &= ~Running;
    };
    Past *past = nullptr;
    bool changed = false;
    try {
        changed = computed->compute(past);
    } catch (...) {
        leave();
        failed(computed, past);
        throw;
    }
    leave();
    computed->flags |= Evaluated;
    if (!computed->has(Attached)) {
        computed->flags |= Stale; // nobody will mark it: each read compares versions
    } else if (computed->has(Stale)) {
        setUntold(computed);
    }
    if (changed) {
        tell(computed, past);
    }
}

/// Its function threw.
void Runtime::failed(Sink *computed, Past *past)
{
    if (!computed->has(Evaluated)) {
        computed->flags |= Dirty | Untold; // without a value every read tries again; a change passes through
    } else if (computed->has(Listed) && !computed->has(Attached)) {
        computed->flags |= Stale;
    }
    if (past) {
        past->release();
    }
}

// Effects

EffectNode::EffectNode(std::uint32_t effectFlags) noexcept
    : Sink(Effecting | Dirty | effectFlags)
{
    if (Node *const exempt = Runtime::current().exempt) {
        needKin().exempt = exempt;
    }
}

EffectNode::~EffectNode() = default;

void EffectNode::adoptByOwner()
{
    EffectNode *newParent = Runtime::current().owner;
    if (!newParent) {
        return;
    }
    Kin &mine = needKin();
    Kin &theirs = newParent->needKin();
    retain();
    mine.parent = newParent;
    if (EffectNode *const first = theirs.firstChild) {
        mine.prevSibling = first->kin->prevSibling;
        mine.prevSibling->kin->nextSibling = this;
        first->kin->prevSibling = this;
    } else {
        theirs.firstChild = this;
        mine.prevSibling = this;
    }
}

namespace {

/// Takes the effect out of its owner's list; true when there was an owner, whose reference the caller then holds.
bool leaveOwner(EffectNode *effect)
{
    if (!effect->parent()) {
        return false;
    }
    Kin &kin = *effect->kin;
    Kin &parent = *std::exchange(kin.parent, nullptr)->kin;
    EffectNode *&first = effect->has(Former) ? parent.formerChild : parent.firstChild;
    if (first == effect) {
        first = kin.nextSibling;
        if (first) {
            first->kin->prevSibling = kin.prevSibling;
        }
    } else {
        kin.prevSibling->kin->nextSibling = kin.nextSibling;
        if (kin.nextSibling) {
            kin.nextSibling->kin->prevSibling = kin.prevSibling;
        } else {
            first->kin->prevSibling = kin.prevSibling;
        }
    }
    kin.nextSibling = nullptr;
    kin.prevSibling = nullptr;
    return true;
}

void endScopeAfterError(ScopeNode *scope);

void runCleanup(EffectNode *effect, std::exception_ptr &error)
{
    if (!effect->kin) {
        return;
    }
    if (const auto cleanup = std::move(effect->kin->cleanup)) {
        Runtime &runtime = Runtime::current();
        const TrackingScope untracked;
        EffectNode *const outerOwner = std::exchange(runtime.owner, nullptr);
        try {
            cleanup->run();
        } catch (...) {
            collect(error);
        }
        runtime.owner = outerOwner;
    }
}

/// Stops the effects of a list, in order.
void stopChildren(EffectNode *effect, EffectNode *Kin::*list, std::exception_ptr &error)
{
    if (!effect->kin) {
        return;
    }
    while (EffectNode *child = (*effect->kin).*list) {
        leaveOwner(child);
        try {
            child->stop();
        } catch (...) {
            collect(error);
        }
        child->release();
    }
}

} // namespace

void EffectNode::start()
{
    if (parent() && parent()->has(Lazy)) {
        return; // its scope starts it
    }
    Runtime &runtime = Runtime::current();
    std::exception_ptr error;
    perform(runtime, [&] {
        try {
            runtime.runEffect(this);
        } catch (...) {
            error = std::current_exception();
            stop();
        }
    });
    if (error) {
        std::rethrow_exception(error);
    }
}

Node *exchangeExempt(Node *node) noexcept
{
    return std::exchange(Runtime::current().exempt, node);
}

EffectNode *exchangeOwner(EffectNode *owner) noexcept
{
    return std::exchange(Runtime::current().owner, owner);
}

namespace {

void endScopeAfterError(ScopeNode *scope)
{
    try {
        scope->stop();
    } catch (...) {
        reportError(std::current_exception());
    }
}

} // namespace

// Scopes

ScopeNode::ScopeNode(bool deferred) noexcept
    : EffectNode(deferred ? std::uint32_t{Lazy} : 0u)
    , lazy(deferred)
{
}

ScopeNode::~ScopeNode() = default;

std::unique_ptr<Cleanup> ScopeNode::body()
{
    return nullptr;
}

void ScopeNode::open()
{
    Runtime &runtime = Runtime::current();
    flags &= ~Dirty;
    struct Restore
    {
        Runtime &runtime;
        EffectNode *owner;
        bool passive;
        ~Restore()
        {
            runtime.owner = owner;
            runtime.passive = passive;
        }
    } const restore{runtime, runtime.owner, runtime.passive};
    runtime.owner = this;
    runtime.passive = true;
    try {
        fill();
    } catch (...) {
        endScopeAfterError(this);
        throw;
    }
}

void startListedEffect(EffectNode &effect);

void ScopeNode::launch()
{
    if (has(Disposed) || !has(Lazy) || (parent() && parent()->has(Lazy))) {
        return;
    }
    flags &= ~Lazy;
    Runtime &runtime = Runtime::current();
    std::exception_ptr error;
    perform(runtime, [&] {
        for (const bool scopes : {true, false}) {
            // Children may come and go while one starts.
            std::vector<EffectNode *> children;
            for (EffectNode *child = firstChild(); child; child = child->nextSibling()) {
                if ((dynamic_cast<ScopeNode *>(child) != nullptr) == scopes) {
                    child->retain();
                    children.push_back(child);
                }
            }
            for (EffectNode *child : children) {
                try {
                    if (auto *scope = dynamic_cast<ScopeNode *>(child)) {
                        scope->launch();
                    } else if (!child->has(Disposed | Evaluated)) {
                        if (child->has(Listed)) {
                            startListedEffect(*child);
                        } else {
                            child->start();
                        }
                    }
                } catch (...) {
                    collect(error);
                }
                child->release();
            }
        }
    });
    runtime.drainIfIdle();
    if (error) {
        std::rethrow_exception(error);
    }
}

// Gates

void invalidate(Sink *computed)
{
    if (computed->has(Running)) {
        return; // it is just finding out
    }
    Runtime &runtime = Runtime::current();
    ++runtime.pullSerial;
    computed->flags |= Dirty;
    runtime.mark(computed, nullptr, false);
}

bool tracking() noexcept
{
    const Runtime *runtime = Runtime::existing();
    return runtime && runtime->observer;
}

// Triggers

void beginCollect()
{
    Runtime &runtime = Runtime::current();
    runtime.collectors.emplace_back();
    runtime.collecting = true;
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
void Runtime::publish(Sink *computed, Past *past)
{
    mark(computed, past, false);
    ++computed->version;
    for (Link *link = computed->sinks; link; link = link->next) {
        if (!(link->kind & Link::IsListener) && !asEdge(link)->sink->has(Running)) {
            asEdge(link)->sink->flags = (asEdge(link)->sink->flags | Dirty) & ~Stale;
        }
    }
}

void Runtime::delay(Sink *sink)
{
    std::erase(batched, sink);
    batched.push_back(sink);
    if (scheduler && !batchedArmed) {
        batchedArmed = true;
        scheduler->after(std::chrono::milliseconds{0}, [this] { fireBatched(); });
    }
}

void Runtime::fireBatched()
{
    batchedArmed = false;
    const std::vector<Sink *> due = std::exchange(batched, {});
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

void deliver(Sink *computed, Past *past)
{
    Runtime &runtime = Runtime::current();
    ++runtime.pullSerial;
    runtime.publish(computed, past);
    if (past) {
        past->release();
    }
    runtime.drainIfIdle();
}

/// Takes the node's value as changed, whatever it was.
void Runtime::touch(Node *node)
{
    ++pullSerial;
    if (node->has(Computing)) {
        publish(static_cast<Sink *>(node), nullptr);
        return;
    }
    if (!node->has(HasEdges)) {
        ++node->version;
    } else {
        if (Extra *present = node->extraOrNull()) {
            if (Past *seen = std::exchange(present->seen, nullptr)) {
                seen->release();
            }
        } else if (node->aux & 1u) {
            reinterpret_cast<Past *>(std::exchange(node->aux, 0) & ~std::uintptr_t{1})->release();
        }
        node->flags |= Dirty;
    }
    mark(node, nullptr, false);
}

void startListedEffect(EffectNode &effect)
{
    if (effect.parent() && effect.parent()->has(Lazy)) {
        return;
    }
    Runtime &runtime = Runtime::current();
    std::exception_ptr error;
    perform(runtime, [&] {
        try {
            effect.flags |= Attached;
            effect.sources = effect.listedEdges();
            for (Edge *e = effect.sources; e; e = e->nextSource) {
                if (!e->source->observed()) {
                    runtime.mount(e->source);
                }
                runtime.append(e);
                runtime.count(e);
            }
            runtime.refresh(&effect);
            runtime.runEffect(&effect);
        } catch (...) {
            error = std::current_exception();
            effect.stop();
        }
    });
    runtime.drainIfIdle();
    if (error) {
        std::rethrow_exception(error);
    }
}

void EffectNode::stop()
{
    if (has(Disposed)) {
        return;
    }
    checkThread();
    flags |= Disposed;
    Runtime &runtime = Runtime::current();
    const bool owned = leaveOwner(this);
    if (has(Running)) {
        if (owned) {
            release();
        }
        return; // the end of its run does the rest
    }
    std::exception_ptr error;
    retain();
    perform(runtime, [&] {
        runCleanup(this, error);
        stopChildren(this, &Kin::firstChild, error);
        runtime.unlinkAll(this);
    });
    if (owned) {
        release();
    }
    release();
    if (error) {
        std::rethrow_exception(error);
    }
}

void endEffect(EffectNode *effect) noexcept
{
    try {
        effect->stop();
    } catch (...) {
        reportError(std::current_exception());
    }
    effect->release();
}

void detachEffect(EffectNode *effect) noexcept
{
    if (effect->parent() || effect->has(Disposed)) {
        effect->release();
        return;
    }
    Runtime::current().detachedEffects.push_back(effect);
}

/// The caller is busy: nothing is destroyed meanwhile.
void Runtime::runEffect(EffectNode *effect)
{
    std::exception_ptr error;
    const bool listed = effect->has(Listed);
    if (effect->kin) {
        runCleanup(effect, error);
        if (effect->has(Disposed)) {
            if (error) {
                std::rethrow_exception(error);
            }
            return;
        }
        effect->kin->formerChild = std::exchange(effect->kin->firstChild, nullptr); // they stop after the new run
        for (EffectNode *child = effect->kin->formerChild; child; child = child->nextSibling()) {
            child->flags |= Former;
        }
    }
    effect->flags = (effect->flags & ~(Dirty | Stale | Untold)) | Running;

    const Surroundings outer = surroundings();
    surroundings() = {listed ? nullptr : effect, effect, nullptr, false, false};
    if (listed) {
        for (Edge *e = effect->listedEdges(); e; e = e->nextSource) {
            e->seen = e->source->version;
        }
    } else {
        effect->sourcesTail = nullptr;
    }
    effect->run = ++runSerial;
    running.push(effect);
    bool threw = false;
    try {
        if (auto cleanup = effect->body()) {
            effect->needKin().cleanup = std::move(cleanup);
        }
    } catch (...) {
        threw = true;
        collect(error);
    }
    running.pop();
    surroundings() = outer;
    effect->flags = (effect->flags & ~Running) | Evaluated;
    if (!listed && !threw && (!effect->sourcesTail || effect->sourcesTail->nextSource)) {
        unlinkRest(effect);
    }
    if (!listed && !threw && !effect->sources) [[unlikely]] {
        checkTracked(effect);
    }
    if (effect->kin) {
        stopChildren(effect, &Kin::formerChild, error);
    }
    if (effect->has(Disposed | Stale | Dirty)) {
        if (effect->has(Disposed)) {
            runCleanup(effect, error);
            stopChildren(effect, &Kin::firstChild, error);
            unlinkAll(effect);
        } else {
            setUntold(effect);
        }
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

// The queue

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

void Runtime::step()
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

/// Calls the listeners that are under way. A batch inside one of them goes on with the rest before it ends.
void Runtime::deliver()
{
    Node *const node = delivery.node;
    Past *const past = delivery.past;
    const bool keyed = delivery.keyed;
    const std::uint64_t lastStamp = delivery.lastStamp;
    Link *link = delivery.cursor;
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
        if (!past) {
            listener->call(*node, nullptr, keyed);
        } else {
            if (next) {
                past->retain();
            } else {
                delivery.past = nullptr; // ours now
            }
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

// Tracked links

Edge *Runtime::newEdge()
{
    if (!freeEdges) {
        constexpr std::size_t PerSlab = 64;
        slabs.push_back(std::make_unique<Edge[]>(PerSlab));
        for (std::size_t i = 0; i < PerSlab; ++i) {
            freeEdge(&slabs.back()[i]);
        }
    }
    Edge *edge = freeEdges;
    freeEdges = edge->nextSource;
    edge->nextSource = nullptr;
    return edge;
}

void Runtime::freeEdge(Edge *edge) noexcept
{
    *edge = Edge{};
    edge->nextSource = freeEdges;
    freeEdges = edge;
}

namespace {

bool isExempt(const EffectNode *effect, const Node *source) noexcept
{
    return effect->kin && effect->kin->exempt == source;
}

} // namespace

/// A source that the run before did not read at this point.
void Runtime::linkTracked(Node *source, Sink *sink)
{
    Edge *const last = sink->sourcesTail;
    Edge *const following = last ? last->nextSource : sink->sources;
    if (source->sinks) {
        Link *tail = source->sinks->prev;
        if (!(tail->kind & Link::IsListener) && asEdge(tail)->sink == sink && tail->seen == sink->run) {
            return; // read before in this run
        }
    }
    if (source->has(Listed) && !source->has(Attached)) {
        attachQuietly(static_cast<Sink *>(source));
    }
    Edge *edge = newEdge();
    edge->source = source;
    edge->sink = sink;
    edge->seen = sink->run;
    edge->nextSource = following;
    if (last) {
        last->nextSource = edge;
    } else {
        sink->sources = edge;
    }
    sink->sourcesTail = edge;
    append(edge);
    if (passive || (sink->has(Effecting) && isExempt(static_cast<EffectNode *>(sink), source))) {
        edge->kind |= Link::Exempt;
    } else if (sink->has(Effecting) || sink->live > 0 || sink->has(Leaving)) {
        count(edge);
    }
}

/// Drops what the run that has ended did not read again.
void Runtime::unlinkRest(Sink *sink)
{
    Edge *edge;
    if (sink->sourcesTail) {
        edge = std::exchange(sink->sourcesTail->nextSource, nullptr);
    } else {
        edge = std::exchange(sink->sources, nullptr);
    }
    while (edge) {
        Edge *next = edge->nextSource;
        unlink(edge, false);
        edge = next;
    }
}

void Runtime::unlinkAll(Sink *sink)
{
    if (sink->has(Listed)) {
        detach(sink, true);
        return;
    }
    sink->sourcesTail = nullptr;
    unlinkRest(sink);
}

} // namespace nanostores::detail
