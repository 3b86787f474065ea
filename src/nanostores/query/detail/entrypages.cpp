// SPDX-License-Identifier: MIT
#include <nanostores/core/batch.h>
#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/detail/entry.h>

#include <utility>

// Of an infinite query: the fetch of one more page, which gives way to one of the whole.

namespace nanostores::detail {

void Entry::wantMore(QueryObserver &observer)
{
    if (m_run && m_run->isMore) {
        return;
    }
    m_moreBy = observer.weak_from_this();
    ensureMore();
    publish();
}

void Entry::waitForMore(QueryObserver &observer, std::function<void()> wake, std::function<bool()> isAwaited)
{
    m_moreWaiters.push_back({observer.shared_from_this(), std::move(wake), std::move(isAwaited)});
    wantMore(observer);
}

/// What a fetcher asks for while it is called comes in the next turn.
void Entry::ensureMore()
{
    const auto by = m_run || m_isWanted ? nullptr : m_moreBy.lock();
    if (!by || (!isAwaited(m_moreWaiters) && !by->isEnabled())) {
        return;
    }
    if (!m_isAsking) {
        begin(*by, true);
    } else {
        retryMore(std::chrono::milliseconds(0), by);
    }
}

/// The pages before are as old as they were.
void Entry::settleMore()
{
    m_isUnsaved = true;
    m_moreError = {};
    m_moreFailures = 0;
    keep();
}

/// The pages that are there stay as they are.
void Entry::failedMore(const Run &ended, const QueryError &error)
{
    const int attempt = ++m_moreFailures;
    {
        const Batch batch;
        m_moreError = error;
        foldUpdates();
        publish();
    }
    const auto delay = report(error, attempt, ended.by->settings());
    if (delay && !m_run && !m_isWanted && !m_observers.empty()) {
        retryMore(*delay, ended.by);
    }
}

void Entry::retryMore(std::chrono::milliseconds delay, const std::shared_ptr<QueryObserver> &by)
{
    m_retryBy = by;
    m_retryMore.start(delay, [weak = weak_from_this()] {
        const auto entry = weak.lock();
        const auto observer = entry ? entry->m_retryBy.lock() : nullptr;
        if (observer) {
            entry->wantMore(*observer);
        }
    });
}

void Entry::forgetMore()
{
    m_moreBy.reset();
    m_moreError = {};
    m_moreFailures = 0;
}

void Entry::wakeMore()
{
    for (const Waiter &waiter : std::exchange(m_moreWaiters, {})) {
        waiter.wake();
    }
}

} // namespace nanostores::detail
