// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit/child.h>
#include <nanostores/kit/detail/engine.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace nanostores::kit {

/// A sequence such as std::vector, of whatever library.
template<typename A>
concept ArrayLike = requires(A array, const A &fixed, typename A::value_type item) {
    array.push_back(std::move(item));
    array.erase(array.begin());
    array.insert(array.begin(), item);
    fixed.size();
};

/// A signal, or another store that is read and written by calling it, whose value is an array.
template<typename S>
concept ArraySignal = WritableSignal<S> && ArrayLike<AccessorValue<S>>;

namespace internal {

template<typename S>
using ItemOf = typename AccessorValue<S>::value_type;

template<typename A>
bool hasIndex(const A &array, std::ptrdiff_t index)
{
    return index >= 0 && static_cast<std::size_t>(index) < static_cast<std::size_t>(array.size());
}

} // namespace internal

/// A copy of the array with the item at the index set, the array grown if need be. A negative index changes nothing.
template<ArrayLike A, typename V>
[[nodiscard]] A assignIndex(A array, std::ptrdiff_t index, V &&value)
{
    return assignKey(std::move(array), index, std::optional<typename A::value_type>(std::forward<V>(value)));
}

/// atIndex(array, index): the item at the index as a signal of its own, an empty optional while there is none. The
/// index may be an accessor. Writing it writes the array; an array that cannot be written gives a Computed.
template<Accessor S, typename Index>
requires ArrayLike<AccessorValue<S>>
[[nodiscard]] auto atIndex(S array, Index index)
{
    return child(std::move(array), std::move(index));
}

/// atFoundIndex(array, predicate): as atIndex(), for the first item that the predicate accepts. The predicate takes
/// (item), (item, index) or (item, index, array), and runs again when the array or a store it reads has changed.
template<Accessor S, typename Predicate>
requires ArrayLike<AccessorValue<S>>
[[nodiscard]] auto atFoundIndex(S array, Predicate predicate)
{
    auto index = computed([array, predicate = std::move(predicate)]() mutable {
        const auto &items = array();
        std::ptrdiff_t i = 0;
        for (const auto &item : items) {
            bool found = false;
            if constexpr (std::is_invocable_v<Predicate &, decltype(item)>) {
                found = static_cast<bool>(predicate(item));
            } else if constexpr (std::is_invocable_v<Predicate &, decltype(item), std::ptrdiff_t>) {
                found = static_cast<bool>(predicate(item, i));
            } else {
                found = static_cast<bool>(predicate(item, i, items));
            }
            if (found) {
                return i;
            }
            ++i;
        }
        return std::ptrdiff_t{-1};
    });
    return atIndex(std::move(array), std::move(index));
}

namespace internal {

/// A signal itself, whose value can be changed where it is; what is made of one, such as a child, has a write of its
/// own.
template<typename S>
inline constexpr bool isPlainSignal = false;
template<typename A>
inline constexpr bool isPlainSignal<Signal<A>> = true;

/// Calls f with the array, or with a copy that is then written.
template<typename S, typename F>
void editArray(const S &array, F f)
{
    if constexpr (isPlainSignal<S>) {
        array.edit(std::move(f));
    } else {
        AccessorValue<S> next = array.peek();
        f(next);
        array(std::move(next));
    }
}

} // namespace internal

/// Calls f with the array to change it, and returns what f returned. A signal's array is changed where it is, without a
/// copy and a comparison, as Atom::edit() says, so whatever f does is a change; of a child it is a copy, which is
/// written.
template<ArraySignal S, typename F>
auto updateArray(const S &array, F &&f)
{
    using Result = std::invoke_result_t<F &&, AccessorValue<S> &>;
    if constexpr (std::is_void_v<Result>) {
        internal::editArray(array, [&f](AccessorValue<S> &next) { std::forward<F>(f)(next); });
    } else {
        std::optional<std::decay_t<Result>> result;
        internal::editArray(array, [&](AccessorValue<S> &next) { result.emplace(std::forward<F>(f)(next)); });
        return *std::move(result);
    }
}

/// Adds items to the end; returns the new size.
template<ArraySignal S, typename... Items>
auto push(const S &array, Items &&...items)
{
    if constexpr (sizeof...(Items) == 0) {
        return array.peek().size();
    }
    std::array<internal::ItemOf<S>, sizeof...(Items)> made{internal::ItemOf<S>(std::forward<Items>(items))...};
    return updateArray(array, [&](auto &next) { // what is added may be a part of the array
        for (auto &item : made) {
            next.push_back(std::move(item));
        }
        return next.size();
    });
}

/// Removes the item at the index and returns it; returns an empty optional where there is none.
template<ArraySignal S>
auto deleteIndex(const S &array, std::ptrdiff_t index)
{
    std::optional<internal::ItemOf<S>> removed;
    if (internal::hasIndex(array.peek(), index)) {
        updateArray(array, [&](auto &next) {
            const auto it = next.begin() + index;
            removed.emplace(std::move(*it));
            next.erase(it);
        });
    }
    return removed;
}

/// Removes the last item and returns it; an empty optional if there was none.
template<ArraySignal S>
auto pop(const S &array)
{
    return deleteIndex(array, static_cast<std::ptrdiff_t>(array.peek().size()) - 1);
}

/// Removes the first item and returns it; an empty optional if there was none.
template<ArraySignal S>
auto shift(const S &array)
{
    return deleteIndex(array, 0);
}

/// Inserts items at the start, in the order given; returns the new size.
template<ArraySignal S, typename... Items>
auto unshift(const S &array, Items &&...items)
{
    if constexpr (sizeof...(Items) == 0) {
        return array.peek().size();
    }
    std::array<internal::ItemOf<S>, sizeof...(Items)> made{internal::ItemOf<S>(std::forward<Items>(items))...};
    return updateArray(array, [&](auto &next) { // what is added may be a part of the array
        std::ptrdiff_t i = 0;
        for (auto &item : made) {
            next.insert(next.begin() + i++, std::move(item));
        }
        return next.size();
    });
}

/// Sets the item at the index, the array grown if need be, and returns it. A negative index changes nothing.
template<ArraySignal S, typename V>
requires std::constructible_from<internal::ItemOf<S>, V &&>
internal::ItemOf<S> setIndex(const S &array, std::ptrdiff_t index, V &&value)
{
    internal::ItemOf<S> item(std::forward<V>(value));
    if constexpr (internal::isPlainSignal<S>) {
        const bool isThere = internal::hasIndex(array.peek(), index);
        if (index >= 0 && !(isThere && Equal<internal::ItemOf<S>>{}(*(array.peek().begin() + index), item))) {
            array.edit([&](AccessorValue<S> &next) {
                using Size = decltype(next.size());
                if (!internal::hasIndex(next, index)) {
                    next.resize(static_cast<Size>(index) + 1);
                }
                next[static_cast<Size>(index)] = item;
            });
        }
    } else {
        array(assignIndex(AccessorValue<S>(array.peek()), index, item));
    }
    return item;
}

} // namespace nanostores::kit
