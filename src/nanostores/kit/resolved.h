// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/signal.h>
#include <nanostores/core/tracking.h>
#include <nanostores/kit/detail/engine.h>
#include <nanostores/kit/values.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace nanostores::kit {

/// Something that ends later with a value or an error, such as a Task: then(onValue, onError) calls one of the two,
/// once, on the caller's thread, at once or later. onValue takes a value_type, or nothing where that is void; onError
/// takes a std::exception_ptr.
template<typename P>
concept Promise = requires
{
    typename P::value_type;
}
&&(requires(const P &promise) {
    promise.then([](const auto &) {}, [](const std::exception_ptr &) {});
} || requires(const P &promise) {
    requires std::is_void_v<typename P::value_type>;
    promise.then([] {}, [](const std::exception_ptr &) {});
});

namespace internal {

template<typename V>
struct ResolvedValue
{
    using type = V;
};
template<typename V>
struct ResolvedValue<std::optional<V>> : ResolvedValue<V>
{
};
template<Promise P>
struct ResolvedValue<P>
{
    using type = std::conditional_t<std::is_void_v<typename P::value_type>, std::monostate, typename P::value_type>;
};

/// What there is of a promise's end. Never equal to another one: a promise may end twice with the same value.
template<typename T>
struct ResolvedState
{
    std::optional<T> result;
    std::exception_ptr error;
    bool pending = false;
};

/// The promise of the moment, waited for, and what came of it.
template<typename A, typename T>
class Resolver : public std::enable_shared_from_this<Resolver<A, T>>
{
    using V = AccessorValue<A>;
    struct Numbered
    {
        V value;
        std::uint64_t number;
    };
    using State = ResolvedState<T>;

public:
    explicit Resolver(A accessor)
        : m_source(computed<Numbered>([accessor = std::move(accessor)](const Numbered *before) {
            V value = accessor();
            const bool same = before && Equal<V>{}(before->value, value);
            return Numbered{std::move(value), before ? before->number + (same ? 0 : 1) : 1};
        }))
        , m_state(State{})
    {
    }

    /// Tracked. Begins to wait if there is a new promise.
    const State &state()
    {
        const Numbered &latest = m_source();
        if (latest.number != m_number) {
            m_number = latest.number;
            untracked([&] { begin(latest.value); });
        }
        return m_state();
    }

private:
    template<typename P>
    void begin(const P &value)
    {
        if constexpr (Promise<P>) {
            if constexpr (std::is_constructible_v<bool, const P &>) {
                if (!static_cast<bool>(value)) {
                    m_state(State{});
                    return;
                }
            }
            m_state(State{m_state.peek().result, nullptr, true});
            await(value);
        } else if constexpr (requires { value.has_value(); }) {
            if (value.has_value()) {
                begin(*value);
            } else {
                m_state(State{});
            }
        } else {
            m_state(State{T(value), nullptr, false});
        }
    }
    template<typename P>
    void await(const P &promise)
    {
        const auto wait = [weak = this->weak_from_this(), number = m_number](auto f) {
            return [weak, number, f](auto &&...end) {
                const auto self = weak.lock();
                if (self && self->m_number == number) {
                    self->m_state(f(*self, std::forward<decltype(end)>(end)...));
                }
            };
        };
        const auto failed = wait([](const Resolver &self, const std::exception_ptr &error) {
            return State{self.m_state.peek().result, error, false};
        });
        if constexpr (std::is_void_v<typename P::value_type>) {
            promise.then(wait([](const Resolver &) { return State{T{}, nullptr, false}; }), failed);
        } else {
            promise.then(wait([](const Resolver &, const T &value) { return State{value, nullptr, false}; }), failed);
        }
    }

    Computed<Numbered> m_source;
    Signal<State> m_state;
    std::uint64_t m_number = 0;
};

} // namespace internal

/// What resolved() returns: `const auto [result, error, pending] = resolved(...)`.
template<typename T>
struct Resolved
{
    using value_type = T;

    Computed<std::optional<T>> result; ///< The last value that arrived.
    Computed<std::exception_ptr> error; ///< Of the present promise.
    Computed<bool> pending; ///< It has not ended yet.
};

/// resolved(accessor): the result, error and pending state, as stores, of the promise that the accessor returns.
///
/// When the accessor returns another promise, the result stays until that one has ended, the error goes at once, and
/// what comes of the former one counts for nothing. An empty optional or a null promise resets all three; a plain value
/// is its own result. The accessor is called at once, and then while one of the three is read.
template<typename V>
[[nodiscard]] auto resolved(V &&source)
{
    auto accessor = toAccessor(std::forward<V>(source));
    using A = decltype(accessor);
    using T = typename internal::ResolvedValue<AccessorValue<A>>::type;
    const auto resolver = std::make_shared<internal::Resolver<A, T>>(std::move(accessor));
    untracked([&] { static_cast<void>(resolver->state()); });
    return Resolved<T>{computed([resolver] { return resolver->state().result; }),
                       computed([resolver] { return resolver->state().error; }),
                       computed([resolver] { return resolver->state().pending; })};
}

} // namespace nanostores::kit
