// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/muting.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/muting.h>
#include <nanostores/core/graph/naming.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <typeinfo>

namespace nanostores::detail {

namespace {

thread_local unsigned mutings = 0;

/// Parts of the mangled names of the listeners that views have.
constexpr std::array<std::string_view, 14> ViewTypes = {
    "StoreAdapter",  "KeyHub",    "ListModel", "MapModel",    "TableModel", "ListRows", "MapRows",
    "WidgetBinding", "StoreLink", "StoreBind", "Declarative", "Emitter",    "StoreKey", "St8functionIFvvEE"};

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

bool isView(const Listener &listener)
{
    if (!listener.shownAs().empty()) {
        return true;
    }
    const std::string_view type = typeid(listener).name();
    return std::any_of(ViewTypes.begin(), ViewTypes.end(),
                       [type](std::string_view part) { return type.find(part) != type.npos; });
}

bool isMuted() noexcept
{
    return mutings > 0;
}

Muting::Muting()
{
    attachProbe(*this);
    ++mutings;
    forEachListener([](Listener &listener) {
        if (!isView(listener)) {
            listener.kind |= MutedLink;
        }
    });
}

Muting::~Muting()
{
    for (EffectNode *const effect : m_effects) {
        clean(*effect);
    }
    if (--mutings == 0) {
        forEachListener([](Listener &listener) { listener.kind &= ~MutedLink; });
    }
    detachProbe(*this);
}

bool Muting::mayRun(EffectNode &effect) noexcept
{
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
