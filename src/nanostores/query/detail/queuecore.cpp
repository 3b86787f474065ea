// SPDX-License-Identifier: MIT
#include <nanostores/core/batch.h>
#include <nanostores/query/detail/guarded.h>
#include <nanostores/query/detail/queuecall.h>
#include <nanostores/query/detail/queuecore.h>

#include <QUuid>

#include <algorithm>
#include <stdexcept>
#include <utility>

// The queue itself: which calls are in it, how they come and go, and what is shown of them.

namespace nanostores::detail {

std::shared_ptr<QueueCore> QueueCore::make(std::shared_ptr<ClientCore> client, AnyAnswerStorage storage,
                                           QueueOptions options)
{
    auto queue = std::make_shared<QueueCore>(std::move(client), std::move(storage), std::move(options));
    queue->begin();
    return queue;
}

std::shared_ptr<QueueCore> QueueCore::alive(const std::weak_ptr<QueueCore> &queue)
{
    if (auto mine = queue.lock()) {
        return mine;
    }
    throw std::logic_error("nanostores: the queue of this mutation has gone: keep the MutationQueue as long as its "
                           "mutations are called");
}

QueueCore::QueueCore(std::shared_ptr<ClientCore> client, AnyAnswerStorage storage, QueueOptions options)
    : m_client(std::move(client))
    , m_storage(std::move(storage))
    , m_options(std::move(options))
{
}

/// The calls stay in the storage, where another queue finds them, and shows them then.
QueueCore::~QueueCore()
{
    m_ties.clear();
    const Batch batch;
    const auto calls = std::exchange(m_calls, {});
    m_sending.reset();
    m_retry.stop();
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
        if (const auto work = std::exchange((*call)->work, std::nullopt)) {
            guarded([&] { work->drop(nullptr); });
        }
    }
    guarded([this] { publish(); });
}

void QueueCore::begin()
{
    const auto follow = [this](const std::vector<WatchedBool> &stores) {
        for (const WatchedBool &store : stores) {
            m_ties.push_back(store.listen([this] { enabledChanged(); }));
        }
    };
    follow(m_client->options().enabled);
    follow(m_options.enabled);
    load();
    m_isRestored = m_mayStart = m_calls.empty();
    if (!m_isRestored) {
        m_start.start(std::chrono::milliseconds(0), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->restoreRest();
                self->m_mayStart = true;
                self->go();
            }
        });
    }
    publish();
}

QueuedCallDropped QueueCore::droppedError(const Call &call)
{
    return QueuedCallDropped("nanostores: the program has dropped the call of \"" + call.shown.mutation.toStdString()
                             + "\"");
}

void QueueCore::take(const CallPtr &restored, const QString &mutation, const QJsonArray &args,
                     const MutationContext &context, Work work)
{
    if (restored) {
        if (std::find(m_calls.begin(), m_calls.end(), restored) == m_calls.end()) {
            throw droppedError(*restored);
        }
        restored->context = context;
        restored->work = std::move(work);
        return;
    }
    if (m_calls.size() >= m_options.maxCalls) {
        throw QueueFull("nanostores: " + std::to_string(m_calls.size()) + " calls wait in the queue, and the call of \""
                        + mutation.toStdString()
                        + "\" finds no place: show the user that nothing is sent, or raise QueueOptions::maxCalls");
    }
    const auto call = std::make_shared<Call>();
    call->shown.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    call->shown.mutation = mutation;
    call->args = args;
    call->context = context;
    append(*call);
    call->work = std::move(work);
    m_calls.push_back(call);
    guarded([this] {
        publish();
        go();
    });
}

void QueueCore::remove(const CallPtr &call)
{
    if (call == first()) {
        m_retry.stop();
        m_failures = 0;
    }
    if (m_sending == call) {
        m_sending.reset();
    }
    m_calls.erase(std::remove(m_calls.begin(), m_calls.end(), call), m_calls.end());
    guarded([&] { m_storage.del(call->name); });
}

void QueueCore::giveUp(const CallPtr &call, const std::exception_ptr &error)
{
    const Batch batch;
    remove(call);
    if (const auto work = std::exchange(call->work, std::nullopt)) {
        work->drop(error);
    }
    publish();
}

bool QueueCore::drop(const QString &id)
{
    const auto found =
        std::find_if(m_calls.begin(), m_calls.end(), [&](const CallPtr &call) { return call->shown.id == id; });
    if (found == m_calls.end()) {
        return false;
    }
    const auto self = shared_from_this();
    const CallPtr call = *found;
    giveUp(call, std::make_exception_ptr(droppedError(*call)));
    go();
    return true;
}

void QueueCore::clear()
{
    const auto self = shared_from_this();
    const Batch batch;
    for (const CallPtr &call : std::vector<CallPtr>(m_calls.rbegin(), m_calls.rend())) {
        drop(call->shown.id);
    }
}

void QueueCore::publish()
{
    QList<QueuedCall> all;
    all.reserve(static_cast<qsizetype>(m_calls.size()));
    for (const CallPtr &call : m_calls) {
        all.append(call->shown);
    }
    const CallPtr next = first();
    const QueueState state = !next                                        ? QueueState::Idle
                             : m_sending                                  ? QueueState::Sending
                             : next->shown.state == QueuedCallState::Held ? QueueState::Held
                             : m_retry.active() && isEnabled()            ? QueueState::Retrying
                                                                          : QueueState::Waiting;
    const Batch batch;
    m_shown.set(std::move(all));
    m_state.set(state);
}

} // namespace nanostores::detail
