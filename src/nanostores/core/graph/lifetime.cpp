// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/effects.h>
#include <nanostores/core/graph/kindflags.h>
#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>

#include <algorithm>

/// When nodes and links are freed: not while something runs that refers to them, and without recursion.
namespace nanostores::detail {

/// The link is out of its list. It is freed at rest, as a delivery may stand on it.
void Reclaimer::deferLink(Link *link)
{
    m_links.push_back(link);
    runtime().idleWorkWaits = true;
}

void Reclaimer::freeDeferredLinks()
{
    // Listeners' functions may hold handles and subscriptions, whose end may unlink more, and queue something in a
    // batch.
    ++runtime().busy; // so that what these hold in turn ends in the next round, and not deeper and deeper in this one
    while (!m_links.empty() && !runtime().queue.pending()) {
        const Notes<Link *> links = std::exchange(m_links, {});
        for (Link *link : links) {
            if (link->kind & Link::IsListener) {
                delete static_cast<Listener *>(link);
            } else {
                runtime().links.freeEdge(static_cast<Edge *>(link));
            }
        }
    }
    --runtime().busy;
}

/// Nothing holds the node at the moment. It is looked at again before it is destroyed.
void Reclaimer::deferNode(Node *node)
{
    if (!node->has(Deferred)) {
        node->flags |= Deferred;
        m_nodes.push_back(node);
        runtime().idleWorkWaits = true;
    }
}

/// Destroys the nodes that wait, last one first, and those that join them meanwhile.
void Reclaimer::reclaim()
{
    if (m_reclaiming) {
        return;
    }
    m_reclaiming = true;
    ++runtime().busy;
    while (!m_nodes.empty() && !runtime().queue.pending()) { // in a batch a hook may queue what is dead by now
        Node *node = m_nodes.back();
        m_nodes.pop_back();
        node->flags &= ~Deferred;
        destroy(node);
    }
    m_reclaiming = false;
    if (--runtime().busy == 0 && !runtime().queue.pending()) {
        freeDeferredLinks();
        if (!m_nodes.empty() && !runtime().queue.pending()) {
            reclaim();
        }
    }
}

/// Destroys a node that has no handle and no sink but detached listeners. First all that may call user code: the
/// effects that its function has made end, its stop hooks run, then the cleanups of its mount hooks. For that time the
/// node has a reference, as a hook is handed the store. If a hook has kept it, or has queued or linked something, it
/// lives on. Then it is taken out of all lists that know it.
void Reclaimer::destroy(Node *node)
{
    // Detached listeners do not count: nothing but the store itself holds them.
    const auto unused = [node] {
        if (node->refs.load(std::memory_order_acquire) != 0) {
            return false;
        }
        for (const Link *link = node->sinks; link; link = link->next) {
            if (!(link->kind & Link::Detached)) {
                return false;
            }
        }
        return true;
    };
    if (!unused()) {
        return;
    }
    runtime().delays.forget(node);
    Lifecycle *const lifecycle = node->lifecycleOrNull();
    if (lifecycle || hasFlag(*node, ComputedFlag::Nesting)) {
        node->refs.store(1, std::memory_order_relaxed); // a hook may be handed the store
        if (node->has(Computing)) {
            const FormerNest nest(static_cast<Sink *>(node));
        }
        if (lifecycle && std::exchange(lifecycle->started, false)) {
            try {
                HookCall call;
                call.node = node;
                runHooks(*node, HookKind::Stop, call);
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        runtime().transitions.unmount(node);
        if (node->refs.load(std::memory_order_acquire) > 1) {
            node->release();
            return;
        }
        node->refs.store(0, std::memory_order_relaxed);
        if (!unused()) {
            return;
        }
        if (runtime().queue.pending()) {
            deferNode(node); // what a hook has set in a batch waits, and may wait for this one
            return;
        }
        // The node is not used any more, and no boundary is to find it.
        if (lifecycle && lifecycle->inTransition) {
            runtime().transitions.forget(node);
        }
    }
    if (node->has(Computing | Effecting)) {
        auto *sink = static_cast<Sink *>(node);
        if (hasFlag(*node, ComputedFlag::Batched)) {
            runtime().batched.forget(sink);
        }
        runtime().puller.forgetKept(sink);
        sink->live = 0;
        try {
            runtime().links.unlinkAll(sink);
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    while (Link *link = node->sinks) {
        node->sinks = link->next;
        if (link->next) {
            link->next->prev = link->prev;
        }
        delete static_cast<Listener *>(link);
    }
    --runtime().nodes;
    delete node;
}

/// The old value or the Extra of a node that is destroyed.
void Node::dropAux() noexcept
{
    if (aux & 1u) {
        reinterpret_cast<OldValue *>(aux & ~std::uintptr_t{1})->release();
    } else if (aux) {
        auto *present = reinterpret_cast<Extra *>(aux);
        if (Probe *const probe = probeOf(*this); probe && isOwnedByThread(*this)) {
            probe->destroyed(*this);
        }
        if (present->seen) {
            present->seen->release();
        }
        if (present->lifecycle) { // what a hook holds may take others away when it ends
            for (const auto &hooks : present->lifecycle->hooks) {
                for (HookPtr hook = hooks.after(0); hook; hook = hooks.after(hook->number)) {
                    hook->removed = true;
                }
            }
            for (const auto &pending : present->lifecycle->cleanups) {
                pending.hook->removed = true;
            }
        }
        delete present;
    }
}

} // namespace nanostores::detail
