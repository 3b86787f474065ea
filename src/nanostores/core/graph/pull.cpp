// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// Committing what was written, and bringing computed stores up to date.
namespace nanostores::detail {

void Runtime::commit(Node *signal)
{
    signal->flags &= ~Dirty;
    OldValue *seen = nullptr;
    if (Extra *e = signal->extraOrNull()) {
        seen = std::exchange(e->seen, nullptr);
    } else if (signal->aux & 1u) {
        seen = reinterpret_cast<OldValue *>(signal->aux & ~std::uintptr_t{1});
        signal->aux = 0;
    }
    bool changed = false;
    try {
        changed = signal->differs(seen);
    } catch (...) {
        if (seen) {
            seen->release();
        }
        committed(signal); // as far as is known it has changed
        throw;
    }
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
    signal->bump();
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
        if ((flags & (Effecting | Batched | Eager)) && !(flags & (Queued | StaleNotQueued)) && !isPulling(sink)) {
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

inline void Runtime::settled(Sink *computed, OldValue *past)
{
    computed->bump();
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
        if (((flags & (Effecting | Batched | Eager)) && !(flags & Queued) && !isPulling(sink))
            || !(flags & (Stale | Dirty))) {
            settledFrom(link, past);
            return;
        }
        sink->flags = (flags | Dirty) & ~Stale;
    }
}

/// The rest of it, from a sink on that has to be queued.
void Runtime::settledFrom(Link *link, OldValue *past, bool listeners)
{
    std::size_t open = NoEntry;
    for (; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            if (listeners) {
                queueListener(asListener(link), past, false, open);
            }
            continue;
        }
        Sink *sink = asEdge(link)->sink;
        const std::uint32_t flags = sink->flags;
        if (flags & Running) {
            continue;
        }
        sink->flags = (flags | Dirty) & ~Stale;
        if (!(flags & (Stale | Dirty | StaleNotQueued | Effecting | Batched | Eager)) && !isPulling(sink)) {
            mark(sink, nullptr, false, false); // it has caught an error of this one, and was clean since
            continue;
        }
        if (!(flags & (Effecting | Batched | Eager)) || (flags & Queued) || isPulling(sink)) {
            continue;
        }
        if (flags & Effecting) {
            if ((flags & StaleNotQueued) && ranInThisDrain(sink)) {
                continue; // its own write: it would go on for ever
            }
            sink->flags &= ~StaleNotQueued;
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
    performRead(runtime, self, [&] {
        if (has(Computing)) {
            runtime.refresh(static_cast<Sink *>(self));
        } else if (runtime.observer) { // who else looks has the present value anyhow, and may take the write back
            runtime.commit(self);
        }
    });
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
    if (observed() || (lifecycle && (lifecycle->started || lifecycle->inRound))) { // a hook may read its own store
        if (has(Computing)) {
            fresh();
        }
        return;
    }
    const Parked parked(runtime, self);
    performAndDrain(runtime, [&] {
        runtime.mount(self, true);
        runtime.addObserver(self, true);
        runtime.removeObserver(self, true);
    });
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
    } else if (runtime->reads.collecting) [[unlikely]] {
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

/// The function of a reader is asked what the error is to it: its read of the computed store throws.
void Runtime::keepError(Sink *computed, std::exception_ptr error)
{
    computed->flags |= Dirty | StaleNotQueued;
    const Failure unread = std::exchange(failure, {computed, std::move(error)});
    idleWorkWaits = true;
}

/// It is about to run. If nothing has changed since it threw, it throws the same again.
void Runtime::rethrowKept(Sink *computed)
{
    const Failure kept = std::exchange(failure, {});
    if (!computed->has(StaleNotQueued)) {
        return; // a change has come past
    }
    computed->flags &= ~(Dirty | Stale | StaleNotQueued);
    failed(computed, nullptr);
    std::rethrow_exception(kept.error);
}

/// A function that may catch its error reads it, and is going to run.
bool Runtime::isReadByFunctions(const Sink *computed) const noexcept
{
    for (const Link *link = computed->sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            continue;
        }
        const Sink *const sink = static_cast<const Edge *>(link)->sink;
        if (!sink->has(Listed | Running) && (sink->live > 0 || sink->has(Effecting))
            && !(sink->has(StaleNotQueued) && ranInThisDrain(sink))) {
            return true;
        }
    }
    return false;
}

/// From the queue. An error is left to those who read it by their functions.
void Runtime::refreshQueued(Sink *computed)
{
    Sink *threw = nullptr;
    try {
        refresh(computed, &threw);
    } catch (...) {
        if (!threw || computed->has(Barrier) || !isReadByFunctions(computed)) {
            throw;
        }
        keepError(threw, std::current_exception());
        settledFrom(computed->sinks, nullptr, false);
    }
}

/// Brings a sink up to date, its sources first. Of an effect only the Dirty flag is settled: it is not run.
///
/// The error of a source is not the reader's, whose function may catch it: a tracked one is run, and its read throws.
void Runtime::refresh(Sink *root, Sink **threw)
{
    const std::size_t base = pullStack.size();
    if (base == 0) {
        nextPull();
    }
    const auto enter = [this](Sink *sink, bool waited) {
        if (sink->has(Running)) [[unlikely]] {
            throwCycle(sink, waited);
        }
        if (!sink->has(Listed)) {
            return sink->sources;
        }
        if (sink->epoch != epoch && !sink->has(Attached | Effecting)) [[unlikely]] {
            sink->flags |= Dirty;
        }
        return sink->listedEdges();
    };
    Sink *const outer = pulling;
    Sink *sink = root;
    Edge *edge = enter(root, false);
    for (;;) {
        Sink *ran = nullptr; // whose function is run
        try {
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
                            ran = static_cast<Sink *>(source);
                            runTracked(ran);
                            ran = nullptr;
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
                    ran = sink;
                    finish(sink);
                    if (last) {
                        return;
                    }
                    ran = nullptr;
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
            pulling = outer;
            sink = leaveToReader(sink, ran, base);
            if (!sink) {
                if (threw) {
                    *threw = ran;
                }
                throw;
            }
            edge = nullptr;
        }
    }
}

/// An error came up while the sources of a sink were looked at, or in the function of ran. The reader whose function is
/// to run, if there is one. The others stay as they are, and the next change passes through them.
Sink *Runtime::leaveToReader(Sink *sink, Sink *ran, std::size_t base)
{
    if (ran == sink) {
        sink = nullptr; // its function has run
    }
    for (;;) {
        if (sink) {
            if (ran && !sink->has(Listed)) {
                keepError(ran, std::current_exception());
                sink->flags |= Dirty;
                return sink;
            }
            setStaleNotQueued(sink);
        }
        if (pullStack.size() == base) {
            return nullptr;
        }
        sink = pullStack.pop().sink;
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
        sink->flags = flags & ~(Stale | StaleNotQueued);
    }
    if (sink->has(Listed) && !sink->has(Attached | Effecting)) {
        sink->run = pullSerial;
    }
}

/// A detached computed store stays stale; within one pull it is looked at once.
bool Runtime::verified(const Sink *computed) const noexcept
{
    return computed->has(Listed) && !computed->has(Attached | Dirty) && computed->run == pullSerial
           && computed->epoch == epoch;
}

void Runtime::throwCycle(Sink *sink, bool waited)
{
    std::string message = "nanostores: a store waits for itself: ";
    // From the end: the sink that waits for a store, or else the one whose function reads it.
    std::vector<const Sink *> circle;
    const Sink *current = sink;
    std::size_t frames = pullStack.size();
    const Run *run = running;
    do {
        if (frames > 0 && pullStack[frames - 1].edge->source == current && (waited || !circle.empty())) {
            current = pullStack[--frames].sink;
        } else if (run) {
            current = run->sink;
            run = run->outer;
        } else {
            break;
        }
        circle.push_back(current);
    } while (current != sink);
    std::reverse(circle.begin(), circle.end());
    for (const Sink *waiting : circle) {
        message += waiting->label() + " -> ";
    }
    message += sink->label();
    message += "; break the circle by reading one of them with untracked() or get() outside the function";
    throw CycleError(message);
}

/// It has a new value.
inline void Runtime::tell(Sink *computed, OldValue *past)
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

namespace {

/// While it lives, a computed store's function runs: nothing of what is around it, but for the store its effects do not
/// mount, is to be seen. Effects and scopes that it makes are its own.
class ComputedRun
{
public:
    ComputedRun(Runtime &runtime, Sink *computed, Sink *observer) noexcept
        : m_runtime(runtime)
        , m_self{computed, runtime.running}
        , m_computed(computed)
        , m_observer(std::exchange(runtime.observer, observer))
        , m_owner(std::exchange(runtime.owner, computed))
        , m_reads(std::exchange(runtime.reads, {}))
    {
        computed->flags = (computed->flags & ~(Dirty | Stale | StaleNotQueued)) | Running;
        ++runtime.computing;
        runtime.running = &m_self;
    }
    ComputedRun(const ComputedRun &) = delete;
    ComputedRun &operator=(const ComputedRun &) = delete;
    ~ComputedRun()
    {
        m_runtime.running = m_self.outer;
        m_runtime.observer = m_observer;
        m_runtime.owner = m_owner;
        m_runtime.reads = m_reads;
        --m_runtime.computing;
        m_computed->flags &= ~Running;
    }

private:
    Runtime &m_runtime;
    const Run m_self;
    Sink *const m_computed;
    Sink *const m_observer;
    Sink *const m_owner;
    const ExecutionContext::Reads m_reads;
};

} // namespace

void Runtime::callFar(void (*function)(void *), void *argument)
{
    if (!stackLimitIsKnown) {
        stackLimitIsKnown = true;
        stackLimit = endOfThreadStack();
    }
    if (!isFar(&argument) || !callOnFreshStack(stackLimit, function, argument)) {
        function(argument);
    }
}

bool Runtime::evaluateFar(Sink *computed, OldValue *&past)
{
    struct Call
    {
        Sink *computed;
        OldValue *&past;
        bool changed;
    } call{computed, past, false};
    callFar(
        [](void *argument) {
            auto *const mine = static_cast<Call *>(argument);
            mine->changed = mine->computed->compute(mine->past);
        },
        &call);
    return call.changed;
}

/// With effects of its former run, or an error that waits for its reader.
void Runtime::runFormer(Sink *computed)
{
    if (failure.computed == computed) {
        rethrowKept(computed);
    }
    const FormerNest former(computed);
    computed->has(Listed) ? runListed(computed) : runTracked(computed);
}

/// The caller is busy: nothing is destroyed meanwhile.
void Runtime::runTracked(Sink *computed)
{
    if (failure.computed == computed || computed->has(Nesting)) [[unlikely]] {
        runFormer(computed);
        return;
    }
    OldValue *past = nullptr;
    bool changed = false;
    try {
        const ComputedRun run(*this, computed, computed);
        computed->sourcesTail = nullptr;
        computed->run = ++runSerial;
        changed = isFar(&run) ? evaluateFar(computed, past) : computed->compute(past);
    } catch (...) {
        failed(computed, past);
        throw;
    }
    computed->flags |= Evaluated;
    if (!computed->sourcesTail || computed->sourcesTail->nextSource) {
        unlinkRest(computed); // not after an error: what it did not come to read may still be what it waits for
    }
    if (!computed->sources) [[unlikely]] {
        checkTracked(computed);
    }
    if (computed->has(Stale)) {
        setStaleNotQueued(computed);
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
    if (failure.computed == computed || computed->has(Nesting)) [[unlikely]] {
        runFormer(computed);
        return;
    }
    OldValue *past = nullptr;
    bool changed = false;
    try {
        const ComputedRun run(*this, computed, nullptr);
        computed->epoch = epoch;
        for (Edge *e = computed->listedEdges(); e; e = e->nextSource) {
            e->seen = e->source->version;
        }
        changed = isFar(&run) ? evaluateFar(computed, past) : computed->compute(past);
    } catch (...) {
        failed(computed, past);
        throw;
    }
    computed->flags |= Evaluated;
    if (!computed->has(Attached)) {
        computed->flags |= Stale; // no source will mark it: each read compares versions
    } else if (computed->has(Stale)) {
        setStaleNotQueued(computed);
    }
    if (changed) {
        tell(computed, past);
    }
}

/// Its function threw.
void Runtime::failed(Sink *computed, OldValue *past)
{
    if (!computed->has(Evaluated)) {
        computed->flags |= Dirty | StaleNotQueued; // without a value every read tries again; a change passes through
    } else if (computed->has(Listed) && !computed->has(Attached)) {
        computed->flags |= Stale;
    }
    setStaleNotQueued(
        computed); // what it did not come to read may change, and those who wait for it have been asked already
    if (past) {
        past->release();
    }
}

} // namespace nanostores::detail
