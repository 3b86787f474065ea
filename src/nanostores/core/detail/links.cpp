#include <nanostores/core/detail/runtime.h>

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

/// Takes a link out of its source's list. A tracked edge and a listener are freed; a listed edge stays its sink's.
void Runtime::unlink(Link *link, bool byListener)
{
    Node *node = link->source;
    takeFromList(link);
    const bool counted = link->kind & Link::Counted;
    link->kind &= ~(Link::Counted | Link::Linked);
    if (link->kind & Link::TakesOldMap) {
        const Link *other = node->sinks;
        while (other && !(other->kind & Link::TakesOldMap)) {
            other = other->next;
        }
        if (!other) {
            node->flags &= ~WantsOldMap;
        }
    }
    const bool listener = link->kind & Link::IsListener;
    if (!listener && static_cast<Edge *>(link)->sink->has(Watched)) [[unlikely]] {
        static_cast<Edge *>(link)->sink->sourceUnlinked(*node);
    }
    const bool owned = !listener && static_cast<Edge *>(link)->sink->has(Listed);
    if (!owned) {
        link->kind |= Link::Dead;
        if (busy > 0 || pending()) {
            toLimbo(link); // a cursor of the queue may stand on it; its next pointer still leads on
        } else if (listener) {
            delete static_cast<Listener *>(link);
        } else {
            freeEdge(static_cast<Edge *>(link));
        }
    }
    if (counted) {
        lower(node, byListener);
    }
    if (!node->sinks) {
        afterLastSink(node);
    }
}

void Runtime::takeOut(Listener *listener)
{
    Node *node = listener->source;
    const bool detached = listener->kind & Link::Detached;
    takeFromList(listener);
    const bool counted = listener->kind & Link::Counted;
    listener->kind = (listener->kind & ~(Link::Counted | Link::Linked)) | Link::Dead;
    if (detached) {
        toLimbo(listener);
    }
    if (counted) {
        lower(node, true);
    }
    if (!node->sinks) {
        afterLastSink(node);
    }
}

void Runtime::afterLastSink(Node *node)
{
    node->flags &= node->has(HooksNotify) ? ~(HasEdges | WantsOldMap) : ~(HasEdges | WantsPast | WantsOldMap);
    if (!node->has(Computing)) {
        if (node->has(Dirty)) {
            commit(node);
        }
        if (node->refs.load(std::memory_order_acquire) == 0) {
            toGraveyard(node);
            if (busy == 0 && !pending()) {
                bury();
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
        const bool stays = computed->has(Leaving) || (lifecycle && (lifecycle->heard || lifecycle->inTransition));
        if (!computed->has(Listed)) {
            computed->flags &= ~Eager;
        }
        if (!stays) {
            releaseSources(computed, false);
        }
        if (computed->refs.load(std::memory_order_acquire) == 0) {
            toGraveyard(computed);
        }
    }
    clearing = false;
    --busy;
    if (busy == 0 && !pending()) {
        bury();
    }
}

void Runtime::attachQuietly(Sink *computed)
{
    std::vector<Sink *> work{computed};
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
            append(e);
        }
        sink->sources = sink->listedEdges();
    }
}

void Runtime::detach(Sink *computed, bool byListener)
{
    if (!computed->has(Attached)) {
        return;
    }
    computed->flags = (computed->flags & ~(Attached | Eager)) | Stale;
    computed->sources = nullptr;
    for (Edge *e = computed->listedEdges(); e; e = e->nextSource) {
        if (e->kind & Link::Linked) {
            unlink(e, byListener);
        }
    }
}

void Runtime::releaseSources(Sink *computed, bool byListener)
{
    if (computed->has(Listed)) {
        detach(computed, byListener);
        return;
    }
    if (computed->sources && !computed->has(Running)) {
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
