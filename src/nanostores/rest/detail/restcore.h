// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/timer.h>
#include <nanostores/core/task.h>
#include <nanostores/rest/detail/answercache.h>
#include <nanostores/rest/detail/restcall.h>
#include <nanostores/rest/restoptions.h>

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <QPointer>
#include <QUrl>

#include <algorithm>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// What the handles of a client share, and the requests that are running.
class RestCore : public std::enable_shared_from_this<RestCore>
{
public:
    explicit RestCore(RestOptions options);

    const RestOptions &options() const noexcept { return m_options; }
    AnswerCache &kept() noexcept { return m_kept; }
    /// Null: the program's own has gone.
    QNetworkAccessManager *network();
    QObject *context() noexcept { return &m_context; } ///< Of the client's thread.
    QByteArray authorization() const;
    /// Calls f when there is a new authorization, with the reason if there is none. One renewal for all who wait.
    void renew(std::function<void(const std::exception_ptr &)> f);
    QUrl urlOf(const QString &path, const QList<QPair<QString, QString>> &query) const;
    bool isOwn(const QUrl &url) const;

private:
    void renewed(const std::exception_ptr &error);

    RestOptions m_options;
    QPointer<QNetworkAccessManager> m_network;
    std::unique_ptr<QNetworkAccessManager> m_own;
    QObject m_context;
    AnswerCache m_kept;
    std::vector<std::function<void(const std::exception_ptr &)>> m_waiting;
    bool m_isRenewing = false;
};

/// One request, until it has ended. It holds itself meanwhile.
class RestCall : public std::enable_shared_from_this<RestCall>
{
public:
    RestCall(std::shared_ptr<RestCore> core, RestMessage message, RestDecoder decoder, RestEnd end);
    RestCall(const RestCall &) = delete;
    RestCall &operator=(const RestCall &) = delete;
    ~RestCall();

    void start();

private:
    void send();
    QNetworkRequest networkRequest();
    void connectReply();
    void letGoOfReply();
    void read();
    void replied();
    void replyDestroyed();
    void failGone();
    void redirect(const QByteArray &location, int status);
    void unauthorized(RestResponse response);
    void succeed(RestResponse response);
    void decode(RestResponse response);
    void fail(RestErrorKind kind, const QString &reason, int status = 0, QByteArray body = {},
              std::optional<std::chrono::milliseconds> retryAfter = {});
    void failStatus(const RestResponse &response, const QString &more = {});
    void end(const RestValue &value, const std::exception_ptr &error);
    qint64 maxBody() const
    {
        return std::clamp<qint64>(m_message.request.maxBody.value_or(m_core->options().maxBody), 0,
                                  std::numeric_limits<qint64>::max() / 2); // more is counted than it
    }
    bool isHead() const { return m_message.method == "HEAD" && !m_message.body; }
    QByteArray keptKey() const;

    std::shared_ptr<RestCore> m_core;
    RestMessage m_message;
    RestDecoder m_decoder;
    RestEnd m_end;
    TaskEnd m_task;
    std::shared_ptr<RestCall> m_self;
    Timer m_timeout;
    QPointer<QNetworkReply> m_reply;
    QUrl m_url;
    QByteArray m_body; ///< Of the answer, so far.
    QByteArray m_sentAuthorization;
    std::optional<AnswerCache::Answer> m_kept; ///< What a 304 stands for.
    quint64 m_clears = 0; ///< Of the kept answers, when it was sent.
    int m_redirects = 0;
    bool m_isRenewed = false;
    bool m_isDistrusted = false;
};

} // namespace nanostores::detail
