// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/wiresession.h>

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr int Version = 1;
constexpr std::uint64_t MostCredit = 1'000'000;

/// In a time that says nothing of where they differ.
bool isSame(const QByteArray &a, const QByteArray &b) noexcept
{
    if (a.size() != b.size()) {
        return false;
    }
    unsigned difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned>(static_cast<unsigned char>(b[i]));
    }
    return difference == 0;
}

constexpr std::array<std::pair<InspectorCapability, const char *>, 3> CapabilityNames = {
    {{InspectorCapability::Read, "read"},
     {InspectorCapability::Edit, "edit"},
     {InspectorCapability::Travel, "travel"}}};

QJsonArray namesOf(InspectorCapabilities capabilities)
{
    QJsonArray names;
    for (const auto &[capability, name] : CapabilityNames) {
        if (capabilities & capability) {
            names.append(QLatin1String(name));
        }
    }
    return names;
}

InspectorCapabilities capabilitiesIn(const QJsonArray &names)
{
    InspectorCapabilities capabilities = InspectorCapability::Read;
    for (const auto &[capability, name] : CapabilityNames) {
        if (names.contains(QLatin1String(name))) {
            capabilities |= capability;
        }
    }
    return capabilities;
}

/// `id` is a number or a text, and goes back as it came.
bool isId(const QJsonValue &id)
{
    return id.isDouble() || (id.isString() && id.toString().size() <= 64);
}

} // namespace

WireDesk::~WireDesk() = default;

WireSession::WireSession(WireDesk &desk, InspectorCapabilities most, QByteArray token, WireLimits limits)
    : m_desk(desk)
    , m_most(most)
    , m_token(std::move(token))
    , m_limits(limits)
{
}

void WireSession::receive(const QByteArray &bytes, qsizetype unread)
{
    if (m_isOver) {
        return;
    }
    m_received += bytes;
    findLine();
    goOn(unread);
}

void WireSession::findLine()
{
    const qsizetype most = m_isOpen ? m_limits.lineBytes : m_limits.helloBytes;
    const qsizetype end = m_received.indexOf('\n', m_searched);
    m_hasLine = end >= 0;
    m_searched = m_hasLine ? end : m_received.size();
    if (m_searched <= most) {
        return;
    }
    if (m_isOpen) {
        refuse(QStringLiteral("a request is longer than %1 bytes").arg(most), QStringLiteral("too-long"));
    }
    m_isOver = true; // and to what is no client nothing is said
}

void WireSession::goOn(qsizetype unread)
{
    for (int lines = 0; m_hasLine && !m_isOver && lines < m_limits.linesATurn; ++lines) {
        if (m_output.size() + unread >= m_limits.unreadBytes) {
            return;
        }
        const QByteArray line = m_received.left(m_searched);
        m_received.remove(0, m_searched + 1);
        m_searched = 0;
        m_isOpen ? takeRequest(line) : takeHello(line);
        findLine();
    }
    while (!m_isOver && isEventDue() && m_output.size() + unread < m_limits.unreadBytes) {
        --m_credit;
        if (m_events.empty()) {
            queueLost();
        }
        m_queuedBytes -= m_events.front().size();
        m_output += "{\"event\":";
        m_output.append(m_events.front().data(), static_cast<qsizetype>(m_events.front().size()));
        m_output += "}\n";
        m_events.pop_front();
    }
}

QByteArray WireSession::takeOutput()
{
    return std::exchange(m_output, QByteArray());
}

