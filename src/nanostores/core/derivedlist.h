// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/detail/sorting.h>
#include <nanostores/core/list.h>
#include <nanostores/core/liststep.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// Lists that are derived from a list whose changes are known step by step: of a change they do what it takes, and say
/// what has changed in themselves in steps, too.
namespace nanostores {

namespace detail {

/// A computed store of a list that says what has changed.
template<typename C>
struct ListResultNode : ComputedNode<C>, ListValues<ListResultNode<C>, C>
{
    using Past = ListOldValue<C>;
    using Step = ListStep<typename C::value_type>;

    using ComputedNode<C>::ComputedNode;

    using ListValues<ListResultNode<C>, C>::oldValue;
    template<typename F>
    using Call = PlainCall<ListResultNode, F>;
    template<typename F>
    void call(F &f, OldValue *past, bool)
    {
        const C *old = nullptr;
        if constexpr (Call<F>::wants != 0) {
            old = this->oldValue(past);
        }
        Call<F>::invoke(f, *this, old);
    }
};

/// Derives a list from the first of its sources. What it does with each step is up to Self.
template<typename Self, typename C, typename S, typename... Rest>
struct DerivedListNode : ListedOn<ListResultNode<C>, S, Rest...>
{
    using Base = ListedOn<ListResultNode<C>, S, Rest...>;
    using Source = typename S::value_type;
    using T = typename C::value_type;
    using Step = ListStep<T>;
    using Past = ListOldValue<C>;
    using At = ListAccess<C>;
    using From = ListAccess<Source>;

    explicit DerivedListNode(S source, Rest... rest)
        : Base(0u, std::move(source), std::move(rest)...)
    {
    }

    const Source &source() const { return std::get<0>(this->stores).node()->current(); }
    /// Calls f with the values of the other sources.
    template<typename F>
    decltype(auto) withValues(F f) const
    {
        return std::apply(
            [&](const auto &, const auto &...rest) -> decltype(auto) { return f(rest.node()->current()...); },
            this->stores);
    }

    bool compute(OldValue *&past) override
    {
        const bool isSame = sameValues();
        const bool isKnown = std::exchange(m_known, false) && this->value && !this->has(CustomEqual);
        if (!m_follower) {
            m_follower = std::make_unique<ListFollower<Source>>(std::get<0>(this->stores).node()->pasts, false);
        }
        ListOldValue<Source> taken;
        m_follower->take(taken);
        m_changed = std::exchange(m_owes, false);
        try {
            const bool isDone =
                isKnown && !taken.whole && (isSame ? followSteps(taken.steps) : taken.steps.empty() && arrangeAnew());
            if (!isDone) {
                computeAll();
            }
        } catch (...) {
            m_owes = m_changed;
            if (OldValue *const unused = std::exchange(m_past, nullptr)) {
                unused->release();
            }
            throw;
        }
        m_known = true;
        past = std::exchange(m_past, nullptr);
        return m_changed;
    }
    C evaluate() override { return self().make(); }

protected:
    Self &self() noexcept { return static_cast<Self &>(*this); }

    /// A step of this list. apply() does it, and returns the former item if there is a single one.
    template<typename Apply>
    void perform(const Step &step, Apply apply)
    {
        keepPast();
        m_changed = true;
        this->pasts.perform(step, *this->value, nullptr, std::move(apply));
    }
    void setItem(std::size_t place, T item)
    {
        if (Equal<T>{}(At::at(*this->value, place), item)) {
            return;
        }
        perform(Step(Step::Set, place, 1), [&] {
            replaceValue(*At::iterator(*this->value, place), item);
            return &item;
        });
    }
    void insertItem(std::size_t place, T item)
    {
        perform(Step(Step::Insert, place, 1), [&]() -> T * {
            At::insert(*this->value, place, std::move(item));
            return nullptr;
        });
    }
    void insertItems(std::size_t place, C items)
    {
        const std::size_t count = At::size(items);
        if (count > 0) {
            perform(Step(Step::Insert, place, count), [&]() -> T * {
                At::insertAll(*this->value, place, std::move(items));
                return nullptr;
            });
        }
    }
    void removeItem(std::size_t place)
    {
        std::optional<T> gone;
        perform(Step(Step::Remove, place, 1), [&] {
            gone.emplace(std::move(*At::iterator(*this->value, place)));
            At::erase(*this->value, place, 1);
            return &*gone;
        });
    }
    void removeItems(std::size_t place, std::size_t count)
    {
        if (count == 1) {
            removeItem(place);
            return;
        }
        if (count == 0) {
            return;
        }
        const auto many = std::make_shared<typename Step::Many>();
        many->items.reserve(count);
        Step step(Step::Remove, place, count);
        step.hold(many);
        perform(step, [&]() -> T * {
            auto item = At::iterator(*this->value, place);
            for (std::size_t i = 0; i < count; ++i, ++item) {
                many->items.push_back({std::move(*item)});
            }
            At::erase(*this->value, place, count);
            return nullptr;
        });
    }
    void moveItem(std::size_t from, std::size_t to)
    {
        if (from != to) {
            perform(Step(Step::Move, from, 1, to), [&]() -> T * {
                At::move(*this->value, from, to);
                return nullptr;
            });
        }
    }
    /// What now stands at i stood at order[i].
    void arrange(std::vector<std::size_t> order)
    {
        auto many = std::make_shared<typename Step::Many>();
        many->places.resize(order.size());
        bool isSame = true;
        for (std::size_t i = 0; i < order.size(); ++i) {
            many->places[order[i]] = i;
            isSame = isSame && order[i] == i;
        }
        if (isSame) {
            return;
        }
        many->order = std::move(order);
        Step step(Step::Order, 0, many->order.size());
        step.hold(many);
        perform(step, [&]() -> T * {
            At::arrange(*this->value, many->order);
            return nullptr;
        });
    }

