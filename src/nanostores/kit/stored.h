// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/lifecycle.h>
#include <nanostores/core/signal.h>
#include <nanostores/kit/child.h>
#include <nanostores/kit/codec.h>
#include <nanostores/kit/detail/engine.h>
#include <nanostores/kit/morph.h>
#include <nanostores/kit/mountable.h>
#include <nanostores/kit/pace.h>
#include <nanostores/kit/values.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores::kit {

namespace internal {

/// A storage itself, or what a pointer to one points to.
template<typename S>
decltype(auto) storageBehind(S &storage)
{
    if constexpr (requires { *storage; }) {
        return *storage;
    } else {
        return (storage);
    }
}

template<typename S, typename K>
using RawOf =
    typename std::decay_t<decltype(storageBehind(std::declval<S &>()).get(std::declval<const K &>()))>::value_type;

} // namespace internal

/// Where raw values are kept by key: get(key) gives an std::optional, empty where there is none; set(key, raw);
/// del(key). A pointer to one will do.
template<typename S, typename K = std::string>
concept Storage = requires(S &storage, const K &key, const internal::RawOf<S, K> &raw) {
    internal::storageBehind(storage).set(key, raw);
    internal::storageBehind(storage).del(key);
};

/// A storage that also reports changes made elsewhere: sub(key, f) calls f with an std::optional of the raw value when
/// the key has been changed or deleted, on the caller's thread, and returns a function that ends that.
template<typename S, typename K = std::string>
concept SyncedStorage =
    Storage<S, K> && requires(S &storage, const K &key, std::function<void(std::optional<internal::RawOf<S, K>>)> f) {
        internal::storageBehind(storage).sub(key, f)();
    };

/// A storage that keeps nothing.
template<typename E = std::string>
struct NoopStorage
{
    template<typename K>
    std::optional<E> get(const K &) const
    {
        return std::nullopt;
    }
    template<typename K>
    void set(const K &, const E &) const
    {
    }
    template<typename K>
    void del(const K &) const
    {
    }
    template<typename K, typename F>
    auto sub(const K &, const F &) const
    {
        return noop;
    }
};
/// The storage that keeps nothing.
inline constexpr NoopStorage<> noopStorage;

/// A storage in memory, for tests and for what need not last. A handle: copies are the same storage. For one thread.
template<typename E = std::string, typename K = std::string>
class MemoryStorage
{
    struct Subscriber
    {
        K key;
        std::function<void(std::optional<E>)> function;
    };
    struct State
    {
        std::map<K, E> values;
        std::vector<std::shared_ptr<const Subscriber>> subscribers;
    };

public:
    MemoryStorage()
        : m_state(std::make_shared<State>())
    {
    }

    std::optional<E> get(const K &key) const
    {
        const auto it = m_state->values.find(key);
        return it == m_state->values.end() ? std::optional<E>() : std::optional<E>(it->second);
    }
    void set(const K &key, E value) const
    {
        m_state->values.insert_or_assign(key, value);
        notify(key, std::move(value));
    }
    void del(const K &key) const
    {
        if (m_state->values.erase(key)) {
            notify(key, std::nullopt);
        }
    }
    /// Calls the function for all changes, those of the subscriber itself included.
    auto sub(const K &key, std::function<void(std::optional<E>)> function) const
    {
        auto made = std::make_shared<const Subscriber>(Subscriber{key, std::move(function)});
        m_state->subscribers.push_back(made);
        return [weak = std::weak_ptr<State>(m_state), subscriber = std::weak_ptr<const Subscriber>(made)] {
            if (const auto state = weak.lock()) {
                std::erase(state->subscribers, subscriber.lock());
            }
        };
    }

private:
    void notify(const K &key, const std::optional<E> &value) const
    {
        const auto all = m_state->subscribers;
        for (const auto &subscriber : all) {
            if (subscriber->key == key) {
                subscriber->function(value);
            }
        }
    }

    std::shared_ptr<State> m_state;
};

namespace internal {

/// A place in a storage, and how its value is written there.
template<typename T, typename S, typename K, typename C>
class StoredEntry
{
public:
    using Raw = RawOf<S, K>;
    using Value = typename std::conditional_t<isOptional<T>, T, std::optional<T>>::value_type;
    static_assert(Codec<C, Value, Raw>, "the codec of a stored signal makes the storage's raw type of the signal's "
                                        "value, and the value, or an optional one, of that");

