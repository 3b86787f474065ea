// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/export.h>
#include <nanostores/inspector/inspector.h>

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace nanostores::detail {

/// How much of each a client of an inspector may use.
struct WireLimits
{
    qsizetype helloBytes = 256; ///< The first line.
    qsizetype lineBytes = 1 << 20; ///< Of a request.
    qsizetype unreadBytes = 1 << 20; ///< While the client has not read so much, it gets no answers.
    std::size_t queuedBytes = 1 << 20; ///< Of events that it has not asked for yet.
    int linesATurn = 64; ///< Requests in one turn of the program's event loop.
    std::size_t patterns = 64;
};

class WireSession;

/// Answers what one client asks.
class NANOSTORES_INSPECTOR_EXPORT WireDesk
{
public:
    struct Answer
    {
        QJsonObject reply;
        QString error; ///< Not empty: there is no reply.
        QString code; ///< Of the error: for programs.
    };

    WireDesk() = default;
    WireDesk(const WireDesk &) = delete;
    WireDesk &operator=(const WireDesk &) = delete;
    virtual ~WireDesk();

    /// What the first line that it sends says of the program.
    virtual QJsonObject greeting() const = 0;
    virtual Answer answer(const QString &what, const QJsonObject &request, const WireSession &asker) = 0;
    /// The session wants events now, or does no more.
    virtual void watched() = 0;
};

/// Bytes of one client and to it, without a socket.
///
/// The first line is the hello: `{"nanostores":1,"capabilities":["read"],"token":"..."}`. Then each line is a request,
/// `{"id":1,"do":"get","store":"shop::count"}`, and has an answer, `{"id":1,"reply":{...}}` or
/// `{"id":1,"error":"...","code":"..."}`. After `{"do":"watch","stores":["*"]}` events come as lines `{"event":{...}}`,
/// as many as `{"do":"more","n":500}` has asked for. Those that find no room are counted, and said in an event:
/// `{"kind":"leftOut","events":3}`.
class NANOSTORES_INSPECTOR_EXPORT WireSession
{
public:
    WireSession(WireDesk &desk, InspectorCapabilities most, QByteArray token, WireLimits limits = {});

    /// Takes bytes of the client, and answers as many lines as there is room for. unread: what was sent and the client
    /// has not read.
    void receive(const QByteArray &bytes, qsizetype unread);
    /// Goes on with what it has: after a turn, or when the client has read.
    void goOn(qsizetype unread);
    /// Whether more bytes are to be read of the client.
    bool wantsBytes() const noexcept { return m_received.size() <= m_limits.lineBytes; }
    /// Whether goOn() would do something, if the client read all.
    bool hasWork() const noexcept { return !m_isOver && (m_hasLine || isEventDue()); }
    /// To be sent, and then forgotten.
    QByteArray takeOutput();
    /// The client is to be cut off, when the output is sent.
    bool isOver() const noexcept { return m_isOver; }
    bool isOpen() const noexcept { return m_isOpen && !m_isOver; }
    /// What the client may do.
    InspectorCapabilities granted() const noexcept { return m_granted; }
    bool isWatching() const noexcept { return isOpen() && !m_patterns.empty(); }
    /// Whether an event of a store of this name is to be handed to event().
    bool wants(std::string_view name) const;
    /// line: JSON.
    void event(std::string_view line);
    /// An event that is not formatted, because there is no room for it.
    bool hasRoom() const noexcept { return m_queuedBytes < m_limits.queuedBytes; }
    void lose() noexcept { ++m_lost; }
    /// What it holds in memory.
    std::size_t bytes() const noexcept { return static_cast<std::size_t>(m_received.size()) + m_queuedBytes; }

private:
    void takeHello(const QByteArray &line);
    void takeRequest(const QByteArray &line);
    void refuse(const QString &error, const QString &code);
    void write(const QJsonObject &object);
    void answer(const QJsonValue &id, const WireDesk::Answer &answer);
    WireDesk::Answer watch(const QJsonObject &request);
    WireDesk::Answer more(const QJsonObject &request);
    bool isEventDue() const noexcept { return m_credit > 0 && (!m_events.empty() || m_lost > 0); }
    void findLine();
    void queueLost();

    WireDesk &m_desk;
    const InspectorCapabilities m_most;
    const QByteArray m_token; ///< Empty: none is asked for.
    const WireLimits m_limits;
    InspectorCapabilities m_granted;
    QByteArray m_received;
    qsizetype m_searched = 0; ///< So many bytes of it have no end of a line.
    bool m_hasLine = false;
    QByteArray m_output;
    std::vector<std::string> m_patterns;
    std::deque<std::string> m_events;
    std::size_t m_queuedBytes = 0;
    std::uint64_t m_credit = 0;
    std::uint64_t m_lost = 0;
    bool m_isOpen = false;
    bool m_isOver = false;
};

} // namespace nanostores::detail
