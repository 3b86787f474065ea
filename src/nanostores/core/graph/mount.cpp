// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// Who observes what: counting and mounting. Hooks and the unmount delay are in lifecycle.cpp.
///
/// A link is Counted when an observer stands behind it. The first one makes a node live, the last one to leave ends
/// that; of a computed store both go on to its sources. nanostores' listen(), subscribe() and get() mount at once and
/// before the link is made (mount()); a tracked read mounts at the next boundary (enterTransition()).
namespace nanostores::detail {

// Counting

void Runtime::count(Link *link, bool momentary)
{
    if (link->kind & (Link::Counted | Link::Exempt)) {
        return;
    }
    link->kind |= Link::Counted;
    addObserver(link->source, momentary);
}

namespace {

/// One more observer; true for the first.
bool increase(Node *node)
{
    if (node->has(Computing)) {
        return static_cast<Sink *>(node)->live++ == 0;
    }
    Lifecycle *lifecycle = node->lifecycleOrNull();
    return lifecycle && lifecycle->live++ == 0;
}

bool decrease(Node *node)
{
    if (node->has(Computing)) {
        return --static_cast<Sink *>(node)->live == 0;
    }
    Lifecycle *lifecycle = node->lifecycleOrNull();
    return lifecycle && --lifecycle->live == 0;
}

} // namespace

void Runtime::addObserver(Node *root, bool momentary)
{
    if (!momentary && !keptDelays.empty()) [[unlikely]] {
        forgetInterrupted(root);
    }
    if (!increase(root)) {
        return;
    }
    struct Frame
    {
        Node *node;
        Edge *edge;
    };
    Notes<Frame> stack;
    const auto enter = [&](Node *node) {
        if (node->has(Leaving)) {
            momentary ? interruptLeaving(node) : cancelLeaving(node);
        }
        stack.push_back({node, node->has(Computing) ? static_cast<Sink *>(node)->sources : nullptr});
    };
    enter(root);
    while (!stack.empty()) {
        Edge *edge = stack.back().edge;
        if (edge) {
            stack.back().edge = edge->nextSource;
            if ((edge->kind & (Link::Counted | Link::Exempt)) == 0 && (edge->kind & Link::Linked)) {
                edge->kind |= Link::Counted;
                if (increase(edge->source)) {
                    enter(edge->source);
                }
            }
            continue;
        }
        enterTransition(stack.back().node);
        stack.pop_back();
    }
}

void Runtime::removeObserver(Node *root, bool byListener)
{
    if (!decrease(root)) {
        return;
    }
    Notes<Node *> work{root};
    bool first = byListener;
    while (!work.empty()) {
        Node *node = work.back();
        work.pop_back();
        Lifecycle *lifecycle = node->lifecycleOrNull();
        if (lifecycle && lifecycle->started) {
            if (std::exchange(first, false)) {
                runStopHooks(node);
            } else {
                enterTransition(node);
            }
            continue;
        }
        if (lifecycle && lifecycle->mounted && !node->has(Leaving)) {
            first = false;
            enterLeaving(node); // up and down in between: the delay that was cancelled begins anew
            continue;
        }
        if (!node->has(Computing)) {
            first = false;
            continue;
        }
        if (std::exchange(first, false) && node->has(Listed) && node->has(Attached)) {
            enterLeaving(node);
            continue;
        }
        if (!node->has(Leaving)) {
            Notes<Node *> sources;
            for (Edge *e = static_cast<Sink *>(node)->sources; e; e = e->nextSource) {
                if (e->kind & Link::Counted) {
                    e->kind &= ~Link::Counted;
                    if (decrease(e->source)) {
                        sources.push_back(e->source);
                    }
                }
            }
            work.insert(work.end(), sources.rbegin(), sources.rend());
        }
    }
}

void Runtime::uncountSources(Sink *computed)
{
    for (Edge *e = computed->sources; e; e = e->nextSource) {
        if (e->kind & Link::Counted) {
            e->kind &= ~Link::Counted;
            removeObserver(e->source, false);
        }
    }
}

// Mounting by listen(), subscribe(), get()

namespace {

/// Whether a listed computed store stands in the lists of all its sources.
bool isLinked(Sink *computed) noexcept
{
    const Edge *edge = computed->listedEdges();
    while (edge && (edge->kind & Link::Linked)) {
        edge = edge->nextSource;
    }
    return !edge;
}

} // namespace

/// Own hooks; of a listed computed store then each source's hooks and its link, and the first evaluation. It is
/// Attached when all the links are made: till then a read, in a hook, compares versions, and one by tracking makes the
/// rest of them.
void Runtime::mount(Node *root, bool momentary)
{
    struct Frame
    {
        Node *node;
        Edge *edge;
        bool entered;
        bool announced;
        bool visited;
    };
    Notes<Frame> stack;
    stack.push_back({root, nullptr, false, false, false});
    const Node *starting = nullptr;
    try {
        while (!stack.empty()) {
            Node *node = stack.back().node;
            if (!stack.back().entered) {
                stack.back().entered = true;
                if (node->has(Observable)) {
                    Lifecycle &lifecycle = node->lifecycle();
                    if (!lifecycle.started) {
                        stack.back().announced = true;
                        starting = node;
                        runStartHooks(node);
                        starting = nullptr;
                    }
                }
                if (node->has(Listed)) {
                    auto *computed = static_cast<Sink *>(node);
                    computed->sources = computed->listedEdges();
                    stack.back().edge = computed->sources;
                }
            }
            Edge *edge = stack.back().edge;
            if (edge) {
                if (!stack.back().visited && !(edge->kind & Link::Counted)) {
                    stack.back().visited = true;
                    Node *source = edge->source;
                    const bool up = !source->has(Observable) || source->lifecycle().started;
                    if (!up || (source->has(Computing) && static_cast<Sink *>(source)->live == 0)) {
                        stack.push_back({source, nullptr, false, false, false});
                        continue;
                    }
                }
                stack.back().visited = false;
                stack.back().edge = edge->nextSource;
                if (!(edge->kind & Link::Linked)) {
                    append(edge);
                    node->flags |= Stale; // what a hook has read of it may be older
                }
                count(edge, momentary);
                continue;
            }
            if (node->has(Listed) && !node->has(Attached)) {
                auto *computed = static_cast<Sink *>(node);
                if (!isLinked(computed)) {
                    stack.back().entered = false; // a hook let go of it: once more
                    continue;
                }
                node->flags |= Attached | Eager | (computed->epoch == epoch ? 0u : std::uint32_t{Dirty});
            }
            if (node->has(Computing)) {
                if (node->has(Dirty | Stale)) {
                    refresh(static_cast<Sink *>(node));
                }
            }
            stack.pop_back();
        }
    } catch (...) {
        const std::exception_ptr error = std::current_exception();
        for (; !stack.empty(); stack.pop_back()) {
            Node *node = stack.back().node;
            if (stack.back().announced && (!node->observed() || node == starting)) {
                rollBackStart(node);
                if (node->observed() && !node->lifecycle().started) { // by who has come in a hook: once more
                    unmount(node);
                    enterTransition(node);
                }
            }
            if (!node->has(Listed)) {
                continue;
            }
            auto *computed = static_cast<Sink *>(node);
            if (computed->live > 0 || node->has(Leaving)) {
                continue;
            }
            if (computed->sinks) {
                uncountSources(computed); // it was attached before, by those who read it
                continue;
            }
            try {
                releaseSources(computed, true);
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        std::rethrow_exception(error);
    }
}

void Node::listen(Listener *listener)
{
    checkThread();
    Runtime &runtime = Runtime::current();
    listener->source = this;
    if (has(Computing | Observable) && !observed()) {
        bool mounted = false;
        try {
            performAndDrain(runtime, [&] {
                {
                    const Restore<const Listener *> arrival(runtime.arriving, listener); // for messages
                    runtime.mount(this);
                }
                listener->stamp = ++runtime.stampSerial;
                if (has(Computing) && !has(Listed)) {
                    flags |= Eager;
                }
                runtime.append(listener);
                runtime.count(listener);
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
    listener->stamp = ++runtime.stampSerial;
    if (!has(Computing) && !aux) {
        listener->kind |= Link::Counted; // nothing keeps count
        runtime.append(listener);
        return;
    }
    runtime.append(listener);
    runtime.count(listener);
}

void removeListener(Listener *listener) noexcept
{
    Runtime &runtime = Runtime::current();
    if (!(listener->kind & Link::Linked)) {
        // clean() took it out of its store, which may be gone
        if (runtime.busy > 0 || runtime.pending()) {
            runtime.deferLink(listener);
        } else {
            delete listener;
        }
        return;
    }
    Node *const node = listener->source;
    node->checkThread();
    const bool plain = !node->aux && !node->has(Computing | Dirty) && node->refs.load(std::memory_order_acquire) != 0;
    if (plain && !node->has(WantsOldMap) && runtime.busy == 0 && !runtime.pending() && !runtime.hasIdleWork()) {
        Runtime::takeFromList(listener);
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
        perform(runtime, [&] { runtime.unlink(listener, true); });
    } catch (...) {
        reportError(std::current_exception());
    }
}

void detachListener(Listener *listener) noexcept
{
    if (!(listener->kind & Link::Linked)) {
        removeListener(listener); // clean() took it out of its store
        return;
    }
    listener->kind |= Link::Detached;
    Node *node = listener->source;
    if (node->refs.load(std::memory_order_acquire) == 0) {
        node->retain();
        node->release();
    }
}

/// Listeners are taken out without a notification; a subscription that holds one ends it for good.
void Node::clean()
{
    checkThread();
    Runtime &runtime = Runtime::current();
    const Ref<Node> alive = Ref<Node>::share(this);
    perform(runtime, [&] {
        std::exception_ptr error;
        try {
            runtime.takeOutListeners(this);
        } catch (...) {
            error = std::current_exception();
        }
        if (has(Leaving)) {
            runtime.cancelLeaving(this);
            runtime.unmountDelayExpired(this);
        } else if (!observed()) {
            runtime.unmount(this);
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
