// SPDX-License-Identifier: MIT
#include <nanostores/rest/detail/restcall.h>
#include <nanostores/rest/detail/restcore.h>

#include <QDateTime>
#include <QLocale>
#include <QMetaObject>
#include <QThreadPool>
#include <QTimeZone>

#include <algorithm>
#include <array>
#include <utility>

// What a whole answer means: another request, an error, or a result, and how that is decoded.

namespace nanostores::detail {

namespace {

using std::chrono::milliseconds;

/// Answers that are no longer are decoded at once, which takes less than it does to change the thread.
constexpr qsizetype ShortAnswer = 8192;

bool isTransportError(QNetworkReply::NetworkError error, int status)
{
    if (error == QNetworkReply::NoError) {
        return false;
    }
    const bool isOfStatus =
        (error >= QNetworkReply::ContentAccessDenied && error <= QNetworkReply::UnknownContentError)
        || error == QNetworkReply::ProtocolInvalidOperationError
        || (error >= QNetworkReply::InternalServerError && error <= QNetworkReply::UnknownServerError);
    return status < 400 || !isOfStatus;
}

std::optional<milliseconds> retryAfterOf(const RestResponse &response)
{
    const QByteArray text = response.header("retry-after").trimmed();
    bool isNumber = false;
    const qint64 seconds = text.toLongLong(&isNumber);
    if (isNumber) {
        constexpr qint64 Year = 366 * 24 * 3600;
        return seconds < 0 ? std::nullopt : std::optional(milliseconds(std::min(seconds, Year) * 1000));
    }
    // Date and time apart, as the two may be none in the time zone of the system.
    constexpr qsizetype dateSize = 16; // "Sun, 06 Nov 1994"
    const QString all = QString::fromLatin1(text);
    const QDateTime moment(QLocale::c().toDate(all.left(dateSize), QStringLiteral("ddd, dd MMM yyyy")),
                           QLocale::c().toTime(all.mid(dateSize), QStringLiteral(" HH:mm:ss 'GMT'")), QTimeZone::utc());
    if (!moment.isValid()) {
        return std::nullopt;
    }
    return milliseconds(std::max<qint64>(QDateTime::currentDateTimeUtc().msecsTo(moment), 0));
}

/// As browsers read it: what has no place in an address, such as a space, a backslash or raw UTF-8, is taken for what
/// it stands for. Bytes that are no text at all stay what they are.
QUrl urlIn(const QByteArray &location)
{
    QByteArray text;
    const bool isText = location.isValidUtf8();
    bool isPath = true;
    for (const char c : location) {
        isPath = isPath && c != '?' && c != '#';
        if (!isText && static_cast<unsigned char>(c) >= 0x80) {
            text += '%' + QByteArray(1, c).toHex();
        } else if (c != '\t') {
            text += c == '\\' && isPath ? '/' : c;
        }
    }
    return QUrl::fromEncoded(text, QUrl::TolerantMode);
}

RestResponse responseOf(const QNetworkReply &reply, QByteArray body)
{
    RestResponse response;
    response.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    response.headers = reply.rawHeaderPairs();
    response.body = std::move(body);
    response.url = reply.url();
    return response;
}

} // namespace

bool isNestedDeeper(QByteArrayView json, int depth) noexcept
{
    int now = 0;
    bool isText = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (isText) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                isText = false;
            }
        } else if (c == '"') {
            isText = true;
        } else if (c == '[' || c == '{') {
            if (++now > depth) {
                return true;
            }
        } else if (c == ']' || c == '}') {
            --now;
        }
    }
    return false;
}

void failDecoding(const RestResponse &response, const QString &reason)
{
    throw RestError(RestErrorKind::Decode, response.url, reason, response.status, response.body);
}

