// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h>
#include <nanostores/core/dictionary.h>
#include <nanostores/core/signal.h>
#include <nanostores/kit/detail/engine.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nanostores::kit {

namespace internal {

template<typename K, typename V>
struct SignalsMapState;

/// The value of one key: kept by the map while the key is there, and by its readers while it is not.
template<typename K, typename V>
struct SignalsMapNode final : SignalNode<std::optional<V>>
{
    SignalsMapNode(const std::shared_ptr<SignalsMapState<K, V>> &m, K k)
        : SignalNode<std::optional<V>>(std::nullopt)
        , map(m)
        , key(std::move(k))
    {
    }
    ~SignalsMapNode() override
    {
        if (const auto owner = map.lock()) {
            try {
                owner->entries.remove(key);
            } catch (...) { // of the key's hash
                owner->entries.removeIf([this](const auto &entry) { return entry.second.node == this; });
            }
        }
    }

    std::weak_ptr<SignalsMapState<K, V>> map;
    K key;
    bool isThere = false; ///< The key is in the map; otherwise it is read.
};

template<typename K, typename V>
struct SignalsMapState
{
    using Node = SignalsMapNode<K, V>;
    struct Entry
    {
        Node *node;
        Ref<Node> kept; ///< While the key is there.
    };

    Dictionary<K, Entry> entries;
    std::size_t size = 0;
};

} // namespace internal

/// A map of which each value is a signal of its own: a change notifies the readers of its key, and no others.
///
/// A handle, as stores are. For thousands of keys that change often; a Map store is one store, to be listened to as a
/// whole. See getMapKey(), setMapKey(), deleteMapKey(), clearMap().
template<typename K, typename V>
class SignalsMap
{
    using State = internal::SignalsMapState<K, V>;
    using Node = internal::SignalsMapNode<K, V>;

public:
    using key_type = K;
    using mapped_type = V;

    SignalsMap()
        : m_state(std::make_shared<State>())
    {
    }

    /// Neither is tracked.
    bool has(const K &key) const
    {
        const auto *entry = find(key);
        return entry && entry->node->isThere;
    }
    std::size_t size() const noexcept { return m_state->size; }

    /// The key's signal, if the key is there.
    std::optional<Signal<std::optional<V>>> get(const K &key) const
    {
        if (!has(key)) {
            return std::nullopt;
        }
        using Base = internal::SignalNode<std::optional<V>>;
        return Signal<std::optional<V>>(internal::Ref<Base>::share(find(key)->node));
    }

    template<typename Key, typename Value>
    friend std::optional<Value> getMapKey(const SignalsMap<Key, Value> &map, const std::type_identity_t<Key> &key);
    template<typename Key, typename Value, typename Next>
    friend void setMapKey(const SignalsMap<Key, Value> &map, const std::type_identity_t<Key> &key, Next &&next);
    template<typename Key, typename Value>
    friend void deleteMapKey(const SignalsMap<Key, Value> &map, const std::type_identity_t<Key> &key);
    template<typename Key, typename Value>
    friend void clearMap(const SignalsMap<Key, Value> &map);

private:
    const typename State::Entry *find(const K &key) const { return m_state->entries.find(key); }
    internal::Ref<Node> node(const K &key) const
    {
        if (const auto *entry = find(key)) {
            return internal::Ref<Node>::share(entry->node);
        }
        auto made = internal::Ref<Node>::adopt(new Node(m_state, key));
        m_state->entries.insert(key, {made.get(), {}});
        return made;
    }
    /// Sets what the readers of the key see, and whether it is there; neither, if the value cannot be set.
    void change(Node &node, std::optional<V> value) const
    {
        const bool was = node.isThere;
        const bool will = value.has_value();
        mark(node, will);
        try {
            node.set(std::move(value));
        } catch (...) {
            if (node.current().has_value() == was) {
                mark(node, was);
            }
            throw;
        }
    }
    void mark(Node &node, bool isThere) const noexcept
    {
        if (node.isThere != isThere) {
            node.isThere = isThere;
            m_state->size += isThere ? 1 : std::size_t(-1);
        }
    }

    std::shared_ptr<State> m_state;
};

/// The key's value, tracked; empty while the key is not there, and then the reader is woken when it comes. It is
/// $getMapKey of the original.
template<typename K, typename V>
[[nodiscard]] std::optional<V> getMapKey(const SignalsMap<K, V> &map, const std::type_identity_t<K> &key)
{
    if (!map.has(key) && !internal::tracking()) {
        return std::nullopt;
    }
    const auto node = map.node(key);
    node->track();
    return node->current();
}

/// Sets the key to a value, or to what a function returns for its present one, an optional. An empty optional deletes
/// it.
template<typename K, typename V, typename Next>
void setMapKey(const SignalsMap<K, V> &map, const std::type_identity_t<K> &key, Next &&next)
{
    static_assert(NextValue<Next, std::optional<V>>, "setMapKey() takes a value, or a function from an optional one");
    const auto node = map.node(key);
    auto value = nextValue<std::optional<V>>(node->current(), std::forward<Next>(next));
    if (!value) {
        deleteMapKey(map, key);
        return;
    }
    map.m_state->entries.edit(key)->kept = node;
    const auto held = map; // readers may take the last handle away
    held.change(*node, std::move(value));
}

/// Takes the key out; its readers see an empty optional.
template<typename K, typename V>
void deleteMapKey(const SignalsMap<K, V> &map, const std::type_identity_t<K> &key)
{
    if (!map.has(key)) {
        return;
    }
    const auto node = map.node(key);
    const auto held = map; // readers may take the last handle away
    held.change(*node, std::nullopt);
    if (auto *entry = held.m_state->entries.edit(node->key); entry && !node->isThere) {
        entry->kept = {}; // its readers stay, and see that it is gone
    }
}

/// Takes all keys out, in one batch.
template<typename K, typename V>
void clearMap(const SignalsMap<K, V> &map)
{
    batch([&map] {
        for (const K &key : map.m_state->entries.keys()) {
            deleteMapKey(map, key);
        }
    });
}

} // namespace nanostores::kit
