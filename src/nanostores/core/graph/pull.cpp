// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// Committing what was written, and bringing sinks up to date: the pull.
///
/// A mark has said which sinks have to be checked. A pull finds out whether one has to run: it looks at the sources of
/// the sink, in order, brings each up to date first, and stops at the first one that has changed (rule 8). The
/// functions themselves run in run.cpp.
namespace nanostores::detail {

/// Compares the value of a written signal with the one that its sinks saw last (rule 6). If they are equal, the write
/// was taken back, and no sink runs. The kept value is in Extra if there is one, else in the node itself.
void Puller::commit(Node *signal)
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

/// The value of the signal differs from the one that its sinks saw last: a new version. Direct sinks go from Stale to
/// Dirty, and need no further check. Observers that no mark has queued, such as an eager store that it reached through
/// a listed one only, are queued here. Listeners are not: the write has queued them.
void Puller::committed(Node *signal)
{
    signal->bump();
    for (Link *link = signal->sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            link = lastOfRun(asListener(link));
            continue;
        }
        Sink *sink = asEdge(link)->sink;
        const std::uint32_t flags = sink->flags;
        if (flags & Running) {
            continue;
        }
        sink->flags = (flags | Dirty) & ~Stale;
        // The sink that pulls this signal sees the change itself; a StaleNotQueued one is not to be queued (rule 9).
        if ((flags & (Effecting | Batched | Eager)) && !(flags & (Queued | StaleNotQueued)) && !isPulling(sink)) {
            if (sink->has(Effecting)) {
                runtime().queue.addEffect(sink);
            } else if (sink->has(Batched)) {
                runtime().batched.add(sink);
            } else if (sink->has(Eager)) {
                runtime().queue.add(sink);
            }
        }
    }
}

/// Of a store that is Dirty, Stale or Running: called by a read.
void Node::pull() const
{
    checkThread();
    auto *self = const_cast<Node *>(this);
    Runtime &runtime = Runtime::current();
    performRead(runtime, self, [&] {
        if (has(Computing)) {
            runtime.puller.refresh(static_cast<Sink *>(self));
        } else if (runtime.context
                       .observer) { // other readers get the present value anyway, and may take the write back
            runtime.puller.commit(self);
        }
    });
}

/// The read of get(), which mounts an unobserved store with hooks or sources for the length of the read (rules 24, 25).
///
/// A store that is observed, or whose hooks run just now, is only brought up to date. Otherwise it is mounted, gets an
/// observer and loses it at once: the start hooks run, then the stop hooks, and the unmount delay begins.
void Node::readMounting() const
{
    checkThread();
    auto *self = const_cast<Node *>(this);
    Runtime &runtime = Runtime::current();
    if (has(Running)) {
        runtime.puller.refresh(static_cast<Sink *>(self)); // reports the cycle
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
        runtime.observers.mount(self, true);
        runtime.observers.add(self, true);
        runtime.observers.remove(self, true);
    });
    fresh(); // hooks of what it reads may have set something
}

/// A computed store threw while a tracked reader of it was checked. The error is not the reader's: its function may
/// catch it, or not read the store at all this time. So the error is kept, the reader's function runs, and its read of
/// the store throws it (rule 34). Dirty makes that read pull. A change that comes in between is known by
/// StaleNotQueued, as a mark clears that flag.
void Puller::keepError(Sink *computed, std::exception_ptr error)
{
    computed->flags |= Dirty | StaleNotQueued;
    const Failure unread = std::exchange(m_failure, {computed, std::move(error)});
    runtime().idleWorkWaits = true;
}

/// A computed store whose error is kept is about to run. If nothing has changed since it threw, it throws the same
/// error again and does not run: it runs once for a change.
void Puller::rethrowKept(Sink *computed)
{
    const Failure kept = std::exchange(m_failure, {});
    if (!computed->has(StaleNotQueued)) {
        return; // a change has come past
    }
    computed->flags &= ~(Dirty | Stale | StaleNotQueued);
    runner.failed(computed, nullptr);
    std::rethrow_exception(kept.error);
}

/// Whether the function of an observed tracked sink reads this computed store and is going to run. Such a function may
/// catch the error of the store, so the error is left to it.
bool Puller::isReadByFunctions(const Sink *computed) const noexcept
{
    for (const Link *link = computed->sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            continue;
        }
        const Sink *const sink = static_cast<const Edge *>(link)->sink;
        if (!sink->has(Listed | Running) && (sink->live > 0 || sink->has(Effecting))
            && !(sink->has(StaleNotQueued) && runtime().queue.ranInThisDrain(sink))) {
            return true;
        }
    }
    return false;
}

