// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/derivedlist.h>
#include <nanostores/core/detail/sorting.h>
#include <nanostores/core/detail/traits.h>
#include <nanostores/core/dictionary.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/group.h>

#include <nanostores/core/detail/algorithm.h>
#include <nanostores/core/detail/keytable.h>
#include <cstddef>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// What filtered(), sorted() and grouped() make: a computed store that knows the store its items come from, so that an
/// item that is edited in a view of it can be written where it comes from. A copy as a Computed does not know it.
template<typename T, typename S>
class Derived : public Computed<T>
{
public:
    using source_type = S;

    Derived(Computed<T> computed, S source)
        : Computed<T>(std::move(computed))
        , m_source(std::move(source))
    {
    }

    const S &source() const { return m_source; }
    Derived named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }

private:
    S m_source;
};

namespace detail {

template<typename S>
inline constexpr bool isDerived = false;
template<typename T, typename S>
inline constexpr bool isDerived<Derived<T, S>> = true;
template<typename C, typename S>
inline constexpr bool isDerived<DerivedList<C, S>> = true;

/// Where the items of the store come from in the end: what the first one of several derived stores was made of.
template<typename S>
const auto &originOf(const S &store)
{
    if constexpr (isDerived<S>) {
        return originOf(store.source());
    } else {
        return store;
    }
}
template<typename S>
using OriginOf = std::decay_t<decltype(originOf(std::declval<const S &>()))>;

template<typename S, typename T>
Derived<T, S> derived(Computed<T> computed, S source)
{
    return {std::move(computed), std::move(source)};
}

/// A store of a list or of a dictionary, whose values are the items.
template<typename S>
concept ItemsStore = AnyStore<S> && (isDictionary<typename S::value_type> || requires(typename S::value_type items) {
                         items.push_back(*items.begin());
                         items.reserve(items.size());
                     });

template<typename Items>
const auto &itemOf(const typename Items::value_type &element)
{
    if constexpr (isDictionary<Items>) {
        return element.second;
    } else {
        return element;
    }
}
template<typename Items>
void addTo(Items &items, const typename Items::value_type &element)
{
    if constexpr (isDictionary<Items>) {
        items.insert(element.first, element.second);
    } else {
        items.push_back(element);
    }
}

/// Calls make(f, stores...) with what came as (stores..., f).
template<typename Make, typename... Rest>
auto withFunction(Make make, Rest... rest)
{
    return lastFirst(std::move(make), std::tuple<Rest...>(std::move(rest)...),
                     std::make_index_sequence<sizeof...(Rest) - 1>());
}

/// The items while functions of the program are called, which may write the store: by a counter, as its value is shared
/// until then. Other containers are not copied, and may not be written meanwhile.
template<typename Items>
struct HeldItems
{
    static constexpr bool isShared =
        requires(const Items &items) { items.isSharedWith(items); } || requires(Items &items) { items.isDetached(); };
    using Type = std::conditional_t<isShared, const Items, const Items &>;
};

/// Dictionaries are equal whatever their order, which is all that sorting changes.
template<typename S>
S comparingOrder(const S &store)
{
    using Items = typename S::value_type;
    if constexpr (isDictionary<Items>) {
        store.setEqual(
            [](const Items &a, const Items &b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); });
    }
    return store;
}

} // namespace detail

// GCC compares the names of types in generic lambdas with those of the program, and warns (-Wshadow): so they are long.

/// filtered(list, f), filtered(list, stores..., f): the items for which f(item, values...) is true, in their order. f
/// may be a member, too. Of a list or of a Map's values; the result is of the same kind. Of a List, f is asked again
/// only about the items that change.
///
///     const auto open = filtered(todos, [](const Todo &todo) { return !todo.done; });
///     const auto found = filtered(todos, query, [](const Todo &todo, const std::string &query) { ... });
template<detail::ItemsStore S, typename... Rest>
requires detail::storesThenFunction<Rest...>
[[nodiscard]] auto filtered(S list, Rest... rest)
{
    return detail::withFunction(
        [&list](auto f, auto... stores) {
            using SourceItems = typename S::value_type;
            if constexpr (detail::FollowedListStore<S>) {
                return detail::makeDerivedList<SourceItems, detail::FilteredListNode>(std::move(f), list,
                                                                                      std::move(stores)...);
            } else {
                auto result = computed(list, std::move(stores)...,
                                       [f = std::move(f)](const SourceItems &current, const auto &...values) {
                                           typename detail::HeldItems<SourceItems>::Type listed = current;
                                           SourceItems kept;
                                           for (const auto &element : listed) {
                                               if (std::invoke(f, detail::itemOf<SourceItems>(element), values...)) {
                                                   detail::addTo(kept, element);
                                               }
                                           }
                                           return kept;
                                       });
                return detail::derived(std::move(result), list);
            }
        },
        std::move(rest)...);
}

