// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/core/task.h>
#include <nanostores/logger/export.h>
#include <nanostores/logger/redaction.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// One call of an action.
struct ActionCall
{
    std::uint64_t id = 0;
    std::shared_ptr<const std::string> name;
    Ref<Node> store;
    const PossibleNames *parts = nullptr; ///< Of the store's values and of the arguments.
    const std::function<void(Describer &)> *arguments = nullptr; ///< Hands them over as a list. While it begins.
};
using ActionCallPtr = std::shared_ptr<ActionCall>;

/// Is notified of the actions of this thread.
class NANOSTORES_LOGGER_EXPORT ActionWatcher
{
public:
    ActionWatcher() = default;
    ActionWatcher(const ActionWatcher &) = delete;
    ActionWatcher &operator=(const ActionWatcher &) = delete;
    virtual ~ActionWatcher();

    virtual void actionBegan(const ActionCall &call) noexcept = 0;
    /// Its function has returned; goesOn: a task that it gave has not ended.
    virtual void actionReturned(const ActionCall &call, bool goesOn) noexcept = 0;
    /// Before actionReturned(), or after it if the action goes on. error: null if there is none.
    virtual void actionEnded(const ActionCall &call, const std::exception_ptr &error) noexcept = 0;
};
void addActionWatcher(ActionWatcher *watcher);
void removeActionWatcher(ActionWatcher *watcher) noexcept;

/// The action whose function runs now, or in whose name a store is written; or null.
NANOSTORES_LOGGER_EXPORT const ActionCall *currentAction() noexcept;

/// What is written while it lives belongs to the action.
class NANOSTORES_LOGGER_EXPORT ActionScope
{
public:
    explicit ActionScope(ActionCallPtr call) noexcept;
    ActionScope(const ActionScope &) = delete;
    ActionScope &operator=(const ActionScope &) = delete;
    ~ActionScope();

private:
    ActionCallPtr m_call;
    const ActionCall *m_outer;
};

NANOSTORES_LOGGER_EXPORT ActionCallPtr beginAction(std::shared_ptr<const std::string> name, Ref<Node> store,
                                                   const PossibleNames &parts,
                                                   const std::function<void(Describer &)> &arguments);
NANOSTORES_LOGGER_EXPORT void actionReturned(const ActionCall &call, bool goesOn) noexcept;
NANOSTORES_LOGGER_EXPORT void actionEnded(const ActionCall &call, const std::exception_ptr &error) noexcept;

/// An argument, whatever its type.
template<typename T>
void describeArgument(const T &argument, Describer &to)
{
    if constexpr (std::is_null_pointer_v<T>) {
        to.none();
    } else if constexpr (std::is_convertible_v<const T &, std::string_view> && !std::is_same_v<T, std::string>) {
        if constexpr (std::is_pointer_v<T>) {
            if (!argument) {
                to.none();
                return;
            }
        }
        describePart(std::string(std::string_view(argument)), to);
    } else if constexpr (AnyStore<T>) {
        describePart("store \"" + argument.name() + '"', to);
    } else {
        describePart(argument, to);
    }
}

} // namespace detail

/// The store as the function of an action gets it: what is written by it belongs to the action, also after a co_await.
template<typename S>
class ActionStore : public S
{
public:
    ActionStore(S store, detail::ActionCallPtr call)
        : S(std::move(store))
        , m_call(std::move(call))
    {
    }

    template<typename T = typename S::value_type>
    requires requires(const S &store, T value) { store.set(std::move(value)); }
    void set(T newValue) const
    {
        const detail::ActionScope scope(m_call);
        S::set(std::move(newValue));
    }
    template<typename K, typename V>
    requires(!std::is_member_object_pointer_v<K>
             && requires(const S &store, K key, V &&value) { store.setKey(key, std::forward<V>(value)); })
    void setKey(const K &key, V &&newValue) const
    {
        const detail::ActionScope scope(m_call);
        S::setKey(key, std::forward<V>(newValue));
    }
    template<typename T, typename C>
    requires requires(const S &store, T C::*member, T value) { store.setKey(member, std::move(value)); }
    void setKey(T C::*member, std::type_identity_t<T> newValue) const
    {
        const detail::ActionScope scope(m_call);
        S::setKey(member, std::move(newValue));
    }
    template<typename... A>
    requires requires(const S &store, A &&...path) { store.removeKey(std::forward<A>(path)...); }
    void removeKey(A &&...path) const
    {
        const detail::ActionScope scope(m_call);
        S::removeKey(std::forward<A>(path)...);
    }
    template<typename F>
    requires requires(const S &store, F f) { store.update(std::move(f)); }
    void update(F f) const
    {
        const detail::ActionScope scope(m_call);
        S::update(std::move(f));
    }
    /// Runs f: what it writes, to whatever store, belongs to the action. For after a co_await.
    template<typename F>
    decltype(auto) within(F &&f) const
    {
        const detail::ActionScope scope(m_call);
        return std::forward<F>(f)();
    }
    std::uint64_t actionId() const noexcept { return m_call->id; }

private:
    detail::ActionCallPtr m_call;
};

