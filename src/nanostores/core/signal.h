// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/batch.h>
#include <nanostores/core/computed.h>

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nanostores {

/// nextValue(prev, next): next itself, or, if it can be called with the value before, what it then returns.
template<typename T, typename Next>
[[nodiscard]] T nextValue(const T &previous, Next &&next)
{
    if constexpr (std::is_invocable_v<Next &&, const T &>) {
        return std::forward<Next>(next)(previous);
    } else {
        return T(std::forward<Next>(next));
    }
}

/// What a signal may be called with to write it: a value, or a function from the value before to the next one.
template<typename Next, typename T>
concept NextValue = std::is_invocable_r_v<T, Next &&, const T &> || std::constructible_from<T, Next &&>;

/// A store of one value, read by calling it and written by calling it with a value or an updater.
///
/// `$count()` reads and tracks, `$count(1)` writes, `$count([](int n) { return n + 1; })` updates. It is an Atom with
/// nano_kit's manners: its hooks run oldest first, and one added while the store is mounted is called at once.
template<typename T>
class Signal : public Atom<T>
{
public:
    static constexpr bool isKit = true;

    explicit Signal(T initial)
        : Atom<T>(std::move(initial))
    {
    }
    explicit Signal(detail::Ref<detail::SignalNode<T>> node) noexcept
        : Atom<T>(std::move(node))
    {
    }

    using Atom<T>::operator();
    template<NextValue<T> Next = T>
    void operator()(Next &&next) const
    {
        if constexpr (std::is_invocable_v<Next &&, const T &>) {
            const auto node = this->m_node; // the last handle may go in the function
            node->checkThread();
            node->fresh();
            node->set(nextValue(node->current(), std::forward<Next>(next)));
        } else {
            this->set(T(std::forward<Next>(next)));
        }
    }
    Signal named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
};

/// Makes a Signal. A string literal makes one of std::string.
template<typename T>
[[nodiscard]] Signal<std::decay_t<T>> signal(T &&initial)
{
    return Signal<std::decay_t<T>>(std::forward<T>(initial));
}
[[nodiscard]] inline Signal<std::string> signal(const char *initial)
{
    return Signal<std::string>(std::string(initial));
}
template<typename T>
[[nodiscard]] Signal<T> signal()
{
    return Signal<T>(T{});
}

/// Something that is read by calling it: a store, or any function without parameters that returns a value.
template<typename A>
concept Accessor = std::is_invocable_v<const A &> && !std::is_void_v<std::invoke_result_t<const A &>>;

template<Accessor A>
using AccessorValue = std::decay_t<std::invoke_result_t<const A &>>;

/// An accessor that is written by calling it with a value.
template<typename S>
concept WritableSignal =
    Accessor<S> && NodeHandle<S> && requires(const S &signal, AccessorValue<S> value) { signal(value); };

/// signalNextValue(signal, next): as nextValue(), against the signal's present value, which is not tracked.
template<WritableSignal S, typename Next>
[[nodiscard]] AccessorValue<S> signalNextValue(const S &signal, Next &&next)
{
    return nextValue<AccessorValue<S>>(signal.peek(), std::forward<Next>(next));
}

/// Whether the handle can be written.
template<typename S>
[[nodiscard]] constexpr bool isWritable(const S &) noexcept
{
    return WritableSignal<S> || WritableStore<S>;
}

/// The same store behind a handle that cannot write. From nanostores' readonlyType() and nano_kit's readonly().
template<typename Node>
class Readonly : public Store<Node>
{
public:
    using Store<Node>::Store;
};

template<AnyStore S>
[[nodiscard]] Readonly<typename S::node_type> readonly(const S &store)
{
    return Readonly<typename S::node_type>(store.node());
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