void WireSession::write(const QJsonObject &object)
{
    m_output += QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

void WireSession::refuse(const QString &error, const QString &code)
{
    write({{QStringLiteral("error"), error}, {QStringLiteral("code"), code}});
    m_isOver = true;
}

/// What is no hello, such as the request of a browser, gets no answer.
void WireSession::takeHello(const QByteArray &line)
{
    const QJsonObject hello = QJsonDocument::fromJson(line).object();
    const QJsonValue version = hello.value(QLatin1String("nanostores"));
    if (!version.isDouble()) {
        m_isOver = true;
        return;
    }
    if (!m_token.isEmpty() && !isSame(hello.value(QLatin1String("token")).toString().toLatin1(), m_token)) {
        refuse(QStringLiteral("the token is wrong; it is in the file that the program has written for its user"),
               QStringLiteral("token"));
        return;
    }
    if (version.toInt() != Version) {
        refuse(QStringLiteral("this program speaks version %1 of the protocol").arg(Version),
               QStringLiteral("version"));
        return;
    }
    m_granted = capabilitiesIn(hello.value(QLatin1String("capabilities")).toArray()) & m_most;
    m_isOpen = true;
    QJsonObject greeting = m_desk.greeting();
    greeting.insert(QStringLiteral("nanostores"), Version);
    greeting.insert(QStringLiteral("capabilities"), namesOf(m_granted));
    write(greeting);
}

void WireSession::takeRequest(const QByteArray &line)
{
    if (line.trimmed().isEmpty()) {
        return;
    }
    QJsonParseError problem{};
    const QJsonDocument document = QJsonDocument::fromJson(line, &problem);
    const QJsonObject request = document.object();
    const QJsonValue id = request.value(QLatin1String("id"));
    if (!document.isObject() || !isId(id)) {
        const QString reason =
            problem.error != QJsonParseError::NoError ? problem.errorString() : QStringLiteral("it has no \"id\"");
        answer(QJsonValue::Null,
               {{}, QStringLiteral("a request is an object in one line: ") + reason, QStringLiteral("syntax")});
        return;
    }
    const QString what = request.value(QLatin1String("do")).toString();
    if (what == QLatin1String("watch")) {
        answer(id, watch(request));
    } else if (what == QLatin1String("unwatch")) {
        m_patterns.clear();
        m_events.clear();
        m_queuedBytes = 0;
        m_lost = 0;
        m_desk.watched();
        answer(id, {});
    } else if (what == QLatin1String("more")) {
        answer(id, more(request));
    } else {
        answer(id, m_desk.answer(what, request, *this));
    }
}

void WireSession::answer(const QJsonValue &id, const WireDesk::Answer &given)
{
    QJsonObject line{{QStringLiteral("id"), id}};
    if (given.error.isEmpty()) {
        line.insert(QStringLiteral("reply"), given.reply);
    } else {
        line.insert(QStringLiteral("error"), given.error);
        line.insert(QStringLiteral("code"), given.code);
    }
    write(line);
}

WireDesk::Answer WireSession::watch(const QJsonObject &request)
{
    const QJsonArray names = request.value(QLatin1String("stores")).toArray();
    std::vector<std::string> patterns;
    for (const QJsonValue &name : names) {
        if (!name.isString() || name.toString().isEmpty() || name.toString().size() > 1024) {
            return {{}, QStringLiteral("\"stores\" has patterns of names: [\"cart/*\"]"), QStringLiteral("syntax")};
        }
        patterns.push_back(name.toString().toStdString());
    }
    if (patterns.empty() || patterns.size() > m_limits.patterns) {
        return {{},
                QStringLiteral("\"stores\" has one to %1 patterns of names: [\"cart/*\"]").arg(m_limits.patterns),
                QStringLiteral("syntax")};
    }
    m_patterns = std::move(patterns);
    m_desk.watched();
    return {};
}

WireDesk::Answer WireSession::more(const QJsonObject &request)
{
    const double n = request.value(QLatin1String("n")).toDouble();
    if (!(n >= 1 && n <= double(MostCredit)) || std::floor(n) != n) {
        return {{},
                QStringLiteral("\"n\" is how many events are wanted, from 1 to %1").arg(MostCredit),
                QStringLiteral("syntax")};
    }
    m_credit = std::min(MostCredit, m_credit + static_cast<std::uint64_t>(n));
    return {};
}

bool WireSession::wants(std::string_view name) const
{
    return isWatching() && std::any_of(m_patterns.begin(), m_patterns.end(), [name](const std::string &pattern) {
               return matches(pattern, name);
           });
}

void WireSession::queueLost()
{
    m_events.push_back("{\"kind\":\"leftOut\",\"events\":" + std::to_string(std::exchange(m_lost, 0)) + '}');
    m_queuedBytes += m_events.back().size();
}

void WireSession::event(std::string_view line)
{
    if (!hasRoom()) {
        lose();
        return;
    }
    if (m_lost > 0) { // what was lost comes before what came after it
        queueLost();
    }
    m_events.emplace_back(line);
    m_queuedBytes += line.size();
}

} // namespace nanostores::detail
