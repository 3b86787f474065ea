// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef> // first: Qt 6.4's moc stumbles over <concepts> alone

#include <concepts>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

template<typename T>
concept HoldsOne = requires(const T &value) {
    typename T::value_type;
    value.has_value();
};
template<typename T>
concept HoldsItems = requires(T &value) {
    typename T::value_type;
    value.push_back(*value.begin());
    requires !std::same_as<typename T::value_type, T>;
};

// The == of what the standard library makes of other types is there whatever those are, and does not compile where they
// have none. So those are asked, too.

template<typename T, int Depth = 0>
constexpr bool isComparable();

template<typename T, int Depth, std::size_t... I>
constexpr bool areElementsComparable(std::index_sequence<I...>)
{
    return (isComparable<std::remove_const_t<std::tuple_element_t<I, T>>, Depth>() && ...);
}
template<typename T, int Depth>
inline constexpr bool areAlternativesComparable = true;
template<template<typename...> typename V, typename... T, int Depth>
inline constexpr bool areAlternativesComparable<V<T...>, Depth> = (isComparable<T, Depth>() && ...);

/// Whether == of two T compiles.
template<typename T, int Depth>
constexpr bool isComparable()
{
    constexpr int Next = Depth + 1;
    if constexpr (!std::equality_comparable<T> || Depth == 8) { // 8: a type that holds itself
        return std::equality_comparable<T>;
    } else if constexpr (requires {
                             typename T::allocator_type;
                             typename T::value_type;
                         }) { // NOLINT(bugprone-branch-clone): one condition for both is harder to read
        return isComparable<typename T::value_type, Next>();
    } else if constexpr (requires { std::tuple_size<T>::value; }) { // std::pair, std::tuple, std::array
        return areElementsComparable<T, Next>(std::make_index_sequence<std::tuple_size<T>::value>());
    } else if constexpr (requires(const T &value) { value.valueless_by_exception(); }) { // std::variant
        return areAlternativesComparable<T, Next>;
    } else if constexpr (HoldsOne<T>) {
        return isComparable<typename T::value_type, Next>();
    } else {
        return true;
    }
}

template<typename T>
constexpr bool usesOperator();

} // namespace detail

/// Whether two values of a store count as the same: then a set() is no change.
///
/// Floating point follows JavaScript's Object.is: NaN equals NaN, and +0 differs from -0. Other types use ==. What a
/// std::optional or a sequence holds is compared by its own Equal. A type without == is never the same, nor is a
/// container of such. Specialise it for a type, or give one store its own with setEqual().
template<typename T>
struct Equal
{
    static constexpr bool comparable = detail::isComparable<T>();
    static constexpr bool byOperator = detail::usesOperator<T>(); ///< == alone decides.

    constexpr bool operator()(const T &a, const T &b) const
    {
        if constexpr (std::is_floating_point_v<T>) {
            if (a == b) {
                return a != T(0) || (T(1) / a > T(0)) == (T(1) / b > T(0));
            }
            return a != a && b != b;
        } else if constexpr (comparable && !byOperator && detail::HoldsOne<T>) {
            return a.has_value() == b.has_value() && (!a.has_value() || Equal<typename T::value_type>{}(*a, *b));
        } else if constexpr (comparable && !byOperator) {
            auto other = b.begin();
            for (auto item = a.begin(); item != a.end(); ++item, ++other) {
                if (other == b.end() || !Equal<typename T::value_type>{}(*item, *other)) {
                    return false;
                }
            }
            return other == b.end();
        } else if constexpr (comparable) {
            return static_cast<bool>(a == b);
        } else {
            return false;
        }
    }
};

namespace detail {

/// Whether Equal asks == of all of a T: no floating point, and nothing that has an Equal of its own.
template<typename T>
constexpr bool usesOperator()
{
    if constexpr (std::is_floating_point_v<T>) {
        return false;
    } else if constexpr (HoldsOne<T> || HoldsItems<T>) {
        return requires { requires Equal<typename T::value_type>::byOperator; };
    } else {
        return true;
    }
}

/// Whether two keys are the same, as the keys of a JavaScript Map are: by ==, with NaN the same as NaN.
template<typename K>
constexpr bool sameKey(const K &a, const K &b)
{
    if constexpr (std::is_floating_point_v<K>) {
        return a == b || (a != a && b != b);
    } else {
        return static_cast<bool>(a == b);
    }
}

/// For the maps of the standard library.
template<typename K>
struct SameKey
{
    constexpr bool operator()(const K &a, const K &b) const { return sameKey(a, b); }
};
/// The hash that goes with it: every NaN has the same.
template<typename K, typename Hash>
struct HashOfKey
{
    auto operator()(const K &key) const
    {
        if constexpr (std::is_floating_point_v<K>) {
            if (key != key) {
                return decltype(Hash{}(key))(0x7ff8);
            }
        }
        return Hash{}(key);
    }
};

} // namespace detail
} // namespace nanostores
