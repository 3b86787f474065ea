// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h>
#include <nanostores/core/detail/sorting.h>
#include <nanostores/core/listnode.h>
#include <nanostores/core/liststep.h>
#include <nanostores/core/store.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// A store of a list that is changed in place: a change costs what it changes, however long the list is, and observers
/// are notified with the change.
///
/// C is the container: std::vector, std::deque or another with places. Besides what Store offers, a listener may be
/// f(list, change) with a ListChange. Places count from 0; one that the list has not throws std::out_of_range. With
/// setEqual(), and for items whose moves may throw, each change sets a changed copy of the list.
template<typename T, typename C = std::vector<T>>
class List : public Store<detail::ListNode<C>>
{
    using Base = Store<detail::ListNode<C>>;
    using Step = ListStep<T>;
    static_assert(std::is_same_v<T, typename C::value_type>, "a List<T, C> holds its items in a container of T");
    static_assert(!std::is_same_v<C, std::vector<bool>>,
                  "std::vector<bool> holds bits and no items: take List<bool, std::deque<bool>>");
    static_assert(std::is_copy_constructible_v<T>, "the items of a List are copied, into old values and copies of the "
                                                   "list: hold what cannot be copied in a std::shared_ptr");

public:
    using item_type = T;

    explicit List(C initial = {})
        : Base(detail::Ref<detail::ListNode<C>>::adopt(new detail::ListNode<C>(std::move(initial))))
    {
    }
    explicit List(detail::Ref<detail::ListNode<C>> node) noexcept
        : Base(std::move(node))
    {
    }

    /// Replaces the list. An equal one is no change.
    void set(C newValue) const { this->m_node->set(std::move(newValue)); }

    // These neither track nor mount. References hold until the next change.
    std::size_t size() const { return detail::ListAccess<C>::size(this->peek()); }
    bool isEmpty() const { return size() == 0; }
    NANOSTORES_NO_DANGLING const T &at(std::size_t index) const
    {
        const C &list = this->peek();
        this->m_node->checkIndex(index, 1);
        return detail::ListAccess<C>::at(list, index);
    }

    /// Gives a place another item; an equal one is no change.
    void setAt(std::size_t index, std::type_identity_t<T> item) const { this->m_node->setAt(index, std::move(item)); }
    /// Changes a copy of the item by f(item), and puts it back.
    template<typename F>
    requires std::is_invocable_v<F, T &>
    void update(std::size_t index, F &&f) const
    {
        const auto held = *this; // the last handle may go in the function
        T item = at(index);
        std::invoke(std::forward<F>(f), item);
        held.setAt(index, std::move(item));
    }
    void append(std::type_identity_t<T> item) const { insert(size(), std::move(item)); }
    /// Inserts before the item at the index; at size() at the end.
    void insert(std::size_t index, std::type_identity_t<T> item) const
    {
        this->m_node->edit(Step(Step::Insert, index, 1), std::optional<T>(std::move(item)));
    }
    void appendAll(C items) const { insertAll(size(), std::move(items)); }
    void insertAll(std::size_t index, C items) const
    {
        if (const std::size_t count = detail::ListAccess<C>::size(items)) {
            this->m_node->edit(Step(Step::Insert, index, count), std::nullopt, std::move(items));
        }
    }
    void removeAt(std::size_t index, std::size_t count = 1) const
    {
        if (count > 0) {
            this->m_node->edit(Step(Step::Remove, index, count));
        }
    }
    void clear() const { removeAt(0, size()); }
    /// The item at `from` then stands at `to`.
    void move(std::size_t from, std::size_t to) const { this->m_node->edit(Step(Step::Move, from, 1, to)); }
    /// Removes the items that the function accepts; how many there were. It is one change. If the function writes the
    /// list, that stays, and std::logic_error is thrown.
    template<typename F>
    std::size_t removeIf(F accepts) const;
    /// Puts the items into an order, as sorted() does: of a member, of what a function makes of an item, or of one that
    /// says whether an item goes before another. Equal ones keep theirs. See descending(). Functions that write the
    /// list: as in removeIf().
    template<typename By = detail::ByItself>
    void sort(By by = {}) const;

