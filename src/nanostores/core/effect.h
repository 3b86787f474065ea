// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/graph/effectnode.h>

#include <array>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

template<typename F>
struct CleanupOf final : Cleanup
{
    void run() override { (*function)(); }
    std::optional<F> function;
};

/// Calls the function and wraps what it returns, if that can be called, as a cleanup.
template<typename F, typename... Args>
std::unique_ptr<Cleanup> callForCleanup(F &function, Args &&...args)
{
    using R = std::invoke_result_t<F &, Args...>;
    if constexpr (std::is_void_v<R>) {
        function(std::forward<Args>(args)...);
        return nullptr;
    } else {
        using C = std::decay_t<R>;
        static_assert(std::is_invocable_v<C &>, "an effect or a mount hook returns nothing, or its cleanup: a function "
                                                "without parameters");
        auto cleanup = std::make_unique<CleanupOf<C>>(); // before: a cleanup for which there is no place would be lost
        cleanup->function.emplace(function(std::forward<Args>(args)...));
        if constexpr (std::is_constructible_v<bool, const C &> && !std::is_empty_v<C>) {
            if (!static_cast<bool>(*cleanup->function)) {
                return nullptr;
            }
        }
        return cleanup;
    }
}

template<typename F>
inline constexpr std::uint32_t ViewFlag = ShowsStores<F> ? std::uint32_t{ViewEffect} : 0;

template<typename F>
struct TrackedEffect final : EffectNode
{
    explicit TrackedEffect(F f)
        : EffectNode(ViewFlag<F>)
        , function(std::move(f))
    {
    }
    std::unique_ptr<Cleanup> body() override
    {
        if constexpr (std::is_invocable_v<F &>) {
            return callForCleanup(function);
        } else {
            return callForCleanup(function, !has(Evaluated));
        }
    }

    [[no_unique_address]] F function;
};

template<typename F, typename... Stores>
struct ListedEffect final : EffectNode
{
    ListedEffect(F f, Stores... listed)
        : EffectNode(Listed | ViewFlag<F>)
        , stores(std::move(listed)...)
        , function(std::move(f))
    {
        std::size_t i = 0;
        std::apply([&](const auto &...store) { ((edges[i++].source = store.node().get()), ...); }, stores);
        for (i = 0; i < edges.size(); ++i) {
            edges[i].sink = this;
            edges[i].nextSource = i + 1 < edges.size() ? &edges[i + 1] : nullptr;
        }
    }
    std::unique_ptr<Cleanup> body() override
    {
        return std::apply([this](const auto &...store) { return callForCleanup(function, store.node()->current()...); },
                          stores);
    }
    Edge *listedEdges() noexcept override { return edges.data(); }

    std::tuple<Stores...> stores;
    [[no_unique_address]] F function;
    std::array<Edge, sizeof...(Stores)> edges;
};

template<typename F, typename... Stores>
[[nodiscard]] Subscription makeEffect(F f, Stores... stores)
{
    static_assert(std::is_invocable_v<F &, const typename Stores::value_type &...>,
                  "the function of an effect takes the value of each listed store, in that order");
    auto *node = new ListedEffect<F, Stores...>(std::move(f), std::move(stores)...);
    Subscription subscription{static_cast<EffectNode *>(node)};
    node->adoptByOwner();
    startListedEffect(*node);
    return subscription;
}

} // namespace detail

/// effect(a, b, f): runs f with the values of the listed stores, now and after each change of one of them. From
/// nanostores.
///
/// f may return a cleanup, which runs before the next run and at the end. If the first run throws, nothing stays.
template<AnyStore First, typename... Rest>
requires detail::storesThenFunction<Rest...>
[[nodiscard]] Subscription effect(First first, Rest... rest)
{
    return detail::lastFirst(
        [](auto f, auto... stores) { return detail::makeEffect(std::move(f), std::move(stores)...); },
        std::tuple<First, Rest...>(std::move(first), std::move(rest)...), std::make_index_sequence<sizeof...(Rest)>());
}

/// effect(f): runs f now and whenever a store has changed that it read by calling it, as in `count()`. From nano_kit.
///
/// An effect made inside another effect, or in an effectScope(), ends when that one runs again or ends. f may take a
/// bool that is true in the first run.
template<typename F>
requires((std::is_invocable_v<F &> || std::is_invocable_v<F &, bool>) && !AnyStore<F>)
[[nodiscard]] Subscription effect(F f)
{
    auto *node = new detail::TrackedEffect<F>(std::move(f));
    Subscription subscription{static_cast<detail::EffectNode *>(node)};
    node->adoptByOwner();
    node->start();
    return subscription;
}

} // namespace nanostores
