// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/lifecycle.h>
#include <nanostores/core/subscription.h>
#include <nanostores/core/task.h>
#include <nanostores/kit/di.h>
#include <nanostores/kit/export.h>

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Scopes: a window, a document or a test with stores and services of its own, which end with it.
namespace nanostores::kit {

/// Thrown by what looks something up in a scope that has ended, or runs in it.
class NANOSTORES_KIT_EXPORT ScopeEnded : public std::logic_error
{
public:
    using std::logic_error::logic_error;
    ~ScopeEnded() override;
};

namespace internal {

NANOSTORES_KIT_EXPORT void keepInCurrent(std::unique_ptr<Kept> thing);
NANOSTORES_KIT_EXPORT std::string nameInScope(const std::string &key);

template<typename T>
class KeptObject final : public Kept
{
public:
    explicit KeptObject(T object)
        : m_object(std::move(object))
    {
    }
    void end() override
    {
        if constexpr (std::is_same_v<T, Unbind>) {
            m_object();
        } else if constexpr (requires { m_object.reset(); }) {
            m_object.reset();
        }
    }

private:
    T m_object;
};

template<typename F>
class KeptFunction final : public Kept
{
public:
    explicit KeptFunction(F function)
        : m_function(std::move(function))
    {
    }
    void end() override
    {
        try {
            m_function();
        } catch (...) {
            detail::reportError(std::current_exception());
        }
    }

private:
    F m_function;
};

/// What waits for a task that goes on gets a TaskAbandoned.
template<typename T>
class KeptTask final : public Kept
{
public:
    explicit KeptTask(const std::shared_ptr<TaskSource<T>> &source)
        : m_source(source)
    {
    }
    void end() override
    {
        if (const auto source = m_source.lock()) {
            source->reject(detail::abandonedError());
        }
    }
    bool isOver() const noexcept override { return m_source.expired(); }

private:
    std::weak_ptr<TaskSource<T>> m_source; ///< The task holds it until it ends.
};

template<typename T>
std::pair<Task<T>, std::unique_ptr<Kept>> endedWithScope(const Task<T> &task)
{
    const auto source = std::make_shared<TaskSource<T>>(TaskErrors::ShownElsewhere);
    auto keeper = std::make_unique<KeptTask<T>>(source);
    const auto fail = [source](const std::exception_ptr &error) { source->reject(error); };
    if constexpr (std::is_void_v<T>) {
        task.then([source] { source->resolve(); }, fail);
    } else {
        task.then([source](const T &value) { source->resolve(value); }, fail);
    }
    return {source->task(), std::move(keeper)};
}

} // namespace internal

/// A window, a document, a tab or a test: has a value of its own of each store and service that it provides, and ends
/// what was made in it.
///
///     Scope document({provide(text), provide(edits)});
///     document.run([] { text().set("Dear Ada"); });
///     text.in(document).get();
///
/// What it does not provide it takes from the scope around it, up to the global one. A scope is an InjectionContext,
/// and may be handed on as one. It ends with this object, or by end(), in this order:
///
/// 1. The scopes below end, the newest first.
/// 2. Effects made in it stop, in the order of their making.
/// 3. What it keeps ends, the newest first: subscriptions, tasks, functions of onEnd().
/// 4. Its stores and services are let go of, in the reverse order of their making.
///
/// While a function runs in it, or in a scope below, the end waits for its return. Later, looking something up in it
/// throws ScopeEnded. A scope belongs to the thread that made it.
class NANOSTORES_KIT_EXPORT Scope : public InjectionContext
{
public:
    /// Below the current scope.
    Scope();
    explicit Scope(const std::vector<InjectionProvider> &providers);
    Scope(const std::vector<InjectionProvider> &providers, const InjectionContext &parent);
    /// The name stands in front of the keys of what the scope has stored; see scopedKey().
    explicit Scope(std::string name, const std::vector<InjectionProvider> &providers = {});
    Scope(std::string name, const std::vector<InjectionProvider> &providers, const InjectionContext &parent);
    Scope(Scope &&other) noexcept = default;
    Scope &operator=(Scope &&other) noexcept;
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;
    ~Scope();

