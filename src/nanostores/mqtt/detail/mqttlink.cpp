// SPDX-License-Identifier: MIT
#include <nanostores/mqtt/detail/mqttlink.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QScopedValueRollback>
#include <QtCore/QtGlobal>

#include <mosquitto.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <limits>
#include <utility>

#ifdef Q_OS_UNIX
#include <csignal>
#include <sys/select.h>
#endif

namespace nanostores::detail {

namespace {

/// Messages that are on their way to this program at once: the most that MQTT knows, as brokers drop some above that.
constexpr int ReceiveMaximum = 65535;
constexpr std::chrono::milliseconds Slice{100};
constexpr std::chrono::milliseconds Least{1};
constexpr int WholeMessage = 10;

/// Reason codes of MQTT 5, of which 128 and above are errors.
EngineErrorKind kindOf(int reason)
{
    switch (reason) {
    case 0x86: // user name or password
    case 0x87: // not authorized
    case 0x8A: // banned
    case 0x8C: // authentication method
        return EngineErrorKind::Denied;
    case 0x88: // not available
    case 0x89: // busy
    case 0x8B: // shutting down
    case 0x8E: // taken over by another connection
    case 0x9F: // connection rate
        return EngineErrorKind::Unavailable;
    case 0x95: // packet too large
        return EngineErrorKind::TooLarge;
    case 0x97: // quota
        return EngineErrorKind::Full;
    default:
        return EngineErrorKind::Failed;
    }
}

std::string saidBy(int reason)
{
    std::string text = std::string("the broker says: ") + mosquitto_reason_string(reason);
    if (reason == 0x86 || reason == 0x8A || reason == 0x8C) {
        text += "; check user and password in the URL";
    } else if (reason == 0x87) {
        text += "; check user and password in the URL, and that the user may read and write the topics ns/name/#";
    } else if (reason == 0x84) {
        text += "; a broker that speaks MQTT 5 is needed";
    }
    return text;
}

std::string textOf(int error)
{
    return error == MOSQ_ERR_ERRNO ? std::strerror(errno) : mosquitto_strerror(error);
}

/// OpenSSL writes to a connection that the other side has closed, and the system would end the program for it.
void ignoreBrokenPipes()
{
#ifdef Q_OS_UNIX
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr); // of this thread, which is the engine's own
#endif
}

} // namespace

struct MqttLink::Callbacks
{
    static MqttLink &of(void *object) { return *static_cast<MqttLink *>(object); }

    static void connected(mosquitto *, void *object, int reason, int, const mosquitto_property *)
    {
        MqttLink &link = of(object);
        ++link.m_events;
        if (reason == 0) {
            link.m_isConnected = true;
        } else {
            link.note(reason < 0x80 ? EngineErrorKind::Failed : kindOf(reason), saidBy(reason));
        }
    }
    static void disconnected(mosquitto *, void *object, int reason, const mosquitto_property *)
    {
        if (reason >= 0x80) { // the broker's, and not the library's
            of(object).note(kindOf(reason), saidBy(reason));
        }
    }
    static void subscribed(mosquitto *, void *object, int id, int count, const int *granted, const mosquitto_property *)
    {
        MqttLink &link = of(object);
        ++link.m_events;
        if (link.m_subscription == id) {
            link.m_subscription.reset();
        }
        for (int i = 0; i < count; ++i) {
            if (granted[i] >= 0x80) {
                link.note(kindOf(granted[i]), saidBy(granted[i]));
            }
        }
    }
    static void published(mosquitto *, void *object, int id, int reason, const mosquitto_property *)
    {
        MqttLink &link = of(object);
        ++link.m_events;
        link.m_sent.erase(id);
        if (reason >= 0x80) {
            link.note(kindOf(reason), saidBy(reason));
        }
    }
    static void message(mosquitto *, void *object, const mosquitto_message *message, const mosquitto_property *)
    {
        MqttLink &link = of(object);
        ++link.m_events;
        if (!link.m_onMessage || link.m_failure) {
            return;
        }
        try {
            const auto length = static_cast<std::size_t>(std::max(message->payloadlen, 0));
            link.m_onMessage(message->topic ? message->topic : "",
                             length == 0 ? std::string_view()
                                         : std::string_view(static_cast<const char *>(message->payload), length));
        } catch (const EngineError &error) {
            link.m_failure = error;
        } catch (const std::exception &error) { // no memory, say
            link.note(EngineErrorKind::Failed, error.what());
        }
    }
    static void logged(mosquitto *, void *object, int level, const char *text)
    {
        try {
            if (level == MOSQ_LOG_ERR && text) {
                of(object).m_lastLog = std::string_view(text).substr(0, 300);
            }
        } catch (const std::exception &) { // NOLINT(bugprone-empty-catch): it is but a message
        }
    }
};

