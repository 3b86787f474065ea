// SPDX-License-Identifier: MIT
#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/guards.h>
#include <nanostores/core/tracking.h>
#include <nanostores/query/detail/guarded.h>
#include <nanostores/query/detail/queuecall.h>
#include <nanostores/query/detail/queuecore.h>

#include <algorithm>
#include <utility>

// Which call is sent when, and what follows its end.

namespace nanostores::detail {

QueueCore::CallPtr QueueCore::first() const
{
    const auto found = std::find_if(m_calls.begin(), m_calls.end(),
                                    [](const CallPtr &call) { return call->shown.state != QueuedCallState::Refused; });
    return found == m_calls.end() ? nullptr : *found;
}

bool QueueCore::isEnabled() const
{
    const auto allOn = [](const std::vector<WatchedBool> &stores) {
        return std::all_of(stores.begin(), stores.end(), [](const WatchedBool &store) { return store.isOn(); });
    };
    return allOn(m_client->options().enabled) && allOn(m_options.enabled);
}

/// What waits for another attempt does not any more, as it may have waited for this.
void QueueCore::enabledChanged()
{
    const auto self = shared_from_this();
    if (isEnabled()) {
        m_retry.stop();
        m_failures = 0;
    }
    publish();
    go();
}

void QueueCore::go()
{
    if (m_isGoing || !m_mayStart) {
        return;
    }
    const auto self = shared_from_this();
    m_isGoing = true;
    const ScopeExit gone([this] { m_isGoing = false; });
    while (sendNext()) {}
    publish();
}

/// True: it has ended at once, and there may be another one.
bool QueueCore::sendNext()
{
    const CallPtr call = first();
    const bool isReady = call && call->work && call->shown.state != QueuedCallState::Held;
    if (!isReady || m_sending || m_retry.active() || !isEnabled()) {
        return false;
    }
    send(call);
    return !m_sending;
}

/// The storage knows of an attempt before it begins.
void QueueCore::send(const CallPtr &call)
{
    const auto self = shared_from_this();
    ++call->shown.attempts;
    call->shown.state = QueuedCallState::Sending;
    guarded([&] { write(*call); });
    m_sending = call;
    publish();
    if (m_sending != call) {
        return; // dropped by who has been notified
    }
    const TaskEnd end = startTask();
    const auto isOver = std::make_shared<bool>(false);
    const auto isMine = [call, end, isOver](QueueCore *queue) {
        end();
        return !std::exchange(*isOver, true) && queue && queue->m_sending == call;
    };
    const auto succeed = [weak = weak_from_this(), call, isMine](const std::function<void()> &finish) {
        const auto queue = weak.lock();
        if (isMine(queue.get())) {
            {
                const Batch batch;
                queue->remove(call);
                finish();
                queue->publish();
            }
            queue->go();
        }
    };
    const auto fail = [weak = weak_from_this(), call, isMine](const std::exception_ptr &error) {
        const auto queue = weak.lock();
        if (isMine(queue.get())) {
            queue->failed(call, error);
            queue->go();
        }
    };
    try {
        const Work work = *call->work;
        const SendContext context{call->shown.id, call->shown.attempts, *call->context};
        untracked([&] { work.send(context, succeed, fail); });
    } catch (...) {
        fail(std::current_exception());
    }
}

void QueueCore::failed(const CallPtr &call, const std::exception_ptr &error)
{
    m_sending.reset();
    call->shown.error = QueryError(error);
    ++m_failures;
    const QueueVerdict verdict = judge(error);
    if (std::find(m_calls.begin(), m_calls.end(), call) == m_calls.end()) {
        return; // dropped by what has judged
    }
    switch (verdict.kind()) {
    case QueueVerdict::Kind::Retry:
        call->shown.state = QueuedCallState::Waiting;
        m_retry.start(verdict.delay(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->go();
            }
        });
        break;
    case QueueVerdict::Kind::Hold:
        call->shown.state = QueuedCallState::Held;
        break;
    case QueueVerdict::Kind::Drop:
        giveUp(call, error);
        guarded([&] {
            if (m_options.onDropped) {
                m_options.onDropped(call->shown);
            } else {
                reportError(error);
            }
        });
        break;
    }
    publish();
}

QueueVerdict QueueCore::judge(const std::exception_ptr &error)
{
    const QueryFailure failure{QueryError(error), {}, m_failures};
    try {
        if (m_options.onFailure) {
            return m_options.onFailure(failure);
        }
        const auto delay = m_client->settingsFor({}).retry(failure);
        return delay ? QueueVerdict::retry(*delay) : QueueVerdict::hold();
    } catch (...) {
        reportError(std::current_exception());
    }
    return QueueVerdict::hold();
}

void QueueCore::retry()
{
    const auto self = shared_from_this();
    m_retry.stop();
    m_failures = 0;
    if (const CallPtr call = first(); call && call->shown.state == QueuedCallState::Held) {
        call->shown.state = QueuedCallState::Waiting;
    }
    publish();
    go();
}

} // namespace nanostores::detail
