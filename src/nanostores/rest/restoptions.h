// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/readonly.h>
#include <nanostores/core/task.h>
#include <nanostores/query/fetchcontext.h>
#include <nanostores/rest/export.h>

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <string>

QT_BEGIN_NAMESPACE
class QNetworkAccessManager;
class QSslError;
QT_END_NAMESPACE

namespace nanostores {

/// Names and values, in their order.
using RestHeaders = QList<QPair<QByteArray, QByteArray>>;

/// How a client asks.
struct RestOptions
{
    /// Paths of requests are appended to it.
    QUrl baseUrl = {};
    /// Of each request to the base's server.
    RestHeaders headers = {};
    /// For the whole of a request, with its redirects and its body, however slowly they come.
    std::chrono::milliseconds timeout{30000};
    /// Bytes of an answer's body, after it was decompressed.
    qint64 maxBody = 16 * 1024 * 1024;
    /// How deeply arrays and objects of an answer's JSON may be nested.
    int maxDepth = 100;
    int maxRedirects = 5;
    /// Bytes of answers that are kept for their ETag or Last-Modified; 0: none. They are asked for with these the next
    /// time, and the server's 304 then stands for them.
    qint64 maxKept = 4 * 1024 * 1024;
    /// The value of the Authorization header, of the moment; empty: none. It is sent to the base's server only.
    std::function<QByteArray()> authorization = {};
    /// After a 401: gets a new authorization. It runs once for all requests that wait for it, which are then sent once
    /// more. What it sends by the same client says isAuthorized = false, as it would wait for itself otherwise.
    std::function<Task<void>()> renew = {};
    /// Whether a server with these faults is trusted all the same. Otherwise none is.
    std::function<bool(const QList<QSslError> &)> trust = {};
    /// Sends the requests. When it goes before the client, they end with an error of the kind Network, as do all that
    /// follow. Without one the client has its own.
    QNetworkAccessManager *network = nullptr;
};

/// How far a body has come.
struct RestBytes
{
    qint64 done = 0;
    qint64 total = -1; ///< -1: not known.

    friend bool operator==(const RestBytes &, const RestBytes &) noexcept = default;
};

/// Stores that follow the bodies of a request: `RestProgress progress; api.post<Photo>("photos", bytes, {.progress =
/// progress});`. A handle. One may be given to several requests, one after the other.
class NANOSTORES_REST_EXPORT RestProgress
{
public:
    Readonly<detail::SignalNode<RestBytes>> upload() const { return readonly(m_upload); }
    Readonly<detail::SignalNode<RestBytes>> download() const { return readonly(m_download); }

    // For the library.
    void setUpload(RestBytes bytes) const { m_upload.set(bytes); }
    void setDownload(RestBytes bytes) const { m_download.set(bytes); }

private:
    Atom<RestBytes> m_upload{RestBytes{}};
    Atom<RestBytes> m_download{RestBytes{}};
};

/// What is particular to a request.
struct RestRequest
{
    /// Names and values of the query part, which are encoded as they need.
    QList<QPair<QString, QString>> query = {};
    RestHeaders headers = {};
    /// Aborts the request with its fetch.
    std::optional<FetchContext> context = {};
    std::optional<RestProgress> progress = {};
    std::optional<std::chrono::milliseconds> timeout = {};
    std::optional<qint64> maxBody = {};
    /// False: without RestOptions::authorization and renew.
    bool isAuthorized = true;
};

/// What a server has answered, as it is: `api.get<RestResponse>("users/7")`.
struct RestResponse
{
    int status = 0;
    RestHeaders headers = {};
    QByteArray body = {};
    QUrl url = {}; ///< That of the last redirect.

    /// The value of a header, whatever its case; empty if there is none.
    NANOSTORES_REST_EXPORT QByteArray header(QByteArrayView name) const;
};

/// A body that is sent as it is.
struct RestBody
{
    QByteArray bytes;
    QByteArray type; ///< Of the Content-Type header.
};

namespace detail {

NANOSTORES_REST_EXPORT QString restPart(const QString &part);
inline QString restPartOf(const QString &part)
{
    return restPart(part);
}
inline QString restPartOf(const char *part)
{
    return restPart(QString::fromUtf8(part));
}
inline QString restPartOf(const std::string &part)
{
    return restPart(QString::fromStdString(part));
}
template<std::integral T>
requires(!std::same_as<T, bool>)
QString restPartOf(T part)
{
    return QString::number(part);
}

} // namespace detail

/// restPath("users", id, "photos"): a path whose parts may hold any text. Parts are texts and integers.
template<typename... P>
[[nodiscard]] QString restPath(const P &...parts)
{
    QStringList all;
    (all.append(detail::restPartOf(parts)), ...);
    return all.join(QLatin1Char('/'));
}

} // namespace nanostores
