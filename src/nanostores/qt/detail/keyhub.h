#pragma once

#include <nanostores/core/map.h>
#include <nanostores/qt/detail/observed.h>
#include <nanostores/qt/export.h>

#include <cstddef>
#include <exception>
#include <memory>
#include <unordered_map>
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

    KeyLink *prev = nullptr;
    KeyLink *next = nullptr;
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
    void add(const K &key, KeyLink *link)
    {
        KeyLink *&first = m_watched[key];
        link->next = first;
        if (first) {
            first->prev = link;
        }
        first = link;
    }
    void remove(const K &key, KeyLink *link) noexcept
    {
        for (Telling *telling = m_telling; telling; telling = telling->outer) {
            if (telling->next == link) {
                telling->next = link->next;
            }
        }
        if (link->next) {
            link->next->prev = link->prev;
        }
        if (link->prev) {
            link->prev->next = link->next;
        } else if (link->next) {
            m_watched[key] = link->next;
        } else {
            m_watched.erase(key);
        }
    }

private:
    /// Where the watchers of a key are being notified; one may cause the next round, inside the first.
    struct Telling
    {
        explicit Telling(KeyHub &owner) noexcept
            : hub(owner)
            , outer(std::exchange(owner.m_telling, this))
        {
        }
        Telling(const Telling &) = delete;
        Telling &operator=(const Telling &) = delete;
        ~Telling() { hub.m_telling = outer; }

        KeyHub &hub;
        Telling *const outer;
        KeyLink *next = nullptr; ///< The next one to notify.
    };

    /// A map that could not be mounted is tried again by the next one who watches it.
    void listen()
    {
        if (!m_tie) {
            m_tie = Tie::to(m_store, [this](const Dictionary<K, V> &now, const MapChange<K, V> &change) {
                const auto alive = std::static_pointer_cast<KeyHub>(hubOf(m_store.node().get()).lock());
                tell(changedKeys(now, change));
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
        if (!change.whole && !missed) {
            for (const auto &[key, before] : change.keys) {
                if (m_watched.contains(key) && differs(key, before ? &*before : nullptr, now.find(key))) {
                    changed.push_back(key);
                }
            }
        } else {
            for (const auto &[key, first] : m_watched) {
                if (missed || !change.oldMap || differs(key, change.oldMap->find(key), now.find(key))) {
                    changed.push_back(key);
                }
            }
        }
        m_missed = false;
        return changed;
    }
    /// Whatever one of them throws, the others are notified; the first error goes to the caller of the change.
    void tell(const std::vector<K> &changed)
    {
        std::exception_ptr error;
        for (const K &key : changed) {
            const auto watched = m_watched.find(key);
            Telling telling(*this);
            for (KeyLink *link = watched == m_watched.end() ? nullptr : watched->second; link; link = telling.next) {
                telling.next = link->next;
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
    Tie m_tie;
    std::unordered_map<K, KeyLink *> m_watched;
    Telling *m_telling = nullptr; ///< The innermost one.
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
        hub->add(key, this);
    }
    ~KeyLinkOf() override { hub->remove(key, this); }
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
    std::shared_ptr<F> function;
};

} // namespace nanostores::detail
