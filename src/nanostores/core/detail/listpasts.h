// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>
#include <nanostores/core/liststep.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// The old values of lists: steps back.
namespace nanostores {

namespace detail {

/// Positions in containers of any library, which count in types of their own.
template<typename C>
struct ListAccess
{
    using T = typename C::value_type;
    using Size = decltype(std::declval<const C &>().size());

    static constexpr bool reserves = requires(C &list) { list.reserve(list.size()); };

    static std::size_t size(const C &list) { return static_cast<std::size_t>(list.size()); }
    static const T &at(const C &list, std::size_t i) { return list[static_cast<Size>(i)]; }
    static auto iterator(C &list, std::size_t i) { return list.begin() + static_cast<std::ptrdiff_t>(i); }

    static void insert(C &list, std::size_t i, T &&item)
    {
        if (i == size(list)) {
            list.push_back(std::move(item));
        } else {
            list.insert(iterator(list, i), std::move(item));
        }
    }
    static void erase(C &list, std::size_t i, std::size_t count)
    {
        list.erase(iterator(list, i), iterator(list, i + count));
    }
    /// A pointer, where it can be one: items that are plain memory are then moved as such.
    static auto first(C &list)
    {
        if constexpr (requires {
                          {
                              list.data()
                          } -> std::same_as<T *>;
                      }) {
            return list.data();
        } else {
            return list.begin();
        }
    }
    static void move(C &list, std::size_t from, std::size_t to)
    {
        const auto begin = first(list);
        const auto here = begin + static_cast<std::ptrdiff_t>(from);
        const auto there = begin + static_cast<std::ptrdiff_t>(to);
        T item = std::move(*here);
        if (from < to) {
            std::move(here + 1, there + 1, here);
        } else {
            std::move_backward(there, here, here + 1);
        }
        *there = std::move(item);
    }
    static void reserve(C &list, std::size_t count)
    {
        if constexpr (reserves) {
            list.reserve(static_cast<Size>(count));
        }
    }
    /// An error leaves the list as it was, if items move without one.
    static void arrange(C &list, const std::vector<std::size_t> &order)
    {
        if constexpr (reserves) {
            C next;
            reserve(next, order.size());
            const auto begin = iterator(list, 0);
            for (const std::size_t i : order) {
                next.push_back(std::move(*(begin + static_cast<std::ptrdiff_t>(i))));
            }
            list.swap(next);
        } else { // each push_back() could throw: items change places instead
            std::vector<char> isDone(order.size());
            const auto begin = iterator(list, 0);
            const auto item = [&begin](std::size_t i) -> T & { return *(begin + static_cast<std::ptrdiff_t>(i)); };
            for (std::size_t i = 0; i < order.size(); ++i) {
                if (isDone[i] || order[i] == i) {
                    continue;
                }
                T first = std::move(item(i));
                std::size_t here = i;
                for (; order[here] != i; here = order[here]) {
                    item(here) = std::move(item(order[here]));
                    isDone[here] = 1;
                }
                item(here) = std::move(first);
                isDone[here] = 1;
            }
        }
    }
    static void undo(C &list, const ListStep<T> &step)
    {
        switch (step.kind) {
        case ListStep<T>::Set:
            *iterator(list, step.index) = step.oldItem();
            break;
        case ListStep<T>::Insert:
            erase(list, step.index, step.count);
            break;
        case ListStep<T>::Remove: {
            C removed;
            reserve(removed, step.count);
            for (std::size_t i = 0; i < step.count; ++i) {
                removed.push_back(step.oldItem(i));
            }
            insertAll(list, step.index, std::move(removed));
            break;
        }
        case ListStep<T>::Move:
            move(list, step.to, step.index);
            break;
        case ListStep<T>::Order:
            arrange(list, step.many()->places);
            break;
        }
    }
    static void insertAll(C &list, std::size_t i, C &&items)
    {
        if constexpr (requires {
                          list.insert(list.begin(), std::make_move_iterator(items.begin()),
                                      std::make_move_iterator(items.end()));
                      }) {
            list.insert(iterator(list, i), std::make_move_iterator(items.begin()),
                        std::make_move_iterator(items.end()));
        } else { // a container without insert() of a range
            C next;
            const std::size_t count = size(list);
            reserve(next, count + size(items));
            // Shared lists copy their items here, which may throw: before the first item moves.
            const auto begin = iterator(list, 0);
            const auto middle = iterator(list, i);
            const auto end = iterator(list, count);
            const auto added = items.begin();
            const auto addedEnd = items.end();
            const auto add = [&next](auto from, auto to) {
                for (; from != to; ++from) {
                    if constexpr (reserves) {
                        next.push_back(std::move(*from));
                    } else { // the next one may throw
                        next.push_back(std::as_const(*from));
                    }
                }
            };
            add(begin, middle);
            add(added, addedEnd);
            add(middle, end);
            list.swap(next);
        }
    }
};

template<typename C>
struct ListPasts;

/// A list before a change, or before several: the steps from it to the present one, or the whole list.
template<typename C>
struct ListOldValue : OldValue
{
    using T = typename C::value_type;
    using Step = ListStep<T>;
    using At = ListAccess<C>;

