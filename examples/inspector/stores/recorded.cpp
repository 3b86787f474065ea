// SPDX-License-Identifier: MIT
#include "recorded.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <utility>

using nanostores::InspectedEvent;
using nanostores::InspectedStore;

namespace lens {

namespace {

void rename(QJsonObject &object)
{
    if (object.contains(QLatin1String("v"))) {
        object.insert(QStringLiteral("new"), object.take(QLatin1String("v")));
    }
}
void addValues(const QJsonObject &line, QJsonObject &event)
{
    rename(event);
    if (line.contains(QLatin1String("key"))) {
        QJsonObject change{{QStringLiteral("at"), QJsonArray{event.take(QLatin1String("key"))}}};
        for (const char *const side : {"new", "old"}) {
            if (event.contains(QLatin1String(side))) {
                change.insert(QLatin1String(side), event.take(QLatin1String(side)));
            }
        }
        event.insert(QStringLiteral("changes"), QJsonArray{change});
        return;
    }
    QJsonArray changes;
    const QJsonArray parts = line.value(QLatin1String("changes")).toArray();
    for (const QJsonValue &part : parts) {
        QJsonObject change = part.toObject();
        rename(change);
        changes.append(change);
    }
    if (!changes.isEmpty()) {
        event.insert(QStringLiteral("changes"), changes);
    }
}

void nameStore(const nanostores::SessionStore &store, QJsonObject &event)
{
    event.insert(QStringLiteral("s"), qint64(store.id));
    event.insert(QStringLiteral("store"), QString::fromStdString(store.name));
    if (store.kind == "effect") {
        event.insert(QStringLiteral("kind"), QStringLiteral("effect"));
    }
    if (!event.contains(QLatin1String("outcome"))) {
        event.insert(QStringLiteral("outcome"), QStringLiteral("changed"));
    }
}

} // namespace

InspectedStore inspectedOf(const nanostores::SessionStore &store)
{
    const QJsonObject line = QJsonDocument::fromJson(QByteArray::fromStdString(toJsonLine(store))).object();
    InspectedStore made = InspectedStore::ofJson(line);
    made.value = nanostores::inspectedText(line.value(QLatin1String("v")));
    made.isNamed = store.isNamed;
    return made;
}

bool inspectedOf(const nanostores::SessionEvent &event, const nanostores::SessionStore *store, InspectedEvent &made)
{
    static const std::pair<const char *, const char *> kinds[] = {
        {"w", "change"},    {"run", "run"},     {"mounted", "mount"}, {"unmounted", "unmount"},
        {"batch", "batch"}, {"error", "error"}, {"lost", "leftOut"}};
    const QJsonObject line = QJsonDocument::fromJson(QByteArray::fromStdString(toJsonLine(event))).object();
    for (const auto &[its, ours] : kinds) {
        const QJsonValue value = line.value(QLatin1String(its));
        if (value.isUndefined()) {
            continue;
        }
        QJsonObject shown = line;
        shown.remove(QLatin1String(its));
        shown.insert(QStringLiteral("kind"), QLatin1String(ours));
        if (event.kind == nanostores::SessionEvent::Kind::Lost) {
            shown.insert(QStringLiteral("events"), value);
        } else if (event.kind == nanostores::SessionEvent::Kind::Error) {
            shown.insert(QStringLiteral("error"), value);
        } else if (store) {
            nameStore(*store, shown);
        }
        addValues(line, shown);
        return InspectedEvent::parse(QJsonDocument(shown).toJson(QJsonDocument::Compact), made);
    }
    return false;
}

} // namespace lens
