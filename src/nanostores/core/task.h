// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/export.h>
#include <nanostores/core/graph/notes.h>
#include <nanostores/core/subscription.h>

#include <coroutine>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

template<typename T>
class Task;

/// The error of a task whose promise has gone without ending it.
class NANOSTORES_CORE_EXPORT TaskAbandoned : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~TaskAbandoned() override;
};

namespace detail {

NANOSTORES_CORE_EXPORT std::exception_ptr abandonedError();
template<typename T, typename F>
void whenDone(const Task<T> &task, F f);

/// What a task and those who wait for it share. Belongs to one thread.
template<typename T>
struct TaskState
{
    using Stored = std::conditional_t<std::is_void_v<T>, bool, T>;

    std::optional<Stored> value;
    std::exception_ptr error;
    Notes<std::function<void()>> waiting;
    bool isErrorTaken = false; ///< The error has been taken, or is none to report.

    TaskState() = default;
    TaskState(const TaskState &) = delete;
    TaskState &operator=(const TaskState &) = delete;
    ~TaskState()
    {
        if (error && !isErrorTaken) {
            reportError(error);
        }
    }

    bool done() const noexcept { return value.has_value() || error; }
    /// All who wait go on; what one of them throws goes to the error handler.
    void wake() noexcept
    {
        const auto all = std::exchange(waiting, {});
        for (const auto &continuation : all) {
            try {
                continuation();
            } catch (...) {
                reportError(std::current_exception());
            }
        }
    }
    /// What was to end it has gone: its waiters get an error.
    void giveUp()
    {
        if (!done()) {
            error = abandonedError();
            isErrorTaken = true; // not to be reported
            wake();
        }
    }
    /// What a coroutine has thrown.
    void fail()
    {
        error = std::current_exception();
        try {
            throw;
        } catch (const TaskAbandoned &) {
            isErrorTaken = true;
        } catch (...) {
            isErrorTaken = false;
        }
        wake();
    }
    template<typename F>
    void whenDone(F f)
    {
        if (done()) {
            f();
        } else {
            waiting.emplace_back(std::move(f));
        }
    }
};

/// Resumes a coroutine once; one that is never resumed is destroyed with it.
class Resumer
{
public:
    Resumer()
        : m_frame(std::make_shared<Frame>())
    {
    }
    /// From now on the coroutine is its own.
    void take(std::coroutine_handle<> handle) const noexcept { m_frame->handle = handle; }
    void operator()() const
    {
        if (const auto handle = std::exchange(m_frame->handle, {})) {
            handle.resume();
        }
    }

private:
    struct Frame
    {
        Frame() = default;
        Frame(const Frame &) = delete;
        Frame &operator=(const Frame &) = delete;
        ~Frame()
        {
            if (handle) {
                handle.destroy();
            }
        }
        std::coroutine_handle<> handle;
    };
    std::shared_ptr<Frame> m_frame;
};

template<typename T>
struct TaskPromiseBase
{
    TaskPromiseBase() = default;
    TaskPromiseBase(const TaskPromiseBase &) = delete;
    TaskPromiseBase &operator=(const TaskPromiseBase &) = delete;
    ~TaskPromiseBase() { state->giveUp(); }

    std::shared_ptr<TaskState<T>> state = std::make_shared<TaskState<T>>();

    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void unhandled_exception() { state->fail(); }
};

template<typename T>
struct TaskPromise : TaskPromiseBase<T>
{
    Task<T> get_return_object();
    template<typename U>
    void return_value(U &&value)
    {
        this->state->value.emplace(std::forward<U>(value));
        this->state->wake();
    }
};

template<>
struct TaskPromise<void> : TaskPromiseBase<void>
{
    Task<void> get_return_object();
    void return_void()
    {
        state->value = true;
        state->wake();
    }
};

} // namespace detail

/// The result of work that may end later; the return type of a coroutine that awaits tasks or stores.
///
/// The coroutine starts at once and belongs to its thread. A task may be awaited by several; a copy is the same task.
/// Those who wait go on inside the call that ends it, in the order they came; what a function of them throws goes to
/// the error handler. An error of the task that was not taken when the last copy goes is reported there, too.
template<typename T>
class Task
{
public:
    using value_type = T;
    using promise_type = detail::TaskPromise<T>;

    explicit Task(std::shared_ptr<detail::TaskState<T>> state) noexcept
        : m_state(std::move(state))
    {
    }

