// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/effect.h>
#include <nanostores/kit/scope.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nanostores::kit {

/// A store, or anything else, that is declared once and has a value in each scope that provides it. See scoped().
///
/// A handle: copies stand for the same declaration. May be called on any thread; each has scopes of its own.
template<typename T>
class Scoped
{
public:
    using scoped_type = T;

    /// For scoped().
    explicit Scoped(internal::InjectionState::Maker make)
        : m_make(std::make_shared<const internal::InjectionState::Maker>(std::move(make)))
        , m_number(internal::nextDeclaration())
    {
    }

    /// The one of the current scope, made when it is first asked for. The reference holds until its scope ends: copy
    /// the store to keep it. Throws std::logic_error in the function of a computed store, which serves all scopes, and
    /// ScopeEnded.
    const T &operator()() const
    {
        if (const internal::FoundDeclaration *const found = internal::scopeNow().find(m_number)) [[likely]] {
            return *static_cast<const T *>(found->value);
        }
        return lookUp();
    }
    /// The same for another scope than the current one.
    const T &in(const InjectionContext &context) const
    {
        return *static_cast<const T *>(context.state().getDeclared(key(), *m_make));
    }
    const T *operator->() const { return std::addressof((*this)()); }

    friend bool operator==(const Scoped &a, const Scoped &b) noexcept { return a.m_number == b.m_number; }

    // For provide().
    internal::InjectionKey key() const noexcept { return {typeid(Scoped), nullptr, m_number}; }
    const internal::InjectionState::Maker &maker() const noexcept { return *m_make; }

private:
    const T &lookUp() const
    {
        const void *const found = internal::foundDeclared(m_number);
        return *static_cast<const T *>(found ? found : internal::currentScope().getDeclared(key(), *m_make));
    }

    std::shared_ptr<const internal::InjectionState::Maker> m_make;
    std::uint64_t m_number;
};

namespace internal {

template<typename S>
inline constexpr bool isScoped = false;
template<typename T>
inline constexpr bool isScoped<Scoped<T>> = true;

/// A store, or a declaration of one.
template<typename S>
concept StoreOrScoped = AnyStore<S> || (isScoped<S> && AnyStore<typename S::scoped_type>);

template<bool Any, typename... Args>
inline constexpr bool scopedThenFunction = false;
template<bool Any, typename F>
inline constexpr bool scopedThenFunction<Any, F> = Any && !AnyStore<F> && !isScoped<F>;
template<bool Any, StoreOrScoped S, typename... Rest>
requires(sizeof...(Rest) > 0)
inline constexpr bool scopedThenFunction<Any, S, Rest...> = scopedThenFunction<Any || isScoped<S>, Rest...>;

/// The store of the current scope; anything else as it is.
template<typename S>
auto hereOf(const S &store)
{
    if constexpr (isScoped<S>) {
        return store();
    } else {
        return store;
    }
}

} // namespace internal

/// scoped(f): f makes the store, once for each scope that it belongs to, when it is first asked for there. What f
/// returns may be anything: a store, a struct of stores, a History, a service.
///
///     inline const auto text = scoped([] { return atom(std::string()); });
///
/// It belongs to the nearest scope that provides it. If none does, it belongs to the nearest one that provides
/// something that f looks up, so a store made of others follows them; and else to the global scope. f runs in that
/// scope, untracked; effects that it makes end with the scope, and keepInScope() keeps the rest.
template<std::invocable F>
requires(!AnyStore<F>)
[[nodiscard]] auto scoped(F f)
{
    using T = std::decay_t<std::invoke_result_t<const F &>>;
    static_assert(!std::is_void_v<T>, "the function of scoped() returns the store");
    return Scoped<T>([f = std::move(f)] { return internal::makeValue<T>(f); });
}

/// scoped<Service>(): an object of the class, made by its constructor without parameters.
template<typename T>
requires std::default_initializable<T>
[[nodiscard]] Scoped<T> scoped()
{
    return Scoped<T>(internal::InjectionState::Maker(&internal::makeOfClass<T>));
}

/// scoped(store): this store is the one of this thread's global scope, and each other scope has one that begins with
/// the value that the store has now. Throws std::logic_error if it has hooks or an equality of its own, which are not
/// copied: hand a function to scoped() then.
template<WritableStore S>
requires std::constructible_from<S, typename S::value_type>
[[nodiscard]] Scoped<S> scoped(const S &store)
{
    if (store.node()->has(detail::Observable | detail::HooksSet | detail::HooksNotify | detail::CustomEqual)) {
        throw std::logic_error("nanostores: scoped(store) copies a value, not hooks or an equality; use scoped([] { "
                               "... return store; }) with a function that makes the store and adds them");
    }
    return Scoped<S>([store, initial = store.peek(), thread = std::this_thread::get_id()] {
        const bool isThis = internal::isMadeForGlobal() && std::this_thread::get_id() == thread;
        return internal::makeValue<S>([&] { return isThis ? store : S(initial); });
    });
}

/// provide(draft): the scope has one of its own, which is made when it is first asked for.
template<typename T>
[[nodiscard]] InjectionProvider provide(const Scoped<T> &declaration)
{
    return {declaration.key(), declaration.maker()};
}
/// provide(draft, store): the scope has this one.
template<typename T>
[[nodiscard]] InjectionProvider provide(const Scoped<T> &declaration, std::type_identity_t<T> value)
{
    return {declaration.key(), std::shared_ptr<void>(std::make_shared<T>(std::move(value)))};
}
template<typename T>
[[nodiscard]] InjectionProvider provide(const Scoped<T> &declaration, std::type_identity_t<std::shared_ptr<T>> value)
{
    return {declaration.key(), std::shared_ptr<void>(std::move(value))};
}
/// provide(draft, f): the scope has what f makes, when it is first asked for.
template<typename T, internal::MakerOf<T> F>
requires(!std::convertible_to<F, std::shared_ptr<T>>)
[[nodiscard]] InjectionProvider provide(const Scoped<T> &declaration, F make)
{
    return {declaration.key(), internal::makerOf<T>(std::move(make))};
}

} // namespace nanostores::kit

namespace nanostores {

/// computed(draft, f): with scoped() stores among the sources, a scoped computed store, which follows them.
template<typename... Args>
requires kit::internal::scopedThenFunction<false, Args...>
[[nodiscard]] auto computed(Args... args)
{
    return kit::scoped([args...] { return computed(kit::internal::hereOf(args)...); });
}
/// The same with batched().
template<typename... Args>
requires kit::internal::scopedThenFunction<false, Args...>
[[nodiscard]] auto batched(Args... args)
{
    return kit::scoped([args...] { return batched(kit::internal::hereOf(args)...); });
}
/// effect(draft, f): an effect of the stores of the current scope.
template<typename... Args>
requires kit::internal::scopedThenFunction<false, Args...>
[[nodiscard]] Subscription effect(Args... args)
{
    return effect(kit::internal::hereOf(args)...);
}

} // namespace nanostores
