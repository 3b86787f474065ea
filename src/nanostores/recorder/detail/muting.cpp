// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/muting.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/muting.h>
#include <nanostores/core/graph/naming.h>

namespace nanostores::detail {

namespace {

template<typename F>
void forEachListener(F f)
{
    forEachNode([&](const Node &node) {
        for (Link *link = node.sinks; link; link = link->next) {
            if (link->kind & Link::IsListener) {
                f(static_cast<Listener &>(*link));
            }
        }
    });
}

/// What it has not seen was taken back: it is clean, or else runs at the next write.
void clean(EffectNode &effect)
{
    constexpr std::uint32_t Unclean = std::uint32_t{Dirty} | Stale | StaleNotQueued;
    const bool isListed = effect.has(Listed);
    for (Edge *edge = isListed ? effect.listedEdges() : effect.sources; edge; edge = edge->nextSource) {
        if (!isListed && edge->source->has(Dirty) && !edge->source->has(Computing)) {
            return; // what was compared last may be of the past, and no change for the value that comes next
        }
        try {
            edge->source->fresh();
        } catch (...) {
            return; // it runs at the next change, and gets the error then
        }
        if (isListed) {
            edge->seen = edge->source->version;
        }
    }
    if (!effect.has(Queued | Running | Disposed)) {
        effect.flags &= ~Unclean;
    }
}

} // namespace

Muting::Muting()
{
    attachProbe(*this);
    beginMuted();
    forEachListener([](Listener &listener) {
        if (!(listener.kind & ViewLink)) {
            listener.kind |= MutedLink;
        }
    });
}

Muting::~Muting()
{
    for (EffectNode *const effect : m_effects) {
        clean(*effect);
    }
    endMuted();
    if (!isMuted()) {
        forEachListener([](Listener &listener) { listener.kind &= ~MutedLink; });
    }
    detachProbe(*this);
}

bool Muting::mayRun(EffectNode &effect) noexcept
{
    if (effect.has(ViewEffect)) {
        return true;
    }
    try {
        m_effects.insert(&effect);
    } catch (...) { // without memory it is not cleaned, and runs once more
    }
    return false;
}

void Muting::destroyed(Node &node) noexcept
{
    if (node.has(Effecting)) {
        m_effects.erase(static_cast<EffectNode *>(&node));
    }
}

KeptValue copyOf(Node &node, KeptValue &kept)
{
    node.swapValue(*kept.get());
    try {
        KeptValue copy = keep(node);
        node.swapValue(*kept.get());
        return copy;
    } catch (...) {
        node.swapValue(*kept.get());
        throw;
    }
}

void show(Node &node, KeptValue value)
{
    const std::uint32_t hooks = node.flags & HooksNotify;
    node.flags &= ~std::uint32_t{HooksNotify};
    try {
        restore(node, std::move(value));
    } catch (...) {
        reportError(std::current_exception());
    }
    node.flags |= hooks;
}

} // namespace nanostores::detail
