// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>

#include <array>
#include <cstddef>
#include <exception>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

/// A computed store, whose value a Base holds, with its listed sources and the edges to them.
template<typename Base, typename... Stores>
struct ListedOn : Base
{
    ListedOn(std::uint32_t nodeFlags, Stores... sources)
        : Base(Listed | nodeFlags)
        , stores(std::move(sources)...)
    {
        std::size_t i = 0;
        std::apply([&](const auto &...store) { ((edges[i++].source = store.node().get()), ...); }, stores);
        for (i = 0; i < edges.size(); ++i) {
            edges[i].sink = this;
            edges[i].nextSource = i + 1 < edges.size() ? &edges[i + 1] : nullptr;
        }
    }
    Edge *listedEdges() noexcept override { return edges.data(); }
    template<typename F>
    decltype(auto) applyTo(F &function) const
    {
        return std::apply([&](const auto &...store) -> decltype(auto) { return function(store.node()->current()...); },
                          stores);
    }

    std::tuple<Stores...> stores;
    std::array<Edge, sizeof...(Stores)> edges;
};
template<typename T, typename... Stores>
using ListedNode = ListedOn<ComputedNode<T>, Stores...>;

template<typename T, typename F, typename... Stores>
struct ListedComputed final : ListedNode<T, Stores...>
{
    ListedComputed(std::uint32_t nodeFlags, F f, Stores... sources)
        : ListedNode<T, Stores...>(nodeFlags, std::move(sources)...)
        , function(std::move(f))
    {
    }
    T evaluate() override { return this->applyTo(function); }

    [[no_unique_address]] F function;
};

template<typename T, typename F>
struct TrackedComputed final : ComputedNode<T>
{
    explicit TrackedComputed(F f)
        : ComputedNode<T>(0)
        , function(std::move(f))
    {
    }
    T evaluate() override { return function(); }
    bool compute(OldValue *&past) override { return this->settle(T(function()), past); }

    [[no_unique_address]] F function;
};

} // namespace detail

/// A store whose value a function derives from other stores. It has no set().
///
/// The function is lazy: it runs when the store is read or observed and a source has changed, at most once a write or
/// batch, whatever the shape of the graph. An equal result does not notify. If it throws, the last good
/// value stays, and it runs again when a source changes; without a good value every read throws.
template<typename T>
class Computed : public Store<detail::ComputedNode<T>>
{
    using Base = Store<detail::ComputedNode<T>>;

public:
    explicit Computed(detail::Ref<detail::ComputedNode<T>> node) noexcept
        : Base(std::move(node))
    {
    }

    Computed named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
};

namespace detail {

/// What a function that returns a Task makes: see task.h.
template<typename R, typename F, typename... Stores>
struct AsyncFactory;

template<typename R>
inline constexpr bool isAsync = requires { typename R::promise_type; };

template<typename F, typename... Stores>
auto makeComputed(std::uint32_t flags, F f, Stores... stores)
{
    static_assert(std::is_invocable_v<F &, const typename Stores::value_type &...>,
                  "the function of a computed store takes the value of each listed store, in that order");
    using T = std::decay_t<std::invoke_result_t<F &, const typename Stores::value_type &...>>;
    static_assert(!std::is_void_v<T>,
                  "the function of a computed store returns its value; for side effects use effect()");
    if constexpr (isAsync<T>) {
        return AsyncFactory<T, F, Stores...>::make(std::move(f), std::move(stores)...);
    } else {
        auto *node = new ListedComputed<T, F, Stores...>(flags, std::move(f), std::move(stores)...);
        return Computed<T>(Ref<ComputedNode<T>>::adopt(node));
    }
}

template<typename Make, typename Tuple, std::size_t... I>
auto lastFirst(Make make, Tuple &&all, std::index_sequence<I...>)
{
    return make(std::get<sizeof...(I)>(std::forward<Tuple>(all)), std::get<I>(std::forward<Tuple>(all))...);
}

template<typename... Args>
inline constexpr bool storesThenFunction = false;
template<typename F>
inline constexpr bool storesThenFunction<F> = !AnyStore<F>;
template<typename S, typename... Rest>
requires(sizeof...(Rest) > 0)
inline constexpr bool storesThenFunction<S, Rest...> = AnyStore<S> && storesThenFunction<Rest...>;

} // namespace detail

/// computed(a, b, f): derives from the listed stores; f gets their values, by const reference. From nanostores.
///
/// If f returns a Task<T> (task.h), the store holds a std::optional<T>: the result for the latest values; one that
/// arrives late, after they have changed again, is dropped.
template<AnyStore First, typename... Rest>
requires detail::storesThenFunction<Rest...>
[[nodiscard]] auto computed(First first, Rest... rest)
{
    return detail::lastFirst(
        [](auto f, auto... stores) { return detail::makeComputed(0u, std::move(f), std::move(stores)...); },
        std::tuple<First, Rest...>(std::move(first), std::move(rest)...), std::make_index_sequence<sizeof...(Rest)>());
}

/// batched(a, b, f): as computed(a, b, f), but runs once for all changes of one turn of the event loop, and notifies
/// then. A read by get() does not wait for that. From nanostores.
template<AnyStore First, typename... Rest>
requires detail::storesThenFunction<Rest...>
[[nodiscard]] auto batched(First first, Rest... rest)
{
    return detail::lastFirst(
        [](auto f, auto... stores) {
            return detail::makeComputed(detail::Batched, std::move(f), std::move(stores)...);
        },
        std::tuple<First, Rest...>(std::move(first), std::move(rest)...), std::make_index_sequence<sizeof...(Rest)>());
}

namespace detail {

template<typename T, typename F>
struct FoldingComputed final : ComputedNode<T>
{
    explicit FoldingComputed(F f)
        : ComputedNode<T>(0)
        , function(std::move(f))
    {
    }
    T evaluate() override { return function(this->value ? &*this->value : nullptr); }

    [[no_unique_address]] F function;
};

} // namespace detail

/// computed<T>(f): as computed(f), where f is given a pointer to the value before, null at first, to build on.
template<typename T, typename F>
requires std::is_invocable_r_v<T, F &, const T *>
[[nodiscard]] Computed<T> computed(F f)
{
    return Computed<T>(detail::Ref<detail::ComputedNode<T>>::adopt(new detail::FoldingComputed<T, F>(std::move(f))));
}

/// computed(f): derives from whatever stores f reads by calling them, as in `a() + b()`. A branch that is no longer
/// read drops its sources. From nano_kit.
template<typename F>
requires(std::is_invocable_v<F &> && !AnyStore<F>)
[[nodiscard]] auto computed(F f)
{
    using T = std::decay_t<std::invoke_result_t<F &>>;
    static_assert(!std::is_void_v<T>,
                  "the function of a computed store returns its value; for side effects use effect()");
    return Computed<T>(detail::Ref<detail::ComputedNode<T>>::adopt(new detail::TrackedComputed<T, F>(std::move(f))));
}

} // namespace nanostores
