// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/listpasts.h>
#include <nanostores/core/detail/traits.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/lists.h>
#include <nanostores/core/store.h>
#include <nanostores/qt/models/nested.h>
#include <nanostores/qt/models/patchbykey.h>
#include <nanostores/qt/models/rowpatch.h>
#include <nanostores/qt/models/storemodel.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

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

/// A store of a list that can get more items when a view has come to its end.
template<typename S>
concept GrowingStore = requires(const S &store) {
    {
        store.canFetchMore()
    } -> std::same_as<bool>;
    store.fetchMore();
};

/// What the models of lists have in common, however they find out what has changed: keys, roles, writing, and the
/// signals of another list, which is compared with the former one by key.
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
    using At = ListAccess<List>;
    using Changed = std::pair<int, QList<int>>; ///< A row, and the roles that differ.
    using Alive = StoreModel::Alive;

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
    bool canFetchMore(const QModelIndex &parent) const override
    {
        if constexpr (GrowingStore<S>) {
            return !parent.isValid() && m_store.canFetchMore();
        }
        return StoreModel::canFetchMore(parent);
    }
    void fetchMore(const QModelIndex &parent) override
    {
        if constexpr (GrowingStore<S>) {
            if (!parent.isValid()) {
                m_store.fetchMore();
            }
        }
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
    /// Signals what has changed since the last time.
    virtual void notifyChange() = 0;
    void resync() override;

    /// The store has changed: that is signalled, and what changes meanwhile.
    void change();
    void changeLater() ///< When all signals of the observer are connected.
    {
        m_resyncs = true;
        this->resyncLater();
    }
    void forgetChange(); ///< For detach().

    /// Another list is signalled, or another order.
    bool isPatching() const noexcept { return m_patch || m_isReplaced; }
    int patchedRows() const { return m_patch ? m_patch->rowCount() : static_cast<int>(m_former.size()); }
    /// While that is so: what a row shows, if it is an item of the former list. Otherwise null, and the place is then
    /// the one in the list as it will be.
    const T *formerItem(std::size_t &place) const
    {
        if (m_isReplaced) {
            return &At::at(m_former, place);
        }
        const auto where = m_patch->at(static_cast<int>(place));
        place = static_cast<std::size_t>(where.index);
        return where.former ? &At::at(m_former, place) : nullptr;
    }
    List shownItems() const; ///< After an exception has ended a change half-way.
    /// From now on rows show the former list, until signalWhole() has gone the way to the next one, or the model is
    /// asked again after an exception.
    void showFormer(List &&former) noexcept;
    /// Signals the way from the former list to the next one. False: the model was deleted.
    bool signalWhole(const List &next);
    /// Signals the way to another order, for each row its new one; begun() is called when it has begun.
    template<typename Begun>
    bool signalOrder(const std::vector<std::size_t> &places, Begun begun);
    bool emitRows(const std::vector<Changed> &changed);
    bool takeAll() noexcept { return std::exchange(m_all, false); }

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

    bool m_resyncs = false; ///< The store will be looked at later.
    bool m_all = false; ///< After an exception: it is not known which items have changed since views were notified.

private:
    template<typename, typename, typename, typename, bool, template<typename, typename> class>
    friend class NestOf;

    QObject *nestParent() override { return this; }
    bool editItem(const Key &key, const std::function<void(T &)> &edit) override;
    bool editGroups(const std::function<bool(GroupItems<T> &)> &edit) override;
    void holdNest() override { this->hold(); }
    void releaseNest() override { this->release(); }

    std::shared_ptr<RowPatch> m_patch;
    List m_former; ///< Of a list that was replaced.
    bool m_isReplaced = false; ///< All rows are still those of the former list.
    /// Of a nested list: whether the item that it is a part of has taken the last write.
    std::optional<bool> m_verdict;
};

template<ListStore S, typename KeyOf>
void ListRows<S, KeyOf>::change()
{
    if (m_resyncs) {
        return;
    }
    const Alive alive(*this);
    try {
        this->notifyViews([this](bool) { notifyChange(); });
    } catch (...) {
        if (alive) {
            m_all = true;
        }
        throw;
    }
}