    /// A scope below none: all that is looked up in it, or in scopes below it, is its own. For tests.
    static Scope isolated(const std::vector<InjectionProvider> &providers = {});
    /// The one that f of run(scope, f) runs in, or in which the effect was made that runs; else the global one.
    static InjectionContext current();
    /// Of this thread. Ends with it.
    static InjectionContext global();
    /// Ends all that is in the global scope of this thread. What is looked up from then on is made anew. For tests.
    static void resetGlobal() noexcept;

    /// Calls f with this as the current scope, untracked, and returns what it returns. Effects made meanwhile end with
    /// the scope: let their subscriptions go by detach().
    template<typename F, typename... Args>
    decltype(auto) run(F &&f, Args &&...args) const
    {
        return kit::run(static_cast<const InjectionContext &>(*this), std::forward<F>(f), std::forward<Args>(args)...);
    }
    /// Ends the object with the scope: a Subscription, an Unbind, a smart pointer, anything that ends when destroyed.
    template<typename T>
    requires(!std::is_lvalue_reference_v<T>)
    void keep(T &&object) const
    {
        state().expectAlive();
        state().keep(std::make_unique<internal::KeptObject<T>>(std::forward<T>(object)));
    }
    /// Calls f when the scope ends. What it throws goes to the error handler.
    template<std::invocable F>
    void onEnd(F f) const
    {
        state().expectAlive();
        state().keep(std::make_unique<internal::KeptFunction<F>>(std::move(f)));
    }
    /// The task, which ends with TaskAbandoned when the scope ends first: `co_await scope.untilEnd(request)`.
    template<typename T>
    [[nodiscard]] Task<T> untilEnd(const Task<T> &task) const
    {
        state().expectAlive();
        auto [ended, keeper] = internal::endedWithScope(task);
        state().keep(std::move(keeper));
        return ended;
    }

    void end() noexcept;
    bool hasEnded() const noexcept { return state().hasEnded(); }
    const std::string &name() const noexcept { return state().name(); }

private:
    explicit Scope(std::shared_ptr<internal::InjectionState> state);
};

/// Makes a scope the current one until the end of the block: in a test, in a constructor.
class EnteredScope
{
public:
    explicit EnteredScope(const InjectionContext &context)
        : m_scope(context.state().shared_from_this())
    {
    }

private:
    internal::InjectionScope m_scope;
};

/// As Scope::keep() and onEnd(), for the current scope. In the function that makes a store or a service, for the scope
/// that the store belongs to.
template<typename T>
requires(!std::is_lvalue_reference_v<T>)
void keepInScope(T &&object)
{
    internal::keepInCurrent(std::make_unique<internal::KeptObject<T>>(std::forward<T>(object)));
}
/// Has the current scope call f when it ends; see Scope::onEnd().
template<std::invocable F>
void onScopeEnd(F f)
{
    internal::keepInCurrent(std::make_unique<internal::KeptFunction<F>>(std::move(f)));
}

/// "window-2/draft": the key behind the names of the scopes around, for what is stored under it. Without named scopes
/// the key itself. A store whose function asks for it belongs to the nearest named scope.
[[nodiscard]] inline std::string scopedKey(const std::string &key)
{
    return internal::nameInScope(key);
}

/// inScope(f): f, which runs in the scope that is the current one now, for listeners, hooks and slots. It tracks what f
/// reads. After the end of the scope f is not called any more; one that returns something throws ScopeEnded then.
template<typename F>
[[nodiscard]] auto inScope(F f)
{
    return [f = std::move(f), state = internal::currentScope().weak_from_this()](
               auto &&...args) mutable -> std::invoke_result_t<F &, decltype(args)...> {
        const auto alive = state.lock();
        if (!alive || alive->hasEnded()) {
            if constexpr (std::is_void_v<std::invoke_result_t<F &, decltype(args)...>>) {
                return;
            } else {
                throw ScopeEnded("nanostores: a function made by inScope() is called after the end of its scope");
            }
        } else {
            const internal::InjectionScope scope(alive);
            return f(std::forward<decltype(args)>(args)...);
        }
    };
}

} // namespace nanostores::kit
