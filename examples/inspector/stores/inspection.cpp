// SPDX-License-Identifier: MIT
#include "inspection.h"

#include "changes.h"
#include "record.h"
#include "sessionfiles.h"
#include "timeline.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

#include <algorithm>
#include <utility>
#include <vector>

using nanostores::InspectedEvent;
using nanostores::InspectedStore;
using nanostores::InspectorClient;
using nanostores::InspectorState;

namespace lens {

namespace {

constexpr int PlayInterval = 400;

InspectedStore storeOf(qint64 id)
{
    const QList<InspectedStore> all = stores.get();
    const auto found =
        std::find_if(all.begin(), all.end(), [id](const InspectedStore &store) { return store.number == id; });
    return found == all.end() ? InspectedStore() : *found;
}

} // namespace

class Inspection::Private
{
public:
    explicit Private(Inspection &inspection)
        : q(inspection)
        , client({.edits = true})
    {
        player.setInterval(PlayInterval);
        QObject::connect(&player, &QTimer::timeout, &player, [this] {
            q.step(1);
            if (cursor.get() == Live) {
                isPlaying.set(false);
            }
        });
        refresh.setSingleShot(true);
        QObject::connect(&refresh, &QTimer::timeout, &refresh, [this] { describeSelection(); });
    }

    void follow();
    void describeSelection();

