// SPDX-License-Identifier: MIT
#include <nanostores/inspector/client.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>

#include <QHash>
#include <QHostAddress>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

namespace nanostores {

namespace {

constexpr qsizetype MostOfALine = 4 << 20; ///< An answer is shorter.
constexpr int CreditStep = 2000; ///< So many events are asked for at a time.
constexpr int LinesOfATurn = 100; ///< Of the event loop, so that a window goes on while many events come.
constexpr qint64 MostWaiting = 1 << 20; ///< Bytes in the socket.
constexpr int TimeOfConnecting = 5000;

} // namespace

class InspectorClient::Private final : public QObject
{
public:
    explicit Private(Options clientOptions)
        : options(clientOptions)
    {
        poll.setInterval(options.interval);
        poll.setSingleShot(true);
        m_rest.setSingleShot(true);
        connect(&m_rest, &QTimer::timeout, this, [this] { read(LinesOfATurn); });
        connect(&poll, &QTimer::timeout, this, [this] { list(); });
        patience.setSingleShot(true);
        connect(&patience, &QTimer::timeout, this,
                [this] { end(InspectorState::Refused, QStringLiteral("the program does not answer")); });
    }
    ~Private() override { drop(); }

    void open(const InspectorEndpoint &endpoint);
    void end(InspectorState newState, const QString &reason);
    void request(const QString &what, QJsonObject content, Take take);
    void list();
    void takeEvents();
    void startWatch();

    const Options options;
    const Atom<InspectorState> state = Atom<InspectorState>(InspectorState::Idle).named("inspector/state");
    const Atom<QString> problem = Atom<QString>(QString()).named("inspector/problem");
    const Atom<InspectedProgram> program = Atom<InspectedProgram>(InspectedProgram()).named("inspector/program");
    const List<InspectedStore, QList<InspectedStore>> stores =
        nanostores::list(QList<InspectedStore>()).named("inspector/stores");

    QStringList patterns;
    std::function<void(const QList<InspectedEvent> &)> events;

private:
    void drop();
    void read(int most);
    void takeLines(int most);
    void takeLine(const QByteArray &line);
    void takeGreeting(const QJsonObject &greeting);
    void takeStores(const QJsonObject &reply);
    void failAll(const QString &reason);

    QIODevice *m_device = nullptr;
    QByteArray m_token;
    QByteArray m_received;
    QTimer m_rest; ///< Takes what is received, and was not taken in its turn.
    QHash<qint64, Take> m_asked;
    qint64 m_ids = 0;
    qint64 m_serial = 0;
    int m_credit = 0;
    bool m_isGreeted = false;
    QList<InspectedEvent> m_events;
    QHash<qint64, qsizetype> m_places; ///< Of stores in the list.
    QTimer poll;
    QTimer patience;
};

void InspectorClient::Private::open(const InspectorEndpoint &endpoint)
{
    drop();
    m_token = endpoint.token;
    batch([this] {
        state.set(InspectorState::Connecting);
        problem.set({});
        program.set({});
        stores.clear();
    });
    const auto failed = [this] {
        end(m_isGreeted ? InspectorState::Ended : InspectorState::Refused, m_device->errorString());
    };
    const auto hello = [this] {
        QJsonArray capabilities{QStringLiteral("read")};
        if (options.edits) {
            capabilities.append(QStringLiteral("edit"));
        }
        if (options.travels) {
            capabilities.append(QStringLiteral("travel"));
        }
        QJsonObject content{{QStringLiteral("nanostores"), 1}, {QStringLiteral("capabilities"), capabilities}};
        if (!m_token.isEmpty()) {
            content.insert(QStringLiteral("token"), QString::fromLatin1(m_token));
        }
        m_device->write(QJsonDocument(content).toJson(QJsonDocument::Compact) + '\n');
    };
    const auto closed = [this] {
        read(std::numeric_limits<int>::max());
        end(m_isGreeted ? InspectorState::Ended : InspectorState::Refused,
            m_isGreeted ? QStringLiteral("the program has ended")
                        : QStringLiteral("the program has cut the connection"));
    };
    patience.start(TimeOfConnecting);
    if (endpoint.port != 0) {
        auto *const socket = new QTcpSocket(this);
        m_device = socket;
        socket->setReadBufferSize(MostWaiting);
        connect(socket, &QTcpSocket::connected, this, hello);
        connect(socket, &QTcpSocket::disconnected, this, closed);
        connect(socket, &QTcpSocket::errorOccurred, this, [failed](QAbstractSocket::SocketError error) {
            if (error != QAbstractSocket::RemoteHostClosedError) {
                failed();
            }
        });
        connect(socket, &QIODevice::readyRead, this, [this] { read(LinesOfATurn); });
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), endpoint.port);
    } else {
        auto *const socket = new QLocalSocket(this);
        m_device = socket;
        socket->setReadBufferSize(MostWaiting);
        connect(socket, &QLocalSocket::connected, this, hello);
        connect(socket, &QLocalSocket::disconnected, this, closed);
        connect(socket, &QLocalSocket::errorOccurred, this, [failed](QLocalSocket::LocalSocketError error) {
            if (error != QLocalSocket::PeerClosedError) {
                failed();
            }
        });
        connect(socket, &QIODevice::readyRead, this, [this] { read(LinesOfATurn); });
        socket->connectToServer(endpoint.socket);
    }
}

