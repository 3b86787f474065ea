// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/effect.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/core/scope.h>
#include <nanostores/core/signal.h>
#include <nanostores/core/tracking.h>
#include <nanostores/kit/detail/engine.h>

#include <type_traits>
#include <utility>

namespace nanostores::kit {

namespace internal {

class ExemptScope
{
public:
    explicit ExemptScope(Node *node) noexcept
        : m_previous(exchangeExempt(node))
    {
    }
    ExemptScope(const ExemptScope &) = delete;
    ExemptScope &operator=(const ExemptScope &) = delete;
    ~ExemptScope() { exchangeExempt(m_previous); }

private:
    Node *m_previous;
};

} // namespace internal

/// Marks a store as having a lifecycle, and returns it. Every store can have hooks here; isMountable() returns the
/// mark.
template<NodeHandle S>
S mountable(S store)
{
    store.node()->lifecycle();
    store.node()->flags |= internal::Observable;
    return store;
}

/// Whether the store was marked by mountable() or has lifecycle hooks.
template<NodeHandle S>
[[nodiscard]] bool isMountable(const S &store) noexcept
{
    return store.node()->has(internal::Observable);
}

/// Calls f(true) when the first observer arrives and f(false) when the last one has left, without delay.
template<NodeHandle S, typename F>
Unbind onMounted(const S &store, F f)
{
    auto shared = std::make_shared<F>(std::move(f));
    const auto down = internal::addHook(
        *store.node(), internal::HookKind::Stop, [shared](internal::HookCall &) { (*shared)(false); }, true);
    const auto up = internal::addHook(
        *store.node(), internal::HookKind::Start, [shared](internal::HookCall &) { (*shared)(true); }, true);
    Unbind unbind(up, store.node().get(), internal::HookKind::Start);
    unbind.addOpposite(down);
    return unbind;
}

/// Keeps a store observed until the subscription ends.
template<Accessor A>
[[nodiscard]] Subscription start(A accessor)
{
    return effect([accessor = std::move(accessor)] { static_cast<void>(accessor()); });
}

/// Observes a store for a moment, so that its start hooks run, and returns its value.
template<Accessor A>
AccessorValue<A> exec(const A &accessor)
{
    start(accessor).reset();
    return untracked([&] { return AccessorValue<A>(accessor()); });
}

/// An effect that runs while the store is mounted.
template<NodeHandle S, typename F>
Unbind onMountEffect(const S &store, F f)
{
    return onMount(store, [f = std::move(f)] {
        auto running = std::make_shared<Subscription>(effect(f));
        return [running] { running->reset(); };
    });
}

/// An effectScope() that lives while the store is mounted.
template<NodeHandle S, typename F>
Unbind onMountEffectScope(const S &store, F f)
{
    return onMount(store, [f = std::move(f)] {
        auto running = std::make_shared<Subscription>(effectScope(f));
        return [running] { running->reset(); };
    });
}

/// Effects made inside f read this store without mounting it. f's result is returned.
template<NodeHandle S, typename F>
decltype(auto) noMount(const S &store, F &&f)
{
    const internal::ExemptScope scope(store.node().get());
    return std::forward<F>(f)();
}

/// Calls f with the value now and after each change. The accessor is tracked, f is not.
template<Accessor A, typename F>
[[nodiscard]] Subscription subscribe(A accessor, F f)
{
    return effect([accessor = std::move(accessor), f = std::move(f)]() mutable {
        decltype(auto) value = accessor();
        const internal::UntrackedScope untracked;
        f(value);
    });
}

/// Calls f with the value after each change.
template<Accessor A, typename F>
[[nodiscard]] Subscription listen(A accessor, F f)
{
    return effect([accessor = std::move(accessor), f = std::move(f)](bool warmup) mutable {
        decltype(auto) value = accessor();
        if (!warmup) {
            const internal::UntrackedScope untracked;
            f(value);
        }
    });
}

/// As listen(), but does not mount the store, nor, through it, its sources.
template<NodeHandle S, typename F>
requires Accessor<S>
[[nodiscard]] Subscription observe(S store, F f)
{
    const internal::ExemptScope scope(store.node().get());
    return listen(store, std::move(f));
}

/// subscribe() to an accessor; of a plain value, f is called with it, once.
template<typename V, typename F>
Subscription subscribeAny(V &&valueOrAccessor, F f)
{
    if constexpr (Accessor<std::decay_t<V>>) {
        return subscribe(std::decay_t<V>(std::forward<V>(valueOrAccessor)), std::move(f));
    } else {
        f(std::forward<V>(valueOrAccessor));
        return {};
    }
}

} // namespace nanostores::kit
