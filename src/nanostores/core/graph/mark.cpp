// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// Marking what lies below a write: which sinks have to be checked, and which of them are queued at once.
///
/// Four walks stand here. mark() goes down from a written node. markStaleNotQueued() goes down as well, but queues
/// nothing. setStaleNotQueued() goes up from a sink that stays stale, so that the next mark reaches it again. publish()
/// and touch() are writes without a comparison.
namespace nanostores::detail {

/// Walks over all that lies below the origin, depth first and in the order of links (rule 5). It runs no user code.
///
/// Each sink that is met becomes Stale. What happens to it beyond that depends on what it is:
///
/// * A listener of the origin itself is queued. Those of a computed store are not: they are queued when the computed
///   store has a new value (Runner::settled()).
/// * A running sink becomes Stale if it has read this source already, and is not queued: that is its own write.
/// * An effect is queued. Nothing lies below it.
/// * A batched store waits for its timer, and the walk stops: what lies below sees the change when the timer fires.
/// * A Barrier is put before all that is queued, and the walk stops: its function chooses what below it is invalid.
/// * An eager computed store is queued if it is reached from the origin or from a tracked computed store. Reached from
///   a listed one it is not: that one queues it if its value changes, in the order of nanostores.
///
/// The walk goes on below a computed store, unless it was Stale or Dirty before. Then a walk before this one has
/// marked what lies below it. The exception is StaleNotQueued: what lies below was marked, but not queued (rule 9).
///
/// A branch that is left for later is put on the stack; there is no recursion.
void Marker::mark(Node *origin, OldValue *past, bool keyed, bool listeners)
{
    std::size_t open = NoEntry;
    const std::size_t base = m_stack.size();
    Link *link = origin->sinks;
    Node *via = origin; // whose sinks are walked over now
    for (;;) {
        while (link) {
            Link *current = link;
            link = link->next;
            if (current->kind & Link::IsListener) {
                if (via == origin && listeners) {
                    link = runtime().queue.addListener(asListener(current), past, keyed, open);
                }
                continue;
            }
            Sink *sink = asEdge(current)->sink;
            const std::uint32_t flags = sink->flags;
            // One test for all that is not a plain tracked computed store, which is the most frequent sink.
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
                        runtime().queue.addEffect(sink);
                    }
                    continue;
                }
                if (flags & Batched) {
                    sink->flags = flags | Stale;
                    runtime().batched.add(sink);
                    continue;
                }
                if (flags & Barrier) {
                    sink->flags = (flags | Stale) & ~StaleNotQueued;
                    if (!(flags & Queued)) {
                        runtime().queue.addFirst(sink);
                    }
                    continue;
                }
                // Eager. Not "if it was newly marked": a stale one may have left the queue without a run.
                if (!(flags & Queued) && (via == origin || !via->has(Listed))) {
                    runtime().queue.add(sink);
                }
            }
            if ((flags & (Stale | Dirty)) && !(flags & StaleNotQueued)) {
                continue;
            }
            sink->flags = (sink->flags | Stale) & ~StaleNotQueued;
            if (sink->sinks) { // go down, and come back to the rest of these sinks later
                if (link) {
                    m_stack.push({link, via});
                }
                via = sink;
                link = sink->sinks;
            }
        }
        if (m_stack.size() == base) {
            return;
        }
        const MarkFrame frame = m_stack.pop();
        link = frame.link;
        via = frame.via;
    }
}

/// A notification was aborted by a hook, although the value has changed: all that lies below becomes stale, so a read
/// sees the new value, but nothing is queued and so no observer is notified (rule 9).
void Marker::markStaleNotQueued(Node *origin)
{
    const std::size_t base = m_stack.size();
    Link *link = origin->sinks;
    for (;;) {
        for (; link; link = link->next) {
            if (link->kind & Link::IsListener) {
                link = lastOfRun(asListener(link));
                continue;
            }
            Sink *sink = asEdge(link)->sink;
            if (sink->has(Stale | Dirty | Running)) {
                continue;
            }
            sink->flags |= Stale | StaleNotQueued;
            if (sink->sinks) {
                m_stack.push({sink->sinks, sink});
            }
        }
        if (m_stack.size() == base) {
            return;
        }
        link = m_stack.pop().link;
    }
}

namespace {

/// A computed store at which marks would stop.
bool stopsMarks(const Node *node) noexcept
{
    return node->has(Computing) && node->has(Stale | Dirty) && !node->has(StaleNotQueued | Running);
}

} // namespace

/// The sink stays stale although it is not queued: it wrote what it had read, or it threw, or its run was skipped. The
/// flag is set on it and, going up its sources, on each stale computed store. Otherwise the next mark would stop at one
/// of these, and would not reach the sink.
void Marker::setStaleNotQueued(Sink *sink)
{
    sink->flags |= StaleNotQueued;
    setSourcesStaleNotQueued(sink);
}

/// The same for the sources alone. The sink itself may be clean: its function threw, and still waits for sources which
/// it had read in the run before and did not come to read in this one.
void Marker::setSourcesStaleNotQueued(Sink *sink)
{
    const std::size_t base = m_stack.size();
    for (Sink *s = sink;;) {
        for (Edge *e = s->sources; e; e = e->nextSource) {
            if (stopsMarks(e->source)) {
                e->source->flags |= StaleNotQueued;
                m_stack.push({nullptr, e->source});
            }
        }
        if (m_stack.size() == base) {
            return;
        }
        s = static_cast<Sink *>(m_stack.pop().via);
    }
}

/// A computed store has a new value at a moment of its own, and not because it was pulled: the timer of a batched
/// store, or the end of a task. It acts as a signal that was written. Its direct sinks become Dirty and not only
/// Stale: a check would find that the sources of this store are clean.
void Marker::publish(Sink *computed, OldValue *past)
{
    mark(computed, past, false);
    computed->bump();
    for (Link *link = computed->sinks; link; link = link->next) {
        if (!(link->kind & Link::IsListener) && !asEdge(link)->sink->has(Running)) {
            asEdge(link)->sink->flags = (asEdge(link)->sink->flags | Dirty) & ~Stale;
        }
    }
}

/// Takes the node's value as changed, without a comparison (rule 31). Of a signal with edges below, the kept old value
/// is dropped, so that the commit has nothing to compare with and counts as a change.
void Marker::touch(Node *node)
{
    runtime().puller.nextPull();
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