/// Without a word to the observers.
void InspectorClient::Private::drop()
{
    poll.stop();
    patience.stop();
    if (m_device) {
        m_device->disconnect(this);
        m_device->close();
        m_device->deleteLater();
        m_device = nullptr;
    }
    m_received.clear();
    m_rest.stop();
    m_serial = 0;
    m_credit = 0;
    m_isGreeted = false;
    m_events.clear();
    m_places.clear();
    failAll(QStringLiteral("the connection has ended"));
}

void InspectorClient::Private::end(InspectorState newState, const QString &reason)
{
    if (!m_device) {
        return;
    }
    takeEvents();
    drop();
    batch([&] {
        state.set(newState);
        if (problem.get().isEmpty()) { // what the program has said of it is more
            problem.set(reason);
        }
    });
}

void InspectorClient::Private::failAll(const QString &reason)
{
    const QHash<qint64, Take> asked = std::exchange(m_asked, {});
    for (const Take &take : asked) {
        if (take) {
            take({{}, reason, QStringLiteral("ended")});
        }
    }
}

void InspectorClient::Private::request(const QString &what, QJsonObject content, Take take)
{
    if (!m_device || !m_isGreeted) {
        if (take) {
            take({{}, QStringLiteral("there is no connection to a program"), QStringLiteral("ended")});
        }
        return;
    }
    const qint64 id = ++m_ids;
    content.insert(QStringLiteral("id"), id);
    content.insert(QStringLiteral("do"), what);
    m_asked.insert(id, std::move(take));
    m_device->write(QJsonDocument(content).toJson(QJsonDocument::Compact) + '\n');
}

/// What comes while lines wait to be taken is left to the socket, which lets the program wait.
void InspectorClient::Private::read(int most)
{
    if (most > LinesOfATurn || !m_received.contains('\n')) {
        m_received += m_device->readAll();
    }
    takeLines(most);
}

void InspectorClient::Private::takeLines(int most)
{
    const QIODevice *const device = m_device;
    qsizetype begin = 0;
    qsizetype end = m_received.indexOf('\n');
    for (int taken = 0; end >= 0 && taken < most; ++taken) {
        const QByteArray line = m_received.mid(begin, end - begin);
        begin = end + 1;
        takeLine(line);
        if (m_device != device) {
            return;
        }
        end = m_received.indexOf('\n', begin);
    }
    m_received.remove(0, begin);
    if (end < 0 && m_received.size() > MostOfALine) {
        this->end(InspectorState::Ended, QStringLiteral("the program sends lines that are too long"));
        return;
    }
    if (end >= 0 || m_device->bytesAvailable() > 0) {
        m_rest.start(0);
    }
    takeEvents();
}

void InspectorClient::Private::takeLine(const QByteArray &line)
{
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    if (const QJsonValue event = object.value(QLatin1String("event")); event.isObject()) {
        InspectedEvent taken = InspectedEvent::ofJson(event.toObject());
        taken.line = line.mid(9, line.size() - 10); // {"event":...}
        m_events.append(std::move(taken));
        --m_credit;
        return;
    }
    const QString error = object.value(QLatin1String("error")).toString();
    if (!m_isGreeted) {
        if (error.isEmpty()) {
            takeGreeting(object);
        } else {
            problem.set(error);
        }
        return;
    }
    if (!object.contains(QLatin1String("id"))) {
        problem.set(error);
        return;
    }
    const Take take = m_asked.take(object.value(QLatin1String("id")).toInteger());
    if (take) {
        take({object.value(QLatin1String("reply")).toObject(), error, object.value(QLatin1String("code")).toString()});
    }
}

void InspectorClient::Private::takeGreeting(const QJsonObject &greeting)
{
    if (greeting.value(QLatin1String("nanostores")).toInt() != 1) {
        end(InspectorState::Refused, QStringLiteral("it is no program with an inspector of this version"));
        return;
    }
    m_isGreeted = true;
    patience.stop();
    InspectedProgram found;
    found.app = greeting.value(QLatin1String("app")).toString();
    found.pid = greeting.value(QLatin1String("pid")).toInteger();
    found.version = greeting.value(QLatin1String("version")).toString();
    found.qt = greeting.value(QLatin1String("qt")).toString();
    found.started = greeting.value(QLatin1String("started")).toString();
    const QJsonArray granted = greeting.value(QLatin1String("capabilities")).toArray();
    found.canEdit = granted.contains(QStringLiteral("edit"));
    found.canTravel = granted.contains(QStringLiteral("travel"));
    batch([&] {
        program.set(found);
        state.set(InspectorState::Connected);
    });
    if (options.follows) {
        list();
    }
    startWatch();
}

