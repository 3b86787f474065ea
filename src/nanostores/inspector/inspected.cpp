// SPDX-License-Identifier: MIT
#include <nanostores/inspector/inspected.h>

#include <QFileInfo>
#include <QJsonDocument>
#include <QLocale>

#include <cmath>

/// What a program says of its stores, read.
namespace nanostores {

namespace {

QString inQuotes(const QString &text)
{
    QString quoted = QStringLiteral("\"");
    for (const QChar c : text) {
        if (c == QLatin1Char('\n')) {
            quoted += QLatin1String("\\n");
        } else if (c == QLatin1Char('"') || c == QLatin1Char('\\')) {
            quoted += QLatin1Char('\\');
            quoted += c;
        } else if (c.unicode() < 0x20 || c.unicode() == 0x7f) {
            quoted += QStringLiteral("\\x%1").arg(int(c.unicode()), 2, 16, QLatin1Char('0'));
        } else {
            quoted += c;
        }
    }
    return quoted + QLatin1Char('"');
}

bool isPlainName(const QString &name)
{
    bool isPlain = !name.isEmpty() && !name.front().isDigit();
    for (const QChar c : name) {
        isPlain = isPlain && (c.isLetterOrNumber() || c == QLatin1Char('_'));
    }
    return isPlain;
}

/// Until the text has `most` characters.
class ValuePrinter
{
public:
    explicit ValuePrinter(qsizetype most)
        : m_most(most)
    {
    }

    QString print(const QJsonValue &json)
    {
        add(json);
        return text.size() > m_most ? text.left(std::max<qsizetype>(m_most - 3, 0)) + QStringLiteral("...") : text;
    }

private:
    bool isFull() const { return text.size() > m_most; }

    void add(const QJsonValue &json)
    {
        switch (json.type()) {
        case QJsonValue::Null:
            text += QLatin1String("none");
            break;
        case QJsonValue::Undefined:
            text += QLatin1Char('-');
            break;
        case QJsonValue::Bool:
            text += json.toBool() ? QLatin1String("true") : QLatin1String("false");
            break;
        case QJsonValue::Double:
            text += number(json);
            break;
        case QJsonValue::String:
            text +=
                json.toString() == QLatin1String("***") ? json.toString() : inQuotes(json.toString().left(m_most + 1));
            break;
        case QJsonValue::Array:
            addList(json.toArray());
            break;
        case QJsonValue::Object:
            addObject(json.toObject());
            break;
        }
    }
    static QString number(const QJsonValue &json)
    {
        const double value = json.toDouble();
        return std::trunc(value) == value && std::abs(value) < 1e18
                   ? QString::number(json.toInteger())
                   : QString::number(value, 'g', QLocale::FloatingPointShortest);
    }
    void addList(const QJsonArray &items)
    {
        text += QLatin1Char('[');
        for (qsizetype i = 0; i < items.size() && !isFull(); ++i) {
            text += i > 0 ? QLatin1String(", ") : QLatin1String("");
            add(items.at(i));
        }
        text += QLatin1Char(']');
    }
    void addObject(const QJsonObject &object)
    {
        if (object.contains(QLatin1String("$cut"))) {
            add(object.value(QLatin1String("$cut")));
            text += QLatin1String("...");
            return;
        }
        const QString first = object.isEmpty() ? QString() : object.constBegin().key();
        const QJsonValue only = object.isEmpty() ? QJsonValue() : object.constBegin().value();
        if (object.size() == 1 && (first == QLatin1String("$int") || first == QLatin1String("$float"))) {
            text += only.toString();
        } else if (object.size() == 1 && first == QLatin1String("$type")) {
            text += QLatin1Char('<') + only.toString() + QLatin1Char('>');
        } else if (object.size() == 1 && first == QLatin1String("$map")) {
            addPairs(only.toArray());
        } else {
            text += QLatin1Char('{');
            for (auto entry = object.begin(); entry != object.end() && !isFull(); ++entry) {
                text += entry != object.begin() ? QLatin1String(", ") : QLatin1String("");
                text += isPlainName(entry.key()) ? entry.key() : inQuotes(entry.key());
                text += QLatin1String(": ");
                add(entry.value());
            }
            text += QLatin1Char('}');
        }
    }
    void addPairs(const QJsonArray &pairs)
    {
        text += QLatin1Char('{');
        for (qsizetype i = 0; i < pairs.size() && !isFull(); ++i) {
            text += i > 0 ? QLatin1String(", ") : QLatin1String("");
            add(pairs.at(i).toArray().at(0));
            text += QLatin1String(": ");
            add(pairs.at(i).toArray().at(1));
        }
        text += QLatin1Char('}');
    }

