// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

using Clock = std::chrono::steady_clock;

Task<void> Replica::flush()
{
    const auto self = shared_from_this();
    ensureOpen();
    encodeDirty(Which::All);
    m_isBlocked = false;
    Waiter waiter{m_serial, 0, TaskSource<void>(), startTask()};
    auto task = waiter.source.task();
    m_waiters.push_back(std::move(waiter));
    if (!m_worker || (hasFailed() && !isRetried(*m_failure) && !m_isLoaded)) {
        rejectWaiters(*m_lastError);
    } else {
        send();
    }
    publish();
    return task;
}

void Replica::rejectWaiters(const EngineError &error)
{
    for (const Waiter &waiter : std::exchange(m_waiters, {})) {
        waiter.source.reject(std::make_exception_ptr(error));
        waiter.end();
    }
}

/// Those whose changes are all written have them made durable; those whose changes cannot be written are refused.
void Replica::checkWaiters()
{
    if (m_waiters.empty() || !m_isLoaded) {
        return;
    }
    std::uint64_t oldest = ~std::uint64_t{0};
    std::uint64_t oldestParked = ~std::uint64_t{0};
    Parked why = Parked::No;
    for (const auto &[key, pending] : m_pending) {
        if (pending.isSent) {
            oldest = std::min(oldest, pending.sentSince);
        }
        if (pending.waits) {
            oldest = std::min(oldest, pending.since);
        }
        if (pending.parked != Parked::No && pending.since < oldestParked) {
            oldestParked = pending.since;
            why = pending.parked;
        }
    }
    for (const auto &comparison : m_comparisons) {
        oldest = std::min(oldest, comparison->serial);
    }
    for (const Sent &sent : m_sent) {
        if (sent.comparison) {
            oldest = std::min(oldest, sent.comparison->serial);
        }
    }
    const std::uint64_t sync = m_lastSync + 1;
    bool syncs = false;
    std::vector<Waiter> refused;
    for (Waiter &waiter : std::exchange(m_waiters, {})) {
        if (oldestParked <= waiter.serial) {
            refused.push_back(std::move(waiter));
            continue;
        }
        if (waiter.sync == 0 && oldest > waiter.serial && !(m_retries & RetrySync)) {
            waiter.sync = sync;
            syncs = true;
        }
        m_waiters.push_back(std::move(waiter));
    }
    if (syncs) {
        m_lastSync = sync;
        m_worker->sync(m_port, sync);
    }
    if (!refused.empty()) {
        const EngineError error = why == Parked::Conflict || !m_lastError
                                      ? EngineError(EngineErrorKind::Failed,
                                                    "a change is in conflict with another one: resolve it, see "
                                                    "conflictOf()",
                                                    place())
                                      : *m_lastError;
        for (const Waiter &waiter : refused) {
            waiter.source.reject(std::make_exception_ptr(error));
            waiter.end();
        }
    }
}

/// For the end of the program: nothing but the deadline ends it before all is written or cannot be.
bool Replica::flushUntil(Clock::time_point deadline, bool leavesKept)
{
    const auto self = shared_from_this();
    if (!ensureOpen()) {
        return unsaved().empty();
    }
    if (!m_worker->isOfThisProcess()) {
        send(); // says that it cannot
        publish();
        return unsaved().empty();
    }
    const auto task = flush();
    auto delay = std::chrono::milliseconds(1);
    while (!task.done()) {
        const auto time = Clock::now();
        if (time >= deadline || (leavesKept && keepsWrites() && m_isLoaded && (m_retries & RetryApply))) {
            return false;
        }
        if (waitForReport(m_retries ? std::min(time + delay, deadline) : deadline)) {
            continue;
        }
        if (m_retries) {
            delay = std::min(delay * 2, std::chrono::milliseconds(100));
            retryNow();
        }
    }
    while (m_sentId != 0 && Clock::now() < deadline) { // it has ended for one that is refused: the others are written
        waitForReport(deadline);
    }
    try {
        task.result();
        return true;
    } catch (...) { // status() says it
        return false;
    }
}

std::vector<std::string> Replica::unsaved() const
{
    std::vector<std::string> keys;
    for (const auto &[key, pending] : m_pending) {
        if (!pending.isKept) {
            keys.push_back(key);
        }
    }
    for (const Binding *binding = m_dirty; binding; binding = binding->m_nextDirty) {
        keys.push_back(binding->name());
    }
    return keys;
}

} // namespace nanostores::detail