    /// Whether it has ended, with a value or an error.
    bool done() const noexcept { return m_state->done(); }
    /// The value of a task that is done; throws its error.
    decltype(auto) result() const
    {
        if (m_state->error) {
            m_state->isErrorTaken = true;
            std::rethrow_exception(m_state->error);
        }
        if constexpr (!std::is_void_v<T>) {
            return static_cast<const T &>(*m_state->value);
        }
    }
    /// Calls one of the functions when the task ends; now, if it has. onValue takes the value, of a Task<void> nothing.
    template<typename OnValue, typename OnError>
    void then(OnValue onValue, OnError onError) const
    {
        m_state->whenDone(
            [state = m_state.get(), onValue = std::move(onValue), onError = std::move(onError)]() mutable {
                if (state->error) {
                    state->isErrorTaken = true;
                    onError(state->error);
                } else if constexpr (std::is_void_v<T>) {
                    onValue();
                } else {
                    onValue(static_cast<const T &>(*state->value));
                }
            });
    }

    auto operator co_await() const
    {
        struct Awaiter
        {
            std::shared_ptr<detail::TaskState<T>> state;
            bool await_ready() const noexcept { return state->done(); }
            void await_suspend(std::coroutine_handle<> handle) const
            {
                const detail::Resumer resumer;
                state->waiting.emplace_back(resumer);
                resumer.take(handle); // not before: after an error the coroutine goes on with that
            }
            decltype(auto) await_resume() const { return Task(state).result(); }
        };
        return Awaiter{m_state};
    }

private:
    template<typename U, typename F>
    friend void detail::whenDone(const Task<U> &task, F f);

    std::shared_ptr<detail::TaskState<T>> m_state;
};

namespace detail {

/// Calls f at the end of a task, whose error remains to be taken: f(), or f(error), which is null if there is none.
template<typename T, typename F>
void whenDone(const Task<T> &task, F f)
{
    if constexpr (std::is_invocable_v<F &, const std::exception_ptr &>) {
        task.m_state->whenDone([state = task.m_state.get(), f = std::move(f)]() mutable { f(state->error); });
    } else {
        task.m_state->whenDone(std::move(f));
    }
}

template<typename T>
Task<T> TaskPromise<T>::get_return_object()
{
    return Task<T>(this->state);
}
inline Task<void> TaskPromise<void>::get_return_object()
{
    return Task<void>(state);
}

template<typename T>
inline constexpr bool isTask = false;
template<typename T>
inline constexpr bool isTask<Task<T>> = true;

/// The line of the program that has started a task.
struct TaskPlace
{
    const char *file = nullptr;
    int line = 0;

    static constexpr TaskPlace here(const char *file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return {file, line};
    }
};

/// Marks the end of one started task of an era; a second call does nothing.
class NANOSTORES_CORE_EXPORT TaskEnd
{
public:
    explicit TaskEnd(std::uint64_t era, TaskPlace place = {});
    void operator()() const;

    friend bool operator==(const TaskEnd &, const TaskEnd &) = default; ///< Of the same task.

private:
    std::shared_ptr<std::uint64_t> m_era; ///< 0 when it has ended.
};

NANOSTORES_CORE_EXPORT std::uint64_t beginTask();

/// Follows the counted tasks of a thread.
class NANOSTORES_CORE_EXPORT TaskWatch
{
public:
    TaskWatch() = default;
    TaskWatch(const TaskWatch &) = delete;
    TaskWatch &operator=(const TaskWatch &) = delete;
    virtual ~TaskWatch();

    virtual void began(const TaskEnd &task, TaskPlace place) = 0;
    virtual void ended(const TaskEnd &task) noexcept = 0;
    virtual void forgotten() noexcept = 0; ///< cleanTasks() was called.
};
/// Sets that of the calling thread, or none, and returns the one before.
NANOSTORES_CORE_EXPORT TaskWatch *exchangeTaskWatch(TaskWatch *watch) noexcept;

} // namespace detail

using detail::TaskEnd;

/// Counts one more task as running; call what it returns when it has ended. See allTasks().
[[nodiscard]] inline TaskEnd startTask(detail::TaskPlace place = detail::TaskPlace::here())
{
    return TaskEnd(detail::beginTask(), place);
}

/// task(f): runs f and counts it as running until what it returned, if that is a Task, has ended. Returns that, or a
/// Task that is done with f's result.
template<typename F>
requires(std::is_invocable_v<F &>)
auto task(F f, detail::TaskPlace place = detail::TaskPlace::here())
{
    using R = std::invoke_result_t<F &>;
    const TaskEnd end = startTask(place);
    // A coroutine made from a lambda refers to the lambda, which therefore lives until the end.
    auto function = std::make_shared<F>(std::move(f));
    std::function<void()> atEnd = [end, function] { end(); }; // before it starts: it may not be without its lambda
    try {
        if constexpr (detail::isTask<R>) {
            auto result = (*function)();
            detail::whenDone(result, std::move(atEnd));
            return result;
        } else {
            auto state = std::make_shared<detail::TaskState<R>>();
            if constexpr (std::is_void_v<R>) {
                (*function)();
                state->value = true;
            } else {
                state->value.emplace((*function)());
            }
            end();
            return Task<R>(std::move(state));
        }
    } catch (...) {
        end();
        throw;
    }
}

