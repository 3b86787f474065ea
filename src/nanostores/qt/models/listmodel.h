// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/qt/models/listrows.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>

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
        return this->isPatching() ? this->patchedRows() : static_cast<int>(m_list.size());
    }
    const T &item(int row) const override
    {
        const List &list = m_list;
        if (!this->isPatching()) {
            return list[row];
        }
        auto place = static_cast<std::size_t>(row);
        const T *former = this->formerItem(place);
        return former ? *former : Rows::At::at(list, place);
    }
    void look() override
    {
        refresh();
        this->updateNests(m_list);
    }
    void attach() override;
    void detach() override
    {
        this->forgetChange();
        this->m_tie = detail::ObserverLink(); // last: a hook of the store may delete the model
    }
    void notifyChange() override
    {
        List next = this->m_store.peek();
        this->showFormer(this->isPatching() ? this->shownItems() : std::move(m_list));
        m_list = std::move(next);
        this->signalWhole(m_list);
    }

private:
    void refresh() const; ///< Unobserved: takes the list as it is.

    mutable List m_list; ///< What is shown, or will be at the end of the change that is signalled.
    mutable std::optional<std::uint32_t> m_version; ///< Of the store, when the list was read unobserved.
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
    this->m_tie = detail::ObserverLink::to(this->m_store, [this] { this->change(); });
    try {
        const List &now = this->m_store.peek();
        if (!m_version) {
            m_list = now;
        } else if (*m_version != detail::valueNumber(*this->m_store.node())) {
            this->changeLater();
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
