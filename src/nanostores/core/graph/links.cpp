// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// Which sinks stand in the lists of which sources: tied, found again by the next run, taken out.
namespace nanostores::detail {

void Runtime::append(Link *link)
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
    }
}

void Runtime::takeFromList(Link *link) noexcept
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
bool Runtime::takeEdge(Edge *edge) noexcept
{
    takeFromList(edge);
    const bool counted = edge->kind & Link::Counted;
    edge->kind &= ~(Link::Counted | Link::Linked);
    if (edge->sink->has(Watched)) [[unlikely]] {
        edge->sink->sourceUnlinked(*edge->source);
    }
    if (!edge->sink->has(Listed)) {
        edge->kind |= Link::Dead;
        deferLink(edge); // a cursor of the queue may stand on it; its next pointer still leads on
    }
    return counted;
}

/// Takes edges out of the lists of their sources, all of them, and only then lets go of the sources: their hooks may do
/// anything to the graph. The first error is thrown at the end.
void Runtime::cut(Edge *edge, bool byListener)
{
    const std::size_t base = cutStack.size();
    ++busy;
    while (edge) {
        Edge *const next = edge->nextSource;
        if (edge->kind & Link::Linked) {
            Node *const source = edge->source;
            cutStack.push({source, takeEdge(edge)});
        }
        edge = next;
    }
    const std::size_t end = cutStack.size();
    std::exception_ptr error;
    for (std::size_t i = base; i < end; ++i) {
        const CutFrame frame = cutStack[i];
        try {
            letGo(frame.source, frame.counted, byListener);
        } catch (...) {
            collect(error);
        }
    }
    cutStack.shrink(base);
    --busy;
    if (error) {
        std::rethrow_exception(error);
    }
}

/// A source has lost a link. The caller is busy, and has nothing half done.
void Runtime::letGo(Node *source, bool counted, bool byListener)
{
    std::exception_ptr error;
    if (counted) {
        try {
            removeObserver(source, byListener);
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
void Runtime::forgetListener(Node *node) noexcept
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
void Runtime::unlink(Link *link, bool byListener)
{
    Node *node = link->source;
    takeFromList(link);
    const bool counted = link->kind & Link::Counted;
    link->kind = (link->kind & ~(Link::Counted | Link::Linked)) | Link::Dead;
    if (link->kind & Link::TakesOldMap) {
        const Link *other = node->sinks;
        while (other && !(other->kind & Link::TakesOldMap)) {
            other = other->next;
        }
        if (!other) {
            node->flags &= ~WantsOldMap;
        }
    }
    forgetListener(node);
    deferLink(link); // a cursor of the queue may stand on it; its next pointer still leads on
    letGo(node, counted, byListener);
}

/// All listeners. Those that a subscription holds stay its own.
void Runtime::takeOutListeners(Node *node)
{
    std::size_t counted = 0;
    for (Link *link = node->sinks; link;) {
        Link *const next = link->next;
        if (link->kind & Link::IsListener) {
            takeFromList(link);
            counted += link->kind & Link::Counted ? 1 : 0;
            link->kind = (link->kind & ~(Link::Counted | Link::Linked)) | Link::Dead;
            if (link->kind & Link::Detached) {
                deferLink(link);
            }
        }
        link = next;
    }
    forgetListener(node);
    std::exception_ptr error;
    for (; counted > 0; --counted) {
        try {
            removeObserver(node, true);
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

void Runtime::afterLastSink(Node *node)
{
    node->flags &= node->has(HooksNotify) ? ~(HasEdges | WantsOldMap) : ~(HasEdges | WantsOldValue | WantsOldMap);
    if (!node->has(Computing)) {
        if (node->has(Dirty)) {
            try {
                commit(node);
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        if (node->refs.load(std::memory_order_acquire) == 0) {
            deferNode(node);
            if (busy == 0 && !pending()) {
                reclaim();
            }
        }
        return;
    }
    sinkless.emplace_back(node, true);
    if (clearing) {
        return;
    }
    clearing = true;
    ++busy;
    while (!sinkless.empty()) {
        auto *computed = static_cast<Sink *>(sinkless.back().first);
        sinkless.pop_back();
        if (computed->sinks || computed->live > 0) {
            continue;
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
            deferNode(computed);
        }
    }
    clearing = false;
    --busy;
    if (busy == 0 && !pending()) {
        reclaim();
    }
}

void Runtime::attachQuietly(Sink *computed)
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

void Runtime::detach(Sink *computed, bool byListener)
{
    if (computed->has(Attached)) {
        computed->flags = (computed->flags & ~(Attached | Eager)) | Stale;
        computed->epoch = epoch;
    }
    computed->sources = nullptr;
    cut(computed->listedEdges(), byListener);
}

void Runtime::releaseSources(Sink *computed, bool byListener)
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
    return effect->tree && effect->tree->exempt == source;
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
    if (reads.passive || (sink->has(Effecting) && isExempt(static_cast<EffectNode *>(sink), source))) {
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
    if (edge) {
        cut(edge, false);
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