    template<typename L>
    StoredEntry(S storage, K key, T defaultValue, C codec, const L &limiter)
        : m_place(std::make_shared<Place>(Place{std::move(storage), std::move(key)}))
        , m_default(std::move(defaultValue))
        , m_codec(std::move(codec))
        , m_update(limiter([place = m_place](const Raw &raw, std::uint64_t write) {
            if (place->writes == write) { // else it was deleted meanwhile
                place->waiting = false;
                storageBehind(place->storage).set(place->key, raw);
            }
        }))
    {
    }

    void read(const Signal<T> &signal)
    {
        m_raw = storageBehind(m_place->storage).get(m_place->key);
        signal(decoded());
    }
    void write(const Signal<T> &signal, T value)
    {
        if constexpr (isOptional<T>) {
            if (!value) {
                erase(signal);
                return;
            }
            m_raw = Raw(m_codec.encode(*value));
        } else {
            m_raw = Raw(m_codec.encode(value));
        }
        m_place->waiting = true;
        const std::uint64_t mine = ++m_place->writes;
        try {
            m_update(Raw(*m_raw), mine);
        } catch (...) {
            if (m_place->writes == mine) { // what others write is news again
                m_place->waiting = false;
                m_raw.reset();
            }
            throw;
        }
        signal(std::move(value));
    }
    void erase(const Signal<T> &signal)
    {
        ++m_place->writes;
        m_place->waiting = false;
        m_raw.reset();
        storageBehind(m_place->storage).del(m_place->key);
        signal(T(m_default));
    }
    /// Takes a change made elsewhere. A write of our own that waits is newer, and wins.
    void take(const Signal<T> &signal, std::optional<Raw> raw)
    {
        if (m_place->waiting || (raw && m_raw && *raw == *m_raw)) {
            return;
        }
        m_raw = std::move(raw);
        signal(decoded());
    }
    static auto subscribe(const std::shared_ptr<StoredEntry> &self, const Signal<T> &signal)
    {
        Place &place = *self->m_place;
        self->take(signal, storageBehind(place.storage).get(place.key)); // changed, perhaps, while nothing listened
        return storageBehind(place.storage).sub(place.key, [self, signal](std::optional<Raw> raw) {
            self->take(signal, std::move(raw));
        });
    }

private:
    struct Place
    {
        S storage;
        K key;
        std::uint64_t writes = 0;
        bool waiting = false; ///< A write has not reached the storage yet.
    };

    /// Not inline: g++ 14 and later take what an empty optional has not for read, and warn in programs.
    [[gnu::noinline]] T decoded() const
    {
        if (m_raw) {
            if (std::optional<Value> value = m_codec.decode(*m_raw)) {
                return T(*std::move(value));
            }
        }
        return m_default;
    }

    using Update = std::function<void(Raw, std::uint64_t)>;

    std::shared_ptr<Place> m_place;
    T m_default;
    C m_codec;
    Update m_update;
    std::optional<Raw> m_raw; ///< As last read or written.
};

} // namespace internal

/// A signal whose value is kept in a storage. See stored() and syncedStored().
template<typename T>
class Stored : public Morph<Signal<T>>
{
    using Base = Morph<Signal<T>>;

public:
    Stored(std::shared_ptr<MorphOps<Signal<T>>> ops, std::function<void()> erase)
        : Base(std::move(ops))
        , m_erase(std::make_shared<const std::function<void()>>(std::move(erase)))
    {
    }

    T operator()() const { return Base::operator()(); }
    template<NextValue<T> Next = T>
    requires(internal::isOptional<T> || !std::same_as<std::remove_cvref_t<Next>, std::optional<T>>)
    void operator()(Next &&next) const
    {
        Base::operator()(std::forward<Next>(next));
    }
    /// Deletes the entry at once; the value is the default again.
    void operator()(std::nullopt_t) const
    {
        static_cast<void>(this->peek());
        (*m_erase)();
    }
    /// Writes the value, or, empty, deletes the entry.
    template<std::same_as<std::optional<T>> Optional>
    requires(!internal::isOptional<T>)
    void operator()(const Optional &value) const
    {
        if (value) {
            (*this)(T(*value));
        } else {
            (*this)(std::nullopt);
        }
    }

private:
    std::shared_ptr<const std::function<void()>> m_erase;
};

