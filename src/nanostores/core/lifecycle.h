// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/duration.h>
#include <nanostores/core/detail/traits.h>
#include <nanostores/core/effect.h>
#include <nanostores/core/map.h>
#include <nanostores/core/record.h>
#include <nanostores/core/store.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <typeindex>
#include <utility>

namespace nanostores {

/// Takes a lifecycle hook away when called; a second call does nothing. Dropping it leaves the hook where it is.
class Unbind
{
public:
    Unbind() = default;
    Unbind(const detail::HookPtr &hook, detail::Node *node, detail::HookKind kind)
        : m_hook(hook)
        , m_node(node)
        , m_kind(kind)
    {
    }
    void operator()() const
    {
        if (const auto hook = m_hook.lock()) { // the hook lives as long as its store
            detail::removeHook(*m_node, m_kind, hook);
        }
        if (const auto hook = m_opposite.lock()) {
            detail::removeHook(
                *m_node, m_kind == detail::HookKind::Start ? detail::HookKind::Stop : detail::HookKind::Start, hook);
        }
    }
    /// Takes the hook of the opposite end away with this one.
    void addOpposite(const detail::HookPtr &hook) { m_opposite = hook; }

private:
    std::weak_ptr<detail::Hook> m_hook;
    std::weak_ptr<detail::Hook> m_opposite;
    detail::Node *m_node = nullptr;
    detail::HookKind m_kind = detail::HookKind::Start;
};

/// What hooks have in common: the store they belong to, and a payload that the hooks of one round share.
template<typename S>
class HookEvent
{
public:
    explicit HookEvent(detail::HookCall &call) noexcept
        : m_call(call)
    {
    }

    /// The store. A hook should take it from here: a handle captured by its own store's hook keeps it for ever.
    S store() const
    requires AnyStore<S>
    {
        using Node = typename S::node_type;
        return S(detail::Ref<Node>::share(static_cast<Node *>(m_call.node)));
    }
    /// One object of each type for all hooks of this round, made when first asked for.
    template<typename T>
    T &shared()
    {
        for (auto &[type, object] : m_call.shared) {
            if (type == typeid(T)) {
                return *static_cast<T *>(object.get());
            }
        }
        m_call.shared.emplace_back(typeid(T), std::make_shared<T>());
        return *static_cast<T *>(m_call.shared.back().second.get());
    }

protected:
    detail::HookCall &m_call;
};

/// What onMount(), onStart() and onStop() call a function with that takes it: the store, and what the hooks share.
template<typename S>
using MountEvent = HookEvent<S>;

namespace detail {

template<typename S>
struct SetCallFor
{
    using type = SetCall<typename S::value_type>;
};
template<typename K, typename V>
struct SetCallFor<Map<K, V>>
{
    using type = MapSetCall<K, V>;
};
template<typename S>
requires(requires { typename S::node_type::SetCallType; })
struct SetCallFor<S>
{
    using type = typename S::node_type::SetCallType;
};

} // namespace detail

/// A write that is about to happen. All hooks are called, also after one has aborted.
template<typename S>
class SetEvent : public HookEvent<S>
{
    using Call = typename detail::SetCallFor<S>::type;

public:
    using HookEvent<S>::HookEvent;

    /// The value the store would get. Of a map whose key is set, and of a list that is edited, it is built when first
    /// asked for; see newKeyValue() and edit().
    const typename S::value_type &newValue()
    {
        if constexpr (detail::isMap<S>) {
            if (call().changed) {
                if (!call().built) {
                    call().built = *call().current;
                    if (*call().keyValue) {
                        call().built->insert(*call().changed, **call().keyValue);
                    } else {
                        call().built->remove(*call().changed);
                    }
                }
                return *call().built;
            }
        }
        if constexpr (requires { call().next(); }) {
            return call().next();
        }
        return *call().newValue;
    }
    /// Has the store take another value instead. Throws std::logic_error where a map's key is set: see replaceKey().
    void replace(typename S::value_type value)
    {
        if constexpr (detail::isMap<S>) {
            if (call().changed) {
                throw std::logic_error("nanostores: replace() in an onSet() of a map whose key is set; "
                                       "replaceKey() gives the key another value");
            }
        }
        if constexpr (requires { call().replace(std::move(value)); }) {
            call().replace(std::move(value));
            return;
        }
        *call().newValue = std::move(value);
        if constexpr (requires { call().replaced; }) {
            call().replaced = true;
        }
    }
    /// Leaves the store as it is.
    void abort() noexcept { this->m_call.aborted = true; }

