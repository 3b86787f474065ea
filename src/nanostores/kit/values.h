// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/signal.h>
#include <nanostores/core/tracking.h>
#include <nanostores/kit/detail/engine.h>

#include <concepts>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace nanostores::kit {

namespace internal {

template<typename V>
struct ValueOrAccessorType
{
    using type = std::conditional_t<std::is_same_v<V, const char *> || std::is_same_v<V, char *>, std::string, V>;
};
template<Accessor A>
struct ValueOrAccessorType<A>
{
    using type = AccessorValue<A>;
};

} // namespace internal

/// What read() of a value or an accessor gives: the accessor's value, or the value itself; a string literal counts as
/// a std::string.
template<typename V>
using ReadValue = typename internal::ValueOrAccessorType<std::decay_t<V>>::type;

/// Whether it is read by calling it.
template<typename V>
[[nodiscard]] constexpr bool isAccessor(const V &) noexcept
{
    return Accessor<std::decay_t<V>>;
}

/// Whether it is a store that is read by calling it, not just any function.
template<typename V>
[[nodiscard]] constexpr bool isSignal(const V &) noexcept
{
    return Accessor<V> && NodeHandle<V>;
}

/// The accessor's value, tracked; what is no accessor is returned as it is. It is $get of the original.
template<typename V>
[[nodiscard]] decltype(auto) read(V &&valueOrAccessor)
{
    if constexpr (Accessor<std::decay_t<V>>) {
        return valueOrAccessor();
    } else {
        return static_cast<V>(std::forward<V>(valueOrAccessor));
    }
}

/// As read(), without tracking.
template<typename V>
[[nodiscard]] ReadValue<V> get(const V &valueOrAccessor)
{
    return untracked([&] { return ReadValue<V>(read(valueOrAccessor)); });
}

/// A store as it is, an accessor as a computed store, a value as a new signal.
template<typename V>
[[nodiscard]] auto toSignal(V &&value)
{
    using D = std::decay_t<V>;
    if constexpr (!Accessor<D>) {
        return Signal<ReadValue<D>>(ReadValue<D>(std::forward<V>(value)));
    } else if constexpr (NodeHandle<D>) {
        return D(std::forward<V>(value));
    } else {
        return computed(D(std::forward<V>(value)));
    }
}

/// An accessor as it is, a value as a function that returns it.
template<typename V>
[[nodiscard]] auto toAccessor(V &&value)
{
    using D = std::decay_t<V>;
    if constexpr (Accessor<D>) {
        return D(std::forward<V>(value));
    } else {
        return [kept = ReadValue<D>(std::forward<V>(value))] { return kept; };
    }
}

/// An accessor as it is, a value as a new signal.
template<typename V>
[[nodiscard]] auto toAccessorOrSignal(V &&value)
{
    using D = std::decay_t<V>;
    if constexpr (Accessor<D>) {
        return D(std::forward<V>(value));
    } else {
        return toSignal(std::forward<V>(value));
    }
}

/// Whether there is nothing: an empty std::optional, a null pointer, nullptr, std::nullopt or std::monostate. Never
/// true of numbers, strings and containers.
template<typename V>
[[nodiscard]] constexpr bool isEmpty(const V &value) noexcept
{
    if constexpr (std::is_same_v<V, std::nullopt_t> || std::is_null_pointer_v<V> || std::is_same_v<V, std::monostate>) {
        return true;
    } else if constexpr (requires { value.has_value(); }) {
        return !value.has_value();
    } else if constexpr (std::is_pointer_v<V> || requires { typename V::element_type; }) {
        return value == nullptr;
    } else {
        return false;
    }
}

namespace internal {

template<typename V>
concept Conditional = requires(const V &value) { value ? 1 : 0; };

template<typename C>
concept Character = std::is_same_v<C, char> || std::is_same_v<C, wchar_t> || std::is_same_v<C, char8_t>
                    || std::is_same_v<C, char16_t> || requires(const C &c) { c.unicode(); };

/// A string without a conversion to bool, such as std::string, of whatever library.
template<typename V>
concept Text = !Conditional<V> && Character<typename V::value_type> && requires(const V &value) { value.size(); };

} // namespace internal

/// A value of which it can be said whether it counts as true.
template<typename V>
concept TruthValue = internal::Conditional<V> || internal::Text<V>;

/// Whether the value counts as true: its conversion to bool, of a string whether it holds something. NaN does not.
template<TruthValue V>
[[nodiscard]] constexpr bool truthy(const V &value)
{
    if constexpr (internal::Text<V>) {
        return value.size() != 0;
    } else if constexpr (std::is_same_v<V, const char *> || std::is_same_v<V, char *>) {
        return value && *value;
    } else if constexpr (std::is_floating_point_v<V>) {
        return value == value && value != 0;
    } else {
        return static_cast<bool>(value);
    }
}

