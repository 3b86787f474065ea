// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <QTcpServer>
#include <QUrl>

#include <chrono>
#include <functional>

class QTcpSocket;

/// A small HTTP server for the shop, on a free port of this machine:
///
///     GET  /catalogue    the products, with an ETag
///     POST /orders       takes an order, and answers with its number; an order of the same Idempotency-Key once
class ShopServer : public QObject
{
    Q_OBJECT

public:
    enum class Mode {
        Usual,
        Slow, ///< Each answer takes its time.
        Failing, ///< Each answer is a 503.
    };

    /// `later` calls a function after a time.
    using Later = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

    explicit ShopServer(QByteArray catalogue, Later later, QObject *parent = nullptr);

    /// False, when there is no free port.
    bool start() { return m_server.listen(QHostAddress::LocalHost); }
    QUrl url() const;
    void setMode(Mode newMode) { m_mode = newMode; }

    /// The bodies of the orders that were taken, in their order.
    const QList<QByteArray> &orders() const { return m_orders; }
    int requests() const { return m_requests; }

private:
    struct Request
    {
        QByteArray method;
        QByteArray path;
        QHash<QByteArray, QByteArray> headers; ///< With names in small letters.
        QByteArray body;
    };
    struct Answer
    {
        int status = 200;
        QByteArray body = {};
        QByteArray headers = {};
    };

    void receive(QTcpSocket *socket, QByteArray &received);
    Answer answerTo(const Request &request);
    static void send(QTcpSocket *socket, const Answer &answer);

    QTcpServer m_server;
    QByteArray m_catalogue;
    Later m_later;
    Mode m_mode = Mode::Usual;
    QList<QByteArray> m_orders;
    QHash<QByteArray, int> m_numbers; ///< Of orders, by their keys.
    int m_requests = 0;
};
