// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

namespace {

/// An error that other writes may not have.
bool isOfOneWrite(EngineErrorKind kind)
{
    return kind == EngineErrorKind::TooLarge || kind == EngineErrorKind::Misuse;
}

} // namespace

void Replica::failed(WorkerReport &report)
{
    const EngineError &error = *report.error;
    noteError(error);
    switch (report.during) {
    case WorkerReport::Kind::Loaded:
        setFailure(error.kind());
        if (isRetried(error.kind())) {
            retryLater(RetryOpen);
        } else {
            rejectWaiters(error);
        }
        break;
    case WorkerReport::Kind::Changed:
        if (!m_isLoaded) { // of another engine of the place; its own values are on their way
            break;
        }
        setFailure(error.kind());
        m_readingFails = true;
        if (isRetried(error.kind())) {
            retryLater(RetryPull);
        }
        break;
    case WorkerReport::Kind::Woken:
        m_keepingFails = true;
        m_settled.insert(m_settled.end(), report.settled.begin(), report.settled.end());
        for (auto &[key, pending] : m_pending) {
            pending.isKept = false;
        }
        break;
    case WorkerReport::Kind::Synced:
        if (isRetried(error.kind())) {
            for (Waiter &waiter : m_waiters) {
                waiter.sync = 0;
            }
            retryLater(RetrySync);
        } else {
            rejectWaiters(error);
        }
        break;
    default:
        if (report.id != m_sentId) {
            break;
        }
        const std::size_t count = m_sent.size();
        const std::string first = m_sent.empty() ? std::string() : m_sent.front().key;
        unsend();
        if (isRetried(error.kind())) {
            setFailure(error.kind());
            retryLater(RetryApply);
        } else if (isOfOneWrite(error.kind()) && count > 1) {
            m_sendsOne = true;
        } else if (isOfOneWrite(error.kind())) {
            m_sendsOne = false; // found; if there are others, they are looked for again
            if (const auto found = m_pending.find(first); found != m_pending.end()) {
                found->second.parked = Parked::TooLarge;
            } else if (!m_comparisons.empty()) {
                m_comparisons.front()->source.reject(std::make_exception_ptr(error));
                m_comparisons.front()->end();
                m_comparisons.pop_front();
            }
        } else {
            setFailure(error.kind());
            m_isReadOnly = m_isReadOnly || error.kind() == EngineErrorKind::ReadOnly;
            m_isBlocked = true;
            for (const auto &comparison : std::exchange(m_comparisons, {})) {
                comparison->source.reject(std::make_exception_ptr(error));
                comparison->end();
            }
            rejectWaiters(error);
        }
    }
}

/// After a time that doubles with each failure in a row, of which the second half is by chance.
void Replica::retryLater(unsigned what)
{
    m_retries |= what;
    if (m_retry.active()) {
        return;
    }
    const auto first = std::max<std::int64_t>(m_options.firstRetry.count(), 1);
    const auto longest = std::max<std::int64_t>(m_options.longestRetry.count(), first);
    const auto doubled = m_failures < 30 ? first << m_failures : longest;
    const auto most = std::min<std::int64_t>(doubled, longest);
    ++m_failures;
    const auto delay =
        most / 2 + static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(most - most / 2 + 1));
    m_retry.start(std::chrono::milliseconds(std::max<std::int64_t>(delay, 1)), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->retryNow();
        }
    });
}

/// It counts as failing until something has succeeded.
void Replica::retryNow()
{
    const auto self = shared_from_this();
    m_retry.stop();
    m_keepingFails = false;
    const unsigned what = std::exchange(m_retries, RetryNothing);
    if (!m_worker || !m_worker->isOfThisProcess()) {
        return;
    }
    const bool asks = !m_isLoaded || (what & RetryPull);
    if (!m_isLoaded) {
        m_worker->open(m_port);
    } else if (asks) {
        m_worker->pull();
    }
    send();
    m_isTrying = asks || m_sentId != 0;
    publish();
}

/// A failure lasts as long as something is left that has failed.
void Replica::settleFailure() noexcept
{
    const bool writingFails = m_isBlocked || m_sentId != 0 || (m_retries & RetryApply);
    if (m_isLoaded && !m_readingFails && !writingFails && m_worker->isOfThisProcess()) {
        m_failure.reset();
    }
}

void Replica::setFailure(EngineErrorKind kind)
{
    m_failure = kind;
    m_isTrying = false;
}

void Replica::noteError(const EngineError &error)
{
    m_lastError = error;
}

} // namespace nanostores::detail
