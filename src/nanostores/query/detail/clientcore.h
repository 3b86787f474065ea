// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/core/tracking.h>
#include <nanostores/query/detail/entryof.h>
#include <nanostores/query/export.h>
#include <nanostores/query/queryoptions.h>

#include <QHash>

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// Options with all that was not said.
struct QuerySettings
{
    std::chrono::milliseconds dedupeTime;
    std::chrono::milliseconds cacheLifetime;
    std::chrono::milliseconds interval;
    RetryPolicy retry;
    std::vector<WatchedStore> revalidateOn;
    std::vector<WatchedBool> enabled;
    bool keepPrevious;
    std::function<void(const QueryFailure &)> onError;
};

/// Of the thread's scheduler.
NANOSTORES_QUERY_EXPORT std::chrono::milliseconds queryNow();

/// The cache of a client.
class NANOSTORES_QUERY_EXPORT ClientCore : public std::enable_shared_from_this<ClientCore>
{
public:
    explicit ClientCore(QueryOptions options);
    ClientCore(const ClientCore &) = delete;
    ClientCore &operator=(const ClientCore &) = delete;
    ~ClientCore();

    QuerySettings settingsFor(const QueryOptions &query) const;
    const QueryOptions &options() const noexcept { return m_options; }
    /// Of what no query has fetched.
    std::chrono::milliseconds cacheLifetime() const noexcept { return m_lifetime; }
    const Atom<int> &fetching() const noexcept { return m_fetching; }
    std::uint64_t nextNumber() noexcept { return ++m_number; }

    /// The entry of the key, which is made if there is none. Throws std::logic_error if the name of the key's shard is
    /// that of others.
    template<typename R>
    std::shared_ptr<EntryOf<R>> entry(const AnyCacheKey &key)
    {
        if (auto found = find(key)) {
            found->restoreIfEmpty();
            return std::static_pointer_cast<EntryOf<R>>(found);
        }
        return untracked([&] {
            auto made = std::make_shared<EntryOf<R>>(shared_from_this(), key);
            add(*made);
            made->restoreIfEmpty();
            return made;
        });
    }
    /// Null if there is none.
    std::shared_ptr<Entry> find(const AnyCacheKey &key);
    /// Throws as entry() does.
    std::vector<std::shared_ptr<Entry>> matching(const KeySelector &selector) const;

    /// Answers of the shard are kept from now on.
    void setKeeper(const KeyShard &shard, const std::shared_ptr<AnswerKeeper> &keeper);
    /// Forgets what is kept of keys that are not in the cache, too.
    void forgetKept(const KeySelector &selector) const;

    // For entries.
    void remove(const Entry &entry) noexcept;
    void arm(std::chrono::milliseconds expiry); ///< An unobserved entry goes then.
    void count(int change);

private:
    struct Shard
    {
        const std::type_info *result = nullptr;
        const std::type_info *params = nullptr;
        std::vector<Entry *> entries;
        std::shared_ptr<AnswerKeeper> keeper;
    };

    void add(Entry &entry);
    void check(const KeyShard &shard) const;
    void sweep();

    QueryOptions m_options;
    std::chrono::milliseconds m_lifetime;
    Atom<int> m_fetching{0};
    std::uint64_t m_number = 0;
    QHash<QByteArray, Entry *> m_entries;
    QHash<QString, Shard> m_shards;
    Timer m_sweep;
    std::chrono::milliseconds m_sweepAt{0};
};

/// One who looks at what is fetched, and knows how to fetch it: a query.
class NANOSTORES_QUERY_EXPORT QueryObserver : public std::enable_shared_from_this<QueryObserver>
{
public:
    QueryObserver(std::shared_ptr<ClientCore> core, Computed<AnyCacheKey> key, const QueryOptions &options,
                  bool takesContext);
    QueryObserver(const QueryObserver &) = delete;
    QueryObserver &operator=(const QueryObserver &) = delete;
    virtual ~QueryObserver();

    const std::shared_ptr<ClientCore> &core() const noexcept { return m_core; }
    const Computed<AnyCacheKey> &key() const noexcept { return m_key; }
    const QuerySettings &settings() const noexcept { return m_settings; }
    bool takesContext() const noexcept { return m_takesContext; }
    bool isEnabled() const;
    /// Mounted, and not yet at this key.
    bool isBehind(const AnyCacheKey &key) const noexcept { return m_isMounted && !(m_current == key); }

    void mount();
    void unmount() noexcept;

    /// Fetches for the entry, which gets to know its end. Does not throw.
    virtual void call(const std::shared_ptr<Entry> &entry, std::uint64_t run, const FetchContext &context) = 0;
    /// Fetches one more page; only those do that have asked the entry for one.
    virtual void callMore(const std::shared_ptr<Entry> &entry, std::uint64_t run, const FetchContext &context)
    {
        call(entry, run, context);
    }

protected:
    virtual std::shared_ptr<Entry> entryFor(const AnyCacheKey &key) = 0;
    /// What is shown of other entries, which stay while this is mounted.
    void holdEntities(std::vector<std::shared_ptr<Entry>> entities);

private:
    void move(bool deferred);
    void watch();
    void waitForInterval();

    std::shared_ptr<ClientCore> m_core;
    Computed<AnyCacheKey> m_key;
    QuerySettings m_settings;
    bool m_takesContext;
    bool m_isMounted = false;
    AnyCacheKey m_current;
    std::shared_ptr<Entry> m_entry;
    std::vector<std::shared_ptr<Entry>> m_entities; ///< Whose stores have been read.
    Subscription m_keyTie;
    std::vector<Subscription> m_ties;
    Timer m_interval;
};

} // namespace nanostores::detail
