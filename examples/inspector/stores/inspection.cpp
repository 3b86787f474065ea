// SPDX-License-Identifier: MIT
#include "inspection.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QTimer>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

using nanostores::InspectedEvent;
using nanostores::InspectedStore;
using nanostores::InspectorClient;
using nanostores::InspectorState;

namespace lens {

namespace {

constexpr std::size_t MostEvents = 100'000;
constexpr int MostDifferences = 200;
constexpr int PlayInterval = 400;

QString durationText(double microseconds)
{
    return microseconds <= 0 ? QString()
           : microseconds < 1000
               ? QString::number(microseconds, 'f', microseconds < 10 ? 1 : 0) + QStringLiteral(" \u00b5s")
           : microseconds < 1'000'000 ? QString::number(microseconds / 1000, 'f', 1) + QStringLiteral(" ms")
                                      : QString::number(microseconds / 1'000'000, 'f', 2) + QStringLiteral(" s");
}

QString clockText(double microseconds)
{
    const auto milliseconds = qint64(microseconds / 1000);
    return QStringLiteral("%1:%2.%3")
        .arg(milliseconds / 60'000)
        .arg(milliseconds / 1000 % 60, 2, 10, QLatin1Char('0'))
        .arg(milliseconds % 1000, 3, 10, QLatin1Char('0'));
}

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

bool isChange(const InspectedEvent &event)
{
    return event.outcome == QLatin1String("changed") && (!event.newValue.isUndefined() || !event.changes.isEmpty());
}

/// All that was recorded. Its parts are not stores, as a store of 100 000 events would be compared.
struct Record
{
    std::vector<InspectedEvent> events;
    QHash<qint64, std::size_t> places; ///< Of events by their ids.
    double began = 0;

    void clear() { *this = Record(); }
};

Record &record()
{
    static Record recorded;
    return recorded;
}

const auto recordVersion = nanostores::atom(0).named("lens/recordVersion");

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

const auto pastValues = nanostores::computed(cursor, recordVersion, [](int place, int) {
                            return place == Live ? QHash<qint64, QString>() : valuesAt(place);
                        }).named("lens/pastValues");

template<typename T>
bool comesBefore(const T &a, const T &b, bool descending, const InspectedStore &one, const InspectedStore &two)
{
    return a != b ? (a < b) != descending : one.number < two.number;
}

bool isBefore(const QString &column, bool descending, const InspectedStore &a, const InspectedStore &b)
{
    if (column == QLatin1String("value")) {
        return comesBefore(a.value, b.value, descending, a, b);
    }
    if (column == QLatin1String("observers")) {
        return comesBefore(a.observers, b.observers, descending, a, b);
    }
    if (column == QLatin1String("writes")) {
        return comesBefore(a.writes + a.runs, b.writes + b.runs, descending, a, b);
    }
    if (column == QLatin1String("wasted")) {
        return comesBefore(a.wasted, b.wasted, descending, a, b);
    }
    if (column == QLatin1String("time")) {
        return comesBefore(a.time, b.time, descending, a, b);
    }
    const bool isUnnamedA = a.name.contains(QLatin1Char('@')); // it has an address in the place of a name
    const bool isUnnamedB = b.name.contains(QLatin1Char('@'));
    return isUnnamedA != isUnnamedB ? isUnnamedB : comesBefore(a.name.toLower(), b.name.toLower(), descending, a, b);
}

bool matchesFilter(const QString &text, const QString &wanted)
{
    return wanted.isEmpty() || text.contains(wanted, Qt::CaseInsensitive);
}

InspectedStore storeOf(qint64 id)
{
    const QList<InspectedStore> all = stores.get();
    const auto found =
        std::find_if(all.begin(), all.end(), [id](const InspectedStore &store) { return store.number == id; });
    return found == all.end() ? InspectedStore() : *found;
}

} // namespace

const nanostores::Computed<QList<InspectedStore>> shownStores =
    nanostores::computed([] {
        const QString wanted = filter();
        const bool withEffects = showsEffects();
        const bool unobserved = isUnobservedOnly();
        const bool wasted = isWastedOnly();
        const QHash<qint64, QString> past = pastValues();
        const QString column = sortColumn();
        const bool descending = isDescending();
        QList<InspectedStore> shown;
        for (const InspectedStore &store : stores()) {
            const bool isEffect = store.kind == QLatin1String("effect");
            if ((!isEffect || withEffects) && (!unobserved || (store.observers == 0 && !isEffect))
                && (!wasted || store.wasted > 0) && matchesFilter(store.name, wanted)) {
                shown.append(store);
                if (const auto value = past.constFind(store.number); value != past.constEnd()) {
                    shown.last().value = *value;
                }
            }
        }
        std::sort(shown.begin(), shown.end(), [&column, descending](const InspectedStore &a, const InspectedStore &b) {
            return isBefore(column, descending, a, b);
        });
        return shown;
    }).named("lens/shownStores");

const nanostores::Computed<InspectedStore> selection = nanostores::computed([] {
                                                           const qint64 id = selectedStore();
                                                           for (const InspectedStore &store : stores()) {
                                                               if (store.number == id) {
                                                                   return store;
                                                               }
                                                           }
                                                           return InspectedStore();
                                                       }).named("lens/selection");

const nanostores::Computed<QString> cursorText =
    nanostores::computed([] {
        const int place = cursor();
        const int count = eventCount();
        (void)recordVersion();
        if (place == Live || count == 0) {
            return QStringLiteral("live");
        }
        const InspectedEvent &event = record().events[std::size_t(std::clamp(place, 0, count - 1))];
        return QStringLiteral("turn %1 \u00b7 %2").arg(event.turn).arg(clockText(event.time - record().began));
    }).named("lens/cursorText");

namespace {

/// Lines of a Recorder (docs/recorder.md) as those that an inspector sends.
class RecorderLines
{
public:
    /// A store, which events name by its number.
    InspectedStore store(const QJsonObject &line)
    {
        const qint64 number = line.value(QLatin1String("s")).toInteger();
        InspectedStore store = InspectedStore::ofJson(line);
        store.value = nanostores::inspectedText(line.value(QLatin1String("v")));
        store.isNamed = line.value(QLatin1String("named")).toBool(true);
        m_stores.insert(number, store);
        return store;
    }
    /// An event; nothing, if it is of a kind that the windows do not show.
    QJsonObject event(const QJsonObject &line) const
    {
        static const std::pair<const char *, const char *> kinds[] = {
            {"w", "change"},    {"run", "run"},     {"mounted", "mount"}, {"unmounted", "unmount"},
            {"batch", "batch"}, {"error", "error"}, {"lost", "leftOut"}};
        QJsonObject event = line;
        for (const auto &[its, ours] : kinds) {
            const QJsonValue value = line.value(QLatin1String(its));
            if (value.isUndefined()) {
                continue;
            }
            event.remove(QLatin1String(its));
            event.insert(QStringLiteral("kind"), QLatin1String(ours));
            if (QLatin1String(its) == QLatin1String("lost")) {
                event.insert(QStringLiteral("events"), value);
            } else if (value.isDouble()) {
                nameStore(value.toInteger(), event);
            } else {
                event.insert(QStringLiteral("error"), value);
            }
            addValues(line, event);
            return event;
        }
        return {};
    }

private:
    void nameStore(qint64 number, QJsonObject &event) const
    {
        const InspectedStore store = m_stores.value(number);
        event.insert(QStringLiteral("s"), number);
        event.insert(QStringLiteral("store"), store.name);
        if (store.kind == QLatin1String("effect")) {
            event.insert(QStringLiteral("kind"), QStringLiteral("effect"));
        }
        if (!event.contains(QLatin1String("outcome"))) {
            event.insert(QStringLiteral("outcome"), QStringLiteral("changed"));
        }
    }
    static void rename(QJsonObject &object)
    {
        if (object.contains(QLatin1String("v"))) {
            object.insert(QStringLiteral("new"), object.take(QLatin1String("v")));
        }
    }
    static void addValues(const QJsonObject &line, QJsonObject &event)
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

