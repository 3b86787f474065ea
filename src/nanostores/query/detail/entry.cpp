// SPDX-License-Identifier: MIT
#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/guards.h>
#include <nanostores/query/detail/answerkeeper.h>
#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/detail/entry.h>
#include <nanostores/query/detail/guarded.h>

#include <algorithm>
#include <utility>

// Who observes an entry, and the fetches that are made for them.

namespace nanostores::detail {

Entry::Entry(const std::shared_ptr<ClientCore> &core, AnyCacheKey key)
    : m_core(core)
    , m_key(std::move(key))
    , m_status(EntryStatus{})
    , m_lifetime(core->cacheLifetime())
{
}

Entry::~Entry()
{
    if (m_run) { // its client has gone
        m_run->context.abort();
        m_run->end();
    }
    guarded([this] { dropParts(); });
    if (const auto core = m_core.lock()) {
        core->remove(*this);
    }
}

void Entry::attach(QueryObserver &observer, bool deferred)
{
    m_observers.push_back(&observer);
    ensure(observer, deferred);
}

void Entry::detach(QueryObserver &observer)
{
    const auto self = shared_from_this();
    std::erase(m_observers, &observer);
    left();
}

/// Nothing is done for an entry that is not in use.
void Entry::left()
{
    if (isObserved()) {
        return;
    }
    m_leftAt = queryNow();
    m_isOutdated = m_isOutdated || m_retry.active();
    stopTimers();
    if (m_run && (m_run->by->takesContext() || m_run->context.hasHandlers())) {
        dropRun();
    }
    forgetMore();
    // Their tasks were dropped.
    const auto dropped = std::pair(std::exchange(m_waiters, {}), std::exchange(m_moreWaiters, {}));
    publish();
    arm();
}

void Entry::stopTimers()
{
    m_retry.stop();
    if (m_retryMore.active()) {
        m_retryMore.stop();
        m_moreBy = m_retryBy;
    }
    m_start.stop();
    m_isWanted = false;
}

bool Entry::needsFetch(const QueryObserver &observer) const
{
    return !m_settledAt || m_isOutdated || queryNow() - *m_settledAt >= observer.settings().dedupeTime;
}

void Entry::ensure(QueryObserver &observer, bool deferred)
{
    if (!isLoading() && needsFetch(observer) && observer.isEnabled()) {
        want(observer, deferred);
    } else {
        ensureMore();
    }
}

void Entry::anew(QueryObserver &observer)
{
    if (!isLoading() && observer.isEnabled()) {
        want(observer, false);
    }
}

/// A fetcher that asks for another fetch of its own key gets it in the next turn, as it would not end otherwise.
void Entry::want(QueryObserver &by, bool deferred)
{
    if (!deferred && !m_isAsking) {
        begin(by);
    } else if (!m_isWanted) {
        m_isWanted = true;
        m_start.start(std::chrono::milliseconds(0), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->start();
            }
        });
        publish();
    }
}

void Entry::start()
{
    if (std::exchange(m_isWanted, false)) {
        if (const auto by = fetchingObserver()) {
            begin(*by);
        } else {
            publish();
            ensureMore();
        }
    }
}

void Entry::begin(QueryObserver &by, bool more)
{
    const auto self = shared_from_this();
    const auto observer = by.shared_from_this();
    const auto core = observer->core();
    stopTimers();
    dropRun();
    if (more) {
        m_moreBy.reset();
        m_moreError = {};
    }
    const std::uint64_t id = ++m_lastRun;
    const FetchContext context(m_key);
    m_run.emplace(Run{id, core->nextNumber(), context, startTask(), observer, more});
    core->count(1);
    {
        m_isAsking = true;
        const ScopeExit asked([this] { m_isAsking = false; });
        if (more) {
            observer->callMore(self, id, context);
        } else {
            observer->call(self, id, context);
        }
    }
    if (isCurrent(id)) {
        publish();
    }
}

void Entry::dropRun()
{
    if (m_run) {
        const Run run = endRun();
        if (run.isMore) {
            m_moreBy = run.by;
        }
        run.context.abort();
        run.end();
    }
}

Entry::Run Entry::endRun()
{
    Run run = *std::exchange(m_run, std::nullopt);
    run.by->core()->count(-1);
    return run;
}

void Entry::settle(const QueryObserver *by)
{
    m_error = m_moreError = {};
    m_failures = m_moreFailures = 0;
    m_isOutdated = false;
    m_isUnsaved = true;
    m_settledAt = queryNow();
    m_keptAt.reset();
    if (by) {
        m_lifetime = by->settings().cacheLifetime;
    } else if (const auto core = m_core.lock()) {
        m_lifetime = core->cacheLifetime();
    }
    keep();
    arm();
}

