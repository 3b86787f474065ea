// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit/child.h>
#include <nanostores/kit/detail/engine.h>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace nanostores::kit {

/// A map such as std::map, std::unordered_map, QMap, QHash or Dictionary.
template<typename M>
concept MapLike = requires(const M &map, const typename M::key_type &key) {
    typename M::mapped_type;
    map.find(key);
};

namespace internal {

/// A member pointer or an accessor as it is; what else names a key of a map, as that map's key type.
template<typename M, typename K>
auto keyFor(K &&key)
{
    if constexpr (MapLike<M>) {
        if constexpr (!Accessor<std::decay_t<K>>) {
            return typename M::key_type(std::forward<K>(key));
        } else {
            return std::decay_t<K>(std::forward<K>(key));
        }
    } else {
        return std::decay_t<K>(std::forward<K>(key));
    }
}

template<typename S, typename K>
concept MapSignal = WritableSignal<S> && MapLike<AccessorValue<S>>
                    && std::constructible_from<typename AccessorValue<S>::key_type, const K &>;

template<typename S, typename K>
concept StructSignal = WritableSignal<S> && isMemberOf<K, AccessorValue<S>>;

} // namespace internal

/// atKey(object, key): the value of a map's key, an empty optional while there is none, or a struct's member, as a
/// signal of its own. The key may be an accessor. Writing it writes the object, an empty optional removes the key; an
/// object that cannot be written gives a Computed.
template<Accessor S, typename K>
[[nodiscard]] auto atKey(S object, K &&key)
{
    return child(std::move(object), internal::keyFor<AccessorValue<S>>(std::forward<K>(key)));
}

/// Sets a key of the map, or removes it by std::nullopt.
template<typename S, typename K>
requires internal::MapSignal<S, K>
void setKey(const S &object, const K &key, std::optional<typename AccessorValue<S>::mapped_type> value)
{
    object(assignKey(AccessorValue<S>(object.peek()), typename AccessorValue<S>::key_type(key), std::move(value)));
}

/// Sets a member of the struct.
template<typename S, typename T, typename C>
requires internal::StructSignal<S, T C::*>
void setKey(const S &object, T C::*member, std::type_identity_t<T> value)
{
    object(assignKey(AccessorValue<S>(object.peek()), member, std::move(value)));
}

/// Removes a key of the map and returns its value; an empty optional if there was none.
template<typename S, typename K>
requires internal::MapSignal<S, K>
auto deleteKey(const S &object, const K &key)
{
    const typename AccessorValue<S>::key_type mapKey(key);
    auto removed = internal::partOf(object.peek(), mapKey);
    if (removed) {
        setKey(object, mapKey, std::nullopt);
    }
    return removed;
}

/// Empties a member of the struct that is a std::optional, and returns its value.
template<typename S, typename T, typename C>
requires(internal::StructSignal<S, T C::*> && internal::isOptional<T>)
T deleteKey(const S &object, T C::*member)
{
    T removed = object.peek().*member;
    if (removed) {
        setKey(object, member, std::nullopt);
    }
    return removed;
}

} // namespace nanostores::kit