    template<typename F>
    [[nodiscard]] Subscription listen(F f) const
    {
        return detail::listenToList<detail::ListNode<C>>(*this, std::move(f));
    }
    template<typename F>
    [[nodiscard]] Subscription subscribe(F f) const
    {
        return detail::subscribeToList<detail::ListNode<C>>(*this, std::move(f));
    }
    List named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
};

template<typename T, typename C>
template<typename F>
std::size_t List<T, C>::removeIf(F accepts) const
{
    using At = detail::ListAccess<C>;
    std::vector<std::pair<std::size_t, std::size_t>> runs; // where they begin, and how many
    std::size_t removed = 0;
    const auto held = *this; // the last handle may go in the function
    {
        const detail::ListReading<C> reading(held.m_node->pasts, held.peek());
        const std::size_t count = held.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (!std::invoke(accepts, At::at(reading.list(), i))) {
                continue;
            }
            ++removed;
            if (!runs.empty() && runs.back().first + runs.back().second == i) {
                ++runs.back().second;
            } else {
                runs.emplace_back(i, 1);
            }
        }
        held.m_node->checkUnwritten(reading, "the function of removeIf()");
    }
    if (runs.size() <= detail::ListOldValue<C>::Few) {
        Batch batch;
        removed = 0; // a hook may refuse some
        for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
            const std::size_t before = held.size();
            held.removeAt(run->first, run->second);
            removed += before - std::min(before, held.size());
        }
        batch.end(); // what a listener throws leaves this function
        return removed;
    }
    C rest;
    At::reserve(rest, held.size() - removed);
    std::size_t from = 0;
    const C &list = held.peek();
    runs.emplace_back(At::size(list), 0);
    for (const auto &[first, count] : runs) {
        for (; from < first; ++from) {
            rest.push_back(At::at(list, from));
        }
        from += count;
    }
    held.set(std::move(rest));
    return removed;
}

template<typename T, typename C>
template<typename By>
void List<T, C>::sort(By by) const
{
    using At = detail::ListAccess<C>;
    const auto held = *this;
    auto many = std::make_shared<typename Step::Many>();
    {
        const detail::ListReading<C> reading(held.m_node->pasts, held.peek());
        const auto item = [&reading](std::size_t i) -> const T & { return At::at(reading.list(), i); };
        const auto order = detail::sortedIndices<std::uint32_t, T>(held.size(), item, by); // half as much to be moved
        many->order.assign(order.begin(), order.end());
        held.m_node->checkUnwritten(reading, "what sorts it");
    }
    many->places.resize(many->order.size());
    bool isSame = true;
    for (std::size_t i = 0; i < many->order.size(); ++i) {
        many->places[many->order[i]] = i;
        isSame = isSame && many->order[i] == i;
    }
    if (isSame) {
        return;
    }
    Step step(Step::Order, 0, many->order.size());
    step.hold(std::move(many));
    held.m_node->edit(std::move(step));
}

/// list<T>(): an empty List.
template<typename T>
[[nodiscard]] List<T> list()
{
    return List<T>();
}
/// list<T>({a, b, c}): a List in a std::vector.
template<typename T>
[[nodiscard]] List<T> list(std::initializer_list<T> items)
{
    return List<T>(std::vector<T>(items));
}
/// list(std::deque<Todo>()): a List in the container that is given.
template<typename C>
requires requires(C items) {
    typename C::value_type;
    items.insert(items.begin(), *items.begin());
    items[0];
}
[[nodiscard]] List<typename C::value_type, C> list(C initial)
{
    return List<typename C::value_type, C>(std::move(initial));
}

} // namespace nanostores
