// SPDX-License-Identifier: MIT
#include <nanostores/redis/detail/redislink.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QScopedValueRollback>
#include <QtNetwork/QLocalSocket>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QTcpSocket>

#if QT_CONFIG(ssl)
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslError>
#include <QtNetwork/QSslKey>
#include <QtNetwork/QSslSocket>
#endif

#include <algorithm>
#include <limits>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr qint64 ReadAtOnce = qint64{64} * 1024;
constexpr qint64 ReadBuffer = qint64{1024} * 1024;

/// Qt's network ends with the statics of the process, some of which it makes at its first use. Stores and their engines
/// may be older, and end later; connections are not made then.
struct NetworkUse
{
    std::shared_mutex mutex; ///< Shared while a connection is made.
    bool hasEnded = false;

    static NetworkUse &instance()
    {
        static auto *const use = new NetworkUse; // never destroyed
        return *use;
    }
};

/// Made after Qt's statics, and destroyed before them.
struct NetworkEnd
{
    NetworkEnd() = default;
    NetworkEnd(const NetworkEnd &) = delete;
    NetworkEnd &operator=(const NetworkEnd &) = delete;
    ~NetworkEnd()
    {
        const std::unique_lock lock(NetworkUse::instance().mutex);
        NetworkUse::instance().hasEnded = true;
    }
};

int leftOf(const QDeadlineTimer &until)
{
    return static_cast<int>(std::clamp<qint64>(until.remainingTime(), 0, std::numeric_limits<int>::max()));
}

/// A script may not do what the user may not.
bool isRefusedInScript(std::string_view error)
{
    return error.find("ACL failure") != std::string_view::npos
           || error.find("The user executing the script can't") != std::string_view::npos;
}

/// By the first word of what the server says.
EngineErrorKind kindOf(std::string_view error)
{
    const auto is = [&](std::string_view word) { return error.starts_with(word); };
    if (isRefusedInScript(error) || is("WRONGPASS") || is("NOAUTH") || is("NOPERM") || is("ERR invalid password")
        || is("ERR AUTH") || is("ERR Client sent AUTH")) {
        return EngineErrorKind::Denied;
    }
    if (is("OOM") || is("MISCONF")) {
        return EngineErrorKind::Full;
    }
    if (is("READONLY") || is("LOADING") || is("BUSY") || is("MASTERDOWN") || is("CLUSTERDOWN") || is("TRYAGAIN")
        || is("NOSCRIPT") || is("UNKILLABLE") || is("NOREPLICAS") || is("MOVED") || is("ASK")
        || is("ERR max number of clients")) {
        return EngineErrorKind::Unavailable;
    }
    if (is("NEWER")) {
        return EngineErrorKind::Newer;
    }
    return is("WRONGTYPE") ? EngineErrorKind::Corrupt : EngineErrorKind::Failed;
}

const char *remedyOf(std::string_view error)
{
    if (error.starts_with("NOPERM") || isRefusedInScript(error)) {
        return "; the page \"Federation\" lists the rights that the user of the server needs";
    }
    if (error.starts_with("WRONGPASS") || error.starts_with("NOAUTH") || error.starts_with("ERR AUTH")
        || error.starts_with("ERR invalid password") || error.starts_with("ERR Client sent AUTH")) {
        return "; check user and password in the URL";
    }
    if (error.starts_with("MOVED")) {
        return "; name the node of the cluster that has the keys of this name";
    }
    if (error.starts_with("WRONGTYPE")) {
        return "; another program uses a key that begins with ns:{name}: choose another name";
    }
    return "";
}

} // namespace

RedisLink::RedisLink(const RedisOptions &options, RedisAddress address, RespLimits limits)
    : m_options(options)
    , m_address(std::move(address))
    , m_reader(limits)
{
}

RedisLink::~RedisLink()
{
    close();
}

QIODevice *RedisLink::device() const noexcept
{
    return m_local ? static_cast<QIODevice *>(m_local.get()) : m_socket.get();
}

void RedisLink::close() noexcept
{
    m_isOpen = false;
    m_reader.reset();
    if (m_socket) {
        m_socket->disconnect();
        m_socket->abort();
        m_socket.release()->deleteLater(); // it may be what calls
    }
    if (m_local) {
        m_local->disconnect();
        m_local->abort();
        m_local.release()->deleteLater();
    }
}

void RedisLink::fail(EngineErrorKind kind, const std::string &message)
{
    m_error = message;
    close();
    throw EngineError(kind, message, m_address.shown());
}

void RedisLink::refuse(const RespValue &error) const
{
    throw EngineError(kindOf(error.text), "the server says: " + error.text.substr(0, 300) + remedyOf(error.text),
                      m_address.shown());
}

QString RedisLink::reason() const
{
    return device() ? device()->errorString() : QString();
}

// Opening

void RedisLink::open()
{
    close();
    const QScopedValueRollback<bool> waiting(m_isWaiting, true);
    connectNow();
    m_isOpen = true;
    m_error.clear();
    introduce();
    connectSignals();
}

