// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

#include <nanostores/core/errors.h>

#include <algorithm>

/// Lifecycle hooks, when they are called, and the unmount delay.
namespace nanostores::detail {

Extra *Node::extraOrNull() const noexcept
{
    return aux & 1u ? nullptr : reinterpret_cast<Extra *>(aux);
}

Extra &Node::extra()
{
    if (Extra *present = extraOrNull()) {
        return *present;
    }
    auto *made = new Extra;
    if (aux & 1u) {
        made->seen = reinterpret_cast<OldValue *>(aux & ~std::uintptr_t{1});
    }
    aux = reinterpret_cast<std::uintptr_t>(made);
    return *made;
}

Lifecycle *Node::lifecycleOrNull() const noexcept
{
    const Extra *present = extraOrNull();
    return present ? present->lifecycle.get() : nullptr;
}

Lifecycle &Node::lifecycle()
{
    Extra &present = extra();
    if (!present.lifecycle) {
        present.lifecycle = std::make_unique<Lifecycle>();
        if (!has(Computing)) {
            for (const Link *link = sinks; link; link = link->next) {
                if (link->kind & Link::Counted) {
                    ++present.lifecycle->live;
                }
            }
        }
        present.lifecycle->started = observed();
    }
    return *present.lifecycle;
}

namespace {
void callHook(Node &node, const HookPtr &hook, HookCall &call);
}

HookPtr addHook(Node &node, HookKind kind, std::function<void(HookCall &)> function, bool kit)
{
    node.checkThread();
    auto hook = std::make_shared<Hook>();
    hook->function = std::move(function);
    hook->kit = kit;
    Lifecycle &lifecycle = node.lifecycle();
    lifecycle.hooks[static_cast<std::size_t>(kind)].push_back(hook);
    switch (kind) {
    case HookKind::Set:
        node.flags |= HooksSet;
        break;
    case HookKind::Notify:
        node.flags |= HooksNotify | WantsOldValue;
        break;
    default:
        node.flags |= Observable;
        if (kind == HookKind::Mount && node.has(Listed) && !lifecycle.mounted && !lifecycle.inRound
            && (node.has(Leaving) || lifecycle.started)) {
            lifecycle.late = true;
        }
        if (kit && lifecycle.started && !lifecycle.inRound && (kind == HookKind::Start || kind == HookKind::Mount)) {
            lifecycle.mounted = lifecycle.mounted || kind == HookKind::Mount;
            HookCall call;
            call.node = &node;
            callHook(node, hook, call);
        }
    }
    return hook;
}

void removeHook(Node &node, HookKind kind, const HookPtr &hook)
{
    if (hook->removed) {
        return;
    }
    node.checkThread();
    hook->removed = true;
    Lifecycle &lifecycle = node.lifecycle();
    auto &hooks = lifecycle.hooks[static_cast<std::size_t>(kind)];
    std::erase(hooks, hook);
    if (hooks.empty()) {
        if (kind == HookKind::Set) {
            node.flags &= ~HooksSet;
        } else if (kind == HookKind::Notify) {
            node.flags &= ~HooksNotify;
        }
    }
    auto &cleanups = lifecycle.cleanups;
    const auto isOf = [&hook](const Lifecycle::Pending &pending) { return pending.hook == hook; };
    const Ref<Node> held = cleanups.empty() ? Ref<Node>() : Ref<Node>::share(&node);
    for (auto found = cleanups.begin();
         (found = std::find_if(cleanups.begin(), cleanups.end(), isOf)) != cleanups.end();) {
        const Lifecycle::Pending ended = std::move(*found); // what it holds may take others away
        cleanups.erase(found);
    }
}

namespace {

void callHook(Node &node, const HookPtr &hook, HookCall &call)
{
    const UntrackedScope untracked;
    Runtime &runtime = Runtime::current();
    const Restore<Node *> exempt(runtime.exempt, &node);
    const Restore<Sink *> owner(runtime.owner, nullptr);
    hook->function(call);
    if (call.cleanup) {
        node.lifecycle().cleanups.push_back({hook, std::move(call.cleanup)});
    }
}

} // namespace

void runHooks(Node &node, HookKind kind, HookCall &call)
{
    Lifecycle &lifecycle = node.lifecycle();
    auto &hooks = lifecycle.hooks[static_cast<std::size_t>(kind)];
    // A copy: hooks may be added and removed by a hook. Added ones wait for the next round, except nano_kit's.
    const Notes<HookPtr> present(hooks.rbegin(), hooks.rend());
    const Restore<bool> round(lifecycle.inRound, true);
    for (const HookPtr &hook : present) {
        if (!hook->removed && !hook->kit) {
            callHook(node, hook, call);
        }
    }
    const bool up = kind == HookKind::Start || kind == HookKind::Mount;
    Notes<HookPtr> done;
    for (std::size_t i = 0; i < hooks.size();) {
        const HookPtr hook = hooks[i];
        const bool belongs = up || std::find(present.begin(), present.end(), hook) != present.end();
        if (hook->kit && belongs && std::find(done.begin(), done.end(), hook) == done.end()) {
            done.push_back(hook);
            callHook(node, hook, call);
            i = 0; // hooks may have come and gone
        } else {
            ++i;
        }
    }
}

bool isMounted(const Node &node) noexcept
{
    const Lifecycle *lifecycle = node.lifecycleOrNull();
    if (lifecycle && !lifecycle->hooks[static_cast<std::size_t>(HookKind::Mount)].empty()) {
        return lifecycle->mounted;
    }
    return node.observed() || node.has(Leaving);
}

void setUnmountDelay(Node &node, std::chrono::milliseconds delay)
{
    node.checkThread();
    node.lifecycle().delay = std::max(delay, std::chrono::milliseconds{0});
}

/// After an error the store is `started` if only its mount hooks threw: the caller rolls it back.
void Runtime::runStartHooks(Node *node)
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
    if (!lifecycle.mounted && !lifecycle.late && !lifecycle.hooks[static_cast<std::size_t>(HookKind::Mount)].empty()) {
        lifecycle.mounted = true;
        HookCall call;
        call.node = node;
        runHooks(*node, HookKind::Mount, call);
    }
}

