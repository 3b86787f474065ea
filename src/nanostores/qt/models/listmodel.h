// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/core/lists.h>
#include <nanostores/core/store.h>
#include <nanostores/qt/models/nested.h>
#include <nanostores/qt/models/patchbykey.h>
#include <nanostores/qt/models/storemodel.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// Items can be written where they come from: they are of the same kind there.
template<typename S>
inline constexpr bool writesItems =
    WritableStore<OriginOf<S>> && std::is_same_v<typename OriginOf<S>::value_type, typename S::value_type>;
/// The items of its groups can.
template<typename S>
inline constexpr bool writesGroups =
    WritableStore<OriginOf<S>>
    && std::is_same_v<typename OriginOf<S>::value_type, GroupItems<typename S::value_type::value_type>>;

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
concept ListStore = AnyStore<S> && requires(const typename S::value_type &list) {
    typename S::value_type::value_type;
    list[0];
    list.size();
};

template<ListStore S>
using ItemType = typename S::value_type::value_type;
template<ListStore S, typename KeyOf>
using KeyOfItem = std::decay_t<std::invoke_result_t<const KeyOf &, const ItemType<S> &>>;

} // namespace detail

/// The items of a list as rows, for an Atom or a Computed whose value is a QList or a std::vector.
///
/// A new list is compared with the former one. The key, a member or a function of the item, distinguishes rows, so an
/// item with a known key stays the row it was, moves, or changes its data:
///
///     inline const auto todos = nanostores::atom(QList<Todo>());
///     new ListModel(todos, &Todo::id, parent);
///
/// filtered(), sorted() and grouped() lists are computed stores; their models emit the smallest signals, too, and what
/// is edited in them is written to the store where the item comes from. Keys need std::hash and ==, and should differ;
/// items with the same key are distinguished by their order. See StoreModel.
template<detail::ListStore S, typename KeyOf = detail::ItemItself>
class ListModel final : public StoreModel, private detail::NestOwner<detail::KeyOfItem<S, KeyOf>, detail::ItemType<S>>
{
    using List = typename S::value_type;
    using T = detail::ItemType<S>;
    using Key = detail::KeyOfItem<S, KeyOf>;
    static_assert(detail::Hashable<Key>,
                  "rows are distinguished by a key that has == and std::hash, and this one has not: name a "
                  "member or a function of the item as the key, such as &Todo::id");
    static constexpr bool editable = detail::writesItems<S>;
    static constexpr bool nestsEditable = editable || detail::writesGroups<S>;

public:
    explicit ListModel(S store, QObject *parent = nullptr)
        : ListModel(std::move(store), KeyOf(), parent)
    {
    }
    ListModel(S store, KeyOf keyOf, QObject *parent = nullptr)
        : StoreModel(detail::RowType::of<T>(), editable, parent)
        , m_store(std::move(store))
        , m_keyOf(std::move(keyOf))
    {
    }

    const S &store() const { return m_store; }
    /// Adds a role with the models of the lists inside the items; before anybody looks. See nested().
    template<typename Member, typename NestKeyOf>
    ListModel *nest(Nested<Member, NestKeyOf> nested)
    {
        detail::NestOwner<Key, T> *const owner = this;
        this->addNestRole(nested.role);
        m_nests.add(std::make_unique<detail::NestOf<Key, T, Member, NestKeyOf, nestsEditable, nanostores::ListModel>>(
            owner, std::move(nested.member), std::move(nested.keyOf)));
        return this;
    }

protected:
    int rows() const override
    {
        refresh();
        return m_patch ? m_patch->rowCount() : static_cast<int>(m_list.size());
    }
    QVariant keyAt(int row) const override { return convertTo<QVariant>(keyOf(item(row))); }
    QVariant valueAt(int row) const override { return convertTo<QVariant>(item(row)); }
    const void *gadgetAt(int row) const override { return &item(row); }
    QAbstractItemModel *nestAt(int row, int nest) const override
    {
        const T shown = item(row);
        return m_nests.at(nest, keyOf(shown), shown);
    }
    bool write(int row, const QVariant &newValue, const QMetaProperty *field) override;
    void attach() override;
    void detach() override
    {
        m_tie = detail::ObserverLink();
        m_patch.reset();
        m_next = List();
    }
    void resync() override;
    std::string storeLabel() const override { return m_store.node()->label(); }

private:
    template<typename, typename, typename, typename, bool, template<typename, typename> class>
    friend class detail::NestOf;

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

    Key keyOf(const T &item) const { return std::invoke(m_keyOf, item); }
    void refresh() const; ///< Unobserved: takes the list as it is.
    void change();
    void notifyChange();
    void updateNests();

    QObject *nestParent() override { return this; }
    bool editItem(const Key &key, const std::function<void(T &)> &edit) override;
    bool editGroups(const std::function<bool(detail::GroupItems<T> &)> &edit) override;
    void holdNest() override { this->hold(); }
    void releaseNest() override { this->release(); }

