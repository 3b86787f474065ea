// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/scriptbridge.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/write.h>
#include <nanostores/script/detail/nodes.h>
#include <nanostores/script/detail/scriptguard.h>

#include <cmath>
#include <utility>

/// What façades ask the graph for: writes, listeners, the lifecycle of their stores.
namespace nanostores::detail {

namespace {

/// What a mount hook of JavaScript leaves behind: the façade knows its cleanups.
struct MountCleanup final : Cleanup
{
    explicit MountCleanup(Handle *h)
        : handle(h)
    {
    }
    void run() override
    {
        if (ScriptBridge *const bridge = handle ? handle->bridge() : nullptr) {
            bridge->runHook(handle, 3);
        }
    }

    QPointer<Handle> handle;
};

} // namespace

// Writing

OldValue *ScriptBridge::newOldValue(const Handle *handle)
{
    int slot = m_oldValues;
    if (m_freeOldValues.empty()) {
        ++m_oldValues;
    } else {
        slot = m_freeOldValues.back();
        m_freeOldValues.pop_back();
    }
    ++m_oldValuesLeft;
    auto *past = new ScriptOldValue(this, slot);
    call(Stash, handle, slot);
    return past;
}

void ScriptBridge::releaseOldValue(int slot)
{
    m_freeOldValues.push_back(slot);
    --m_oldValuesLeft;
}

/// What old values JavaScript still keeps under numbers that are free is let go.
void ScriptBridge::settle()
{
    m_oldValues = 0;
    m_freeOldValues.clear();
    call(ForgetOldValues, QJSValueList());
}

bool ScriptBridge::assume(const Handle *handle, const QJSValue &value)
{
    return call(Assume, {wrapperOf(handle), value}) != 0;
}

bool ScriptBridge::isSame(const QJSValue &a, const QJSValue &b)
{
    if (!a.isNumber() || !b.isNumber()) {
        return a.strictlyEquals(b);
    }
    const double x = a.toNumber();
    const double y = b.toNumber();
    return std::isnan(x) ? std::isnan(y) : x == y && std::signbit(x) == std::signbit(y);
}

void ScriptBridge::changed(int id)
{
    Handle *const target = handle(id);
    Node *const node = target->node();
    const bool nested = !idle();
    guarded([&] {
        m_writing = node;
        WriteProbe probe(*node);
        m_writing = nullptr;
        const Link *first = node->sinks;
        OldValue *past = nullptr;
        if (node->has(WantsOldValue) && first && (first->next || nested)) {
            past = newOldValue(target); // another write may come before the last listener is called
        }
        auto *signal = node->has(HasEdges) && !node->has(Computing) ? static_cast<ScriptSignal *>(node) : nullptr;
        if (!signal) {
            node->changed(past);
            probe.ended(Outcome::Changed);
            return;
        }
        const std::uint32_t mine = ++signal->writes;
        const bool clean = !node->has(Dirty);
        if (clean) {
            signal->keepsSeen = nested;
            if (nested) {
                call(Differs, target, 1); // JavaScript keeps the value that the sinks have seen
            }
        }
        node->changed(past);
        if (clean && !nested && node->has(Dirty) && signal->writes == mine) {
            signal->keepsSeen = true; // not read yet: the write may be reverted
            call(Differs, target, 1);
        }
        probe.ended(Outcome::Changed);
    });
}

void ScriptBridge::notify(int id)
{
    Handle *const target = handle(id);
    Node *const node = target->node();
    const bool nested = !idle();
    guarded([&] {
        const Link *first = node->sinks;
        node->notifyNow(node->has(WantsOldValue) && first && (first->next || nested) ? newOldValue(target) : nullptr);
    });
}

/// Takes a change whose notification a hook has aborted: reads see the new value all the same.
void ScriptBridge::withhold(int id)
{
    Handle *const target = handle(id);
    constexpr std::uint32_t bit = 1u << static_cast<int>(HookKind::Notify);
    if (!(target->m_hooks & bit)) {
        target->m_hooks |= bit;
        addHook(*target->node(), HookKind::Notify, [this](HookCall &hookCall) {
            hookCall.aborted = std::exchange(m_withholding, false) || hookCall.aborted;
        });
    }
    m_withholding = true;
    guarded([&] {
        m_writing = target->node();
        WriteProbe probe(*target->node());
        m_writing = nullptr;
        target->node()->changed(nullptr);
        probe.ended(Outcome::Changed);
    });
    m_withholding = false;
}

/// A write ended without a new value: for the probe alone.
void ScriptBridge::unchanged(int id, bool aborted)
{
    WriteProbe probe(*handle(id)->node());
    probe.ended(aborted ? Outcome::Aborted : Outcome::Equal);
}

/// A store of JavaScript has no node before something refers to it. While a probe follows all stores, it has one from
/// the start; stores that were made before have one from their next write on.
void ScriptBridge::followed(bool all) noexcept
{
    if (m_callbacks[Follow].isCallable() && !m_closed) {
        try {
            call(Follow, {QJSValue(all)});
        } catch (...) {
            // the engine is at its end
        }
    }
}

void ScriptBridge::arrived(int id)
{
    Handle *const target = handle(id);
    guarded([&] {
        auto *node = static_cast<Sink *>(target->node());
        deliver(node, node->has(WantsOldValue) ? newOldValue(target) : nullptr);
    });
}

void ScriptBridge::invalidate(int id)
{
    guarded([&] { nanostores::detail::invalidate(static_cast<Sink *>(handle(id)->node())); });
}

// Listening

int ScriptBridge::listen(int id)
{
    Handle *const target = handle(id);
    auto &listeners = target->m_listeners;
    int number = static_cast<int>(listeners.size());
    if (target->m_freeListeners.empty()) {
        listeners.push_back(nullptr);
    } else {
        number = target->m_freeListeners.back();
        target->m_freeListeners.pop_back();
    }
    auto *listener = new ScriptListener(target, number);
    try {
        attachListener(*target->node(), listener, WantsOldValue);
        target->m_listeners[static_cast<std::size_t>(number)] = listener;
    } catch (...) {
        target->m_freeListeners.push_back(number);
        raise(std::current_exception());
    }
    return number;
}

void ScriptBridge::unlisten(int id, int listener)
{
    Handle *const target = handle(id);
    if (Listener *present = std::exchange(target->m_listeners[static_cast<std::size_t>(listener)], nullptr)) {
        removeListener(present);
        target->m_freeListeners.push_back(listener);
    }
}

int ScriptBridge::observers(int id) const
{
    const Node *node = handle(id)->node();
    if (node->has(Computing)) {
        return static_cast<int>(static_cast<const Sink *>(node)->live);
    }
    int count = 0;
    for (const Link *link = node->sinks; link; link = link->next) {
        count += (link->kind & Link::Counted) != 0;
    }
    return count;
}

// Lifecycle

bool ScriptBridge::isMounted(int id) const
{
    return nanostores::detail::isMounted(*handle(id)->node());
}

void ScriptBridge::hook(int id, int kind, bool kit)
{
    Handle *const target = handle(id);
    const std::uint32_t bit = 1u << kind;
    if (target->m_hooks & bit) {
        return;
    }
    target->m_hooks |= bit;
    guarded([&] {
        addHook(
            *target->node(), static_cast<HookKind>(kind),
            [handle = QPointer<Handle>(target), kind](HookCall &hookCall) {
                if (!handle || !handle->bridge()) {
                    return;
                }
                if (kind == static_cast<int>(HookKind::Mount)) {
                    hookCall.cleanup = std::make_unique<MountCleanup>(handle.data());
                }
                handle->bridge()->runHook(handle, kind);
            },
            kit);
    });
}

void ScriptBridge::runHook(const Handle *handle, int kind)
{
    if (!m_closed && wrapperOf(handle).isQObject()) { // the collector has not come for it
        apart([&] { call(RunHook, handle, kind); });
    }
}

void ScriptBridge::setDelay(int id, int milliseconds)
{
    setUnmountDelay(*handle(id)->node(), std::chrono::milliseconds(milliseconds));
}

void ScriptBridge::clean(int id)
{
    Handle *const target = handle(id);
    guarded([&] { target->node()->clean(); });
    for (std::size_t i = 0; i < target->m_listeners.size(); ++i) {
        if (target->m_listeners[i]) {
            unlisten(id, static_cast<int>(i));
        }
    }
    if (target->node()->has(Computing)) {
        target->node()->flags = (target->node()->flags | Dirty) & ~std::uint32_t{Evaluated};
    }
}

} // namespace nanostores::detail