// Stores

void InspectorClient::Private::list()
{
    request(QStringLiteral("list"), {{QStringLiteral("since"), m_serial}}, [this](const Answer &answer) {
        if (!answer) {
            return;
        }
        takeStores(answer.reply);
        if (answer.reply.value(QLatin1String("more")).toBool()) {
            list();
        } else {
            poll.start();
        }
    });
}

void InspectorClient::Private::takeStores(const QJsonObject &reply)
{
    m_serial = reply.value(QLatin1String("serial")).toInteger();
    const QJsonArray rows = reply.value(QLatin1String("stores")).toArray();
    const QJsonArray gone = reply.value(QLatin1String("gone")).toArray();
    const bool isWhole = reply.value(QLatin1String("whole")).toBool();
    if (rows.isEmpty() && gone.isEmpty() && !isWhole) {
        return;
    }
    batch([&] {
        if (isWhole && stores.size() > 0) {
            stores.clear();
        }
        if (isWhole) {
            m_places.clear();
        }
        if (!gone.isEmpty()) {
            for (const QJsonValue &id : gone) {
                m_places.remove(id.toInteger());
            }
            stores.removeIf([this](const InspectedStore &store) { return !m_places.contains(store.number); });
            for (qsizetype i = 0; i < qsizetype(stores.size()); ++i) {
                m_places.insert(stores.at(std::size_t(i)).number, i);
            }
        }
        QList<InspectedStore> added;
        for (const QJsonValue &row : rows) {
            const InspectedStore store = InspectedStore::ofJson(row.toObject());
            const auto known = m_places.constFind(store.number);
            if (known == m_places.constEnd()) {
                m_places.insert(store.number, qsizetype(stores.size()) + added.size());
                added.append(store);
            } else if (*known < qsizetype(stores.size())) {
                stores.setAt(std::size_t(*known), store);
            }
        }
        if (!added.isEmpty()) {
            stores.appendAll(added);
        }
    });
}

// Events

void InspectorClient::Private::startWatch()
{
    if (!m_isGreeted || patterns.isEmpty()) {
        return;
    }
    request(QStringLiteral("watch"), {{QStringLiteral("stores"), QJsonArray::fromStringList(patterns)}},
            [this](const Answer &answer) {
                if (!answer) {
                    problem.set(answer.error);
                }
            });
    m_credit = CreditStep;
    request(QStringLiteral("more"), {{QStringLiteral("n"), CreditStep}}, {});
}

void InspectorClient::Private::takeEvents()
{
    if (m_events.isEmpty()) {
        return;
    }
    const QList<InspectedEvent> taken = std::exchange(m_events, {});
    if (events) {
        try {
            events(taken);
        } catch (...) { // no exception goes through Qt's event loop
            detail::reportError(std::current_exception());
        }
    }
    if (m_device && m_isGreeted && m_credit < CreditStep / 2) {
        request(QStringLiteral("more"), {{QStringLiteral("n"), CreditStep - m_credit}}, {});
        m_credit = CreditStep;
    }
}

// The client

InspectorClient::InspectorClient()
    : InspectorClient(Options())
{
}

InspectorClient::InspectorClient(Options options)
    : m_private(std::make_unique<Private>(options))
{
}

InspectorClient::~InspectorClient() = default;

void InspectorClient::connectTo(const InspectorEndpoint &endpoint)
{
    m_private->open(endpoint);
}

void InspectorClient::disconnect()
{
    m_private->end(InspectorState::Idle, {});
}

Readonly<Atom<InspectorState>::node_type> InspectorClient::state() const
{
    return readonly(m_private->state);
}

Readonly<Atom<QString>::node_type> InspectorClient::problem() const
{
    return readonly(m_private->problem);
}

Readonly<Atom<InspectedProgram>::node_type> InspectorClient::program() const
{
    return readonly(m_private->program);
}

Readonly<List<InspectedStore, QList<InspectedStore>>::node_type> InspectorClient::stores() const
{
    return readonly(m_private->stores);
}

void InspectorClient::ask(const QString &what, QJsonObject request, Take take)
{
    m_private->request(what, std::move(request), std::move(take));
}

void InspectorClient::watch(const QStringList &patterns,
                            std::function<void(const QList<InspectedEvent> &events)> events)
{
    m_private->patterns = patterns;
    m_private->events = std::move(events);
    m_private->startWatch();
}

void InspectorClient::unwatch()
{
    m_private->patterns.clear();
    m_private->events = nullptr;
    m_private->request(QStringLiteral("unwatch"), {}, {});
}

void InspectorClient::set(qint64 store, const QJsonValue &value, Take take)
{
    ask(QStringLiteral("set"), {{QStringLiteral("store"), store}, {QStringLiteral("value"), value}}, std::move(take));
}

} // namespace nanostores
