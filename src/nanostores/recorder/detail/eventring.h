// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/export.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace nanostores::detail {

/// What an entry of the ring begins with. Its payload follows, as bytes.
struct RingEntry
{
    enum Kind : std::uint8_t {
        Filler, ///< The rest of the memory, before the ring begins anew.
        Event, ///< EventEntry.
        Values, ///< JSON: the members of a line that say which value it was, and which one it became.
        GoneStore, ///< The line of the store that the event has ended.
        Text,
        Causes, ///< Numbers of events, of 8 bytes each: those after the first.
    };

    std::uint32_t size = 0; ///< With its payload and what fills it up to a multiple of 8.
    Kind kind = Filler;
    std::uint8_t what = 0; ///< SessionEvent::Kind...
    std::uint8_t outcome = 0; ///< ...Outcome...
    std::uint8_t place = 0; ///< ...and Place. A filler may end here.
    std::uint32_t payload = 0;
    std::uint32_t store = 0;
    std::uint64_t event = 0;
};

/// An event of any kind. Values, causes and texts are entries of their own, which follow it.
struct EventEntry : RingEntry
{
    std::uint64_t time = 0; ///< Ticks.
    std::uint64_t took = 0; ///< Ticks.
    std::uint64_t turn = 0;
    std::uint64_t within = 0;
    std::uint64_t count = 0; ///< Listeners that were told; of a run, the first event that it ran for.
};

/// A ring of so many bytes. A new entry takes the place of the oldest ones. A place counts the bytes from the beginning
/// on, and never comes again.
class EventRing
{
public:
    /// Bytes are rounded up to some kilobytes.
    explicit EventRing(std::size_t bytes);

    std::size_t capacity() const noexcept { return m_capacity; }
    std::size_t largestPayload() const noexcept { return m_capacity / 8; }
    std::uint64_t begin() const noexcept { return m_begin; }
    std::uint64_t end() const noexcept { return m_end; }
    /// The number of the oldest event that is there; without one, that of the next.
    std::uint64_t firstEvent() const noexcept { return m_firstEvent; }
    std::uint64_t lastEvent() const noexcept { return m_lastEvent; }

    /// Adds an event, and gives it its number.
    EventEntry &add(std::uint64_t &place) noexcept
    {
        place = reserve(sizeof(EventEntry));
        auto *const entry = new (at(place)) EventEntry;
        entry->size = sizeof(EventEntry);
        entry->kind = RingEntry::Event;
        entry->event = ++m_lastEvent;
        return *entry;
    }
    /// Adds an entry with a payload to an event that is there or not. False: it is larger than largestPayload().
    bool add(RingEntry::Kind kind, std::uint64_t event, std::string_view payload) noexcept;
    /// Null: it is not there any more.
    EventEntry *find(std::uint64_t place) noexcept
    {
        return place >= m_begin && place < m_end ? reinterpret_cast<EventEntry *>(at(place)) : nullptr;
    }
    void clear() noexcept;

    /// Calls f(entry) with each, the oldest first, from a place on that an entry began at, or from the oldest one.
    template<typename F>
    void forEach(std::uint64_t from, F f) const
    {
        for (std::uint64_t place = from > m_begin ? from : m_begin; place < m_end;) {
            const auto *const entry = reinterpret_cast<const RingEntry *>(at(place));
            if (entry->kind != RingEntry::Filler) {
                f(*entry);
            }
            place += entry->size;
        }
    }
    static std::string_view payloadOf(const RingEntry &entry) noexcept
    {
        return {reinterpret_cast<const char *>(&entry) + sizeof(RingEntry), entry.payload};
    }

private:
    std::byte *at(std::uint64_t place) const noexcept { return m_bytes.get() + place % m_capacity; }
    std::uint64_t reserve(std::size_t size) noexcept
    {
        const std::size_t rest = m_capacity - static_cast<std::size_t>(m_end % m_capacity);
        if (rest < size) [[unlikely]] {
            fill(rest);
        }
        makeRoom(size);
        const std::uint64_t place = m_end;
        m_end += size;
        return place;
    }
    void makeRoom(std::size_t size) noexcept
    {
        while (m_end + size - m_begin > m_capacity) [[unlikely]] {
            dropOldest();
        }
    }
    void dropOldest() noexcept;
    void fill(std::size_t size) noexcept;

    std::size_t m_capacity;
    std::unique_ptr<std::byte[]> m_bytes; ///< The system gives it memory as it is written.
    std::uint64_t m_begin = 0;
    std::uint64_t m_end = 0;
    std::uint64_t m_firstEvent = 1;
    std::uint64_t m_lastEvent = 0;
};

} // namespace nanostores::detail
