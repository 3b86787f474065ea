// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/derivedlistnode.h>
#include <nanostores/core/detail/sorting.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// The items of a list in an order, in which places are found by binary search.
template<typename C, typename By, typename S, typename... Rest>
struct SortedListNode final : DerivedListNode<SortedListNode<C, By, S, Rest...>, C, S, Rest...>
{
    using Base = DerivedListNode<SortedListNode, C, S, Rest...>;
    using Index = std::uint32_t;
    using typename Base::At;
    using typename Base::From;
    using typename Base::Step;
    using typename Base::T;

    /// More items at once are worth sorting all of them.
    static constexpr std::size_t Few = 16;

    SortedListNode(By sortBy, S source, Rest... rest)
        : Base(std::move(source), std::move(rest)...)
        , by(std::move(sortBy))
    {
    }

    std::vector<Index> sortedPlaces()
    {
        const std::size_t count = From::size(this->source());
        return this->withValues(
            [&](const auto &...values) { return sortedIndices<Index, T>(count, this->sourceItems(), by, values...); });
    }
    C make()
    {
        auto sorted = sortedPlaces();
        const auto &listed = this->source();
        C ordered;
        At::reserve(ordered, sorted.size());
        for (const Index place : sorted) {
            ordered.push_back(From::at(listed, place));
        }
        places.swap(sorted);
        return ordered;
    }
    void sortAnew()
    {
        auto sorted = sortedPlaces();
        std::vector<std::size_t> former(places.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            former[places[i]] = i;
        }
        std::vector<std::size_t> order(sorted.size());
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            order[i] = former[sorted[i]];
        }
        this->arrange(std::move(order));
        places.swap(sorted);
    }

    /// Whether an item of this place in the source goes before the one that stands here.
    bool precedes(const T &item, std::size_t place, std::size_t here) const
    {
        const T &other = At::at(*this->value, here);
        return this->withValues([&](const auto &...values) {
            if (goesBefore(by, item, other, values...)) {
                return true;
            }
            return !goesBefore(by, other, item, values...) && place < places[here];
        });
    }
    /// Between first and last, where the item goes.
    std::size_t search(const T &item, std::size_t place, std::size_t first, std::size_t last) const
    {
        while (first < last) {
            const std::size_t middle = first + (last - first) / 2;
            if (precedes(item, place, middle)) {
                last = middle;
            } else {
                first = middle + 1;
            }
        }
        return first;
    }
    /// Where the item of a place in the source stands. former: what it was, most often.
    std::size_t find(std::size_t place, const T *former) const
    {
        if (former) {
            const std::size_t after = search(*former, place, 0, places.size());
            if (after > 0 && places[after - 1] == place) {
                return after - 1;
            }
        }
        return static_cast<std::size_t>(std::find(places.begin(), places.end(), static_cast<Index>(place))
                                        - places.begin());
    }
    /// The item that stands here gets where it belongs. Its place in the source is known already.
    std::size_t settle(std::size_t here, const T &item)
    {
        const std::size_t place = places[here];
        std::size_t there = here;
        if (here > 0 && precedes(item, place, here - 1)) {
            there = search(item, place, 0, here - 1);
        } else if (here + 1 < places.size() && !precedes(item, place, here + 1)) {
            there = search(item, place, here + 2, places.size()) - 1;
        }
        this->moveItem(here, there);
        ListAccess<std::vector<Index>>::move(places, here, there);
        return there;
    }
    void renumber(std::size_t from, std::size_t difference) noexcept
    {
        const auto first = static_cast<Index>(from);
        const auto more = static_cast<Index>(difference);
        for (Index &place : places) {
            place += place >= first ? more : Index{0};
        }
    }

    /// Whether following the step changes the value at once, or not at all if there is an error.
    static bool isOnePart(const Step &step) noexcept { return step.kind != Step::Set && step.count == 1; }
    bool follow(const std::vector<Step> &steps, std::size_t number)
    {
        const Step &step = steps[number];
        switch (step.kind) {
        case Step::Set: {
            const std::size_t now = this->placeNow(steps, number, step.index);
            if (now == Step::None) {
                return true;
            }
            const T item = this->itemNow(now);
            this->setItem(settle(find(step.index, &step.oldItem()), item), item);
            return true;
        }
        case Step::Insert:
            if (step.count > Few) {
                return false;
            }
            renumber(step.index, step.count);
            for (std::size_t i = 0; i < step.count; ++i) {
                const std::size_t now = this->placeNow(steps, number, step.index + i);
                if (now == Step::None) {
                    return false;
                }
                const std::size_t place = step.index + i;
                const T &item = this->itemNow(now);
                const std::size_t here = search(item, place, 0, places.size());
                if (places.size() == places.capacity()) {
                    places.reserve(2 * places.size() + 1);
                }
                this->insertItem(here, item);
                places.insert(places.begin() + static_cast<std::ptrdiff_t>(here), static_cast<Index>(place));
            }
            return true;
        case Step::Remove:
            if (step.count > Few) {
                return false;
            }
            for (std::size_t i = 0; i < step.count; ++i) {
                const std::size_t here = find(step.index + i, &step.oldItem(i));
                this->removeItem(here);
                places.erase(places.begin() + static_cast<std::ptrdiff_t>(here));
            }
            renumber(step.index + step.count, ~step.count + 1);
            return true;
        case Step::Move: {
            const std::size_t here = find(step.index, nullptr);
            for (Index &place : places) {
                place = static_cast<Index>(step.after(place));
            }
            settle(here, T(At::at(*this->value, here)));
            return true;
        }
        case Step::Order:
            return false; // which of equal ones is the first has changed
        }
        return false;
    }

    By by;
    std::vector<Index> places; ///< Where each item stands in the source.
};

} // namespace nanostores::detail
