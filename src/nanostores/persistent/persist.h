// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/map.h>
#include <nanostores/core/readonly.h>
#include <nanostores/core/record.h>
#include <nanostores/core/store.h>
#include <nanostores/core/task.h>
#include <nanostores/kit/morph.h>
#include <nanostores/persistent/conflict.h>
#include <nanostores/persistent/detail/mapbinding.h>
#include <nanostores/persistent/detail/membersbinding.h>
#include <nanostores/persistent/detail/valuebinding.h>
#include <nanostores/persistent/engine.h>
#include <nanostores/persistent/persistentoptions.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

/// Stores that are there already become persistent. They stay the stores that they are: adapters, models, computed
/// stores and bindings take them unchanged.
namespace nanostores {

namespace detail {

/// What the options of a store are about: its value, of a Map that of a key.
template<typename S>
struct PersistedValue
{
    using type = typename S::value_type;
};
template<typename K, typename V>
struct PersistedValue<Map<K, V>>
{
    using type = V;
};

/// What morph() and stored() make.
template<typename S>
void takesMorph(const kit::Morph<S> &morph);
template<typename S>
concept IsMorph = requires(const S &store) { detail::takesMorph(store); };

} // namespace detail

/// A store that can be kept: an Atom or a Signal, a List, a Map, a Record, a DeepMap. A computed store cannot, nor a
/// Morph or what stored() makes: keep the signal below it.
template<typename S>
concept PersistableStore = WritableStore<S> && requires(const S &store) {
    S(store.node());
    requires std::derived_from<typename S::node_type, detail::Node>;
    requires !std::derived_from<typename S::node_type, detail::Sink>;
};

/// persist(store, key, options): keeps the store in the engine from now on, under the key; a Map in one entry for each
/// of its keys, whose names begin with the given one.
///
/// If there is an entry, the store takes its value at once, or, if the engine has not loaded within its patience, as a
/// change later. A store that was set before that keeps its value, which is written. Otherwise nothing is written
/// until the store changes: its present value is the default, and what it gets when the entry is deleted elsewhere. A
/// value that the codec cannot read is kept until the store is set; EngineStatus::unreadable names it.
///
/// It lasts as long as the store, and a change that waits keeps the store. Again with the same engine and key is no
/// mistake. Returns the store.
template<PersistableStore S>
S persist(const S &store, StorageKey key, PersistentOptions<typename detail::PersistedValue<S>::type> options = {})
{
    const StorageEngine engine = options.engine ? *options.engine : persistentEngine();
    if (detail::findBinding(*store.node(), engine.replica().get(), key.text)) {
        return store;
    }
    if constexpr (detail::isMap<S>) {
        using B = detail::MapBinding<typename S::key_type, typename S::mapped_type>;
        detail::Binding::start(std::make_shared<B>(engine, *store.node(), std::move(key.text), std::move(options)));
    } else {
        using B = detail::ValueBinding<S>;
        detail::Binding::start(std::make_shared<B>(engine, *store.node(), std::move(key.text), std::move(options)));
    }
    return store;
}

/// What cannot be kept: the compiler says what to keep instead.
template<typename S>
requires(!PersistableStore<S> && (AnyStore<S> || detail::IsMorph<S>))
void persist(const S &, StorageKey, PersistentOptions<typename detail::PersistedValue<S>::type> = {})
{
    static_assert(!detail::IsMorph<S>, "what morph() and stored() make is no store: persist() the signal below it, or "
                                       "make a persistentAtom() instead of stored()");
    static_assert(detail::IsMorph<S>, "a computed store, or one that cannot be written, is not kept: persist() the "
                                      "stores that it follows from");
}

/// persistMembers(record, prefix, options): as persist(), but each member of the struct has an entry of its own, of the
/// prefix and the member's name, so that members changed by different programs do not meet. The struct is one declared
/// with NANOSTORES_STRUCT; its members are written as ValueCodec says. A default that the program has not changed is
/// not written, so a new version may have another one.
template<typename T>
Record<T> persistMembers(const Record<T> &store, StorageKey prefix, PersistentOptions<T> options = {})
{
    static_assert(detail::ListsItsFields<T>,
                  "a struct that is kept member by member is declared with NANOSTORES_STRUCT; persist(record, key) "
                  "keeps any struct that its codec knows as a whole");
    const StorageEngine engine = options.engine ? *options.engine : persistentEngine();
    if (!detail::findBinding(*store.node(), engine.replica().get(), prefix.text)) {
        using B = detail::MembersBinding<T>;
        detail::Binding::start(std::make_shared<B>(engine, *store.node(), std::move(prefix.text), std::move(options)));
    }
    return store;
}

/// A store of the conflict that a persistent store is in, if it is: see reject and merge(f). Of several at a time, of a
/// Map, the first one; when it is resolved, the next. Throws std::logic_error if the store is not persistent.
template<PersistableStore S>
[[nodiscard]] ConflictStore<typename detail::PersistedValue<S>::type> conflictOf(const S &store)
{
    using T = typename detail::PersistedValue<S>::type;
    const auto binding = detail::requireBinding(*store.node(), "conflictOf");
    return std::dynamic_pointer_cast<detail::ConflictShower<T>>(binding)->store();
}

/// The version of the store's entry: 0 if it has none. It grows with each change that is written, by any writer.
template<PersistableStore S>
requires(!detail::isMap<S>)
[[nodiscard]] std::uint64_t versionOf(const S &store)
{
    const auto binding = detail::requireBinding(*store.node(), "versionOf");
    return binding->engine().versionOf(binding->name());
}
/// Which engine's writer() wrote the store's entry; 0: it has none.
template<PersistableStore S>
requires(!detail::isMap<S>)
[[nodiscard]] std::uint64_t writtenBy(const S &store)
{
    const auto binding = detail::requireBinding(*store.node(), "writtenBy");
    return binding->engine().writtenBy(binding->name());
}
/// The same of a key of a persistent Map.
template<typename K, typename V>
[[nodiscard]] std::uint64_t versionOf(const Map<K, V> &store, const std::type_identity_t<K> &key)
{
    const auto binding = detail::requireBinding(*store.node(), "versionOf");
    return binding->engine().versionOf(binding->name() + detail::rowNameOf(key));
}
template<typename K, typename V>
[[nodiscard]] std::uint64_t writtenBy(const Map<K, V> &store, const std::type_identity_t<K> &key)
{
    const auto binding = detail::requireBinding(*store.node(), "writtenBy");
    return binding->engine().writtenBy(binding->name() + detail::rowNameOf(key));
}

/// compareAndSet(store, expected, value): sets the store only if its value is the expected one, in the storage as well,
/// where another process may have changed it. Ends with true when that is written, which is when the store changes;
/// with false when it was not, and the store then has what is stored.
///
///     co_await compareAndSet(stock, n, n - 1);
template<PersistableStore S>
requires(!detail::isMap<S>)
[[nodiscard]] Task<bool> compareAndSet(const S &store, const typename S::value_type &expected,
                                       const typename S::value_type &value)
{
    const auto binding = detail::requireBinding(*store.node(), "compareAndSet");
    const auto typed = std::dynamic_pointer_cast<detail::ValueBinding<S>>(binding);
    if (!typed) {
        throw std::logic_error("nanostores: compareAndSet() of a store that is kept member by member: keep it as a "
                               "whole, by persist()");
    }
    return typed->compareAndSet(expected, value);
}

} // namespace nanostores