namespace {

/// A listed computed store that has to run, and whose sources are all up to date: most that come from the queue are so.
inline bool isReady(Sink *computed) noexcept
{
    if ((computed->flags & (Dirty | Listed | Attached | Running)) != (Dirty | Listed | Attached)) {
        return false;
    }
    for (const Edge *edge = computed->sources; edge; edge = edge->nextSource) {
        if (edge->source->flags & (Dirty | Stale | Running)) {
            return false;
        }
    }
    return true;
}

} // namespace

/// Pulls a computed store whose turn in the queue has come. If it throws, and functions that run anyway read it, they
/// get the error; otherwise the error leaves the drain.
void Puller::refreshQueued(Sink *computed)
{
    Sink *threw = nullptr;
    try {
        if (isReady(computed)) {
            if (m_stack.empty()) {
                nextPull();
            }
            threw = computed;
            runner.runListed(computed);
            if (!computed->has(Attached)) {
                computed->run = m_serial; // as in finish()
            }
        } else {
            refresh(computed, &threw);
        }
    } catch (...) {
        if (!threw || computed->has(Barrier) || !isReadByFunctions(computed)) {
            throw;
        }
        keepError(threw, std::current_exception());
        runner.settledFrom(computed->sinks, nullptr, false);
    }
}

/// Brings a sink up to date, its sources first (rule 8). A computed store runs if a source has changed. Of an effect
/// the Dirty flag is settled, and the caller runs it.
///
/// The walk is a loop over a stack of (sink, edge): the sink waits for the source of the edge. The steps:
///
/// 1. Look at the sources of the sink, from the edge on. A source that is up to date needs nothing. A written signal
///    is committed. A tracked computed store that is Dirty runs at once. Every other stale computed store has to be
///    pulled itself: step 2. A listed sink looks at all of its sources, and compares the version of each with the one
///    it saw. A tracked sink stops at the first source that has changed, which has made it Dirty (committed(),
///    settled()): later sources may be ones that it does not read any more.
/// 2. Go down: the sink waits on the stack, and the source becomes the sink that is looked at. Step 1 again.
/// 3. All sources are up to date: finish() runs the sink if it is Dirty, or clears its flags. If it is the root, that
///    is the end. Otherwise the sink below it on the stack goes on. If that one is tracked, and Dirty by now, it is
///    finished at once, without a look at its other sources; else step 1 goes on with its next edge.
///
/// While a source is brought up to date, m_pulling is the sink that waits for it. The source does not queue that sink.
///
/// An error of a source belongs to the function that reads the source, which may catch it. leaveToReader() finds the
/// tracked sink on the stack whose function is to run; the loop goes on with it. If there is none, the error is
/// thrown, and threw is set to the computed store that threw it.
void Puller::refresh(Sink *root, Sink **threw)
{
    const std::size_t base = m_stack.size();
    if (base == 0) {
        nextPull();
    }
    const auto enter = [this](Sink *sink, bool waited) -> Edge * {
        if (sink->has(Running | Nesting)) [[unlikely]] {
            if (sink->has(Running)) {
                throwCycle(sink, waited);
            }
            if (isSubstituted(*sink)) {
                return nullptr; // whatever its sources say, and also if they throw
            }
        }
        if (!sink->has(Listed)) {
            return sink->sources;
        }
        // Unlinked, it compares versions; those that it saw in another epoch may be the same by chance.
        if (sink->epoch != m_epoch && !sink->has(Attached | Effecting)) [[unlikely]] {
            sink->flags |= Dirty;
        }
        return sink->listedEdges();
    };
    Sink *const outer = m_pulling;
    Sink *sink = root;
    Edge *edge = enter(root, false);
    for (;;) {
        Sink *ran = nullptr; // the sink whose function runs; known to the handler of its error
        try {
            for (;;) {
                // Step 1
                const bool listed = sink->has(Listed);
                Sink *below = nullptr;
                for (; edge && (listed || !sink->has(Dirty)); edge = edge->nextSource) {
                    Node *const source = edge->source;
                    const std::uint32_t flags = source->flags;
                    if (flags & (Dirty | Stale | Running)) {
                        if (flags & Running) [[unlikely]] {
                            if (listed) { // its function always reads the source: a cycle
                                m_stack.push({sink, edge});
                                throwCycle(static_cast<Sink *>(source), true);
                            }
                            sink->flags |= Dirty; // its function decides whether it still reads the source
                            break;
                        }
                        if (!(flags & Computing)) {
                            m_pulling = sink;
                            commit(source);
                        } else if (!(flags & (Listed | Batched))) {
                            if (!(flags & Dirty)) {
                                below = static_cast<Sink *>(source);
                                break;
                            }
                            m_pulling = sink;
                            ran = static_cast<Sink *>(source);
                            runner.runTracked(ran);
                            ran = nullptr;
                        } else if ((flags & (Batched | Evaluated | Attached)) == (Batched | Evaluated | Attached)) {
                            // what lies behind it sees the change when its timer fires
                        } else if (!isVerified(static_cast<Sink *>(source))) {
                            below = static_cast<Sink *>(source);
                            break;
                        }
                    }
                    // A tracked sink was made Dirty by the source. A listed one may have been unlinked then.
                    if (listed && edge->seen != source->version) {
                        sink->flags |= Dirty;
                    }
                }
                // Step 2
                if (below) {
                    m_stack.push({sink, edge});
                    sink = below;
                    edge = enter(below, true);
                    continue;
                }
                // Step 3
                for (;;) {
                    const bool last = m_stack.size() == base;
                    if (!(sink->flags & (Dirty | Listed))) { // tracked, and no source has changed
                        sink->flags &= ~(Stale | StaleNotQueued);
                        if (last) {
                            m_pulling = outer;
                            return;
                        }
                    } else {
                        m_pulling = last ? outer : m_stack.back().sink;
                        ran = sink;
                        finish(sink);
                        if (last) {
                            return;
                        }
                        ran = nullptr;
                    }
                    const PullFrame frame = m_stack.pop();
                    sink = frame.sink;
                    edge = frame.edge;
                    const std::uint32_t state = sink->flags & (Dirty | Listed);
                    if (state != Dirty && (state != 0 || edge->nextSource)) {
                        break;
                    }
                }
                if (sink->has(Listed) && edge->seen != edge->source->version) {
                    sink->flags |= Dirty;
                }
                edge = edge->nextSource;
            }
        } catch (...) {
            // The error of a source, or of the sink's own function if ran is the sink.
            m_pulling = outer;
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

/// An error came up while the sources of the sink were looked at, or in the function of ran. Returns the first tracked
/// sink, from this one down the stack, that waits for the store that threw; its function runs next. The sinks that are
/// passed on the way stay as they are, and are set StaleNotQueued, so that the next change reaches them (rule 33).
/// Null: there is no such sink.
Sink *Puller::leaveToReader(Sink *sink, Sink *ran, std::size_t base)
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
            runtime().marker.setStaleNotQueued(sink);
        }
        if (m_stack.size() == base) {
            return nullptr;
        }
        sink = m_stack.pop().sink;
    }
}

