// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/detail/keytable.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/core/lists.h>
#include <nanostores/core/signal.h>

#include <QAbstractItemModel>
#include <QPointer>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace nanostores {

/// A role that shows a list inside an item; see nested().
template<typename Member, typename KeyOf>
struct Nested
{
    const char *role;
    Member member;
    KeyOf keyOf;
};

namespace detail {

template<typename T>
inline constexpr bool isNested = false;
template<typename Member, typename KeyOf>
inline constexpr bool isNested<Nested<Member, KeyOf>> = true;

template<typename T>
struct GroupItemsOf
{
    using type = std::monostate;
};
template<typename Key, typename Items>
struct GroupItemsOf<Group<Key, Items>>
{
    using type = Items;
};
/// The items of a Group; otherwise nothing.
template<typename T>
using GroupItems = typename GroupItemsOf<T>::type;

/// Where an item is in a list, by its key, or -1; looks at one place first, where it most often is.
template<typename List, typename Key, typename KeyOf>
int placeOf(const List &list, const Key &key, int near, const KeyOf &keyOf)
{
    const int count = static_cast<int>(list.size());
    const auto isIt = [&](int place) { return sameKey<Key>(std::invoke(keyOf, list[place]), key); };
    if (near < count && isIt(near)) {
        return near;
    }
    for (int place = 0; place < count; ++place) {
        if (isIt(place)) {
            return place;
        }
    }
    return -1;
}

/// What the models of inner lists ask of the model that they stand in.
template<typename Key, typename T>
struct NestOwner
{
    virtual ~NestOwner() = default;
    virtual QObject *nestParent() = 0;
    /// Changes the item in the store where it comes from; whether that then holds what edit made of it.
    virtual bool editItem(const Key &key, const std::function<void(T &)> &edit) = 0;
    /// Of groups: changes items in the store that they were grouped from, if edit returns true.
    virtual bool editGroups(const std::function<bool(GroupItems<T> &)> &) { return false; }
    /// An inner list is observed: its rows are to follow the store, whether or not the outer ones are observed.
    virtual void holdNest() = 0;
    virtual void releaseNest() = 0;
};

/// The inner models of one role, a model for each item that was asked for.
template<typename Key, typename T>
struct InnerModels
{
    virtual ~InnerModels() = default;
    virtual QAbstractItemModel *at(const Key &key, const T &item) = 0;
    /// The item has changed, or has gone: null.
    virtual void update(const Key &key, const T *item) = 0;
    virtual std::vector<Key> keys() const = 0;
};

template<typename Key, typename T, typename Member, typename KeyOf, bool Writable,
         template<typename, typename> class Model>
class NestOf final : public InnerModels<Key, T>
{
    using List = std::decay_t<std::invoke_result_t<const Member &, const T &>>;
    static constexpr bool isGroup = std::is_same_v<List, GroupItems<T>>;
    static constexpr bool writable = Writable && std::is_member_object_pointer_v<Member>
                                     && (isGroup || std::is_same_v<GroupItems<T>, std::monostate>);
    using Handle = std::conditional_t<writable, Atom<List>, Readonly<SignalNode<List>>>;
    using RowModel = Model<Handle, KeyOf>;

public:
    NestOf(NestOwner<Key, T> *owner, Member member, KeyOf keyOf)
        : m_owner(owner)
        , m_member(std::move(member))
        , m_keyOf(std::move(keyOf))
    {
    }
    NestOf(const NestOf &) = delete;
    NestOf &operator=(const NestOf &) = delete;
    ~NestOf() override
    {
        while (!m_rows.empty()) {
            drop(m_rows.begin());
        }
    }

    QAbstractItemModel *at(const Key &key, const T &item) override
    {
        const auto known = m_rows.find(key);
        if (known != m_rows.end()) {
            const std::shared_ptr<Row> row = known->second;
            show(row, item);
            if (!row->model) { // the program has deleted it
                row->model = makeModel(*row);
            }
            return row->model;
        }
        auto row = std::make_shared<Row>(List(std::invoke(m_member, item)));
        row->model = makeModel(*row);
        hook(*row, key);
        return m_rows.emplace(key, std::move(row)).first->second->model;
    }
    void update(const Key &key, const T *item) override
    {
        const auto known = m_rows.find(key);
        if (known == m_rows.end()) {
            return;
        }
        if (item) {
            show(known->second, *item);
        } else {
            drop(known);
        }
    }
    std::vector<Key> keys() const override
    {
        std::vector<Key> all;
        all.reserve(m_rows.size());
        for (const auto &[key, row] : m_rows) {
            all.push_back(key);
        }
        return all;
    }

private:
    struct Row
    {
        explicit Row(List initial)
            : list(std::move(initial))
        {
        }
        Atom<List> list;
        QPointer<RowModel> model;
        std::vector<Unbind> hooks;
        bool held = false;
        bool showing = false;
    };
    using Rows = KeyTable<Key, std::shared_ptr<Row>>;

