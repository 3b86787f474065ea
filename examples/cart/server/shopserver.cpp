// SPDX-License-Identifier: MIT
#include "shopserver.h"

#include <QCryptographicHash>
#include <QHostAddress>
#include <QPointer>
#include <QTcpSocket>

#include <memory>
#include <utility>

namespace {

constexpr int FirstNumber = 1042;
constexpr qsizetype MostBytes = 64 * 1024; ///< Of a request.
constexpr std::chrono::milliseconds SlowAnswer{2500};

} // namespace

ShopServer::ShopServer(QByteArray catalogue, Later later, QObject *parent)
    : QObject(parent)
    , m_catalogue(std::move(catalogue))
    , m_later(std::move(later))
{
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *const socket = m_server.nextPendingConnection()) {
            const auto received = std::make_shared<QByteArray>();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket, received] {
                *received += socket->readAll();
                receive(socket, *received);
            });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
}

QUrl ShopServer::url() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort()));
}

void ShopServer::receive(QTcpSocket *socket, QByteArray &received)
{
    const qsizetype end = received.indexOf("\r\n\r\n");
    if (received.size() > MostBytes) {
        send(socket, {413});
        return;
    }
    if (end < 0) {
        return;
    }
    QList<QByteArray> lines = received.left(end).split('\n');
    const QList<QByteArray> first = lines.takeFirst().trimmed().split(' ');
    Request request{first.value(0), first.value(1), {}, {}};
    for (const QByteArray &line : std::as_const(lines)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.insert(line.left(colon).trimmed().toLower(), line.mid(colon + 1).trimmed());
    }
    const qsizetype length = request.headers.value("content-length").toLongLong();
    if (received.size() < end + 4 + length) {
        return;
    }
    request.body = received.mid(end + 4, length);
    received.clear();
    ++m_requests;
    const auto answer = [this, socket = QPointer(socket), request, mode = m_mode] {
        if (socket) { // it may have gone meanwhile
            send(socket, mode == Mode::Failing ? Answer{503, "The shelves are being painted."} : answerTo(request));
        }
    };
    if (m_mode == Mode::Slow) {
        m_later(SlowAnswer, answer);
    } else {
        answer();
    }
}

ShopServer::Answer ShopServer::answerTo(const Request &request)
{
    if (request.method == "GET" && request.path == "/catalogue") {
        const QByteArray etag =
            '"' + QCryptographicHash::hash(m_catalogue, QCryptographicHash::Sha1).toHex().left(16) + '"';
        if (request.headers.value("if-none-match") == etag) {
            return {304, {}, "ETag: " + etag + "\r\n"};
        }
        return {200, m_catalogue, "Content-Type: application/json\r\nETag: " + etag + "\r\n"};
    }
    if (request.method == "POST" && request.path == "/orders") {
        const QByteArray key = request.headers.value("idempotency-key");
        if (key.isEmpty()) {
            return {400, "an order needs an Idempotency-Key"};
        }
        if (!m_numbers.contains(key)) {
            m_numbers.insert(key, FirstNumber + static_cast<int>(m_orders.size()));
            m_orders.append(request.body);
        }
        return {201, QByteArray::number(m_numbers.value(key)), "Content-Type: application/json\r\n"};
    }
    return {404};
}

void ShopServer::send(QTcpSocket *socket, const Answer &answer)
{
    socket->write("HTTP/1.1 " + QByteArray::number(answer.status) + " Shop\r\nConnection: close\r\nContent-Length: "
                  + QByteArray::number(answer.body.size()) + "\r\n" + answer.headers + "\r\n" + answer.body);
    socket->disconnectFromHost();
}
