// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/effects.h>
#include <nanostores/core/graph/runtime.h>

/// Which sinks stand in the lists of which sources: how links are made, found again by the next run, and taken out.
///
/// A source has a doubly linked list of its sinks (Link::prev, Link::next), in the order of subscription. A sink has a
/// singly linked list of its edges (Edge::nextSource), in the order in which the sources were listed, or read.
namespace nanostores::detail {

/// Puts a link at the end of the list of its source.
void Links::append(Link *link)
{
    Node *node = link->source;
    link->next = nullptr;
    if (Link *first = node->sinks) {
        link->prev = first->prev;
        first->prev->next = link;
        first->prev = link;
    } else {
        link->prev = link;
        node->sinks = link;
    }
    link->kind = (link->kind & ~Link::Dead) | Link::Linked;
    if (!(link->kind & Link::IsListener)) {
        node->flags |= HasEdges;
        Sink *sink = static_cast<Edge *>(link)->sink;
        if (sink->has(Watched)) [[unlikely]] {
            sink->sourceLinked(*node);
        }
    } else if (link->kind & (Link::TakesOldMap | Link::InRun)) [[unlikely]] {
        if (link->kind & Link::TakesOldMap) {
            ++node->extraOrNull()->oldMapListeners; // made by attachListener()
        }
        if (link->kind & Link::InRun) {
            joinRun(static_cast<RunListener *>(link));
        }
    }
}

void Links::takeFromList(Link *link) noexcept
{
    Node *node = link->source;
    if (node->sinks == link) {
        node->sinks = link->next;
        if (link->next) {
            link->next->prev = link->prev;
        }
    } else {
        link->prev->next = link->next;
        if (link->next) {
            link->next->prev = link->prev;
        } else {
            node->sinks->prev = link->prev;
        }
    }
}

/// Takes an edge out of its source's list, and does no more; true when it was counted. A tracked edge is freed; a
/// listed one stays its sink's.
bool Links::takeEdge(Edge *edge) noexcept
{
    takeFromList(edge);
    const bool counted = edge->kind & Link::Counted;
    edge->kind &= ~(Link::Counted | Link::Linked);
    if (edge->sink->has(Watched)) [[unlikely]] {
        edge->sink->sourceUnlinked(*edge->source);
    }
    if (!edge->sink->has(Listed)) {
        edge->kind |= Link::Dead;
        runtime().reclaimer.deferLink(edge); // a cursor of the queue may stand on it; its next pointer still leads on
    }
    return counted;
}

namespace {

bool isHold(const Link *link) noexcept
{
    return !(link->kind & Link::Detached);
}

/// Whether a node has links, and all of them are detached listeners, which do not keep it alive.
bool isUnheld(const Node *node) noexcept
{
    const Link *link = node->sinks;
    if (!link || isHold(link->prev)) {
        return false; // without links it is ended elsewhere
    }
    while (link && !isHold(link)) {
        link = link->next;
    }
    return !link;
}

} // namespace

/// Takes edges out of the lists of their sources, all of them, and only then lets go of the sources: their hooks may do
/// anything to the graph. The first error is thrown at the end.
void Links::cut(Edge *edge, bool byListener)
{
    const std::size_t base = m_cutStack.size();
    ++runtime().busy;
    while (edge) {
        Edge *const next = edge->nextSource;
        if (edge->kind & Link::Linked) {
            Node *const source = edge->source;
            m_cutStack.push({source, takeEdge(edge)});
        }
        edge = next;
    }
    const std::size_t end = m_cutStack.size();
    std::exception_ptr error;
    for (std::size_t i = base; i < end; ++i) {
        const CutFrame frame = m_cutStack[i];
        try {
            letGo(frame.source, frame.counted, byListener);
        } catch (...) {
            collect(error);
        }
        if (frame.source->refs.load(std::memory_order_acquire) == 0 && isUnheld(frame.source)) [[unlikely]] {
            runtime().reclaimer.deferNode(frame.source);
        }
    }
    m_cutStack.shrink(base);
    --runtime().busy;
    if (error) {
        std::rethrow_exception(error);
    }
}

/// Whether a node without handles is kept alive by no other link than this one. The search begins on both sides of the
/// link: in whatever order many listeners are detached, another hold stands near, or was looked for few times before.
bool Links::isLastHold(const Link *link) noexcept
{
    const Node *const node = link->source;
    if (node->refs.load(std::memory_order_acquire) != 0) {
        return false;
    }
    const auto stepBack = [node](const Link *from) { return from == node->sinks ? nullptr : from->prev; };
    const Link *before = stepBack(link);
    const Link *after = link->next;
    while (before || after) {
        if ((before && isHold(before)) || (after && isHold(after))) {
            return false;
        }
        before = before ? stepBack(before) : nullptr;
        after = after ? after->next : nullptr;
    }
    return true;
}

/// A source has lost a link. The caller is busy, and has nothing half done.
void Links::letGo(Node *source, bool counted, bool byListener)
{
    std::exception_ptr error;
    if (counted) {
        try {
            runtime().observers.remove(source, byListener);
        } catch (...) {
            error = std::current_exception();
        }
    }
    if (!source->sinks) {
        afterLastSink(source);
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

/// A listener has left: one that takes the old map may have been the last of them; a tracked computed store without
/// listeners is pulled by those who read it.
void Links::forgetListener(Node *node) noexcept
{
    if (node->has(Computing) && !node->has(Listed)) {
        const Link *other = node->sinks;
        while (other && !(other->kind & Link::IsListener)) {
            other = other->next;
        }
        if (!other) {
            node->flags &= ~Eager;
        }
    }
}

/// Takes a listener out of its store's list.
void Links::unlink(Link *link, bool byListener)
{
    Node *node = link->source;
    if (isLastHold(link)) [[unlikely]] {
        runtime().reclaimer.deferNode(node);
    }
    takeFromList(link);
    const bool counted = link->kind & Link::Counted;
    link->kind = (link->kind & ~(Link::Counted | Link::Linked)) | Link::Dead;
    if (link->kind & (Link::TakesOldMap | Link::InRun)) [[unlikely]] {
        if ((link->kind & Link::TakesOldMap) && --node->extraOrNull()->oldMapListeners == 0) {
            node->flags &= ~WantsOldMap;
        }
        if (link->kind & Link::InRun) {
            static_cast<RunListener *>(link)->leaveRun();
        }
    }
    forgetListener(node);
    runtime().reclaimer.deferLink(link); // a cursor of the queue may stand on it; its next pointer still leads on
    letGo(node, counted, byListener);
}

/// All listeners that came after the one with this stamp. Those that a subscription holds stay its own.
void Links::takeOutListeners(Node *node, std::uint64_t after)
{
    std::size_t counted = 0;
    for (Link *link = node->sinks; link;) {
        Link *const next = link->next;
        if ((link->kind & Link::IsListener) && asListener(link)->stamp > after) {
            takeFromList(link);
            counted += link->kind & Link::Counted ? 1 : 0;
            if ((link->kind & Link::TakesOldMap) && --node->extraOrNull()->oldMapListeners == 0) {
                node->flags &= ~WantsOldMap;
            }
            if (link->kind & Link::InRun) {
                static_cast<RunListener *>(link)->leaveRun();
            }
            link->kind = (link->kind & ~(Link::Counted | Link::Linked)) | Link::Dead;
            if (link->kind & Link::Detached) {
                runtime().reclaimer.deferLink(link);
            }
        }
        link = next;
    }
    forgetListener(node);
    std::exception_ptr error;
    for (; counted > 0; --counted) {
        try {
            runtime().observers.remove(node, true);
        } catch (...) {
            collect(error);
        }
    }
    if (!node->sinks) {
        afterLastSink(node);
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

/// The sources that are let go of may be computed stores, and lose their last sink by that: they are appended.
[[gnu::always_inline]] inline void Links::releaseSinkless()
{
    m_clearing = true;
    ++runtime().busy;
    while (!m_sinkless.empty()) {
        Sink *const computed = m_sinkless.back();
        m_sinkless.pop_back();
        if (computed->sinks || computed->live > 0) {
            continue; // observed or read again since
        }
        const Lifecycle *lifecycle = computed->lifecycleOrNull();
        const bool stays = computed->has(Leaving) || (lifecycle && (lifecycle->started || lifecycle->inTransition));
        if (!computed->has(Listed)) {
            computed->flags &= ~Eager;
        }
        if (!stays) {
            try {
                releaseSources(computed, false);
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        if (computed->refs.load(std::memory_order_acquire) == 0) {
            runtime().reclaimer.deferNode(computed);
        }
    }
    m_clearing = false;
    if (--runtime().busy == 0 && !runtime().queue.pending()) {
        runtime().reclaimer.reclaim();
    }
}

/// The last sink has left. Flags that say what sinks want are cleared. A signal is committed, as nothing compares with
/// the old value any more, and ends if it has no handle. A computed store lets go of its sources, unless its unmount
/// delay runs or its hooks are up.
void Links::afterLastSink(Node *node)
{
    node->flags &= node->has(HooksNotify) ? ~HasEdges : ~(HasEdges | WantsOldValue);
    if (!node->has(Computing)) {
        node->flags &= ~WantsOldMap;
        if (node->has(Dirty)) {
            try {
                runtime().puller.commit(node);
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        if (node->refs.load(std::memory_order_acquire) == 0) {
            runtime().reclaimer.deferNode(node);
            if (runtime().busy == 0 && !runtime().queue.pending()) {
                runtime().reclaimer.reclaim();
            }
        }
        return;
    }
    m_sinkless.push_back(static_cast<Sink *>(node));
    if (!m_clearing) {
        releaseSinkless();
    }
}

/// A tracked read of a listed computed store that is not attached links it to its sources, and these to theirs, without
/// hooks and without counting (rule 16). It is detached when its last sink leaves.
void Links::attachQuietly(Sink *computed)
{
    Notes<Sink *> work{computed};
    while (!work.empty()) {
        Sink *sink = work.back();
        work.pop_back();
        if (sink->has(Attached)) {
            continue;
        }
        sink->flags = (sink->flags | Attached | Eager) & ~Stale;
        for (Edge *e = sink->listedEdges(); e; e = e->nextSource) {
            if (e->source->has(Listed) && !e->source->has(Attached)) {
                work.push_back(static_cast<Sink *>(e->source));
            }
            if (!(e->kind & Link::Linked)) {
                append(e);
            }
        }
        sink->sources = sink->listedEdges();
    }
}

/// Takes a listed sink out of the lists of its sources. From now on no source marks it: it is Stale, and each read
/// compares versions.
void Links::detach(Sink *computed, bool byListener)
{
    if (computed->has(Attached)) {
        computed->flags = (computed->flags & ~(Attached | Eager)) | Stale;
        computed->epoch = runtime().puller.epoch();
    }
    computed->sources = nullptr;
    cut(computed->listedEdges(), byListener);
}

/// A computed store that nothing observes or reads any more lets go of its sources. What its function has made ends,
/// too. A tracked one is Dirty then and runs at the next read. While a tracked one runs, its links are left alone: the
/// end of the run needs them.
void Links::releaseSources(Sink *computed, bool byListener)
{
    if (computed->has(Running)) {
        if (computed->has(Listed)) {
            detach(computed, byListener);
        }
        return;
    }
    const FormerNest nest(computed); // ends when the sources have gone: the ends of effects may do anything, too
    if (nest) {
        computed->flags |= Dirty; // to make it again
    }
    if (computed->has(Listed)) {
        detach(computed, byListener);
    } else if (computed->sources) {
        computed->flags |= Dirty;
        unlinkAll(computed);
        runtime().puller.forgetKept(computed); // no source marks it any more: a read has to run the function
    }
}

// Tracked links, and the memory for them

/// Edges come in slabs, which are never given back: a graph that has shrunk may grow again.
Edge *EdgePool::take()
{
    if (!m_free) {
        constexpr std::size_t PerSlab = 64;
        m_slabs.push_back(std::make_unique<Edge[]>(PerSlab));
        for (std::size_t i = 0; i < PerSlab; ++i) {
            giveBack(&m_slabs.back()[i]);
        }
    }
    Edge *edge = m_free;
    m_free = edge->nextSource;
    edge->nextSource = nullptr;
    return edge;
}

void EdgePool::giveBack(Edge *edge) noexcept
{
    *edge = Edge{};
    edge->nextSource = m_free;
    m_free = edge;
}

namespace {

/// Whether the effect was made in a mount hook of this store, which it does not keep mounted (rule 26).
bool isExempt(const EffectNode *effect, const Node *source) noexcept
{
    return effect->tree && effect->tree->exempt == source;
}

} // namespace

/// A tracked read of a source that the run before did not read at this point. Nothing is done if the source was read
/// in this run before: its last link is of this sink then, and carries the serial of the run. (Another sink in between
/// makes a second link, which does no harm.) Otherwise an edge is put in between the source read last and the
/// following one, and counted if the sink observes. Reads of a scope, and the store whose mount hook made this effect,
/// are exempt.
void Links::linkTracked(Runtime &runtime, Node *source, Sink *sink)
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
        runtime.links.attachQuietly(static_cast<Sink *>(source));
    }
    Edge *edge = runtime.links.m_edges.take();
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
    runtime.links.append(edge);
    if (runtime.context.reads.passive || (sink->has(Effecting) && isExempt(static_cast<EffectNode *>(sink), source))) {
        edge->kind |= Link::Exempt;
    } else if (sink->has(Effecting) || sink->live > 0 || sink->has(Leaving)) {
        runtime.observers.count(edge);
    }
}

/// Drops what the run that has ended did not read again.
void Links::unlinkRest(Sink *sink)
{
    Edge *edge;
    if (sink->sourcesTail) {
        edge = std::exchange(sink->sourcesTail->nextSource, nullptr);
    } else {
        edge = std::exchange(sink->sources, nullptr);
    }
    if (edge) {
        cut(edge, false);
    }
}

/// The sink depends on nothing any more.
void Links::unlinkAll(Sink *sink)
{
    if (sink->has(Listed)) {
        detach(sink, true);
        return;
    }
    sink->sourcesTail = nullptr;
    unlinkRest(sink);
}

} // namespace nanostores::detail