    RowModel *makeModel(const Row &row) const
    {
        return new RowModel(Handle(row.list.node()), m_keyOf, m_owner->nestParent());
    }
    void hook(Row &row, const Key &key)
    {
        Row *const raw = &row; // the hooks go first
        row.hooks.push_back(onStart(row.list, [this, raw] {
            if (!std::exchange(raw->held, true)) {
                m_owner->holdNest();
            }
        }));
        row.hooks.push_back(onStop(row.list, [this, raw] { release(*raw); }));
        if constexpr (writable) {
            row.hooks.push_back(onSet(row.list, [this, raw, key](auto &event) {
                if (!raw->showing) { // the list is a part of the item, and changes with it
                    event.abort();
                    const QPointer<RowModel> model = raw->model; // both may have gone when it is written
                    const bool accepted = write(Key(key), raw->list.peek(), event.newValue());
                    if (model) {
                        model->m_verdict = accepted;
                    }
                }
            }));
        }
    }
    bool write(Key key, List former, List next)
    requires writable
    {
        if constexpr (isGroup) {
            return m_owner->editGroups([&](List &items) { return replaceIn(items, former, next); });
        } else {
            const Member member = m_member;
            return m_owner->editItem(key, [&](T &item) { std::invoke(member, item) = next; });
        }
    }
    /// Puts the items that differ where those with their former keys are; false if there are none.
    bool replaceIn(List &items, const List &former, const List &next) const
    {
        using Item = typename List::value_type;
        for (int i = 0; i < static_cast<int>(std::min(former.size(), next.size())); ++i) {
            if constexpr (Equal<Item>::comparable) {
                if (Equal<Item>{}(former[i], next[i])) {
                    continue;
                }
            }
            const int place = placeOf(std::as_const(items), std::invoke(m_keyOf, former[i]), i, m_keyOf);
            if (place < 0) {
                return false;
            }
            items[place] = next[i];
        }
        return true;
    }
    void release(Row &row)
    {
        if (std::exchange(row.held, false)) {
            m_owner->releaseNest();
        }
    }
    void show(const std::shared_ptr<Row> &shown, const T &item)
    {
        const std::shared_ptr<Row> row = shown; // a listener may drop it
        const bool outer = std::exchange(row->showing, true);
        row->list.set(std::invoke(m_member, item));
        row->showing = outer;
    }
    void drop(typename Rows::iterator place)
    {
        const std::shared_ptr<Row> row = std::move(place->second);
        m_rows.erase(place);
        for (const Unbind &unbind : row->hooks) {
            unbind();
        }
        release(*row);
        if (row->model) {
            row->model->deleteLater(); // delegates may show it until they have gone
        }
    }

    NestOwner<Key, T> *m_owner;
    Member m_member;
    KeyOf m_keyOf;
    Rows m_rows;
};

/// All the roles of a model that show inner lists.
template<typename Key, typename T>
class Nests
{
public:
    Nests() = default;
    Nests(const Nests &) = delete;
    Nests &operator=(const Nests &) = delete;
    ~Nests() { *m_serial = Over; }

    void add(std::unique_ptr<InnerModels<Key, T>> nest) { m_nests.push_back(std::move(nest)); }
    QAbstractItemModel *at(int nest, const Key &key, const T &item)
    {
        return m_nests[static_cast<std::size_t>(nest)]->at(key, item);
    }
    bool empty() const { return m_nests.empty(); }
    void update(const Key &key, const T *item)
    {
        const auto serial = m_serial;
        for (std::size_t i = 0; *serial != Over && i < m_nests.size(); ++i) {
            m_nests[i]->update(key, item);
        }
    }
    /// Brings all up to date; find(key) gives the item or null. Who is called by inner models may cause another one,
    /// which then is the later, or delete the outer model.
    template<typename Find>
    void updateAll(Find find)
    {
        const auto serial = m_serial;
        const std::uint64_t mine = ++*serial;
        for (std::size_t i = 0; *serial == mine && i < m_nests.size(); ++i) {
            for (const Key &key : m_nests[i]->keys()) {
                if (*serial != mine) {
                    return;
                }
                m_nests[i]->update(key, find(key));
            }
        }
    }

private:
    static constexpr std::uint64_t Over = ~std::uint64_t{0};
    std::vector<std::unique_ptr<InnerModels<Key, T>>> m_nests;
    std::shared_ptr<std::uint64_t> m_serial = std::make_shared<std::uint64_t>(0);
};

} // namespace detail

/// For an item model: a role whose value is the item model of a list inside the item, whose rows a key
/// distinguishes, as in a ListModel:
///
///     new ListModel(orders, &Order::id, parent)->nest(nested("lines", &Order::lines, &Line::id));
///     NANOSTORES_MODEL(orders, ::orders, &Order::id, nanostores::nested("lines", &Order::lines, &Line::id))
///
/// The inner model stays the same as long as the item does, whatever of it changes, and emits the smallest signals
/// itself. Of a member it can be edited, which writes the item; of a function it is read-only.
template<typename Member, typename KeyOf>
[[nodiscard]] Nested<Member, KeyOf> nested(const char *role, Member member, KeyOf keyOf)
{
    return {role, std::move(member), std::move(keyOf)};
}

} // namespace nanostores