    Inspection &q;
    InspectorClient client;
    std::vector<nanostores::Subscription> following;
    QTimer player;
    QTimer refresh; ///< What is said of the selected store, after changes.
    QList<InspectedStore> lastSeen;
    qint64 described = -1;
    bool isSession = false; ///< A file is shown, and no program.
};

// The program

void Inspection::Private::follow()
{
    following.push_back(client.stores().listen([this](const QList<InspectedStore> &now) {
        if (!isPaused.get() && !isSession) {
            stores.set(now);
        }
    }));
    following.push_back(client.state().listen([this](InspectorState state) {
        if (isSession) {
            return;
        }
        const nanostores::InspectedProgram program = client.program().get();
        nanostores::batch([&] {
            isConnected.set(state == InspectorState::Connected);
            canEdit.set(state == InspectorState::Connected && program.canEdit);
            if (state == InspectorState::Connected) {
                title.set(program.app);
                status.set(
                    QStringLiteral("pid %1 \u00b7 Qt %2 \u00b7 %3")
                        .arg(program.pid)
                        .arg(program.qt, program.canEdit ? QStringLiteral("may edit") : QStringLiteral("read only")));
            } else if (state == InspectorState::Connecting) {
                status.set(QStringLiteral("connecting\u2026"));
            } else {
                status.set(client.problem().get());
            }
        });
    }));
    following.push_back(selectedStore.listen([this](qint64) { describeSelection(); }));
    following.push_back(selectedEvent.listen([this](qint64) { showChanges(); }));
    following.push_back(stores.listen([this](const QList<InspectedStore> &) {
        if (!refresh.isActive()) {
            refresh.start(300);
        }
    }));
    following.push_back(filter.listen([this](const QString &) { rebuildTimeline(); }));
    following.push_back(isPaused.listen([this](bool paused) {
        if (!paused && !isSession) {
            stores.set(client.stores().get());
        }
    }));
    following.push_back(isPlaying.listen([this](bool plays) { plays ? player.start() : player.stop(); }));
    client.watch({QStringLiteral("*")}, [this](const QList<InspectedEvent> &events) {
        if (!isPaused.get() && !isSession) {
            q.take(events);
        }
    });
}

/// Asks the program about the store, unless the answer is there: why, the graph, the value to edit.
void Inspection::Private::describeSelection()
{
    const qint64 id = selectedStore.get();
    const bool isNew = id != described;
    described = id;
    if (id == 0 || isSession || !isConnected.get()) {
        if (isNew) {
            nanostores::batch([&] {
                why.set({});
                picture.set({});
                editText.set(id == 0 ? QString() : storeOf(id).value);
                editProblem.set({});
            });
        }
        return;
    }
    client.ask(QStringLiteral("graph"), {{QStringLiteral("store"), id}}, [id](const InspectorClient::Answer &answer) {
        if (selectedStore.get() == id) {
            picture.set(answer ? layOut(answer.reply, id) : Picture());
        }
    });
    client.ask(QStringLiteral("why"), {{QStringLiteral("store"), id}}, [id](const InspectorClient::Answer &answer) {
        if (selectedStore.get() == id) {
            why.set(answer ? answer.reply.value(QLatin1String("text")).toString().trimmed() : answer.error);
        }
    });
    if (!isNew) {
        return;
    }
    client.ask(QStringLiteral("get"), {{QStringLiteral("store"), id}}, [id](const InspectorClient::Answer &answer) {
        if (selectedStore.get() != id) {
            return;
        }
        const QJsonValue json = answer.reply.value(QLatin1String("json"));
        const QByteArray text = json.isObject()      ? QJsonDocument(json.toObject()).toJson()
                                : json.isArray()     ? QJsonDocument(json.toArray()).toJson()
                                : json.isUndefined() ? QByteArray()
                                                     : QJsonDocument(QJsonArray{json}).toJson(QJsonDocument::Compact);
        const bool isOne = !json.isObject() && !json.isArray() && text.size() > 2;
        editText.set(QString::fromUtf8(isOne ? text.mid(1, text.size() - 2) : text).trimmed());
        editProblem.set({});
    });
}

// Events

void Inspection::take(const QList<InspectedEvent> &events)
{
    Record &all = record();
    const std::size_t from = all.events.size();
    int lost = 0;
    for (const InspectedEvent &event : events) {
        if (all.events.empty()) {
            all.began = event.time;
        }
        all.places.insert(event.id, all.events.size());
        all.events.push_back(event);
        lost += event.lost;
    }
    nanostores::batch([&] {
        // a tree may have come in parts
        if (from > 0 && !events.isEmpty() && events.constFirst().parent != 0) {
            completeTimeline(from);
        } else {
            appendToTimeline(from);
        }
        trimRecord();
        eventCount.set(int(all.events.size()));
        lostCount.set(lostCount.get() + lost);
        recordVersion.set(recordVersion.get() + 1);
    });
}

// Files

bool Inspection::save(const QString &path)
{
    const QString problem = writeSession(path);
    status.set(problem.isEmpty() ? QStringLiteral("%1 events are in %2").arg(record().events.size()).arg(path)
                                 : problem);
    return problem.isEmpty();
}

bool Inspection::open(const QString &path)
{
    const SessionFile file = readSession(path);
    if (!file.problem.isEmpty()) {
        status.set(file.problem);
        return false;
    }
    detach();
    m_private->isSession = true;
    nanostores::batch([&] {
        clear();
        isConnected.set(false);
        canEdit.set(false);
        title.set(file.app.isEmpty() ? path : file.app);
        status.set(QStringLiteral("session \u00b7 ") + path);
        stores.set(file.stores);
    });
    take(QList<InspectedEvent>(file.events.begin(), file.events.end()));
    return true;
}

bool Inspection::compare(const QString &path)
{
    const SessionFile file = readSession(path);
    if (!file.problem.isEmpty()) {
        status.set(file.problem);
        return false;
    }
    const QList<ChangeRow> found = differencesTo(file.events);
    nanostores::batch([&] {
        differences.set(found);
        differencesTitle.set(found.isEmpty() ? QStringLiteral("All stores had the same values as in %1.").arg(path)
                                             : QStringLiteral("%1 stores differ from %2").arg(found.size()).arg(path));
    });
    return true;
}

// What the windows ask

namespace {

Inspection *theInspection = nullptr;

} // namespace

Inspection::Inspection()
    : m_private(std::make_unique<Private>(*this))
{
    theInspection = this;
    m_private->follow();
}

Inspection::~Inspection()
{
    theInspection = nullptr;
}

Inspection *Inspection::instance()
{
    return theInspection;
}

void Inspection::lookForPrograms()
{
    QList<ProgramRow> found;
    const QList<nanostores::InspectorEndpoint> endpoints = nanostores::inspectorEndpoints();
    for (const nanostores::InspectorEndpoint &endpoint : endpoints) {
        ProgramRow row;
        row.pid = endpoint.pid;
        row.app = endpoint.app;
        row.where = endpoint.port ? QStringLiteral("127.0.0.1:%1").arg(endpoint.port) : endpoint.socket;
        found.append(row);
    }
    programs.set(found);
}

void Inspection::attach(const nanostores::InspectorEndpoint &endpoint)
{
    m_private->isSession = false;
    clear();
    m_private->client.connectTo(endpoint);
}

void Inspection::detach()
{
    m_private->client.disconnect();
}

void Inspection::selectStore(qint64 id)
{
    selectedStore.set(id);
}

void Inspection::selectEvent(qint64 id)
{
    selectedEvent.set(id);
}

void Inspection::toggle(qint64 id)
{
    const QList<EventRow> &rows = timeline.get();
    const auto found = std::find_if(rows.begin(), rows.end(), [id](const EventRow &row) { return row.number == id; });
    const auto place = record().places.constFind(id);
    if (found != rows.end() && place != record().places.constEnd() && found->inside > 0 && found->depth == 0) {
        setOpen(std::size_t(found - rows.begin()), *place, !found->isOpen);
    }
}

void Inspection::clear()
{
    record().clear();
    nanostores::batch([] {
        timeline.clear();
        eventCount.set(0);
        lostCount.set(0);
        cursor.set(Live);
        isPlaying.set(false);
        selectedEvent.set(0);
        selectedStore.set(0);
        differences.set({});
        differencesTitle.set({});
        recordVersion.set(recordVersion.get() + 1);
    });
}

void Inspection::setCursor(int place)
{
    const int count = eventCount.get();
    cursor.set(place < 0 || place >= count - 1 ? Live : place);
    if (cursor.get() != Live) {
        selectedEvent.set(record().events[std::size_t(place)].id);
    }
}

void Inspection::step(int turns)
{
    const std::vector<InspectedEvent> &events = record().events;
    if (events.empty()) {
        return;
    }
    const auto isRoot = [&events](std::size_t i) { return i == events.size() || events[i].parent == 0; };
    std::size_t place = cursor.get() == Live ? events.size() - 1 : std::size_t(cursor.get());
    if (turns > 0) {
        do {
            ++place;
        } while (place < events.size() && !isRoot(place + 1));
        setCursor(place >= events.size() ? Live : int(place));
    } else {
        while (place > 0 && !isRoot(place)) {
            --place;
        }
        setCursor(place > 0 ? int(place) - 1 : 0);
    }
}

void Inspection::edit(const QString &json)
{
    QJsonParseError problem{};
    const QJsonArray one = QJsonDocument::fromJson('[' + json.toUtf8() + ']', &problem).array();
    if (problem.error != QJsonParseError::NoError || one.size() != 1) {
        editProblem.set(QStringLiteral("This is no JSON: ") + problem.errorString());
        return;
    }
    m_private->client.set(selectedStore.get(), one.at(0),
                          [](const InspectorClient::Answer &answer) { editProblem.set(answer.error); });
}

void keepViews(const nanostores::StorageEngine &engine)
{
    nanostores::persist(filter, "view/filter", {.engine = engine});
    nanostores::persist(isUnobservedOnly, "view/isUnobservedOnly", {.engine = engine});
    nanostores::persist(isWastedOnly, "view/isWastedOnly", {.engine = engine});
    nanostores::persist(showsEffects, "view/showsEffects", {.engine = engine});
    nanostores::persist(sortColumn, "view/sortColumn", {.engine = engine});
    nanostores::persist(isDescending, "view/isDescending", {.engine = engine});
    nanostores::persist(isDark, "view/isDark", {.engine = engine});
}

} // namespace lens
