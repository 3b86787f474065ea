// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/qt/models/listrows.h>
#include <nanostores/qt/models/patchbykey.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nanostores {

/// The items of a list as rows: of a List, or of an Atom or a Computed whose value is a QList or a std::vector.
///
///     inline const auto todos = nanostores::list(QList<Todo>());
///     new ListModel(todos, &Todo::id, parent);
///
/// A List says what has changed in it, and so do filtered(), sorted() and grouped() ones made of it: a change costs
/// what it changes, however many rows there are. Another store's new list is compared with the former one as a whole.
/// The key, a member or a function of the item, distinguishes rows then, so an item with a known key stays the row it
/// was, moves, or changes its data; of a List it does so when the whole list is set.
///
/// filtered(), sorted() and grouped() lists are computed stores; their models emit the smallest signals, too, and what
/// is edited in them is written to the store where the item comes from. Keys need std::hash and ==, and should differ;
/// items with the same key are distinguished by their order. See StoreModel.
template<typename S, typename KeyOf = detail::ItemItself>
class ListModel final : public detail::ListRows<S, KeyOf>
{
    using Rows = detail::ListRows<S, KeyOf>;
    using typename Rows::Key;
    using typename Rows::List;
    using typename Rows::T;

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
        return m_patch ? m_patch->rowCount() : static_cast<int>(m_list.size());
    }
    const T &item(int row) const override
    {
        const List &list = m_list;
        if (!m_patch) {
            return list[row];
        }
        const List &next = m_next;
        const auto place = m_patch->at(row);
        return place.former ? list[place.index] : next[place.index];
    }
    void look() override
    {
        refresh();
        this->updateNests(m_list);
    }
    void attach() override;
    void detach() override
    {
        m_patch.reset();
        m_next = List();
        this->m_tie = detail::ObserverLink(); // last: a hook of the store may delete the model
    }
    void resync() override;

private:
    void refresh() const; ///< Unobserved: takes the list as it is.
    void change();
    void notifyChange();

    mutable List m_list; ///< What is shown.
    mutable std::optional<std::uint32_t> m_version; ///< Of the store, when the list was read unobserved.
    bool m_resyncs = false; ///< The store will be looked at later.
    bool m_all = false; ///< After an exception: it is not known which items have changed since views were notified.
    std::shared_ptr<detail::RowPatch> m_patch;
    List m_next;
};

template<typename S>
ListModel(S, QObject *) -> ListModel<S>;
template<typename S, typename KeyOf>
ListModel(S, KeyOf) -> ListModel<S, KeyOf>;
template<typename S, typename KeyOf>
ListModel(S, KeyOf, QObject *) -> ListModel<S, KeyOf>;

template<typename S, typename KeyOf>
void ListModel<S, KeyOf>::attach()
{
    this->m_tie = detail::ObserverLink::to(this->m_store, [this] { change(); });
    try {
        const List &now = this->m_store.peek();
        if (!m_version) {
            m_list = now;
        } else if (*m_version != detail::valueNumber(*this->m_store.node())) {
            m_resyncs = true; // not before all signals of the observer are connected
            this->resyncLater();
        }
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    m_version.reset();
}

template<typename S, typename KeyOf>
void ListModel<S, KeyOf>::refresh() const
{
    if (this->m_tie) {
        return;
    }
    try {
        const List &now = this->m_store.peek();
        const std::uint32_t version = detail::valueNumber(*this->m_store.node());
        if (m_version != version) {
            m_list = now;
            m_version = version;
        }
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

template<typename S, typename KeyOf>
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
void ListModel<S, KeyOf>::notifyChange()
{
    const QPointer<QObject> alive(this);
    if (m_patch) { // an exception has ended it half-way
        List shown;
        for (int row = 0; row < m_patch->rowCount(); ++row) {
            shown.push_back(item(row));
        }
        m_patch.reset();
        m_list = std::move(shown);
    }
    m_next = this->m_store.peek();
    const List &former = m_list;
    const List &next = m_next;
    const auto keyIn = [this](const List &list, int row) -> decltype(auto) {
        return std::invoke(this->m_keyOf, list[row]);
    };
    const int count = static_cast<int>(next.size());
    std::vector<std::pair<int, QList<int>>> changed;
    const auto compare = [&](int formerRow, int row) {
        if (auto roles = this->type().differing(former[formerRow], next[row]); !roles.isEmpty()) {
            changed.emplace_back(row, std::move(roles));
        }
    };
    const int shared = std::min(static_cast<int>(former.size()), count);
    int same = 0; // rows that stay, at the beginning: most often all
    for (; same < shared && detail::sameKey<Key>(keyIn(former, same), keyIn(next, same)); ++same) {
        compare(same, same);
    }
    const auto patch = std::make_shared<detail::RowPatch>(detail::patchByKey<Key>(
        static_cast<int>(former.size()), count, [&](int row) -> decltype(auto) { return keyIn(former, row); },
        [&](int row) -> decltype(auto) { return keyIn(next, row); }, same));
    for (int row = same; row < count; ++row) {
        if (const int formerRow = patch->formerRow(row); formerRow >= 0) {
            compare(formerRow, row);
        }
    }
    m_patch = patch;
    if (!this->run(*patch)) {
        return;
    }
    m_patch.reset();
    m_list = std::exchange(m_next, List());
    this->updateNests(m_list);
    if (std::exchange(m_all, false)) {
        this->emitAllChanged();
        return;
    }
    for (const auto &[row, roles] : changed) {
        if (!alive) {
            return;
        }
        this->emitChanged(row, roles);
    }
}

namespace detail {

template<ListStore S, typename KeyOf = ItemItself, typename... Nests>
requires(!isNested<KeyOf>)
StoreModel *makeModel(QObject *parent, const S &store, KeyOf keyOf = {}, Nests... nests)
{
    auto *model = new ListModel<S, KeyOf>(store, std::move(keyOf), parent);
    (model->nest(std::move(nests)), ...);
    return model;
}

} // namespace detail
} // namespace nanostores

#include <nanostores/qt/models/followedlistmodel.h> // IWYU pragma: export
