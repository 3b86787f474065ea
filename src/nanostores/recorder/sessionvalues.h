// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/session.h>

#include <cstdint>
#include <unordered_map>

namespace nanostores {

/// Makes of the value before the event the one after it. False: it is not known, and the value is Absent then.
NANOSTORES_RECORDER_EXPORT bool applyTo(LogValue &value, const SessionEvent &event);
/// Makes of the value after the event the one before it.
NANOSTORES_RECORDER_EXPORT bool takeBackFrom(LogValue &value, const SessionEvent &event);

/// The values of all stores of a session at some event, by the ids of the stores.
class NANOSTORES_RECORDER_EXPORT SessionValues
{
public:
    SessionValues() = default;
    explicit SessionValues(const std::vector<SessionStore> &stores);

    /// A store that comes later.
    void add(const SessionStore &store);
    /// After events that were lost, no value is known until an event has the whole of it.
    void apply(const SessionEvent &event);
    void takeBack(const SessionEvent &event);
    /// Absent: it is not known.
    const LogValue &of(std::uint64_t store) const noexcept;

private:
    std::unordered_map<std::uint64_t, LogValue> m_values;
    bool m_hasBegun = false; ///< An event was applied.
};

} // namespace nanostores