/// sorted(list, by), sorted(list, stores..., by): the items in the order of a member (`&Todo::title`), of what a
/// function makes of an item, or of a function that says whether one item goes before another: by(a, b, values...).
/// Equal ones keep their order. Of numbers, NaN goes last. See descending(). Of a List, an item that changes is put in
/// its place, and the others are not looked at again.
template<detail::ItemsStore S, typename... Rest>
requires detail::storesThenFunction<Rest...>
[[nodiscard]] auto sorted(S list, Rest... rest)
{
    return detail::withFunction(
        [&list](auto by, auto... stores) {
            using SourceItems = typename S::value_type;
            if constexpr (detail::FollowedListStore<S>) {
                return detail::makeDerivedList<SourceItems, detail::SortedListNode>(std::move(by), list,
                                                                                    std::move(stores)...);
            } else {
                auto result =
                    computed(list, std::move(stores)...,
                             [by = std::move(by)](const SourceItems &current, const auto &...values) {
                                 typename detail::HeldItems<SourceItems>::Type listed = current;
                                 std::vector<const typename SourceItems::value_type *> order;
                                 order.reserve(static_cast<std::size_t>(listed.size()));
                                 for (const auto &element : listed) {
                                     order.push_back(&element);
                                 }
                                 std::stable_sort(order.begin(), order.end(), [&](const auto *left, const auto *right) {
                                     return detail::goesBefore(by, detail::itemOf<SourceItems>(*left),
                                                               detail::itemOf<SourceItems>(*right), values...);
                                 });
                                 SourceItems ordered;
                                 ordered.reserve(listed.size());
                                 for (const auto *element : order) {
                                     detail::addTo(ordered, *element);
                                 }
                                 return ordered;
                             });
                return detail::derived(detail::comparingOrder(result), list);
            }
        },
        std::move(rest)...);
}
/// sorted(list): by the items' own order.
template<detail::ItemsStore S>
[[nodiscard]] auto sorted(S list)
{
    return sorted(std::move(list), detail::ByItself());
}

/// grouped(list, by), grouped(list, stores..., by): the items with the same key together, a std::vector of Group. The
/// key is a member or what a function makes of an item. Groups come in the order of their first items; items keep
/// theirs. Of a List, a change looks at the groups that it touches.
template<detail::ItemsStore S, typename... Rest>
requires detail::storesThenFunction<Rest...>
[[nodiscard]] auto grouped(S list, Rest... rest)
{
    return detail::withFunction(
        [&list](auto by, auto... stores) {
            using SourceItems = typename S::value_type;
            if constexpr (detail::FollowedListStore<S>) {
                using KeyOfGroup =
                    std::decay_t<std::invoke_result_t<decltype(by) &, const typename SourceItems::value_type &,
                                                      const typename decltype(stores)::value_type &...>>;
                return detail::makeDerivedList<std::vector<Group<KeyOfGroup, SourceItems>>, detail::GroupedListNode>(
                    std::move(by), list, std::move(stores)...);
            } else {
                auto result = computed(list, std::move(stores)...,
                                       [by = std::move(by)](const SourceItems &current, const auto &...values) {
                                           typename detail::HeldItems<SourceItems>::Type listed = current;
                                           using KeyOfGroup = std::decay_t<decltype(std::invoke(
                                               by, detail::itemOf<SourceItems>(*listed.begin()), values...))>;
                                           std::vector<Group<KeyOfGroup, SourceItems>> groups;
                                           detail::KeyTable<KeyOfGroup, std::size_t> places;
                                           for (const auto &element : listed) {
                                               KeyOfGroup key =
                                                   std::invoke(by, detail::itemOf<SourceItems>(element), values...);
                                               const auto [place, isNew] = places.try_emplace(key, groups.size());
                                               if (isNew) {
                                                   groups.push_back({std::move(key), {}});
                                               }
                                               detail::addTo(groups[place->second].items, element);
                                           }
                                           return groups;
                                       });
                return detail::derived(std::move(result), list);
            }
        },
        std::move(rest)...);
}

} // namespace nanostores
