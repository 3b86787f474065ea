// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/keytable.h>
#include <nanostores/core/map.h>
#include <nanostores/qt/detail/observed.h>
#include <nanostores/qt/export.h>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// One who watches a key, in the list of those who watch the same.
struct NANOSTORES_QT_EXPORT KeyLink
{
    KeyLink() = default;
    KeyLink(const KeyLink &) = delete;
    KeyLink &operator=(const KeyLink &) = delete;
    virtual ~KeyLink();
    virtual void changed() = 0;
    virtual void read() noexcept = 0; ///< The key's value was read, maybe before the watchers are notified of it.

    KeyLink *prev = nullptr;
    KeyLink *next = nullptr;
    bool isView = false; ///< It shows the value: see muting.h.
};

/// The calling thread's hubs by their store.
NANOSTORES_QT_EXPORT std::weak_ptr<void> &hubOf(const Node *node);
NANOSTORES_QT_EXPORT void forgetHub(const Node *node) noexcept;

/// Listens to a map once for all who watch a key of it, and wakes those whose key has changed: what a change costs does
/// not depend on how many keys are watched.
template<typename K, typename V>
class KeyHub
{
public:
    static std::shared_ptr<KeyHub> of(const Map<K, V> &store)
    {
        std::weak_ptr<void> &known = hubOf(store.node().get());
        auto hub = std::static_pointer_cast<KeyHub>(known.lock());
        if (!hub) {
            hub = std::make_shared<KeyHub>(store);
            known = hub;
        }
        hub->listen();
        return hub;
    }

    explicit KeyHub(Map<K, V> store)
        : m_store(std::move(store))
    {
    }
    KeyHub(const KeyHub &) = delete;
    KeyHub &operator=(const KeyHub &) = delete;
    ~KeyHub() { forgetHub(m_store.node().get()); }

    const Map<K, V> &store() const { return m_store; }
    /// Gives where the first one of the key's watchers stands, as long as the link is in.
    KeyLink **add(const K &key, KeyLink *link)
    {
        readAhead(key);
        KeyLink *&first = m_watched[key];
        link->next = first;
        if (first) {
            first->prev = link;
        }
        first = link;
        return &first;
    }
    void remove(const K &key, KeyLink **first, KeyLink *link) noexcept
    {
        for (Notifying *walk = m_notifying; walk; walk = walk->outer) {
            if (walk->next == link) {
                walk->next = link->next;
            }
        }
        if (link->next) {
            link->next->prev = link->prev;
        }
        if (link->prev) {
            link->prev->next = link->next;
        } else {
            *first = link->next;
        }
        if (!*first) {
            try {
                m_watched.erase(key);
            } catch (...) { // a hash of the user's: a key without watchers stays
                reportError(std::current_exception());
            }
        }
    }

    /// In a batch: who knows this value is notified though the key is set back, which compares as no change.
    void readAhead(const K &key) noexcept
    {
        if (m_tie.isQueued() && !keepAhead(key)) [[unlikely]] {
            m_missed = true;
        }
    }

private:
    /// Where the watchers of a key are being notified; one may cause the next round, inside the first.
    struct Notifying
    {
        /// Not inline: the optimizer of g++ 16 does not see the destructor put `outer` back, and warns in programs.
        Q_NEVER_INLINE explicit Notifying(KeyHub &owner) noexcept
            : hub(owner)
            , outer(std::exchange(owner.m_notifying, this))
        {
        }
        Notifying(const Notifying &) = delete;
        Notifying &operator=(const Notifying &) = delete;
        ~Notifying() { hub.m_notifying = outer; }

        KeyHub &hub;
        Notifying *const outer;
        KeyLink *next = nullptr; ///< The next one to notify.
    };

    /// What watchers of a key have seen of a change that is still to come.
    struct Known
    {
        std::optional<V> value;
        bool several; ///< Not all the same.
    };
    bool isOther(const K &key, const Known &known, const V *now) const
    {
        return known.several || differs(key, known.value ? &*known.value : nullptr, now);
    }

