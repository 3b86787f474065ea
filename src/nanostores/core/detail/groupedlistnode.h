// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/derivedlistnode.h>
#include <nanostores/core/detail/keytable.h>
#include <nanostores/core/group.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// The items of a list in groups, by a key. Of a change only the groups that it touches are looked at; where an item
/// stands in its group is counted.
template<typename C, typename By, typename S, typename... Rest>
struct GroupedListNode final : DerivedListNode<GroupedListNode<C, By, S, Rest...>, C, S, Rest...>
{
    using Base = DerivedListNode<GroupedListNode, C, S, Rest...>;
    using typename Base::At;
    using typename Base::From;
    using typename Base::Source;
    using typename Base::SourceStep;
    using typename Base::T;
    using Key = decltype(T::key);
    using Item = typename Source::value_type;
    using Number = std::uint32_t; ///< Of a group, whatever place it has.

    /// More items at once are worth grouping all of them.
    static constexpr std::size_t Few = 16;

    GroupedListNode(By groupBy, S source, Rest... rest)
        : Base(std::move(source), std::move(rest)...)
        , by(std::move(groupBy))
    {
    }

    Key keyOf(const Item &item) const
    {
        return this->withValues([&](const auto &...values) -> Key { return std::invoke(by, item, values...); });
    }
    C make()
    {
        const std::size_t count = From::size(this->source());
        const auto item = this->sourceItems();
        C groups;
        std::vector<Number> found;
        found.reserve(count);
        KeyTable<Key, Number> known;
        std::vector<Number> order;
        std::vector<std::size_t> begins;
        for (std::size_t i = 0; i < count; ++i) {
            Key key = keyOf(item(i));
            const auto [place, isNew] = known.try_emplace(key, static_cast<Number>(groups.size()));
            if (isNew) {
                order.push_back(place->second);
                begins.push_back(found.size());
                groups.push_back({std::move(key), {}});
            }
            groups[place->second].items.push_back(item(i));
            found.push_back(place->second);
        }
        numberOf.swap(found);
        numbers.swap(known);
        shown.swap(order);
        firsts.swap(begins);
        return groups;
    }

    /// Where a group stands.
    std::size_t placeOf(Number number) const
    {
        return static_cast<std::size_t>(std::find(shown.begin(), shown.end(), number) - shown.begin());
    }
    /// How many items of the group stand before a place in the source.
    std::size_t rank(Number number, std::size_t place) const
    {
        return static_cast<std::size_t>(
            std::count(numberOf.begin(), numberOf.begin() + static_cast<std::ptrdiff_t>(place), number));
    }
    std::size_t firstOf(Number number) const
    {
        return static_cast<std::size_t>(std::find(numberOf.begin(), numberOf.end(), number) - numberOf.begin());
    }
    /// Puts a group where its first item says.
    void settle(Number number)
    {
        firsts[number] = firstOf(number);
        const std::size_t here = placeOf(number);
        std::size_t there = 0;
        for (const Number other : shown) {
            there += other != number && firsts[other] < firsts[number] ? 1 : 0;
        }
        this->moveItem(here, there);
        ListAccess<std::vector<Number>>::move(shown, here, there);
    }
    /// An item comes to a group, or to a new one. numberOf has its place already, without a number.
    void add(std::size_t place, const Item &item)
    {
        const Key key = keyOf(item);
        const auto known = numbers.find(key);
        if (known == numbers.end()) {
            const auto number = static_cast<Number>(firsts.size());
            firsts.push_back(place);
            numbers.emplace(key, number);
            shown.push_back(number);
            T group{key, {}};
            group.items.push_back(item);
            this->insertItem(At::size(*this->value), std::move(group));
            numberOf[place] = number;
            settle(number);
            return;
        }
        const Number number = known->second;
        const std::size_t here = placeOf(number);
        T group = At::at(*this->value, here);
        ListAccess<Source>::insert(group.items, rank(number, place), Item(item));
        this->setItem(here, std::move(group));
        numberOf[place] = number;
        settle(number);
    }
    /// The item of a place leaves its group, which ends with its last one.
    void take(std::size_t place)
    {
        const Number number = numberOf[place];
        const std::size_t here = placeOf(number);
        T group = At::at(*this->value, here);
        if (From::size(group.items) == 1) {
            numbers.erase(group.key);
            shown.erase(shown.begin() + static_cast<std::ptrdiff_t>(here));
            numberOf[place] = None;
            this->removeItem(here);
            return;
        }
        ListAccess<Source>::erase(group.items, rank(number, place), 1);
        this->setItem(here, std::move(group));
        numberOf[place] = None;
        settle(number);
    }
    void replace(std::size_t place, const Item &item)
    {
        const Number number = numberOf[place];
        const std::size_t here = placeOf(number);
        if (sameKey<Key>(At::at(*this->value, here).key, keyOf(item))) {
            T group = At::at(*this->value, here);
            *ListAccess<Source>::iterator(group.items, rank(number, place)) = item;
            this->setItem(here, std::move(group));
        } else {
            take(place);
            add(place, item);
        }
    }
    void renumber(std::size_t from, std::size_t difference)
    {
        for (const Number number : shown) {
            firsts[number] += firsts[number] >= from ? difference : 0;
        }
    }

