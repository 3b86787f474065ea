// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef> // first: Qt 6.4's moc stumbles over <concepts> alone

#include <concepts>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

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

/// Whether values are copied. A container of what is not says that it could be; a struct that holds one does, too, and
/// has to declare its copy constructor as deleted.
template<typename T>
constexpr bool isCopyable();

template<typename T>
struct Parts
{
    static constexpr bool areCopyable = true;
};
template<typename T>
requires(
    requires { typename T::value_type; } && !requires { typename T::mapped_type; })
struct Parts<T>
{
    static constexpr bool areCopyable =
        std::is_same_v<typename T::value_type, T> || isCopyable<typename T::value_type>();
};
template<typename T>
requires(requires { typename T::mapped_type; })
struct Parts<T>
{
    static constexpr bool areCopyable =
        std::is_same_v<typename T::mapped_type, T>
        || (isCopyable<typename T::key_type>() && isCopyable<typename T::mapped_type>());
};
template<typename A, typename B>
struct Parts<std::pair<A, B>>
{
    static constexpr bool areCopyable = isCopyable<A>() && isCopyable<B>();
};
template<typename... T>
struct Parts<std::tuple<T...>>
{
    static constexpr bool areCopyable = (isCopyable<T>() && ...);
};

template<typename T>
constexpr bool isCopyable()
{
    if constexpr (std::is_copy_constructible_v<T> && std::is_copy_assignable_v<T>) {
        return Parts<T>::areCopyable;
    } else {
        return false;
    }
}

/// A key that unordered containers take.
template<typename K>
concept Hashable = std::equality_comparable<K> && requires(const K &key) { std::hash<K>{}(key); };

} // namespace detail

} // namespace nanostores