/// See action().
template<typename S, typename F>
class StoreAction
{
public:
    StoreAction(S store, std::string name, F f)
        : m_store(std::move(store))
        , m_name(std::make_shared<const std::string>(std::move(name)))
        , m_function(std::make_shared<F>(std::move(f)))
    {
    }

    template<typename... Args>
    requires std::is_invocable_v<F &, ActionStore<S>, Args...>
    std::invoke_result_t<F &, ActionStore<S>, Args...> operator()(Args &&...args) const
    {
        using R = std::invoke_result_t<F &, ActionStore<S>, Args...>;
        static const detail::PossibleNames parts = [] {
            detail::PossibleNames names;
            detail::addPossibleNames<typename S::value_type>(names);
            (detail::addPossibleNames<std::remove_cvref_t<Args>>(names), ...);
            return names;
        }();
        const std::function<void(detail::Describer &)> arguments = [&](detail::Describer &to) {
            to.beginList();
            (detail::describeArgument(std::as_const(args), to), ...);
            to.endList();
        };
        const detail::ActionCallPtr call =
            detail::beginAction(m_name, detail::Ref<detail::Node>::share(m_store.node().get()), parts, arguments);
        const auto function = m_function; // a coroutine made from a lambda refers to the lambda
        try {
            const detail::ActionScope scope(call);
            if constexpr (detail::isTask<R>) {
                return waitFor((*function)(ActionStore<S>(m_store, call), std::forward<Args>(args)...), call, function);
            } else if constexpr (std::is_void_v<R>) {
                (*function)(ActionStore<S>(m_store, call), std::forward<Args>(args)...);
                finish(*call);
            } else {
                R result = (*function)(ActionStore<S>(m_store, call), std::forward<Args>(args)...);
                finish(*call);
                return result;
            }
        } catch (...) {
            detail::actionEnded(*call, std::current_exception());
            detail::actionReturned(*call, false);
            throw;
        }
    }

    const std::string &name() const noexcept { return *m_name; }

private:
    static void finish(const detail::ActionCall &call) noexcept
    {
        detail::actionEnded(call, nullptr);
        detail::actionReturned(call, false);
    }
    /// A task of an action counts as running until it has ended: see allTasks().
    template<typename T>
    static Task<T> waitFor(Task<T> task, const detail::ActionCallPtr &call, const std::shared_ptr<F> &function)
    {
        const bool goesOn = !task.done();
        if (goesOn) {
            detail::whenDone(task, [call, function, end = startTask()](const std::exception_ptr &error) {
                detail::actionEnded(*call, error);
                end();
            });
        } else {
            detail::whenDone(task, [&call](const std::exception_ptr &error) { detail::actionEnded(*call, error); });
        }
        detail::actionReturned(*call, goesOn);
        return task;
    }

    S m_store;
    std::shared_ptr<const std::string> m_name;
    std::shared_ptr<F> m_function;
};

/// action(store, "rename", f): a function that calls f(store, arguments...) and returns what that returns. Loggers show
/// its name and arguments, what it changes, and its error. From @nanostores/logger.
///
///     const auto rename = action(user, "rename", [](auto user, std::string name) { user.setKey(&User::name, name); });
///     rename("Ada");
///
/// What is written while f runs belongs to the action. If f is a coroutine, so does what it writes after a co_await by
/// the store that it was handed, or in its within().
template<AnyStore S, typename F>
[[nodiscard]] StoreAction<S, F> action(S store, std::string name, F f)
{
    return StoreAction<S, F>(std::move(store), std::move(name), std::move(f));
}

} // namespace nanostores
