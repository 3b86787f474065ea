// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/recorders.h>
#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>

#include <nanostores/core/errors.h>

#include <algorithm>

/// Lifecycle hooks: adding, removing, and calling those of one kind.
namespace nanostores::detail {

/// The lowest bit of aux distinguishes an old value from an Extra.
Extra *Node::extraOrNull() const noexcept
{
    return aux & 1u ? nullptr : reinterpret_cast<Extra *>(aux);
}

/// Made when first asked for; takes over the old value that the node has kept in its place.
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

/// Made when first asked for. A signal has kept no number of its observers until then: they are counted now.
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

/// The first place with a greater number.
std::size_t HookList::placeAfter(std::uint64_t number) const noexcept
{
    const auto found = std::upper_bound(m_places.begin(), m_places.end(), number,
                                        [](std::uint64_t n, const Place &place) { return n < place.number; });
    return static_cast<std::size_t>(found - m_places.begin());
}

HookPtr HookList::after(std::uint64_t number) const noexcept
{
    std::size_t i = placeAfter(number);
    while (i < m_places.size() && !m_places[i].hook) {
        ++i;
    }
    return i < m_places.size() ? m_places[i].hook : nullptr;
}

HookPtr HookList::before(std::uint64_t number) const noexcept
{
    std::size_t i = placeAfter(number - 1);
    while (i > 0 && !m_places[i - 1].hook) {
        --i;
    }
    return i > 0 ? m_places[i - 1].hook : nullptr;
}

/// What the hook's function holds ends when the list is whole again, or with the call that is under way.
void HookList::remove(const Hook &hook) noexcept
{
    const HookPtr ended = std::move(m_places[placeAfter(hook.number) - 1].hook);
    if (++m_empty * 2 > m_places.size()) {
        std::erase_if(m_places, [](const Place &place) { return !place.hook; });
        m_empty = 0;
    }
}

/// A start or mount hook of nano_kit that comes while the store is up is called at once (rule 23). A mount hook that
/// comes while a listed computed store is up, or in its unmount delay, waits for the next mount: the store is marked
/// as late.
HookPtr addHook(Node &node, HookKind kind, std::function<void(HookCall &)> function, bool kit)
{
    node.checkThread();
    auto hook = std::make_shared<Hook>();
    hook->function = std::move(function);
    hook->kit = kit;
    Lifecycle &lifecycle = node.lifecycle();
    lifecycle.hooks[static_cast<std::size_t>(kind)].add(hook);
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
        if (kit && lifecycle.started && !lifecycle.inRound
            && (kind == HookKind::Start || (kind == HookKind::Mount && lifecycle.mountsHeld == 0))) {
            if (kind == HookKind::Mount && !std::exchange(lifecycle.mounted, true)) {
                if (Probe *const probe = probeOf(node)) {
                    probe->mounted(node);
                }
            }
            HookCall call;
            call.node = &node;
            callHook(node, hook, call);
        }
    }
    return hook;
}

/// Its pending cleanup is dropped, and not run (rule 23).
void removeHook(Node &node, HookKind kind, const HookPtr &hook)
{
    if (hook->removed) {
        return;
    }
    node.checkThread();
    hook->removed = true;
    Lifecycle &lifecycle = node.lifecycle();
    auto &hooks = lifecycle.hooks[static_cast<std::size_t>(kind)];
    hooks.remove(*hook);
    if (hooks.empty()) {
        if (kind == HookKind::Set) {
            node.flags &= ~HooksSet;
        } else if (kind == HookKind::Notify && !recordersOf(node) && !node.extra().marks) {
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

/// Calls one hook. It runs outside of every function: reads are not tracked, effects that it makes belong to nothing,
/// and do not mount this store (rule 26). A cleanup that it returns waits for the unmount.
void callHook(Node &node, const HookPtr &hook, HookCall &call)
{
    const UntrackedScope untracked;
    Runtime &runtime = Runtime::current();
    const Restore<Node *> exempt(runtime.context.exempt, &node);
    const Restore<Sink *> owner(runtime.context.owner, nullptr);
    hook->function(call);
    if (call.cleanup) {
        node.lifecycle().cleanups.push_back({hook, std::move(call.cleanup)});
    }
}

} // namespace

/// Calls the hooks of one kind: a round. Hooks may add and remove hooks, so each next one is searched by its number.
///
/// 1. The hooks of nanostores that are there now are called, newest first, unless a hook before them has removed them.
///    One that is added meanwhile waits for the next round.
/// 2. Then those of nano_kit are called, oldest first. In a start or mount round, one that was added in the round
///    belongs to it and is called; in a stop round it is not (rule 23).
void runHooks(Node &node, HookKind kind, HookCall &call)
{
    Lifecycle &lifecycle = node.lifecycle();
    HookList &hooks = lifecycle.hooks[static_cast<std::size_t>(kind)];
    const Restore<bool> round(lifecycle.inRound, true);
    const std::uint64_t last = hooks.last();
    for (HookPtr hook = hooks.before(last + 1); hook; hook = hooks.before(hook->number)) {
        if (!hook->kit) {
            callHook(node, hook, call);
        }
    }
    const bool up = kind == HookKind::Start || kind == HookKind::Mount;
    for (HookPtr hook = hooks.after(0); hook && (up || hook->number <= last); hook = hooks.after(hook->number)) {
        if (hook->kit) {
            callHook(node, hook, call);
        }
    }
}

/// With mount hooks: whether they have run. Without: whether the store is observed, or in its unmount delay.
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

} // namespace nanostores::detail