    /// False after an error: it is not known what the key's watchers have seen.
    bool keepAhead(const K &key) noexcept
    {
        try {
            const V *now = m_store.peek().find(key);
            const auto [place, isNew] =
                m_known.try_emplace(key, Known{now ? std::optional<V>(*now) : std::nullopt, false});
            if (!isNew && isOther(key, place->second, now)) {
                place->second.several = true;
            }
            return true;
        } catch (...) {
            return false;
        }
    }

    /// A map that could not be mounted is tried again by the next one who watches it.
    void listen()
    {
        if (!m_tie) {
            m_tie = ObserverLink::to(m_store, [this](const Dictionary<K, V> &now, const MapChange<K, V> &change) {
                const auto alive = std::static_pointer_cast<KeyHub>(hubOf(m_store.node().get()).lock());
                notify(changedKeys(now, change));
            });
        }
    }
    bool differs(const K &key, const V *before, const V *now) const
    {
        return (before != nullptr) != (now != nullptr) || (now && !m_store.node()->equalKey(key, *before, *now));
    }
    /// The keys whose watchers are to be notified; all of them after an error.
    std::vector<K> changedKeys(const Dictionary<K, V> &now, const MapChange<K, V> &change)
    {
        std::vector<K> changed;
        const bool missed = std::exchange(m_missed, true);
        // The rest of a change that a batch has overtaken comes before the batch's own.
        const bool waits = m_tie.isQueued();
        const auto known = waits ? m_known : std::exchange(m_known, {});
        bool isLost = false;
        const auto decide = [&](const K &key, const V *before) {
            const V *present = now.find(key);
            const auto place = known.find(key);
            if (differs(key, before, present) || (place != known.end() && isOther(key, place->second, present))) {
                changed.push_back(key);
            } else if (waits && !keepAhead(key)) { // its value is not the one with which the change that waits began
                isLost = true;
            }
        };
        if (!change.whole && !missed) {
            for (const auto &[key, before] : change.keys) {
                if (m_watched.contains(key)) {
                    decide(key, before ? &*before : nullptr);
                }
            }
        } else {
            for (const auto &[key, first] : m_watched) {
                if (missed || !change.oldMap) {
                    changed.push_back(key);
                } else {
                    decide(key, change.oldMap->find(key));
                }
            }
        }
        m_missed = isLost;
        return changed;
    }
    /// Whatever one of them throws, the others are notified; the first error goes to the caller of the change.
    void notify(const std::vector<K> &changed)
    {
        const bool viewsOnly = isMuted();
        std::exception_ptr error;
        for (const K &key : changed) {
            const auto watched = m_watched.find(key);
            Notifying walk(*this);
            for (KeyLink *link = watched == m_watched.end() ? nullptr : watched->second; link; link = walk.next) {
                walk.next = link->next;
                if (viewsOnly && !link->isView) {
                    continue;
                }
                readAhead(key); // the one before may have written
                try {
                    link->changed();
                } catch (...) {
                    if (error) {
                        reportError(std::current_exception());
                    } else {
                        error = std::current_exception();
                    }
                }
            }
        }
        if (error) {
            std::rethrow_exception(error);
        }
    }

    Map<K, V> m_store;
    ObserverLink m_tie;
    KeyTable<K, KeyLink *> m_watched;
    KeyTable<K, Known> m_known;
    Notifying *m_notifying = nullptr; ///< The innermost one.
    bool m_missed = false; ///< An error kept watchers from being notified.
};

template<typename K, typename V, typename F>
struct KeyLinkOf final : KeyLink
{
    KeyLinkOf(const Map<K, V> &store, K watchedKey, F f)
        : hub(KeyHub<K, V>::of(store))
        , key(std::move(watchedKey))
        , function(std::make_shared<F>(std::move(f)))
    {
        this->isView = ShowsStores<F>;
        first = hub->add(key, this);
    }
    ~KeyLinkOf() override { hub->remove(key, first, this); }
    void read() noexcept override { hub->readAhead(key); }
    void changed() override
    {
        const auto running = function; // may end its own watch
        if constexpr (std::is_invocable_v<F &, const V *>) {
            (*running)(hub->store().peek().find(key));
        } else {
            (*running)();
        }
    }

    std::shared_ptr<KeyHub<K, V>> hub;
    K key;
    KeyLink **first = nullptr;
    std::shared_ptr<F> function;
};

} // namespace nanostores::detail