/// The value's size() as a store.
template<Accessor A>
[[nodiscard]] auto length(A accessor)
{
    return computed([accessor = std::move(accessor)] { return accessor().size(); });
}

/// Whether the value is truthy(), as a store.
template<Accessor A>
requires TruthValue<AccessorValue<A>>
[[nodiscard]] auto boolean(A accessor)
{
    return computed([accessor = std::move(accessor)] { return truthy<AccessorValue<A>>(accessor()); });
}

/// The value that the accessor had before its present one; empty until it has changed once after the first read.
template<Accessor A>
[[nodiscard]] auto previous(A accessor)
{
    using T = AccessorValue<A>;
    return computed([accessor = std::move(accessor), last = std::optional<T>(), before = std::optional<T>()]() mutable {
        T value = accessor();
        if (!last || !Equal<T>{}(*last, value)) {
            before = std::exchange(last, std::optional<T>(std::move(value)));
        }
        return before;
    });
}

namespace internal {

/// The shortest number of digits that gives the same number back.
inline void appendNumber(std::string &text, double number)
{
    char digits[32];
    for (const int precision : {6, 15, 16, 17}) {
        std::snprintf(digits, sizeof(digits), "%.*g", precision, number);
        if (std::strtod(digits, nullptr) == number) {
            break;
        }
    }
    text += digits;
}

template<typename V>
void appendText(std::string &text, const V &value)
{
    if constexpr (std::is_same_v<V, bool>) {
        text += value ? "true" : "false";
    } else if constexpr (std::is_same_v<V, char>) {
        text += value;
    } else if constexpr (std::is_same_v<V, float>) {
        char digits[32];
        for (const int precision : {6, 8, 9}) {
            std::snprintf(digits, sizeof(digits), "%.*g", precision, static_cast<double>(value));
            if (std::strtof(digits, nullptr) == value) {
                break;
            }
        }
        text += digits;
    } else if constexpr (std::is_floating_point_v<V>) {
        appendNumber(text, static_cast<double>(value));
    } else if constexpr (std::is_integral_v<V>) {
        text += std::to_string(value);
    } else if constexpr (std::is_convertible_v<const V &, std::string_view>) {
        text += std::string_view(value);
    } else if constexpr (requires { value.toStdString(); }) {
        text += value.toStdString();
    } else if constexpr (requires { value.has_value(); }) {
        if (value.has_value()) {
            appendText(text, *value);
        }
    } else {
        static_assert(
            requires { std::to_string(value); }, "concat() takes strings, numbers, bool and optional ones");
        text += std::to_string(value);
    }
}

/// std::string, or the first type among the parts that has a fromStdString().
template<typename... V>
struct TextOf
{
    using type = std::string;
};
template<typename First, typename... Rest>
struct TextOf<First, Rest...>
{
    using type = typename TextOf<Rest...>::type;
};
template<typename First, typename... Rest>
requires requires { First::fromStdString(std::string()); }
struct TextOf<First, Rest...>
{
    using type = First;
};

} // namespace internal

/// Values and accessors, one after the other, as a store of std::string, or of the string type of one of them, if it
/// has a fromStdString(). Empty optionals give nothing.
template<typename... Parts>
[[nodiscard]] auto concat(Parts &&...parts)
{
    using Text = typename internal::TextOf<ReadValue<Parts>...>::type;
    return computed([kept = std::tuple<std::decay_t<Parts>...>(std::forward<Parts>(parts)...)] {
        std::string text;
        std::apply([&](const auto &...part) { (internal::appendText(text, read(part)), ...); }, kept);
        if constexpr (std::is_same_v<Text, std::string>) {
            return text;
        } else {
            return Text::fromStdString(text);
        }
    });
}

/// One cleanup that calls the others in order. Functions, hooks' Unbind, subscriptions; empty functions are skipped.
template<typename... Destroys>
[[nodiscard]] auto composeDestroys(Destroys &&...destroys)
{
    return [kept = std::tuple<std::decay_t<Destroys>...>(std::forward<Destroys>(destroys)...)]() mutable {
        const auto call = [](auto &destroy) {
            using D = std::decay_t<decltype(destroy)>;
            if constexpr (!std::is_null_pointer_v<D>) {
                if constexpr (std::is_constructible_v<bool, const D &> && !std::is_empty_v<D>) {
                    if (!static_cast<bool>(destroy)) {
                        return;
                    }
                }
                destroy();
            }
        };
        std::apply([&](auto &...each) { (call(each), ...); }, kept);
    };
}

/// Does nothing, whatever it is called with.
inline constexpr auto noop = [](auto &&...) {};

} // namespace nanostores::kit
