// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>

/// Counting observers, and mounting. Hooks are in lifecycle.cpp and transitions.cpp, the unmount delay in delays.cpp.
///
/// A link is Counted when an observer stands behind it. The first one makes a node live, the last one to leave ends
/// that; of a computed store both go on to its sources. nanostores' listen(), subscribe() and get() mount at once and
/// before the link is made (mount()); a tracked read mounts at the next boundary (Transitions::enter()).
namespace nanostores::detail {

// Counting

namespace {

/// Of a node with an Extra, or an old value in its place.
[[gnu::noinline]] bool increaseSlowly(Node *node)
{
    bool first = false;
    if (node->has(Computing)) {
        first = static_cast<Sink *>(node)->live++ == 0;
    } else if (Lifecycle *const lifecycle = node->lifecycleOrNull()) {
        first = lifecycle->live++ == 0;
    }
    if (node->has(Spied)) {
        observerCame(*node, first);
    }
    return first;
}

[[gnu::noinline]] bool decreaseSlowly(Node *node)
{
    bool last = false;
    if (node->has(Computing)) {
        last = --static_cast<Sink *>(node)->live == 0;
    } else if (Lifecycle *const lifecycle = node->lifecycleOrNull()) {
        last = --lifecycle->live == 0;
    }
    if (node->has(Spied)) {
        observerLeft(*node, last);
    }
    return last;
}

/// One more observer; true for the first one. A signal without hooks keeps no number: nothing depends on it.
inline bool increase(Node *node)
{
    if ((node->flags & (Computing | Spied)) == Computing) {
        return static_cast<Sink *>(node)->live++ == 0;
    }
    return node->aux && increaseSlowly(node);
}

inline bool decrease(Node *node)
{
    if ((node->flags & (Computing | Spied)) == Computing) {
        return --static_cast<Sink *>(node)->live == 0;
    }
    return node->aux && decreaseSlowly(node);
}

} // namespace

/// One more observer of the node. With the first one, a computed store becomes an observer of each of its sources, and
/// so on up (rule 21). A delay that runs is cancelled; a momentary observer keeps its end for later (rule 25). Sources
/// come before the node: a node enters its transition when all of its sources have entered theirs. Hooks do not run
/// here, but at the boundary, where what went up and down in between runs none.
void Observers::add(Node *root, bool momentary)
{
    if (!momentary && runtime().delays.hasInterrupted()) [[unlikely]] {
        runtime().delays.forgetInterrupted(root);
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
            momentary ? runtime().delays.interrupt(node) : runtime().delays.cancel(node);
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
        runtime().transitions.enter(stack.back().node);
        stack.pop_back();
    }
}

/// One observer less. With the last one, for the node and then for what lost its last observer by that:
///
/// * If its start hooks have run, its stop hooks run: at once for the node that a listener left, at the boundary for
///   the others. The unmount delay, or the sources, are then their business (Transitions::runStopHooks()).
/// * If it is mounted without that, its unmount delay begins anew.
/// * A listed computed store without hooks that a listener left begins its unmount delay, and keeps its sources.
/// * Every other computed store stops observing its sources, unless it is in its delay.
///
/// byListener: a listener, or the end of a get(), and not a tracked sink.
void Observers::remove(Node *root, bool byListener)
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
                runtime().transitions.runStopHooks(node);
            } else {
                runtime().transitions.enter(node);
            }
            continue;
        }
        if (lifecycle && lifecycle->mounted && !node->has(Leaving)) {
            first = false;
            runtime().delays.begin(node); // up and down in between: the delay that was cancelled begins anew
            continue;
        }
        if (!node->has(Computing)) {
            first = false;
            continue;
        }
        if (std::exchange(first, false) && node->has(Listed) && node->has(Attached)) {
            runtime().delays.begin(node);
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

/// The computed store stays linked to its sources, for sinks that do not observe, but observes them no longer.
void Observers::uncountSources(Sink *computed)
{
    for (Edge *e = computed->sources; e; e = e->nextSource) {
        if (e->kind & Link::Counted) {
            e->kind &= ~Link::Counted;
            remove(e->source, false);
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

/// Mounts a node for an observer that comes by listen(), subscribe(), get() or a listed effect, before it is linked
/// (rule 22). A loop over a stack; for each node:
///
/// 1. Enter: the start hooks run, then the mount hooks (Transitions::runStartHooks()), unless they have run already.
/// 2. Of a listed computed store, go through the sources in order. A source that is not up, or that is a computed
///    store without observers, is mounted first: step 1 for it. Then the edge is linked and counted. A set() in one of
///    the hooks is part of the first evaluation, and notifies nothing.
/// 3. When all edges are linked, the store is Attached. Until then a read in a hook compares versions, and a tracked
///    read makes the rest of the links. If a hook has let go of the store in between, step 2 begins again.
/// 4. The store is brought up to date: the first evaluation.
///
/// On an error, every node on the stack goes back to what it was, from the innermost on: hooks that ran are undone,
/// and a computed store without observers lets go of its sources.
void Observers::mount(Node *root, bool momentary)
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
    const Node *starting = nullptr; // its start or mount hooks run
    try {
        while (!stack.empty()) {
            Node *node = stack.back().node;
            if (!stack.back().entered) { // step 1
                stack.back().entered = true;
                if (node->has(Observable)) {
                    Lifecycle &lifecycle = node->lifecycle();
                    if (!lifecycle.started) {
                        stack.back().announced = true;
                        starting = node;
                        runtime().transitions.runStartHooks(node);
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
            if (edge) { // step 2
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
                    runtime().links.append(edge);
                    node->flags |= Stale; // what a hook has read of it may be older
                }
                count(edge, momentary);
                continue;
            }
            if (node->has(Listed) && !node->has(Attached)) { // step 3
                auto *computed = static_cast<Sink *>(node);
                if (!isLinked(computed)) {
                    stack.back().entered = false; // a hook let go of it: once more
                    continue;
                }
                computed->sources = computed->listedEdges(); // a hook may have let go of it
                node->flags |=
                    Attached | Eager | (computed->epoch == runtime().puller.epoch() ? 0u : std::uint32_t{Dirty});
            }
            if (node->has(Computing)) { // step 4
                if (node->has(Dirty | Stale)) {
                    runtime().puller.refresh(static_cast<Sink *>(node));
                }
            }
            stack.pop_back();
        }
    } catch (...) {
        const std::exception_ptr error = std::current_exception();
        for (; !stack.empty(); stack.pop_back()) {
            Node *node = stack.back().node;
            if (stack.back().announced && (!node->observed() || node == starting)) {
                runtime().transitions.rollBackStart(node);
                if (node->observed() && !node->lifecycle().started) { // a hook has added a listener: once more
                    runtime().transitions.unmount(node);
                    runtime().transitions.enter(node);
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
                runtime().links.releaseSources(computed, true);
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        std::rethrow_exception(error);
    }
}

} // namespace nanostores::detail
