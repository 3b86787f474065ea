// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/effects.h>
#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>
#include <nanostores/core/graph/testing.h>

/// Running the functions of computed stores, and passing a new value on to the sinks. Effects run in effects.cpp.
namespace nanostores::detail {

/// A pulled computed store has a new value: a new version, and its direct sinks go from Stale to Dirty. The loop is for
/// the frequent case, that every sink is marked, and queued if it has to be. At the first other sink, and at the first
/// listener, settledFrom() goes on.
inline void Runner::settled(Sink *computed, OldValue *past)
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
        // To be queued, or clean and therefore not marked by the mark that has led here.
        if (((flags & (Effecting | Batched | Eager)) && !(flags & Queued) && !runtime().puller.isPulling(sink))
            || !(flags & (Stale | Dirty))) {
            settledFrom(link, past);
            return;
        }
        sink->flags = (flags | Dirty) & ~Stale;
    }
}

/// The rest of settled(), from a link on, for each sink in order:
///
/// * A listener is queued, with the old value (if listeners is set). This is when the listeners of a computed store
///   take their places: after all that is queued already, which gives the order level by level (rule 12).
/// * A running sink is left alone: its read gets the new value.
/// * Every other sink becomes Dirty.
/// * A clean computed store without listeners was not reached by the mark: it has caught an error of this store and
///   was clean since. What lies below it is marked now.
/// * The sink that pulls this store, a queued one, and a plain tracked computed store need no more.
/// * An effect is queued. If it is StaleNotQueued and has run in this drain, the change is its own write, and queueing
///   it would go on for ever (rules 9 and 30).
/// * A batched store waits for its timer. An eager one is queued.
void Runner::settledFrom(Link *link, OldValue *past, bool listeners)
{
    std::size_t open = NoEntry;
    for (; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            if (listeners) {
                runtime().queue.addListener(asListener(link), past, false, open);
            }
            continue;
        }
        Sink *sink = asEdge(link)->sink;
        const std::uint32_t flags = sink->flags;
        if (flags & Running) {
            continue;
        }
        sink->flags = (flags | Dirty) & ~Stale;
        if (!(flags & (Stale | Dirty | StaleNotQueued | Effecting | Batched | Eager))
            && !runtime().puller.isPulling(sink)) {
            runtime().marker.mark(sink, nullptr, false,
                                  false); // it has caught an error of this one, and was clean since
            continue;
        }
        if (!(flags & (Effecting | Batched | Eager)) || (flags & Queued) || runtime().puller.isPulling(sink)) {
            continue;
        }
        if (flags & Effecting) {
            if ((flags & StaleNotQueued) && runtime().queue.ranInThisDrain(sink)) {
                continue; // its own write: it would go on for ever
            }
            sink->flags &= ~StaleNotQueued;
            runtime().queue.addEffect(sink);
        } else if (flags & Batched) {
            runtime().batched.add(sink);
        } else {
            runtime().queue.add(sink);
        }
    }
}

/// The same for a listed one, whose sinks are listed most often, and join the queue.
inline void Runner::settledListed(Sink *computed, OldValue *past)
{
    computed->bump();
    Link *link = computed->sinks;
    for (; link && !(link->kind & Link::IsListener); link = link->next) {
        Sink *sink = asEdge(link)->sink;
        const std::uint32_t flags = sink->flags;
        if ((flags & (Effecting | Batched | Eager | Queued | Running | Stale)) != (Eager | Stale)
            || runtime().puller.isPulling(sink)) {
            break;
        }
        sink->flags = (flags | Dirty) & ~Stale;
        runtime().queue.add(sink);
    }
    if (link) {
        settledFrom(link, past);
    }
}

