// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector.h>

#include <QJsonValue>
#include <QString>

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

/// The values that one store had.
namespace lens {

class Record;

/// Whether the event has changed the value of its store.
bool isChange(const nanostores::InspectedEvent &event);

/// Where a store has changed, and what it had then. An event that has changed a part of a value says that part alone,
/// so the whole value is kept now and then: from one of these it is not far to any other.
class StoreHistory
{
public:
    /// An event that isChange(). Places go up.
    void add(std::size_t place, const nanostores::InspectedEvent &event);
    /// The events before the place, which the record still has, are let go.
    void dropUntil(const Record &record, std::size_t place);
    /// The value after the event at the place; none if nothing is known of it.
    std::optional<QString> textAt(const Record &record, std::size_t place) const;

private:
    QJsonValue valueAfter(const Record &record, std::size_t change) const;

    std::vector<std::size_t> m_changes; ///< Places.
    QJsonValue m_before = QJsonValue::Undefined; ///< What the first of them has changed.
    QJsonValue m_last = QJsonValue::Undefined;
    std::map<std::size_t, QJsonValue> m_kept; ///< By places.
    std::size_t m_sinceKept = 0; ///< Changes of parts.
    std::size_t m_keepAfter = 0; ///< So many, as a value of many parts takes as much memory.
};

} // namespace lens
