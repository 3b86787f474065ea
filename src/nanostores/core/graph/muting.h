// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <cstdint>
#include <type_traits>
#include <utility>

/// While time travel shows the past, views are notified, and the program's own listeners and effects are not.
namespace nanostores::detail {

/// A bit of Link::kind: the listener is not called. It stays in the list of its store, and may leave it meanwhile.
/// Heeded for stores that a probe follows: others notify their listeners in shorter ways.
inline constexpr std::uint32_t MutedLink = 512;
/// A bit of Link::kind: the listener is a view's, and is never muted.
inline constexpr std::uint32_t ViewLink = 1024;

/// The function of a listener or an effect that shows a store, as an adapter or a bound widget does.
template<typename F>
struct ViewFunction : F
{
    using IsView = void;
};
template<typename F>
struct ViewFunction<F *>
{
    using IsView = void;

    template<typename... Arguments>
    requires std::is_invocable_v<F *, Arguments...>
    decltype(auto) operator()(Arguments &&...arguments) const
    {
        return function(std::forward<Arguments>(arguments)...);
    }

    F *function;
};

template<typename F>
ViewFunction<F> forView(F f)
{
    return {std::move(f)};
}

template<typename F>
concept ShowsStores = requires { typename F::IsView; };

/// Of this thread: for what stands between a store and functions of both kinds.
NANOSTORES_CORE_EXPORT bool isMuted() noexcept;
NANOSTORES_CORE_EXPORT void beginMuted() noexcept;
NANOSTORES_CORE_EXPORT void endMuted() noexcept;

} // namespace nanostores::detail
