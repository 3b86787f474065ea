// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/inspectorhost.h>

#include <nanostores/inspector/endpoint.h>

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <QLoggingCategory>
#include <QPointer>
#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif
#ifdef Q_OS_LINUX
#include <sys/auxv.h>
#endif

namespace nanostores::detail {

namespace {

constexpr qint64 ChunkBytes = 1 << 16;

const QLoggingCategory &inspectorCategory()
{
    static const QLoggingCategory category("nanostores.inspector");
    return category;
}

QByteArray randomToken()
{
    quint32 words[4];
    QRandomGenerator::system()->fillRange(words);
    return QByteArray(reinterpret_cast<const char *>(words), sizeof(words)).toHex();
}

/// Of both kinds of sockets.
void flushSocket(QIODevice *device)
{
    if (auto *const local = qobject_cast<QLocalSocket *>(device)) {
        local->flush();
    } else if (auto *const tcp = qobject_cast<QTcpSocket *>(device)) {
        tcp->flush();
    }
}

void closeSocket(QIODevice *device)
{
    if (auto *const local = qobject_cast<QLocalSocket *>(device)) {
        local->disconnectFromServer();
    } else if (auto *const tcp = qobject_cast<QTcpSocket *>(device)) {
        tcp->disconnectFromHost();
    }
}

} // namespace

bool hasRaisedRights() noexcept
{
#ifdef Q_OS_LINUX
    if (::getauxval(AT_SECURE) != 0) {
        return true;
    }
#endif
#ifdef Q_OS_UNIX
    return ::getuid() != ::geteuid() || ::getgid() != ::getegid();
#else
    return false;
#endif
}

struct InspectorHost::Client
{
    Client(QIODevice *itsDevice, WireDesk &desk, const InspectorOptions &options, const QByteArray &token)
        : device(itsDevice)
        , session(desk, options.capabilities, token)
    {
    }

    QPointer<QIODevice> device; ///< A child of the host; deleted soon after the end.
    WireSession session;
    bool isEnded = false;
    bool isAnswering = false;
};

InspectorHost::InspectorHost(InspectorOptions options)
    : m_options(std::move(options))
{
    listen();
    if (!m_error.isEmpty()) {
        qCWarning(inspectorCategory) << "The program cannot be inspected:" << m_error;
    }
}

/// As long as one lives, the host does, too.
class InspectorHost::UnderWay
{
public:
    explicit UnderWay(InspectorHost &host)
        : m_host(host)
    {
        ++m_host.m_underWay;
    }
    UnderWay(const UnderWay &) = delete;
    UnderWay &operator=(const UnderWay &) = delete;
    ~UnderWay()
    {
        if (--m_host.m_underWay == 0 && !m_host.m_hasOwner) {
            m_host.deleteLater();
        }
    }

private:
    InspectorHost &m_host;
};

InspectorHost::~InspectorHost()
{
    close();
}

void InspectorHost::finish(std::unique_ptr<InspectorHost> host)
{
    if (!host || host->m_underWay == 0) {
        return;
    }
    host->close();
    host->m_hasOwner = false;
    static_cast<void>(host.release()); // UnderWay deletes it
}

void InspectorHost::close()
{
    m_local.close();
    m_tcp.close();
    for (const auto &client : m_clients) {
        if (!client->isEnded) {
            client->isEnded = true;
            client->device->disconnect(this); // sockets say that they end when they are destroyed
            closeSocket(client->device);
            m_desk->remove(client->session);
        }
    }
    if (!m_tokenFile.isEmpty()) {
        QFile::remove(m_tokenFile);
        m_tokenFile.clear();
    }
}

int InspectorHost::clients() const
{
    return static_cast<int>(
        std::count_if(m_clients.begin(), m_clients.end(), [](const auto &client) { return !client->isEnded; }));
}

void InspectorHost::listen()
{
    if (hasRaisedRights()) {
        m_error = QStringLiteral("it has more rights than its user");
        return;
    }
    const QString folder = inspectorFolder(&m_error);
    if (folder.isEmpty()) {
        return;
    }
    const QString name = m_options.name.isEmpty() ? QCoreApplication::applicationName() : m_options.name;
    const QString path = inspectorSocket(folder, name, QCoreApplication::applicationPid());
    m_local.setSocketOptions(QLocalServer::UserAccessOption);
    m_local.setMaxPendingConnections(MaxClients);
    QLocalServer::removeServer(path); // left by a program that was killed and had the same number
    if (!m_local.listen(path)) {
        m_error = path + QStringLiteral(": ") + m_local.errorString();
        return;
    }
    m_desk = std::make_unique<InspectorDesk>(m_options);
    m_desk->setWake([this] { wake(); });
    connect(&m_local, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket *const socket = m_local.nextPendingConnection()) {
            socket->setReadBufferSize(ChunkBytes);
            accept(socket, {});
        }
    });
    if (m_options.tcp) {
        listenToTcp(path);
    }
}

