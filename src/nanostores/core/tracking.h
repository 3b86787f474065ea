// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>

#include <type_traits>
#include <utility>

/// What functions read, and whether it is tracked.
namespace nanostores {

/// Something that is read by calling it: a store, or any function without parameters that returns a value.
template<typename A>
concept Accessor = std::is_invocable_v<const A &> && !std::is_void_v<std::invoke_result_t<const A &>>;

/// What an accessor returns, by value.
template<Accessor A>
using AccessorValue = std::decay_t<std::invoke_result_t<const A &>>;

/// Runs f without tracking: what it reads does not become a source of the computed store or effect around it.
template<typename F>
decltype(auto) untracked(F &&f)
{
    const detail::UntrackedScope scope;
    return std::forward<F>(f)();
}

/// Takes the stores that f reads as changed: what depends on them runs again. For values changed in place.
template<typename F>
requires(std::is_invocable_v<F &>)
void trigger(F &&f)
{
    {
        const detail::UntrackedScope untracked;
        struct Collect
        {
            bool done = false;
            Collect() { detail::beginCollect(); }
            ~Collect()
            {
                if (!done) {
                    detail::endCollect(false);
                }
            }
        } collect;
        static_cast<void>(f());
        collect.done = true;
    }
    detail::endCollect(true);
}

/// A function that reads without tracking. See action().
template<typename F>
class Action
{
public:
    explicit Action(F f)
        : m_function(std::move(f))
    {
    }
    template<typename... Args>
    decltype(auto) operator()(Args &&...args) const
    {
        const detail::UntrackedScope scope;
        return m_function(std::forward<Args>(args)...);
    }

private:
    mutable F m_function; // a function with state may change it, as a JavaScript one may
};

/// action(f): f without tracking. Called inside an effect, what it reads does not become the effect's source.
template<typename F>
[[nodiscard]] Action<F> action(F f)
{
    return Action<F>(std::move(f));
}

} // namespace nanostores