/// The function has given a value that differs. Takes the past. A batched store passes it on as a write, because its
/// sinks are not marked.
[[gnu::always_inline]] inline void Runner::valueChanged(Sink *computed, OldValue *past, bool listed)
{
    if (computed->has(Batched)) [[unlikely]] {
        runtime().marker.publish(computed, past);
    } else if (listed) {
        settledListed(computed, past);
    } else {
        settled(computed, past);
    }
    if (past) {
        past->release();
    }
}

/// The time in which the function of a computed store runs. The function has a context of its own: the observer is the
/// store, or null if its sources are listed; effects and scopes made in it are the store's; reads are neither passive
/// nor collected. Only the store that effects do not mount (exempt) stays that of the function around it. The flags
/// that made the store run are cleared before the function, so that a write in it can set them again.
class Runner::ComputedRun
{
public:
    ComputedRun(Runner &runner, Sink *computed, Sink *observer) noexcept
        : m_runner(runner)
        , m_self{computed, runner.m_running}
        , m_computed(computed)
        , m_observer(std::exchange(runner.runtime().context.observer, observer))
        , m_owner(std::exchange(runner.runtime().context.owner, computed))
        , m_reads(std::exchange(runner.runtime().context.reads, {}))
    {
        computed->flags = (computed->flags & ~(Dirty | Stale | StaleNotQueued)) | Running;
        ++runner.m_computing;
        runner.m_running = &m_self;
    }
    ComputedRun(const ComputedRun &) = delete;
    ComputedRun &operator=(const ComputedRun &) = delete;
    ~ComputedRun()
    {
        m_runner.m_running = m_self.outer;
        m_runner.runtime().context.observer = m_observer;
        m_runner.runtime().context.owner = m_owner;
        m_runner.runtime().context.reads = m_reads;
        --m_runner.m_computing;
        m_computed->flags &= ~Running;
    }

private:
    Runner &m_runner;
    const Run m_self;
    Sink *const m_computed;
    Sink *const m_observer;
    Sink *const m_owner;
    const ExecutionContext::Reads m_reads;
};

/// Calls a function with a fresh stack if this one is nearly used up, else on this one. Until it is asked, the limit
/// is a small part of the stack, so that most threads never ask the system how large the stack is.
void Runner::callFar(void (*function)(void *), void *argument)
{
    if (!m_stackLimitIsKnown) {
        m_stackLimitIsKnown = true;
        m_stackLimit = endOfThreadStack();
    }
    if (!isFar(&argument) || !callOnFreshStack(m_stackLimit, function, argument)) {
        function(argument);
    }
}

/// Runs the function of a computed store far down in a chain of functions.
bool Runner::evaluateFar(Sink *computed, OldValue *&past)
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

/// Runs the function of a tracked computed store. The caller is busy, so nothing is destroyed meanwhile.
///
/// 1. The run gets a serial. Reads in the function link the sources in order (Node::track()), and reuse the links of
///    the run before as long as the order is the same.
/// 2. After the function, links that were not used again are taken out. After an error they stay: the function may
///    still wait for what it did not come to read.
/// 3. If the store is Stale again, its own function wrote what it had read: it ends stale, and is not queued (rule 9).
/// 4. A value that differs is passed on to the sinks.
[[gnu::always_inline]] inline bool Runner::runTrackedNow(Sink *computed)
{
    OldValue *past = nullptr;
    bool changed = false;
    try {
        const ComputedRun run(*this, computed, computed);
        computed->sourcesTail = nullptr;
        computed->run = ++m_serial;
        changed = isFar(&run) ? evaluateFar(computed, past) : computed->compute(past);
    } catch (...) {
        failed(computed, past);
        throw;
    }
    computed->flags |= Evaluated;
    if (!computed->sourcesTail || computed->sourcesTail->nextSource) {
        runtime().links.unlinkRest(
            computed); // not after an error: what it did not come to read may still be what it waits for
    }
    if (!computed->sources) [[unlikely]] {
        checkTracked(computed);
    }
    if (computed->has(Stale)) {
        runtime().marker.setStaleNotQueued(computed);
    }
    if (changed) {
        valueChanged(computed, past, false);
    }
    return changed;
}

