// SPDX-License-Identifier: MIT
#include "record.h"

#include <QJsonArray>
#include <QJsonObject>

using nanostores::InspectedEvent;

namespace lens {

namespace {

/// What is known of a store's value: as JSON, or, where only a part of it was said, as text.
struct PastValue
{
    QJsonValue json = QJsonValue::Undefined;
    QString text;
};

/// Puts the new value of a change where its path leads.
bool applyAt(QJsonValue &value, const QJsonArray &path, qsizetype step, const QJsonValue &made)
{
    if (step == path.size()) {
        value = made;
        return true;
    }
    if (path.at(step).isString() && value.isObject()) {
        QJsonObject object = value.toObject();
        const QString name = path.at(step).toString();
        QJsonValue part = object.value(name);
        if (!applyAt(part, path, step + 1, made)) {
            return false;
        }
        if (part.isUndefined()) {
            object.remove(name);
        } else {
            object.insert(name, part);
        }
        value = object;
        return true;
    }
    if (path.at(step).isDouble() && value.isArray()) {
        QJsonArray list = value.toArray();
        const qsizetype index = path.at(step).toInteger(-1);
        if (index < 0 || index > list.size()) {
            return false;
        }
        QJsonValue part = index < list.size() ? list.at(index) : QJsonValue(QJsonValue::Undefined);
        if (!applyAt(part, path, step + 1, made)) {
            return false;
        }
        if (part.isUndefined()) {
            list.removeAt(index);
        } else if (index == list.size()) {
            list.append(part);
        } else {
            list.replace(index, part);
        }
        value = list;
        return true;
    }
    return false;
}

void apply(const InspectedEvent &event, PastValue &value)
{
    if (event.changes.isEmpty()) {
        value.json = event.newValue;
        value.text = nanostores::inspectedText(event.newValue);
        return;
    }
    bool isKnown = !value.json.isUndefined();
    for (const QJsonValue &change : event.changes) {
        const QJsonObject object = change.toObject();
        isKnown =
            isKnown
            && applyAt(value.json, object.value(QLatin1String("at")).toArray(), 0, object.value(QLatin1String("new")));
    }
    value.json = isKnown ? value.json : QJsonValue(QJsonValue::Undefined);
    value.text = isKnown ? nanostores::inspectedText(value.json) : QStringLiteral("\u2026 ") + event.changeText();
}

} // namespace

bool isChange(const InspectedEvent &event)
{
    return event.outcome == QLatin1String("changed") && (!event.newValue.isUndefined() || !event.changes.isEmpty());
}

Record &record()
{
    static Record recorded;
    return recorded;
}

QHash<qint64, QString> valuesAt(int place)
{
    const std::vector<InspectedEvent> &events = record().events;
    QHash<qint64, PastValue> known;
    QHash<qint64, QString> texts;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const InspectedEvent &event = events[i];
        if (event.store == 0 || !isChange(event)) {
            continue;
        }
        if (int(i) <= place) {
            apply(event, known[event.store]);
        } else if (!known.contains(event.store) && !texts.contains(event.store) && !event.oldValue.isUndefined()) {
            texts.insert(event.store, nanostores::inspectedText(event.oldValue)); // what it had until then
        }
    }
    for (auto value = known.constBegin(); value != known.constEnd(); ++value) {
        texts.insert(value.key(), value->text);
    }
    return texts;
}

QString clockText(double microseconds)
{
    const auto milliseconds = qint64(microseconds / 1000);
    return QStringLiteral("%1:%2.%3")
        .arg(milliseconds / 60'000)
        .arg(milliseconds / 1000 % 60, 2, 10, QLatin1Char('0'))
        .arg(milliseconds % 1000, 3, 10, QLatin1Char('0'));
}

bool matchesFilter(const QString &text, const QString &wanted)
{
    return wanted.isEmpty() || text.contains(wanted, Qt::CaseInsensitive);
}

} // namespace lens