    QHash<qint64, InspectedStore> m_stores;
};

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
    void describeEvent();
    EventRow rowOf(const InspectedEvent &event, int depth) const;
    QList<EventRow> rowsInside(std::size_t root) const;
    std::size_t endOf(std::size_t root) const;
    bool isWanted(std::size_t root, std::size_t end, const QString &wanted) const;
    QString writtenIn(std::size_t root, std::size_t end) const;
    void appendRows(std::size_t from);
    void rebuild();
    void trim();
    bool read(const QString &path, std::vector<InspectedEvent> &events, QList<InspectedStore> &rows, QString &name);

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
    following.push_back(selectedEvent.listen([this](qint64) { describeEvent(); }));
    following.push_back(stores.listen([this](const QList<InspectedStore> &) {
        if (!refresh.isActive()) {
            refresh.start(300);
        }
    }));
    following.push_back(filter.listen([this](const QString &) { rebuild(); }));
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

EventRow Inspection::Private::rowOf(const InspectedEvent &event, int depth) const
{
    EventRow row;
    row.number = event.id;
    row.store = event.store;
    row.turn = event.turn;
    row.depth = depth;
    row.kind = event.kind;
    row.outcome = event.outcome;
    row.name = event.kind == QLatin1String("batch")     ? QStringLiteral("batch")
               : event.kind == QLatin1String("leftOut") ? QStringLiteral("%1 events are missing here").arg(event.lost)
               : event.name.isEmpty()                   ? event.action
                                                        : event.name;
    row.change = event.error.isEmpty() ? event.changeText() : event.error;
    row.by = event.by.isEmpty() ? QString() : event.by.mid(0, 2).join(QStringLiteral(" \u2190 "));
    row.time = clockText(event.time - record().began);
    row.duration = durationText(event.duration);
    return row;
}

/// Where the tree of a root ends: events inside of it follow it, in their order.
std::size_t Inspection::Private::endOf(std::size_t root) const
{
    const std::vector<InspectedEvent> &events = record().events;
    std::size_t end = root + 1;
    while (end < events.size() && events[end].parent != 0 && events[end].parent >= events[root].id) {
        ++end;
    }
    return end;
}

bool Inspection::Private::isWanted(std::size_t root, std::size_t end, const QString &wanted) const
{
    const std::vector<InspectedEvent> &events = record().events;
    for (std::size_t i = root; i < end; ++i) {
        if (matchesFilter(events[i].name, wanted)) {
            return true;
        }
    }
    return false;
}

QList<EventRow> Inspection::Private::rowsInside(std::size_t root) const
{
    const std::vector<InspectedEvent> &events = record().events;
    QHash<qint64, int> depths{{events[root].id, 0}};
    QList<EventRow> rows;
    const std::size_t end = endOf(root);
    for (std::size_t i = root + 1; i < end; ++i) {
        const int depth = depths.value(events[i].parent) + 1;
        depths.insert(events[i].id, depth);
        rows.append(rowOf(events[i], depth));
    }
    return rows;
}

/// The stores that a batch has written, as far as they have names.
QString Inspection::Private::writtenIn(std::size_t root, std::size_t end) const
{
    constexpr qsizetype Most = 3;
    const std::vector<InspectedEvent> &events = record().events;
    QStringList names;
    for (std::size_t i = root + 1; i < end && names.size() <= Most; ++i) {
        const bool isWrite = events[i].kind == QLatin1String("change") && isChange(events[i]);
        if (isWrite && !events[i].name.contains(QLatin1Char('@')) && !names.contains(events[i].name)) {
            names.append(events[i].name);
        }
    }
    const bool isMore = names.size() > Most;
    return names.mid(0, Most).join(QStringLiteral(", ")) + (isMore ? QStringLiteral(", \u2026") : QString());
}

void Inspection::Private::appendRows(std::size_t from)
{
    const std::vector<InspectedEvent> &events = record().events;
    const QString wanted = filter.get();
    QList<EventRow> rows;
    for (std::size_t i = from; i < events.size();) {
        const std::size_t end = endOf(i);
        if (isWanted(i, end, wanted)) {
            EventRow row = rowOf(events[i], 0);
            row.inside = int(end - i) - 1;
            if (events[i].kind == QLatin1String("batch")) {
                row.change = writtenIn(i, end);
            }
            rows.append(row);
        }
        i = end;
    }
    if (!rows.isEmpty()) {
        timeline.appendAll(rows);
    }
}

void Inspection::Private::rebuild()
{
    nanostores::batch([this] {
        timeline.clear();
        appendRows(0);
    });
}

void Inspection::Private::trim()
{
    Record &all = record();
    if (all.events.size() <= MostEvents) {
        return;
    }
    std::size_t cut = all.events.size() - MostEvents * 9 / 10;
    while (cut < all.events.size() && all.events[cut].parent != 0) {
        ++cut; // not in the midst of a turn
    }
    all.events.erase(all.events.begin(), all.events.begin() + std::ptrdiff_t(cut));
    all.places.clear();
    for (std::size_t i = 0; i < all.events.size(); ++i) {
        all.places.insert(all.events[i].id, i);
    }
    if (cursor.get() != Live) {
        cursor.set(std::max(0, cursor.get() - int(cut)));
    }
    rebuild();
}

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
            m_private->rebuild();
        } else {
            m_private->appendRows(from);
        }
        m_private->trim();
        eventCount.set(int(all.events.size()));
        lostCount.set(lostCount.get() + lost);
        recordVersion.set(recordVersion.get() + 1);
    });
}

