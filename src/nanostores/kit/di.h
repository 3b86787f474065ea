// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/tracking.h>
#include <nanostores/kit/detail/currentscope.h>
#include <nanostores/kit/detail/injectionstate.h>
#include <nanostores/kit/export.h>

#include <concepts>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Dependency injection: what a program needs once, made when it is first asked for, and replaced in tests.
namespace nanostores::kit {

/// To be thrown by a token that must be provided.
class NANOSTORES_KIT_EXPORT DependencyNotFound : public std::runtime_error
{
public:
    /// what() is "<token> dependency not found in context."
    explicit DependencyNotFound(const std::string &token);
    ~DependencyNotFound() override;
};

/// A token with the value that stands in for it, or with a function that makes it. See provide().
class InjectionProvider
{
public:
    InjectionProvider(const internal::InjectionKey &key, std::shared_ptr<void> value)
        : m_key(key)
        , m_value(std::move(value))
    {
    }
    /// The value is made when it is first asked for, by the context that provides it.
    InjectionProvider(const internal::InjectionKey &key, internal::InjectionState::Maker make)
        : m_key(key)
        , m_make(std::move(make))
    {
    }

private:
    friend class InjectionContext;
    internal::InjectionKey m_key;
    std::shared_ptr<void> m_value;
    internal::InjectionState::Maker m_make;
};

namespace internal {

template<InjectionToken T>
using TokenValue = std::decay_t<std::invoke_result_t<const T &>>;

/// The object of the class, made by its constructor without parameters.
template<typename T>
std::shared_ptr<void> makeOfClass()
{
    if constexpr (std::is_default_constructible_v<T> && !std::is_abstract_v<T>) {
        return std::make_shared<T>();
    } else {
        throw DependencyNotFound(typeid(T).name());
    }
}

/// A function that makes a value, or the object of a class behind a std::shared_ptr.
template<typename F, typename Value>
concept MakerOf = std::invocable<const F &> && !std::convertible_to<F, Value>
                  && (std::same_as<Value, std::invoke_result_t<const F &>>
                      || std::constructible_from<Value, std::invoke_result_t<const F &>>
                      || std::convertible_to<std::invoke_result_t<const F &>, std::shared_ptr<Value>>);

template<typename Value, typename F>
InjectionState::Maker makerOf(F make)
{
    if constexpr (std::convertible_to<std::invoke_result_t<const F &>, std::shared_ptr<Value>>) {
        return [f = std::move(make)]() -> std::shared_ptr<void> { return std::shared_ptr<Value>(f()); };
    } else {
        return [f = std::move(make)] { return makeValue<Value>(f); };
    }
}

} // namespace internal

/// provide(token, value): the value in place of what the token would make.
template<InjectionToken T>
[[nodiscard]] InjectionProvider provide(T token, std::decay_t<std::invoke_result_t<const T &>> value)
{
    using Value = std::decay_t<std::invoke_result_t<const T &>>;
    return {internal::keyOf(token), std::shared_ptr<void>(std::make_shared<Value>(std::move(value)))};
}
/// provide(token, f): what f returns, called when it is first asked for.
template<InjectionToken T, internal::MakerOf<internal::TokenValue<T>> F>
[[nodiscard]] InjectionProvider provide(T token, F make)
{
    return {internal::keyOf(token), internal::makerOf<internal::TokenValue<T>>(std::move(make))};
}
/// provide(token): a value of its own, which the token makes when it is first asked for. For scopes.
template<InjectionToken T>
[[nodiscard]] InjectionProvider provide(T token)
{
    return {internal::keyOf(token), internal::makerOf<internal::TokenValue<T>>(token)};
}
/// provide<Service>(object): the object in place of one that would be made. It may be of a derived class.
template<typename T>
[[nodiscard]] InjectionProvider provide(std::type_identity_t<std::shared_ptr<T>> object)
{
    return {internal::keyOfClass<T>(), std::shared_ptr<void>(std::move(object))};
}
template<typename T>
[[nodiscard]] InjectionProvider provide(std::type_identity_t<T> value)
{
    return {internal::keyOfClass<T>(), std::shared_ptr<void>(std::make_shared<T>(std::move(value)))};
}
/// provide<Service>(f): the object that f returns, by value or in a std::shared_ptr, when it is first asked for.
template<typename T, internal::MakerOf<T> F>
requires(!std::convertible_to<F, std::shared_ptr<T>>)
[[nodiscard]] InjectionProvider provide(F make)
{
    return {internal::keyOfClass<T>(), internal::makerOf<T>(std::move(make))};
}
/// provide<Service>(): an object of its own. For scopes.
template<typename T>
[[nodiscard]] InjectionProvider provide()
{
    return {internal::keyOfClass<T>(), internal::InjectionState::Maker(&internal::makeOfClass<T>)};
}

/// The dependencies of a program, a window or a test, each made once, when it is first injected.
///
/// A handle. A context with a parent takes from it what is there, and makes the rest itself. Values live as long as the
/// context, and go in the reverse order of their making. For one thread.
class InjectionContext
{
public:
    InjectionContext()
        : m_state(std::make_shared<internal::InjectionState>(nullptr))
    {
    }
    explicit InjectionContext(const std::vector<InjectionProvider> &providers)
        : InjectionContext()
    {
        add(providers);
    }
    InjectionContext(const std::vector<InjectionProvider> &providers, const InjectionContext &parent)
        : m_state(std::make_shared<internal::InjectionState>(parent.m_state))
    {
        add(providers);
    }

