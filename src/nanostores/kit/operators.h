// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit/detail/engine.h>
#include <nanostores/kit/values.h>

#include <concepts>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

/// Functions of values and accessors that return an accessor. Nothing is kept: each read asks the operands again, and
/// no further than it has to. For a store, put computed() around one.
namespace nanostores::kit {

namespace internal {

template<typename... V>
using CommonValue = std::common_type_t<ReadValue<V>...>;

/// Operands of one type in common, of which all but the last one count as true or not.
template<typename... V>
inline constexpr bool truthValuesButLast = true;
template<typename First, typename Second, typename... Rest>
inline constexpr bool truthValuesButLast<First, Second, Rest...> =
    TruthValue<ReadValue<First>> && truthValuesButLast<Second, Rest...>;

template<typename... V>
concept TruthOperands = sizeof...(V) > 0 && truthValuesButLast<V...> &&requires { typename CommonValue<V...>; };

template<typename A, typename B>
inline constexpr bool bothIntegers =
    std::is_integral_v<A> && std::is_integral_v<B> && !std::is_same_v<A, bool> && !std::is_same_v<B, bool>
    && !std::is_same_v<A, char> && !std::is_same_v<B, char>;

/// Compares as mathematics does: -1 is less than 0u.
struct Compare
{
    template<typename A, typename B>
    static bool equal(const A &a, const B &b)
    {
        if constexpr (bothIntegers<A, B>) {
            return std::cmp_equal(a, b);
        } else {
            return static_cast<bool>(a == b);
        }
    }
    template<typename A, typename B>
    static bool less(const A &a, const B &b)
    {
        if constexpr (bothIntegers<A, B>) {
            return std::cmp_less(a, b);
        } else {
            return static_cast<bool>(a < b);
        }
    }
    template<typename A, typename B>
    static bool lessOrEqual(const A &a, const B &b)
    {
        if constexpr (bothIntegers<A, B>) {
            return std::cmp_less_equal(a, b);
        } else {
            return static_cast<bool>(a <= b);
        }
    }
};

template<typename F, typename L, typename R>
auto compareWith(F f, L &&left, R &&right)
{
    return [f, l = std::decay_t<L>(std::forward<L>(left)), r = std::decay_t<R>(std::forward<R>(right))] {
        return f(static_cast<const ReadValue<L> &>(read(l)), static_cast<const ReadValue<R> &>(read(r)));
    };
}

/// The first operand that is true (or false, as wanted), or the last one.
template<bool wanted, typename T, std::size_t I = 0, typename Tuple>
T firstThatIs(const Tuple &operands)
{
    if constexpr (I + 1 == std::tuple_size_v<Tuple>) {
        return T(read(std::get<I>(operands)));
    } else {
        decltype(auto) value = read(std::get<I>(operands));
        if (truthy<std::decay_t<decltype(value)>>(value) == wanted) {
            return T(value);
        }
        return firstThatIs<wanted, T, I + 1>(operands);
    }
}

} // namespace internal

/// The first operand that is truthy(), or the last one. Later ones are not read.
template<typename... Operands>
requires internal::TruthOperands<Operands...>
[[nodiscard]] auto some(Operands &&...operands)
{
    return [kept = std::tuple<std::decay_t<Operands>...>(std::forward<Operands>(operands)...)] {
        return internal::firstThatIs<true, internal::CommonValue<Operands...>>(kept);
    };
}

/// The first operand that is not truthy(), or the last one. Later ones are not read.
template<typename... Operands>
requires internal::TruthOperands<Operands...>
[[nodiscard]] auto every(Operands &&...operands)
{
    return [kept = std::tuple<std::decay_t<Operands>...>(std::forward<Operands>(operands)...)] {
        return internal::firstThatIs<false, internal::CommonValue<Operands...>>(kept);
    };
}

/// left if it is truthy(), else right. The original's or().
template<typename L, typename R>
requires internal::TruthOperands<L, R>
[[nodiscard]] auto or_(L &&left, R &&right)
{
    return some(std::forward<L>(left), std::forward<R>(right));
}

/// left if it is not truthy(), else right. The original's and().
template<typename L, typename R>
requires internal::TruthOperands<L, R>
[[nodiscard]] auto and_(L &&left, R &&right)
{
    return every(std::forward<L>(left), std::forward<R>(right));
}

/// Whether the operand is not truthy(). The original's not().
template<typename V>
requires TruthValue<ReadValue<V>>
[[nodiscard]] auto not_(V &&operand)
{
    return [v = std::decay_t<V>(std::forward<V>(operand))] { return !truthy<ReadValue<V>>(read(v)); };
}

/// Whether both are equal.
template<typename L, typename R>
[[nodiscard]] auto is(L &&left, R &&right)
{
    return internal::compareWith([](const auto &l, const auto &r) { return internal::Compare::equal(l, r); },
                                 std::forward<L>(left), std::forward<R>(right));
}

/// Whether they differ.
template<typename L, typename R>
[[nodiscard]] auto isNot(L &&left, R &&right)
{
    return internal::compareWith([](const auto &l, const auto &r) { return !internal::Compare::equal(l, r); },
                                 std::forward<L>(left), std::forward<R>(right));
}

/// Whether left > right.
template<typename L, typename R>
[[nodiscard]] auto gt(L &&left, R &&right)
{
    return internal::compareWith([](const auto &l, const auto &r) { return internal::Compare::less(r, l); },
                                 std::forward<L>(left), std::forward<R>(right));
}

/// Whether left >= right.
template<typename L, typename R>
[[nodiscard]] auto gte(L &&left, R &&right)
{
    return internal::compareWith([](const auto &l, const auto &r) { return internal::Compare::lessOrEqual(r, l); },
                                 std::forward<L>(left), std::forward<R>(right));
}

/// Whether left < right.
template<typename L, typename R>
[[nodiscard]] auto lt(L &&left, R &&right)
{
    return internal::compareWith([](const auto &l, const auto &r) { return internal::Compare::less(l, r); },
                                 std::forward<L>(left), std::forward<R>(right));
}

/// Whether left <= right.
template<typename L, typename R>
[[nodiscard]] auto lte(L &&left, R &&right)
{
    return internal::compareWith([](const auto &l, const auto &r) { return internal::Compare::lessOrEqual(l, r); },
                                 std::forward<L>(left), std::forward<R>(right));
}

/// then while the condition is truthy(), otherwise otherwise. The other one is not read.
template<typename C, typename T, typename E>
requires TruthValue<ReadValue<C>> && requires { typename internal::CommonValue<T, E>; }
[[nodiscard]] auto when(C &&condition, T &&then, E &&otherwise)
{
    using Result = internal::CommonValue<T, E>;
    return [c = std::decay_t<C>(std::forward<C>(condition)), t = std::decay_t<T>(std::forward<T>(then)),
            e = std::decay_t<E>(std::forward<E>(otherwise))] {
        return truthy<ReadValue<C>>(read(c)) ? Result(read(t)) : Result(read(e));
    };
}

/// then while the condition is truthy(), else an empty optional.
template<typename C, typename T>
requires TruthValue<ReadValue<C>>
[[nodiscard]] auto when(C &&condition, T &&then)
{
    using Result = std::optional<ReadValue<T>>;
    return [c = std::decay_t<C>(std::forward<C>(condition)), t = std::decay_t<T>(std::forward<T>(then))] {
        return truthy<ReadValue<C>>(read(c)) ? Result(read(t)) : Result();
    };
}

} // namespace nanostores::kit