    /// Where an item of the source that was touched by a step stands now, after the later ones; None: it has gone.
    static std::size_t placeNow(const std::vector<Step> &steps, std::size_t step, std::size_t place)
    {
        for (++step; step < steps.size() && place != Step::None; ++step) {
            place = steps[step].after(place);
        }
        return place;
    }
    const T &itemNow(std::size_t place) const { return From::at(source(), place); }

private:
    bool followSteps(const std::vector<Step> &steps)
    {
        if constexpr (swapsSafely<T>) {
            for (std::size_t i = 0; i < steps.size(); ++i) {
                if (!self().follow(steps, i)) {
                    return false;
                }
            }
            return true;
        } else {
            return false;
        }
    }
    /// The source is as it was, and what it is sorted by has changed. False: it is not sorted.
    bool arrangeAnew()
    {
        if constexpr (requires { self().sortAnew(); } && swapsSafely<T>) {
            self().sortAnew();
            return true;
        } else {
            return false;
        }
    }
    void computeAll()
    {
        C next = self().make();
        if (!this->value) {
            this->pasts.replace(C());
            this->value.emplace(std::move(next));
            m_changed = true;
        } else if (m_changed || !equalValues(*this, *this->value, next)) {
            keepPast();
            this->pasts.replace(*this->value);
            m_changed = true;
            replaceValue(*this->value, next);
        }
    }
    /// Before the first step of a change that a listener wants the old value of.
    void keepPast()
    {
        if (!m_past && this->has(WantsOldValue)) {
            auto past = std::make_unique<Past>();
            this->pasts.open.reserve(this->pasts.open.size() + 1);
            past->enter(this->pasts);
            m_past = past.release();
        }
    }
    /// Whether the other sources have the values that they had.
    bool sameValues()
    {
        std::array<std::uint32_t, sizeof...(Rest) + 1> now{};
        std::size_t i = 0;
        std::apply([&](const auto &, const auto &...rest) { ((now[i++] = rest.node()->version), ...); }, this->stores);
        return std::exchange(m_versions, now) == now;
    }

    std::unique_ptr<ListFollower<Source>> m_follower; ///< Since the last run.
    std::array<std::uint32_t, sizeof...(Rest) + 1> m_versions{};
    OldValue *m_past = nullptr;
    bool m_known = false; ///< What it keeps beside the value agrees with the source.
    bool m_changed = false; ///< In this run.
    bool m_owes = false; ///< A run has changed the value, and then thrown.
};

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
    /// False: all is to be computed.
    bool follow(const std::vector<Step> &steps, std::size_t number)
    {
        const Step &step = steps[number];
        const auto place = [this](std::size_t i) { return passes.begin() + static_cast<std::ptrdiff_t>(i); };
        const auto rank = [&](std::size_t i) {
            return static_cast<std::size_t>(std::count(passes.begin(), place(i), char{1}));
        };
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
        const auto &listed = this->source();
        const auto item = [&listed](std::size_t i) -> const T & { return From::at(listed, i); };
        return this->withValues(
            [&](const auto &...values) { return sortedIndices<Index, T>(From::size(listed), item, by, values...); });
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

} // namespace detail

/// What filtered() and sorted() make of a List, and of one another: a computed store of a list whose changes are known
/// step by step, and that knows the store its items come from. Copied as a Computed it is none of these.
template<typename C, typename S>
class DerivedList : public Store<detail::ListResultNode<C>>
{
    using Base = Store<detail::ListResultNode<C>>;

public:
    using source_type = S;
    using item_type = typename C::value_type;

    DerivedList(detail::Ref<detail::ListResultNode<C>> node, S source)
        : Base(std::move(node))
        , m_source(std::move(source))
    {
    }

    const S &source() const { return m_source; }
    template<typename F>
    [[nodiscard]] Subscription listen(F f) const
    {
        return detail::listenToList<detail::ListResultNode<C>>(*this, std::move(f));
    }
    template<typename F>
    [[nodiscard]] Subscription subscribe(F f) const
    {
        return detail::subscribeToList<detail::ListResultNode<C>>(*this, std::move(f));
    }
    DerivedList named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
    operator Computed<C>() const // NOLINT: where a computed store is kept
    {
        return computed(*this, [](const C &items) { return items; });
    }

private:
    S m_source;
};

namespace detail {

template<typename C, template<typename...> typename DerivedNode, typename F, typename S, typename... Rest>
DerivedList<C, S> makeDerivedList(F f, S source, Rest... rest)
{
    using Made = DerivedNode<C, F, S, Rest...>;
    auto *const node = new Made(std::move(f), source, std::move(rest)...);
    return DerivedList<C, S>(Ref<ListResultNode<C>>::adopt(node), source);
}

} // namespace detail
} // namespace nanostores
