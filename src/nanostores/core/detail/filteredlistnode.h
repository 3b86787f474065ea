// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/countedflags.h>
#include <nanostores/core/detail/derivedlistnode.h>

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// The items of a list that a function accepts, which is asked about the items that change.
template<typename C, typename F, typename S, typename... Rest>
struct FilteredListNode final : DerivedListNode<FilteredListNode<C, F, S, Rest...>, C, S, Rest...>
{
    using Base = DerivedListNode<FilteredListNode, C, S, Rest...>;
    using typename Base::At;
    using typename Base::From;
    using typename Base::Step;
    using typename Base::T;

    FilteredListNode(F f, S source, Rest... rest)
        : Base(std::move(source), std::move(rest)...)
        , function(std::move(f))
    {
    }

    bool accepts(const T &item) const
    {
        return this->withValues(
            [&](const auto &...values) { return static_cast<bool>(std::invoke(function, item, values...)); });
    }
    C make()
    {
        const std::size_t count = From::size(this->source());
        const auto item = this->sourceItems();
        std::vector<char> accepted(count);
        C kept;
        for (std::size_t i = 0; i < count; ++i) {
            if (accepts(item(i))) {
                accepted[i] = 1;
                kept.push_back(item(i));
            }
        }
        passes = CountedFlags(std::move(accepted));
        return kept;
    }
    /// Whether following the step changes the value at once, or not at all if there is an error.
    static bool isOnePart(const Step &) noexcept { return true; }
    /// False: all is to be computed.
    bool follow(const std::vector<Step> &steps, std::size_t number)
    {
        const Step &step = steps[number];
        switch (step.kind) {
        case Step::Set: {
            const std::size_t now = this->placeNow(steps, number, step.index);
            if (now == Step::None) {
                return true;
            }
            const T &item = this->itemNow(now);
            const bool is = accepts(item);
            const bool was = passes[step.index];
            if (is && was) {
                this->setItem(passes.rank(step.index), item);
            } else if (is) {
                this->insertItem(passes.rank(step.index), item);
            } else if (was) {
                this->removeItem(passes.rank(step.index));
            }
            passes.set(step.index, is);
            return true;
        }
        case Step::Insert: {
            std::vector<char> accepted(step.count);
            C kept;
            for (std::size_t i = 0; i < step.count; ++i) {
                const std::size_t now = this->placeNow(steps, number, step.index + i);
                if (now != Step::None && accepts(this->itemNow(now))) {
                    accepted[i] = 1;
                    kept.push_back(this->itemNow(now));
                }
            }
            passes.reserveMore(step.count);
            this->insertItems(passes.rank(step.index), std::move(kept));
            passes.insert(step.index, accepted);
            return true;
        }
        case Step::Remove: {
            const std::size_t first = passes.rank(step.index);
            this->removeItems(first, passes.rank(step.index + step.count) - first);
            passes.erase(step.index, step.count);
            return true;
        }
        case Step::Move: {
            const std::size_t from = passes.rank(step.index);
            const bool was = passes[step.index];
            passes.move(step.index, step.to);
            if (was) {
                this->moveItem(from, passes.rank(step.to));
            }
            return true;
        }
        case Step::Order:
            return followOrder(step);
        }
        return false;
    }
    bool followOrder(const Step &step)
    {
        std::vector<std::size_t> ranks(passes.size());
        std::size_t rank = 0;
        for (std::size_t i = 0; i < passes.size(); ++i) {
            ranks[i] = rank;
            rank += passes[i] ? 1 : 0;
        }
        std::vector<std::size_t> order;
        order.reserve(rank);
        std::vector<char> next(passes.size());
        for (std::size_t i = 0; i < passes.size(); ++i) {
            const std::size_t before = step.before(i);
            next[i] = passes[before] ? 1 : 0;
            if (passes[before]) {
                order.push_back(ranks[before]);
            }
        }
        CountedFlags ordered(std::move(next));
        this->arrange(std::move(order));
        passes = std::move(ordered);
        return true;
    }

    F function;
    CountedFlags passes; ///< By place in the source: whether the item is here.
};

} // namespace nanostores::detail
