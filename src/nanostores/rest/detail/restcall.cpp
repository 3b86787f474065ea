// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/rest/detail/restcall.h>
#include <nanostores/rest/detail/restcore.h>

#include <QCoreApplication>
#include <QMetaObject>
#include <QNetworkRequest>
#include <QVariant>
#ifndef QT_NO_SSL
#include <QSslError>
#endif

#include <algorithm>

// A request is sent by a QNetworkReply at a time: another one follows after a redirect or a renewed authorization. The
// reply is let go of before anything else is called, so that what comes from it later meets nothing.

namespace nanostores::detail {

namespace {

constexpr qint64 ReadSize = 65536;

} // namespace

void callRest(const std::shared_ptr<RestCore> &core, RestMessage message, RestDecoder decoder, RestEnd end)
{
    std::make_shared<RestCall>(core, std::move(message), std::move(decoder), std::move(end))->start();
}

RestCall::RestCall(std::shared_ptr<RestCore> core, RestMessage message, RestDecoder decoder, RestEnd end)
    : m_core(std::move(core))
    , m_message(std::move(message))
    , m_decoder(std::move(decoder))
    , m_end(std::move(end))
    , m_task(startTask())
{
}

RestCall::~RestCall()
{
    letGoOfReply();
}

void RestCall::start()
{
    m_self = shared_from_this();
    if (QCoreApplication::closingDown() && !QCoreApplication::instance()) { // statics of Qt Network may have gone, too
        fail(RestErrorKind::Network,
             QStringLiteral("the program's application object has gone, which a request needs"));
        return;
    }
    const RestRequest &request = m_message.request;
    m_url = m_core->urlOf(m_message.path, request.query);
    const QString scheme = m_url.scheme();
    if (!m_url.isValid() || m_url.host().isEmpty()
        || (scheme != QLatin1String("http") && scheme != QLatin1String("https"))) {
        fail(RestErrorKind::Network,
             QStringLiteral("\"%1\" is no address to be asked: give the client a baseUrl of http or https, and a path "
                            "that is encoded, as by restPath()")
                 .arg(m_message.path));
        return;
    }
    m_timeout.start(request.timeout.value_or(m_core->options().timeout), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->fail(RestErrorKind::Timeout, QStringLiteral("the answer was not complete in time"));
        }
    });
    if (request.context) {
        request.context->onAbort([weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->fail(RestErrorKind::Aborted, QStringLiteral("the request was aborted"));
            }
        });
    }
    if (!m_self) {
        return; // aborted before
    }
    if (QCoreApplication::instance()) {
        send();
        return;
    }
    // Qt's thread for HTTP throws away what it is sent before there is an application object. This thread's event loop
    // runs after there is one.
    QMetaObject::invokeMethod(
        m_core->context(),
        [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self && self->m_self) {
                self->send();
            }
        },
        Qt::QueuedConnection);
}

void RestCall::send()
{
    QNetworkAccessManager *const network = m_core->network();
    if (!network) {
        failGone();
        return;
    }
    m_body.clear();
    m_isDistrusted = false;
    m_clears = m_core->kept().clears();
    try {
        const QNetworkRequest request = networkRequest();
        // With HEAD as a custom method Qt would wait for a body.
        m_reply = m_message.body ? network->sendCustomRequest(request, m_message.method, m_message.body->bytes)
                  : isHead()     ? network->head(request)
                                 : network->sendCustomRequest(request, m_message.method);
    } catch (...) { // of the program's authorization()
        end({}, std::current_exception());
        return;
    }
    connectReply();
}