/// The sources of the sink are up to date: runs it if one of them has changed, else clears its flags. An effect is run
/// by the caller. An unlinked listed computed store keeps Stale, as no source will mark it. Instead it remembers the
/// pull in which it was looked at (isVerified()).
void Puller::finish(Sink *sink)
{
    const std::uint32_t flags = sink->flags;
    if (flags & Dirty) {
        if (!(flags & (Listed | Effecting))) {
            runner.runTracked(sink);
            return;
        }
        if (!(flags & Effecting)) {
            runner.runListed(sink);
        }
    } else if (!(flags & Listed) || (flags & (Attached | Effecting))) {
        sink->flags = flags & ~(Stale | StaleNotQueued);
    }
    if (sink->has(Listed) && !sink->has(Attached | Effecting)) {
        sink->run = m_serial;
    }
}

/// Whether an unlinked listed computed store was looked at in this pull already. It stays Stale, and would otherwise be
/// pulled once for each way that leads to it.
bool Puller::isVerified(const Sink *computed) const noexcept
{
    return computed->has(Listed) && !computed->has(Attached | Dirty) && computed->run == m_serial
           && computed->epoch == m_epoch;
}

/// Names the stores of the cycle, in the order in which they read one another. Two chains are followed in turn: the
/// sinks that wait on the stack, and the functions that run. waited: a sink on the stack waits for the store, so the
/// chain begins with the stack; otherwise a function reads it.
void Puller::throwCycle(Sink *sink, bool waited)
{
    std::string message = "nanostores: a store waits for itself: ";
    std::vector<const Sink *> cycle; // from its end: which sink waits for the store, or reads it in its function
    const Sink *current = sink;
    std::size_t frames = m_stack.size();
    const Run *run = runner.innermost();
    do {
        if (frames > 0 && m_stack[frames - 1].edge->source == current && (waited || !cycle.empty())) {
            current = m_stack[--frames].sink;
        } else if (run) {
            current = run->sink;
            run = run->outer;
        } else {
            break;
        }
        cycle.push_back(current);
    } while (current != sink);
    std::reverse(cycle.begin(), cycle.end());
    for (const Sink *waiting : cycle) {
        message += waiting->label() + " -> ";
    }
    message += sink->label();
    message += "; break the cycle by reading one of them with untracked() or get() outside the function";
    throw CycleError(message);
}

} // namespace nanostores::detail