void RedisLink::connectNow()
{
    const std::shared_lock use(NetworkUse::instance().mutex);
    if (NetworkUse::instance().hasEnded || !QCoreApplication::instance()) {
        fail(EngineErrorKind::Unavailable, "the program has no application object yet, or any more, which a connection "
                                           "to a server needs");
    }
    const QDeadlineTimer until(m_options.connectTimeout);
    bool isConnected = false;
    if (m_address.way == RedisAddress::Way::Local) {
        m_local = std::make_unique<QLocalSocket>();
        m_local->setReadBufferSize(ReadBuffer);
        m_local->connectToServer(m_address.path);
        isConnected = m_local->waitForConnected(leftOf(until));
    } else if (m_address.way == RedisAddress::Way::Tls) {
        connectTls(until);
        isConnected = true;
    } else {
        m_socket = std::make_unique<QTcpSocket>();
        m_socket->setProxy(QNetworkProxy::NoProxy);
        m_socket->setReadBufferSize(ReadBuffer);
        m_socket->connectToHost(m_address.host, m_address.port);
        isConnected = m_socket->waitForConnected(leftOf(until));
    }
    static const NetworkEnd end;
    static_cast<void>(end);
    if (!isConnected) {
        const bool isDenied = m_local && m_local->error() == QLocalSocket::SocketAccessError;
        fail(isDenied ? EngineErrorKind::Denied : EngineErrorKind::Unavailable,
             "the server cannot be reached: " + reason().toStdString());
    }
    if (m_socket) {
        m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    }
}

#if QT_CONFIG(ssl)

void RedisLink::connectTls(const QDeadlineTimer &until)
{
    auto socket = std::make_unique<QSslSocket>();
    QSslSocket &tls = *socket;
    m_socket = std::move(socket);
    tls.setProxy(QNetworkProxy::NoProxy);
    tls.setReadBufferSize(ReadBuffer);
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!m_options.caFile.isEmpty()) {
        const auto trusted = QSslCertificate::fromPath(m_options.caFile);
        if (trusted.isEmpty()) {
            fail(EngineErrorKind::Misuse,
                 "RedisOptions::caFile has no certificate in PEM that can be read: " + m_options.caFile.toStdString());
        }
        configuration.setCaCertificates(trusted);
    }
    if (!m_options.certificateFile.isEmpty()) {
        const auto own = QSslCertificate::fromPath(m_options.certificateFile);
        QFile keyFile(m_options.keyFile);
        QSslKey key;
        for (const auto algorithm : {QSsl::Rsa, QSsl::Ec}) {
            if (key.isNull() && keyFile.open(QIODevice::ReadOnly)) {
                key = QSslKey(&keyFile, algorithm);
                keyFile.close();
            }
        }
        if (own.isEmpty() || key.isNull()) {
            fail(EngineErrorKind::Misuse,
                 "RedisOptions::certificateFile and keyFile have no certificate and key in PEM "
                 "that can be read: "
                     + m_options.certificateFile.toStdString() + ", " + m_options.keyFile.toStdString());
        }
        configuration.setLocalCertificateChain(own);
        configuration.setPrivateKey(key);
    }
    tls.setSslConfiguration(configuration);
    tls.connectToHostEncrypted(m_address.host, m_address.port,
                               m_options.peerName.isEmpty() ? m_address.host : m_options.peerName);
    if (tls.waitForEncrypted(leftOf(until))) {
        return;
    }
    const auto errors = tls.sslHandshakeErrors();
    if (!errors.isEmpty()) {
        fail(EngineErrorKind::Denied,
             "the certificate of the server is not trusted: " + errors.front().errorString().toStdString()
                 + "; name the certificate that signed it in RedisOptions::caFile, and the "
                   "server by the name that is in it");
    }
    const auto error = tls.error();
    fail(error == QAbstractSocket::SslHandshakeFailedError || error == QAbstractSocket::SslInternalError
                 || error == QAbstractSocket::SslInvalidUserDataError
             ? EngineErrorKind::Denied
             : EngineErrorKind::Unavailable,
         "the server cannot be reached with TLS: " + reason().toStdString());
}

#else

void RedisLink::connectTls(const QDeadlineTimer &)
{
    fail(EngineErrorKind::Misuse, "this Qt has been built without TLS, which rediss:// needs");
}

#endif

/// Password and database, in one go.
void RedisLink::introduce()
{
    const std::string user = m_address.user.toStdString();
    const std::string password = m_address.password.toStdString();
    const std::string database = std::to_string(m_address.database);
    int answers = 1;
    if (!password.empty()) {
        ++answers;
        if (user.empty()) {
            send({"AUTH", password});
        } else {
            send({"AUTH", user, password});
        }
    }
    if (m_address.database != 0) {
        ++answers;
        send({"SELECT", database});
    }
    send({"PING"});
    const QDeadlineTimer until(m_options.connectTimeout);
    try {
        for (; answers > 0; --answers) {
            const RespValue answer = receive(until);
            if (answer.isError()) {
                refuse(answer);
            }
            if (answer.type != RespType::Text) {
                fail(EngineErrorKind::Failed, "what answers is no server of Redis or Valkey");
            }
        }
    } catch (const EngineError &error) {
        m_error = error.what();
        close();
        throw;
    }
}

