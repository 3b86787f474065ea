// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/map.h>
#include <nanostores/core/record.h>
#include <nanostores/persistent/persist.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Stores that are persistent from the start. What they have in common is said at persist(). Each has a form without an
/// engine, which takes that of the options or persistentEngine().
namespace nanostores {

/// persistentAtom(engine, "theme", QString("light")): an Atom kept in one entry. A std::optional that is empty has no
/// entry. From nanostores' persistentAtom().
template<typename T>
[[nodiscard]] Atom<T> persistentAtom(const StorageEngine &engine, StorageKey key, T initial,
                                     PersistentOptions<std::type_identity_t<T>> options = {})
{
    options.engine = engine;
    auto store = Atom<T>(std::move(initial)).named(key.text);
    return persist(store, std::move(key), std::move(options));
}
template<typename T>
[[nodiscard]] Atom<T> persistentAtom(StorageKey key, T initial, PersistentOptions<std::type_identity_t<T>> options = {})
{
    auto store = Atom<T>(std::move(initial)).named(key.text);
    return persist(store, std::move(key), std::move(options));
}
/// Of a literal: an Atom of std::string.
[[nodiscard]] inline Atom<std::string> persistentAtom(const StorageEngine &engine, StorageKey key, const char *initial,
                                                      PersistentOptions<std::string> options = {})
{
    return persistentAtom(engine, std::move(key), std::string(initial), std::move(options));
}
[[nodiscard]] inline Atom<std::string> persistentAtom(StorageKey key, const char *initial,
                                                      PersistentOptions<std::string> options = {})
{
    return persistentAtom(std::move(key), std::string(initial), std::move(options));
}

/// true is "yes", false is an empty text: as nanostores writes it. Other text is no value of it.
struct YesCodec
{
    std::string encode(bool value) const { return value ? "yes" : ""; }
    std::optional<bool> decode(std::string_view raw) const
    {
        return raw == "yes" || raw.empty() ? std::optional(!raw.empty()) : std::nullopt;
    }
};

/// persistentBoolean(engine, "muted", false): an Atom of bool, written as nanostores' persistentBoolean() does.
[[nodiscard]] inline Atom<bool> persistentBoolean(const StorageEngine &engine, StorageKey key, bool initial = false,
                                                  PersistentOptions<bool> options = {})
{
    options.codec = YesCodec{};
    return persistentAtom(engine, std::move(key), initial, std::move(options));
}
[[nodiscard]] inline Atom<bool> persistentBoolean(StorageKey key, bool initial = false,
                                                  PersistentOptions<bool> options = {})
{
    options.codec = YesCodec{};
    return persistentAtom(std::move(key), initial, std::move(options));
}

/// persistentJSON(engine, "draft", Draft{}): an Atom that is written as JSON whatever its type, text in quotes.
template<typename T>
[[nodiscard]] Atom<T> persistentJSON(const StorageEngine &engine, StorageKey key, T initial,
                                     PersistentOptions<std::type_identity_t<T>> options = {})
{
    options.codec = JsonCodec<>{};
    return persistentAtom(engine, std::move(key), std::move(initial), std::move(options));
}
template<typename T>
[[nodiscard]] Atom<T> persistentJSON(StorageKey key, T initial, PersistentOptions<std::type_identity_t<T>> options = {})
{
    options.codec = JsonCodec<>{};
    return persistentAtom(std::move(key), std::move(initial), std::move(options));
}

/// persistentRecord(engine, "profile", Profile{}): a Record kept as a whole in one entry.
template<typename T>
[[nodiscard]] Record<T> persistentRecord(const StorageEngine &engine, StorageKey key, T initial,
                                         PersistentOptions<std::type_identity_t<T>> options = {})
{
    options.engine = engine;
    auto store = Record<T>(std::move(initial)).named(key.text);
    return persist(store, std::move(key), std::move(options));
}
template<typename T>
[[nodiscard]] Record<T> persistentRecord(StorageKey key, T initial,
                                         PersistentOptions<std::type_identity_t<T>> options = {})
{
    auto store = Record<T>(std::move(initial)).named(key.text);
    return persist(store, std::move(key), std::move(options));
}

/// persistentMap<QString, Item>(engine, "cart/items/"): a Map with an entry for each key, named by the prefix and the
/// key: text, a whole number or an enum. Read from the storage, keys are in the order of their names.
template<typename K, typename V>
[[nodiscard]] Map<K, V> persistentMap(const StorageEngine &engine, StorageKey prefix,
                                      std::type_identity_t<Dictionary<K, V>> initial = {},
                                      PersistentOptions<std::type_identity_t<V>> options = {})
{
    options.engine = engine;
    auto store = Map<K, V>(std::move(initial)).named(prefix.text);
    return persist(store, std::move(prefix), std::move(options));
}
template<typename K, typename V>
[[nodiscard]] Map<K, V> persistentMap(StorageKey prefix, std::type_identity_t<Dictionary<K, V>> initial = {},
                                      PersistentOptions<std::type_identity_t<V>> options = {})
{
    auto store = Map<K, V>(std::move(initial)).named(prefix.text);
    return persist(store, std::move(prefix), std::move(options));
}

/// persistentMap(engine, "settings/", Settings{}): a Record with an entry for each member, named by the prefix and the
/// member. See persistMembers().
template<typename T>
requires detail::ListsItsFields<T>
[[nodiscard]] Record<T> persistentMap(const StorageEngine &engine, StorageKey prefix, T initial,
                                      PersistentOptions<std::type_identity_t<T>> options = {})
{
    options.engine = engine;
    auto store = Record<T>(std::move(initial)).named(prefix.text);
    return persistMembers(store, std::move(prefix), std::move(options));
}
template<typename T>
requires detail::ListsItsFields<T>
[[nodiscard]] Record<T> persistentMap(StorageKey prefix, T initial,
                                      PersistentOptions<std::type_identity_t<T>> options = {})
{
    auto store = Record<T>(std::move(initial)).named(prefix.text);
    return persistMembers(store, std::move(prefix), std::move(options));
}

} // namespace nanostores
