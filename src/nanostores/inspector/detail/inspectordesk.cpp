// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/inspectordesk.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/edit.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/inspector/detail/deskanswers.h>
#include <nanostores/logger/detail/text.h>
#include <nanostores/logger/sinks.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr std::size_t MostRows = 500; ///< Of one answer to "list".
constexpr std::size_t RowText = 200; ///< Bytes of a value in a table.
constexpr std::size_t MostAnswer = 900'000; ///< Bytes of a value: with its name it is shorter than a line may be.
constexpr std::size_t MostEvent = 200'000;

std::vector<Redaction> withThoseOfTheEnvironment(std::vector<Redaction> rules)
{
    const QList<QByteArray> patterns = qgetenv("NANOSTORES_INSPECT_REDACT").split(',');
    for (const QByteArray &pattern : patterns) {
        if (!pattern.trimmed().isEmpty()) {
            rules.emplace_back(pattern.trimmed().toStdString());
        }
    }
    return rules;
}

InspectorOptions completed(InspectorOptions options)
{
    options.redact = withThoseOfTheEnvironment(std::move(options.redact));
    if (!options.redact.empty()) {
        options.trace.valueBytes = 0; // it knows no rules
    }
    return options;
}

} // namespace

/// Where the logger writes to.
class InspectorDesk::Feed final : public LogSink
{
public:
    explicit Feed(InspectorDesk &desk)
        : m_desk(desk)
    {
    }
    void write(const LogTree &tree) override { m_desk.hand(tree); }

private:
    InspectorDesk &m_desk;
};

InspectorDesk::InspectorDesk(InspectorOptions options)
    : m_options(completed(std::move(options)))
    , m_rules(m_options.redact)
    , m_lines(jsonLines([this](std::string_view line) { m_line = line; }))
    , m_started(QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs))
{
    m_trace.emplace(m_options.trace);
    if (m_options.capabilities & InspectorCapability::Travel) {
        m_travel.emplace(m_options.travelSteps);
        m_meter.setMuted([this] { return m_travel && m_travel->isTravelling(); });
    }
}

InspectorDesk::~InspectorDesk()
{
    m_logger.reset(); // calls the feed no more
}

QJsonObject InspectorDesk::greeting() const
{
    return {{QStringLiteral("app"), m_options.name.isEmpty() ? QCoreApplication::applicationName() : m_options.name},
            {QStringLiteral("pid"), QCoreApplication::applicationPid()},
            {QStringLiteral("version"), QCoreApplication::applicationVersion()},
            {QStringLiteral("started"), m_started},
            {QStringLiteral("qt"), QLatin1String(qVersion())}};
}

/// What needs more than to be allowed to look.
bool InspectorDesk::mayDo(const QString &what, const WireSession &asker, Answer &refusal) const
{
    const bool isTravel = what == QLatin1String("steps") || what == QLatin1String("travel");
    const bool isEdit = what == QLatin1String("set") || what == QLatin1String("replay");
    if (isEdit && !(asker.granted() & InspectorCapability::Edit)) {
        refusal =
            failure(QStringLiteral("this client may not set stores: the hello has to ask for \"edit\", and the program "
                                   "has to allow it by InspectorOptions::capabilities"),
                    "denied");
    } else if (isTravel && !(asker.granted() & InspectorCapability::Travel && m_travel)) {
        refusal =
            failure(QStringLiteral("this client may not travel in time: the hello has to ask for \"travel\", and the "
                                   "program has to allow it by InspectorOptions::capabilities"),
                    "denied");
    } else {
        return true;
    }
    return false;
}

WireDesk::Answer InspectorDesk::answer(const QString &what, const QJsonObject &request, const WireSession &asker)
{
    Answer refusal;
    if (!mayDo(what, asker, refusal)) {
        return refusal;
    }
    using Answering = Answer (InspectorDesk::*)(const QJsonObject &);
    static constexpr std::pair<const char *, Answering> answers[] = {{"list", &InspectorDesk::list},
                                                                     {"get", &InspectorDesk::get},
                                                                     {"set", &InspectorDesk::set},
                                                                     {"why", &InspectorDesk::why},
                                                                     {"graph", &InspectorDesk::graph}};
    Client *const client = clientOf(asker);
    try {
        for (const auto &[name, answering] : answers) {
            if (what == QLatin1String(name)) {
                return (this->*answering)(request);
            }
        }
        if (what == QLatin1String("steps")) {
            return m_travel->steps(request);
        }
        if (what == QLatin1String("travel")) {
            return m_travel->travel(request, asker);
        }
        if (client && what == QLatin1String("record")) {
            client->tap = std::make_unique<SessionTap>(m_options.redact);
            return {};
        }
        if (client && what == QLatin1String("lines")) {
            return client->tap ? client->tap->take()
                               : failure(QStringLiteral("nothing is recorded; ask \"record\" first"), "unknown");
        }
        if (client && what == QLatin1String("replay")) {
            return client->replay.take(request, m_options.redact);
        }
    } catch (const std::exception &error) { // what a value's functions threw, or no memory
        return failure(QStringLiteral("the program has thrown: ") + QString::fromUtf8(error.what()), "threw");
    }
    return failure(QStringLiteral("\"do\" is one of list, get, set, why, graph, watch, more, unwatch, record, lines, "
                                  "replay, steps, travel"),
                   "unknown");
}