void Entry::publish()
{
    const bool loading = isLoading();
    const bool loadingMore = m_run ? m_run->isMore || !m_moreBy.expired() : m_isWanted && !m_moreBy.expired();
    m_status.set({m_error, loading, hasData() && (loading || m_isOutdated || m_error), m_moreError, loadingMore});
    save();
}

void Entry::finish(const Run &run)
{
    run.context.end();
    wake();
    if (run.isMore || m_moreBy.expired()) {
        wakeMore();
    }
    run.end();
    if (isObserved()) {
        ensureMore();
    } else {
        left();
    }
}

void Entry::wake()
{
    for (const Waiter &waiter : std::exchange(m_waiters, {})) {
        waiter.wake();
    }
}

void Entry::failed(std::uint64_t run, const std::exception_ptr &error)
{
    if (!isCurrent(run)) {
        return;
    }
    const auto self = shared_from_this();
    const Run ended = endRun();
    if (ended.isMore) {
        failedMore(ended, QueryError(error));
    } else {
        failedWhole(ended, QueryError(error));
    }
    finish(ended);
}

void Entry::failedWhole(const Run &ended, const QueryError &error)
{
    const int attempt = m_failures + 1;
    {
        const Batch batch;
        settle(ended.by.get());
        m_error = error;
        m_failures = attempt;
        m_moreBy.reset();
        foldUpdates();
        publish();
    }
    const auto delay = report(error, attempt, ended.by->settings());
    if (delay && !isLoading() && !m_observers.empty()) {
        m_retry.start(*delay, [weak = weak_from_this()] {
            const auto entry = weak.lock();
            if (entry && !entry->isLoading()) {
                entry->revalidate(false);
            }
        });
    }
}

/// After how long there is another attempt.
std::optional<std::chrono::milliseconds> Entry::report(const QueryError &error, int attempt,
                                                       const QuerySettings &settings) const
{
    const QueryFailure failure{error, m_key, attempt};
    try {
        if (settings.onError) {
            settings.onError(failure);
        }
        if (!m_observers.empty() && !isLoading()) {
            return settings.retry(failure);
        }
    } catch (...) {
        reportError(std::current_exception());
    }
    return std::nullopt;
}

/// One that is enabled, or has asked for a fetch by hand.
std::shared_ptr<QueryObserver> Entry::fetchingObserver() const
{
    for (QueryObserver *observer : m_observers) {
        if (observer->isEnabled()) {
            return observer->shared_from_this();
        }
    }
    for (const auto *waiters : {&m_waiters, &m_moreWaiters}) {
        for (const Waiter &waiter : *waiters) {
            if (waiter.isAwaited()) {
                return waiter.by;
            }
        }
    }
    return nullptr;
}

void Entry::fetchAgain(bool deferred)
{
    const auto self = shared_from_this();
    dropRun();
    if (const auto by = fetchingObserver()) {
        want(*by, deferred);
    }
    publish();
}

void Entry::revalidate(bool deferred)
{
    m_isOutdated = m_settledAt || hasData();
    fetchAgain(deferred);
}

void Entry::forget()
{
    m_error = {};
    m_failures = 0;
    m_isOutdated = false;
    m_settledAt.reset();
    m_keptAt.reset();
    m_isUnsaved = m_mayRestore = false;
    forgetMore();
    clearData();
    if (m_keeper) {
        m_keeper->remove(m_key);
    }
}

void Entry::invalidate()
{
    const auto self = std::exchange(m_self, nullptr);
    const auto held = shared_from_this();
    Batch batch;
    stopTimers();
    dropRun();
    forget();
    m_waiters.insert(m_waiters.end(), m_moreWaiters.begin(), m_moreWaiters.end()); // they want the first page now
    m_moreWaiters.clear();
    fetchAgain(false);
    batch.end();
}

void Entry::wipe()
{
    const auto self = std::exchange(m_self, nullptr);
    const auto held = shared_from_this();
    dropRun();
    stopTimers();
    Batch batch;
    forget();
    foldUpdates();
    publish();
    batch.end();
    wake();
    wakeMore();
}

void Entry::wait(QueryObserver &observer, std::function<void()> wake, std::function<bool()> isAwaited)
{
    m_waiters.push_back({observer.shared_from_this(), std::move(wake), std::move(isAwaited)});
    if (!m_run || m_run->isMore) {
        want(observer, false);
    }
}

std::uint64_t Entry::nextNumber() const
{
    const auto core = m_core.lock();
    return core ? core->nextNumber() : 0;
}

} // namespace nanostores::detail
