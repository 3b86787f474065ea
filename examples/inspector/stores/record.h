// SPDX-License-Identifier: MIT
#pragma once

#include "history.h"
#include "inspection.h"

#include <QHash>
#include <QString>

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

/// What was recorded of the program, and the values that stores had then.
namespace lens {

constexpr std::size_t MostEvents = 100'000;

/// All that was recorded. Its parts are not stores, as a store of 100 000 events would be compared.
///
/// A place is where an event stands. It is counted from the first event that has come, and stays the same when the
/// oldest ones go. A turn begins with its root; what happened in it follows.
class Record
{
public:
    Record();
    ~Record();
    Record(const Record &) = delete;
    Record &operator=(const Record &) = delete;

    std::size_t begin() const { return m_begin; }
    std::size_t end() const { return m_begin + m_contents->entries.size(); }
    std::size_t size() const { return m_contents->entries.size(); }
    const nanostores::InspectedEvent &at(std::size_t place) const { return entry(place).event; }
    /// end(): it is not there.
    std::size_t placeOf(qint64 id) const { return m_contents->places.value(id, end()); }

    /// Of the first event in the turn of this number; end(): it is not there.
    std::size_t placeOfTurn(qint64 turn) const;

    std::size_t rootOf(std::size_t place) const { return entry(place).root; }
    /// The place after the last event of the turn that the place is in.
    std::size_t endOfTurn(std::size_t place) const;
    /// How many events a turn has set off, by its root.
    std::size_t inside(std::size_t root) const { return entry(root).inside; }
    int depthOf(std::size_t place) const { return entry(place).depth; }

    /// Each name has a number below nameCount().
    std::size_t nameOf(std::size_t place) const { return entry(place).name; }
    std::size_t nameCount() const { return m_contents->names.size(); }

    /// When the first event was.
    double began() const { return m_began; }
    /// The values of stores after the event at the place, by their numbers; of those of which any is known.
    QHash<qint64, QString> valuesAt(std::size_t place) const;

    void append(nanostores::InspectedEvent event);
    void dropUntil(std::size_t place);
    /// As there may be much, it is destroyed on another thread.
    void clear();

private:
    struct Entry
    {
        nanostores::InspectedEvent event;
        std::size_t root = 0;
        std::size_t inside = 0; ///< Of a root.
        std::size_t name = 0;
        int depth = 0;
    };
    struct Contents
    {
        std::deque<Entry> entries;
        QHash<qint64, std::size_t> places; ///< Of events by their ids.
        QHash<QString, std::size_t> names;
        QHash<qint64, StoreHistory> histories;
    };

    const Entry &entry(std::size_t place) const { return m_contents->entries[place - m_begin]; }
    Entry &entry(std::size_t place) { return m_contents->entries[place - m_begin]; }
    void beginWithATurn();

    std::unique_ptr<Contents> m_contents;
    std::size_t m_begin = 0;
    double m_began = 0;
};

Record &record();

/// Counts what changes the record.
inline const auto recordVersion = nanostores::atom(0).named("lens/recordVersion");

/// Whether the filter lets a name through.
bool matchesFilter(const QString &text, const QString &wanted);
/// Minutes, seconds and milliseconds.
QString clockText(double microseconds);

} // namespace lens