    const qsizetype m_most;
    QString text;
};

QString frameText(const QJsonObject &frame)
{
    QString text = frame.value(QLatin1String("function")).toString();
    const QString file = QFileInfo(frame.value(QLatin1String("file")).toString()).fileName();
    if (!file.isEmpty()) {
        const int line = frame.value(QLatin1String("line")).toInt();
        text += (text.isEmpty() ? QString() : QStringLiteral(" ")) + file;
        text += line > 0 ? QLatin1Char(':') + QString::number(line) : QString();
    }
    return text;
}

QString pathTextOf(const QJsonArray &path)
{
    QString text;
    for (const QJsonValue &step : path) {
        text += step.isString() && isPlainName(step.toString())
                    ? QLatin1Char('.') + step.toString()
                    : QLatin1Char('[') + inspectedText(step, 40) + QLatin1Char(']');
    }
    return text;
}

} // namespace

QString inspectedText(const QJsonValue &json, int most)
{
    return ValuePrinter(most).print(json);
}

InspectedStore InspectedStore::ofJson(const QJsonObject &row)
{
    InspectedStore store;
    store.number = row.value(QLatin1String("s")).toInteger();
    store.name = row.value(QLatin1String("name")).toString();
    store.kind = row.value(QLatin1String("kind")).toString();
    store.type = row.value(QLatin1String("type")).toString();
    store.value = row.value(QLatin1String("value")).toString();
    store.observers = row.value(QLatin1String("observers")).toInt();
    store.writes = row.value(QLatin1String("writes")).toInt();
    store.runs = row.value(QLatin1String("runs")).toInt();
    store.wasted = row.value(QLatin1String("wasted")).toInt();
    store.time = row.value(QLatin1String("ns")).toDouble() / 1000;
    store.isNamed = row.value(QLatin1String("named")).toBool();
    store.isMounted = row.value(QLatin1String("mounted")).toBool();
    store.isStale = row.value(QLatin1String("stale")).toBool();
    store.isHidden = row.value(QLatin1String("hidden")).toBool();
    store.isEditable = row.value(QLatin1String("editable")).toBool();
    return store;
}

InspectedEvent InspectedEvent::ofJson(const QJsonObject &object)
{
    InspectedEvent event;
    event.id = object.value(QLatin1String("e")).toInteger();
    event.parent = object.value(QLatin1String("in")).toInteger();
    event.turn = object.value(QLatin1String("turn")).toInteger();
    event.thread = object.value(QLatin1String("thread")).toInteger();
    event.time = object.value(QLatin1String("t")).toDouble() / 1000;
    event.duration = object.value(QLatin1String("ns")).toDouble() / 1000;
    event.kind = object.value(QLatin1String("kind")).toString();
    event.outcome = object.value(QLatin1String("outcome")).toString();
    event.store = object.value(QLatin1String("s")).toInteger();
    event.name = object.value(QLatin1String("store")).toString();
    event.oldValue = object.value(QLatin1String("old"));
    event.newValue = object.value(QLatin1String("new"));
    event.changes = object.value(QLatin1String("changes")).toArray();
    event.action = object.value(QLatin1String("actionName")).toString();
    event.error = object.value(QLatin1String("error")).toString();
    event.lost = event.kind == QLatin1String("leftOut") ? object.value(QLatin1String("events")).toInt() : 0;
    const QJsonArray frames = object.value(QLatin1String("by")).toArray();
    for (const QJsonValue &frame : frames) {
        event.by.append(frameText(frame.toObject()));
    }
    return event;
}

bool InspectedEvent::parse(const QByteArray &line, InspectedEvent &event)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    const QJsonObject object = document.object();
    if (!object.contains(QLatin1String("kind"))) {
        return false;
    }
    event = ofJson(object);
    event.line = line.trimmed();
    return true;
}

QString InspectedEvent::changeText(int most) const
{
    if (!changes.isEmpty()) {
        const QJsonObject change = changes.at(0).toObject();
        const QString rest = changes.size() > 1 ? QStringLiteral(", %1 more").arg(changes.size() - 1) : QString();
        return pathTextOf(change.value(QLatin1String("at")).toArray()) + QLatin1String(": ")
               + inspectedText(change.value(QLatin1String("old")), most / 2) + QStringLiteral(" \u2192 ")
               + inspectedText(change.value(QLatin1String("new")), most / 2) + rest;
    }
    if (oldValue.isUndefined() && newValue.isUndefined()) {
        return {};
    }
    if (oldValue.isUndefined()) {
        return QStringLiteral("\u2192 ") + inspectedText(newValue, most);
    }
    return inspectedText(oldValue, most / 2) + QStringLiteral(" \u2192 ") + inspectedText(newValue, most / 2);
}

} // namespace nanostores