    /// More steps than these that move rows are the change of a whole list.
    static constexpr std::size_t Few = 32;

    ListOldValue() = default;
    explicit ListOldValue(C list)
        : whole(true)
        , old(std::move(list))
    {
    }
    ~ListOldValue() override { leave(); }

    /// From now on steps are added to it. Its memory has been asked for.
    void enter(ListPasts<C> &list) noexcept
    {
        owner = &list;
        list.open.push_back(this);
    }
    void leave() noexcept
    {
        if (owner) {
            std::erase(owner->open, this);
            owner = nullptr;
        }
    }

    /// The list as it was.
    const C &before(const C &present)
    {
        if (!old) {
            C made = present;
            for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
                At::undo(made, *step);
            }
            old = std::move(made);
        }
        return *old;
    }
    void replaced(const C &present)
    {
        if (takesOver && !old) {
            takeOver(present);
        }
        if (!whole) {
            if (keepsOld) {
                before(present);
            }
            whole = true;
            steps.clear();
        }
    }
    /// Keeps the list itself, and leaves a copy in its place: references to items stay valid.
    void takeOver(const C &present)
    {
        C copy = present;
        auto &list = const_cast<C &>(present); // the value of a node, which is about to be changed
        old.emplace(std::move(list));
        list = std::move(copy);
    }
    /// Asks for all that adding the step needs. The item is copied, unless it will be moved.
    void prepare(const Step &step, const C &present, bool copies)
    {
        if (old || whole) {
            return;
        }
        if (takesOver) {
            takeOver(present);
            return;
        }
        if (step.isStructural() ? structural == Few : steps.size() == most(present)) {
            replaced(present);
            return;
        }
        pending.reset();
        if (copies && (step.kind == Step::Set || (step.kind == Step::Remove && step.count == 1))) {
            pending.emplace(At::at(present, step.index));
        }
        if (continues(step)) {
            if (step.kind == Step::Remove) {
                steps.back().reserveMore();
            }
        } else if (steps.size() == steps.capacity()) {
            steps.reserve(std::max<std::size_t>(1, 2 * steps.size()));
        }
    }
    /// Adds the step. item: of a single one that is set or removed the former value, if it may be moved.
    void commit(const Step &step, T *item) noexcept
    {
        if (old || whole) {
            return;
        }
        if (item) {
            pending.emplace(std::move(*item));
        }
        if (continues(step)) {
            if (step.kind == Step::Insert) {
                steps.back().count += step.count;
            } else {
                steps.back().addMore(std::move(*pending), step.index != steps.back().index);
                pending.reset();
            }
            return;
        }
        structural += step.isStructural() ? 1 : 0;
        steps.push_back(step);
        if (pending) {
            steps.back().hold(std::move(pending));
            pending.reset();
        }
    }
    void cancel() noexcept { pending.reset(); }
    void clear() noexcept
    {
        whole = false;
        old.reset();
        steps.clear();
        structural = 0;
    }

