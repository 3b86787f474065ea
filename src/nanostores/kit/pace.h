// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/equal.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/core/signal.h>
#include <nanostores/kit/detail/engine.h>
#include <nanostores/kit/morph.h>
#include <nanostores/kit/mountable.h>
#include <nanostores/kit/values.h>

#include <algorithm>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

/// Rate limiters, and what is paced by them. Time is that of the thread's scheduler(); while there is none, what was
/// put off is kept, and its delay starts when setScheduler() is called.
namespace nanostores::kit {

/// Something that makes a function run less often: called with a function, it returns one that takes the same
/// arguments.
template<typename L>
concept RateLimiter = std::is_invocable_v<const L &, void (*)()>;

/// A function that waits for a pause. See debounce(). Copies wait together.
///
/// A call that waits keeps the function until it has run, also when the debounced one is no longer held.
template<typename F>
class Debounced
{
    struct State
    {
        State(F f, std::chrono::milliseconds d)
            : function(std::move(f))
            , delay(d)
        {
        }
        F function;
        std::chrono::milliseconds delay;
        internal::Timer timer;
    };

public:
    Debounced(F function, std::chrono::milliseconds delay)
        : m_state(std::make_shared<State>(std::move(function), delay))
    {
    }

    template<typename... Args>
    requires std::is_invocable_v<F &, std::decay_t<Args>...>
    void operator()(Args &&...args) const
    {
        m_state->timer.start(m_state->delay,
                             [state = m_state, kept = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)] {
                                 std::apply(state->function, kept);
                             });
    }

private:
    std::shared_ptr<State> m_state;
};

/// A function that runs once an interval. See throttle(). Copies are throttled together.
template<typename F>
class Throttled
{
    struct State
    {
        State(F f, std::chrono::milliseconds d)
            : function(std::move(f))
            , delay(d)
        {
        }
        F function;
        std::chrono::milliseconds delay;
        std::optional<std::chrono::milliseconds> last;
        std::function<void()> next; ///< The latest call, while one waits.
        internal::Timer timer;
    };

public:
    Throttled(F function, std::chrono::milliseconds delay)
        : m_state(std::make_shared<State>(std::move(function), delay))
    {
    }

    template<typename... Args>
    requires std::is_invocable_v<F &, std::decay_t<Args>...>
    void operator()(Args &&...args) const
    {
        State &state = *m_state;
        const Scheduler *clock = scheduler();
        const auto now = clock ? clock->now() : std::chrono::milliseconds{0};
        const auto remaining = state.last ? state.delay - (now - *state.last) : std::chrono::milliseconds{0};
        if (remaining.count() <= 0 || remaining > state.delay) {
            state.timer.stop();
            state.next = nullptr;
            state.last = now;
            const auto alive = m_state;
            std::invoke(state.function, std::forward<Args>(args)...);
            return;
        }
        state.next = [&state, kept = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)] {
            std::apply(state.function, kept);
        };
        if (!state.timer.active()) {
            state.timer.start(remaining, [held = m_state] {
                const Scheduler *present = scheduler();
                held->last = present ? present->now() : std::chrono::milliseconds{0};
                if (const auto call = std::exchange(held->next, nullptr)) {
                    call();
                }
            });
        }
    }

private:
    std::shared_ptr<State> m_state;
};

/// debounce(300ms) as a rate limiter: `paced(search, debounce(300ms))`, or for a function: `debounce(300ms)(f)`.
struct Debounce
{
    std::chrono::milliseconds delay{0};

    template<typename F>
    [[nodiscard]] Debounced<std::decay_t<F>> operator()(F &&function) const
    {
        return {std::forward<F>(function), delay};
    }
};

/// throttle(100ms) as a rate limiter, or for a function: `throttle(100ms)(f)`.
struct Throttle
{
    std::chrono::milliseconds delay{0};

    template<typename F>
    [[nodiscard]] Throttled<std::decay_t<F>> operator()(F &&function) const
    {
        return {std::forward<F>(function), delay};
    }
};

/// Lets the last call through, the delay after it. Without a delay: at a later turn of the event loop.
[[nodiscard]] inline Debounce debounce(std::chrono::milliseconds delay = std::chrono::milliseconds{0})
{
    return {delay};
}
/// debounce()(f).
template<typename F>
requires(!std::is_convertible_v<F, std::chrono::milliseconds> && !std::is_arithmetic_v<std::decay_t<F>>)
[[nodiscard]] auto debounce(F &&function)
{
    return Debounce{}(std::forward<F>(function));
}