// Which store

InspectorDesk::Found InspectorDesk::find(const QJsonObject &request)
{
    const QJsonValue store = request.value(QLatin1String("store"));
    if (store.isDouble()) {
        Node *const node =
            store.toInteger(-1) > 0 ? m_meter.nodeOf(static_cast<std::uint64_t>(store.toInteger())) : nullptr;
        return node ? Found{node, {}}
                    : Found{nullptr, failure(QStringLiteral("there is no such store any more"), "store")};
    }
    if (!store.isString()) {
        return {nullptr, failure(QStringLiteral("\"store\" is the name of a store, or its number"), "syntax")};
    }
    const std::vector<Node *> found = m_meter.nodesNamed(store.toString().toStdString());
    if (found.empty()) {
        return {nullptr, failure(QStringLiteral("there is no store \"%1\"").arg(store.toString()), "store")};
    }
    if (found.size() > 1) {
        QStringList numbers;
        for (const Node *const node : found) {
            numbers.append(QString::number(m_meter.entryOf(node)->number));
        }
        numbers.sort();
        return {nullptr, failure(QStringLiteral("several stores are called \"%1\"; name one by its number: %2")
                                     .arg(store.toString(), numbers.join(QLatin1String(", "))),
                                 "several")};
    }
    return {found.front(), {}};
}

// Values

bool InspectorDesk::isHidden(const Node &node)
{
    return m_rules.hidesStore(reinterpret_cast<std::uintptr_t>(&node), m_meter.nameOf(node));
}

/// Whether the past is shown, time travel says.
bool InspectorDesk::maySet(const Node &node)
{
    return isEditable(node) && m_meter.nameOf(node) != "nanostores/inspecting";
}

LogValue InspectorDesk::valueOf(const Node &node, const LogLimits &limits)
{
    const std::string name = m_meter.nameOf(node);
    ValueReader reader(limits, m_rules, name, isHidden(node), m_secrets);
    describe(node, reader);
    return reader.take();
}

std::string InspectorDesk::textOf(const Node &node, std::size_t most)
{
    if (m_rules.empty()) {
        return escaped(valueTextOf(node, most)); // without a look at the whole
    }
    LogLimits limits;
    limits.parts = 100;
    limits.textBytes = most;
    return valueOf(node, limits).toText(most);
}

QJsonObject InspectorDesk::rowOf(const Node &node)
{
    const StoreMeter::Entry &entry = *m_meter.entryOf(&node);
    const bool isEffect = node.has(Effecting);
    const Extra *const extra = node.extraOrNull();
    QJsonObject row{{QStringLiteral("s"), jsonNumber(entry.number)},
                    {QStringLiteral("name"), qText(entry.name)},
                    {QStringLiteral("kind"), QLatin1String(kindOf(node))},
                    {QStringLiteral("observers"), jsonNumber(observersOf(node))}};
    const auto flag = [&row](const char *name, bool is) {
        if (is) {
            row.insert(QLatin1String(name), true);
        }
    };
    const auto count = [&row](const char *name, std::uint64_t n) {
        if (n > 0) {
            row.insert(QLatin1String(name), jsonNumber(n));
        }
    };
    flag("named", extra && !extra->name.empty());
    flag("mounted", isMounted(node));
    flag("stale", node.has(Computing) && node.has(Dirty | Stale));
    count("writes", entry.writes);
    count("runs", entry.runs);
    count("wasted", entry.wasted);
    count("ns", static_cast<std::uint64_t>(std::max<std::int64_t>(entry.time.count(), 0)));
    if (!isEffect) {
        const bool hides = isHidden(node);
        flag("hidden", hides);
        flag("editable", !hides && maySet(node));
        row.insert(QStringLiteral("type"), qText(valueTypeOf(node)));
        row.insert(QStringLiteral("value"), qText(hides ? std::string("***") : textOf(node, RowText)));
    }
    return row;
}

// Answers