    bool whole = false;
    bool keepsOld = true; ///< False: who follows needs no former list.
    bool takesOver = false; ///< It is a ListReading's.
    std::optional<C> old; ///< If it was asked for, or the list was replaced.
    std::vector<Step> steps;
    std::size_t structural = 0; ///< So many steps move rows.
    std::optional<T> pending;
    ListPasts<C> *owner = nullptr;

private:
    /// So many old items are no more than a copy of the list.
    static std::size_t most(const C &present) { return std::max<std::size_t>(1024, At::size(present)); }
    /// Whether the step and the last one are one: items inserted among those that are new, or removed one by one from
    /// the same place.
    bool continues(const Step &step) const noexcept
    {
        if (steps.empty() || steps.back().kind != step.kind) {
            return false;
        }
        const Step &last = steps.back();
        if (step.kind == Step::Insert) {
            return step.index >= last.index && step.index <= last.index + last.count;
        }
        if (step.kind != Step::Remove || step.count != 1) {
            return false;
        }
        const bool isForwards = last.count == 1 || (last.many() && !last.many()->isBackwards);
        const bool isBackwards = last.count == 1 || (last.many() && last.many()->isBackwards);
        return (isForwards && step.index == last.index) || (isBackwards && step.index + 1 == last.index);
    }
};

/// All the old values that are told of the steps of one list.
template<typename C>
struct ListPasts
{
    using Past = ListOldValue<C>;
    using Step = ListStep<typename C::value_type>;

    ListPasts() = default;
    ListPasts(const ListPasts &) = delete;
    ListPasts &operator=(const ListPasts &) = delete;
    ~ListPasts()
    {
        for (Past *past : open) {
            past->owner = nullptr;
        }
    }

    /// Does the step by apply(), which on error changes nothing and returns the former item if there is a single one.
    template<typename Apply>
    void perform(const Step &step, const C &present, Past *added, Apply apply)
    {
        if (open.empty() && !added) [[likely]] {
            apply();
            return;
        }
        if (added) {
            open.reserve(open.size() + 1);
            added->enter(*this);
        }
        std::size_t prepared = 0;
        typename C::value_type *former = nullptr;
        try {
            for (; prepared < open.size(); ++prepared) {
                open[prepared]->prepare(step, present, prepared + 1 < open.size());
            }
            former = apply();
        } catch (...) {
            for (Past *past : open) {
                past->cancel();
            }
            if (added) {
                added->leave();
            }
            throw;
        }
        for (std::size_t i = 0; i < open.size(); ++i) {
            open[i]->commit(step, i + 1 == open.size() ? former : nullptr);
        }
    }
    void replace(const C &present)
    {
        for (Past *past : open) {
            past->replaced(present);
        }
    }

    std::vector<Past *> open; ///< They leave when they end.
};

/// Follows a list: knows the steps since it was asked last.
template<typename C>
class ListFollower
{
public:
    using Past = ListOldValue<C>;

    explicit ListFollower(ListPasts<C> &list, bool keepsOld = true)
    {
        list.open.reserve(list.open.size() + 1);
        m_past.keepsOld = keepsOld;
        m_past.enter(list);
    }
    ListFollower(const ListFollower &) = delete;
    ListFollower &operator=(const ListFollower &) = delete;

    const Past &past() const noexcept { return m_past; }
    /// Hands the steps out, in exchange for the memory of others.
    void take(Past &into) noexcept
    {
        into.clear();
        std::swap(into.whole, m_past.whole);
        std::swap(into.old, m_past.old);
        std::swap(into.steps, m_past.steps);
        std::swap(into.structural, m_past.structural);
    }
    void forget() noexcept { m_past.clear(); } ///< Of the steps so far, each has been looked at.
    bool isEmpty() const noexcept { return !m_past.whole && m_past.steps.empty(); }

private:
    Past m_past;
};

/// Reads a list while functions of the program are called, which may write it: items stay where they are until the end.
/// What is written goes to a copy, which the list is from then on.
template<typename C>
class ListReading
{
public:
    ListReading(ListPasts<C> &pasts, const C &list)
        : m_list(list)
    {
        pasts.open.reserve(pasts.open.size() + 1);
        m_past.takesOver = true;
        m_past.enter(pasts);
    }
    ListReading(const ListReading &) = delete;
    ListReading &operator=(const ListReading &) = delete;

    const C &list() const noexcept { return m_past.old ? *m_past.old : m_list; }
    bool wasWritten() const noexcept { return m_past.old.has_value(); }

private:
    const C &m_list;
    ListOldValue<C> m_past;
};

} // namespace detail
} // namespace nanostores
