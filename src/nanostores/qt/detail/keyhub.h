#pragma once

#include <nanostores/core/map.h>
#include <nanostores/qt/detail/observed.h>
#include <nanostores/qt/export.h>

#include <cstddef>
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
            hub->m_tie = Tie::to(store, [raw = hub.get()](const Dictionary<K, V> &now, const MapChange<K, V> &change) {
                raw->tell(now, change);
            });
        }
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
        if (m_next == link) {
            m_next = link->next;
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
    bool differs(const K &key, const V *before, const V *now) const
    {
        return (before != nullptr) != (now != nullptr) || (now && !m_store.node()->equalKey(key, *before, *now));
    }
    void tell(const Dictionary<K, V> &now, const MapChange<K, V> &change)
    {
        std::vector<K> changed; // before anybody is told: they may write
        if (!change.whole) {
            for (const auto &[key, before] : change.keys) {
                if (m_watched.contains(key) && differs(key, before ? &*before : nullptr, now.find(key))) {
                    changed.push_back(key);
                }
            }
        } else {
            for (const auto &[key, first] : m_watched) {
                if (!change.oldMap || differs(key, change.oldMap->find(key), now.find(key))) {
                    changed.push_back(key);
                }
            }
        }
        const auto alive = std::static_pointer_cast<KeyHub>(hubOf(m_store.node().get()).lock());
        for (const K &key : changed) {
            const auto watched = m_watched.find(key);
            for (KeyLink *link = watched == m_watched.end() ? nullptr : watched->second; link; link = m_next) {
                m_next = link->next;
                link->changed();
            }
        }
    }

    Map<K, V> m_store;
    Tie m_tie;
    std::unordered_map<K, KeyLink *> m_watched;
    KeyLink *m_next = nullptr; ///< The one to be told next.
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