/// The function has read by get() only, and has no sources: it will not run again. That is reported, as most often a
/// tracked read was meant. Known in builds with checks only.
void Runner::checkTracked(const Sink *sink)
{
    if (m_untrackedIn != sink->run || sink->run == 0) {
        return;
    }
    m_untrackedIn = 0;
    const bool effect = sink->has(Effecting);
    reportError(std::make_exception_ptr(UntrackedReadError(
        "nanostores: " + sink->label() + " reads by get() alone, which is never tracked, and lists no sources: it will "
        + "not run again. Read its stores by calling them, as in count(), or list them, as in "
        + (effect ? "effect" : "computed") + "(count, f); if it is meant so, read them in untracked()")));
}

/// Runs the function of a listed computed store, with tracking off. The versions of the sources are noted before the
/// function: a write in it is another change.
[[gnu::always_inline]] inline bool Runner::runListedNow(Sink *computed)
{
    OldValue *past = nullptr;
    bool changed = false;
    try {
        const ComputedRun run(*this, computed, nullptr);
        computed->epoch = runtime().puller.epoch();
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
        runtime().marker.setStaleNotQueued(computed);
    }
    if (changed) {
        valueChanged(computed, past, true);
    }
    return changed;
}

void Runner::runTracked(Sink *computed)
{
    if (runtime().puller.hasKept(computed) || computed->has(Nesting | Spied)) [[unlikely]] {
        runAside(computed);
    } else {
        runTrackedNow(computed);
    }
}

void Runner::runListed(Sink *computed)
{
    if (runtime().puller.hasKept(computed) || computed->has(Nesting | Spied)) [[unlikely]] {
        runAside(computed);
    } else {
        runListedNow(computed);
    }
}

/// Runs a computed store whose former run has made effects or scopes, which end after this run; whose error is kept for
/// its reader; whose function has a Substitute; or which a probe follows.
void Runner::runAside(Sink *computed)
{
    if (runtime().puller.hasKept(computed)) {
        runtime().puller.rethrowKept(computed);
    }
    const FormerNest former(computed);
    const Extra *const extra = computed->extraOrNull();
    Substitute *const substitute = extra ? extra->substitute : nullptr;
    runSpied(*computed, [&] {
        if (substitute) {
            return runSubstitute(computed, *substitute);
        }
        return computed->has(Listed) ? runListedNow(computed) : runTrackedNow(computed);
    });
}

/// Runs what takes the place of the function. The links to the sources stay as they are, so the store has the same
/// place among their sinks when its function runs again.
bool Runner::runSubstitute(Sink *computed, Substitute &substitute)
{
    OldValue *past = nullptr;
    bool changed = false;
    try {
        const ComputedRun run(*this, computed, nullptr);
        changed = substitute.compute(*computed, past);
    } catch (...) {
        failed(computed, past);
        throw;
    }
    computed->flags |= Evaluated;
    if (computed->has(Listed) && !computed->has(Attached)) {
        computed->flags |= Stale;
    } else if (computed->has(Stale)) {
        runtime().marker.setStaleNotQueued(computed);
    }
    if (changed) {
        valueChanged(computed, past, computed->has(Listed));
    }
    return changed;
}

/// The function threw. The store keeps its last value, and is clean until a source changes (rule 34). Without a value
/// it stays Dirty, and every read runs the function again.
void Runner::failed(Sink *computed, OldValue *past)
{
    if (!computed->has(Evaluated)) {
        computed->flags |= Dirty | StaleNotQueued; // without a value every read tries again; a change passes through
    } else if (computed->has(Listed) && !computed->has(Attached)) {
        computed->flags |= Stale;
    }
    runtime().marker.setStaleNotQueued(
        computed); // what it did not come to read may change, and those who wait for it have been asked already
    if (past) {
        past->release();
    }
}

} // namespace nanostores::detail
