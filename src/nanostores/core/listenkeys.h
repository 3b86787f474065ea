// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/listenerrun.h>
#include <nanostores/core/map.h>
#include <nanostores/core/record.h>

#include <cstddef>
#include <exception>
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

/// The keys of a map that a listener watches; found by their hash when they are many.
template<typename K>
class WatchedKeys
{
public:
    explicit WatchedKeys(std::vector<K> keys)
    {
        constexpr std::size_t Few = 8;
        if (keys.size() <= Few) {
            m_few = std::move(keys);
            return;
        }
        for (const K &key : keys) {
            m_many.insert(key, true);
        }
    }
    std::size_t size() const noexcept { return m_few.size() + m_many.size(); }
    bool contains(const K &key) const
    {
        return m_many.empty() ? anyOf(m_few, [&](const K &watched) { return sameKey(watched, key); })
                              : m_many.contains(key);
    }
    template<typename F>
    bool any(F f) const
    {
        return anyOf(m_few, f) || anyOf(m_many, [&](const auto &entry) { return f(entry.first); });
    }

private:
    std::vector<K> m_few;
    Dictionary<K, bool> m_many;
};

/// What all listeners of keys of one kind of store have in common.
template<typename N, typename Key>
struct KeysListener : Listener
{
    explicit KeysListener(std::vector<Key> watched)
        : keys(std::move(watched))
    {
    }
    bool differs(const N &, const typename N::value_type &before, const typename N::value_type &now) const
    {
        return anyOf(keys, [&](const Key &key) { return key.differs(before, now); });
    }
    bool isChanged(const N &node, const OldValue *past, bool) const
    {
        if (!past) {
            return !keys.empty(); // not known: as nanostores does without an old value
        }
        if constexpr (requires(const Key &key) { node.isOther(key, *past); }) {
            return anyOf(keys, [&](const Key &key) { return node.isOther(key, *past); });
        } else {
            return differs(node, static_cast<const typename N::OldValueType *>(past)->value, node.current());
        }
    }
    bool isConcerned(const OldValue *, bool) const noexcept { return true; }
    bool isWaiting() const noexcept { return kind & InQueue; }
    void keepsAhead(bool) noexcept {}
    void passedOver(N &) noexcept {}

    std::vector<Key> keys;
};

template<typename K, typename V>
class KeysRun;

/// Those of a map find one another: of many, a change of one key calls the few that watch it.
template<typename K, typename V>
struct KeysListener<MapNode<K, V>, K> : RunListener
{
    struct Place;
    /// Those who watch a key, in the order in which they came.
    struct Places
    {
        Place *first = nullptr;
        Place *last = nullptr;
    };
    struct Place
    {
        Places *among = nullptr;
        Place *prev = nullptr;
        Place *next = nullptr;
        KeysListener *listener = nullptr;
    };

    explicit KeysListener(std::vector<K> watched)
        : keys(std::move(watched))
    {
    }
    ~KeysListener() override { leaveRun(); }
    ListenerRun *makeRun() const override { return new KeysRun<K, V>; }

    static bool isOther(const MapNode<K, V> &node, const K &key, const V *before)
    {
        const V *now = node.current().find(key);
        return (before != nullptr) != (now != nullptr) || (now && !node.equalKey(key, *before, *now));
    }
    bool differs(const MapNode<K, V> &node, const Dictionary<K, V> &before, const Dictionary<K, V> &) const
    {
        return keys.any([&](const K &key) { return isOther(node, key, before.find(key)); });
    }
    bool isChanged(const MapNode<K, V> &node, const OldValue *past, bool keyed) const
    {
        const auto *mine = static_cast<const MapOldValue<K, V> *>(past);
        if (!mine || (mine->whole && !mine->old)) {
            return keys.size() > 0; // not known: as nanostores does without an old value
        }
        if (mine->whole) {
            return differs(node, *mine->old, node.current());
        }
        const auto &change = *TouchedOldValue<K, V>::of(mine);
        if (keyed) {
            return keys.contains(change.keys.front().key);
        }
        const auto isOtherNow = [&](const KeyChange<K, V> &touched) {
            return isOther(node, touched.key, touched.oldValue ? &*touched.oldValue : nullptr);
        };
        if (keys.size() < change.keys.size() && change.index.size() == change.keys.size()) { // look for each of mine
            return keys.any([&](const K &key) {
                const std::size_t position = change.index.position(key);
                return position < change.keys.size() && isOtherNow(change.keys.begin()[position]);
            });
        }
        return anyOf(change.keys,
                     [&](const KeyChange<K, V> &touched) { return keys.contains(touched.key) && isOtherNow(touched); });
    }
    /// Whether the change may have been one of its keys.
    bool isConcerned(const OldValue *past, bool keyed) const
    {
        const auto *change = TouchedOldValue<K, V>::of(static_cast<const MapOldValue<K, V> *>(past));
        return !change || change->whole || (!keyed && anyOf(change->keys, [&](const KeyChange<K, V> &touched) {
            return keys.contains(touched.key);
        }));
    }
    bool isWaiting() const noexcept { return (kind & InQueue) || isQueuedInRun(); }
    void keepsAhead(bool nowKeeps) noexcept
    {
        keeps = nowKeeps;
        if (isMember) {
            static_cast<KeysRun<K, V> *>(run)->noteAhead(*this, keeps);
        }
    }

    /// It knows the value that it was not called with.
    void passedOver(MapNode<K, V> &node) noexcept { node.seen(); }

