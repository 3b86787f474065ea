// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/algorithm.h>

#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// For sorted() and List::sort(): the greatest first, by a member or by what a function makes of an item.
template<typename By>
struct Descending
{
    template<typename T>
    decltype(auto) operator()(const T &item) const
    {
        return std::invoke(by, item);
    }

    By by;
};
template<typename By>
[[nodiscard]] Descending<By> descending(By by)
{
    return {std::move(by)};
}

namespace detail {

template<typename T>
inline constexpr bool isDescending = false;
template<typename By>
inline constexpr bool isDescending<Descending<By>> = true;

/// Whether one value goes before another, which is greater, or less if it descends; NaN, which has no order, goes last.
template<bool descends = false, typename A, typename B>
bool isBefore(const A &a, const B &b)
{
    if constexpr (std::is_floating_point_v<A> && std::is_floating_point_v<B>) {
        return (descends ? b < a : a < b) || (a == a && b != b);
    } else if constexpr (descends) {
        return b < a;
    } else {
        return a < b;
    }
}

/// Whether the item by which goes before the other: by a function of two, or by what it makes of each.
template<typename By, typename T, typename... Values>
bool goesBefore(const By &by, const T &a, const T &b, const Values &...values)
{
    if constexpr (isDescending<By>) {
        return isBefore<true>(std::invoke(by.by, a, values...), std::invoke(by.by, b, values...));
    } else if constexpr (std::is_invocable_r_v<bool, const By &, const T &, const T &, const Values &...>) {
        return std::invoke(by, a, b, values...);
    } else {
        return isBefore(std::invoke(by, a, values...), std::invoke(by, b, values...));
    }
}

/// By the items' own order.
struct ByItself
{
    template<typename T>
    bool operator()(const T &a, const T &b) const
    {
        return isBefore(a, b);
    }
};

/// What `by` makes of an item, if that is a number: it is then read once for each item, and not in each comparison.
template<typename By, typename T, typename... Values>
struct NumberBy
{
    static constexpr bool is = false;
};
template<typename By, typename T, typename... Values>
requires(!isDescending<By> && !std::is_invocable_r_v<bool, const By &, const T &, const T &, const Values &...>
         && std::is_arithmetic_v<std::decay_t<std::invoke_result_t<const By &, const T &, const Values &...>>>)
struct NumberBy<By, T, Values...>
{
    static constexpr bool is = true;
    using Type = std::decay_t<std::invoke_result_t<const By &, const T &, const Values &...>>;

    static Type of(const By &by, const T &item, const Values &...values) { return std::invoke(by, item, values...); }
};
template<typename By, typename T, typename... Values>
struct NumberBy<Descending<By>, T, Values...> : NumberBy<By, T, Values...>
{
    static auto of(const Descending<By> &by, const T &item, const Values &...values)
    requires(NumberBy<By, T, Values...>::is)
    {
        return NumberBy<By, T, Values...>::of(by.by, item, values...);
    }
};

/// A number and the index of its item. Unlike a std::pair it is moved as plain memory, of which sorting does much.
template<typename Number, typename Index>
struct NumberedIndex
{
    Number number;
    Index index;
};

/// The indices of the items in the order of `by`; equal ones keep theirs. item(i) gives the item at an index.
template<typename Index, typename T, typename ItemAt, typename By, typename... Values>
std::vector<Index> sortedIndices(std::size_t count, ItemAt item, const By &by, const Values &...values)
{
    if (count > std::numeric_limits<Index>::max()) [[unlikely]] {
        throw std::length_error("nanostores: a list of more than 4 294 967 295 items cannot be sorted");
    }
    std::vector<Index> order(count);
    if constexpr (NumberBy<By, T, Values...>::is) {
        std::vector<NumberedIndex<typename NumberBy<By, T, Values...>::Type, Index>> numbers(count);
        for (std::size_t i = 0; i < count; ++i) {
            numbers[i] = {NumberBy<By, T, Values...>::of(by, item(i), values...), static_cast<Index>(i)};
        }
        std::stable_sort(numbers.begin(), numbers.end(),
                         [](const auto &a, const auto &b) { return isBefore<isDescending<By>>(a.number, b.number); });
        for (std::size_t i = 0; i < count; ++i) {
            order[i] = numbers[i].index;
        }
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            order[i] = static_cast<Index>(i);
        }
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
            return goesBefore(by, item(static_cast<std::size_t>(a)), item(static_cast<std::size_t>(b)), values...);
        });
    }
    return order;
}

} // namespace detail
} // namespace nanostores
