// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/lists.h>
#include <nanostores/core/store.h>
#include <nanostores/qt/models/nested.h>
#include <nanostores/qt/models/storemodel.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace nanostores {

template<typename S, typename KeyOf>
class ListModel;

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

/// Gives a place of a store's list another item.
template<ListStore S>
void putItem(const S &store, int place, const ItemType<S> &item)
{
    if constexpr (requires { store.setAt(std::size_t{}, item); }) {
        store.setAt(static_cast<std::size_t>(place), item);
    } else {
        auto list = store.peek();
        list[place] = item;
        store.set(std::move(list));
    }
}

/// What the models of lists have in common, however they find out what has changed: keys, roles, and writing.
template<ListStore S, typename KeyOf>
class ListRows : public StoreModel, private NestOwner<KeyOfItem<S, KeyOf>, ItemType<S>>
{
protected:
    using List = typename S::value_type;
    using T = ItemType<S>;
    using Key = KeyOfItem<S, KeyOf>;
    static_assert(Hashable<Key>, "rows are distinguished by a key that has == and std::hash, and this one has not: "
                                 "name a member or a function of the item as the key, such as &Todo::id");
    static constexpr bool editable = writesItems<S>;
    static constexpr bool nestsEditable = editable || writesGroups<S>;
    using Model = ListModel<S, KeyOf>;

public:
    const S &store() const { return m_store; }
    /// Adds a role with the models of the lists inside the items; before anybody looks. See nested().
    template<typename Member, typename NestKeyOf>
    Model *nest(Nested<Member, NestKeyOf> nested)
    {
        NestOwner<Key, T> *const owner = this;
        this->addNestRole(nested.role);
        m_nests.add(std::make_unique<NestOf<Key, T, Member, NestKeyOf, nestsEditable, nanostores::ListModel>>(
            owner, std::move(nested.member), std::move(nested.keyOf)));
        return static_cast<Model *>(this);
    }

protected:
    ListRows(S store, KeyOf keyOf, QObject *parent)
        : StoreModel(RowType::of<T>(), editable, parent)
        , m_store(std::move(store))
        , m_keyOf(std::move(keyOf))
    {
    }

    /// What a row shows; between two steps of a change, too.
    virtual const T &item(int row) const = 0;
    /// Unobserved: takes the list as it is, and hands it to the inner models.
    virtual void look() = 0;

    QVariant keyAt(int row) const override { return convertTo<QVariant>(keyOf(item(row))); }
    QVariant valueAt(int row) const override { return convertTo<QVariant>(item(row)); }
    const void *gadgetAt(int row) const override { return &item(row); }
    QAbstractItemModel *nestAt(int row, int nest) const override
    {
        const T shown = item(row);
        return m_nests.at(nest, keyOf(shown), shown);
    }
    bool write(int row, const QVariant &newValue, const QMetaProperty *field) override;
    std::string storeLabel() const override { return m_store.node()->label(); }

    Key keyOf(const T &item) const { return std::invoke(m_keyOf, item); }
    void updateNests(const List &shown);

    S m_store;
    [[no_unique_address]] KeyOf m_keyOf;
    ObserverLink m_tie;
    mutable Nests<Key, T> m_nests;

private:
    template<typename, typename, typename, typename, bool, template<typename, typename> class>
    friend class NestOf;

    QObject *nestParent() override { return this; }
    bool editItem(const Key &key, const std::function<void(T &)> &edit) override;
    bool editGroups(const std::function<bool(GroupItems<T> &)> &edit) override;
    void holdNest() override { this->hold(); }
    void releaseNest() override { this->release(); }

    /// Of a nested list: whether the item that it is a part of has taken the last write.
    std::optional<bool> m_verdict;
};

template<ListStore S, typename KeyOf>
bool ListRows<S, KeyOf>::write(int row, const QVariant &newValue, const QMetaProperty *field)
{
    if constexpr (editable) {
        const QPointer<QObject> alive(this); // an observer may delete the model
        const auto origin = originOf(m_store);
        const RowType &rowType = type();
        const KeyOf keys = m_keyOf;
        try {
            const List &list = origin.peek();
            const Key key = keyOf(item(row));
            const int place = placeOf(list, key, row, keys);
            if (place < 0) {
                this->reportUnknownKey(convertTo<QVariant>(key));
                return false;
            }
            const auto next = RowType::with<T>(list[place], newValue, field, m_store.name());
            if (!next) {
                return false;
            }
            m_verdict.reset();
            putItem(origin, place, *next);
            if (alive && m_verdict) {
                return *m_verdict;
            }
            const List &now = origin.peek();
            const int there = placeOf(now, Key(std::invoke(keys, *next)), place, keys);
            return there >= 0
                   && (rowType.differing(now[there], *next).isEmpty() || rowType.holds(now[there], *next, field));
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    return false;
}

/// Whether the item is then what edit made of it.
template<ListStore S, typename KeyOf>
bool ListRows<S, KeyOf>::editItem(const Key &key, const std::function<void(T &)> &edit)
{
    if constexpr (editable) {
        const QPointer<QObject> alive(this);
        const auto origin = originOf(m_store);
        const KeyOf keys = m_keyOf;
        const int place = placeOf(origin.peek(), key, 0, keys);
        if (place < 0) {
            this->reportUnknownKey(convertTo<QVariant>(key));
            return false;
        }
        T next = origin.peek()[place];
        edit(next);
        putItem(origin, place, next);
        const List &now = origin.peek();
        const int there = placeOf(now, key, place, keys);
        if (alive && !m_tie) { // otherwise the change was notified
            const std::optional<T> present = there < 0 ? std::nullopt : std::optional<T>(now[there]);
            m_nests.update(key, present ? &*present : nullptr);
        }
        return there >= 0 && RowType::of<T>().differing(origin.peek()[there], next).isEmpty();
    }
    return false;
}

template<ListStore S, typename KeyOf>
bool ListRows<S, KeyOf>::editGroups(const std::function<bool(GroupItems<T> &)> &edit)
{
    if constexpr (writesGroups<S>) {
        const QPointer<QObject> alive(this);
        const auto origin = originOf(m_store);
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
            look();
        }
        return accepted;
    }
    return false;
}

template<ListStore S, typename KeyOf>
void ListRows<S, KeyOf>::updateNests(const List &shown)
{
    if (m_nests.empty()) {
        return;
    }
    const List list = shown;
    KeyTable<Key, const T *> items;
    items.reserve(static_cast<std::size_t>(list.size()));
    for (const T &item : list) {
        items.emplace(keyOf(item), &item);
    }
    m_nests.updateAll([&items](const Key &key) {
        const auto place = items.find(key);
        return place == items.end() ? nullptr : place->second;
    });
}

} // namespace detail
} // namespace nanostores