void Inspection::Private::describeEvent()
{
    const Record &all = record();
    const auto place = all.places.constFind(selectedEvent.get());
    if (place == all.places.constEnd()) {
        nanostores::batch([] {
            changes.set({});
            changeTitle.set({});
        });
        return;
    }
    const InspectedEvent &event = all.events[*place];
    QList<ChangeRow> rows;
    const auto add = [&rows](const QString &path, const QJsonValue &before, const QJsonValue &after) {
        ChangeRow row;
        row.path = path;
        row.before = before.isUndefined() ? QString() : nanostores::inspectedText(before, 400);
        row.after = after.isUndefined() ? QString() : nanostores::inspectedText(after, 400);
        rows.append(row);
    };
    for (const QJsonValue &value : event.changes) {
        const QJsonObject change = value.toObject();
        QString path;
        const QJsonArray steps = change.value(QLatin1String("at")).toArray();
        for (const QJsonValue &step : steps) {
            path += QLatin1Char('[') + nanostores::inspectedText(step, 60) + QLatin1Char(']');
        }
        add(path, change.value(QLatin1String("old")), change.value(QLatin1String("new")));
    }
    if (rows.isEmpty() && (!event.oldValue.isUndefined() || !event.newValue.isUndefined())) {
        add({}, event.oldValue, event.newValue);
    }
    QString heading = event.name.isEmpty() ? event.kind : event.name;
    if (!event.by.isEmpty()) {
        heading += QStringLiteral("  \u2190  ") + event.by.join(QStringLiteral(" \u2190 "));
    }
    nanostores::batch([&] {
        changes.set(rows);
        changeTitle.set(heading);
        if (event.store != 0) {
            selectedStore.set(event.store);
        }
    });
}

