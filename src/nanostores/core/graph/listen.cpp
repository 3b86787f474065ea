// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// How listeners come and go: listen(), the end of a subscription, and clean().
namespace nanostores::detail {

void takeOldMap(Node &node, Listener *listener)
{
    try {
        node.extra(); // counts such listeners
    } catch (...) {
        delete listener;
        throw;
    }
    listener->kind |= Link::TakesOldMap;
}

namespace {

/// Mounts the store, then links the listener. Apart, so that Node::listen() needs few registers.
[[gnu::noinline]] void mountFor(Runtime &runtime, Node *node, Listener *listener)
{
    bool mounted = false;
    try {
        performAndDrain(runtime, [&] {
            {
                const auto arrival = runtime.observers.arrival(listener);
                runtime.observers.mount(node);
            }
            listener->stamp = runtime.links.nextStamp();
            if (node->has(Computing) && !node->has(Listed)) {
                node->flags |= Eager;
            }
            runtime.links.append(listener);
            runtime.observers.count(listener);
            mounted = true;
        });
    } catch (...) {
        if (!mounted) {
            delete listener;
        } else {
            removeListener(listener);
        }
        throw;
    }
}

} // namespace

/// Takes the listener, which is deleted on error (rule 36). If nothing observes the store, it is mounted first and then
/// linked. Otherwise it is only brought up to date, so that the listener is notified of later changes alone.
void Node::listen(Listener *listener)
{
    checkThread();
    Runtime &runtime = Runtime::current();
    listener->source = this;
    if (has(Computing | Observable) && !observed()) {
        mountFor(runtime, this, listener);
        return;
    }
    if (has(Computing)) {
        try {
            fresh();
        } catch (...) {
            delete listener;
            throw;
        }
        if (!has(Listed)) {
            flags |= Eager;
        }
    }
    listener->stamp = runtime.links.nextStamp();
    if (!has(Computing) && !aux) {
        listener->kind |= Link::Counted; // nothing keeps count
        runtime.links.append(listener);
        return;
    }
    runtime.links.append(listener);
    runtime.observers.count(listener);
}

/// The frequent case, of a store without hooks at rest, is done at once. Otherwise the listener is unlinked, and
/// deleted when the engine is at rest: a delivery may stand on it.
void removeListener(Listener *listener) noexcept
{
    Runtime &runtime = Runtime::current();
    if (!(listener->kind & Link::Linked)) {
        // clean() took it out of its store, which may be gone
        if (runtime.busy > 0 || runtime.queue.pending()) {
            runtime.reclaimer.deferLink(listener);
        } else {
            delete listener;
        }
        return;
    }
    Node *const node = listener->source;
    node->checkThread();
    // One of a run leaves it before its function ends, which may end others of the run.
    const bool plain = !node->aux && !node->has(Computing | Dirty) && !(listener->kind & Link::InRun)
                       && node->refs.load(std::memory_order_acquire) != 0;
    if (plain && !node->has(WantsOldMap) && runtime.busy == 0 && !runtime.queue.pending() && !runtime.hasIdleWork()) {
        Links::takeFromList(listener);
        if (!node->sinks) {
            node->flags &= ~(HasEdges | WantsOldValue);
        }
        ++runtime.busy; // what its function holds may end others, and these more: one after the other
        delete listener;
        --runtime.busy;
        if (!runtime.hasIdleWork()) [[likely]] {
            return;
        }
        try {
            runtime.idleWork();
        } catch (...) {
            reportError(std::current_exception());
        }
        return;
    }
    try {
        perform(runtime, [&] { runtime.links.unlink(listener, true); });
    } catch (...) {
        reportError(std::current_exception());
    }
}

/// The subscription is given up without an end: the listener lives as long as the store, and keeps it alive no longer.
void detachListener(Listener *listener) noexcept
{
    if (!(listener->kind & Link::Linked)) {
        removeListener(listener); // clean() took it out of its store
        return;
    }
    listener->kind |= Link::Detached;
    if (!Links::isLastHold(listener)) {
        return;
    }
    listener->source->checkThread();
    Runtime &runtime = Runtime::current();
    runtime.reclaimer.deferNode(listener->source);
    if (runtime.busy == 0 && !runtime.queue.pending()) {
        runtime.reclaimer.reclaim();
    }
}

/// Takes all listeners out, without a notification, and unmounts at once, without a delay. A subscription still holds
/// its listener, and deletes it when it ends.
void Node::clean()
{
    checkThread();
    Runtime &runtime = Runtime::current();
    const Ref<Node> alive = Ref<Node>::share(this);
    perform(runtime, [&] {
        std::exception_ptr error;
        try {
            runtime.links.takeOutListeners(this);
        } catch (...) {
            error = std::current_exception();
        }
        if (has(Leaving)) {
            runtime.delays.cancel(this);
            runtime.delays.expired(this);
        } else if (!observed()) {
            runtime.transitions.unmount(this);
        }
        if (error) {
            std::rethrow_exception(error);
        }
    });
}

bool Node::observed() const noexcept
{
    if (has(Computing)) {
        return static_cast<const Sink *>(this)->live > 0;
    }
    if (const Lifecycle *lifecycle = lifecycleOrNull()) {
        return lifecycle->live > 0;
    }
    for (const Link *link = sinks; link; link = link->next) {
        if (link->kind & Link::Counted) {
            return true;
        }
    }
    return false;
}

} // namespace nanostores::detail
