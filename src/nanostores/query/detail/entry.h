// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/core/task.h>
#include <nanostores/query/export.h>
#include <nanostores/query/fetchcontext.h>
#include <nanostores/query/queryerror.h>
#include <nanostores/query/querykey.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nanostores::detail {

class AnswerKeeper;
class ClientCore;
class QueryObserver;
struct QuerySettings;

struct EntryStatus
{
    QueryError error;
    bool loading = false; ///< Of the whole; the next page of an infinite query is apart.
    bool stale = false;
    QueryError moreError = {};
    bool loadingMore = false;

    friend bool operator==(const EntryStatus &, const EntryStatus &) = default;
};

/// What a client has of one key, and the fetch that is running for it.
///
/// One fetch runs at a time. What makes its answer older than what is known, or than what is wanted, takes the fetch
/// out of m_run: by that it is aborted, and its end counts for nothing.
///
/// A fetch is of the whole, or, for an infinite query, of one more page. One of a page gives way to one of the whole,
/// and begins again after it.
class NANOSTORES_QUERY_EXPORT Entry : public std::enable_shared_from_this<Entry>
{
public:
    Entry(const std::shared_ptr<ClientCore> &core, AnyCacheKey key);
    Entry(const Entry &) = delete;
    Entry &operator=(const Entry &) = delete;
    virtual ~Entry();

    const AnyCacheKey &key() const noexcept { return m_key; }
    const Atom<EntryStatus> &status() const noexcept { return m_status; }
    /// A fetch of the whole is running, or is about to.
    bool isLoading() const noexcept { return (m_run && !m_run->isMore) || m_isWanted; }
    bool isObserved() const { return !m_observers.empty() || isAwaited(m_waiters) || isAwaited(m_moreWaiters); }
    virtual bool hasData() const = 0;

    /// deferred: a fetch begins in the next turn, if it is wanted still.
    void attach(QueryObserver &observer, bool deferred);
    void detach(QueryObserver &observer);
    /// Whether a fetch is due: there is nothing, or nothing fresh.
    bool needsFetch(const QueryObserver &observer) const;
    /// Fetches if that is due.
    void ensure(QueryObserver &observer, bool deferred);
    /// Fetches unless it does so already.
    void anew(QueryObserver &observer);
    /// What is there is older than what is wanted.
    void revalidate(bool deferred);
    void invalidate(); ///< As revalidate(), and forgets it.
    void wipe(); ///< Forgets it, and fetches nothing.
    /// Calls wake at the end of a fetch, which begins if none is running. It is in use while isAwaited() is true.
    void wait(QueryObserver &observer, std::function<void()> wake, std::function<bool()> isAwaited);
    /// One more page is wanted, and is fetched when the observer is enabled.
    void wantMore(QueryObserver &observer);
    /// Has it fetched in any case, and calls wake at the end.
    void waitForMore(QueryObserver &observer, std::function<void()> wake, std::function<bool()> isAwaited);

    bool isCurrent(std::uint64_t run) const noexcept { return m_run && m_run->id == run; }
    void failed(std::uint64_t run, const std::exception_ptr &error);

    /// Of mutations. The number orders commits and beginnings of fetches.
    virtual void undo(std::uint64_t owner) = 0;
    virtual void commit(std::uint64_t owner, std::uint64_t number) = 0;

    /// Answers are kept from now on, or not (null).
    void setKeeper(std::shared_ptr<AnswerKeeper> keeper);
    /// If it has nothing, and has not tried to yet, it gets what is kept of it.
    void restoreIfEmpty()
    {
        if (m_mayRestore) {
            tryToRestore();
        }
    }

    /// Nothing is known that is newer than an answer of an earlier run, of this time.
    bool mayRestore(std::chrono::milliseconds keptAt) const
    {
        return !m_settledAt && m_keptAt.value_or(keptAt) <= keptAt;
    }

    /// When an entry goes that is not in use; none: never, or there is nothing in it.
    std::optional<std::chrono::milliseconds> expiry() const;
    void wipeIfExpired();
    /// A query that is observed shows it as a part of something else, as often as it says so: it stays meanwhile.
    void hold() noexcept { ++m_holders; }
    void letGo();
    /// Its client is going.
    void release();

    std::size_t place = 0; ///< In its shard.

protected:
    struct Run
    {
        std::uint64_t id;
        std::uint64_t number; ///< See commit().
        FetchContext context;
        TaskEnd end;
        std::shared_ptr<QueryObserver> by;
        bool isMore = false;
    };
    struct Waiter
    {
        std::shared_ptr<QueryObserver> by;
        std::function<void()> wake;
        std::function<bool()> isAwaited;
    };