    WatchedKeys<K> keys;
    std::unique_ptr<Place[]> places; ///< One for each key, when the run has looked at it.
    bool keeps = false; ///< What it was called with ahead.
    bool isNoted = false; ///< Among those of its run that do.
    KeysListener *prevAhead = nullptr;
    KeysListener *nextAhead = nullptr;
};

/// Knows who watches which key.
template<typename K, typename V>
class KeysRun final : public ListenerRun
{
    using Watcher = KeysListener<MapNode<K, V>, K>;
    using Place = typename Watcher::Place;
    using Places = typename Watcher::Places;

public:
    KeysRun() = default;
    ~KeysRun() override
    {
        for (const auto &[key, places] : m_places) {
            delete places;
        }
    }
    bool pick(const Node &, OldValue *past, bool keyed, PickedListeners &to) override
    {
        const auto *change = TouchedOldValue<K, V>::of(static_cast<const MapOldValue<K, V> *>(past));
        if (!change || change->whole) {
            return false;
        }
        while (newest) {
            auto &listener = static_cast<Watcher &>(*newest);
            newest = following(listener);
            enter(listener);
        }
        const std::size_t touched = keyed ? 1 : change->keys.size();
        for (std::size_t i = 0; i < touched; ++i) { // may become more while the user's function is asked
            const Places *const *const places = m_places.find(change->keys.begin()[i].key);
            for (const Place *place = places ? (*places)->first : nullptr; place; place = place->next) {
                to.add(*place->listener);
            }
        }
        for (Watcher *listener = m_ahead; listener; listener = listener->nextAhead) {
            to.add(*listener);
        }
        return true;
    }
    void leaving(RunListener &listener) noexcept override
    {
        auto &watcher = static_cast<Watcher &>(listener);
        noteAhead(watcher, false);
        leave(watcher);
    }
    void noteAhead(Watcher &listener, bool keeps) noexcept
    {
        if (listener.isNoted == keeps) {
            return;
        }
        listener.isNoted = keeps;
        if (keeps) {
            listener.prevAhead = nullptr;
            listener.nextAhead = m_ahead;
            if (m_ahead) {
                m_ahead->prevAhead = &listener;
            }
            m_ahead = &listener;
            return;
        }
        (listener.prevAhead ? listener.prevAhead->nextAhead : m_ahead) = listener.nextAhead;
        if (listener.nextAhead) {
            listener.nextAhead->prevAhead = listener.prevAhead;
        }
    }

private:
    void enter(Watcher &listener)
    {
        noteAhead(listener, listener.keeps);
        try {
            listener.places.reset(new Place[listener.keys.size()]);
            std::size_t count = 0;
            listener.keys.any([&](const K &key) {
                Place &place = listener.places[count++];
                Places &all = placesOf(key);
                place.among = &all;
                place.listener = &listener;
                place.prev = all.last;
                (all.last ? all.last->next : all.first) = &place;
                all.last = &place;
                return false;
            });
        } catch (...) { // the next time again
            leave(listener);
            if (listener.isMember) {
                newest = &listener;
            }
            throw;
        }
        if (!listener.isMember) {
            leave(listener); // it has ended in the user's hash
        }
    }
    Places &placesOf(const K &key)
    {
        if (Places *const *const known = m_places.find(key)) {
            return **known;
        }
        auto made = std::make_unique<Places>();
        m_places.insert(key, made.get());
        return *made.release();
    }
    void leave(Watcher &listener) noexcept
    {
        const std::unique_ptr<Place[]> places = std::move(listener.places);
        std::size_t count = 0;
        listener.keys.any([&](const K &key) {
            const Place *const place = places ? &places[count++] : nullptr;
            if (!place || !place->among) {
                return true; // it came no further
            }
            Places *const all = place->among;
            (place->prev ? place->prev->next : all->first) = place->next;
            (place->next ? place->next->prev : all->last) = place->prev;
            if (!all->first) {
                forget(key, all);
            }
            return false;
        });
    }
    void forget(const K &key, Places *empty) noexcept
    {
        try {
            if (m_places.remove(key)) {
                delete empty;
            }
        } catch (...) { // a hash of the user's: a key without watchers stays
            reportError(std::current_exception());
        }
    }

    Dictionary<K, Places *> m_places;
    Watcher *m_ahead = nullptr;
};

template<typename N, typename Key, typename F>
struct KeysListenerOf final : KeysListener<N, Key>
{
    KeysListenerOf(std::vector<Key> watched, F f)
        : KeysListener<N, Key>(std::move(watched))
        , function(std::move(f))
    {
        if constexpr (ShowsStores<F>) {
            this->kind |= ViewLink;
        }
    }
    /// Looks at which keys changed before it calls the function.
    void call(Node &node, OldValue *past, bool keyed) override
    {
        auto &mine = static_cast<N &>(node);
        std::unique_ptr<const Value> known = std::move(ahead);
        const bool waits = this->isWaiting();
        const bool calls = std::exchange(missed, false) || (known && this->differs(mine, *known, mine.current()));
        if (calls || this->isChanged(mine, past, keyed)) {
            if (waits) {
                keepAhead(mine);
            }
            this->keepsAhead(ahead || missed);
            mine.call(function, past, keyed);
        } else {
            if (waits && known) {
                ahead = std::move(known);
            } else if (waits && this->isConcerned(past, keyed)) {
                keepAhead(mine); // its keys are as it knows them, and not as they were when the change that waits began
            }
            this->keepsAhead(ahead || missed);
            this->passedOver(mine);
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
    auto *listener = new KeysListenerOf<N, Key, F>(std::move(keys), std::move(f));
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