// Files

bool Inspection::Private::read(const QString &path, std::vector<InspectedEvent> &events, QList<InspectedStore> &rows,
                               QString &name)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        status.set(path + QStringLiteral(": ") + file.errorString());
        return false;
    }
    RecorderLines recorder;
    int number = 0;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine(4 << 20).trimmed();
        ++number;
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        InspectedEvent event;
        if (line.isEmpty()) {
            continue;
        }
        if (object.contains(QLatin1String("nanostores"))) {
            name = object.value(QLatin1String("app")).toString();
        } else if (object.contains(QLatin1String("row"))) {
            rows.append(InspectedStore::ofJson(object.value(QLatin1String("row")).toObject()));
        } else if (object.contains(QLatin1String("s")) && !object.contains(QLatin1String("e"))) {
            const InspectedStore store = recorder.store(object);
            rows.removeIf([&store](const InspectedStore &other) { return other.number == store.number; });
            rows.append(store);
        } else if (InspectedEvent::parse(line, event)) {
            events.push_back(event);
        } else if (object.contains(QLatin1String("e"))) {
            const QJsonObject shown = recorder.event(object);
            if (!shown.isEmpty() && InspectedEvent::parse(QJsonDocument(shown).toJson(QJsonDocument::Compact), event)) {
                events.push_back(event);
            }
        } else {
            status.set(QStringLiteral("%1, line %2: it is no event; a session is what was saved here, or by a Recorder")
                           .arg(path)
                           .arg(number));
            return false;
        }
        if (events.size() > MostEvents) {
            events.erase(events.begin(), events.begin() + std::ptrdiff_t(MostEvents / 10));
        }
    }
    return true;
}

