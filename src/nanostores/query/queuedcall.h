// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/query/export.h>
#include <nanostores/query/mutation.h>
#include <nanostores/query/queryerror.h>
#include <nanostores/query/queryoptions.h>

#include <QString>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace nanostores {

/// Where a call of a MutationQueue stands.
enum class QueuedCallState : std::uint8_t {
    Waiting, ///< For those before it, for another attempt, or until something may be sent.
    Sending,
    Held, ///< The server does not take it as it is. Nothing is sent before it is dropped, or retry() is called.
    Refused, ///< What is in the storage cannot be read, or has no mutation in this program. It is passed over.
};

/// A call that is in a MutationQueue.
struct QueuedCall
{
    QString id; ///< Its own, the same in later runs.
    QString mutation; ///< The name. Empty where it could not be read.
    QueuedCallState state = QueuedCallState::Waiting;
    int attempts = 0; ///< That have begun, in all runs.
    QueryError error = {}; ///< Of the last one; or why it was refused.

    friend bool operator==(const QueuedCall &, const QueuedCall &) = default;
};

/// What a MutationQueue does.
enum class QueueState : std::uint8_t {
    Idle, ///< There is nothing to send.
    Waiting, ///< One of the `enabled` stores is false.
    Sending,
    Retrying, ///< An attempt has failed; another one follows after a time.
    Held, ///< The first call is.
};

/// What an attempt may know of itself. A value; coroutines take it by value.
struct SendContext
{
    QString id; ///< Of the call, the same for each attempt: for a server that takes a call of one id once.
    int attempt = 1; ///< Counted from 1, in all runs: what an earlier one has sent may have arrived.
    MutationContext cache; ///< For what the server has answered: context.cache.set(key, answer).
};

/// What is done with a call when an attempt has failed.
class QueueVerdict
{
public:
    enum class Kind : std::uint8_t {
        Retry,
        Hold,
        Drop,
    };

    /// Tries again after so long, or when sending is enabled anew.
    static QueueVerdict retry(std::chrono::milliseconds delay) { return {Kind::Retry, delay}; }
    /// A conflict: the call stays, is seen, and stops the queue until the program has decided.
    static QueueVerdict hold() { return {Kind::Hold, {}}; }
    /// The call is given up, which is reported, and what it has changed is taken back.
    static QueueVerdict drop() { return {Kind::Drop, {}}; }

    Kind kind() const noexcept { return m_kind; }
    std::chrono::milliseconds delay() const noexcept { return m_delay; }

private:
    QueueVerdict(Kind kind, std::chrono::milliseconds delay)
        : m_kind(kind)
        , m_delay(delay)
    {
    }

    Kind m_kind;
    std::chrono::milliseconds m_delay;
};

/// How a MutationQueue sends, and what it does after a failure.
struct QueueOptions
{
    /// After a failure; `attempt` counts those of the call since the last success, retry(), or end of a pause. By
    /// default the call is retried after the delay of the client's `retry`, and held where that has none.
    std::function<QueueVerdict(const QueryFailure &)> onFailure = {};
    /// While one of these is false, or one of the client's, nothing is sent.
    std::vector<WatchedBool> enabled = {};
    /// Called with a call that a failure has dropped. Without it the error goes to the error handler.
    std::function<void(const QueuedCall &)> onDropped = {};
    /// A call that finds so many in the queue ends with QueueFull.
    std::size_t maxCalls = 1000;
    /// Of a call in the storage. One that is larger ends with QueueFull; one that is found so is refused.
    std::size_t maxBytes = std::size_t{256} * 1024;
    /// Names in the storage begin with it. It belongs to one queue.
    std::string prefix = "queue/";
};

/// The error of a call that does not fit into its queue.
class NANOSTORES_QUERY_EXPORT QueueFull : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~QueueFull() override;
};

/// The error of a call that the program has dropped.
class NANOSTORES_QUERY_EXPORT QueuedCallDropped : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~QueuedCallDropped() override;
};

/// Why a call that is in the storage is not sent.
class NANOSTORES_QUERY_EXPORT QueuedCallRefused : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~QueuedCallRefused() override;
};

} // namespace nanostores
