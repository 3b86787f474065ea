// SPDX-License-Identifier: MIT
#include "timeline.h"

#include "record.h"

#include <QStringList>

#include <algorithm>
#include <cstdint>
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

/// The stores that a batch has written, as far as they have names.
QString writtenIn(std::size_t root)
{
    constexpr qsizetype Most = 3;
    QStringList names;
    std::vector<std::size_t> seen;
    const std::size_t end = record().endOfTurn(root);
    for (std::size_t i = root + 1; i < end && names.size() <= Most; ++i) {
        const InspectedEvent &event = record().at(i);
        const std::size_t name = record().nameOf(i);
        const bool isNew = std::find(seen.begin(), seen.end(), name) == seen.end();
        const bool isWrite = isNew && event.kind == QLatin1String("change") && isChange(event);
        if (isWrite && !event.name.contains(QLatin1Char('@'))) {
            names.append(event.name);
            seen.push_back(name);
        }
    }
    const bool isMore = names.size() > Most;
    return names.mid(0, Most).join(QStringLiteral(", ")) + (isMore ? QStringLiteral(", \u2026") : QString());
}

QString nameIn(const InspectedEvent &event)
{
    return event.kind == QLatin1String("batch")     ? QStringLiteral("batch")
           : event.kind == QLatin1String("leftOut") ? QStringLiteral("%1 events are missing here").arg(event.lost)
           : event.name.isEmpty()                   ? event.action
                                                    : event.name;
}

TimelineLine lineOf(std::size_t place)
{
    TimelineLine line;
    line.number = record().at(place).id;
    line.place = qint64(place);
    line.depth = record().depthOf(place);
    line.inside = int(record().inside(place));
    return line;
}

/// What the filter lets through. Each name is compared once, as events are many and names are few.
class Filter
{
public:
    Filter()
        : m_wanted(filter.get())
        , m_known(m_wanted.isEmpty() ? 0 : record().nameCount(), Unknown)
    {
    }

    bool hasTurn(std::size_t root)
    {
        if (m_wanted.isEmpty()) {
            return true;
        }
        const std::size_t end = record().endOfTurn(root);
        for (std::size_t i = root; i < end; ++i) {
            if (has(i)) {
                return true;
            }
        }
        return false;
    }

private:
    enum Answer : std::uint8_t { Unknown, Yes, No };

    bool has(std::size_t place)
    {
        Answer &answer = m_known[record().nameOf(place)];
        if (answer == Unknown) {
            answer = matchesFilter(record().at(place).name, m_wanted) ? Yes : No;
        }
        return answer == Yes;
    }

    QString m_wanted;
    std::vector<Answer> m_known;
};

QList<TimelineLine> linesIn(std::size_t from, std::size_t end)
{
    QList<TimelineLine> lines;
    lines.reserve(qsizetype(end - from));
    for (std::size_t i = from; i < end; ++i) {
        lines.append(lineOf(i));
    }
    return lines;
}

/// The line of the event at the place, or the one before.
int indexOf(qint64 place)
{
    const QList<TimelineLine> &lines = timeline.get();
    const auto behind = std::upper_bound(lines.begin(), lines.end(), place,
                                         [](qint64 wanted, const TimelineLine &line) { return wanted < line.place; });
    return int(behind - lines.begin()) - 1;
}

void setOpen(std::size_t index, std::size_t root, bool isOpen)
{
    TimelineLine line = timeline.at(index);
    line.isOpen = isOpen;
    nanostores::batch([&] {
        timeline.setAt(index, line);
        if (isOpen) {
            timeline.insertAll(index + 1, linesIn(root + 1, record().endOfTurn(root)));
        } else {
            timeline.removeAt(index + 1, std::size_t(line.inside));
        }
    });
}

} // namespace

EventRow eventRow(qint64 at)
{
    const auto place = std::size_t(at);
    EventRow row;
    if (place < record().begin() || place >= record().end()) {
        return row;
    }
    const InspectedEvent &event = record().at(place);
    row.number = event.id;
    row.store = event.store;
    row.turn = double(event.turn);
    row.kind = event.kind;
    row.outcome = event.outcome;
    row.name = nameIn(event);
    const bool isTurn = record().rootOf(place) == place;
    row.change = !event.error.isEmpty()                           ? event.error
                 : isTurn && event.kind == QLatin1String("batch") ? writtenIn(place)
                                                                  : event.changeText();
    row.by = event.by.mid(0, 2).join(QStringLiteral(" \u2190 "));
    row.time = clockText(event.time - record().began());
    row.duration = durationText(event.duration);
    return row;
}

int selectedLine()
{
    const std::size_t place = record().placeOf(selectedEvent.get());
    return place == record().end() ? -1 : indexOf(qint64(place));
}

void appendToTimeline(std::size_t from)
{
    Filter wanted;
    QList<TimelineLine> lines;
    for (std::size_t i = from; i < record().end(); i = record().endOfTurn(i)) {
        if (wanted.hasTurn(i)) {
            lines.append(lineOf(i));
        }
    }
    if (!lines.isEmpty()) {
        timeline.appendAll(lines);
    }
}

void completeTimeline(std::size_t from)
{
    const std::size_t root = record().rootOf(from);
    const std::size_t end = record().endOfTurn(root);
    const int index = indexOf(qint64(root));
    const bool isShown = root < from && index >= 0 && timeline.at(std::size_t(index)).place == qint64(root);
    nanostores::batch([&] {
        if (!isShown) {
            appendToTimeline(root);
            return;
        }
        TimelineLine line = lineOf(root);
        line.isOpen = timeline.at(std::size_t(index)).isOpen;
        timeline.setAt(std::size_t(index), line);
        if (line.isOpen) {
            timeline.appendAll(linesIn(from, end));
        }
        appendToTimeline(end);
    });
}

void rebuildTimeline()
{
    nanostores::batch([] {
        timeline.clear();
        appendToTimeline(record().begin());
    });
}

std::size_t shownAt(std::size_t place)
{
    const std::size_t root = record().rootOf(place);
    const int index = indexOf(qint64(place));
    const bool isInSight = index >= 0 && timeline.at(std::size_t(index)).place == qint64(place);
    return isInSight && place + 1 < record().endOfTurn(root) ? place : root;
}

void toggleTurn(qint64 id)
{
    const std::size_t place = record().placeOf(id);
    const int index = indexOf(qint64(place));
    if (index >= 0 && place != record().end()) {
        const TimelineLine line = timeline.at(std::size_t(index));
        if (line.place == qint64(place) && line.inside > 0 && line.depth == 0) {
            setOpen(std::size_t(index), place, !line.isOpen);
        }
    }
}

void trimRecord()
{
    Record &all = record();
    if (all.size() <= MostEvents) {
        return;
    }
    std::size_t cut = all.end() - MostEvents;
    const bool isInATurn = all.rootOf(cut) != cut;
    cut = isInATurn ? all.endOfTurn(cut) : cut;
    const bool isOneTurn = cut == all.end(); // of which the beginning goes
    if (isOneTurn) {
        cut = all.end() - MostEvents * 9 / 10;
    }
    const std::size_t count = cut - all.begin();
    all.dropUntil(cut);
    if (cursor.get() != Live) {
        cursor.set(std::max(0, cursor.get() - int(count)));
    }
    if (isOneTurn) {
        rebuildTimeline();
        return;
    }
    if (const int last = indexOf(qint64(cut) - 1); last >= 0) {
        timeline.removeAt(0, std::size_t(last) + 1);
    }
}

} // namespace lens
