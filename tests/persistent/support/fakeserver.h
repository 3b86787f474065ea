// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QThread>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <atomic>
#include <functional>
#include <utility>

namespace support {

/// A server that answers as it likes, on a thread of its own.
class FakeServer
{
public:
    struct Answer
    {
        QByteArray bytes;
        bool closes = false; ///< After them.
    };
    /// Called on the server's thread with what a client has sent.
    using Answers = std::function<Answer(const QByteArray &request)>;

    explicit FakeServer(Answers answers)
        : m_answers(std::move(answers))
    {
        m_thread.start();
        m_listener.moveToThread(&m_thread);
        QObject::connect(&m_listener, &QTcpServer::newConnection, &m_listener, [this] {
            while (QTcpSocket *const client = m_listener.nextPendingConnection()) {
                QObject::connect(client, &QTcpSocket::readyRead, client, [this, client] {
                    const QByteArray request = client->readAll();
                    m_received += request.size();
                    const Answer answer = m_answers(request);
                    client->write(answer.bytes);
                    if (answer.closes) {
                        client->disconnectFromHost();
                    }
                });
            }
        });
        QMetaObject::invokeMethod(
            &m_listener, [this] { m_listener.listen(QHostAddress::LocalHost); }, Qt::BlockingQueuedConnection);
        m_port = m_listener.serverPort();
    }
    FakeServer(const FakeServer &) = delete;
    FakeServer &operator=(const FakeServer &) = delete;
    ~FakeServer()
    {
        QMetaObject::invokeMethod(
            &m_listener,
            [this] {
                for (QTcpSocket *const client : m_listener.findChildren<QTcpSocket *>()) {
                    delete client;
                }
                m_listener.close();
                m_listener.moveToThread(nullptr);
            },
            Qt::BlockingQueuedConnection);
        m_thread.quit();
        m_thread.wait();
    }

    quint16 port() const { return m_port; }
    qint64 received() const { return m_received; }

private:
    QThread m_thread;
    QTcpServer m_listener;
    const Answers m_answers;
    std::atomic<qint64> m_received{0};
    quint16 m_port = 0;
};

} // namespace support
