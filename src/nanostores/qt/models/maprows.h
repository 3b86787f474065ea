// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/map.h>
#include <nanostores/qt/models/listmodel.h>
#include <nanostores/qt/models/nested.h>
#include <nanostores/qt/models/storemodel.h>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace nanostores {

template<typename K, typename V, typename S>
class MapModel;

namespace detail {

/// A store whose value is a Dictionary.
template<typename S>
concept EntriesStore = AnyStore<S> && isDictionary<typename S::value_type>;

/// What the model of a Map shows and writes, however it finds out what has changed: entries, roles, and inner models.
template<typename K, typename V, typename S>
class MapRows : public StoreModel, private NestOwner<K, V>
{
protected:
    static constexpr bool editable = writesItems<S>;
    static constexpr bool isMap = std::is_same_v<S, Map<K, V>>;
    using Entries = Dictionary<K, V>;
    using Model = MapModel<K, V, S>;

public:
    const S &store() const { return m_store; }
    /// Adds a role with the models of the lists inside the values; before anybody looks. See nested().
    template<typename Member, typename NestKeyOf>
    Model *nest(Nested<Member, NestKeyOf> nested)
    {
        NestOwner<K, V> *const owner = this;
        this->addNestRole(nested.role);
        m_nests.add(std::make_unique<NestOf<K, V, Member, NestKeyOf, editable, ListModel>>(
            owner, std::move(nested.member), std::move(nested.keyOf)));
        return static_cast<Model *>(this);
    }

protected:
    MapRows(S store, QObject *parent)
        : StoreModel(RowType::of<V>(), editable, parent)
        , m_store(std::move(store))
    {
    }

    /// Between two steps of a change, too.
    virtual const K &keyOfRow(int row) const = 0;
    /// The key's value; of one whose row is about to go, the last one.
    virtual const V *valueOfKey(const K &key) const = 0;

    QVariant keyAt(int row) const override { return convertTo<QVariant>(keyOfRow(row)); }
    QVariant valueAt(int row) const override
    {
        const V *present = valueOfKey(keyOfRow(row));
        return present ? convertTo<QVariant>(*present) : QVariant();
    }
    const void *gadgetAt(int row) const override { return valueOfKey(keyOfRow(row)); }
    QAbstractItemModel *nestAt(int row, int nest) const override
    {
        const K shown = keyOfRow(row);
        const V *present = valueOfKey(shown);
        return present ? m_nests.at(nest, shown, *present) : nullptr;
    }
    bool write(int row, const QVariant &newValue, const QMetaProperty *field) override;
    std::string storeLabel() const override { return m_store.node()->label(); }

    /// What the store holds; nothing, if it is computed and has failed.
    const Entries &entries() const noexcept
    {
        try {
            return m_store.peek();
        } catch (...) {
            reportError(std::current_exception());
            static const Entries none;
            return none;
        }
    }
    template<typename Store>
    static QList<int> differing(const Store &store, const K &key, const V &before, const V &now)
    {
        const RowType &type = RowType::of<V>();
        if constexpr (std::is_same_v<Store, Map<K, V>>) {
            if (store.node()->hasEqualKey()) {
                return store.node()->equalKey(key, before, now) ? QList<int>() : type.changedRoles(&before, &now);
            }
        }
        return type.differing(before, now);
    }
    QList<int> differing(const K &key, const V &before, const V &now) const
    {
        return differing(m_store, key, before, now);
    }

    S m_store;
    ObserverLink m_tie;
    mutable Nests<K, V> m_nests;

private:
    static bool put(const S &store, const K &key, const V &newValue);

    QObject *nestParent() override { return this; }
    bool editItem(const K &key, const std::function<void(V &)> &edit) override;
    void holdNest() override { this->hold(); }
    void releaseNest() override { this->release(); }
};

template<typename K, typename V, typename S>
bool MapRows<K, V, S>::write(int row, const QVariant &newValue, const QMetaProperty *field)
{
    if constexpr (editable) {
        const K changed = keyOfRow(row);
        const V *present = originOf(m_store).peek().find(changed);
        if (!present) {
            this->reportUnknownKey(convertTo<QVariant>(changed));
            return false;
        }
        auto next = RowType::with(*present, newValue, field, m_store.name());
        if (!next) {
            return false;
        }
        return put(m_store, changed, *next);
    }
    return false;
}

/// Sets the value where it comes from; whether it then is that. An observer may delete the model.
template<typename K, typename V, typename S>
bool MapRows<K, V, S>::put(const S &store, const K &key, const V &newValue)
{
    if constexpr (editable) {
        const auto origin = originOf(store);
        try {
            if constexpr (requires { origin.setKey(key, newValue); }) {
                origin.setKey(key, newValue);
            } else {
                Entries all = origin.peek();
                all.insert(key, newValue);
                origin.set(std::move(all));
            }
        } catch (...) {
            reportError(std::current_exception());
        }
        const V *now = origin.peek().find(key);
        return now
               && (differing(origin, key, newValue, *now).isEmpty() || RowType::of<V>().holds(*now, newValue, nullptr));
    }
    return false;
}

template<typename K, typename V, typename S>
bool MapRows<K, V, S>::editItem(const K &key, const std::function<void(V &)> &edit)
{
    if constexpr (editable) {
        const Alive alive(*this);
        const V *present = originOf(m_store).peek().find(key);
        if (!present) {
            this->reportUnknownKey(convertTo<QVariant>(key));
            return false;
        }
        V next = *present;
        edit(next);
        const bool accepted = put(m_store, key, next);
        if (alive && !m_tie) { // otherwise the change was notified
            const V *now = entries().find(key);
            const std::optional<V> shown = now ? std::optional<V>(*now) : std::nullopt;
            m_nests.update(key, shown ? &*shown : nullptr);
        }
        return accepted;
    }
    return false;
}

} // namespace detail
} // namespace nanostores
