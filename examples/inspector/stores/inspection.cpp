// SPDX-License-Identifier: MIT
#include "inspection.h"

#include "changes.h"
#include "record.h"
#include "sessionfiles.h"
#include "slowwork.h"
#include "timeline.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

using nanostores::InspectedEvent;
using nanostores::InspectedStore;
using nanostores::InspectorClient;
using nanostores::InspectorState;

namespace lens {

namespace {

constexpr int PlayInterval = 400;
constexpr std::size_t EventsOfASlice = 500;

InspectedStore storeOf(qint64 id)
{
    const QList<InspectedStore> all = stores.get();
    const auto found =
        std::find_if(all.begin(), all.end(), [id](const InspectedStore &store) { return store.number == id; });
    return found == all.end() ? InspectedStore() : *found;
}

QString rightsOf(const nanostores::InspectedProgram &program)
{
    return program.canEdit && program.canTravel ? QStringLiteral("may edit and travel")
           : program.canEdit                    ? QStringLiteral("may edit")
           : program.canTravel                  ? QStringLiteral("may travel")
                                                : QStringLiteral("read only");
}

/// What the step has changed, that the program shows last.
void selectStep(int position)
{
    const QList<TravelStep> steps = travelSteps.get();
    if (isInPast.get() && position > 0 && position <= steps.size()) {
        const std::size_t place = record().placeOfTurn(steps.at(position - 1).turn);
        selectedEvent.set(place == record().end() ? 0 : record().at(place).id);
    }
}

} // namespace

class Inspection::Private
{
public:
    explicit Private(Inspection &inspection)
        : q(inspection)
        , client({.edits = true, .travels = true})
        , travelling(client)
    {
        player.setInterval(PlayInterval);
        QObject::connect(&player, &QTimer::timeout, &player, [this] {
            q.step(1);
            const bool isAtEnd =
                isTravelling.get() ? travelPosition.get() >= int(travelSteps.get().size()) : cursor.get() == Live;
            if (isAtEnd) {
                isPlaying.set(false);
            }
        });
        refresh.setSingleShot(true);
        QObject::connect(&refresh, &QTimer::timeout, &refresh, [this] { describeSelection(); });
    }

    ~Private()
    {
        following.clear();
        client.disconnect(); // what was asked is answered while all of this is there
    }

    void follow();
    void describeSelection();
    void ask(const char *what, std::function<void(const InspectorClient::Answer &)> take);
    void take(std::span<InspectedEvent> events);
    void show(std::shared_ptr<SessionFile> file, const QString &path);
    void compareWith(const QString &path, StoreChanges there);
    void beginWork(const QString &what);

