// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <NanoStores/detail/jscaller.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/core/task.h>
#include <nanostores/rest/restclient.h>

#include <QByteArray>
#include <QJSValue>
#include <QObject>
#include <QQmlParserStatus>
#include <QString>
#include <QUrl>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace nanostores {

/// A server that speaks HTTP and JSON, for the fetchers of queries and the functions of mutations:
///
///     RestFetcher { id: api; baseUrl: "https://example.org/api"; headers: ({ "X-Shop": "7" }) }
///     Query { key: ["users", root.userId]; fetcher: api.fetcher("users/%1") }
///     Mutation { run: (call, id, name) => api.patch("users/" + id, { name }) }
///
/// Each function returns a promise of what the answer has as JSON, or of undefined where its body is empty. A failure
/// is an Error with `kind`, a text such as "Network" or "Status", and `status`, `body` and `retryAfter`
/// (milliseconds) where the server has sent such. Limits, redirects, TLS and ETags are those of the RestClient.
///
/// The last parameter of each function is an object that may have `query`, an object of names and values, `headers`,
/// likewise, `timeout` in milliseconds, `authorized`, false for a request without the authorization, `progress`, a
/// RestProgress, and `fetch`, the QueryFetch with which the request is aborted.
class NANOSTORES_QMLQUERY_EXPORT RestFetcher : public QObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_ELEMENT
    Q_INTERFACES(QQmlParserStatus)
    /// Paths are appended to it.
    Q_PROPERTY(QUrl baseUrl READ baseUrl WRITE setBaseUrl NOTIFY optionsChanged FINAL)
    /// Names and values of each request to that server.
    Q_PROPERTY(QJSValue headers READ headers WRITE setHeaders NOTIFY optionsChanged FINAL)
    /// For the whole of a request, in milliseconds.
    Q_PROPERTY(int timeout READ timeout WRITE setTimeout NOTIFY optionsChanged FINAL)
    /// The value of the Authorization header; empty: none.
    Q_PROPERTY(QString authorization READ authorization WRITE setAuthorization NOTIFY authorizationChanged FINAL)
    /// Called after a 401, once for all requests that wait for it: sets the authorization, or returns a promise of
    /// having done so.
    Q_PROPERTY(QJSValue renew READ renew WRITE setRenew NOTIFY renewChanged FINAL)

public:
    explicit RestFetcher(QObject *parent = nullptr);
    ~RestFetcher() override;

    QUrl baseUrl() const { return m_baseUrl; }
    void setBaseUrl(const QUrl &newBaseUrl);
    QJSValue headers() const { return m_headers; }
    void setHeaders(const QJSValue &newHeaders);
    int timeout() const { return m_timeout; }
    void setTimeout(int newTimeout);
    QString authorization() const { return m_authorization; }
    void setAuthorization(const QString &newAuthorization);
    QJSValue renew() const { return m_renew; }
    void setRenew(const QJSValue &newRenew);

    Q_INVOKABLE QJSValue get(const QString &path, const QJSValue &request = QJSValue());
    Q_INVOKABLE QJSValue post(const QString &path, const QJSValue &body, const QJSValue &request = QJSValue());
    Q_INVOKABLE QJSValue put(const QString &path, const QJSValue &body, const QJSValue &request = QJSValue());
    Q_INVOKABLE QJSValue patch(const QString &path, const QJSValue &body, const QJSValue &request = QJSValue());
    Q_INVOKABLE QJSValue del(const QString &path, const QJSValue &request = QJSValue());
    /// A function for `fetcher:` that gets the path, in which %1 is the first part of the key after the name, %2 the
    /// second, and so on; of an InfiniteQuery the last of them is the cursor. They are encoded as parts of a path or a
    /// query; undefined is nothing. The object is that of get(); what aborts it is there by itself.
    Q_INVOKABLE QJSValue fetcher(const QString &path, const QJSValue &request = QJSValue());
    /// Forgets the answers that are kept for their ETag, as after a logout.
    Q_INVOKABLE void forget();

    /// For fetcher().
    Q_INVOKABLE QJSValue getFor(const QString &path, const QJSValue &parts, const QJSValue &request);

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void optionsChanged();
    void authorizationChanged();
    void renewChanged();

private:
    QJSValue send(const char *what, const QByteArray &method, const QString &path, const QJSValue *body,
                  const QJSValue &request);
    std::optional<RestRequest> requestOf(const char *what, const QJSValue &request);
    RestHeaders headersOf(const char *what, const QJSValue &value, bool *ok);
    const RestClient &client();
    void change();

    QUrl m_baseUrl;
    QJSValue m_headers;
    int m_timeout = 30000;
    QString m_authorization;
    QJSValue m_renew;
    std::optional<RestClient> m_client;
    std::unique_ptr<detail::JsCaller> m_caller;
};

} // namespace nanostores
