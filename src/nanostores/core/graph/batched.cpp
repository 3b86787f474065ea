// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// Stale batched stores, and their timer.
namespace nanostores::detail {

/// The store became stale. One that waits already goes to the end.
void BatchedStores::add(Sink *sink)
{
    if (const auto place = m_places.find(sink); place != m_places.end()) {
        m_waiting.splice(m_waiting.end(), m_waiting, place->second);
    } else {
        m_waiting.push_back(sink);
        m_places.emplace(sink, std::prev(m_waiting.end()));
    }
    arm();
}

/// One timer for all that wait.
void BatchedStores::arm()
{
    if (runtime().scheduler && !m_armed && !m_waiting.empty()) {
        try {
            m_timer = runtime().scheduler->after(std::chrono::milliseconds{0}, [this] { fire(); });
            m_armed = true;
        } catch (...) {
            runtime().armAgain();
        }
    }
}

/// The store is destroyed.
void BatchedStores::forget(Sink *sink) noexcept
{
    if (const auto place = m_places.find(sink); place != m_places.end()) {
        m_waiting.erase(place->second);
        m_places.erase(place);
    }
}

/// The timer has fired: each store that is still stale is pulled, in the order of the last marks, and passes its new
/// value on as a write. Those that become stale meanwhile wait for the next timer.
void BatchedStores::fire()
{
    m_armed = false;
    const NoteList<Sink *> due = std::exchange(m_waiting, {});
    m_places.clear();
    for (Sink *sink : due) {
        sink->retain();
    }
    for (Sink *sink : due) {
        if (sink->has(Attached) && sink->has(Stale | Dirty)) {
            try {
                sink->pull();
            } catch (...) {
                reportError(std::current_exception());
            }
        }
        sink->release();
    }
}

void BatchedStores::cancelTimer(Scheduler &scheduler)
{
    if (std::exchange(m_armed, false)) {
        scheduler.cancel(m_timer);
    }
}

} // namespace nanostores::detail