MqttLink::MqttLink(const MqttOptions &options, MqttAddress address, std::string client)
    : m_options(options)
    , m_address(std::move(address))
    , m_client(std::move(client))
{
}

MqttLink::~MqttLink()
{
    close();
}

void MqttLink::close() noexcept
{
    m_isOpen = false;
    m_isConnected = false;
    if (!m_fork.isSameProcess()) { // the connection is the parent's
        static_cast<void>(m_readable.release());
        static_cast<void>(m_writable.release());
        m_mosquitto = nullptr;
        return;
    }
    for (auto *const notifier : {&m_readable, &m_writable}) {
        if (*notifier) {
            (*notifier)->setEnabled(false);
            (*notifier)->disconnect();
            notifier->release()->deleteLater(); // it may be what calls
        }
    }
    m_sent.clear();
    m_subscription.reset();
    if (mosquitto *const old = std::exchange(m_mosquitto, nullptr)) {
        mosquitto_message_v5_callback_set(old, nullptr);
        mosquitto_disconnect(old); // with what it would send again
        mosquitto_destroy(old);
    }
}

void MqttLink::fail(EngineErrorKind kind, const std::string &message)
{
    close();
    throw EngineError(kind, message, m_address.shown());
}

/// The first one counts.
void MqttLink::note(EngineErrorKind kind, const std::string &message) noexcept
{
    if (!m_failure) {
        m_failure.emplace(kind, message, m_address.shown());
    }
}

void MqttLink::throwFailure()
{
    if (m_failure) {
        const EngineError failure = *std::exchange(m_failure, std::nullopt);
        close();
        throw EngineError(failure);
    }
}

// Opening