/// Lets the first call through at once, and then the latest one once an interval.
[[nodiscard]] inline Throttle throttle(std::chrono::milliseconds delay = std::chrono::milliseconds{0})
{
    return {delay};
}
/// throttle()(f).
template<typename F>
requires(!std::is_convertible_v<F, std::chrono::milliseconds> && !std::is_arithmetic_v<std::decay_t<F>>)
[[nodiscard]] auto throttle(F &&function)
{
    return Throttle{}(std::forward<F>(function));
}

/// The pace that calls a function as often as it is called.
struct NoLimit
{
    template<typename F>
    [[nodiscard]] std::decay_t<F> operator()(F &&function) const
    {
        return std::forward<F>(function);
    }
};
/// The rate limiter that does not limit.
inline constexpr NoLimit noLimit;

/// pace(accessor, limiter): an accessor that follows another one at the limiter's rate. It moves while it is read by a
/// computed store or an effect; put computed() around it, so that what it waits with notifies no dependent.
template<Accessor A, RateLimiter L>
[[nodiscard]] auto pace(A accessor, L limiter)
{
    using T = AccessorValue<A>;
    const Signal<T> followed(get(accessor));
    const auto write = [followed](T value) { followed(std::move(value)); };
    const auto update = std::make_shared<std::decay_t<decltype(limiter(write))>>(limiter(write));
    return [accessor = std::move(accessor), followed, update] {
        T value = accessor();
        if (!Equal<T>{}(value, followed.peek())) {
            (*update)(std::move(value));
        }
        return T(followed());
    };
}

/// paced(signal, limiter): a signal that takes a write at once, and passes it on to the other one at the limiter's
/// rate. While it is mounted it follows the other signal's changes.
template<WritableSignal S, RateLimiter L>
[[nodiscard]] auto paced(S source, L limiter)
{
    using T = AccessorValue<S>;
    const auto waiting = std::make_shared<bool>(false); // a write that was not passed on yet
    const auto write = [source, waiting](T value) {
        *waiting = false;
        source(std::move(value));
    };
    const auto update = std::make_shared<std::decay_t<decltype(limiter(write))>>(limiter(write));
    const auto proxy = mountable(Signal<T>(get(source)));
    onMount(proxy, [source, waiting](MountEvent<Signal<T>> &event) {
        return effect([source, waiting, proxy = event.store()](bool first) {
            T value = source();
            if (!first || !*waiting) {
                untracked([&] { proxy(std::move(value)); });
            }
        });
    });
    return morph(proxy, nullptr, [update, waiting](auto &self, T value) {
        *waiting = true;
        self.source(value);
        (*update)(std::move(value));
    });
}

/// interval(ms): a signal that counts up from 0 while it is observed, once an interval; the count stays when it is not.
/// The shortest interval is 1 ms.
[[nodiscard]] inline Signal<int> interval(std::chrono::milliseconds length)
{
    struct Ticking
    {
        explicit Ticking(Signal<int> s)
            : signal(std::move(s))
        {
        }
        static void next(const std::shared_ptr<Ticking> &self, std::chrono::milliseconds length,
                         std::chrono::milliseconds late)
        {
            const auto delay = length > late ? length - late : std::chrono::milliseconds{0};
            const auto due = now() + delay;
            self->timer.start(delay, [self, length, due] {
                const auto after = now() > due ? now() - due : std::chrono::milliseconds{0};
                next(self, length, after < length ? after : std::chrono::milliseconds{0}); // missed ticks are lost
                self->signal([](int count) { return count + 1; });
            });
        }
        static std::chrono::milliseconds now()
        {
            const Scheduler *clock = scheduler();
            return clock ? clock->now() : std::chrono::milliseconds{0};
        }

        Signal<int> signal;
        internal::Timer timer;
    };
    length = std::max(length, std::chrono::milliseconds{1});
    auto ticks = mountable(signal(0));
    onStart(ticks, [length](HookEvent<Signal<int>> &event) {
        const auto ticking = std::make_shared<Ticking>(event.store());
        Ticking::next(ticking, length, std::chrono::milliseconds{0});
        return [ticking] { ticking->timer.stop(); };
    });
    return ticks;
}

} // namespace nanostores::kit
