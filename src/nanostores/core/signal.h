// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/readonly.h>
#include <nanostores/core/tracking.h>

#include <concepts>
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

} // namespace nanostores