    /// Whether a value for the token was provided, made or taken over here.
    template<InjectionToken T>
    bool has(const T &token) const
    {
        return m_state->has(internal::keyOf(token));
    }
    template<typename T>
    bool has() const
    {
        return m_state->has(internal::keyOfClass<T>());
    }

    friend bool operator==(const InjectionContext &a, const InjectionContext &b) noexcept
    {
        return a.m_state == b.m_state;
    }
    /// For the library.
    explicit InjectionContext(std::shared_ptr<internal::InjectionState> state)
        : m_state(std::move(state))
    {
    }
    internal::InjectionState &state() const noexcept { return *m_state; }

protected:
    bool hasState() const noexcept { return m_state != nullptr; }
    void add(const std::vector<InjectionProvider> &providers)
    {
        for (const InjectionProvider &provider : providers) {
            if (provider.m_make) {
                m_state->setMaker(provider.m_key, provider.m_make);
            } else {
                m_state->set(provider.m_key, provider.m_value);
            }
        }
    }

private:
    std::shared_ptr<internal::InjectionState> m_state;
};

/// Whether context is the one that run() is running in.
[[nodiscard]] inline bool isCurrentContext(const InjectionContext &context) noexcept
{
    return internal::currentInjectionOrNull() == &context.state();
}

/// Calls f with the context as the current one, and returns what it returns. Tracks what f reads.
template<typename F, typename... Args>
decltype(auto) unsafeRun(const InjectionContext &context, F &&f, Args &&...args)
{
    const internal::InjectionScope scope(context.state().shared_from_this());
    return std::forward<F>(f)(std::forward<Args>(args)...);
}

/// run(context, f, args...): calls f with the context as the current one, and returns what it returns. What f reads is
/// not tracked.
template<typename F, typename... Args>
decltype(auto) run(const InjectionContext &context, F &&f, Args &&...args)
{
    const internal::UntrackedScope untracked;
    return unsafeRun(context, std::forward<F>(f), std::forward<Args>(args)...);
}

namespace internal {

template<InjectionToken T>
auto &injectFrom(InjectionState &state, const T &token)
{
    using Value = TokenValue<T>;
    return *static_cast<Value *>(state.get(keyOf(token), [&token] { return makeValue<Value>(token); }));
}

template<typename T>
T &injectClassFrom(InjectionState &state)
{
    return *static_cast<T *>(state.get(keyOfClass<T>(), &makeOfClass<T>));
}

} // namespace internal

/// inject(token): the dependency in the current context, made by calling the token if it is not there yet. Lives as
/// long as the context. Throws std::logic_error outside run(), and CycleError if a dependency needs itself.
///
/// The token is called in the context, so that it may inject what it needs itself. In a Scope, effects that it makes
/// end with the scope. In another context they have no owner, so it should keep their subscriptions in what it returns.
template<InjectionToken T>
[[nodiscard]] auto &inject(const T &token)
{
    return internal::injectFrom(internal::currentInjection(), token);
}
template<typename R>
[[nodiscard]] auto &inject(R (&token)())
{
    return internal::injectFrom(internal::currentInjection(), &token);
}
/// The same in another context.
template<InjectionToken T>
[[nodiscard]] auto &inject(const T &token, const InjectionContext &context)
{
    return internal::injectFrom(context.state(), token);
}
template<typename R>
[[nodiscard]] auto &inject(R (&token)(), const InjectionContext &context)
{
    return internal::injectFrom(context.state(), &token);
}
/// inject<Service>(): the object of the class, made by its constructor without parameters, which may inject, too. A
/// class that has none must be provided; else DependencyNotFound is thrown.
template<typename T>
[[nodiscard]] T &inject()
{
    return internal::injectClassFrom<T>(internal::currentInjection());
}
template<typename T>
[[nodiscard]] T &inject(const InjectionContext &context)
{
    return internal::injectClassFrom<T>(context.state());
}

} // namespace nanostores::kit