/// Ends when no task of this thread is running; at once, if none is.
[[nodiscard]] NANOSTORES_CORE_EXPORT Task<void> allTasks();

/// Forgets the tasks that run now: their ends count for nothing, and those who wait in allTasks() are released.
NANOSTORES_CORE_EXPORT void cleanTasks();

/// What becomes of an error of a task that was not taken when the last copy of the task goes.
enum class TaskErrors {
    Reported, ///< It goes to the error handler.
    ShownElsewhere, ///< Nothing: it is shown in another way as well, as by a store.
};

/// A task with a hand to end it: what callback-style code gives to those who co_await. When the last copy of the
/// source goes before the task has ended, those who wait get a TaskAbandoned.
template<typename T>
class TaskSource
{
public:
    TaskSource()
        : TaskSource(TaskErrors::Reported)
    {
    }
    explicit TaskSource(TaskErrors errors)
        : m_state(std::make_shared<detail::TaskState<T>>())
        , m_hold(m_state.get(), [state = m_state](detail::TaskState<T> *) { state->giveUp(); })
    {
        m_state->isErrorTaken = errors == TaskErrors::ShownElsewhere;
    }
    Task<T> task() const { return Task<T>(m_state); }
    /// Ends the task; only the first end counts.
    template<typename... V>
    void resolve(V &&...value) const
    {
        if (!m_state->done()) {
            if constexpr (std::is_void_v<T>) {
                m_state->value = true;
            } else {
                m_state->value.emplace(std::forward<V>(value)...);
            }
            m_state->wake();
        }
    }
    void reject(std::exception_ptr error) const
    {
        if (!m_state->done()) {
            m_state->error = std::move(error);
            m_state->wake();
        }
    }

private:
    std::shared_ptr<detail::TaskState<T>> m_state;
    std::shared_ptr<detail::TaskState<T>> m_hold;
};

/// `co_await nextChange(store)`: the store's value at its next change. Observes the store meanwhile; if the store goes
/// first, there is a TaskAbandoned.
///
/// A coroutine that waits for it and holds a handle of the store keeps it alive, so the store does not go first.
template<AnyStore S>
[[nodiscard]] auto nextChange(const S &store)
{
    using T = typename S::value_type;
    const TaskSource<T> source;
    auto task = source.task();
    auto listener = std::make_shared<detail::Listener *>(nullptr);
    auto subscription = store.listen([source, listener](const T &value) {
        if (auto *mine = std::exchange(*listener, nullptr)) {
            detail::removeListener(mine);
            source.resolve(value);
        }
    });
    *listener = subscription.detachListener();
    return task;
}

namespace detail {

/// A computed store whose function returns a Task: holds the last result that arrived for the latest inputs.
template<typename T, typename F, typename... Stores>
struct AsyncComputed final : ListedNode<std::optional<T>, Stores...>
{
    struct Line
    {
        AsyncComputed *node;
        std::uint64_t latest = 0;
    };

    AsyncComputed(F f, Stores... sources)
        : ListedNode<std::optional<T>, Stores...>(0u, std::move(sources)...)
        , function(std::move(f))
        , line(std::make_shared<Line>(Line{this}))
    {
    }
    ~AsyncComputed() override { line->node = nullptr; }

    std::optional<T> evaluate() override
    {
        const std::uint64_t mine = ++line->latest;
        const Task<T> result = this->applyTo(function);
        if (result.done()) {
            return std::optional<T>(result.result());
        }
        result.then(
            [line = line, mine](const T &value) {
                if (line->node && line->latest == mine) {
                    line->node->arrive(value);
                }
            },
            [line = line, mine](const std::exception_ptr &error) {
                if (line->node && line->latest == mine) {
                    reportError(error);
                }
            });
        return this->value ? *this->value : std::optional<T>(); // nothing has changed yet
    }
    void arrive(const T &newValue)
    {
        if (isSubstituted(*this)) {
            return;
        }
        std::optional<T> next(newValue);
        if (equalValues(*this, *this->value, next)) {
            return;
        }
        const auto held = Ref<AsyncComputed>::share(this);
        OldValue *past = nullptr;
        if (this->has(WantsOldValue)) {
            past = replaceKeeping<OldValueOf<std::optional<T>>>(*this->value, next);
        } else {
            replaceValue(*this->value, next);
        }
        deliver(this, past);
    }

    F function;
    std::shared_ptr<Line> line;
};

template<typename T, typename F, typename... Stores>
struct AsyncFactory<Task<T>, F, Stores...>
{
    static Computed<std::optional<T>> make(F f, Stores... stores)
    {
        auto *node = new AsyncComputed<T, F, Stores...>(std::move(f), std::move(stores)...);
        return Computed<std::optional<T>>(Ref<ComputedNode<std::optional<T>>>::adopt(node));
    }
};

} // namespace detail
} // namespace nanostores
