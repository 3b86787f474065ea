// SPDX-License-Identifier: MIT
#include "rest/httpserver.h"

#include <nanostores/core/scheduler.h>
#include <nanostores/qmlquery.h>
#include <nanostores/qt.h>

#include <QQmlContext>
#include <QQmlEngine>
#include <QtQuickTest>

#include <QString>
#include <QStringList>

#include <optional>

/// Runs the Qt Quick Tests of this folder in time that stands still, with a server that answers as they say.
class Setup : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE void advance(int milliseconds) { m_time.advance(std::chrono::milliseconds(milliseconds)); }
    Q_INVOKABLE QString url() const { return m_server->url(QStringLiteral("/api")).toString(); }
    /// From now on each request gets this.
    Q_INVOKABLE void answer(int status, const QString &body, bool stalls = false)
    {
        m_answer = {status, body.toUtf8(), {}, stalls ? support::HttpFault::Stall : support::HttpFault::None};
        m_answer.isSilent = stalls;
    }
    /// And has this length in its head, if it is none of -1.
    Q_INVOKABLE void answerLength(double length) { m_answer.length = static_cast<qint64>(length); }
    /// Only to those who have the authorization; others get a 401.
    Q_INVOKABLE void askFor(const QString &authorization) { m_authorization = authorization.toUtf8(); }
    /// The requests since the last call: method, target, and what of it is asked for.
    Q_INVOKABLE QStringList requests(const QString &header = QString())
    {
        QStringList all;
        for (const auto &request : m_server->requests().mid(m_seen)) {
            all.append(QString::fromUtf8(request.method + ' ' + request.target
                                         + (header.isEmpty() ? QByteArray() : ' ' + request.header(header.toLatin1()))
                                         + (request.body.isEmpty() ? QByteArray() : ' ' + request.body)));
        }
        m_seen = m_server->requests().size();
        return all;
    }
    Q_INVOKABLE int waiting() const { return static_cast<int>(m_server->requests().size() - m_seen); }
    Q_INVOKABLE int ended() const { return m_server->ended(); }

public Q_SLOTS:
    void applicationAvailable()
    {
        nanostores::setScheduler(&m_time);
        m_server.emplace(); // not before there is an application
    }
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        m_server->handler = [this](const support::HttpRequest &request) {
            return m_authorization.isEmpty() || request.header("Authorization") == m_authorization
                       ? m_answer
                       : support::HttpAnswer{401};
        };
        engine->rootContext()->setContextProperty(QStringLiteral("server"), this);
    }
    void cleanupTestCase()
    {
        nanostores::setScheduler(nullptr);
        m_server.reset();
    }

private:
    nanostores::ManualScheduler m_time;
    std::optional<support::HttpServer> m_server;
    support::HttpAnswer m_answer;
    QByteArray m_authorization;
    qsizetype m_seen = 0;
};

QUICK_TEST_MAIN_WITH_SETUP(qmlrest, Setup)

#include "tst_qmlrest.moc"
