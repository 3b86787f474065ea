// SPDX-License-Identifier: MIT
#include <nanostores/deeplinks/detail/firstinstance.h>

#include <nanostores/core/errors.h>

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QLockFile>
#include <QLoggingCategory>
#include <QPointer>
#include <QStandardPaths>
#include <QTimer>

#include <exception>
#include <optional>

namespace nanostores::detail {

namespace {

const QLoggingCategory &category()
{
    static const QLoggingCategory deepLinks("nanostores.deeplinks");
    return deepLinks;
}

constexpr auto Magic = "nanostores-link 1\n";
constexpr auto Taken = "taken\n";
constexpr qsizetype MaxHead = 64; // the lines before the text

QString pathOf(const QString &key)
{
    const QByteArray hash = QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex().left(24);
    const QString name = QStringLiteral("nanostores-") + QString::fromLatin1(hash); // socket paths are short
#ifdef Q_OS_WIN
    return name + QString::number(qHash(QDir::homePath()), 16);
#else
    return QDir(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation)).filePath(name);
#endif
}

QString lockPathOf(const QString &path)
{
#ifdef Q_OS_WIN
    return QDir::temp().filePath(path + QStringLiteral(".lock"));
#else
    return path + QStringLiteral(".lock");
#endif
}

enum class Reading { More, Wrong, Whole };

/// A message is whole once all its bytes are there, and no more.
Reading readMessage(const QByteArray &bytes, qsizetype maxBytes, QString &text)
{
    const QByteArray magic(Magic);
    if (!bytes.startsWith(magic.left(bytes.size()))) {
        return Reading::Wrong;
    }
    const qsizetype end = bytes.indexOf('\n', magic.size());
    if (end < 0) {
        return bytes.size() > MaxHead ? Reading::Wrong : Reading::More;
    }
    bool isNumber = false;
    const qlonglong length = bytes.mid(magic.size(), end - magic.size()).toLongLong(&isNumber);
    if (!isNumber || length < 0 || length > maxBytes) {
        return Reading::Wrong;
    }
    const QByteArray body = bytes.mid(end + 1);
    if (body.size() < length) {
        return Reading::More;
    }
    text = QString::fromUtf8(body);
    return body.size() == length && text.toUtf8() == body ? Reading::Whole : Reading::Wrong;
}

} // namespace

FirstInstance::FirstInstance(const QString &key, qsizetype maxLength, std::chrono::milliseconds timeout)
    : m_path(pathOf(key))
    , m_maxBytes(maxLength * 4) // of UTF-8
    , m_timeout(timeout)
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    m_server.setMaxPendingConnections(MaxConnections);
    connect(&m_server, &QLocalServer::newConnection, this, &FirstInstance::accept);
}

InstanceRole FirstInstance::enter(const QString &text)
{
    // Of two that start at once, one looks for the other only when that one listens.
    QLockFile lock(lockPathOf(m_path));
    const bool isLocked = lock.tryLock(static_cast<int>(m_timeout.count()));
    QLocalSocket socket;
    socket.connectToServer(m_path);
    if (socket.waitForConnected(static_cast<int>(m_timeout.count()))) {
        lock.unlock();
        return send(socket, text);
    }
    if (!isLocked && lock.error() == QLockFile::LockFailedError) { // and not for a folder that cannot be written
        qCWarning(category) << "another instance is starting, and does not come to an end:" << lockPathOf(m_path);
        return InstanceRole::Unanswered;
    }
    if (!listen()) {
        qCWarning(category) << "links of later instances cannot be received at" << m_path << m_server.errorString();
    }
    return InstanceRole::First;
}

FirstInstance::~FirstInstance()
{
    for (auto connection = m_connections.begin(); connection != m_connections.end(); ++connection) {
        connection.key()->disconnect(this); // sockets say that they end when they are destroyed
    }
}

bool FirstInstance::listen()
{
    QLocalServer::removeServer(m_path); // left by one that was killed: no one answers there
    return m_server.listen(m_path);
}

InstanceRole FirstInstance::send(QLocalSocket &socket, const QString &text) const
{
    const QDeadlineTimer deadline(m_timeout);
    const QByteArray body = text.toUtf8();
    socket.write(QByteArray(Magic) + QByteArray::number(body.size()) + '\n' + body);
    QByteArray answer;
    while (!answer.endsWith('\n')) {
        const bool isMore = socket.waitForReadyRead(static_cast<int>(deadline.remainingTime()));
        answer += socket.readAll();
        if (!isMore || answer.size() > MaxHead) {
            break;
        }
    }
    return answer == Taken ? InstanceRole::Second : InstanceRole::Unanswered;
}

void FirstInstance::accept()
{
    const QPointer<FirstInstance> alive(this); // what a link sets off may delete it
    while (QLocalSocket *const socket = alive ? m_server.nextPendingConnection() : nullptr) {
        if (m_connections.size() >= MaxConnections) {
            qCWarning(category) << "too many connections at a time; one is cut off";
            socket->abort();
            socket->deleteLater();
            continue;
        }
        m_connections.insert(socket, {});
        socket->setReadBufferSize(m_maxBytes + MaxHead + 1);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QLocalSocket::disconnected, this, [this, socket] { drop(socket); });
        auto *const timer = new QTimer(socket);
        timer->setSingleShot(true);
        connect(timer, &QTimer::timeout, this, [this, socket] { drop(socket); });
        timer->start(m_timeout);
        read(socket);
    }
}

void FirstInstance::read(QLocalSocket *socket)
{
    const auto connection = m_connections.find(socket);
    if (connection == m_connections.end()) {
        return;
    }
    *connection += socket->read(m_maxBytes + MaxHead + 1 - connection->size());
    QString text;
    switch (readMessage(*connection, m_maxBytes, text)) {
    case Reading::More:
        return;
    case Reading::Wrong:
        qCWarning(category) << "a connection that speaks something else is cut off";
        drop(socket);
        return;
    case Reading::Whole:
        m_connections.erase(connection);
        socket->write(Taken); // before what the link sets off, which may take long
        socket->flush();
        socket->disconnectFromServer();
        socket->deleteLater();
        try {
            Q_EMIT received(text);
        } catch (...) { // no exception goes through Qt's event loop
            reportError(std::current_exception());
        }
        return;
    }
}

void FirstInstance::drop(QLocalSocket *socket)
{
    if (m_connections.remove(socket) > 0) {
        socket->abort();
        socket->deleteLater();
    }
}

} // namespace nanostores::detail