void InspectorHost::listenToTcp(const QString &socketPath)
{
    if (!m_tcp.listen(QHostAddress(QHostAddress::LocalHost), m_options.port)) {
        m_error = QStringLiteral("port %1 of 127.0.0.1: %2").arg(m_options.port).arg(m_tcp.errorString());
        return;
    }
    m_token = randomToken();
    QFile file(socketPath + QStringLiteral(".tcp"));
    QFile::remove(file.fileName());
    const QJsonObject content{{QStringLiteral("port"), m_tcp.serverPort()},
                              {QStringLiteral("token"), QString::fromLatin1(m_token)}};
    const bool isWritten = file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner)
                           && file.write(QJsonDocument(content).toJson(QJsonDocument::Compact) + '\n') > 0
                           && file.flush();
    if (!isWritten) {
        m_tcp.close();
        m_error = file.fileName() + QStringLiteral(": ") + file.errorString();
        return;
    }
    m_tokenFile = file.fileName();
    connect(&m_tcp, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *const socket = m_tcp.nextPendingConnection()) {
            socket->setReadBufferSize(ChunkBytes);
            accept(socket, m_token);
        }
    });
}

void InspectorHost::accept(QIODevice *device, const QByteArray &token)
{
    removeEnded();
    if (clients() >= MaxClients) {
        device->write("{\"error\":\"there are 4 clients already\",\"code\":\"full\"}\n");
        flushSocket(device);
        closeSocket(device);
        device->deleteLater();
        return;
    }
    device->setParent(this);
    Client &client = *m_clients.emplace_back(std::make_unique<Client>(device, *m_desk, m_options, token));
    m_desk->add(client.session);
    const auto ended = [this, &client] { end(client); };
    if (auto *const local = qobject_cast<QLocalSocket *>(device)) {
        connect(local, &QLocalSocket::disconnected, this, ended);
    } else if (auto *const tcp = qobject_cast<QTcpSocket *>(device)) {
        connect(tcp, &QTcpSocket::disconnected, this, ended);
    }
    connect(device, &QIODevice::readyRead, this, [this, &client] { readFrom(client); });
    connect(device, &QIODevice::bytesWritten, this, [this, &client] { goOn(client); });
    QTimer::singleShot(m_options.helloWithin, device, [this, which = &client] {
        const auto known = std::find_if(m_clients.begin(), m_clients.end(),
                                        [which](const auto &other) { return other.get() == which; });
        if (known != m_clients.end() && !which->session.isOpen()) {
            end(*which);
        }
    });
    readFrom(client);
}

void InspectorHost::readFrom(Client &client)
{
    if (client.isEnded || client.isAnswering || !client.session.wantsBytes()) {
        return;
    }
    const UnderWay underWay(*this);
    const QByteArray bytes = client.device->read(ChunkBytes);
    client.isAnswering = true; // a store that a request sets may run an event loop
    client.session.receive(bytes, client.device->bytesToWrite());
    client.isAnswering = false;
    goOn(client);
}

void InspectorHost::goOn(Client &client)
{
    if (client.isEnded || client.isAnswering) {
        return;
    }
    const UnderWay underWay(*this);
    client.isAnswering = true;
    client.session.goOn(client.device->bytesToWrite());
    client.isAnswering = false;
    if (client.isEnded) {
        return;
    }
    const QByteArray output = client.session.takeOutput();
    if (!output.isEmpty()) {
        client.device->write(output);
    }
    if (client.session.isOver()) {
        flushSocket(client.device);
        end(client);
        return;
    }
    const bool isRead = client.device->bytesToWrite() < WireLimits().unreadBytes; // else bytesWritten() goes on
    const bool hasBytes = client.device->bytesAvailable() > 0 && client.session.wantsBytes();
    if (isRead && (client.session.hasWork() || hasBytes)) {
        wake();
    }
}

/// Goes on with all clients when what is under way is over.
void InspectorHost::wake()
{
    if (m_isWaked) {
        return;
    }
    m_isWaked = true;
    QTimer::singleShot(0, this, [this] {
        const UnderWay underWay(*this);
        m_isWaked = false;
        for (std::size_t i = 0; i < m_clients.size(); ++i) { // a request may bring others
            Client &client = *m_clients[i];
            if (!client.isEnded && client.device->bytesAvailable() > 0 && client.session.wantsBytes()) {
                readFrom(client);
            } else {
                goOn(client);
            }
        }
        removeEnded();
    });
}

void InspectorHost::end(Client &client)
{
    if (client.isEnded) {
        return;
    }
    client.isEnded = true;
    m_desk->remove(client.session);
    client.device->disconnect(this);
    closeSocket(client.device);
    client.device->deleteLater();
    wake(); // which removes it
}

void InspectorHost::removeEnded()
{
    std::erase_if(m_clients,
                  [](const std::unique_ptr<Client> &client) { return client->isEnded && !client->isAnswering; });
}

} // namespace nanostores::detail
