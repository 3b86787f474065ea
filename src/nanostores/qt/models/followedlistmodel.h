// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/list.h>
#include <nanostores/qt/models/listmodel.h>
#include <nanostores/qt/models/listrows.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// The items of a list whose changes are known step by step. It holds no copy of the list: a row is found by following
/// the steps that views have not been signalled yet to where the item is now.
template<typename S, typename KeyOf>
class FollowedListRows : public ListRows<S, KeyOf>
{
    using Rows = ListRows<S, KeyOf>;
    using typename Rows::Key;
    using typename Rows::List;
    using typename Rows::T;
    using Step = ListStep<T>;
    using typename Rows::At;
    using typename Rows::Changed;
    using Past = ListOldValue<List>;

protected:
    FollowedListRows(S store, KeyOf keyOf, QObject *parent)
        : Rows(std::move(store), std::move(keyOf), parent)
    {
    }

    int rows() const override
    {
        refresh();
        return this->isPatching() ? this->patchedRows() : m_count;
    }
    const T &item(int row) const override
    {
        auto place = static_cast<std::size_t>(row);
        if (isSignalling()) [[unlikely]] {
            if (const T *leaving = followSignalled(place)) {
                return *leaving;
            }
        }
        if (m_follower && !m_follower->isEmpty()) [[unlikely]] {
            const Past &newer = m_follower->past();
            if (newer.whole) {
                return At::at(*newer.old, place);
            }
            m_readAhead = true;
            if (const T *leaving = follow(newer.steps, 0, place)) {
                return *leaving;
            }
        }
        return At::at(this->m_store.node()->current(), place);
    }
    void look() override
    {
        refresh();
        this->updateNests(this->m_store.peek());
    }
    void attach() override;
    void detach() override
    {
        m_follower.reset(); // who observes next reads first
        m_steps = {};
        m_readAhead = false;
        this->forgetChange();
        this->m_tie = ObserverLink(); // last: a hook of the store may delete the model
    }
    void notifyChange() override;

private:
    bool isSignalling() const noexcept { return !m_steps.empty() || this->isPatching(); }
    /// Follows the place from the shown rows to the list as it was when the steps were taken. An item that is about to
    /// go is returned.
    const T *followSignalled(std::size_t &place) const
    {
        if (this->isPatching()) {
            if (const T *former = this->formerItem(place)) {
                return former;
            }
        }
        return follow(m_steps, m_done, place);
    }
    static const T *follow(const std::vector<Step> &steps, std::size_t from, std::size_t &place)
    {
        for (std::size_t i = from; i < steps.size(); ++i) {
            const Step &step = steps[i];
            if (!step.isStructural()) {
                continue;
            }
            const std::size_t after = step.after(place);
            if (after == Step::None) {
                return &step.oldItem(place - step.index);
            }
            place = after;
        }
        return nullptr;
    }
    void begin() const
    {
        m_follower = std::make_unique<ListFollower<List>>(this->m_store.node()->pasts);
        m_count = countNow();
    }
    int countNow() const
    {
        try {
            return static_cast<int>(this->m_store.peek().size());
        } catch (...) {
            reportError(std::current_exception());
            return 0;
        }
    }
    void refresh() const; ///< Unobserved: takes the list as it is.
    bool notifyOfOneItem();
    bool signalSteps();
    bool signalStep(const Step &step);
    void signalList();
    std::vector<Changed> changedRows() const;
    bool updateNestsOf(const std::vector<Step> &steps);

    mutable std::unique_ptr<ListFollower<List>> m_follower; ///< Since rows were read.
    mutable int m_count = 0; ///< Of the rows that are shown.
    mutable bool m_readAhead = false; ///< A view has read a value that it had not been notified of.
    // While a change is signalled.
    std::vector<Step> m_steps;
    std::size_t m_done = 0; ///< Views have been notified of so many of them.
};

template<typename S, typename KeyOf>
void FollowedListRows<S, KeyOf>::attach()
{
    this->m_tie = ObserverLink::to(this->m_store, [this] { this->change(); });
    const int count = countNow(); // a computed list is brought up to date, and may then have changed
    if (!m_follower) {
        begin();
        m_count = count;
    } else if (!m_follower->isEmpty()) {
        this->changeLater();
    }
}

template<typename S, typename KeyOf>
void FollowedListRows<S, KeyOf>::refresh() const
{
    if (this->m_tie) {
        return;
    }
    const int count = countNow();
    if (!m_follower) {
        begin();
    } else if (!m_follower->isEmpty()) {
        Past seen;
        m_follower->take(seen);
    }
    m_count = count;
}

template<typename S, typename KeyOf>
void FollowedListRows<S, KeyOf>::notifyChange()
{
    if (isSignalling()) { // an exception has ended it half-way
        this->showFormer(this->shownItems());
        m_follower->forget();
        m_steps.clear();
        m_done = 0;
        this->m_all = true;
        signalList();
        return;
    }
    if (!m_follower || m_follower->isEmpty()) {
        if (this->takeAll()) {
            this->emitAllChanged();
        }
        return;
    }
    if (notifyOfOneItem()) {
        return;
    }
    Past taken;
    taken.steps.swap(m_steps); // their memory
    m_follower->take(taken);
    const bool readAhead = std::exchange(m_readAhead, false);
    if (taken.whole) {
        this->showFormer(std::move(*taken.old));
        signalList();
        return;
    }
    m_steps.swap(taken.steps);
    m_done = 0;
    if (taken.structural > 0 && !signalSteps()) {
        return;
    }
    auto changed = changedRows();
    if (!readAhead) {
        std::erase_if(changed, [](const Changed &row) { return row.second.isEmpty(); });
    }
    taken.steps.swap(m_steps);
    m_steps.clear();
    m_done = 0;
    if (updateNestsOf(taken.steps) && this->emitRows(changed) && m_steps.empty()) {
        taken.steps.clear();
        m_steps.swap(taken.steps);
    }
}