    Inspection &q;
    InspectorClient client;
    Travelling travelling;
    SlowWork work; ///< With files.
    std::vector<nanostores::Subscription> following;
    QTimer player;
    QTimer refresh; ///< What is said of the selected store, after changes.
    qint64 described = -1;
    int asked = 0; ///< So many answers are to come,
    bool isAskedAgain = false; ///< and then the selection is described again.
    QString statusBefore; ///< The work.
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
        travelling.reset(state == InspectorState::Connected && program.canTravel);
        nanostores::batch([&] {
            isConnected.set(state == InspectorState::Connected);
            canEdit.set(state == InspectorState::Connected && program.canEdit);
            if (state == InspectorState::Connected) {
                title.set(program.app);
                status.set(QStringLiteral("pid %1 \u00b7 Qt %2 \u00b7 %3")
                               .arg(program.pid)
                               .arg(program.qt, rightsOf(program)));
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
    following.push_back(travelPosition.listen([](int position) { selectStep(position); }));
    following.push_back(isInPast.listen([](bool) { selectStep(travelPosition.get()); }));
    following.push_back(isTravelling.listen([](bool) {
        isPlaying.set(false);
        cursor.set(Live); // one of the two times at once
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

/// Asks the program about the store, unless the answer is there: why, the graph, the value to edit. What is selected
/// while answers are under way is asked about when they have come.
void Inspection::Private::describeSelection()
{
    const qint64 id = selectedStore.get();
    const bool isNew = id != described;
    if (id == 0 || isSession || !isConnected.get()) {
        described = id;
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
    if (asked > 0) {
        isAskedAgain = true;
        return;
    }
    described = id;
    ask("graph",
        [id](const InspectorClient::Answer &answer) { picture.set(answer ? layOut(answer.reply, id) : Picture()); });
    ask("why", [](const InspectorClient::Answer &answer) {
        why.set(answer ? answer.reply.value(QLatin1String("text")).toString().trimmed() : answer.error);
    });
    if (!isNew) {
        return;
    }
    ask("get", [](const InspectorClient::Answer &answer) {
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

/// About the selected store. take() gets the answer, if that store is still selected.
void Inspection::Private::ask(const char *what, std::function<void(const InspectorClient::Answer &)> take)
{
    const qint64 id = selectedStore.get();
    ++asked;
    client.ask(QLatin1String(what), {{QStringLiteral("store"), id}},
               [this, id, take = std::move(take)](const InspectorClient::Answer &answer) {
                   --asked;
                   if (selectedStore.get() == id) {
                       take(answer);
                   }
                   if (asked == 0 && std::exchange(isAskedAgain, false)) {
                       describeSelection();
                   }
               });
}

// Events

void Inspection::take(const QList<InspectedEvent> &events)
{
    std::vector<InspectedEvent> taken(events.begin(), events.end());
    m_private->take(taken);
}

void Inspection::Private::take(std::span<InspectedEvent> events)
{
    Record &all = record();
    const std::size_t from = all.end();
    int lost = 0;
    for (InspectedEvent &event : events) {
        lost += event.lost;
        all.append(std::move(event));
    }
    nanostores::batch([&] {
        // a tree may have come in parts
        if (from < all.end() && all.rootOf(from) < from) {
            completeTimeline(from);
        } else {
            appendToTimeline(from);
        }
        trimRecord();
        eventCount.set(int(all.size()));
        lostCount.set(lostCount.get() + lost);
        recordVersion.set(recordVersion.get() + 1);
    });
}

// Files

void Inspection::Private::beginWork(const QString &what)
{
    work.stop();
    statusBefore = isBusy.get() ? statusBefore : status.get();
    nanostores::batch([&] {
        isBusy.set(true);
        status.set(what);
    });
}

void Inspection::save(const QString &path)
{
    m_private->beginWork(QStringLiteral("saving %1\u2026").arg(path));
    SessionContent content{title.get(), stores.get(), {}};
    content.lines.reserve(qsizetype(record().size()));
    for (std::size_t place = record().begin(); place < record().end(); ++place) {
        content.lines.append(record().at(place).line);
    }
    const qsizetype count = content.lines.size();
    m_private->work.onAnotherThread(
        [path, content = std::move(content)](const std::atomic<bool> &) { return writeSession(path, content); },
        [path, count](const QString &problem) {
            nanostores::batch([&] {
                isBusy.set(false);
                status.set(problem.isEmpty() ? QStringLiteral("%1 events are in %2").arg(count).arg(path) : problem);
            });
        });
}

void Inspection::open(const QString &path)
{
    m_private->beginWork(QStringLiteral("opening %1\u2026").arg(path));
    m_private->work.onAnotherThread([path](const std::atomic<bool> &isStopped) { return readSession(path, isStopped); },
                                    [this, path](SessionFile &file) {
                                        if (file.problem.isEmpty()) {
                                            m_private->show(std::make_shared<SessionFile>(std::move(file)), path);
                                            return;
                                        }
                                        nanostores::batch([&] {
                                            isBusy.set(false);
                                            status.set(file.problem);
                                        });
                                    });
}

void Inspection::Private::show(std::shared_ptr<SessionFile> file, const QString &path)
{
    q.detach();
    isSession = true;
    nanostores::batch([&] {
        q.clear();
        isConnected.set(false);
        canEdit.set(false);
        title.set(file->app.isEmpty() ? path : file->app);
        status.set(QStringLiteral("session \u00b7 ") + path);
        stores.set(file->stores);
    });
    work.inSlices([this, file = std::move(file), next = std::size_t(0)]() mutable {
        const std::size_t count = std::min(EventsOfASlice, file->events.size() - next);
        take({file->events.data() + next, count});
        next += count;
        isBusy.set(next < file->events.size());
        return next < file->events.size();
    });
}

void Inspection::compare(const QString &path)
{
    m_private->beginWork(QStringLiteral("comparing with %1\u2026").arg(path));
    struct Read
    {
        QString problem;
        StoreChanges changes;
    };
    m_private->work.onAnotherThread(
        [path](const std::atomic<bool> &isStopped) {
            const SessionFile file = readSession(path, isStopped);
            Read made{file.problem, {}};
            for (const InspectedEvent &event : file.events) {
                made.changes.add(event);
            }
            return made;
        },
        [this, path](Read &read) {
            if (read.problem.isEmpty()) {
                m_private->compareWith(path, std::move(read.changes));
                return;
            }
            nanostores::batch([&] {
                isBusy.set(false);
                status.set(read.problem);
            });
        });
}

void Inspection::Private::compareWith(const QString &path, StoreChanges there)
{
    work.inSlices([this, path, there = std::make_shared<StoreChanges>(std::move(there)),
                   here = std::make_shared<StoreChanges>(), next = record().begin()]() mutable {
        next = std::max(next, record().begin());
        const std::size_t end = std::min(next + EventsOfASlice, record().end());
        for (; next < end; ++next) {
            here->add(record().at(next));
        }
        if (next < record().end()) {
            return true;
        }
        work.onAnotherThread([here, there](const std::atomic<bool> &) { return differencesOf(*here, *there); },
                             [this, path](const QList<ChangeRow> &found) {
                                 nanostores::batch([&] {
                                     isBusy.set(false);
                                     status.set(statusBefore);
                                     differences.set(found);
                                     differencesTitle.set(
                                         found.isEmpty()
                                             ? QStringLiteral("All stores had the same values as in %1.").arg(path)
                                             : QStringLiteral("%1 stores differ from %2").arg(found.size()).arg(path));
                                 });
                             });
        return false;
    });
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
    m_private->work.stop();
    isBusy.set(false);
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
    toggleTurn(id);
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
        selectedEvent.set(record().at(shownAt(record().begin() + std::size_t(place))).id);
    }
}

Travelling &Inspection::travelling()
{
    return m_private->travelling;
}

void Inspection::step(int turns)
{
    if (isTravelling.get()) {
        m_private->travelling.step(turns);
        return;
    }
    const Record &all = record();
    if (all.size() == 0) {
        return;
    }
    const std::size_t place = cursor.get() == Live ? all.end() - 1 : all.begin() + std::size_t(cursor.get());
    if (turns > 0) {
        const std::size_t next = all.endOfTurn(place) - 1 > place ? place : place + 1; // within a turn, or after it
        setCursor(next >= all.end() ? Live : int(all.endOfTurn(next) - 1 - all.begin()));
    } else {
        const std::size_t root = all.rootOf(place);
        setCursor(root > all.begin() ? int(root - 1 - all.begin()) : 0);
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
