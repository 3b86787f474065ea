// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/guards.h>
#include <nanostores/query/detail/queuecall.h>
#include <nanostores/query/detail/queuecore.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

// Calls of earlier runs, from the storage to the mutations that are declared.

namespace nanostores::detail {

/// Mutations that have gone are forgotten, as a program may make ever new ones.
void QueueCore::declare(const QString &mutation, const std::type_info &params, std::weak_ptr<const void> owner,
                        Restore restore)
{
    if (mutation.isEmpty()) {
        throw std::invalid_argument("nanostores: a mutation of a queue has a name, by which later runs know its calls: "
                                    "give it one that is not empty");
    }
    m_mutations.removeIf([](QHash<QString, Declared>::iterator known) { return known->owner.expired(); });
    const auto known = m_mutations.constFind(mutation);
    if (known != m_mutations.constEnd() && *known->params != params) {
        throw std::logic_error("nanostores: the queue has a mutation \"" + mutation.toStdString()
                               + "\" with other parameters: give one of the two another name");
    }
    m_mutations.insert(mutation, {&params, std::move(owner), std::move(restore)});
    if (!m_isRestored) {
        restoreNext();
        return;
    }
    for (const CallPtr &call : std::vector<CallPtr>(m_calls)) {
        if (call->isReadable && !call->work && !call->isBeingShown && call->shown.mutation == mutation) {
            this->restore(call);
            if (call->shown.state == QueuedCallState::Refused) {
                reportError(call->shown.error.exception());
            }
        }
    }
    publish();
    go();
}

/// Those whose mutations are declared, up to the first whose mutation is not.
void QueueCore::restoreNext()
{
    const auto next = std::find_if(m_calls.begin(), m_calls.end(),
                                   [](const CallPtr &call) { return call->isReadable && !call->work; });
    std::vector<CallPtr> all(next, m_calls.end());
    for (const CallPtr &call : all) {
        if (call->isReadable && !m_mutations.contains(call->shown.mutation)) {
            break;
        }
        if (mayBeRestored(*call)) {
            restore(call);
        }
    }
    publish();
}

void QueueCore::restoreRest()
{
    if (std::exchange(m_isRestored, true)) {
        return;
    }
    const auto self = shared_from_this();
    for (const CallPtr &call : std::vector<CallPtr>(m_calls)) {
        if (mayBeRestored(*call)) {
            restore(call);
        }
        if (call->shown.state == QueuedCallState::Refused) {
            reportError(call->shown.error.exception());
        }
    }
    publish();
}

bool QueueCore::mayBeRestored(const Call &call)
{
    return call.isReadable && !call.work && !call.isBeingShown && call.shown.state != QueuedCallState::Refused;
}

/// What it changes of the cache may have observers call mutations of the queue.
void QueueCore::restore(const CallPtr &call)
{
    const std::string mutation = "\"" + call->shown.mutation.toStdString() + "\"";
    const auto known = m_mutations.constFind(call->shown.mutation);
    const Restore function = known == m_mutations.constEnd() ? Restore() : known->restore;
    call->shown.state = QueuedCallState::Waiting;
    call->shown.error = {};
    try {
        m_restoring = call;
        call->isBeingShown = true;
        const ScopeExit done([this, call] {
            m_restoring.reset();
            call->isBeingShown = false;
        });
        const Restored result = function ? function(call->args) : Restored::Unknown;
        if (result == Restored::Unknown) {
            refuse(*call,
                   "the program has no mutation " + mutation + ": declare it before the event loop runs, and keep it");
        } else if (result == Restored::OtherParameters) {
            refuse(*call, "its parameters are not those of the mutation " + mutation
                              + ": declare one of that name with the former parameters, and give the new one another");
        }
    } catch (...) {
        refuse(*call, "what shows it has failed: " + QueryError(std::current_exception()).message().toStdString());
    }
}

QueueCore::CallPtr QueueCore::prepare()
{
    CallPtr restored = std::exchange(m_restoring, nullptr);
    if (!restored) {
        restoreRest();
        m_mayStart = true;
    }
    return restored;
}

} // namespace nanostores::detail