    /// Whether following the step changes the value at once, or not at all if there is an error.
    static bool isOnePart(const SourceStep &) noexcept { return false; }
    bool follow(const std::vector<SourceStep> &steps, std::size_t step)
    {
        const SourceStep &what = steps[step];
        if (what.count > Few
            || firsts.size() > 2 * shown.size() + 1000) { // most of the numbers are those of groups that ended
            return false;
        }
        const auto at = [this](std::size_t i) { return numberOf.begin() + static_cast<std::ptrdiff_t>(i); };
        switch (what.kind) {
        case SourceStep::Set: {
            const std::size_t now = this->placeNow(steps, step, what.index);
            if (now != SourceStep::None) {
                replace(what.index, this->itemNow(now));
            }
            return true;
        }
        case SourceStep::Insert:
            numberOf.insert(at(what.index), what.count, None);
            renumber(what.index, what.count);
            for (std::size_t i = 0; i < what.count; ++i) {
                const std::size_t now = this->placeNow(steps, step, what.index + i);
                if (now == SourceStep::None) {
                    return false;
                }
                add(what.index + i, this->itemNow(now));
            }
            return true;
        case SourceStep::Remove:
            for (std::size_t i = 0; i < what.count; ++i) {
                take(what.index + i);
            }
            numberOf.erase(at(what.index), at(what.index + what.count));
            renumber(what.index + what.count, ~what.count + 1);
            return true;
        case SourceStep::Move: {
            const Number number = numberOf[what.index];
            const std::size_t from = rank(number, what.index);
            const std::size_t here = placeOf(number);
            ListAccess<std::vector<Number>>::move(numberOf, what.index, what.to);
            for (const Number other : shown) {
                firsts[other] = other == number ? firsts[other] : what.after(firsts[other]);
            }
            const std::size_t to = rank(number, what.to);
            if (from != to) {
                T group = At::at(*this->value, here);
                ListAccess<Source>::move(group.items, from, to);
                this->setItem(here, std::move(group));
            }
            // The item may have been the first one of its group, and may have left another group's first one behind.
            settle(number);
            return true;
        }
        case SourceStep::Order:
            return false;
        }
        return false;
    }

    static constexpr Number None = static_cast<Number>(-1);

    By by;
    std::vector<Number> numberOf; ///< By place in the source: its group.
    KeyTable<Key, Number> numbers; ///< Of the groups that are there.
    std::vector<Number> shown; ///< By place of the group: its number.
    std::vector<std::size_t> firsts; ///< By number: the place of its first item in the source.
};

} // namespace nanostores::detail
