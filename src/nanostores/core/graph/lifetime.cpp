// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

#include <algorithm>

/// When nodes and links are freed: not while something runs that refers to them, and without recursion.
namespace nanostores::detail {

void Runtime::idleWork()
{
    if (settling) {
        return;
    }
    if (foreignWaits.load(std::memory_order_acquire)) [[unlikely]] {
        takeForeign();
    }
    do {
        if (!transitions.empty()) {
            const Restore<bool> settles(settling, true);
            settleTransitions();
        }
        if (busy == 0 && !pending()) {
            if (failure.error) [[unlikely]] {
                const Failure unread = std::exchange(failure, {});
            }
            if (!deferredLinks.empty()) {
                freeDeferredLinks();
            }
            if (!deferredNodes.empty()) {
                reclaim();
            }
        }
    } while (!transitions.empty() && !batching && busy == 0 && !pending()); // what has ended may have observed
    if (timersWait) [[unlikely]] {
        timersWait = false;
        arm();
        armBatched();
    }
    idleWorkWaits = !transitions.empty() || !deferredLinks.empty() || !deferredNodes.empty() || timersWait;
}

void Runtime::deferLink(Link *link)
{
    deferredLinks.push_back(link);
    idleWorkWaits = true;
}

void Runtime::freeDeferredLinks()
{
    // Listeners' functions may hold handles and subscriptions, whose end may unlink more, and queue something in a
    // batch.
    ++busy; // so that what these hold in turn ends in the next round, and not deeper and deeper in this one
    while (!deferredLinks.empty() && !pending()) {
        const Notes<Link *> links = std::exchange(deferredLinks, {});
        for (Link *link : links) {
            if (link->kind & Link::IsListener) {
                delete static_cast<Listener *>(link);
            } else {
                freeEdge(static_cast<Edge *>(link));
            }
        }
    }
    --busy;
}

void Runtime::deferNode(Node *node)
{
    if (!node->has(Deferred)) {
        node->flags |= Deferred;
        deferredNodes.push_back(node);
        idleWorkWaits = true;
    }
}

void Runtime::reclaim()
{
    if (reclaiming) {
        return;
    }
    reclaiming = true;
    ++busy;
    while (!deferredNodes.empty() && !pending()) { // in a batch a hook may queue what is dead by now
        Node *node = deferredNodes.back();
        deferredNodes.pop_back();
        node->flags &= ~Deferred;
        destroy(node);
    }
    reclaiming = false;
    if (--busy == 0 && !pending()) {
        freeDeferredLinks();
        if (!deferredNodes.empty() && !pending()) {
            reclaim();
        }
    }
}

void Runtime::destroy(Node *node)
{
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
    cancelLeaving(node);
    if (!keptDelays.empty()) {
        keptDelays.erase(node);
    }
    Lifecycle *const lifecycle = node->lifecycleOrNull();
    if (lifecycle || (node->has(Computing) && node->has(Nesting))) {
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
        unmount(node);
        if (node->refs.load(std::memory_order_acquire) > 1) {
            node->release();
            return;
        }
        node->refs.store(0, std::memory_order_relaxed);
        if (!unused()) {
            return;
        }
        if (pending()) {
            deferNode(node); // what a hook has set in a batch waits, and may wait for this one
            return;
        }
        if (lifecycle && lifecycle->inTransition) {
            std::erase(transitions, node);
        }
    }
    if (node->has(Computing | Effecting)) {
        auto *sink = static_cast<Sink *>(node);
        if (node->has(Batched)) {
            forgetBatched(sink);
        }
        if (failure.computed == sink) {
            failure = {};
        }
        sink->live = 0;
        try {
            unlinkAll(sink);
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
    --nodes;
    delete node;
}

void Node::dropAux() noexcept
{
    if (aux & 1u) {
        reinterpret_cast<OldValue *>(aux & ~std::uintptr_t{1})->release();
    } else if (aux) {
        auto *present = reinterpret_cast<Extra *>(aux);
        if (present->seen) {
            present->seen->release();
        }
        if (present->lifecycle) { // what a hook holds may take others away when it ends
            for (const auto &hooks : present->lifecycle->hooks) {
                for (const HookPtr &hook : hooks) {
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