void RedisLink::connectSignals()
{
    const auto event = [this] {
        if (m_isWaiting || !m_isOpen) {
            return;
        }
        const bool isConnected = m_local ? m_local->state() == QLocalSocket::ConnectedState
                                         : m_socket->state() == QAbstractSocket::ConnectedState;
        if (!isConnected && device()->bytesAvailable() == 0) {
            m_error = "the connection to the server is lost: " + reason().toStdString();
            close();
        }
        if (m_onEvent) {
            m_onEvent();
        }
    };
    QObject::connect(device(), &QIODevice::readyRead, device(), event);
    if (m_local) {
        QObject::connect(m_local.get(), &QLocalSocket::disconnected, m_local.get(), event);
    } else {
        QObject::connect(m_socket.get(), &QAbstractSocket::disconnected, m_socket.get(), event);
    }
}

// Talking

void RedisLink::send(std::span<const std::string_view> words)
{
    if (!m_isOpen) {
        throw EngineError(EngineErrorKind::Unavailable, "the connection to the server is lost", m_address.shown());
    }
    std::string bytes;
    appendCommand(bytes, words);
    m_sent.start();
    const QScopedValueRollback<bool> waiting(m_isWaiting, true);
    if (!device()->isOpen()
        || device()->write(bytes.data(), static_cast<qint64>(bytes.size())) != static_cast<qint64>(bytes.size())) {
        fail(EngineErrorKind::Unavailable, "the connection to the server is lost: " + reason().toStdString());
    }
    if (m_local) {
        m_local->flush();
    } else {
        m_socket->flush();
    }
}

void RedisLink::readAvailable()
{
    char bytes[ReadAtOnce];
    const qint64 size = device()->read(bytes, sizeof bytes);
    if (size > 0) {
        m_reader.feed(std::string_view(bytes, static_cast<std::size_t>(size)));
    }
}

/// Answers that are complete. Pushes of RESP3 are none.
std::optional<RespValue> RedisLink::nextAnswer()
{
    try {
        for (;;) {
            auto answer = m_reader.next();
            if (answer && answer->type == RespType::Push) {
                continue;
            }
            if (answer || device()->bytesAvailable() == 0) {
                return answer;
            }
            readAvailable();
        }
    } catch (const RespError &error) {
        fail(EngineErrorKind::Failed, error.what());
    }
}

std::optional<RespValue> RedisLink::take()
{
    return m_isOpen ? nextAnswer() : std::nullopt;
}

RespValue RedisLink::receive(const QDeadlineTimer &until)
{
    const QScopedValueRollback<bool> waiting(m_isWaiting, true);
    for (;;) {
        if (!m_isOpen) {
            throw EngineError(EngineErrorKind::Unavailable, "the connection to the server is lost", m_address.shown());
        }
        if (auto answer = nextAnswer()) {
            return std::move(*answer);
        }
        const int left = leftOf(until);
        if (left == 0) {
            fail(EngineErrorKind::Unavailable,
                 "the server has not answered for " + std::to_string(m_sent.elapsed()) + " ms");
        }
        const bool hasMore = m_local ? m_local->waitForReadyRead(left) : m_socket->waitForReadyRead(left);
        if (!hasMore && device()->bytesAvailable() == 0) {
            const bool isConnected = m_local ? m_local->state() == QLocalSocket::ConnectedState
                                             : m_socket->state() == QAbstractSocket::ConnectedState;
            if (!isConnected) {
                fail(EngineErrorKind::Unavailable, "the connection to the server is lost: " + reason().toStdString());
            }
        }
    }
}

bool RedisLink::waitForBytes(std::chrono::milliseconds patience)
{
    const QScopedValueRollback<bool> waiting(m_isWaiting, true);
    const int time = static_cast<int>(patience.count());
    return m_isOpen
           && (device()->bytesAvailable() > 0 || m_reader.buffered() > 0
               || (m_local ? m_local->waitForReadyRead(time) : m_socket->waitForReadyRead(time)));
}

bool RedisLink::hasBytes()
{
    const QScopedValueRollback<bool> waiting(m_isWaiting, true);
    return m_isOpen
           && (device()->bytesAvailable() > 0
               || (m_local ? m_local->waitForReadyRead(0) : m_socket->waitForReadyRead(0)));
}

RespValue RedisLink::call(std::initializer_list<std::string_view> words)
{
    send(words);
    RespValue answer = receive(answerDeadline());
    if (answer.isError()) {
        refuse(answer);
    }
    return answer;
}

} // namespace nanostores::detail
