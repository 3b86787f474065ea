// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/batch.h>
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
#include <utility>
#include <vector>

namespace nanostores::detail {

class AnswerKeeper;
class ClientCore;
class QueryObserver;
struct QuerySettings;

/// Ends a task whose error is shown elsewhere, so that one who drops the task does not have it reported. It knows
/// whether the task was dropped: see TaskSource, which does not.
template<typename T>
class QuietSource
{
public:
    QuietSource()
        : m_end(std::make_shared<End>())
    {
        m_end->state->isErrorTaken = true;
    }
    Task<T> task() const { return Task<T>(m_end->state); }
    /// Someone has the task, or waits for its end.
    bool isAwaited() const { return m_end->state.use_count() > 1 || !m_end->state->waiting.empty(); }
    /// Only the first end counts.
    template<typename V>
    void resolve(V &&value) const
    {
        if (const auto state = m_end->state; !state->done()) {
            state->value.emplace(std::forward<V>(value));
            state->wake();
        }
    }
    void reject(std::exception_ptr error) const
    {
        if (const auto state = m_end->state; !state->done()) {
            state->error = std::move(error);
            state->wake();
        }
    }

private:
    struct End
    {
        std::shared_ptr<TaskState<T>> state = std::make_shared<TaskState<T>>();

        End() = default;
        End(const End &) = delete;
        End &operator=(const End &) = delete;
        ~End() { state->giveUp(); }
    };
    std::shared_ptr<End> m_end;
};

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
    /// The cache learns the entities that are in it, as they were known by the number: see commit().
    void showEntities(void *value, std::uint64_t number) const;
    std::uint64_t nextNumber() const; ///< 0 if the client has gone.
    void restoreEntities(void *value) const;
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

    AnyCacheKey m_key;
    Atom<EntryStatus> m_status;
    std::vector<QueryObserver *> m_observers;
    int m_holders = 0;
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

/// An entry with its data: what the server has sent, and over that the changes of mutations that have not ended, in
/// their order.
template<typename R>
class EntryOf final : public Entry
{
public:
    using Change = std::function<void(std::optional<R> &)>;

    using Entry::Entry;

    const Atom<std::optional<R>> &data() const noexcept { return m_data; }
    bool hasData() const override { return m_data.peek().has_value(); }
    /// What the server has sent, without what mutations that have not ended have changed.
    const std::optional<R> &sent() const noexcept { return m_changes.empty() ? m_data.peek() : m_base; }
    /// Another one when that was fetched, written or forgotten.
    std::uint64_t version() const noexcept { return m_version; }

    void arrive(std::uint64_t run, const R &value)
    {
        if (!isCurrent(run)) {
            return;
        }
        const auto self = shared_from_this();
        const Run ended = endRun();
        {
            const Batch batch;
            std::erase_if(m_changes, [&](const Pending &change) {
                return change.committed != 0 && change.committed < ended.number; // the answer has it
            });
            settle(ended.by.get());
            ++m_version;
            if (ended.number >= m_known) { // else it has been learnt from an answer that began later
                m_known = ended.number;
                setBase(value);
            }
            foldUpdates();
            publish();
            learnEntities(value, ended.number);
        }
        finish(ended);
    }
    /// Of a list of pages: one more of them.
    template<typename Page>
    void arriveMore(std::uint64_t run, const Page &page)
    {
        if (!isCurrent(run)) {
            return;
        }
        const auto self = shared_from_this();
        const Run ended = endRun();
        {
            const Batch batch;
            R pages = sent().value_or(R());
            pages.push_back(page);
            settleMore();
            ++m_version;
            setBase(std::move(pages));
            foldUpdates();
            publish();
            learnEntities(R{page}, ended.number);
        }
        finish(ended);
    }
    /// There is none: the list has become shorter.
    void arriveNoMore(std::uint64_t run)
    {
        if (isCurrent(run)) {
            const auto self = shared_from_this();
            const Run ended = endRun();
            {
                const Batch batch;
                settleMore();
                foldUpdates();
                publish();
            }
            finish(ended);
        }
    }
    /// As an answer that is there: a fetch that is running ends.
    void write(std::optional<R> value)
    {
        const auto self = shared_from_this();
        ++m_version;
        if (!value) {
            wipe();
            return;
        }
        dropRun();
        stopTimers();
        dropCommitted();
        Batch batch;
        settle(nullptr);
        m_known = nextNumber();
        setBase(std::move(value));
        foldUpdates();
        publish();
        if (sent()) {
            learnEntities(*sent(), m_known);
        }
        batch.end();
        wake();
        ensureMore();
    }
    /// What another entry's answer has of it; a fetch that is running goes on. The number is that of the answer's
    /// fetch: what is known since then stays.
    void learn(const R &value, std::uint64_t number)
    {
        if (number < m_known) {
            return;
        }
        m_known = number;
        const Batch batch;
        std::erase_if(m_changes, [&](const Pending &change) {
            return change.committed != 0 && change.committed < number; // the answer has it
        });
        settle(nullptr);
        ++m_version;
        setBase(value);
        foldUpdates();
        publish();
    }