    S m_store;
    [[no_unique_address]] KeyOf m_keyOf;
    detail::ObserverLink m_tie;
    mutable List m_list; ///< What is shown.
    mutable std::optional<std::uint32_t> m_version; ///< Of the store, when the list was read unobserved.
    bool m_resyncs = false; ///< The store will be looked at later.
    bool m_all = false; ///< After an exception: it is not known which items have changed since views were notified.
    std::shared_ptr<detail::RowPatch> m_patch;
    List m_next;
    mutable detail::Nests<Key, T> m_nests;
    /// Of a nested list: whether the item that it is a part of has taken the last write.
    std::optional<bool> m_verdict;
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
    if constexpr (editable) {
        const QPointer<QObject> alive(this); // an observer may delete the model
        const auto origin = detail::originOf(m_store);
        const detail::RowType &rowType = type();
        const KeyOf keys = m_keyOf;
        try {
            List list = origin.peek();
            const Key key = keyOf(item(row));
            const int place = detail::placeOf(list, key, row, keys);
            if (place < 0) {
                this->reportUnknownKey(convertTo<QVariant>(key));
                return false;
            }
            const auto next = detail::RowType::with<T>(std::as_const(list)[place], newValue, field, m_store.name());
            if (!next) {
                return false;
            }
            list[place] = *next;
            m_verdict.reset();
            origin.set(std::move(list));
            if (alive && m_verdict) {
                return *m_verdict;
            }
            const List &now = origin.peek();
            const int there = detail::placeOf(now, Key(std::invoke(keys, *next)), place, keys);
            return there >= 0
                   && (rowType.differing(now[there], *next).isEmpty() || rowType.holds(now[there], *next, field));
        } catch (...) {
            detail::reportError(std::current_exception());
        }
    }
    return false;
}

/// Whether the item is then what edit made of it.
template<detail::ListStore S, typename KeyOf>
bool ListModel<S, KeyOf>::editItem(const Key &key, const std::function<void(T &)> &edit)
{
    if constexpr (editable) {
        const QPointer<QObject> alive(this);
        const auto origin = detail::originOf(m_store);
        const KeyOf keys = m_keyOf;
        List list = origin.peek();
        const int place = detail::placeOf(list, key, 0, keys);
        if (place < 0) {
            this->reportUnknownKey(convertTo<QVariant>(key));
            return false;
        }
        edit(list[place]);
        const T next = std::as_const(list)[place];
        origin.set(std::move(list));
        const List &now = origin.peek();
        const int there = detail::placeOf(now, key, place, keys);
        if (alive && !m_tie) { // otherwise the change was notified
            const std::optional<T> present = there < 0 ? std::nullopt : std::optional<T>(now[there]);
            m_nests.update(key, present ? &*present : nullptr);
        }
        return there >= 0 && detail::RowType::of<T>().differing(origin.peek()[there], next).isEmpty();
    }
    return false;
}

template<detail::ListStore S, typename KeyOf>
bool ListModel<S, KeyOf>::editGroups(const std::function<bool(detail::GroupItems<T> &)> &edit)
{
    if constexpr (detail::writesGroups<S>) {
        const QPointer<QObject> alive(this);
        const auto origin = detail::originOf(m_store);
        auto items = origin.peek();
        if (!edit(items)) {
            return false;
        }
        const auto asked = items;
        origin.set(std::move(items));
        using Items = std::decay_t<decltype(asked)>;
        bool accepted = true;
        if constexpr (Equal<Items>::comparable) {
            accepted = Equal<Items>{}(origin.peek(), asked);
        }
        if (alive && !m_tie) {
            refresh();
            updateNests();
        }
        return accepted;
    }
    return false;
}

template<detail::ListStore S, typename KeyOf>
void ListModel<S, KeyOf>::updateNests()
{
    if (m_nests.empty()) {
        return;
    }
    const List list = m_list;
    detail::KeyTable<Key, const T *> items;
    items.reserve(static_cast<std::size_t>(list.size()));
    for (const T &item : list) {
        items.emplace(keyOf(item), &item);
    }
    m_nests.updateAll([&items](const Key &key) {
        const auto place = items.find(key);
        return place == items.end() ? nullptr : place->second;
    });
}

template<detail::ListStore S, typename KeyOf>
void ListModel<S, KeyOf>::attach()
{
    m_tie = detail::ObserverLink::to(m_store, [this] { change(); });
    try {
        const List &now = m_store.peek();
        if (!m_version) {
            m_list = now;
        } else if (*m_version != detail::valueNumber(*m_store.node())) {
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
        const std::uint32_t version = detail::valueNumber(*m_store.node());
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
        change();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

template<detail::ListStore S, typename KeyOf>
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

template<detail::ListStore S, typename KeyOf>
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
    m_next = m_store.peek();
    const List &former = m_list;
    const List &next = m_next;
    const auto keyIn = [this](const List &list, int row) -> decltype(auto) { return std::invoke(m_keyOf, list[row]); };
    const int count = static_cast<int>(next.size());
    std::vector<std::pair<int, QList<int>>> changed;
    const auto compare = [&](int formerRow, int row) {
        if (auto roles = type().differing(former[formerRow], next[row]); !roles.isEmpty()) {
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
    if (!run(*patch)) {
        return;
    }
    m_patch.reset();
    m_list = std::exchange(m_next, List());
    updateNests();
    if (std::exchange(m_all, false)) {
        emitAllChanged();
        return;
    }
    for (const auto &[row, roles] : changed) {
        if (!alive) {
            return;
        }
        emitChanged(row, roles);
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