WireDesk::Answer InspectorDesk::list(const QJsonObject &request)
{
    const qint64 since = request.value(QLatin1String("since")).toInteger(0);
    const StoreMeter::Changed changed =
        m_meter.changedSince(since > 0 ? static_cast<std::uint64_t>(since) : 0, MostRows);
    m_meter.nameAll(changed.nodes);
    QJsonArray rows;
    for (const Node *const node : changed.nodes) {
        rows.append(rowOf(*node));
    }
    QJsonArray gone;
    for (const std::uint64_t store : changed.gone) {
        gone.append(jsonNumber(store));
    }
    QJsonObject reply{{QStringLiteral("stores"), rows}, {QStringLiteral("serial"), jsonNumber(changed.serial)}};
    if (!gone.isEmpty()) {
        reply.insert(QStringLiteral("gone"), gone);
    }
    if (changed.isWhole) {
        reply.insert(QStringLiteral("whole"), true);
    }
    if (changed.isMore) {
        reply.insert(QStringLiteral("more"), true);
    }
    return {reply, {}, {}};
}

WireDesk::Answer InspectorDesk::get(const QJsonObject &request)
{
    const Found found = find(request);
    if (!found.node) {
        return found.problem;
    }
    m_meter.nameAll({found.node});
    QJsonObject reply = rowOf(*found.node);
    if (found.node->has(Effecting)) {
        return {reply, {}, {}};
    }
    LogLimits limits;
    limits.textBytes = 1u << 16u;
    for (limits.parts = 10'000; limits.parts > 1; limits.parts /= 10) { // until it fits into a line
        const LogValue value = valueOf(*found.node, limits);
        const std::string json = value.toJson();
        if (json.size() <= MostAnswer) {
            reply.insert(QStringLiteral("json"), jsonOf(value));
            if (isCutAnywhere(value)) {
                reply.insert(QStringLiteral("cut"), true);
            }
            return {reply, {}, {}};
        }
        limits.textBytes /= 4;
    }
    return failure(QStringLiteral("the value is longer than an answer may be"), "too-long");
}

WireDesk::Answer InspectorDesk::why(const QJsonObject &request)
{
    const Found found = find(request);
    if (!found.node) {
        return found.problem;
    }
    return {{{QStringLiteral("text"), qText(m_trace->whyNode(*found.node))}}, {}, {}};
}

// Events

void InspectorDesk::add(WireSession &session)
{
    m_clients.push_back(std::make_unique<Client>());
    m_clients.back()->session = &session;
}

void InspectorDesk::remove(WireSession &session)
{
    std::erase_if(m_clients, [&session](const auto &client) { return client->session == &session; });
    watched();
    if (m_travel) {
        m_travel->leave(session);
    }
}

InspectorDesk::Client *InspectorDesk::clientOf(const WireSession &session) noexcept
{
    const auto found = std::find_if(m_clients.begin(), m_clients.end(),
                                    [&session](const auto &client) { return client->session == &session; });
    return found == m_clients.end() ? nullptr : found->get();
}

void InspectorDesk::watched()
{
    const bool isWatched = std::any_of(m_clients.begin(), m_clients.end(),
                                       [](const auto &client) { return client->session->isWatching(); });
    if (isWatched == bool(m_logger)) {
        return;
    }
    if (!isWatched) {
        m_logger.reset();
        return;
    }
    LoggerOptions options;
    options.messages.equal = true;
    options.redact = m_options.redact;
    options.except = m_options.except;
    options.except.emplace_back("nanostores/inspecting"); // travelling makes no events
    options.limits.textBytes = 2048;
    options.limits.parts = 500;
    options.sinks = {std::make_shared<Feed>(*this)};
    m_logger = logAll(std::move(options));
}

/// Each event with the number and the name that the other answers have.
void InspectorDesk::hand(const LogTree &tree)
{
    if (m_travel && m_travel->isTravelling()) {
        return; // nothing happens: values are shown
    }
    bool isAnyWaked = false;
    for (const LogEvent &event : tree.events) {
        const auto *const node = reinterpret_cast<const Node *>(event.node); // to be looked up, not to be followed
        const StoreMeter::Entry *const entry = m_meter.entryOf(node);
        const std::string name = entry ? m_meter.nameOf(*node) : event.name;
        m_line.clear();
        for (const auto &client : m_clients) {
            WireSession *const session = client->session;
            if (!session->wants(name)) {
                continue;
            }
            isAnyWaked = true;
            if (!session->hasRoom()) {
                session->lose();
                continue;
            }
            if (m_line.empty()) {
                LogTree one{tree.turn, tree.thread, {event}};
                one.events.front().name = name;
                one.events.front().store = entry ? entry->number : 0;
                m_lines->write(one);
                if (m_line.size() > MostEvent) {
                    one.events.front().oldValue = nullptr;
                    one.events.front().newValue = nullptr;
                    one.events.front().changes.clear();
                    one.events.front().arguments.clear();
                    m_lines->write(one);
                }
            }
            session->event(m_line);
        }
    }
    if (isAnyWaked && m_wake) {
        m_wake();
    }
}

} // namespace nanostores::detail
