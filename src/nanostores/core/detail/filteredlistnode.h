// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/derivedlistnode.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// How many of so many bytes, which are 0 or 1, are 1: eight at once.
inline std::size_t countOnes(const char *bytes, std::size_t count) noexcept
{
    constexpr std::uint64_t Pairs = 0x00ff00ff00ff00ffull;
    std::size_t ones = 0;
    std::size_t i = 0;
    while (i + 16 <= count) {
        std::uint64_t first = 0; // of each byte the sum of at most 255
        std::uint64_t second = 0;
        for (int n = 0; n < 255 && i + 16 <= count; ++n, i += 16) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes + i, sizeof(word));
            first += word;
            std::memcpy(&word, bytes + i + 8, sizeof(word));
            second += word;
        }
        for (const std::uint64_t sums : {first, second}) {
            const std::uint64_t wide = (sums & Pairs) + ((sums >> 8) & Pairs);
            ones += static_cast<std::size_t>((wide * 0x0001000100010001ull) >> 48);
        }
    }
    for (; i < count; ++i) {
        ones += bytes[i] ? 1 : 0;
    }
    return ones;
}

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
        const auto &listed = this->source();
        std::vector<char> accepted;
        accepted.reserve(From::size(listed));
        C kept;
        for (const T &item : listed) {
            accepted.push_back(accepts(item) ? 1 : 0);
            if (accepted.back()) {
                kept.push_back(item);
            }
        }
        passes.swap(accepted);
        return kept;
    }
    /// Whether following the step changes the value at once, or not at all if there is an error.
    static bool isOnePart(const Step &) noexcept { return true; }
    /// False: all is to be computed.
    bool follow(const std::vector<Step> &steps, std::size_t number)
    {
        const Step &step = steps[number];
        const auto place = [this](std::size_t i) { return passes.begin() + static_cast<std::ptrdiff_t>(i); };
        const auto rank = [this](std::size_t i) { return countOnes(passes.data(), i); };
        switch (step.kind) {
        case Step::Set: {
            const std::size_t now = this->placeNow(steps, number, step.index);
            if (now == Step::None) {
                return true;
            }
            const T &item = this->itemNow(now);
            const bool is = accepts(item);
            const bool was = passes[step.index] != 0;
            if (is && was) {
                this->setItem(rank(step.index), item);
            } else if (is) {
                this->insertItem(rank(step.index), item);
            } else if (was) {
                this->removeItem(rank(step.index));
            }
            passes[step.index] = is ? 1 : 0;
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
            passes.reserve(passes.size() + std::max(step.count, passes.size() / 2));
            this->insertItems(rank(step.index), std::move(kept));
            passes.insert(place(step.index), accepted.begin(), accepted.end());
            return true;
        }
        case Step::Remove: {
            const std::size_t first = rank(step.index);
            this->removeItems(first, rank(step.index + step.count) - first);
            passes.erase(place(step.index), place(step.index + step.count));
            return true;
        }
        case Step::Move: {
            const std::size_t from = rank(step.index);
            const char was = passes[step.index];
            ListAccess<std::vector<char>>::move(passes, step.index, step.to);
            if (was) {
                this->moveItem(from, rank(step.to));
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
            next[i] = passes[before];
            if (passes[before]) {
                order.push_back(ranks[before]);
            }
        }
        this->arrange(std::move(order));
        passes.swap(next);
        return true;
    }

    F function;
    std::vector<char> passes; ///< By place in the source: whether the item is here.
};

} // namespace nanostores::detail
