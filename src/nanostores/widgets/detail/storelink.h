// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/effect.h>
#include <nanostores/core/graph/nodes.h>
#include <nanostores/core/listenkeys.h>
#include <nanostores/core/map.h>
#include <nanostores/core/record.h>
#include <nanostores/core/store.h>
#include <nanostores/core/subscription.h>
#include <nanostores/qt/detail/twowaybinding.h>
#include <nanostores/qt/keyadapter.h>
#include <nanostores/widgets/detail/convert.h>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace nanostores::detail {

/// The store's side of a two-way binding: a store or one key of it, with the type of its value erased.
struct StoreLink
{
    const void *store = nullptr; ///< Identifies the store, to find the bindings of the same one.
    QMetaType type;
    std::function<QVariant()> read;
    /// Whether the store would take the widget's value for the one it holds.
    std::function<bool(const QVariant &)> holds;
    /// Refused: a hook kept the value out or changed it. Unreadable: nothing that the store's type can be made of.
    std::function<Written(const QVariant &)> write;
    std::function<Subscription(std::function<void()>)> listen;
    /// Whether the key is in its map; empty: there is always a value.
    std::function<bool()> has;
};

template<typename V, typename Get, typename Set, typename Equal, typename Listen>
StoreLink makeLink(const void *store, Get get, Set set, Equal equal, Listen listen)
{
    StoreLink link;
    link.store = store;
    link.type = variantType<V>();
    link.read = [get] { return toVariant<V>(get()); };
    link.holds = [get, equal](const QVariant &variant) {
        const auto value = fromVariant<V>(variant);
        return value && equal(get(), *value);
    };
    link.write = [get, set, equal](const QVariant &variant) {
        const auto value = fromVariant<V>(variant);
        if (!value) {
            return Written::Unreadable;
        }
        set(*value);
        return equal(get(), *value) ? Written::Accepted : Written::Refused;
    };
    link.listen = std::move(listen);
    return link;
}

template<WritableStore S>
StoreLink linkTo(const S &store)
{
    using V = typename S::value_type;
    return makeLink<V>(
        store.node().get(), [store]() -> const V & { return store.peek(); },
        [store](const V &value) { store.set(value); },
        [store](const V &a, const V &b) { return equalValues(*store.node(), a, b); },
        [store](std::function<void()> changed) { return store.listen(forView(std::move(changed))); });
}

template<typename S, typename V, MemberOwner<S, V> C>
StoreLink linkTo(const Record<S> &store, V C::*member)
{
    return makeLink<V>(
        store.node().get(), [store, member]() -> const V & { return store.getKey(member); },
        [store, member](const V &value) { store.setKey(member, value); },
        [](const V &a, const V &b) { return Equal<V>{}(a, b); },
        [store, member](std::function<void()> changed) {
            return listenKeys(store, {member}, forView(std::move(changed)));
        });
}

/// All bound widgets of a map share one listener of it, as rows in QML do: a change wakes those of its key.
template<typename K, typename V>
Subscription listenToKey(const Map<K, V> &store, const K &key, std::function<void()> changed)
{
    const auto watch = std::make_shared<KeyWatch>(watchKey(store, key, forView(std::move(changed))));
    struct Ownerless // it belongs to the widget, not to an effect in which it is bound
    {
        Sink *owner = exchangeOwner(nullptr);
        Ownerless() = default;
        Ownerless(const Ownerless &) = delete;
        Ownerless &operator=(const Ownerless &) = delete;
        ~Ownerless() { exchangeOwner(owner); }
    } const ownerless;
    return effect(forView([watch] { return [watch] { watch->reset(); }; }));
}

/// A key that is absent reads as V{}.
template<typename K, typename V>
StoreLink linkTo(const Map<K, V> &store, const std::type_identity_t<K> &key)
{
    StoreLink link = makeLink<V>(
        store.node().get(),
        [store, key] {
            const V *value = store.getKey(key);
            return value ? *value : V{};
        },
        [store, key](const V &value) { store.setKey(key, value); },
        [store, key](const V &a, const V &b) { return store.node()->equalKey(key, a, b); },
        [store, key](std::function<void()> changed) { return listenToKey(store, key, std::move(changed)); });
    link.has = [store, key] { return store.getKey(key) != nullptr; };
    return link;
}

/// A member of the key's value; the others keep theirs.
template<typename K, typename V, typename M, MemberOwner<V, M> C>
StoreLink linkTo(const Map<K, V> &store, const std::type_identity_t<K> &key, M C::*member)
{
    const auto get = [store, key, member] {
        const V *value = store.getKey(key);
        return value ? value->*member : M{};
    };
    const auto set = [store, key, member](const M &newValue) {
        const V *present = store.getKey(key);
        V next = present ? *present : V{};
        next.*member = newValue;
        store.setKey(key, std::move(next));
    };
    StoreLink link = makeLink<M>(
        store.node().get(), get, set, [](const M &a, const M &b) { return Equal<M>{}(a, b); },
        [store, key](std::function<void()> changed) { return listenToKey(store, key, std::move(changed)); });
    link.has = [store, key] { return store.getKey(key) != nullptr; };
    return link;
}

} // namespace nanostores::detail
