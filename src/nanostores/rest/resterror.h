// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/query/queryoptions.h>
#include <nanostores/query/queuedcall.h>
#include <nanostores/rest/export.h>

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>

namespace nanostores {

/// Why a request has no result.
enum class RestErrorKind : std::uint8_t {
    Network, ///< No answer, or only a part of one.
    Timeout, ///< It was not complete in time.
    Tls, ///< The server could not be trusted, or spoke no TLS.
    Redirect, ///< Too many, to an address without TLS, or to none.
    Status, ///< The server has answered with a status that is no success.
    Decode, ///< The answer is not what was asked for: no JSON, too deep, or of another type.
    TooLarge, ///< The answer has more bytes than are allowed.
    Aborted, ///< Its fetch was aborted.
};

/// What a request has failed with. message() of a QueryError shows what() for people who write programs.
class NANOSTORES_REST_EXPORT RestError : public std::runtime_error
{
public:
    RestError(RestErrorKind kind, const QUrl &url, const QString &reason, int status = 0, QByteArray body = {},
              std::optional<std::chrono::milliseconds> retryAfter = {});
    RestError(const RestError &) = default;
    RestError &operator=(const RestError &) = default;
    ~RestError() override;

    RestErrorKind kind() const noexcept { return m_kind; }
    /// Of HTTP; 0: there was none.
    int status() const noexcept { return m_status; }
    /// What the server has sent with it, as with a Status.
    const QByteArray &body() const noexcept { return m_body; }
    /// After how long the server wants to be asked again, by its Retry-After.
    std::optional<std::chrono::milliseconds> retryAfter() const noexcept { return m_retryAfter; }
    /// That of the last redirect.
    const QUrl &url() const noexcept { return m_url; }

private:
    RestErrorKind m_kind;
    int m_status;
    QByteArray m_body;
    std::optional<std::chrono::milliseconds> m_retryAfter;
    QUrl m_url;
};

/// For QueryOptions::retry: tries again what may go well the next time. That is what ended by the network or by time,
/// and the statuses 408, 425, 429, 500, 502, 503 and 504; other errors are final. A Retry-After is waited for, if it is
/// longer, and is no longer than the longest delay; the request is given up otherwise. Errors that are no RestError are
/// tried again as by backoff().
[[nodiscard]] NANOSTORES_REST_EXPORT RetryPolicy restRetry(Backoff delays = {});

/// For QueueOptions::onFailure: retries what restRetry() does. A call that the server has understood, and refuses for
/// what it is, is dropped: such are the statuses from 400 to 499. It is held where a program, or its user, can do
/// something: 401 and 403 (who asks), 409, 412, 423 and 428 (a conflict with what others have written), and all else,
/// such as a server without trust, or an answer that is no JSON.
[[nodiscard]] NANOSTORES_REST_EXPORT std::function<QueueVerdict(const QueryFailure &)> restVerdict(Backoff delays = {});

} // namespace nanostores