    /// Of an earlier run: shown as stale, and fetched anew.
    void restore(const R &value, std::chrono::milliseconds keptAt)
    {
        const Batch batch;
        setBase(value);
        settleRestored(keptAt);
        if (visitsEntities()) {
            R copy = value;
            restoreEntities(&copy);
        }
    }

    void change(std::uint64_t owner, Change function)
    {
        auto next = m_data.peek();
        function(next);
        if (m_changes.empty()) {
            m_base = m_data.peek();
        }
        m_changes.push_back({owner, 0, std::move(function)});
        m_data.set(std::move(next));
        publish();
    }
    void undo(std::uint64_t owner) override
    {
        if (std::erase_if(m_changes, [&](const Pending &change) { return change.owner == owner; }) > 0) {
            setBase(std::exchange(m_base, std::nullopt));
            foldUpdates();
            publish();
            touch();
        }
    }
    void commit(std::uint64_t owner, std::uint64_t number) override
    {
        for (Pending &change : m_changes) {
            if (change.owner == owner) {
                change.committed = number;
            }
        }
        foldUpdates();
        touch();
    }

protected:
    bool hasChanges() const override { return !m_changes.empty(); }
    void clearData() override
    {
        dropCommitted();
        ++m_version;
        m_known = 0;
        setBase(std::nullopt);
    }
    void foldUpdates() override
    {
        if (isRunning()) {
            return;
        }
        auto first = m_changes.begin();
        for (; first != m_changes.end() && first->committed != 0; ++first) {
            apply(first->function, m_base);
            m_known = std::max(m_known, first->committed);
            ++m_version;
            markUnsaved();
        }
        m_changes.erase(m_changes.begin(), first);
        if (m_changes.empty()) {
            m_base.reset();
        }
    }

private:
    struct Pending
    {
        std::uint64_t owner;
        std::uint64_t committed; ///< 0: its mutation is running.
        Change function;
    };

    void learnEntities(const R &value, std::uint64_t number)
    {
        if (visitsEntities()) {
            R copy = value;
            showEntities(&copy, number);
        }
    }
    static void apply(const Change &function, std::optional<R> &value)
    {
        try {
            auto next = value;
            function(next);
            value = std::move(next);
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    /// They are older than what is written.
    void dropCommitted()
    {
        std::erase_if(m_changes, [](const Pending &change) { return change.committed != 0; });
    }
    void setBase(std::optional<R> value)
    {
        if (!m_changes.empty()) {
            m_base = value;
            for (const Pending &change : m_changes) {
                apply(change.function, value);
            }
        }
        m_data.set(std::move(value));
    }

    Atom<std::optional<R>> m_data{std::nullopt};
    std::optional<R> m_base; ///< While there are changes.
    std::vector<Pending> m_changes;
    std::uint64_t m_version = 0;
    std::uint64_t m_known = 0; ///< When the data was that of the server: the number of a commit, or of a fetch's begin.
};

} // namespace nanostores::detail
