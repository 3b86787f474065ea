// SPDX-License-Identifier: MIT
#include "timeline.h"

#include "record.h"

#include <QHash>
#include <QStringList>

#include <algorithm>
#include <vector>

using nanostores::InspectedEvent;

namespace lens {

namespace {

QString durationText(double microseconds)
{
    return microseconds <= 0 ? QString()
           : microseconds < 1000
               ? QString::number(microseconds, 'f', microseconds < 10 ? 1 : 0) + QStringLiteral(" \u00b5s")
           : microseconds < 1'000'000 ? QString::number(microseconds / 1000, 'f', 1) + QStringLiteral(" ms")
                                      : QString::number(microseconds / 1'000'000, 'f', 2) + QStringLiteral(" s");
}

EventRow rowOf(const InspectedEvent &event, int depth)
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
std::size_t endOf(std::size_t root)
{
    const std::vector<InspectedEvent> &events = record().events;
    std::size_t end = root + 1;
    while (end < events.size() && events[end].parent != 0 && events[end].parent >= events[root].id) {
        ++end;
    }
    return end;
}

bool isWanted(std::size_t root, std::size_t end, const QString &wanted)
{
    const std::vector<InspectedEvent> &events = record().events;
    for (std::size_t i = root; i < end; ++i) {
        if (matchesFilter(events[i].name, wanted)) {
            return true;
        }
    }
    return false;
}

/// The stores that a batch has written, as far as they have names.
QString writtenIn(std::size_t root, std::size_t end)
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

} // namespace

QList<EventRow> rowsInside(std::size_t root)
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

void appendToTimeline(std::size_t from)
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

void setOpen(std::size_t index, std::size_t root, bool isOpen)
{
    EventRow row = timeline.at(index);
    row.isOpen = isOpen;
    nanostores::batch([&] {
        timeline.setAt(index, row);
        if (isOpen) {
            timeline.insertAll(index + 1, rowsInside(root));
        } else {
            timeline.removeAt(index + 1, std::size_t(row.inside));
        }
    });
}

void completeTimeline(std::size_t from)
{
    const std::vector<InspectedEvent> &events = record().events;
    std::size_t root = from;
    while (root > 0 && events[root].parent != 0) {
        --root;
    }
    const QList<EventRow> &rows = timeline.get();
    const qint64 id = events[root].id;
    const auto known = std::find_if(rows.rbegin(), rows.rend(),
                                    [id](const EventRow &row) { return row.depth == 0 && row.number <= id; });
    const bool isShown = known != rows.rend() && known->number == id;
    const bool isOpen = isShown && known->isOpen;
    const std::size_t place = isShown ? timeline.size() - std::size_t(known - rows.rbegin()) - 1 : timeline.size();
    nanostores::batch([&] {
        timeline.removeAt(place, timeline.size() - place);
        appendToTimeline(root);
        if (isOpen && place < timeline.size()) {
            setOpen(place, root, true);
        }
    });
}

void rebuildTimeline()
{
    nanostores::batch([] {
        timeline.clear();
        appendToTimeline(0);
    });
}

void trimRecord()
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
    const qint64 first = all.events.empty() ? 0 : all.events.front().id;
    const QList<EventRow> &rows = timeline.get();
    const auto kept =
        std::find_if(rows.begin(), rows.end(), [first](const EventRow &row) { return row.number >= first; });
    if (kept != rows.begin()) {
        timeline.removeAt(0, std::size_t(kept - rows.begin()));
    }
}

} // namespace lens
