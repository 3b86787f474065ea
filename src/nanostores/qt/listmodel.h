#pragma once

#include <nanostores/core/store.h>
#include <nanostores/qt/detail/patchbykey.h>
#include <nanostores/qt/storemodel.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// The whole item is its key.
struct ItemItself
{
    template<typename T>
    const T &operator()(const T &item) const
    {
        return item;
    }
};

/// A store whose value is a list: QList<T>, std::vector<T> and their like.
template<typename S>
concept ListStore = AnyStore<S> && requires(const typename S::value_type &list)
{
    typename S::value_type::value_type;
    list[0];
    list.size();
};

} // namespace detail

/// The items of a list as rows, for an Atom or a Computed whose value is a QList or a std::vector.
///
/// A new list is compared with the former one: rows are told apart by the key, a member or a function of the item, so
/// that an item with a known key stays the row it was, moves, or changes its data:
///
///     inline const auto todos = nanostores::atom(QList<Todo>());
///     new ListModel(todos, &Todo::id, parent);
///
/// A filter, a sort or a group is a computed store of a list; its model emits the smallest signals, too. Keys need
/// std::hash and ==, and should differ; items with the same key are told apart by their order. See StoreModel.
template<detail::ListStore S, typename KeyOf = detail::ItemItself>
class ListModel final : public StoreModel
{
    using List = typename S::value_type;
    using T = typename List::value_type;
    using Key = std::decay_t<std::invoke_result_t<const KeyOf &, const T &>>;

public:
    explicit ListModel(S store, QObject *parent = nullptr)
        : ListModel(std::move(store), KeyOf(), parent)
    {
    }
    ListModel(S store, KeyOf keyOf, QObject *parent = nullptr)
        : StoreModel(detail::RowType::of<T>(), WritableStore<S>, parent)
        , m_store(std::move(store))
        , m_keyOf(std::move(keyOf))
    {
    }

    const S &store() const { return m_store; }

protected:
    int rows() const override
    {
        refresh();
        return m_patch ? m_patch->rowCount() : static_cast<int>(m_list.size());
    }
    QVariant keyAt(int row) const override { return convertTo<QVariant>(Key(std::invoke(m_keyOf, item(row)))); }
    QVariant valueAt(int row) const override { return convertTo<QVariant>(item(row)); }
    const void *gadgetAt(int row) const override { return &item(row); }
    bool write(int row, const QVariant &newValue, const QMetaProperty *field) override;
    void attach() override;
    void detach() override { m_tie = detail::Tie(); }
    void resync() override;

private:
    const T &item(int row) const
    {
        const List &list = m_list;
        if (!m_patch) {
            return list[row];
        }
        const List &next = m_next;
        const auto place = m_patch->at(row);
        return place.former ? list[place.index] : next[place.index];
    }

    void refresh() const; ///< Unobserved: takes the list as it is.
    void change(const List &now);

    S m_store;
    [[no_unique_address]] KeyOf m_keyOf;
    detail::Tie m_tie;
    mutable List m_list; ///< What is shown.
    mutable std::optional<std::uint32_t> m_version; ///< Of the store, when the list was read unobserved.
    bool m_resyncs = false; ///< The store will be looked at later.
    std::unique_ptr<detail::RowPatch> m_patch;
    List m_next;
};

template<typename S>
ListModel(S, QObject *) -> ListModel<S>;
template<typename S, typename KeyOf>
ListModel(S, KeyOf) -> ListModel<S, KeyOf>;
template<typename S, typename KeyOf>
ListModel(S, KeyOf, QObject *) -> ListModel<S, KeyOf>;

template<detail::ListStore S, typename KeyOf>
bool ListModel<S, KeyOf>::write(int row, const QVariant &newValue, const QMetaProperty *field)
{
    if constexpr (WritableStore<S>) {
        try {
            const Key key = std::invoke(m_keyOf, item(row));
            List list = m_store.peek();
            const int count = static_cast<int>(list.size());
            const auto isIt = [&](int place) { return std::invoke(m_keyOf, std::as_const(list)[place]) == key; };
            int place = row;
            if (place >= count || !isIt(place)) { // the store is ahead
                for (place = 0; place < count && !isIt(place);) {
                    ++place;
                }
            }
            if (place >= count) {
                return false;
            }
            T next = field ? std::as_const(list)[place] : convertTo<T>(newValue);
            if (field && !field->writeOnGadget(&next, newValue)) {
                return false;
            }
            list[place] = next;
            m_store.set(std::move(list));
            const List &now = m_store.peek();
            return place < static_cast<int>(now.size()) && type().differing(now[place], next).isEmpty();
        } catch (...) {
            detail::reportError(std::current_exception());
        }
    }
    return false;
}

template<detail::ListStore S, typename KeyOf>
void ListModel<S, KeyOf>::attach()
{
    m_tie = detail::Tie::to(m_store, [this](const List &now) { change(now); });
    try {
        const List &now = m_store.peek();
        if (!m_version) {
            m_list = now;
        } else if (*m_version != m_store.node()->version) {
            m_resyncs = true; // not before all signals of the observer are connected
            resyncLater();
        }
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    m_version.reset();
}

template<detail::ListStore S, typename KeyOf>
void ListModel<S, KeyOf>::refresh() const
{
    if (m_tie) {
        return;
    }
    try {
        const List &now = m_store.peek();
        const std::uint32_t version = m_store.node()->version;
        if (m_version != version) {
            m_list = now;
            m_version = version;
        }
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

template<detail::ListStore S, typename KeyOf>
void ListModel<S, KeyOf>::resync()
{
    m_resyncs = false;
    try {
        change(m_store.peek());
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

template<detail::ListStore S, typename KeyOf>
void ListModel<S, KeyOf>::change(const List &now)
{
    if (m_patch && !m_resyncs) {
        m_resyncs = true;
        resyncLater();
    }
    if (m_resyncs) {
        return;
    }
    m_next = now;
    const List &former = m_list;
    const List &next = m_next;
    const int count = static_cast<int>(next.size());
    m_patch = std::make_unique<detail::RowPatch>(detail::patchByKey<Key>(
        static_cast<int>(former.size()), count,
        [&](int row) -> decltype(auto) { return std::invoke(m_keyOf, former[row]); },
        [&](int row) -> decltype(auto) { return std::invoke(m_keyOf, next[row]); }));
    std::vector<std::pair<int, QList<int>>> changed;
    for (int row = 0; row < count; ++row) {
        const int formerRow = m_patch->formerRow(row);
        if (formerRow < 0 || &former[formerRow] == &next[row]) {
            continue;
        }
        if (auto roles = type().differing(former[formerRow], next[row]); !roles.isEmpty()) {
            changed.emplace_back(row, std::move(roles));
        }
    }
    run(*m_patch);
    m_patch.reset();
    m_list = std::exchange(m_next, List());
    for (const auto &[row, roles] : changed) {
        if (row < rows()) {
            emitChanged(row, roles);
        }
    }
}

namespace detail {

template<ListStore S, typename KeyOf = ItemItself>
StoreModel *makeModel(QObject *parent, const S &store, KeyOf keyOf = {})
{
    return new ListModel<S, KeyOf>(store, std::move(keyOf), parent);
}

} // namespace detail
} // namespace nanostores
