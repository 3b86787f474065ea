// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/list.h>
#include <nanostores/qt/models/listmodel.h>
#include <nanostores/qt/models/listrows.h>
#include <nanostores/qt/models/patchbykey.h>
#include <nanostores/qt/models/rowpatch.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nanostores {

/// The items of a list whose changes are known step by step. It holds no copy of the list: a row is found by following
/// the steps that views have not been signalled yet to where the item is now.
template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
class ListModel<S, KeyOf> final : public detail::ListRows<S, KeyOf>
{
    using Rows = detail::ListRows<S, KeyOf>;
    using typename Rows::Key;
    using typename Rows::List;
    using typename Rows::T;
    using Step = ListStep<T>;
    using Past = detail::ListOldValue<List>;
    using At = detail::ListAccess<List>;

public:
    explicit ListModel(S store, QObject *parent = nullptr)
        : ListModel(std::move(store), KeyOf(), parent)
    {
    }
    ListModel(S store, KeyOf keyOf, QObject *parent = nullptr)
        : Rows(std::move(store), std::move(keyOf), parent)
    {
    }

protected:
    int rows() const override
    {
        refresh();
        return m_patch ? m_patch->rowCount() : m_count;
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
        m_patch.reset();
        m_former = List();
        m_isReplaced = false;
        m_resyncs = false;
        m_readAhead = false;
        this->m_tie = detail::ObserverLink(); // last: a hook of the store may delete the model
    }
    void resync() override;

private:
    using Changed = std::pair<int, QList<int>>; ///< A row, and the roles that differ.

