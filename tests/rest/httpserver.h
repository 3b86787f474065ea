// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QPair>
#include <QtCore/QPointer>
#include <QtCore/QString>
#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace support {

/// A request as it has come.
struct HttpRequest
{
    QByteArray method;
    QByteArray target;
    QList<QPair<QByteArray, QByteArray>> headers;
    QByteArray body;

    QByteArray header(const QByteArray &name) const
    {
        const auto found = std::find_if(headers.begin(), headers.end(), [&name](const auto &header) {
            return header.first.compare(name, Qt::CaseInsensitive) == 0;
        });
        return found == headers.end() ? QByteArray() : found->second;
    }
};

/// What goes wrong after the head and the body have been sent.
enum class HttpFault : std::uint8_t {
    None,
    Close, ///< The connection ends, whatever the head has promised.
    Stall, ///< It stays, and nothing more is sent but by HttpServer::drip().
};

struct HttpAnswer
{
    int status = 200;
    QByteArray body = {};
    QList<QPair<QByteArray, QByteArray>> headers = {};
    HttpFault fault = HttpFault::None;
    qint64 length = -1; ///< Of the Content-Length header; -1: that of the body.
    bool isSilent = false; ///< Not even a head.
};

/// An HTTP server that answers as a test says. A connection for each request.
class HttpServer : public QObject
{
public:
    using Handler = std::function<HttpAnswer(const HttpRequest &)>;

    explicit HttpServer(Handler handler = {})
        : handler(std::move(handler))
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *const socket = m_server.nextPendingConnection()) {
                const auto received = std::make_shared<QByteArray>();
                m_sockets.append(socket);
                connect(socket, &QTcpSocket::readyRead, this, [this, socket, received] {
                    *received += socket->readAll();
                    read(socket, *received);
                });
                connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
                    ++m_ended;
                    socket->deleteLater();
                });
            }
        });
    }

    QUrl url(const QString &path = {}) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_server.serverPort()).arg(path));
    }
    const QList<HttpRequest> &requests() const { return m_requests; }
    QString targets() const
    {
        QStringList all;
        for (const HttpRequest &request : m_requests) {
            all.append(QString::fromLatin1(request.method + ' ' + request.target));
        }
        return all.join(u',');
    }
    int ended() const { return m_ended; } ///< Connections.
    /// More of an answer that has stalled.
    void drip(const QByteArray &bytes)
    {
        if (m_last) {
            m_last->write(bytes);
            m_last->flush();
        }
    }
    void close() { m_server.close(); }
    qsizetype connections() const { return m_sockets.size(); } ///< So far.
    void dropAll()
    {
        for (const auto &socket : m_sockets) {
            if (socket) {
                socket->abort();
            }
        }
    }

    Handler handler;

private:
    void read(QTcpSocket *socket, QByteArray &received)
    {
        const qsizetype end = received.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        HttpRequest request;
        const QList<QByteArray> lines = received.left(end).split('\n');
        const QList<QByteArray> first = lines.first().trimmed().split(' ');
        request.method = first.value(0);
        request.target = first.value(1);
        for (const QByteArray &line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers.append({line.left(colon).trimmed(), line.mid(colon + 1).trimmed()});
        }
        const qsizetype length = request.header("Content-Length").toLongLong();
        if (received.size() < end + 4 + length) {
            return;
        }
        request.body = received.mid(end + 4, length);
        received.clear();
        m_requests.append(request);
        m_last = socket;
        send(socket, handler ? handler(request) : HttpAnswer());
    }
    static void send(QTcpSocket *socket, const HttpAnswer &answer)
    {
        if (!answer.isSilent) {
            QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + " Answer\r\nConnection: close\r\n";
            const qint64 length = answer.length < 0 ? answer.body.size() : answer.length;
            head += "Content-Length: " + QByteArray::number(length) + "\r\n";
            for (const auto &[name, value] : answer.headers) {
                head += name + ": " + value + "\r\n";
            }
            socket->write(head + "\r\n" + answer.body);
        }
        if (answer.fault != HttpFault::Stall) {
            socket->disconnectFromHost();
        } else {
            socket->flush();
        }
    }

    QTcpServer m_server;
    QList<HttpRequest> m_requests;
    QPointer<QTcpSocket> m_last;
    QList<QPointer<QTcpSocket>> m_sockets;
    int m_ended = 0;
};

} // namespace support
