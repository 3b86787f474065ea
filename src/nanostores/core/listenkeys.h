// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/map.h>
#include <nanostores/core/record.h>

#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

template<typename Range, typename F>
bool anyOf(const Range &range, F f)
{
    for (const auto &item : range) {
        if (f(item)) {
            return true;
        }
    }
    return false;
}

/// Whether a watched key differs between two values of the store.
template<typename K, typename V>
bool watchedDiffers(const MapNode<K, V> &node, const std::vector<K> &keys, const Dictionary<K, V> &before,
                    const Dictionary<K, V> &now)
{
    return anyOf(keys, [&](const K &key) {
        const V *old = before.find(key);
        const V *present = now.find(key);
        return (old != nullptr) != (present != nullptr) || (present && !node.equalKey(key, *old, *present));
    });
}
template<typename S, typename Key>
bool watchedDiffers(const RecordNode<S, Key> &, const std::vector<Key> &keys, const S &before, const S &now)
{
    return anyOf(keys, [&](const Key &key) { return key.differs(before, now); });
}

template<typename K, typename V>
bool watchedChanged(const MapNode<K, V> &node, const std::vector<K> &keys, const Dictionary<K, V> &value,
                    const MapOldValue<K, V> *past, bool keyed)
{
    const auto changedFrom = [&](const K &key, const V *before) {
        const V *now = value.find(key);
        return (before != nullptr) != (now != nullptr) || (now && !node.equalKey(key, *before, *now));
    };
    if (!past || (past->whole && !past->old)) {
        return !keys.empty(); // not known: as nanostores does without an old value
    }
    if (past->whole) {
        return watchedDiffers(node, keys, *past->old, value);
    }
    const auto watched = [&](const K &key) {
        return anyOf(keys, [&](const K &listed) { return sameKey(listed, key); });
    };
    const auto &touched = TouchedOldValue<K, V>::of(past)->keys;
    if (keyed) {
        return watched(touched.front().key);
    }
    return anyOf(touched, [&](const KeyChange<K, V> &change) {
        return watched(change.key) && changedFrom(change.key, change.oldValue ? &*change.oldValue : nullptr);
    });
}

template<typename S, typename Key>
bool watchedChanged(const RecordNode<S, Key> &node, const std::vector<Key> &keys, const S &value,
                    const RecordOldValue<S, Key> *past, bool)
{
    if (!past) {
        return !keys.empty();
    }
    return watchedDiffers(node, keys, past->value, value);
}

/// Looks at which keys changed before it calls the function.
template<typename N, typename Key, typename F>
struct KeysListener final : Listener
{
    KeysListener(std::vector<Key> watched, F f)
        : keys(std::move(watched))
        , function(std::move(f))
    {
    }
    void call(Node &node, OldValue *past, bool keyed) override
    {
        auto &mine = static_cast<N &>(node);
        std::unique_ptr<const Value> known = std::move(ahead);
        const bool waits = kind & InQueue;
        const bool calls =
            std::exchange(missed, false) || (known && watchedDiffers(mine, keys, *known, mine.current()));
        if (calls || watchedChanged(mine, keys, mine.current(), static_cast<typename N::OldValueType *>(past), keyed)) {
            if (waits) {
                keepAhead(mine);
            }
            mine.call(function, past, keyed);
        } else if (waits) {
            ahead = std::move(known);
        }
    }
    void keepAhead(const N &node) noexcept
    {
        if constexpr (std::is_copy_constructible_v<Value>) {
            try {
                ahead = std::make_unique<const Value>(node.current());
                return;
            } catch (...) {
            }
        }
        missed = true;
    }

    using Value = typename N::value_type;
    std::vector<Key> keys;
    F function;
    /// What it was called with while it waited in a batch, whose change begins with an older value.
    std::unique_ptr<const Value> ahead;
    bool missed = false; ///< There was no place to keep it.
};

template<typename S, typename Key, typename F>
Listener *listenToKeys(const S &store, std::vector<Key> keys, F f)
{
    using N = typename S::node_type;
    using Call = typename N::template Call<F>;
    static_assert(Call::valid,
                  "a listener is called with nothing, (value), (value, oldValue) or (value, oldValue, changedKey)");
    auto *listener = new KeysListener<N, Key, F>(std::move(keys), std::move(f));
    attachListener(*store.node(), listener, Call::wants | WantsOldValue);
    return listener;
}

} // namespace detail

/// Calls f as listen() does, but only when one of the keys has changed: `listenKeys(profile, {&Profile::theme}, f)`.
///
/// A key that is set and is listed counts as changed; of a DeepMap, a path that leads to another value than before;
/// when the whole value was set, or in a batch, a listed key counts whose value differs. From nanostores.
template<KeyedStore S, typename F>
[[nodiscard]] Subscription listenKeys(const S &store, std::vector<typename S::changed_key> keys, F f)
{
    return Subscription(detail::listenToKeys(store, std::move(keys), std::move(f)));
}

/// As listenKeys(), and calls f once at once.
template<KeyedStore S, typename F>
[[nodiscard]] Subscription subscribeKeys(const S &store, std::vector<typename S::changed_key> keys, F f)
{
    auto first = f;
    Subscription subscription(detail::listenToKeys(store, std::move(keys), std::move(f)));
    store.node()->call(first, nullptr, true);
    return subscription;
}

} // namespace nanostores
