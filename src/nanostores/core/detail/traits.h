// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef> // first: Qt 6.4's moc stumbles over <concepts> alone

#include <concepts>
#include <functional>
#include <optional>

/// Which kind a type is of, asked in one place.
namespace nanostores {

template<typename K, typename V>
class Dictionary;
template<typename K, typename V>
class Map;

namespace detail {

template<typename T>
inline constexpr bool isOptional = false;
template<typename T>
inline constexpr bool isOptional<std::optional<T>> = true;

template<typename T>
inline constexpr bool isDictionary = false;
template<typename K, typename V>
inline constexpr bool isDictionary<Dictionary<K, V>> = true;

/// The store, not its value.
template<typename S>
inline constexpr bool isMap = false;
template<typename K, typename V>
inline constexpr bool isMap<Map<K, V>> = true;

/// A std::optional, and its like of other libraries.
template<typename T>
concept OptionalLike = requires(const T &value) {
    typename T::value_type;
    {
        value.has_value()
    } -> std::same_as<bool>;
    {
        *value
    } -> std::convertible_to<const typename T::value_type &>;
};

/// A struct declared with NANOSTORES_STRUCT.
template<typename T>
concept ListsItsFields = requires { T::visitFields([](const char *, auto) {}); };

/// A key that unordered containers take.
template<typename K>
concept Hashable = std::equality_comparable<K> && requires(const K &key) { std::hash<K>{}(key); };

} // namespace detail

} // namespace nanostores
