// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/detail/inspectordesk.h>
#include <nanostores/inspector/detail/wiresession.h>

#include <QByteArray>
#include <QLocalServer>
#include <QObject>
#include <QString>
#include <QTcpServer>

#include <chrono>
#include <memory>
#include <vector>

class QIODevice;

namespace nanostores::detail {

/// Whether the program has more rights than the user who started it.
bool hasRaisedRights() noexcept;

/// The sockets of an inspector, and its clients.
class InspectorHost final : public QObject
{
    Q_OBJECT

public:
    explicit InspectorHost(InspectorOptions options);
    ~InspectorHost() override;

    static constexpr int MaxClients = 4;

    bool isListening() const { return m_local.isListening(); }
    const QString &errorString() const noexcept { return m_error; }
    QString socket() const { return isListening() ? m_local.fullServerName() : QString(); }
    quint16 port() const { return m_tcp.serverPort(); }
    const QString &tokenFile() const noexcept { return m_tokenFile; }
    int clients() const;

    /// Ends it; at once, or when what a client has asked for is done: a listener of a store that it sets may call this.
    static void finish(std::unique_ptr<InspectorHost> host);

private:
    class UnderWay;

    struct Client;

    void close();
    void listen();
    void listenToTcp(const QString &socketPath);
    void accept(QIODevice *device, const QByteArray &token);
    void readFrom(Client &client);
    void goOn(Client &client);
    void wake();
    void end(Client &client);
    void removeEnded();

    const InspectorOptions m_options;
    QString m_error;
    QString m_tokenFile;
    QByteArray m_token;
    std::unique_ptr<InspectorDesk> m_desk; ///< Null: it does not listen.
    std::vector<std::unique_ptr<Client>> m_clients;
    QLocalServer m_local;
    QTcpServer m_tcp;
    bool m_isWaked = false;
    int m_underWay = 0; ///< Its functions that call stores.
    bool m_hasOwner = true;
};

} // namespace nanostores::detail