    /// Keyed stores: the key that is set; null when the whole value is.
    const auto *changed() const
    requires KeyedStore<S>
    {
        return static_cast<const Call &>(this->m_call).changed;
    }
    /// Maps, with changed(): the key's new value; null when it is removed.
    const auto *newKeyValue() const
    requires(detail::isMap<S>)
    {
        const auto &mine = static_cast<const Call &>(this->m_call);
        return mine.keyValue && *mine.keyValue ? &**mine.keyValue : nullptr;
    }
    /// Maps, with changed(): has the key take another value instead.
    template<typename V>
    requires(detail::isMap<S>)
    void replaceKey(V value)
    {
        *call().keyValue = std::move(value);
        call().built.reset();
    }

    /// Lists: what is done to the list; null when all of it is set.
    const auto *edit() const
    requires(requires(const Call &call) { call.edit; })
    {
        return static_cast<const Call &>(this->m_call).edit;
    }

private:
    Call &call() noexcept { return static_cast<Call &>(this->m_call); }
};

/// A notification that is about to happen.
template<typename S>
class NotifyEvent : public HookEvent<S>
{
public:
    using HookEvent<S>::HookEvent;

    /// The value before, or null where there is none: after notify(). Of a map whose key was set it is built when first
    /// asked for.
    const typename S::value_type *oldValue() const { return node().oldValue(detail::notifyOldValue(this->m_call)); }
    /// Keyed stores: the key that was set; null when the whole value was, and after notify().
    const auto *changed() const
    requires KeyedStore<S>
    {
        return node().changedKey(detail::notifyOldValue(this->m_call));
    }
    /// Keeps the listeners from being notified. The value stays set, and reading a computed store sees it.
    void abort() noexcept { this->m_call.aborted = true; }

private:
    const auto &node() const { return static_cast<const typename S::node_type &>(*this->m_call.node); }
};

namespace detail {

/// nano_kit's handles say so; their hooks run oldest first, and late ones at once.
template<typename S>
inline constexpr bool isKit = requires { requires S::isKit; };

template<typename S, template<typename> typename Event, typename F>
Unbind addEventHook(const S &store, HookKind kind, F f)
{
    static_assert(std::is_invocable_v<F &, Event<S> &> || std::is_invocable_v<F &>,
                  "a hook takes nothing, or its event by reference");
    HookPtr hook = addHook(
        *store.node(), kind,
        [f = std::move(f)](HookCall &call) mutable {
            if constexpr (std::is_invocable_v<F &, Event<S> &>) {
                Event<S> event(call);
                f(event);
            } else {
                f();
            }
        },
        isKit<S>);
    return Unbind(hook, store.node().get(), kind);
}

template<typename S, typename F>
std::unique_ptr<Cleanup> callWithEvent(F &f, HookCall &call)
{
    if constexpr (std::is_invocable_v<F &, HookEvent<S> &>) {
        HookEvent<S> event(call);
        return callForCleanup(f, event);
    } else {
        static_assert(std::is_invocable_v<F &>, "a hook takes nothing, or its event by reference");
        return callForCleanup(f);
    }
}

/// A start or stop hook, whose cleanup, if it returns one, runs at the opposite end.
template<typename S, typename F>
Unbind addEndHook(const S &store, HookKind kind, F f)
{
    auto pending = std::make_shared<std::unique_ptr<Cleanup>>();
    const HookPtr opposite = addHook(
        *store.node(), kind == HookKind::Start ? HookKind::Stop : HookKind::Start,
        [pending](HookCall &) {
            if (const auto cleanup = std::move(*pending)) {
                cleanup->run();
            }
        },
        isKit<S>);
    HookPtr hook;
    try {
        hook = addHook(
            *store.node(), kind,
            [f = std::move(f), pending](HookCall &call) mutable { *pending = callWithEvent<S>(f, call); }, isKit<S>);
    } catch (...) {
        removeHook(*store.node(), kind == HookKind::Start ? HookKind::Stop : HookKind::Start, opposite);
        throw;
    }
    Unbind unbind(hook, store.node().get(), kind);
    unbind.addOpposite(opposite);
    return unbind;
}

} // namespace detail

/// Runs f when the store gets its first observer; what f returns, if it can be called, when the store unmounts: its
/// unmount delay after the last observer has left. f takes nothing or a MountEvent. Newest hook first.
///
/// Observers are listeners, effects, observed computed stores, bindings and adapters. From nanostores' onMount().
template<NodeHandle S, typename F>
Unbind onMount(const S &store, F f)
{
    const detail::HookPtr hook = detail::addHook(
        *store.node(), detail::HookKind::Mount,
        [f = std::move(f)](detail::HookCall &call) mutable { call.cleanup = detail::callWithEvent<S>(f, call); },
        detail::isKit<S>);
    return Unbind(hook, store.node().get(), detail::HookKind::Mount);
}

/// How long a store stays mounted after its last observer has left, unless setUnmountDelay() says otherwise: 1 s.
inline constexpr std::chrono::milliseconds STORE_UNMOUNT_DELAY = detail::DefaultUnmountDelay;

/// How long a store stays mounted after its last observer has left: STORE_UNMOUNT_DELAY unless set here. 0 means
/// the next turn of the event loop. Takes effect when the last observer leaves the next time.
template<NodeHandle S>
void setUnmountDelay(const S &store, std::chrono::milliseconds delay)
{
    detail::setUnmountDelay(*store.node(), delay);
}

/// The same with the store's unmount delay.
template<NodeHandle S, typename F>
Unbind onMount(const S &store, F f, std::chrono::milliseconds delay)
{
    setUnmountDelay(store, delay);
    return onMount(store, std::move(f));
}

/// Runs f when the first observer arrives, each time. f takes nothing or a HookEvent; what it returns, if it can be
/// called, runs when the last observer leaves.
template<NodeHandle S, typename F>
Unbind onStart(const S &store, F f)
{
    return detail::addEndHook(store, detail::HookKind::Start, std::move(f));
}

/// Runs f as soon as the last observer has left, with no delay. f takes nothing or a HookEvent; what it returns, if it
/// can be called, runs when the next first observer arrives.
template<NodeHandle S, typename F>
Unbind onStop(const S &store, F f)
{
    return detail::addEndHook(store, detail::HookKind::Stop, std::move(f));
}

/// Runs f before a write, with a SetEvent: it may abort it or replace the value. It runs for equal values, too.
template<WritableStore S, typename F>
Unbind onSet(const S &store, F f)
{
    return detail::addEventHook<S, SetEvent>(store, detail::HookKind::Set, std::move(f));
}

/// Runs f after a change and before the listeners, with a NotifyEvent: it may abort the notification.
template<WritableStore S, typename F>
Unbind onNotify(const S &store, F f)
{
    return detail::addEventHook<S, NotifyEvent>(store, detail::HookKind::Notify, std::move(f));
}

/// Whether the mount hooks have run and their cleanups have not; of a store without them, whether it is observed.
template<NodeHandle S>
[[nodiscard]] bool isMounted(const S &store) noexcept
{
    return detail::isMounted(*store.node());
}

} // namespace nanostores
