// SPDX-License-Identifier: MIT
#include <nanostores/rest/resterror.h>

#include <algorithm>
#include <array>
#include <utility>

namespace nanostores {

RestError::RestError(RestErrorKind kind, const QUrl &url, const QString &reason, int status, QByteArray body,
                     std::optional<std::chrono::milliseconds> retryAfter)
    : std::runtime_error(
        (url.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment) + QLatin1String(": ") + reason)
            .toStdString())
    , m_kind(kind)
    , m_status(status)
    , m_body(std::move(body))
    , m_retryAfter(retryAfter)
    , m_url(url)
{
}

RestError::~RestError() = default;

namespace {

bool mayGoWell(const RestError &error)
{
    static constexpr std::array<int, 7> Passing{408, 425, 429, 500, 502, 503, 504};
    switch (error.kind()) {
    case RestErrorKind::Network:
    case RestErrorKind::Timeout:
        return true;
    case RestErrorKind::Status:
        return std::find(Passing.begin(), Passing.end(), error.status()) != Passing.end();
    default:
        return false;
    }
}

/// Neither another attempt nor a decision makes it good.
bool isFinal(const RestError &error)
{
    static constexpr std::array<int, 6> Open{401, 403, 409, 412, 423, 428};
    return error.kind() == RestErrorKind::Status && error.status() >= 400 && error.status() < 500
           && std::find(Open.begin(), Open.end(), error.status()) == Open.end();
}

} // namespace

RetryPolicy restRetry(Backoff delays)
{
    return [usual = backoff(delays),
            longest = delays.longest](const QueryFailure &failure) -> std::optional<std::chrono::milliseconds> {
        const auto error = failure.error.as<RestError>();
        if (error && !mayGoWell(*error)) {
            return std::nullopt;
        }
        const auto delay = usual(failure);
        if (!delay || !error || !error->retryAfter()) {
            return delay;
        }
        return *error->retryAfter() > longest ? std::nullopt : std::optional(std::max(*delay, *error->retryAfter()));
    };
}

std::function<QueueVerdict(const QueryFailure &)> restVerdict(Backoff delays)
{
    return [retry = restRetry(delays)](const QueryFailure &failure) {
        if (const auto delay = retry(failure)) {
            return QueueVerdict::retry(*delay);
        }
        const auto error = failure.error.as<RestError>();
        return error && isFinal(*error) && !mayGoWell(*error) ? QueueVerdict::drop() : QueueVerdict::hold();
    };
}

} // namespace nanostores
