// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace support {

/// A network that fails, between clients and a server. It runs on a thread of its own; its functions are for the
/// test's.
class Proxy
{
public:
    enum class Way {
        Pass,
        Refuse, ///< Connections are closed at once.
        Stall, ///< Nothing goes through, and nothing is closed.
        NoAnswers, ///< What clients send goes through; answers do not.
        Delay, ///< Answers come 20 ms late.
        CutAnswer, ///< A connection is closed in the middle of the next answer,
        CutAfterAnswer, ///< or at its end.
    };

    explicit Proxy(quint16 server)
        : m_server(server)
    {
        m_thread.start();
        m_listener.moveToThread(&m_thread);
        QObject::connect(&m_listener, &QTcpServer::newConnection, &m_listener, [this] {
            while (QTcpSocket *const client = m_listener.nextPendingConnection()) {
                ++m_connections;
                accept(client);
            }
        });
        run([this] { m_listener.listen(QHostAddress::LocalHost); });
        m_port = m_listener.serverPort();
    }
    Proxy(const Proxy &) = delete;
    Proxy &operator=(const Proxy &) = delete;
    ~Proxy()
    {
        run([this] {
            cutAll();
            m_listener.close();
            m_listener.moveToThread(nullptr);
        });
        m_thread.quit();
        m_thread.wait();
    }

    quint16 port() const { return m_port; }
    int connections() const { return m_connections; }
    void set(Way way)
    {
        m_way = way;
        if (way == Way::Refuse) {
            cut();
        } else {
            run([this] {
                for (const auto &[client, pump] : m_pumps) {
                    pump();
                }
            });
        }
    }
    /// Closes all connections.
    void cut()
    {
        run([this] { cutAll(); });
    }

private:
    template<typename F>
    void run(F f)
    {
        QMetaObject::invokeMethod(&m_listener, f, Qt::BlockingQueuedConnection);
    }
    void cutAll()
    {
        const auto clients = m_listener.findChildren<QTcpSocket *>();
        for (QTcpSocket *const client : clients) {
            client->abort();
        }
    }
    void accept(QTcpSocket *client)
    {
        if (m_way == Way::Refuse) {
            client->abort();
            client->deleteLater();
            return;
        }
        auto *const server = new QTcpSocket(client);
        const auto forth = [this, client, server] {
            if (m_way != Way::Stall && client->isOpen() && server->state() == QAbstractSocket::ConnectedState) {
                server->write(client->readAll());
            }
        };
        const auto late = std::make_shared<QByteArray>(); // pieces of a stream stay in order
        const auto back = [this, client, server, late] {
            const Way way = m_way;
            if (way == Way::Stall || way == Way::NoAnswers || server->bytesAvailable() == 0) {
                return;
            }
            const QByteArray bytes = server->readAll();
            if (way == Way::CutAnswer) {
                m_way = Way::Pass;
                client->write(bytes.left(bytes.size() / 2));
                client->flush();
                client->abort();
            } else if (way == Way::CutAfterAnswer) {
                m_way = Way::Pass;
                client->write(bytes);
                client->disconnectFromHost();
            } else if (way == Way::Delay || !late->isEmpty()) {
                late->append(bytes);
                QTimer::singleShot(20, client, [client, late] { client->write(std::exchange(*late, {})); });
            } else {
                client->write(bytes);
            }
        };
        QObject::connect(client, &QTcpSocket::readyRead, server, forth);
        QObject::connect(server, &QTcpSocket::connected, server, forth);
        QObject::connect(server, &QTcpSocket::readyRead, server, back);
        m_pumps[client] = [forth, back] {
            forth();
            back();
        };
        QObject::connect(client, &QObject::destroyed, &m_listener, [this, client] { m_pumps.erase(client); });
        QObject::connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        QObject::connect(server, &QTcpSocket::disconnected, client, [client] { client->disconnectFromHost(); });
        QObject::connect(server, &QTcpSocket::errorOccurred, client, [client] { client->abort(); });
        server->connectToHost(QHostAddress::LocalHost, m_server);
    }

    QThread m_thread;
    QTcpServer m_listener;
    std::map<const QObject *, std::function<void()>> m_pumps; ///< Sends on what has stayed.
    std::atomic<Way> m_way{Way::Pass};
    std::atomic<int> m_connections{0};
    const quint16 m_server;
    quint16 m_port = 0;
};

} // namespace support
