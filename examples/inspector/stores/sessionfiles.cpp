// SPDX-License-Identifier: MIT
#include "sessionfiles.h"

#include "record.h"
#include "recorded.h"

#include <nanostores/recorder/sessionfile.h>

#include <QFile>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <cstddef>
#include <exception>
#include <utility>

using nanostores::InspectedEvent;
using nanostores::InspectedStore;

namespace lens {

namespace {

constexpr int MostDifferences = 200;
constexpr qint64 MostOfALine = 4 << 20;

QJsonObject objectIn(const QByteArray &line)
{
    return QJsonDocument::fromJson(line).object();
}

void keep(std::vector<InspectedEvent> &events, InspectedEvent event)
{
    events.push_back(std::move(event));
    if (events.size() > MostEvents) {
        events.erase(events.begin(), events.begin() + std::ptrdiff_t(MostEvents / 10));
    }
}

/// One of a Recorder has no rows, and none of its events has a kind.
bool wasSavedHere(QFile &file)
{
    file.readLine(MostOfALine);
    const QJsonObject second = objectIn(file.readLine(MostOfALine));
    file.seek(0);
    return second.contains(QLatin1String("row"))
           || (second.contains(QLatin1String("e")) && second.contains(QLatin1String("kind")));
}

void readOwn(QFile &file, SessionFile &to, const std::atomic<bool> &isStopped)
{
    for (int number = 1; !file.atEnd() && !isStopped; ++number) {
        const QByteArray line = file.readLine(MostOfALine).trimmed();
        const QJsonObject object = objectIn(line);
        InspectedEvent event;
        if (object.contains(QLatin1String("nanostores"))) {
            to.app = object.value(QLatin1String("app")).toString();
        } else if (object.contains(QLatin1String("row"))) {
            to.stores.append(InspectedStore::ofJson(object.value(QLatin1String("row")).toObject()));
        } else if (object.contains(QLatin1String("kind"))) {
            event = InspectedEvent::ofJson(object);
            event.line = line;
            keep(to.events, std::move(event));
        } else if (!line.isEmpty()) {
            to.problem =
                QStringLiteral("%1, line %2: it is no event; a session is what was saved here, or by a Recorder")
                    .arg(file.fileName())
                    .arg(number);
            return;
        }
    }
}

void readRecorded(const QString &path, SessionFile &to, const std::atomic<bool> &isStopped)
{
    try {
        const auto session = nanostores::Session::read(path.toLocal8Bit().toStdString());
        to.app = QString::fromStdString(session.header().app);
        for (const nanostores::SessionStore &store : session.stores()) {
            to.stores.append(inspectedOf(store));
        }
        for (const nanostores::SessionEvent &event : session.events()) {
            if (isStopped) {
                return;
            }
            InspectedEvent made;
            if (inspectedOf(event, session.store(event.store), made)) {
                keep(to.events, std::move(made));
            }
        }
    } catch (const std::exception &error) {
        to.problem = path + QStringLiteral(": ") + QString::fromUtf8(error.what());
    }
}

} // namespace

SessionFile readSession(const QString &path, const std::atomic<bool> &isStopped)
{
    SessionFile made;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        made.problem = path + QStringLiteral(": ") + file.errorString();
    } else if (wasSavedHere(file)) {
        readOwn(file, made, isStopped);
    } else {
        readRecorded(path, made, isStopped);
    }
    if (isStopped) {
        made.problem = path + QStringLiteral(": not read to its end");
    }
    return made;
}

QString writeSession(const QString &path, const SessionContent &content)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        return path + QStringLiteral(": ") + file.errorString();
    }
    const auto write = [&file](const QJsonObject &object) {
        file.write(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
    };
    write({{QStringLiteral("nanostores"), 1}, {QStringLiteral("app"), content.app}});
    for (const InspectedStore &store : content.stores) {
        write({{QStringLiteral("row"), QJsonObject{{QStringLiteral("s"), store.number},
                                                   {QStringLiteral("name"), store.name},
                                                   {QStringLiteral("kind"), store.kind},
                                                   {QStringLiteral("type"), store.type},
                                                   {QStringLiteral("value"), store.value},
                                                   {QStringLiteral("observers"), store.observers},
                                                   {QStringLiteral("writes"), store.writes},
                                                   {QStringLiteral("runs"), store.runs},
                                                   {QStringLiteral("wasted"), store.wasted},
                                                   {QStringLiteral("ns"), store.time * 1000},
                                                   {QStringLiteral("named"), store.isNamed},
                                                   {QStringLiteral("mounted"), store.isMounted}}}});
    }
    for (const QByteArray &line : content.lines) {
        file.write(line);
        file.write("\n", 1);
    }
    return file.commit() ? QString() : path + QStringLiteral(": ") + file.errorString();
}

void StoreChanges::add(const InspectedEvent &event)
{
    if (isChange(event) && !event.name.isEmpty()) {
        if (!changes.contains(event.name)) {
            order.push_back(event.name);
        }
        changes[event.name].emplace_back(event.changeText(200), QStringLiteral("turn %1").arg(event.turn));
    }
}

QList<ChangeRow> differencesOf(const StoreChanges &here, const StoreChanges &there)
{
    std::vector<QString> names = here.order;
    for (const QString &other : there.order) {
        if (!here.changes.contains(other)) {
            names.push_back(other);
        }
    }
    QList<ChangeRow> found;
    for (const QString &store : names) {
        const auto ours = here.changes.value(store);
        const auto theirs = there.changes.value(store);
        std::size_t i = 0;
        while (i < ours.size() && i < theirs.size() && ours[i].first == theirs[i].first) {
            ++i;
        }
        const auto textOf = [i](const auto &changes) {
            return i < changes.size() ? changes[i].first + QStringLiteral("  (") + changes[i].second + QLatin1Char(')')
                                      : QString();
        };
        if ((i < ours.size() || i < theirs.size()) && found.size() < MostDifferences) {
            ChangeRow row;
            row.path = store;
            row.before = textOf(theirs);
            row.after = textOf(ours);
            found.append(row);
        }
    }
    return found;
}

} // namespace lens