bool Inspection::save(const QString &path)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        status.set(path + QStringLiteral(": ") + file.errorString());
        return false;
    }
    const auto write = [&file](const QJsonObject &object) {
        file.write(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
    };
    write({{QStringLiteral("nanostores"), 1}, {QStringLiteral("app"), title.get()}});
    for (const InspectedStore &store : stores.get()) {
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
    for (const InspectedEvent &event : record().events) {
        file.write(event.line + '\n');
    }
    const bool isGood = file.commit();
    status.set(isGood ? QStringLiteral("%1 events are in %2").arg(record().events.size()).arg(path)
                      : path + QStringLiteral(": ") + file.errorString());
    return isGood;
}

bool Inspection::open(const QString &path)
{
    std::vector<InspectedEvent> events;
    QList<InspectedStore> rows;
    QString name;
    if (!m_private->read(path, events, rows, name)) {
        return false;
    }
    detach();
    m_private->isSession = true;
    nanostores::batch([&] {
        clear();
        isConnected.set(false);
        canEdit.set(false);
        title.set(name.isEmpty() ? path : name);
        status.set(QStringLiteral("session \u00b7 ") + path);
        stores.set(rows);
    });
    take(QList<InspectedEvent>(events.begin(), events.end()));
    return true;
}

/// What each store had, one value after the other: the first that differs.
bool Inspection::compare(const QString &path)
{
    std::vector<InspectedEvent> events;
    QList<InspectedStore> rows;
    QString name;
    if (!m_private->read(path, events, rows, name)) {
        return false;
    }
    using Values = std::vector<std::pair<QString, QString>>; // what changed, and where
    const auto valuesOf = [](const std::vector<InspectedEvent> &all) {
        std::vector<QString> order;
        QHash<QString, Values> values;
        for (const InspectedEvent &event : all) {
            if (isChange(event) && !event.name.isEmpty()) {
                if (!values.contains(event.name)) {
                    order.push_back(event.name);
                }
                values[event.name].emplace_back(event.changeText(200), QStringLiteral("turn %1").arg(event.turn));
            }
        }
        return std::pair(order, values);
    };
    const auto [orderHere, here] = valuesOf(record().events);
    const auto [orderThere, there] = valuesOf(events);
    std::vector<QString> names = orderHere;
    for (const QString &other : orderThere) {
        if (!here.contains(other)) {
            names.push_back(other);
        }
    }
    QList<ChangeRow> found;
    for (const QString &store : names) {
        const Values ours = here.value(store);
        const Values theirs = there.value(store);
        std::size_t i = 0;
        while (i < ours.size() && i < theirs.size() && ours[i].first == theirs[i].first) {
            ++i;
        }
        if ((i < ours.size() || i < theirs.size()) && found.size() < MostDifferences) {
            ChangeRow row;
            row.path = store;
            row.before = i < theirs.size()
                             ? theirs[i].first + QStringLiteral("  (") + theirs[i].second + QLatin1Char(')')
                             : QString();
            row.after =
                i < ours.size() ? ours[i].first + QStringLiteral("  (") + ours[i].second + QLatin1Char(')') : QString();
            found.append(row);
        }
    }
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
    const QList<EventRow> rows = timeline.get();
    const auto found = std::find_if(rows.begin(), rows.end(), [id](const EventRow &row) { return row.number == id; });
    const auto place = record().places.constFind(id);
    if (found == rows.end() || place == record().places.constEnd() || found->inside == 0 || found->depth > 0) {
        return;
    }
    EventRow row = *found;
    const auto index = std::size_t(found - rows.begin());
    row.isOpen = !row.isOpen;
    nanostores::batch([&] {
        timeline.setAt(index, row);
        if (row.isOpen) {
            timeline.insertAll(index + 1, m_private->rowsInside(*place));
        } else {
            timeline.removeAt(index + 1, std::size_t(row.inside));
        }
    });
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
