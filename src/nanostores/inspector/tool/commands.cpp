// SPDX-License-Identifier: MIT
#include "commands.h"

#include "output.h"

#include <nanostores/logger/redaction.h>

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <utility>

using nanostores::InspectedEvent;
using nanostores::InspectedStore;
using nanostores::InspectorClient;

namespace {

constexpr qsizetype MostDepths = 100'000;

QString jsonText(const QJsonObject &object)
{
    return printableJson(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// Any JSON; a document of Qt is an object or a list.
bool parseJson(const QString &text, QJsonValue &value)
{
    QJsonParseError problem{};
    const QJsonArray one = QJsonDocument::fromJson('[' + text.toUtf8() + ']', &problem).array();
    value = one.at(0);
    return problem.error == QJsonParseError::NoError && one.size() == 1;
}

QString withoutTrailingSpace(QString text)
{
    while (!text.isEmpty() && text.back().isSpace()) {
        text.chop(1);
    }
    return text;
}

} // namespace

int printPrograms(bool isJson)
{
    const QList<nanostores::InspectorEndpoint> endpoints = nanostores::inspectorEndpoints();
    for (const nanostores::InspectorEndpoint &endpoint : endpoints) {
        const QString where = endpoint.port ? QStringLiteral("127.0.0.1:%1").arg(endpoint.port) : endpoint.socket;
        if (isJson) {
            printLine(jsonText({{QStringLiteral("app"), endpoint.app},
                                {QStringLiteral("pid"), endpoint.pid},
                                {QStringLiteral("where"), where}}));
        } else {
            printLine(printable(QString::number(endpoint.pid).rightJustified(8) + QLatin1String("  ") + endpoint.app
                                + QLatin1String("  ") + where));
        }
    }
    if (endpoints.isEmpty() && !isJson) {
        printError(QStringLiteral("no program of this user can be inspected; start one that has an inspector with "
                                  "NANOSTORES_INSPECT=1"));
    }
    return endpoints.isEmpty() ? 1 : 0;
}

Commands::Commands(Wish wish, Done done)
    : Talking(wish, {.edits = wish.command == QLatin1String("set"), .follows = false}, std::move(done))
{
}

bool Commands::knows(const QString &command)
{
    static const QStringList commands{QStringLiteral("list"), QStringLiteral("watch"), QStringLiteral("why"),
                                      QStringLiteral("get"),  QStringLiteral("set"),   QStringLiteral("graph")};
    return commands.contains(command);
}

QString Commands::problemOf(const Wish &wish)
{
    const auto count = wish.arguments.size();
    const QString &command = wish.command;
    if (command == QLatin1String("list")) {
        const QStringList kinds{QStringLiteral("store"), QStringLiteral("computed"), QStringLiteral("batched"),
                                QStringLiteral("effect")};
        return wish.kind.isEmpty() || kinds.contains(wish.kind)
                   ? QString()
                   : QStringLiteral("--kind takes one of ") + kinds.join(QStringLiteral(", "));
    }
    if (command == QLatin1String("watch") || command == QLatin1String("graph")) {
        return command == QLatin1String("graph") && count > 1 ? QStringLiteral("graph takes one store") : QString();
    }
    if (command == QLatin1String("get") || command == QLatin1String("why")) {
        return count == 1 ? QString() : command + QStringLiteral(" takes the name of one store");
    }
    if (command == QLatin1String("set")) {
        QJsonValue value;
        if (wish.isRemoval) {
            return count == 1 && !wish.key.isEmpty() ? QString()
                                                     : QStringLiteral("set --remove takes a store, and a --key");
        }
        if (count != 2) {
            return QStringLiteral("set takes a store and a value in JSON: set theme '\"dark\"'");
        }
        return parseJson(wish.arguments.at(1), value)
                   ? QString()
                   : QStringLiteral("the value is no JSON; a text has quotes: set theme '\"%1\"'")
                         .arg(wish.arguments.at(1));
    }
    return {};
}

void Commands::lost(const QString &reason)
{
    if (wish().command != QLatin1String("watch")) {
        fail(reason);
        return;
    }
    printError(reason);
    end(exitcode::Good);
}

QJsonObject Commands::storeRequest() const
{
    const QString name = wish().arguments.value(0);
    bool isNumber = false;
    const qint64 number = name.startsWith(QLatin1Char('#')) ? name.mid(1).toLongLong(&isNumber) : 0;
    QJsonObject request;
    if (isNumber) {
        request.insert(QStringLiteral("store"), number);
    } else if (!name.isEmpty()) {
        request.insert(QStringLiteral("store"), name);
    }
    return request;
}

void Commands::run()
{
    const QString &command = wish().command;
    if (command == QLatin1String("list")) {
        list();
        return;
    }
    if (command == QLatin1String("watch")) {
        watch();
        return;
    }
    QJsonObject request = storeRequest();
    if (command == QLatin1String("set")) {
        QJsonValue value;
        if (wish().isRemoval) {
            request.insert(QStringLiteral("remove"), true);
        } else if (parseJson(wish().arguments.at(1), value)) {
            request.insert(QStringLiteral("value"), value);
        }
        if (!wish().key.isEmpty()) {
            request.insert(QStringLiteral("key"), wish().key); // the program knows of which kind its keys are
        }
    }
    if (command == QLatin1String("graph")) {
        request.insert(QStringLiteral("dot"), wish().isDot);
        if (wish().steps != -2) {
            request.insert(QStringLiteral("steps"), wish().steps);
        }
    }
    client().ask(command, request, [this](const InspectorClient::Answer &answer) { printAnswer(answer); });
}

// list

void Commands::list()
{
    client().ask(QStringLiteral("list"), {}, [this](const InspectorClient::Answer &answer) { takeRows(answer); });
}

void Commands::takeRows(const InspectorClient::Answer &answer)
{
    if (!answer) {
        fail(answer.error);
        return;
    }
    const QJsonArray rows = answer.reply.value(QLatin1String("stores")).toArray();
    const QJsonArray gone = answer.reply.value(QLatin1String("gone")).toArray();
    for (const QJsonValue &row : rows) {
        const qint64 id = row.toObject().value(QLatin1String("s")).toInteger();
        m_rows.removeIf([id](const QJsonObject &other) { return other.value(QLatin1String("s")).toInteger() == id; });
        m_rows.append(row.toObject());
    }
    m_rows.removeIf([&gone](const QJsonObject &row) { return gone.contains(row.value(QLatin1String("s"))); });
    if (answer.reply.value(QLatin1String("more")).toBool()) {
        client().ask(QStringLiteral("list"), {{QStringLiteral("since"), answer.reply.value(QLatin1String("serial"))}},
                     [this](const InspectorClient::Answer &next) { takeRows(next); });
        return;
    }
    printStores();
}

void Commands::printStores()
{
    QList<std::pair<InspectedStore, QJsonObject>> shown;
    for (const QJsonObject &row : std::as_const(m_rows)) {
        const InspectedStore store = InspectedStore::ofJson(row);
        const std::string name = store.name.toStdString();
        const bool isNamed =
            wish().arguments.isEmpty()
            || std::any_of(wish().arguments.begin(), wish().arguments.end(), [&name](const QString &pattern) {
                   return nanostores::detail::matches(pattern.toStdString(), name);
               });
        const bool isOfKind = wish().kind.isEmpty() ? store.kind != QLatin1String("effect") : store.kind == wish().kind;
        if (isNamed && isOfKind && (!wish().isUnobserved || store.observers == 0)
            && (!wish().isWasted || store.wasted > 0)) {
            shown.emplaceBack(store, row);
        }
    }
    const bool byWaste = wish().isWasted;
    std::sort(shown.begin(), shown.end(), [byWaste](const auto &a, const auto &b) {
        if (byWaste && a.first.wasted != b.first.wasted) {
            return a.first.wasted > b.first.wasted;
        }
        return a.first.isNamed != b.first.isNamed ? a.first.isNamed : a.first.name < b.first.name;
    });
    for (const auto &[store, row] : std::as_const(shown)) {
        m_stores.append(store);
        if (wish().isJson) {
            printLine(jsonText(row));
        }
    }
    if (!wish().isJson) {
        const QStringList lines = storeTable(m_stores, wish().width);
        for (const QString &line : lines) {
            printLine(line);
        }
    }
    end(exitcode::Good);
}

// watch

void Commands::watch()
{
    const QStringList patterns = wish().arguments.isEmpty() ? QStringList{QStringLiteral("*")} : wish().arguments;
    client().watch(patterns, [this](const QList<InspectedEvent> &events) { takeEvents(events); });
}

void Commands::takeEvents(const QList<InspectedEvent> &events)
{
    for (const InspectedEvent &event : events) {
        if (isOver()) {
            return;
        }
        if (m_depths.size() > MostDepths) {
            m_depths.clear();
        }
        const int depth = event.parent != 0 && m_depths.contains(event.parent) ? m_depths.value(event.parent) + 1 : 0;
        m_depths.insert(event.id, depth);
        printLine(wish().isJson ? printableJson(event.line) : eventLine(event, depth, wish().width));
        if (hasFailedToPrint()) {
            end(exitcode::Bad); // as head(1) has ended
            return;
        }
        if (wish().count > 0 && ++m_seen >= wish().count) {
            end(exitcode::Good);
        }
    }
}

// One answer

void Commands::printAnswer(const InspectorClient::Answer &answer)
{
    if (!answer) {
        fail(answer.error);
        return;
    }
    const QJsonObject &reply = answer.reply;
    if (wish().command == QLatin1String("graph") && wish().isDot) {
        printLine(withoutTrailingSpace(reply.value(QLatin1String("dot")).toString()));
    } else if (wish().isJson) {
        printLine(jsonText(reply));
    } else if (wish().command == QLatin1String("why")) {
        const QStringList lines =
            withoutTrailingSpace(reply.value(QLatin1String("text")).toString()).split(QLatin1Char('\n'));
        for (const QString &line : lines) {
            printLine(printable(line));
        }
    } else if (wish().command == QLatin1String("graph")) {
        const QJsonArray nodes = reply.value(QLatin1String("nodes")).toArray();
        const QJsonArray arrows = reply.value(QLatin1String("arrows")).toArray();
        const auto nameOf = [&nodes](const QJsonValue &place) {
            return nodes.at(place.toInt()).toObject().value(QLatin1String("name")).toString();
        };
        for (const QJsonValue &arrow : arrows) {
            const QString unobserved = arrow.toArray().at(2).toBool() ? QString() : QStringLiteral("  (not observed)");
            printLine(printable(nameOf(arrow.toArray().at(0)) + QStringLiteral(" -> ") + nameOf(arrow.toArray().at(1))
                                + unobserved));
        }
    } else if (wish().command == QLatin1String("get")) {
        const QJsonValue json = reply.value(QLatin1String("json"));
        const bool isNumber =
            json.toObject().size() == 1
            && (json.toObject().contains(QLatin1String("$int")) || json.toObject().contains(QLatin1String("$float")));
        const QByteArray text = isNumber          ? nanostores::inspectedText(json, 1 << 20).toUtf8()
                                : json.isObject() ? QJsonDocument(json.toObject()).toJson()
                                : json.isArray()  ? QJsonDocument(json.toArray()).toJson()
                                                  : nanostores::inspectedText(json, 1 << 20).toUtf8();
        const QStringList lines = withoutTrailingSpace(QString::fromUtf8(text)).split(QLatin1Char('\n'));
        for (const QString &line : lines) {
            printLine(printable(line));
        }
        if (reply.value(QLatin1String("cut")).toBool()) {
            printError(QStringLiteral("the value is longer; parts of it are left out"));
        }
    } else {
        printLine(printable(reply.value(QLatin1String("value")).toString()));
    }
    end(exitcode::Good);
}