namespace internal {

template<bool synced, typename T, typename S, typename K, typename C, typename L>
Stored<T> makeStored(S storage, K key, T defaultValue, C codec, const L &limiter)
{
    using Entry = StoredEntry<T, S, K, C>;
    using Ops = MorphOps<Signal<T>>;
    auto ops = std::make_shared<Ops>(Signal<T>(defaultValue));
    const auto entry =
        std::make_shared<Entry>(std::move(storage), std::move(key), std::move(defaultValue), std::move(codec), limiter);
    // The storage is asked at the first read or write, and if it cannot answer, at the next one.
    const auto open = [entry](Ops &self) {
        const typename Ops::Former former(self);
        self.set = [entry](Ops &of, T value) { entry->write(of.source, std::move(value)); };
        self.get = nullptr;
        try {
            untracked([&] { entry->read(self.source); });
            if constexpr (synced) {
                onStart(mountable(self.source),
                        [entry](HookEvent<Signal<T>> &event) { return Entry::subscribe(entry, event.store()); });
            }
        } catch (...) {
            former.restore(self);
            throw;
        }
    };
    ops->get = [open](Ops &self) {
        open(self);
        return self.read();
    };
    ops->set = [open](Ops &self, T value) {
        open(self);
        self.write(std::move(value));
    };
    const Signal<T> signal = ops->source;
    return Stored<T>(std::move(ops), [entry, signal] { entry->erase(signal); });
}

template<typename V>
using StoredArgument = std::conditional_t<std::is_convertible_v<V, const char *>, std::string, std::decay_t<V>>;

/// Sorts the arguments out: a default value, a codec, a rate limiter, each of which may be missing.
template<bool synced, typename S, typename K, typename... Rest>
auto makeStoredOf(S storage, K key, std::tuple<Rest...> rest)
{
    using Raw = RawOf<S, K>;
    constexpr std::size_t size = sizeof...(Rest);
    if constexpr (size > 0) {
        using First = std::tuple_element_t<0, std::tuple<Rest..., void>>;
        if constexpr (AnyCodec<First, Raw> || RateLimiter<First>) {
            using Value = typename std::conditional_t<AnyCodec<First, Raw>, First, NoopCodec>;
            using Decoded = std::decay_t<decltype(std::declval<const Value &>().decode(std::declval<const Raw &>()))>;
            using T = std::conditional_t<isOptional<Decoded>, Decoded, std::optional<Decoded>>;
            return makeStoredOf<synced>(std::move(storage), std::move(key),
                                        std::tuple_cat(std::tuple<T>(), std::move(rest)));
        } else if constexpr (size == 1) {
            return makeStored<synced>(std::move(storage), std::move(key), std::move(std::get<0>(rest)), NoopCodec{},
                                      noLimit);
        } else if constexpr (size == 2 && AnyCodec<std::tuple_element_t<size - 1, std::tuple<Rest...>>, Raw>) {
            return makeStored<synced>(std::move(storage), std::move(key), std::move(std::get<0>(rest)),
                                      std::move(std::get<1>(rest)), noLimit);
        } else if constexpr (size == 2) {
            return makeStored<synced>(std::move(storage), std::move(key), std::move(std::get<0>(rest)), NoopCodec{},
                                      std::get<1>(rest));
        } else {
            return makeStored<synced>(std::move(storage), std::move(key), std::move(std::get<0>(rest)),
                                      std::move(std::get<1>(rest)), std::get<2>(rest));
        }
    } else {
        return makeStored<synced>(std::move(storage), std::move(key), std::optional<Raw>(), NoopCodec{}, noLimit);
    }
}

} // namespace internal

/// stored(storage, key, default, codec, limiter): a signal kept in the storage under the key, which is asked at the
/// first read or write. The last three may each be left out.
///
/// With a default value the signal is of its type, and has that value while there is no entry; without one it is an
/// optional. Each write goes to the storage, through the codec and at the rate limiter's rate; an empty optional, or
/// std::nullopt, deletes the entry at once, and forgets a write that still waits. A write that waits is kept though
/// all handles are gone. The storage is copied: hand over a handle, or a pointer to what lives long enough.
template<typename S, typename K, typename... Rest>
requires(Storage<S, ReadValue<K>> && sizeof...(Rest) <= 3)
[[nodiscard]] auto stored(S storage, K &&key, Rest &&...rest)
{
    return internal::makeStoredOf<false>(std::move(storage), ReadValue<K>(std::forward<K>(key)),
                                         std::tuple<internal::StoredArgument<Rest>...>(std::forward<Rest>(rest)...));
}

/// As stored(), and follows what others do to the entry while the signal is observed.
template<typename S, typename K, typename... Rest>
requires(SyncedStorage<S, ReadValue<K>> && sizeof...(Rest) <= 3)
[[nodiscard]] auto syncedStored(S storage, K &&key, Rest &&...rest)
{
    return internal::makeStoredOf<true>(std::move(storage), ReadValue<K>(std::forward<K>(key)),
                                        std::tuple<internal::StoredArgument<Rest>...>(std::forward<Rest>(rest)...));
}

} // namespace nanostores::kit
