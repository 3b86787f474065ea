// SPDX-License-Identifier: MIT
#pragma once

#include "inspection.h"

#include <QHash>
#include <QString>

#include <cstddef>
#include <vector>

/// What was recorded of the program, and the values that stores had then.
namespace lens {

constexpr std::size_t MostEvents = 100'000;

/// All that was recorded. Its parts are not stores, as a store of 100 000 events would be compared.
struct Record
{
    std::vector<nanostores::InspectedEvent> events;
    QHash<qint64, std::size_t> places; ///< Of events by their ids.
    double began = 0;

    void clear() { *this = Record(); }
};

Record &record();

/// Counts what changes the record.
inline const auto recordVersion = nanostores::atom(0).named("lens/recordVersion");

/// Whether the event has changed the value of its store.
bool isChange(const nanostores::InspectedEvent &event);
/// The values of stores after the event at the place, by their numbers; of those of which any is known.
QHash<qint64, QString> valuesAt(int place);
/// Whether the filter lets a name through.
bool matchesFilter(const QString &text, const QString &wanted);
/// Minutes, seconds and milliseconds.
QString clockText(double microseconds);

} // namespace lens