    static bool isAwaited(const std::vector<Waiter> &waiters)
    {
        return std::any_of(waiters.begin(), waiters.end(), [](const Waiter &waiter) { return waiter.isAwaited(); });
    }

    virtual void clearData() = 0;
    virtual void foldUpdates() = 0; ///< No fetch is running, whose answer might be without them.
    virtual bool hasChanges() const = 0; ///< Mutations are running, or wait for one.
    /// A mutation has ended.
    void touch();
    bool isRunning() const noexcept { return m_run.has_value(); }
    /// The fetch has ended by itself.
    Run endRun();
    /// New data is there, of a fetch by the observer, or written (null).
    void settle(const QueryObserver *by);
    void settleMore(); ///< One more page is there.
    void publish();
    /// Last: releases what has waited for the fetch.
    void finish(const Run &run);
    /// Ends the fetch that is running; its answer counts for nothing.
    void dropRun();
    void stopTimers();
    void wake();
    void ensureMore(); ///< Begins what wantMore() has asked for, if that can be.
    bool visitsEntities() const noexcept { return static_cast<bool>(m_key.data()->shard->entities); }
    /// The cache learns the entities of an answer, as they were known by the number: see commit(). They are its parts,
    /// instead of the former ones or besides them.
    void learnParts(void *value, std::uint64_t number, bool besides);
    void restoreParts(void *value);
    void findParts(void *value); ///< A mutation has changed which they are.
    void dropParts() { setParts({}); }
    std::uint64_t nextNumber() const; ///< 0 if the client has gone.
    void settleRestored(std::chrono::milliseconds keptAt); ///< There is an answer of an earlier run.
    void markUnsaved() noexcept { m_isUnsaved = true; } ///< What the server is known to have is another.
    void keep(); ///< There is something in it, so it stays without observers.

    std::weak_ptr<ClientCore> m_core;

private:
    void tryToRestore();
    void save();
    void begin(QueryObserver &by, bool more = false);
    void want(QueryObserver &by, bool deferred);
    void start();
    void forget();
    void fetchAgain(bool deferred);
    std::shared_ptr<QueryObserver> fetchingObserver() const;
    void failedWhole(const Run &ended, const QueryError &error);
    void failedMore(const Run &ended, const QueryError &error);
    std::optional<std::chrono::milliseconds> report(const QueryError &error, int attempt,
                                                    const QuerySettings &settings) const;
    void retryMore(std::chrono::milliseconds delay, const std::shared_ptr<QueryObserver> &by);
    void forgetMore();
    void wakeMore();
    void left();
    void arm();
    void setParts(std::vector<std::shared_ptr<Entry>> parts);
    void leaveWhole();

    AnyCacheKey m_key;
    Atom<EntryStatus> m_status;
    std::vector<QueryObserver *> m_observers;
    int m_holders = 0;
    int m_wholes = 0; ///< How often it is a part of others.
    std::vector<std::shared_ptr<Entry>> m_parts; ///< Entities of the answer that is in it, which stay as long as it.
    std::vector<Waiter> m_waiters;
    std::vector<Waiter> m_moreWaiters;
    std::weak_ptr<QueryObserver> m_moreBy; ///< Who wants one more page; the fetch of it has not begun.
    std::weak_ptr<QueryObserver> m_retryBy; ///< Who will want it when m_retryMore ends.
    std::optional<Run> m_run;
    std::uint64_t m_lastRun = 0;
    bool m_isWanted = false; ///< A fetch begins in the next turn.
    bool m_isAsking = false; ///< The fetcher is being called.
    bool m_isOutdated = false;
    bool m_mayRestore = false;
    bool m_isUnsaved = false;
    int m_failures = 0;
    QueryError m_error;
    int m_moreFailures = 0;
    QueryError m_moreError;
    std::optional<std::chrono::milliseconds> m_settledAt;
    std::optional<std::chrono::milliseconds> m_keptAt; ///< Of what an earlier run has had, by its clock.
    std::chrono::milliseconds m_leftAt{0};
    std::chrono::milliseconds m_lifetime;
    Timer m_start;
    Timer m_retry;
    Timer m_retryMore;
    std::shared_ptr<Entry> m_self; ///< While there is something in it.
    std::shared_ptr<AnswerKeeper> m_keeper;
};

} // namespace nanostores::detail