QNetworkRequest RestCall::networkRequest()
{
    const RestOptions &options = m_core->options();
    QNetworkRequest request(m_url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setRawHeader("Accept", "application/json, */*;q=0.5");
    if (m_message.body) {
        request.setRawHeader("Content-Type", m_message.body->type);
    }
    m_sentAuthorization.clear();
    const bool isOwn = m_core->isOwn(m_url);
    if (isOwn) {
        for (const auto &[name, value] : options.headers) {
            request.setRawHeader(name, value);
        }
        if (m_message.request.isAuthorized) {
            m_sentAuthorization = m_core->authorization();
            if (!m_sentAuthorization.isEmpty()) {
                request.setRawHeader("Authorization", m_sentAuthorization);
            }
        }
    }
    if (isOwn || m_redirects == 0) {
        for (const auto &[name, value] : m_message.request.headers) {
            request.setRawHeader(name, value);
        }
    }
    m_kept.reset();
    const auto *const kept = m_message.method == "GET" ? m_core->kept().find(keptKey()) : nullptr;
    if (kept && !request.hasRawHeader("If-None-Match") && !request.hasRawHeader("If-Modified-Since")) {
        m_kept = *kept; // it may go meanwhile
        if (!kept->etag.isEmpty()) {
            request.setRawHeader("If-None-Match", kept->etag);
        } else {
            request.setRawHeader("If-Modified-Since", kept->modified);
        }
    }
    return request;
}

/// Answers may differ by who asks, and how.
QByteArray RestCall::keptKey() const
{
    QByteArray key = m_url.toEncoded() + '\n' + m_sentAuthorization;
    for (const auto &[name, value] : m_message.request.headers) {
        key += '\n' + name + ':' + value;
    }
    return key;
}

void RestCall::connectReply()
{
    QNetworkReply *const reply = m_reply;
    reply->setReadBufferSize(std::max<qint64>(maxBody(), 1024) + 65536);
    QObject *const context = m_core->context();
    const auto self = [weak = weak_from_this()](auto f) {
        return [weak, f](const auto &...args) {
            if (const auto mine = weak.lock()) {
                f(*mine, args...);
            }
        };
    };
    QObject::connect(reply, &QNetworkReply::readyRead, context, self([](RestCall &call) { call.read(); }));
    QObject::connect(reply, &QNetworkReply::finished, context, self([](RestCall &call) { call.replied(); }));
    QObject::connect(reply, &QObject::destroyed, context,
                     self([](RestCall &call, QObject *) { call.replyDestroyed(); }));
    if (m_message.request.progress) {
        const auto progress = *m_message.request.progress;
        progress.setUpload({0, m_message.body ? m_message.body->bytes.size() : 0});
        progress.setDownload({});
        QObject::connect(reply, &QNetworkReply::uploadProgress, context, [progress](qint64 done, qint64 total) {
            if (total > 0) { // Qt ends with 0 of 0
                progress.setUpload({done, total});
            }
        });
    }
#ifndef QT_NO_SSL
    QObject::connect(reply, &QNetworkReply::sslErrors, context,
                     self([reply](RestCall &call, const QList<QSslError> &errors) {
                         call.m_isDistrusted = true;
                         try {
                             const auto &trust = call.m_core->options().trust;
                             call.m_isDistrusted = !trust || !trust(errors);
                         } catch (...) { // of the program's function
                             call.end({}, std::current_exception());
                             return;
                         }
                         if (!call.m_isDistrusted) {
                             reply->ignoreSslErrors(errors);
                         }
                     }));
#endif
}

void RestCall::letGoOfReply()
{
    if (QNetworkReply *const reply = m_reply) {
        m_reply.clear();
        QObject::disconnect(reply, nullptr, m_core->context(), nullptr);
        reply->abort();
        reply->deleteLater();
    }
}

/// The program's QNetworkAccessManager goes, and its replies first. The end is for the next turn, as those who get to
/// know it may ask again.
void RestCall::replyDestroyed()
{
    m_reply.clear();
    QMetaObject::invokeMethod(
        m_core->context(),
        [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->failGone();
            }
        },
        Qt::QueuedConnection);
}

void RestCall::failGone()
{
    fail(RestErrorKind::Network,
         m_core->network() ? QStringLiteral("the program has deleted the reply of the client's QNetworkAccessManager")
                           : QStringLiteral("the client's QNetworkAccessManager has gone: have it outlive the client"));
}

void RestCall::read()
{
    if (!m_reply) {
        return;
    }
    for (QByteArray piece(1, '\0'); !piece.isEmpty();) { // a read of a size allocates it
        piece = m_reply->read(std::min<qint64>(maxBody() + 1 - m_body.size(), ReadSize));
        m_body += piece;
    }
    const QVariant length = m_reply->header(QNetworkRequest::ContentLengthHeader);
    if (m_message.request.progress) { // Qt leaves out what follows within 100 ms
        m_message.request.progress->setDownload({m_body.size(), length.isValid() ? length.toLongLong() : -1});
        if (!m_reply) {
            return; // a listener has aborted it
        }
    }
    if (m_body.size() > maxBody() || (length.toLongLong() > maxBody() && !isHead())) {
        fail(RestErrorKind::TooLarge,
             QStringLiteral("the answer has more than the %1 bytes that are allowed: see RestOptions::maxBody")
                 .arg(maxBody()),
             m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt());
    }
}

void RestCall::fail(RestErrorKind kind, const QString &reason, int status, QByteArray body,
                    std::optional<std::chrono::milliseconds> retryAfter)
{
    end({}, std::make_exception_ptr(RestError(kind, m_url, reason, status, std::move(body), retryAfter)));
}

void RestCall::end(const RestValue &value, const std::exception_ptr &error)
{
    const auto self = std::exchange(m_self, nullptr);
    if (!self) {
        return; // it has ended
    }
    m_timeout.stop();
    letGoOfReply();
    const auto report = std::exchange(m_end, {});
    try {
        report(value, error);
    } catch (...) {
        reportError(std::current_exception());
    }
    m_task();
}

} // namespace nanostores::detail