void MqttLink::configureTls()
{
    const QByteArray ca = m_options.caFile.toLocal8Bit();
    const QByteArray certificate = m_options.certificateFile.toLocal8Bit();
    const QByteArray key = m_options.keyFile.toLocal8Bit();
    if (ca.isEmpty() && !certificate.isEmpty()) {
        fail(EngineErrorKind::Misuse, "MqttOptions::certificateFile needs a caFile as well");
    }
    int error = MOSQ_ERR_SUCCESS;
    if (ca.isEmpty()) {
        error = mosquitto_int_option(m_mosquitto, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
    } else {
        const auto given = [](const QByteArray &path) { return path.isEmpty() ? nullptr : path.constData(); };
        error = mosquitto_tls_set(m_mosquitto, ca.constData(), nullptr, given(certificate), given(key), nullptr);
    }
    if (error != MOSQ_ERR_SUCCESS) {
        fail(EngineErrorKind::Misuse,
             "MqttOptions::caFile, certificateFile or keyFile cannot be read: " + m_options.caFile.toStdString() + ' '
                 + m_options.certificateFile.toStdString() + ' ' + m_options.keyFile.toStdString());
    }
}

void MqttLink::configure()
{
    static const int begun = mosquitto_lib_init(); // and never ended: other threads may use it
    static_cast<void>(begun);
    m_mosquitto = mosquitto_new(m_client.c_str(), true, this);
    if (!m_mosquitto) {
        fail(EngineErrorKind::Failed, "libmosquitto makes no client");
    }
    mosquitto_int_option(m_mosquitto, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(m_mosquitto, MOSQ_OPT_RECEIVE_MAXIMUM, ReceiveMaximum);
    mosquitto_int_option(m_mosquitto, MOSQ_OPT_SEND_MAXIMUM, ReceiveMaximum); // the broker says how many it takes
    mosquitto_int_option(m_mosquitto, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_v5_callback_set(m_mosquitto, &Callbacks::connected);
    mosquitto_disconnect_v5_callback_set(m_mosquitto, &Callbacks::disconnected);
    mosquitto_subscribe_v5_callback_set(m_mosquitto, &Callbacks::subscribed);
    mosquitto_publish_v5_callback_set(m_mosquitto, &Callbacks::published);
    mosquitto_message_v5_callback_set(m_mosquitto, &Callbacks::message);
    mosquitto_log_callback_set(m_mosquitto, &Callbacks::logged);
    if (!m_address.user.isEmpty()) {
        const QByteArray password = m_address.password.toUtf8();
        mosquitto_username_pw_set(m_mosquitto, m_address.user.toUtf8().constData(),
                                  password.isEmpty() ? nullptr : password.constData());
    }
    if (m_address.isTls) {
        configureTls();
    }
}

/// False: this address does not answer. Throws if the broker refuses.
bool MqttLink::connectOnce(const char *bindAddress, std::chrono::milliseconds patience)
{
    close();
    m_failure.reset();
    m_lastLog.clear();
    configure();
    const auto keepAlive = static_cast<int>(std::clamp<qint64>(m_options.ping.count() * 4 / 1000, 10, 3600));
    const QDeadlineTimer until(patience);
    int error = mosquitto_connect_bind_async(m_mosquitto, m_address.host.toUtf8().constData(), m_address.port,
                                             keepAlive, bindAddress);
    requireSelectable(mosquitto_socket(m_mosquitto));
    while (error == MOSQ_ERR_SUCCESS && !m_isConnected && !m_failure && !until.hasExpired()) {
        const auto left = std::min<qint64>(until.remainingTime(), Slice.count());
        error = mosquitto_loop(m_mosquitto, static_cast<int>(std::max<qint64>(left, 0)), 1);
    }
    throwFailure();
    if (m_isConnected) {
        return true;
    }
    const std::string reason = error == MOSQ_ERR_SUCCESS ? "it does not answer" : textOf(error);
    const bool isTlsError =
        error == MOSQ_ERR_TLS || error == MOSQ_ERR_TLS_HANDSHAKE || m_lastLog.find("OpenSSL") != std::string::npos;
    if (m_address.isTls && isTlsError) {
        fail(EngineErrorKind::Denied, "the broker is not trusted, or does not speak TLS: " + reason + ", " + m_lastLog
                                          + "; name the certificate that signed its own in MqttOptions::caFile, and "
                                            "the broker by the name that is in it");
    }
    m_lastLog = reason;
    return false;
}

/// The library waits by select(), which knows so many files of a process and no more.
void MqttLink::requireSelectable(int socket)
{
#ifdef Q_OS_UNIX
    if (socket >= FD_SETSIZE) {
        fail(EngineErrorKind::Failed, "the program has more files and connections open than libmosquitto can wait for, "
                                      "which are "
                                          + std::to_string(FD_SETSIZE));
    }
#else
    static_cast<void>(socket);
#endif
}

void MqttLink::open()
{
    ignoreBrokenPipes();
    const QScopedValueRollback<bool> turning(m_isTurning, true);
    // A host may have two addresses, of which the library tries one when it does not wait: the second time it is IPv4.
    if (!connectOnce(nullptr, m_options.connectTimeout) && !connectOnce("0.0.0.0", m_options.connectTimeout)) {
        fail(EngineErrorKind::Unavailable, "the broker cannot be reached: " + m_lastLog);
    }
    m_isOpen = true;
    const int socket = mosquitto_socket(m_mosquitto);
    m_readable = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Read);
    m_writable = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Write);
    for (const auto &notifier : {m_readable.get(), m_writable.get()}) {
        QObject::connect(notifier, &QSocketNotifier::activated, notifier, [this] { event(); });
    }
    notify();
}

// Talking

void MqttLink::notify()
{
    if (m_isOpen) {
        m_writable->setEnabled(mosquitto_want_write(m_mosquitto));
    }
}

/// From the event loop.
void MqttLink::event()
{
    if (m_isTurning || !m_isOpen) {
        return;
    }
    try {
        turn();
    } catch (const EngineError &) { // NOLINT(bugprone-empty-catch): it is closed, which the next call says
    }
    if (m_onEvent) {
        m_onEvent();
    }
}

void MqttLink::loop(std::chrono::milliseconds patience)
{
    const int error = mosquitto_loop(m_mosquitto, static_cast<int>(patience.count()), 1);
    throwFailure();
    if (error != MOSQ_ERR_SUCCESS) {
        fail(EngineErrorKind::Unavailable, "the connection to the broker is lost: " + textOf(error));
    }
}

void MqttLink::turn()
{
    if (!m_isOpen) {
        throw EngineError(EngineErrorKind::Unavailable, "the connection to the broker is lost", m_address.shown());
    }
    const QScopedValueRollback<bool> turning(m_isTurning, true);
    for (std::uint64_t before = m_events + 1; before != m_events;) {
        before = m_events;
        loop(std::chrono::milliseconds(0));
    }
    notify();
}

void MqttLink::waitUntil(const std::function<bool()> &condition)
{
    const QScopedValueRollback<bool> turning(m_isTurning, true);
    QDeadlineTimer until(m_options.answerTimeout);
    QDeadlineTimer last(m_options.answerTimeout * WholeMessage);
    std::uint64_t events = m_events;
    while (!condition()) {
        if (!m_isOpen) {
            throw EngineError(EngineErrorKind::Unavailable, "the connection to the broker is lost", m_address.shown());
        }
        if (std::exchange(events, m_events) != m_events) {
            until = QDeadlineTimer(m_options.answerTimeout);
            last = QDeadlineTimer(m_options.answerTimeout * WholeMessage);
        } else if (until.hasExpired() || last.hasExpired()) {
            fail(EngineErrorKind::Unavailable,
                 "the broker has not answered for " + std::to_string(m_options.answerTimeout.count())
                     + " ms; it has to let this user read and write the topics ns/name/#, and be quick enough");
        }
        const auto patience = std::clamp(std::chrono::milliseconds(until.remainingTime()), Least, Slice);
        QElapsedTimer time;
        time.start();
        loop(patience);
        if (time.elapsed() < patience.count()) { // bytes have come or gone: a part of a large message, say
            until = QDeadlineTimer(m_options.answerTimeout);
        }
    }
    notify();
}

void MqttLink::subscribe(const std::vector<std::string> &filters)
{
    std::vector<char *> names;
    names.reserve(filters.size());
    for (const std::string &filter : filters) {
        names.push_back(const_cast<char *>(filter.c_str())); // NOLINT: the library's type; it does not write
    }
    int id = 0;
    const int error =
        mosquitto_subscribe_multiple(m_mosquitto, &id, static_cast<int>(names.size()), names.data(), 1, 0, nullptr);
    if (error != MOSQ_ERR_SUCCESS) {
        fail(EngineErrorKind::Unavailable, "the broker takes no subscription: " + textOf(error));
    }
    m_subscription = id;
    waitUntil([this] { return !m_subscription; });
}

void MqttLink::publish(const std::string &topic, std::string_view payload, bool isRetained)
{
    if (!m_isOpen) {
        throw EngineError(EngineErrorKind::Unavailable, "the connection to the broker is lost", m_address.shown());
    }
    int id = 0;
    const QScopedValueRollback<bool> turning(m_isTurning, true);
    const int error = mosquitto_publish_v5(m_mosquitto, &id, topic.c_str(), static_cast<int>(payload.size()),
                                           payload.data(), 1, isRetained, nullptr);
    throwFailure();
    if (error == MOSQ_ERR_RETAIN_NOT_SUPPORTED || error == MOSQ_ERR_QOS_NOT_SUPPORTED) {
        fail(EngineErrorKind::Failed, "the broker keeps no retained messages, or does not acknowledge: it is of no use "
                                      "here");
    }
    if (error == MOSQ_ERR_OVERSIZE_PACKET || error == MOSQ_ERR_PAYLOAD_SIZE) {
        throw EngineError(EngineErrorKind::TooLarge,
                          "the broker takes no message of " + std::to_string(payload.size()) + " bytes",
                          m_address.shown());
    }
    if (error != MOSQ_ERR_SUCCESS) {
        fail(EngineErrorKind::Unavailable, "the connection to the broker is lost: " + textOf(error));
    }
    m_sent.insert(id);
    notify();
}

} // namespace nanostores::detail
