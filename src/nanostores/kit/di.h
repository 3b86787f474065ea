// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>
#include <nanostores/core/subscription.h>
#include <nanostores/core/tracking.h>
#include <nanostores/kit/detail/engine.h>
#include <nanostores/kit/export.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <typeindex>
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

/// Something that makes a dependency and stands for it: a function without parameters, or a lambda without captures.
template<typename T>
concept InjectionToken = std::is_invocable_v<const T &> && !std::is_void_v<std::invoke_result_t<const T &>>
                         && (std::is_pointer_v<T> || std::is_empty_v<T>);

namespace internal {

struct InjectionKey
{
    std::type_index type;
    void (*address)() = nullptr;
    bool operator==(const InjectionKey &) const = default;
};

template<InjectionToken T>
InjectionKey keyOf(const T &token)
{
    if constexpr (std::is_pointer_v<T>) {
        return {typeid(T), reinterpret_cast<void (*)()>(token)};
    } else {
        return {typeid(T)};
    }
}
template<typename T>
InjectionKey keyOfClass()
{
    return {typeid(T *)}; // no token is of this type
}

class NANOSTORES_KIT_EXPORT InjectionState
{
public:
    using Make = std::shared_ptr<void> (*)(const void *token);

    explicit InjectionState(std::shared_ptr<InjectionState> parent);
    InjectionState(const InjectionState &) = delete;
    InjectionState &operator=(const InjectionState &) = delete;
    ~InjectionState();

    void set(const InjectionKey &key, std::shared_ptr<void> value);
    bool has(const InjectionKey &key) const;
    /// Its own value, the parent's, or one that is made here, in this context.
    void *get(const InjectionKey &key, Make make, const void *token);

private:
    struct Entry
    {
        InjectionKey key;
        std::shared_ptr<void> value;
    };
    std::shared_ptr<void> find(const InjectionKey &key) const;

    std::shared_ptr<InjectionState> m_parent;
    std::vector<Entry> m_entries;
    std::vector<InjectionKey> m_making;
};

/// Makes a context the thread's current one for a scope.
class NANOSTORES_KIT_EXPORT InjectionScope
{
public:
    explicit InjectionScope(InjectionState *state) noexcept;
    InjectionScope(const InjectionScope &) = delete;
    InjectionScope &operator=(const InjectionScope &) = delete;
    ~InjectionScope();

private:
    InjectionState *m_previous;
};

/// The current context; throws where there is none.
NANOSTORES_KIT_EXPORT InjectionState &currentInjection();
NANOSTORES_KIT_EXPORT InjectionState *currentInjectionOrNull() noexcept;

/// No tracking, and effects made in it belong to nothing around.
class DetachedScope
{
public:
    DetachedScope() noexcept
        : m_owner(exchangeOwner(nullptr))
        , m_exempt(exchangeExempt(nullptr))
    {
    }
    DetachedScope(const DetachedScope &) = delete;
    DetachedScope &operator=(const DetachedScope &) = delete;
    ~DetachedScope()
    {
        exchangeExempt(m_exempt);
        exchangeOwner(m_owner);
    }

private:
    UntrackedScope m_untracked;
    Sink *m_owner;
    Node *m_exempt;
};

} // namespace internal

/// A token with the value that stands in for it. See provide().
class InjectionProvider
{
public:
    InjectionProvider(const internal::InjectionKey &key, std::shared_ptr<void> value)
        : m_key(key)
        , m_value(std::move(value))
    {
    }

private:
    friend class InjectionContext;
    internal::InjectionKey m_key;
    std::shared_ptr<void> m_value;
};

/// provide(token, value): the value in place of what the token would make.
template<InjectionToken T>
[[nodiscard]] InjectionProvider provide(T token, std::decay_t<std::invoke_result_t<const T &>> value)
{
    using Value = std::decay_t<std::invoke_result_t<const T &>>;
    return {internal::keyOf(token), std::make_shared<Value>(std::move(value))};
}
/// provide<Service>(object): the object in place of one that would be made. It may be of a derived class.
template<typename T>
[[nodiscard]] InjectionProvider provide(std::type_identity_t<std::shared_ptr<T>> object)
{
    return {internal::keyOfClass<T>(), std::move(object)};
}
template<typename T>
[[nodiscard]] InjectionProvider provide(std::type_identity_t<T> value)
{
    return {internal::keyOfClass<T>(), std::make_shared<T>(std::move(value))};
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

    friend bool operator==(const InjectionContext &a, const InjectionContext &b) noexcept = default;
    internal::InjectionState &state() const noexcept { return *m_state; }

private:
    void add(const std::vector<InjectionProvider> &providers)
    {
        for (const InjectionProvider &provider : providers) {
            m_state->set(provider.m_key, provider.m_value);
        }
    }

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
    const InjectionContext alive = context;
    const internal::InjectionScope scope(&alive.state());
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
    using Value = std::decay_t<std::invoke_result_t<const T &>>;
    const auto make = [](const void *made) -> std::shared_ptr<void> {
        const DetachedScope scope;
        return std::make_shared<Value>((*static_cast<const T *>(made))());
    };
    return *static_cast<Value *>(state.get(keyOf(token), make, &token));
}

template<typename T>
T &injectClassFrom(InjectionState &state)
{
    const auto make = [](const void *) -> std::shared_ptr<void> {
        if constexpr (std::is_default_constructible_v<T> && !std::is_abstract_v<T>) {
            const DetachedScope scope;
            return std::make_shared<T>();
        } else {
            throw DependencyNotFound(typeid(T).name());
        }
    };
    return *static_cast<T *>(state.get(keyOfClass<T>(), make, nullptr));
}

} // namespace internal

/// inject(token): the dependency in the current context, made by calling the token if it is not there yet. Lives as
/// long as the context. Throws std::logic_error outside run(), and CycleError if a dependency needs itself.
///
/// The token is called in the context, so that it may inject what it needs itself. Effects that it makes have no owner,
/// so it should keep their subscriptions in what it returns.
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