void RestCall::replied()
{
    const auto self = shared_from_this();
    read();
    if (!m_reply) {
        return;
    }
    const auto error = m_reply->error();
    const QString reason = m_reply->errorString();
    RestResponse response = responseOf(*m_reply, std::exchange(m_body, {}));
    letGoOfReply();
    if (isTransportError(error, response.status)) {
        const bool isTls = m_isDistrusted || error == QNetworkReply::SslHandshakeFailedError;
        fail(isTls ? RestErrorKind::Tls : RestErrorKind::Network, reason, response.status, std::move(response.body));
        return;
    }
    const QByteArray location = response.header("location").trimmed();
    static constexpr std::array<int, 5> Moved{301, 302, 303, 307, 308};
    if (std::find(Moved.begin(), Moved.end(), response.status) != Moved.end() && !location.isEmpty()) {
        redirect(location, response.status);
    } else if (response.status == 304 && m_kept) {
        response = std::move(m_kept->response);
        succeed(std::move(response));
    } else if (response.status == 401) {
        unauthorized(std::move(response));
    } else if (response.status < 200 || response.status >= 300) {
        failStatus(response);
    } else {
        if (m_message.method == "GET" && m_clears == m_core->kept().clears()) {
            m_core->kept().keep(keptKey(), response);
        }
        succeed(std::move(response));
    }
}

void RestCall::redirect(const QByteArray &location, int status)
{
    const QUrl next = m_url.resolved(urlIn(location));
    const QString scheme = next.scheme();
    if (!next.isValid() || next.host().isEmpty()
        || (scheme != QLatin1String("http") && scheme != QLatin1String("https"))) {
        fail(RestErrorKind::Redirect,
             QStringLiteral("redirected to \"%1\", which is no address of the web").arg(QString::fromLatin1(location)),
             status);
    } else if (scheme == QLatin1String("http") && m_url.scheme() == QLatin1String("https")) {
        fail(RestErrorKind::Redirect, QStringLiteral("redirected from https to http"), status);
    } else if (++m_redirects > m_core->options().maxRedirects) {
        fail(RestErrorKind::Redirect,
             QStringLiteral("redirected more than %1 times").arg(m_core->options().maxRedirects), status);
    } else {
        const bool isPosted = m_message.method == "POST" && (status == 301 || status == 302);
        if (isPosted || (status == 303 && m_message.method != "HEAD")) {
            m_message.method = "GET";
            m_message.body.reset();
        }
        m_url = next;
        send();
    }
}

/// Another request may have got a new authorization meanwhile.
void RestCall::unauthorized(RestResponse response)
{
    const bool canRenew = m_core->options().renew && m_message.request.isAuthorized && m_core->isOwn(m_url);
    if (!canRenew || std::exchange(m_isRenewed, true)) {
        failStatus(response);
        return;
    }
    try {
        if (m_core->authorization() != m_sentAuthorization) {
            send();
            return;
        }
    } catch (...) {
        end({}, std::current_exception());
        return;
    }
    m_core->renew([weak = weak_from_this(), response = std::move(response)](const std::exception_ptr &error) {
        const auto self = weak.lock();
        if (!self || !self->m_self) {
            return;
        }
        if (error) {
            self->failStatus(response,
                             QStringLiteral(", and there is no new authorization: ") + QueryError(error).message());
        } else {
            self->send();
        }
    });
}

void RestCall::failStatus(const RestResponse &response, const QString &more)
{
    fail(RestErrorKind::Status, QStringLiteral("the server answers with status %1").arg(response.status) + more,
         response.status, response.body, retryAfterOf(response));
}

void RestCall::succeed(RestResponse response)
{
    if (response.body.size() <= ShortAnswer) {
        RestValue value;
        try {
            value = m_decoder(response, m_core->options().maxDepth);
        } catch (...) {
            end({}, std::current_exception());
            return;
        }
        end(value, nullptr);
    } else {
        decode(std::move(response));
    }
}

/// The context is the thread's own, and goes with the last request at the earliest.
void RestCall::decode(RestResponse response)
{
    struct Work
    {
        std::shared_ptr<RestCall> call; ///< Given back before it is let go of.
        RestDecoder decoder;
        RestResponse response;
        int maxDepth;
        RestValue value;
        std::exception_ptr error;
    };
    const auto work = std::make_shared<Work>(
        Work{shared_from_this(), m_decoder, std::move(response), m_core->options().maxDepth, {}, {}});
    QObject *const context = m_core->context();
    QThreadPool::globalInstance()->start([work, context]() mutable {
        try {
            work->value = work->decoder(work->response, work->maxDepth);
        } catch (...) {
            work->error = std::current_exception();
        }
        QMetaObject::invokeMethod(
            context,
            [ready = std::move(work)] {
                const auto call = std::move(ready->call);
                call->end(ready->value, ready->error);
            },
            Qt::QueuedConnection);
    });
}

} // namespace nanostores::detail
