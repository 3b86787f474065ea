// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/eventreader.h>

#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>
#include <variant>

namespace nanostores::detail {

namespace {

SessionEvent eventOf(const EventEntry &entry, double scale)
{
    const auto time = [scale](std::uint64_t count) {
        return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(count) * scale));
    };
    SessionEvent event;
    event.id = entry.event;
    event.kind = static_cast<SessionEvent::Kind>(entry.what);
    event.outcome = static_cast<SessionEvent::Outcome>(entry.outcome);
    event.place = static_cast<SessionEvent::Place>(entry.place);
    event.turn = entry.turn;
    event.time = time(entry.time);
    event.took = time(entry.took);
    event.store = entry.store;
    event.within = entry.within;
    if (event.kind != SessionEvent::Kind::Run) {
        event.count = entry.count;
    } else if (entry.count != 0) {
        event.because = {entry.count};
    }
    return event;
}

void addTo(SessionEvent &event, const RingEntry &entry)
{
    const std::string_view payload = EventRing::payloadOf(entry);
    switch (entry.kind) {
    case RingEntry::Values:
        readValueMembers(payload, event);
        break;
    case RingEntry::Text:
        event.text = payload;
        break;
    case RingEntry::Causes:
        event.because.resize(1 + payload.size() / sizeof(std::uint64_t));
        std::memcpy(event.because.data() + 1, payload.data(), payload.size());
        break;
    default:
        break;
    }
}

} // namespace

std::vector<SessionEvent> readEvents(const EventRing &ring, const OriginLog &origins, std::uint64_t after,
                                     std::uint64_t fromPlace, double scale)
{
    std::vector<SessionEvent> events;
    const std::uint64_t first = ring.firstEvent();
    if (first > after + 1) {
        SessionEvent lost;
        lost.kind = SessionEvent::Kind::Lost;
        lost.id = first - 1;
        lost.count = first - 1 - after;
        events.push_back(std::move(lost));
    }
    const std::size_t offset = events.size();
    std::uint64_t firstHere = 0;
    const auto eventHere = [&](std::uint64_t number) -> SessionEvent * {
        const bool isHere = firstHere != 0 && number >= firstHere; // else it is not there any more
        return isHere ? &events[offset + static_cast<std::size_t>(number - firstHere)] : nullptr;
    };
    ring.forEach(fromPlace, [&](const RingEntry &entry) {
        if (entry.kind == RingEntry::Event) {
            if (entry.event > after) {
                firstHere = firstHere == 0 ? entry.event : firstHere;
                events.push_back(eventOf(static_cast<const EventEntry &>(entry), scale));
            }
        } else if (SessionEvent *const event = eventHere(entry.event)) {
            addTo(*event, entry);
        }
    });
    origins.forEach([&](std::uint64_t number, const Origin &origin) {
        if (SessionEvent *const event = eventHere(number)) {
            event->by = origin.frames();
        }
    });
    return events;
}

std::vector<SessionStore> readGoneStores(const EventRing &ring, std::uint64_t fromPlace)
{
    std::vector<SessionStore> stores;
    ring.forEach(fromPlace, [&](const RingEntry &entry) {
        if (entry.kind == RingEntry::GoneStore) {
            SessionLine line = fromJsonLine(EventRing::payloadOf(entry));
            stores.push_back(std::move(std::get<SessionStore>(line)));
        }
    });
    return stores;
}

} // namespace nanostores::detail
