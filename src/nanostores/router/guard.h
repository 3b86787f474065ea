// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/task.h>
#include <nanostores/router/detail/routercore.h>
#include <nanostores/router/export.h>
#include <nanostores/router/page.h>

#include <memory>
#include <type_traits>
#include <utility>

namespace nanostores {

/// Keeps a guard of a router at work; takes it away when destroyed. Move-only.
class NANOSTORES_ROUTER_EXPORT RouterGuard
{
public:
    RouterGuard() noexcept = default;
    RouterGuard(std::weak_ptr<detail::RouterCore> router, std::shared_ptr<detail::Guard> guard) noexcept;
    RouterGuard(RouterGuard &&other) noexcept;
    RouterGuard &operator=(RouterGuard &&other) noexcept;
    ~RouterGuard();

    /// Takes it away now. A request that waits for its answer goes on waiting.
    void reset() noexcept;
    /// Leaves it at work as long as the router lives.
    void detach() noexcept { m_guard.reset(); }
    explicit operator bool() const noexcept { return m_guard != nullptr; }

private:
    std::weak_ptr<detail::RouterCore> m_router;
    std::shared_ptr<detail::Guard> m_guard;
};

namespace detail {

template<typename F>
decltype(auto) askGuard(F &f, const Page &next, const Page &current)
{
    if constexpr (std::is_invocable_v<F &, const Page &, const Page &>) {
        return f(next, current);
    } else if constexpr (std::is_invocable_v<F &, const Page &>) {
        return f(next);
    } else {
        static_assert(std::is_invocable_v<F &>,
                      "a guard takes nothing, the next page, or the next and the present one");
        return f();
    }
}

} // namespace detail

/// Asks f(next, current) before the router leaves its page, by whatever way: open(), a link, back(). f returns bool or
/// a Task<bool>, and false leaves the page and the history as they are. Until a task has ended, the page waits in
/// pending(); a later request supersedes it. Guards are asked in the order they were added, each if those before said
/// yes; then the onSet() hooks of page() are. restoreState() asks the hooks only.
///
/// What f throws leaves open(), and what its task throws goes to the error handler: the page is not left. A coroutine
/// takes its pages by value, since it may run longer than the call.
template<typename R, typename F>
[[nodiscard]] RouterGuard guard(const R &router, F f)
{
    const auto &core = router.core();
    auto function = [f = std::move(f)](const Page &next, const Page &current) mutable -> Task<bool> {
        if constexpr (std::is_convertible_v<decltype(detail::askGuard(f, next, current)), bool>) {
            auto state = std::make_shared<detail::TaskState<bool>>();
            state->value = static_cast<bool>(detail::askGuard(f, next, current));
            return Task<bool>(std::move(state));
        } else {
            return detail::askGuard(f, next, current);
        }
    };
    return RouterGuard(core, core->addGuard(std::move(function)));
}

} // namespace nanostores
