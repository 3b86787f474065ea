// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/describe.h>

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

/// How much memory a value takes, roughly: what a history's limit of bytes counts.
namespace nanostores::detail {

/// A function found by the argument's namespace: `std::size_t historyBytes(const Picture &picture)`.
template<typename T>
concept CountsItsBytes = requires(const T &value) {
    {
        historyBytes(value)
    } -> std::convertible_to<std::size_t>;
};

template<typename T>
std::size_t bytesOf(const T &value);

/// What a value holds beside itself.
template<typename T>
std::size_t heapBytesOf(const T &value)
{
    if constexpr (std::is_trivially_copyable_v<T>) {
        return 0;
    } else if constexpr (isMapOfValues<T>) {
        std::size_t sum = 0;
        for (auto entry = value.begin(); entry != value.end(); ++entry) {
            if constexpr (requires { entry.key(); }) {
                sum += bytesOf<typename T::key_type>(entry.key()) + bytesOf<typename T::mapped_type>(entry.value());
            } else {
                sum += bytesOf<typename T::key_type>(entry->first) + bytesOf<typename T::mapped_type>(entry->second);
            }
        }
        return sum;
    } else if constexpr (requires {
                             typename T::value_type;
                             value.size();
                             value.begin();
                         }) {
        using Item = typename T::value_type;
        if constexpr (std::is_trivially_copyable_v<Item>) {
            return static_cast<std::size_t>(value.size()) * sizeof(Item);
        } else if constexpr (isListOfValues<T>) {
            std::size_t sum = 0;
            for (const auto &item : value) {
                sum += bytesOf<Item>(item);
            }
            return sum;
        } else {
            return static_cast<std::size_t>(value.size()) * sizeof(Item);
        }
    } else if constexpr (OptionalLike<T>) {
        return value.has_value() ? heapBytesOf<typename T::value_type>(*value) : 0;
    } else if constexpr (ListsItsFields<T>) {
        std::size_t sum = 0;
        T::visitFields([&](const char *, auto member) { sum += heapBytesOf(value.*member); });
        return sum;
    } else {
        return 0;
    }
}

/// Shared memory counts as if it were the value's own.
template<typename T>
std::size_t bytesOf(const T &value)
{
    if constexpr (CountsItsBytes<T>) {
        return historyBytes(value);
    } else {
        return sizeof(T) + heapBytesOf(value);
    }
}

} // namespace nanostores::detail