/// One item was set, as most often, and nothing stands inside of it. False: it is otherwise.
template<typename S, typename KeyOf>
bool FollowedListRows<S, KeyOf>::notifyOfOneItem()
{
    const Past &newer = m_follower->past();
    if (newer.whole || newer.steps.size() != 1 || newer.steps.front().kind != Step::Set || !this->m_nests.empty()
        || this->m_all) {
        return false;
    }
    const Step &step = newer.steps.front();
    const QList<int> roles =
        this->type().differing(step.oldItem(), At::at(this->m_store.node()->current(), step.index));
    const int row = static_cast<int>(step.index);
    m_follower->forget();
    if (std::exchange(m_readAhead, false) || !roles.isEmpty()) {
        this->emitChanged(row, roles);
    }
    return true;
}

/// The rows whose items were set, with what differs from the first value; none if it was taken back.
template<typename S, typename KeyOf>
auto FollowedListRows<S, KeyOf>::changedRows() const -> std::vector<Changed>
{
    struct Former
    {
        std::size_t place;
        std::size_t step;
    };
    std::vector<Former> set;
    std::vector<std::size_t> structural;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        if (m_steps[i].isStructural()) {
            structural.push_back(i);
            continue;
        }
        std::size_t before = m_steps[i].index; // is it an item that views knew before?
        for (auto earlier = structural.rbegin(); earlier != structural.rend() && before != Step::None; ++earlier) {
            before = m_steps[*earlier].before(before);
        }
        if (before != Step::None) {
            set.push_back({m_steps[i].index, i});
        }
    }
    for (Former &former : set) {
        const auto later = std::upper_bound(structural.begin(), structural.end(), former.step);
        for (auto step = later; step != structural.end() && former.place != Step::None; ++step) {
            former.place = m_steps[*step].after(former.place);
        }
    }
    std::stable_sort(set.begin(), set.end(), [](const Former &a, const Former &b) { return a.place < b.place; });
    std::vector<Changed> changed;
    for (std::size_t i = 0; i < set.size() && set[i].place != Step::None; ++i) {
        if (i == 0 || set[i].place != set[i - 1].place) {
            const int row = static_cast<int>(set[i].place);
            changed.emplace_back(row, this->type().differing(m_steps[set[i].step].oldItem(), item(row)));
        }
    }
    return changed;
}

/// False: the model was deleted.
template<typename S, typename KeyOf>
bool FollowedListRows<S, KeyOf>::signalSteps()
{
    while (m_done < m_steps.size()) {
        const Step &step = m_steps[m_done];
        if (!step.isStructural()) {
            ++m_done;
        } else if (!signalStep(step)) {
            return false;
        }
    }
    return true;
}

template<typename S, typename KeyOf>
bool FollowedListRows<S, KeyOf>::signalStep(const Step &step)
{
    const int first = static_cast<int>(step.index);
    const int count = static_cast<int>(step.count);
    switch (step.kind) {
    case Step::Insert:
        this->beginInsert(first, first + count - 1);
        ++m_done;
        m_count += count;
        return this->endInsert();
    case Step::Remove:
        this->beginRemove(first, first + count - 1);
        ++m_done;
        m_count -= count;
        return this->endRemove();
    case Step::Move:
        this->beginMove(first, first, static_cast<int>(step.to > step.index ? step.to + 1 : step.to));
        ++m_done;
        return this->endMove();
    default:
        const auto many = step.many(); // whatever becomes of the step
        return this->signalOrder(many->places, [this] { ++m_done; });
    }
}

template<typename S, typename KeyOf>
void FollowedListRows<S, KeyOf>::signalList()
{
    const List next = this->m_store.node()->current(); // a slot may write meanwhile
    m_count = static_cast<int>(next.size());
    this->signalWhole(next);
}

/// Brings the inner models of the items that have changed up to date. False: the model was deleted.
template<typename S, typename KeyOf>
bool FollowedListRows<S, KeyOf>::updateNestsOf(const std::vector<Step> &steps)
{
    if (this->m_nests.empty()) {
        return true;
    }
    const typename Rows::Alive alive(*this);
    if (steps.size() == 1 && steps.front().kind == Step::Set) {
        const std::size_t place = steps.front().index;
        const T now = At::at(this->m_store.node()->current(), place);
        const Key before = this->keyOf(steps.front().oldItem());
        const Key key = this->keyOf(now);
        if (!sameKey<Key>(before, key)) {
            this->m_nests.update(before, nullptr);
        }
        if (alive) {
            this->m_nests.update(key, &now);
        }
    } else if (std::any_of(steps.begin(), steps.end(),
                           [](const Step &step) { return step.kind == Step::Set || step.kind == Step::Remove; })) {
        this->updateNests(this->m_store.node()->current());
    }
    return static_cast<bool>(alive);
}

} // namespace detail

template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
class ListModel<S, KeyOf> final : public detail::FollowedListRows<S, KeyOf>
{
public:
    explicit ListModel(S store, QObject *parent = nullptr)
        : ListModel(std::move(store), KeyOf(), parent)
    {
    }
    ListModel(S store, KeyOf keyOf, QObject *parent = nullptr)
        : detail::FollowedListRows<S, KeyOf>(std::move(store), std::move(keyOf), parent)
    {
    }
};

} // namespace nanostores