/// After an error: as if it had not been mounted.
void Runtime::rollBackStart(Node *node)
{
    node->lifecycle().started = false;
    try {
        HookCall call;
        call.node = node;
        runHooks(*node, HookKind::Stop, call);
    } catch (...) {
        reportError(std::current_exception());
    }
    if (!node->observed() && !node->lifecycle().started) { // as before the hooks
        unmount(node);
    }
}

void Runtime::runStopHooks(Node *node)
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
        if (lifecycle.mounted || node->has(Attached)) {
            enterLeaving(node);
        } else if (node->has(Computing)) {
            auto *computed = static_cast<Sink *>(node);
            try {
                if (computed->sinks) {
                    uncountSources(computed);
                } else {
                    releaseSources(computed, false);
                }
            } catch (...) {
                collect(error);
            }
        }
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

void Runtime::enterTransition(Node *node)
{
    Lifecycle *lifecycle = node->lifecycleOrNull();
    if (lifecycle && !lifecycle->inTransition && lifecycle->started != (node->observed())) {
        lifecycle->inTransition = true;
        transitions.push_back(node);
        idleWorkWaits = true;
    }
}

/// Hooks may observe and leave other stores, and so set one another off without end. Then what waits is left for the
/// next boundary.
void Runtime::settleTransitions()
{
    std::exception_ptr error;
    const std::uint64_t bound = feedbackBound();
    std::uint64_t left = bound + transitions.size();
    while (!transitions.empty() && !batching && busy == 0) {
        Node *node = transitions.front();
        if (bound > 0 && left-- == 0) [[unlikely]] {
            idleWorkWaits = true;
            if (error) {
                reportError(error);
            }
            throw FeedbackError(
                "nanostores: start and stop hooks set one another off without an end, among them those of "
                + node->label()
                + "; have a hook that observes or leaves a store do so once, or raise the bound with "
                  "setFeedbackLimit()");
        }
        transitions.pop_front();
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

// The unmount delay

void Runtime::enterLeaving(Node *node)
{
    cancelLeaving(node);
    const Lifecycle *lifecycle = node->lifecycleOrNull();
    const auto delay = lifecycle ? lifecycle->delay : DefaultUnmountDelay;
    const auto now = scheduler ? scheduler->now() : std::chrono::milliseconds{0};
    LeaveKey key{now + delay, ++leaveSerial};
    if (const auto kept = keptDelays.find(node); kept != keptDelays.end()) {
        key.first = kept->second;
        keptDelays.erase(kept);
    }
    node->flags |= Leaving;
    leaving.emplace(key, node);
    leavingKeys.emplace(node, key);
    arm();
}

void Runtime::cancelLeaving(Node *node)
{
    if (!node->has(Leaving)) {
        return;
    }
    node->flags &= ~Leaving;
    const auto it = leavingKeys.find(node);
    leaving.erase(it->second);
    leavingKeys.erase(it);
}

/// A momentary get() observes it: the delay that runs is not prolonged.
void Runtime::interruptLeaving(Node *node)
{
    keptDelays.insert_or_assign(node, leavingKeys.at(node).first);
    cancelLeaving(node);
}

/// An observer has come: delays that a momentary get() has interrupted begin anew, here and in what it reads.
void Runtime::forgetInterrupted(Node *root)
{
    Notes<Node *> work{root};
    NoteSet<const Node *> seen{root};
    while (!work.empty() && !keptDelays.empty()) {
        Node *node = work.back();
        work.pop_back();
        keptDelays.erase(node);
        if (!node->has(Computing)) {
            continue;
        }
        for (const Edge *e = static_cast<Sink *>(node)->sources; e; e = e->nextSource) {
            if (seen.insert(e->source).second) {
                work.push_back(e->source);
            }
        }
    }
}

/// Keeps one timer of the scheduler, for the first moment; a moment that was cancelled may let it fire for nothing.
void Runtime::arm()
{
    if (!scheduler || leaving.empty()) {
        return;
    }
    const auto due = leaving.begin()->first.first;
    if (timer != 0) {
        if (timerDue <= due) {
            return;
        }
        scheduler->cancel(timer);
    }
    timerDue = due;
    timer = 0;
    try {
        timer =
            scheduler->after(std::max(due - scheduler->now(), std::chrono::milliseconds{0}), [this] { fireLeaving(); });
    } catch (...) {
        armAgain();
    }
}

/// The scheduler could not take a timer. It is asked again when the graph is at rest the next time.
void Runtime::armAgain()
{
    reportError(std::current_exception());
    timersWait = true;
    idleWorkWaits = true;
}

void Runtime::fireLeaving()
{
    timer = 0;
    std::exception_ptr error;
    const auto now = scheduler->now();
    const std::uint64_t last = leaveSerial;
    while (!leaving.empty() && leaving.begin()->first.first <= now && leaving.begin()->first.second <= last) {
        Node *node = leaving.begin()->second;
        cancelLeaving(node);
        node->retain();
        try {
            perform(*this, [&] { unmountDelayExpired(node); });
        } catch (...) {
            reportError(std::current_exception());
        }
        node->release();
    }
    arm();
}

void Runtime::unmountDelayExpired(Node *node)
{
    if (node->observed()) {
        return;
    }
    unmount(node);
    if (node->observed() || !node->has(Computing)) {
        return;
    }
    auto *computed = static_cast<Sink *>(node);
    if (computed->sinks) {
        uncountSources(computed);
    } else {
        releaseSources(computed, true);
    }
}

/// Runs the cleanups of the mount hooks, in the order the hooks ran.
void Runtime::unmount(Node *node)
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
}

} // namespace nanostores::detail
