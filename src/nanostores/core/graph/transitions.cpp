// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>

/// When start and stop hooks run, and what an error in one of them undoes. How the hooks of one kind run is in
/// lifecycle.cpp.
namespace nanostores::detail {

namespace {

/// A computed store that has no observers and no unmount delay: it stops observing its sources, and lets go of them
/// unless those who read it need them.
void letGoOfSources(Runtime &runtime, Sink *computed)
{
    if (computed->sinks) {
        runtime.observers.uncountSources(computed);
    } else {
        runtime.links.releaseSources(computed, false);
    }
}

} // namespace

/// The first observer has come: the start hooks run, then the mount hooks, unless the store is still mounted from
/// before (rule 24). Late hooks, which came while it was up, wait for the next mount. On an error in a start hook the
/// store is not started. On one in a mount hook it is `started`, and the caller rolls it back.
void Transitions::runStartHooks(Node *node)
{
    Lifecycle &lifecycle = node->lifecycle();
    lifecycle.started = true;
    HookCall start;
    start.node = node;
    try {
        runHooks(*node, HookKind::Start, start);
    } catch (...) {
        lifecycle.started = false;
        throw;
    }
    if (!lifecycle.mounted && !lifecycle.late && lifecycle.mountsHeld == 0
        && !lifecycle.hooks[static_cast<std::size_t>(HookKind::Mount)].empty()) {
        lifecycle.mounted = true;
        if (Probe *const probe = probeOf(*node)) {
            probe->mounted(*node);
        }
        HookCall call;
        call.node = node;
        runHooks(*node, HookKind::Mount, call);
    }
}

/// After an error: as if it had not been mounted. A hook may have observed the store and left it: it was started then,
/// and so its end was left to the boundary, which finds nothing to do by now.
void Transitions::rollBackStart(Node *node)
{
    node->lifecycle().started = false;
    try {
        HookCall call;
        call.node = node;
        runHooks(*node, HookKind::Stop, call);
    } catch (...) {
        reportError(std::current_exception());
    }
    endUnobserved(node);
}

/// After an error in a start hook, if none of the hooks has left the store observed.
void Transitions::endUnobserved(Node *node)
{
    if (node->observed() || node->lifecycle().started) {
        return;
    }
    unmount(node);
    if (node->has(Computing) && !node->has(Leaving) && !node->observed()) {
        try {
            letGoOfSources(runtime(), static_cast<Sink *>(node));
        } catch (...) {
            reportError(std::current_exception());
        }
    }
}

/// The last observer has left: the stop hooks run. Then, if none of them has observed the store, its unmount delay
/// begins if it is mounted or attached. Otherwise a computed store lets go of its sources at once, or stops observing
/// them if it still has sinks.
void Transitions::runStopHooks(Node *node)
{
    Lifecycle &lifecycle = node->lifecycle();
    lifecycle.started = false;
    std::exception_ptr error;
    try {
        HookCall call;
        call.node = node;
        runHooks(*node, HookKind::Stop, call);
    } catch (...) {
        error = std::current_exception();
    }
    if (!node->observed() && !lifecycle.started) { // as before the hooks
        if (lifecycle.mounted || node->has(Attached)) { // there is something that the end of a delay undoes
            runtime().delays.begin(node);
        } else if (node->has(Computing)) {
            try {
                letGoOfSources(runtime(), static_cast<Sink *>(node));
            } catch (...) {
                collect(error);
            }
        }
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

/// The number of observers has changed between 0 and 1. If the hooks have not seen that yet, the node waits for the
/// next boundary.
void Transitions::enter(Node *node)
{
    Lifecycle *lifecycle = node->lifecycleOrNull();
    if (lifecycle && !lifecycle->inTransition && lifecycle->started != (node->observed())) {
        lifecycle->inTransition = true;
        m_waiting.push_back(node);
        runtime().idleWorkWaits = true;
    }
}

/// A boundary: the hooks of the nodes that wait run, oldest first, by what each node's number of observers is now.
/// Nodes that join meanwhile run in the same loop. It ends early when a hook has opened a batch, or called this from
/// inside.
///
/// Hooks may observe and leave other stores, and so set one another off without end. When as many as the limit for
/// feedback have run, an error is thrown, and what waits is left for the next boundary. All hooks run although one
/// throws; the first error is thrown at the end.
void Transitions::settle()
{
    const Restore<bool> settling(m_settling, true);
    std::exception_ptr error;
    const std::uint64_t bound = Queue::feedbackBound();
    std::uint64_t left = bound + m_waiting.size();
    while (!m_waiting.empty() && !runtime().queue.isBatching() && runtime().busy == 0) {
        Node *node = m_waiting.front();
        if (bound > 0 && left-- == 0) [[unlikely]] {
            runtime().idleWorkWaits = true;
            if (error) {
                reportError(error);
            }
            throw FeedbackError(
                "nanostores: start and stop hooks set one another off without an end, among them those of "
                + node->label()
                + "; have a hook that observes or leaves a store do so once, or raise the bound with "
                  "setFeedbackLimit()");
        }
        m_waiting.pop_front();
        Lifecycle &lifecycle = node->lifecycle();
        lifecycle.inTransition = false;
        try {
            const bool live = node->observed();
            const auto held = Ref<Node>::share(node);
            if (live && !lifecycle.started) {
                try {
                    runStartHooks(node);
                } catch (...) {
                    if (lifecycle.started) {
                        rollBackStart(node);
                    } else {
                        endUnobserved(node); // a hook before the one that failed may have ended its last observer
                    }
                    throw;
                }
            } else if (!live && lifecycle.started) {
                runStopHooks(node);
            }
        } catch (...) {
            if (error) {
                reportError(std::current_exception());
            } else {
                error = std::current_exception();
            }
        }
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

/// Runs the cleanups of the mount hooks, in the order the hooks ran.
void Transitions::unmount(Node *node)
{
    Lifecycle *lifecycle = node->lifecycleOrNull();
    if (!lifecycle) {
        return;
    }
    lifecycle->late = false;
    if (!std::exchange(lifecycle->mounted, false)) {
        return;
    }
    const UntrackedScope untracked;
    const auto cleanups = std::exchange(lifecycle->cleanups, {});
    for (const auto &pending : cleanups) {
        if (pending.hook->removed) {
            continue;
        }
        try {
            pending.cleanup->run();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    if (Probe *const probe = probeOf(*node)) {
        probe->unmounted(*node);
    }
}

} // namespace nanostores::detail