    bool isSignalling() const noexcept { return !m_steps.empty() || m_patch || m_isReplaced; }
    /// Follows the place from the shown rows to the list as it was when the steps were taken. An item that is about to
    /// go is returned.
    const T *followSignalled(std::size_t &place) const
    {
        if (m_isReplaced) {
            return &At::at(m_former, place);
        }
        if (m_patch) {
            const auto where = m_patch->at(static_cast<int>(place));
            place = static_cast<std::size_t>(where.index);
            if (where.former) {
                return &At::at(m_former, place);
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
        m_follower = std::make_unique<detail::ListFollower<List>>(this->m_store.node()->pasts);
        m_count = countNow();
    }
    int countNow() const
    {
        try {
            return static_cast<int>(this->m_store.peek().size());
        } catch (...) {
            detail::reportError(std::current_exception());
            return 0;
        }
    }
    void refresh() const; ///< Unobserved: takes the list as it is.
    void change();
    void notifyChange();
    bool signalSteps();
    bool signalStep(const Step &step);
    bool signalOrder(const Step &step);
    bool signalWhole(List former);
    std::vector<Changed> changedRows() const;
    bool updateNestsOf(const std::vector<Step> &steps, bool whole);

    mutable std::unique_ptr<detail::ListFollower<List>> m_follower; ///< Since rows were read.
    mutable int m_count = 0; ///< Of the rows that are shown.
    mutable bool m_readAhead = false; ///< A view has read a value that it had not been notified of.
    bool m_resyncs = false; ///< The store will be looked at later.
    bool m_all = false; ///< After an exception: it is not known which items have changed since views were notified.
    // While a change is signalled.
    std::vector<Step> m_steps;
    std::size_t m_done = 0; ///< Views have been notified of so many of them.
    std::shared_ptr<detail::RowPatch> m_patch;
    List m_former; ///< Of a list that was replaced.
    bool m_isReplaced = false; ///< All rows are still those of the former list.
};

template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
void ListModel<S, KeyOf>::attach()
{
    this->m_tie = detail::ObserverLink::to(this->m_store, [this] { change(); });
    const int count = countNow(); // a computed list is brought up to date, and may then have changed
    if (!m_follower) {
        begin();
        m_count = count;
    } else if (!m_follower->isEmpty()) {
        m_resyncs = true; // not before all signals of the observer are connected
        this->resyncLater();
    }
}

template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
void ListModel<S, KeyOf>::refresh() const
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
requires detail::FollowedListStore<S>
void ListModel<S, KeyOf>::resync()
{
    m_resyncs = false;
    try {
        change();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
void ListModel<S, KeyOf>::change()
{
    if (!m_resyncs) {
        const QPointer<QObject> alive(this);
        try {
            this->notifyViews([this](bool) { notifyChange(); });
        } catch (...) {
            if (alive) {
                m_all = true;
            }
            throw;
        }
    }
}

template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
void ListModel<S, KeyOf>::notifyChange()
{
    if (isSignalling()) { // an exception has ended it half-way
        List shown;
        At::reserve(shown, static_cast<std::size_t>(rows()));
        for (int row = 0; row < rows(); ++row) {
            shown.push_back(item(row));
        }
        Past skipped;
        m_follower->take(skipped);
        m_patch.reset();
        m_steps.clear();
        m_isReplaced = false;
        m_all = true;
        signalWhole(std::move(shown));
        return;
    }
    if (!m_follower || m_follower->isEmpty()) {
        if (std::exchange(m_all, false)) {
            this->emitAllChanged();
        }
        return;
    }
    Past taken;
    taken.steps.swap(m_steps); // their memory
    m_follower->take(taken);
    const bool readAhead = std::exchange(m_readAhead, false);
    if (taken.whole) {
        signalWhole(std::move(*taken.old));
        return;
    }
    m_steps.swap(taken.steps);
    m_done = 0;
    const QPointer<QObject> alive(this);
    if (taken.structural > 0 && !signalSteps()) {
        return;
    }
    std::vector<Changed> changed;
    if (m_steps.size() == 1 && m_steps.front().kind == Step::Set) { // most often
        const Step &step = m_steps.front();
        auto roles = this->type().differing(step.oldItem(), At::at(this->m_store.node()->current(), step.index));
        if (this->m_nests.empty() && !m_all) {
            const int row = static_cast<int>(step.index);
            m_steps.clear();
            if (!roles.isEmpty() || readAhead) {
                this->emitChanged(row, roles);
            }
            return;
        }
        if (!roles.isEmpty() || readAhead) {
            changed.emplace_back(static_cast<int>(step.index), std::move(roles));
        }
    } else {
        changed = changedRows();
        if (!readAhead) {
            std::erase_if(changed, [](const Changed &row) { return row.second.isEmpty(); });
        }
    }
    taken.steps.swap(m_steps);
    m_steps.clear();
    m_done = 0;
    if (!updateNestsOf(taken.steps, false)) {
        return;
    }
    if (std::exchange(m_all, false)) {
        this->emitAllChanged();
    } else {
        for (const auto &[row, roles] : changed) {
            if (!alive) {
                return;
            }
            this->emitChanged(row, roles);
        }
    }
    if (alive && m_steps.empty()) {
        taken.steps.clear();
        m_steps.swap(taken.steps);
    }
}

/// The rows whose items were set, with what differs from the first value; none if it was taken back.
template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
auto ListModel<S, KeyOf>::changedRows() const -> std::vector<Changed>
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
requires detail::FollowedListStore<S>
bool ListModel<S, KeyOf>::signalSteps()
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
requires detail::FollowedListStore<S>
bool ListModel<S, KeyOf>::signalStep(const Step &step)
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
        return signalOrder(step);
    }
}

/// Another order: by as few moves as possible, or at once, when it is seen at a glance that these are too many.
template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
bool ListModel<S, KeyOf>::signalOrder(const Step &step)
{
    const auto many = step.many(); // whatever becomes of the step
    const auto &places = many->places;
    std::size_t first = 0;
    std::size_t end = places.size();
    while (first < end && places[first] == first) {
        ++first;
    }
    while (end > first && places[end - 1] == end - 1) {
        --end;
    }
    std::size_t breaks = 0;
    for (std::size_t i = first + 1; i < end; ++i) {
        breaks += places[i] != places[i - 1] + 1 ? 1 : 0;
    }
    // A move of neighbours mends three breaks at most.
    if (!detail::RowPatch::isFew(breaks / 3, m_count)) {
        std::vector<int> newRows(end - first);
        for (std::size_t i = first; i < end; ++i) {
            newRows[i - first] = static_cast<int>(places[i]);
        }
        this->beginLayout();
        ++m_done;
        return this->endLayout(static_cast<int>(first), newRows);
    }
    detail::ByRow<int> newOfOld(end - first);
    for (std::size_t i = first; i < end; ++i) {
        newOfOld[static_cast<int>(i - first)] = static_cast<int>(places[i] - first);
    }
    const int count = static_cast<int>(end - first);
    const auto patch = std::make_shared<detail::RowPatch>(static_cast<int>(first), std::move(newOfOld), count,
                                                          static_cast<int>(places.size() - end));
    m_patch = patch;
    ++m_done;
    if (!this->run(*patch)) {
        return false;
    }
    m_patch.reset();
    return true;
}

/// Compares the former list with the present one, by key.
template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
bool ListModel<S, KeyOf>::signalWhole(List former)
{
    const QPointer<QObject> alive(this);
    m_former = std::move(former);
    m_isReplaced = true;
    const List next = this->m_store.node()->current(); // a slot may write meanwhile
    const List &before = m_former;
    const auto keyIn = [this](const List &list, int row) -> decltype(auto) {
        return std::invoke(this->m_keyOf, At::at(list, static_cast<std::size_t>(row)));
    };
    const int count = static_cast<int>(next.size());
    const auto patch = std::make_shared<detail::RowPatch>(detail::patchByKey<Key>(
        static_cast<int>(before.size()), count, [&](int row) -> decltype(auto) { return keyIn(before, row); },
        [&](int row) -> decltype(auto) { return keyIn(next, row); }));
    std::vector<Changed> changed;
    for (int row = 0; row < count; ++row) {
        if (const int formerRow = patch->formerRow(row); formerRow >= 0) {
            auto roles = this->type().differing(At::at(before, static_cast<std::size_t>(formerRow)),
                                                At::at(next, static_cast<std::size_t>(row)));
            if (!roles.isEmpty()) {
                changed.emplace_back(row, std::move(roles));
            }
        }
    }
    m_patch = patch;
    m_isReplaced = false;
    m_done = 0;
    if (!this->run(*patch)) {
        return false;
    }
    m_patch.reset();
    m_former = List();
    m_count = count;
    this->updateNests(next);
    if (!alive) {
        return false;
    }
    if (std::exchange(m_all, false)) {
        this->emitAllChanged();
        return alive;
    }
    for (const auto &[row, roles] : changed) {
        if (!alive) {
            return false;
        }
        this->emitChanged(row, roles);
    }
    return alive;
}

/// Brings the inner models of the items that have changed up to date. False: the model was deleted.
template<typename S, typename KeyOf>
requires detail::FollowedListStore<S>
bool ListModel<S, KeyOf>::updateNestsOf(const std::vector<Step> &steps, bool whole)
{
    if (this->m_nests.empty()) {
        return true;
    }
    const QPointer<QObject> alive(this);
    if (!whole && steps.size() == 1 && steps.front().kind == Step::Set) {
        const std::size_t place = steps.front().index;
        const T now = At::at(this->m_store.node()->current(), place);
        const Key before = this->keyOf(steps.front().oldItem());
        const Key key = this->keyOf(now);
        if (!detail::sameKey<Key>(before, key)) {
            this->m_nests.update(before, nullptr);
        }
        if (alive) {
            this->m_nests.update(key, &now);
        }
    } else if (whole || std::any_of(steps.begin(), steps.end(), [](const Step &step) {
                   return step.kind == Step::Set || step.kind == Step::Remove;
               })) {
        this->updateNests(this->m_store.node()->current());
    }
    return alive;
}

} // namespace nanostores