template<ListStore S, typename KeyOf>
void ListRows<S, KeyOf>::resync()
{
    m_resyncs = false;
    try {
        change();
    } catch (...) {
        reportError(std::current_exception());
    }
}

template<ListStore S, typename KeyOf>
void ListRows<S, KeyOf>::forgetChange()
{
    m_patch.reset();
    m_former = List();
    m_isReplaced = false;
    m_resyncs = false;
    m_all = false; // who observes next reads first
}

template<ListStore S, typename KeyOf>
auto ListRows<S, KeyOf>::shownItems() const -> List
{
    List shown;
    const int count = this->rows();
    At::reserve(shown, static_cast<std::size_t>(count));
    for (int row = 0; row < count; ++row) {
        shown.push_back(item(row));
    }
    return shown;
}

template<ListStore S, typename KeyOf>
void ListRows<S, KeyOf>::showFormer(List &&former) noexcept
{
    m_patch.reset();
    m_former = std::move(former);
    m_isReplaced = true;
}

template<ListStore S, typename KeyOf>
bool ListRows<S, KeyOf>::signalWhole(const List &next)
{
    const List &before = m_former;
    const auto keyIn = [this](const List &list, int row) -> decltype(auto) { return std::invoke(m_keyOf, list[row]); };
    const int count = static_cast<int>(next.size());
    std::vector<Changed> changed;
    const auto compare = [&](int formerRow, int row) {
        if (auto roles = this->type().differing(before[formerRow], next[row]); !roles.isEmpty()) {
            changed.emplace_back(row, std::move(roles));
        }
    };
    const int shared = std::min(static_cast<int>(before.size()), count);
    int same = 0; // rows that stay, at the beginning: most often all
    for (; same < shared && sameKey<Key>(keyIn(before, same), keyIn(next, same)); ++same) {
        compare(same, same);
    }
    const auto patch = std::make_shared<RowPatch>(patchByKey<Key>(
        static_cast<int>(before.size()), count, [&](int row) -> decltype(auto) { return keyIn(before, row); },
        [&](int row) -> decltype(auto) { return keyIn(next, row); }, same));
    for (int row = same; row < count; ++row) {
        if (const int formerRow = patch->formerRow(row); formerRow >= 0) {
            compare(formerRow, row);
        }
    }
    m_patch = patch;
    m_isReplaced = false;
    if (!this->run(*patch)) {
        return false;
    }
    m_patch.reset();
    m_former = List();
    const Alive alive(*this);
    updateNests(next);
    return alive && emitRows(changed);
}

template<ListStore S, typename KeyOf>
template<typename Begun>
bool ListRows<S, KeyOf>::signalOrder(const std::vector<std::size_t> &places, Begun begun)
{
    const RowOrder order(places);
    if (!order.patch) {
        this->beginLayout();
        begun();
        return this->endLayout(order.first, order.newRows);
    }
    m_patch = order.patch;
    begun();
    if (!this->run(*order.patch)) {
        return false;
    }
    m_patch.reset();
    return true;
}

/// False: the model was deleted.
template<ListStore S, typename KeyOf>
bool ListRows<S, KeyOf>::emitRows(const std::vector<Changed> &changed)
{
    const Alive alive(*this);
    if (takeAll()) {
        this->emitAllChanged();
        return static_cast<bool>(alive);
    }
    for (const auto &[row, roles] : changed) {
        if (!alive) {
            return false;
        }
        this->emitChanged(row, roles);
    }
    return static_cast<bool>(alive);
}

template<ListStore S, typename KeyOf>
bool ListRows<S, KeyOf>::write(int row, const QVariant &newValue, const QMetaProperty *field)
{
    if constexpr (editable) {
        const Alive alive(*this); // an observer may delete the model
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
        const Alive alive(*this);
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
        const Alive alive(*this);
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
